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
  freshness:    fresh: the guest answered when it was asked
  size:         1 GiB of 1 GiB
  ~
  address:      ./run/db.qmp
  name:         db
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
  freshness:    fresh: the guest answered when it was asked
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

A diagnosis knows the cause of each, by whatever it was called.

  $ stub run/left.qmp; kill "$(tail -n 1 pids)"
  $ process 10 qemu-system-x86_64 -name left -qmp unix:/run/left.qmp,server=on
  $ process 11 qemu-system-x86_64 -name client -qmp unix:/run/manager,server=off
  $ process 12 qemu-system-x86_64 -name abstract -qmp unix:vm,abstract=on,server=on
  $ process 13 qemu-system-x86_64 -name elsewhere -qmp unix:vm.qmp,server=on
  $ balloonctl diagnose
  ./run/web.qmp (web1): healthy: asked every 2 s, reported 0 s ago
  ./run/db.qmp (db): healthy: asked every 2 s, reported 0 s ago
  pid:7 (none): 1 problem
    problem no-socket: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
      evidence: error EOPNOTSUPP
      repair:   start the VM with -qmp unix:PATH,server=on,wait=off; 'balloonctl list' shows those that run
  ./run/gone.qmp (gone): 1 problem
    problem no-socket: the socket is gone; nobody can connect until the VM is started again
      evidence: error ENOENT
      repair:   start the VM with -qmp unix:PATH,server=on,wait=off; 'balloonctl list' shows those that run
  pid:9: 1 problem
    problem no-socket: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
      evidence: error EOPNOTSUPP
      repair:   start the VM with -qmp unix:PATH,server=on,wait=off; 'balloonctl list' shows those that run
  ./run/left.qmp (left): 1 problem
    problem not-listening: nobody listens there; the VM has ended, or this is no listening socket
      evidence: error ECONNREFUSED
      repair:   start the VM, or remove the socket that an earlier one left behind
  pid:11 (client): 1 problem
    problem monitor-busy: its monitor is no server, but has connected to /run/manager
      evidence: error EBUSY
      repair:   give the VM a monitor of its own for us, with a second -qmp unix:PATH,server=on,wait=off, or let the other client leave
  pid:12 (abstract): 1 problem
    problem no-socket: its monitor is an abstract socket, for which there is no address: vm
      evidence: error EOPNOTSUPP
      repair:   start the VM with -qmp unix:PATH,server=on,wait=off; 'balloonctl list' shows those that run
  pid:13 (elsewhere): 1 problem
    problem no-permission: only its user and root can see in which directory its monitor is: vm.qmp
      evidence: error EACCES
      repair:   sudo balloonctl -c pid:13 diagnose
  => 3
  $ balloonctl -c vm:none -c vm:gone -c vm:left -c vm:nobody diagnose | grep problem
  vm:none (none): 1 problem
    problem no-socket: pid:7: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  ./run/gone.qmp (gone): 1 problem
    problem no-socket: the socket is gone; nobody can connect until the VM is started again
  ./run/left.qmp (left): 1 problem
    problem not-listening: nobody listens there; the VM has ended, or this is no listening socket
  vm:nobody: 1 problem
    problem no-socket: there is no such VM; found: vm:web, vm:db, vm:none, vm:gone, pid:9, vm:left, vm:client, vm:abstract, ...
  $ process 14 qemu-system-x86_64 -name none -qmp unix:/run/none.qmp,server=on
  $ balloonctl -c vm:none diagnose
  2> vm:none: several VMs are called so: pid:7, pid:14
  => 1

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
  $ timeout 20 balloonctl --timeout 60 -c vm:kept -c vm:busy diagnose | sed 's/process [0-9]* (python[^)]*)/process N/; s/pid [0-9]*/pid N/'
  ./var/lib/libvirt/qemu/domain-1-kept/monitor.sock (kept): 1 problem
    problem monitor-busy: the monitor is in use by process 77 (virtqemud), and libvirt keeps it while the VM runs; give the VM a second -qmp option
      evidence: error EBUSY, pid N
      repair:   give the VM a monitor of its own for us, with a second -qmp unix:PATH,server=on,wait=off, or let the other client leave
  ./run/busy.qmp (busy): 1 problem
    problem monitor-busy: the monitor is in use by process N; QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option
      evidence: error EBUSY, pid N
      repair:   give the VM a monitor of its own for us, with a second -qmp unix:PATH,server=on,wait=off, or let the other client leave
