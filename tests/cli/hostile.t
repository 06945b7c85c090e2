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

The other commands, of one VM and of several: addresses and names, in words, rows and documents.

  $ ln -s "$(printf 'v\377\033m')" "$(printf 'w\033[2J')"
  $ cat > evil.sh <<'EOT'
  > v=$(printf 'v\377\033m'); w=$(printf 'w\033[2J')
  > balloonctl -c "$v" -c "$w" "$@"
  > EOT
  $ sh evil.sh interval; sh evil.sh size; sh evil.sh enable -i 7; sh evil.sh stats -rn -o address,device,fresh
  v\xff\x1bm	2
  w\x1b[2J	2
  v\xff\x1bm	actual 1 GiB of 1 GiB
  w\x1b[2J	actual 1 GiB of 1 GiB
  v\xff\x1bm /machine/peripheral/balloon0 fresh
  w\x1b[2J /machine/peripheral/balloon0 fresh
  2> v\xff\x1bm: polling every 7 s (was every 2 s)
  2> w\x1b[2J: polling every 7 s (was every 2 s)
  $ sh evil.sh info | grep address; sh evil.sh qmp query-balloon; sh evil.sh size --json=lines
  address:      v\xff\x1bm
  address:      w\x1b[2J
  {
    "address": "v\ufffd\u001bm",
    "return": {
      "actual": 1073741824
    }
  }
  {
    "address": "w\u001b[2J",
    "return": {
      "actual": 1073741824
    }
  }
  {"schema": "balloonctl/1", "address": "v\ufffd\u001bm", "name": "web1", "device": "/machine/peripheral/balloon0", "actual_bytes": 1073741824, "maximum_bytes": 1073741824}
  {"schema": "balloonctl/1", "address": "w\u001b[2J", "name": "web1", "device": "/machine/peripheral/balloon0", "actual_bytes": 1073741824, "maximum_bytes": 1073741824}
  $ stub both 'query-name = {"name": "\u001b[31m\u6771\u4eac\u202e"}' 'query-balloon = {"actual": 536870912}' \
  >   'x = {"\u001b[2J\u6771": "\u009b"}' 'qom-set ! Bad\u001b[1mClass no\u001b[2J'
  $ balloonctl -c both -c both stats -n -o vm,name,fresh,actual
  \x1b[31m東京\xe2\x80\xae  \x1b[31m東京\xe2\x80\xae  fresh  512 MiB
  \x1b[31m東京\xe2\x80\xae  \x1b[31m東京\xe2\x80\xae  fresh  512 MiB
  $ terminal 40 'NO_COLOR=1 balloonctl -c both -c both stats -o vm,fresh,device'
  VM               FRESH  DEVICE
  \x1b[31m東京\x…  fresh  /machine/periph…
  \x1b[31m東京\x…  fresh  /machine/periph…
  $ balloonctl -c both info | grep name; balloonctl -c both qmp x
  name:         \x1b[31m東京\xe2\x80\xae
  {
    "\u001b[2J東": "\u009b"
  }
  $ balloonctl -c both enable -i 7
  2> both: qom-set: no\x1b[2J (Bad\x1b[1mClass)
  => 1
  $ moving balloonctl check -c both --timeout 0.1 -w swap:off,pressure:off -C swap:off,pressure:off
  BALLOON UNKNOWN - \x1b[31m東京\xe2\x80\xae: qom-set: no\x1b[2J (Bad\x1b[1mClass)
  => 3
  $ moving balloonctl check -c both -c missing --timeout 0.1 | sed 's/|.*//'
  BALLOON UNKNOWN - 2 VMs: 2 UNKNOWN (\x1b[31m東京\xe2\x80\xae, missing)
  UNKNOWN - \x1b[31m東京\xe2\x80\xae: qom-set: no\x1b[2J (Bad\x1b[1mClass)
  UNKNOWN - missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  $ printf 'frob\033[31mnicate\ninterval --\033[31m\nuse "\033[1m"\nuse\nsource "\033[2J"\n' | balloonctl shell -k
  \x1b[1m
  2> unknown command 'frob\x1b[31mnicate'; 'help' lists the commands
  2> standard input:1: 'frob\x1b[31mnicate' failed with status 2
  2> interval: unrecognized option '--\x1b[31m'
  2> Try `interval --help' or `interval --usage' for more information.
  2> standard input:2: 'interval --\x1b[31m' failed with status 2
  2> \x1b[2J: No such file or directory
  2> standard input:5: 'source "\x1b[2J"' failed with status 1
  => 2
