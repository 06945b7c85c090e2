Without an address, commands that show something show all VMs of the host, one row each, even if there
is one.

  $ mkdir -p run proc; stub run/web.qmp
  $ process 5 qemu-system-x86_64 -name web -qmp unix:/run/web.qmp,server=on
  $ balloonctl interval
  ./run/web.qmp	2
  $ balloonctl stats
  VM    FRESH  AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS
  web1  fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -
  $ stub run/db.qmp 'query-name = {"name": "db"}'
  $ process 6 qemu-system-x86_64 -name db -qmp unix:/run/db2.qmp,server=on -qmp unix:/run/db.qmp,server=on
  $ balloonctl size
  ./run/web.qmp	actual 1 GiB of 1 GiB
  ./run/db.qmp	actual 1 GiB of 1 GiB
  $ balloonctl info
  address:      ./run/web.qmp
  name:         web1
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
  size:         1 GiB of 1 GiB
  ~
  address:      ./run/db.qmp
  name:         db
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
  size:         1 GiB of 1 GiB

What changes something needs to be told.

  $ balloonctl enable
  2> which VM? give its address with -c, such as '-c vm:NAME' ('balloonctl list' shows them), or --all
  => 2
  $ balloonctl size 512M
  2> which VM? give its address with -c, such as '-c vm:NAME' ('balloonctl list' shows them), or --all
  => 2
  $ balloonctl disable
  2> which VM? give its address with -c, such as '-c vm:NAME' ('balloonctl list' shows them), or --all
  => 2
  $ balloonctl --all disable
  2> ./run/web.qmp: polling off (was every 2 s); the last statistics stay readable
  2> ./run/db.qmp: polling off (was every 2 s); the last statistics stay readable
  $ balloonctl size -a 512M
  2> ./run/web.qmp: target 512 MiB (was 1 GiB of 1 GiB); the guest follows in its own time
  2> ./run/db.qmp: target 512 MiB (was 1 GiB of 1 GiB); the guest follows in its own time
  $ balloonctl --all -c vm:web size
  2> --all and -c: give one of them
  => 2
  $ BALLOONCTL_CONNECT=run/web.qmp balloonctl interval
  2
  $ BALLOONCTL_CONNECT=run/web.qmp balloonctl --all interval
  ./run/web.qmp	2
  ./run/db.qmp	2

One that can't be asked has its row and its sentence.

  $ process 7 qemu-system-x86_64 -name none -monitor stdio
  $ process 8 qemu-system-x86_64 -name gone -qmp unix:/run/gone.qmp,server=on
  $ process 9 qemu-system-x86_64 -monitor none
  $ balloonctl stats
  VM     FRESH  AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS
  web1   fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -
  db     fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -
  none   -        -          -          -          -       -    -
  gone   -        -          -          -          -       -    -
  pid:9  -        -          -          -          -       -    -
  2> pid:7: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  2> ./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again
  2> pid:9: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  => 1
  $ balloonctl interval 2>/dev/null
  ./run/web.qmp	2
  ./run/db.qmp	2
  => 1
  $ balloonctl --all enable
  2> ./run/web.qmp: polling stays on every 2 s
  2> ./run/db.qmp: polling stays on every 2 s
  2> pid:7: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  2> ./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again
  2> pid:9: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  => 1
  $ balloonctl size --json | grep -E 'address|message'
        "address": "./run/web.qmp",
        "address": "./run/db.qmp",
        "address": "pid:7",
          "message": "pid:7: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off"
        "address": "./run/gone.qmp",
          "message": "./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again"
        "address": "pid:9",
          "message": "pid:9: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off"
  2> pid:7: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  2> ./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again
  2> pid:9: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off

Somebody holds a monitor: there is no waiting for one that libvirt keeps, and not long for another,
whatever the time-out.

  $ rm -r proc; mkdir -p var/lib/libvirt/qemu/domain-1-kept
  $ stub var/lib/libvirt/qemu/domain-1-kept/monitor.sock; stub run/busy.qmp
  $ process 5 qemu-system-x86_64 -name web -qmp unix:/run/web.qmp,server=on
  $ process 6 qemu-system-x86_64 -name kept -qmp unix:/var/lib/libvirt/qemu/domain-1-kept/monitor.sock,server=on
  $ process 7 qemu-system-x86_64 -name busy -qmp unix:/run/busy.qmp,server=on
  $ hold var/lib/libvirt/qemu/domain-1-kept/monitor.sock 77 virtqemud
  $ hold run/busy.qmp 78 "$(printf 'a\033[31m')"
  $ timeout 20 balloonctl --timeout 60 interval 2>err; sed 's/process [0-9]* (python[^)]*)/process N/' err
  ./run/web.qmp	2
  ./var/lib/libvirt/qemu/domain-1-kept/monitor.sock: the monitor is in use by process 77 (virtqemud), and libvirt keeps it while the VM runs; give the VM a second -qmp option
  ./run/busy.qmp: the monitor is in use by process N; QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option
