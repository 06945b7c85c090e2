Nothing is found where nothing is, and that is no error.

  $ mkdir -p proc run; balloonctl list
  2> no VM was found: 0 processes, none of them QEMU, and 0 listening sockets
  $ balloonctl list --json
  {
    "schema": "balloonctl/1",
    "monitors": []
  }
  2> no VM was found: 0 processes, none of them QEMU, and 0 listening sockets
  $ BALLOONCTL_ROOT=/nonexistent balloonctl list
  2> /nonexistent/proc: can't look for VMs: No such file or directory
  => 1
  $ balloonctl -c vm list
  2> list: it looks for VMs itself; leave -c out
  => 2
  $ balloonctl list vm
  2> balloonctl list: Too many arguments
  2> Try `balloonctl list --help' or `balloonctl list --usage' for more
  2> information.
  => 2

A host with VMs of all kinds. The monitor of "held" serves somebody.

  $ stub run/web.qmp
  $ stub run/held.qmp
  $ stub run/100.qmp
  $ process 5 /usr/bin/qemu-system-x86_64 -name guest=web,debug-threads=on -qmp unix:/run/web.qmp,server=on,wait=off
  $ process 6 qemu-system-x86_64 -name held -qmp unix:/run/held.qmp,server=on
  $ process 7 qemu-system-x86_64 -name gone -qmp unix:/run/gone.qmp,server=on
  $ process 8 qemu-system-x86_64 -name none -monitor stdio
  $ process 9 qemu-system-x86_64 -name tcp -qmp tcp::4444,server=on
  $ process 10 /usr/bin/kvm -id 100 -name "$(printf 'a\033[31mb')" -chardev socket,id=qmp,path=/run/100.qmp,server=on,wait=off -mon chardev=qmp,mode=control -pidfile /run/qemu-server/100.pid
  $ process 11 /bin/sh -c 'qemu-system-x86_64 -qmp unix:/run/x'
  $ hold run/held.qmp 77 virtqemud
  $ balloonctl list
  VM          PID  MANAGER  STATE                           ADDRESS
  web           5  -        free                            ./run/web.qmp
  held          6  -        held by process 77 (virtqemud)  ./run/held.qmp
  gone          7  -        missing                         ./run/gone.qmp
  none          8  -        no monitor                      -
  tcp           9  -        unknown                         tcp:127.0.0.1:4444
  a\x1b[31mb   10  proxmox  free                            ./run/100.qmp
  $ balloonctl list --json
  {
    "schema": "balloonctl/1",
    "monitors": [
      {
        "name": "web",
        "pid": 5,
        "address": "./run/web.qmp",
        "manager": null,
        "state": "free"
      },
      {
        "name": "held",
        "pid": 6,
        "address": "./run/held.qmp",
        "manager": null,
        "state": "held",
        "holder": {
          "pid": 77,
          "name": "virtqemud"
        },
        "reason": "./run/held.qmp: the monitor is in use by process 77 (virtqemud); QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option"
      },
      {
        "name": "gone",
        "pid": 7,
        "address": "./run/gone.qmp",
        "manager": null,
        "state": "missing",
        "reason": "./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again"
      },
      {
        "name": "none",
        "pid": 8,
        "address": null,
        "manager": null,
        "state": "none",
        "reason": "pid:8: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off"
      },
      {
        "name": "tcp",
        "pid": 9,
        "address": "tcp:127.0.0.1:4444",
        "manager": null,
        "state": "unknown"
      },
      {
        "name": "a\u001b[31mb",
        "pid": 10,
        "address": "./run/100.qmp",
        "manager": "proxmox",
        "state": "free"
      }
    ]
  }

VMs by name and by process.

  $ balloonctl -c vm:web interval
  2
  $ balloonctl -c pid:5 -c vm:web interval
  ./run/web.qmp	2
  ./run/web.qmp	2
  $ BALLOONCTL_CONNECT=vm:web balloonctl interval
  2
  $ balloonctl -c vm:none -c vm:nobody -c vm:web -c vm:gone -c pid:9999 -c pid:x interval
  ./run/web.qmp	2
  2> pid:8: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  2> vm:nobody: there is no such VM; found: vm:web, vm:held, vm:gone, vm:none, vm:tcp, vm:a\x1b[31mb
  2> ./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again
  2> pid:9999: there is no such VM; found: vm:web, vm:held, vm:gone, vm:none, vm:tcp, vm:a\x1b[31mb
  2> pid:x: write vm:NAME, the name of a VM, or pid:N, its process
  => 1
  $ process 12 qemu-system-x86_64 -name web -qmp unix:/run/web2.qmp,server=on
  $ balloonctl -c vm:web interval
  2> vm:web: several VMs are called so: pid:5, pid:12
  => 1
  $ balloonctl -c pid:5 interval
  2
