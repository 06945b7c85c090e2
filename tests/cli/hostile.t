Names from outside can't drive the terminal: in tables, in messages, in documents.

  $ stub vm 'query-name = {"name": "evil\u001b[31m\r\n\u009b\u202exyz\u00e9\\x1b"}' \
  >   'query-status = {"status": "\u0007run", "singlestep": false, "running": true}' \
  >   'qom-get guest-stats = {"stats": {"stat-\u001b]0;x\u0007": 1}, "last-update": 0}'
  $ balloonctl -c vm stats
  address:      vm
  name:         evil\x1b[31m\x0d\x0a\xc2\x9b\xe2\x80\xaexyzé\x1b
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  polling:      every 2 s
  last update:  never: no balloon driver in the guest has answered
  freshness:    never: the guest has not sent any
  actual:       1 GiB of 1 GiB
  ~
  STATISTIC          VALUE  MEANING
  stat-\x1b]0;x\x07      1  (this balloonctl does not know it)
  $ balloonctl -c vm stats --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "name": "evil\u001b[31m\u000d\u000a\u009b\u202exyzé\\x1b",
        "device": "/machine/peripheral/balloon0",
        "polling_interval": 2,
        "last_update": 0,
        "age_seconds": null,
        "freshness": "never",
        "used_bytes": null,
        "used_formula": null,
        "actual_bytes": 1073741824,
        "maximum_bytes": 1073741824,
        "host_rss_bytes": null,
        "stats": {
          "stat-\u001b]0;x\u0007": 1
        }
      }
    ]
  }
  $ balloonctl -c vm -c vm stats | sed 's/ .*//'
  VM
  evil\x1b[31m\x0d\x0a\xc2\x9b\xe2\x80\xaexyzé\x1b
  evil\x1b[31m\x0d\x0a\xc2\x9b\xe2\x80\xaexyzé\x1b
  $ balloonctl -c vm info | grep -e name -e state
  name:         evil\x1b[31m\x0d\x0a\xc2\x9b\xe2\x80\xaexyzé\x1b
  state:        \x07run
  $ stub vm 'qom-get guest-stats ! GenericError no\u001b[2J\nway'
  $ balloonctl -c vm stats
  2> vm: qom-get: no\x1b[2J\x0away (GenericError)
  => 1
  $ stub "$(printf 'v\377\033m')"
  $ balloonctl -c "$(printf 'v\377\033m')" stats | grep address
  address:      v\xff\x1bm
  $ balloonctl -c "$(printf 'v\377\033m')" disable
  2> v\xff\x1bm: polling off (was every 2 s); the last statistics stay readable
  $ balloonctl -c "$(printf 'vm\033[1m\377')" stats
  2> vm\x1b[1m\xff: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c "$(printf 'vm\033[1m\377')" stats --json 2>/dev/null
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm\u001b[1m\ufffd",
        "error": {
          "code": "ENOENT",
          "class": null,
          "message": "vm\\x1b[1m\\xff: there is no such socket; is the VM running, and is this the path of its -qmp option?"
        }
      }
    ]
  }
  => 1
