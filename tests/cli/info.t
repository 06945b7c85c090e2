  $ stub vm
  $ balloonctl -c unix:vm info
  address:      unix:vm
  name:         web1
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
  freshness:    fresh: the guest answered when it was asked
  size:         1 GiB of 1 GiB
  $ balloonctl -c unix:vm info --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "unix:vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "device_type": "virtio-balloon-pci",
        "qemu_version": "9.2.0",
        "qemu_package": "",
        "state": "running",
        "running": true,
        "polling_interval": 2,
        "last_update": 4102444800,
        "age_seconds": 0,
        "freshness": "fresh",
        "actual_bytes": 1073741824,
        "maximum_bytes": 1073741824
      }
    ]
  }

A VM without a name, with a packager and a partly filled balloon.

  $ stub vm 'query-name = {}' 'query-balloon = {"actual": 805306368}' \
  >   'query-status = {"status": "paused", "singlestep": false, "running": false}' \
  >   'greeting = {"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7},
  > "package": "Debian 1:7.2+dfsg-7"}, "capabilities": []}}'
  $ balloonctl -c vm info
  address:      vm
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        paused
  qemu:         7.2.22 (Debian 1:7.2+dfsg-7)
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
  freshness:    paused: the VM does not run
  size:         768 MiB of 1 GiB
  $ balloonctl -c vm info --bytes | grep size
  size:         805306368 of 1073741824
  $ balloonctl -c vm info --json | grep -e name -e qemu_ -e state -e running
        "name": null,
        "qemu_version": "7.2.22",
        "qemu_package": "Debian 1:7.2+dfsg-7",
        "state": "paused",
        "running": false,

Nothing of it is a table, and nothing is cut; on a terminal the verdict has its colour. Many VMs, one of
them gone.

  $ stub wide 'query-name = {"name": "\u6771\u4eac\u306e\u30b5\u30fc\u30d0\u30fc"}' \
  >   "qom-get guest-stats = {\"stats\": {}, \"last-update\": $(($(date +%s) - 86400 * 3))}"
  $ terminal 20 'balloonctl -c wide info'
  address:      wide
  name:         東京のサーバー
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      every 2 s
  last update:  2099-12-29T00:00:00+00:00 (3 days ago)
  freshness:    \e[31msilent\e[0m: the guest does not answer
  size:         1 GiB of 1 GiB
  $ terminal 20 'NO_COLOR=1 balloonctl -c wide info' | grep fresh
  freshness:    silent: the guest does not answer
  $ balloonctl -c wide -c missing -c vm info | grep -e address -e name
  address:      wide
  name:         東京のサーバー
  address:      vm
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  $ balloonctl -c missing info --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "missing",
        "error": {
          "code": "ENOENT",
          "class": null,
          "message": "missing: there is no such socket; is the VM running, and is this the path of its -qmp option?"
        }
      }
    ]
  }
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c vm info now 2>&1 | head -n 1
  balloonctl info: Too many arguments
