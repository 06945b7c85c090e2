  $ stub vm
  $ balloonctl -c unix:vm info
  address:      unix:vm
  name:         web1
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
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
  size:         768 MiB of 1 GiB
  $ balloonctl -c vm info --bytes | grep size
  size:         805306368 of 1073741824
  $ balloonctl -c vm info --json | grep -e name -e qemu_ -e state -e running
        "name": null,
        "qemu_version": "7.2.22",
        "qemu_package": "Debian 1:7.2+dfsg-7",
        "state": "paused",
        "running": false,
