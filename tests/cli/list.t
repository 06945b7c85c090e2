Nothing is found where nothing is, and that is no error.

  $ mkdir -p proc run; balloonctl list
  2> no VM was found: 0 processes, none of them QEMU, and 0 listening sockets
  $ balloonctl list --json
  {
    "schema": "balloonctl/1",
    "monitors": []
  }
  2> no VM was found: 0 processes, none of them QEMU, and 0 listening sockets
  $ balloonctl list --json=lines 2>&1; balloonctl list -r 2>/dev/null
  no VM was found: 0 processes, none of them QEMU, and 0 listening sockets
  VM PID MANAGER STATE HOLDER ADDRESS
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
  VM          PID  MANAGER  STATE    HOLDER          ADDRESS
  web           5  -        free     -               ./run/web.qmp
  held          6  -        held     virtqemud (77)  ./run/held.qmp
  gone          7  -        missing  -               ./run/gone.qmp
  none          8  -        none     -               -
  tcp           9  -        unknown  -               tcp:127.0.0.1:4444
  a\x1b[31mb   10  proxmox  free     -               ./run/100.qmp
  $ balloonctl list --json
  {
    "schema": "balloonctl/1",
    "monitors": [
      {
        "name": "web",
        "pid": 5,
        "manager": null,
        "state": "free",
        "address": "./run/web.qmp"
      },
      {
        "name": "held",
        "pid": 6,
        "manager": null,
        "state": "held",
        "holder": {
          "pid": 77,
          "name": "virtqemud"
        },
        "address": "./run/held.qmp",
        "reason": "./run/held.qmp: the monitor is in use by process 77 (virtqemud); QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option"
      },
      {
        "name": "gone",
        "pid": 7,
        "manager": null,
        "state": "missing",
        "address": "./run/gone.qmp",
        "reason": "./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again"
      },
      {
        "name": "none",
        "pid": 8,
        "manager": null,
        "state": "none",
        "address": null,
        "reason": "pid:8: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off"
      },
      {
        "name": "tcp",
        "pid": 9,
        "manager": null,
        "state": "unknown",
        "address": "tcp:127.0.0.1:4444"
      },
      {
        "name": "a\u001b[31mb",
        "pid": 10,
        "manager": "proxmox",
        "state": "free",
        "address": "./run/100.qmp"
      }
    ]
  }
  $ balloonctl list --json=lines -o name,state,holder
  {"schema": "balloonctl/1", "name": "web", "state": "free", "address": "./run/web.qmp"}
  {"schema": "balloonctl/1", "name": "held", "state": "held", "holder": {"pid": 77, "name": "virtqemud"}, "address": "./run/held.qmp"}
  {"schema": "balloonctl/1", "name": "gone", "state": "missing", "address": "./run/gone.qmp"}
  {"schema": "balloonctl/1", "name": "none", "state": "none", "address": null}
  {"schema": "balloonctl/1", "name": "tcp", "state": "unknown", "address": "tcp:127.0.0.1:4444"}
  {"schema": "balloonctl/1", "name": "a\u001b[31mb", "state": "free", "address": "./run/100.qmp"}
  $ balloonctl list --json=lines | grep held
  {"schema": "balloonctl/1", "name": "held", "pid": 6, "manager": null, "state": "held", "holder": {"pid": 77, "name": "virtqemud"}, "address": "./run/held.qmp", "reason": "./run/held.qmp: the monitor is in use by process 77 (virtqemud); QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option"}

Rows, as everywhere.

  $ balloonctl list --list-columns
  COLUMN      UNIT    JSON     MEANING
  vm          text    name     the VM's name
  pid         number  pid      the process of its QEMU
  manager     text    manager  the program that runs it
  state       text    state    of the monitor: free, held, forbidden, missing, unknown or none
  holder      text    holder   the client that a held one serves
  holder-pid  number  -        its process
  address     text    address  of the monitor, for -c
  reason      text    reason   why the monitor can't be used
  $ balloonctl list -n -o vm,holder-pid,reason
  web          -  -
  held        77  the monitor is in use by process 77 (virtqemud); QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option
  gone         -  the socket is gone; nobody can connect until the VM is started again
  none         -  pid:8: this QEMU has no QMP monitor on a socket; give it -qmp unix:/run/vm.qmp,server=on,wait=off
  tcp          -  -
  a\x1b[31mb   -  -
  $ balloonctl list -r --sort=-pid
  VM PID MANAGER STATE HOLDER ADDRESS
  a\x1b[31mb 10 proxmox free - ./run/100.qmp
  tcp 9 - unknown - tcp:127.0.0.1:4444
  none 8 - none - -
  gone 7 - missing - ./run/gone.qmp
  held 6 - held virtqemud\x20(77) ./run/held.qmp
  web 5 - free - ./run/web.qmp
  $ balloonctl list -P -o +manager,reason | head -n 2
  VM="web" PID="5" MANAGER="" STATE="free" HOLDER="" ADDRESS="./run/web.qmp" REASON=""
  VM="held" PID="6" MANAGER="" STATE="held" HOLDER="virtqemud (77)" ADDRESS="./run/held.qmp" REASON="the monitor is in use by process 77 (virtqemud); QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option"
  $ balloonctl list -O --sort state | cut -c 1-70
  VM          PID  MANAGER  STATE    HOLDER          HOLDER-PID  ADDRESS
  web           5  -        free     -                        -  ./run/w
  a\x1b[31mb   10  proxmox  free     -                        -  ./run/1
  held          6  -        held     virtqemud (77)          77  ./run/h
  gone          7  -        missing  -                        -  ./run/g
  none          8  -        none     -                        -  -      
  tcp           9  -        unknown  -                        -  tcp:127
  $ balloonctl list -o name,adress
  2> -o 'adress': there is no such column; did you mean 'address'?
  => 2
  $ balloonctl list -r --json
  2> --json and -r: give one of them
  => 2
  $ balloonctl list -o free
  2> -o 'free': there is no such column; --list-columns lists them
  => 2

On a terminal: what can't be used has a colour, and long texts are cut but not the address.

  $ terminal 60 'balloonctl list -o vm,state,holder,address,reason'
  VM         STATE    HOLDER     ADDRESS             REASON
  web        free     \e[2m-\e[0m          ./run/web.qmp       \e[2m-\e[0m
  held       \e[33mheld\e[0m     virtqemu…  ./run/held.qmp      the moni…
  gone       \e[33mmissing\e[0m  \e[2m-\e[0m          ./run/gone.qmp      the sock…
  none       \e[33mnone\e[0m     \e[2m-\e[0m          \e[2m-\e[0m                   pid:8: t…
  tcp        unknown  \e[2m-\e[0m          tcp:127.0.0.1:4444  \e[2m-\e[0m
  a\x1b[31…  free     \e[2m-\e[0m          ./run/100.qmp       \e[2m-\e[0m
  $ terminal 20 'balloonctl list -o vm,state --color=never'
  VM          STATE
  web         free
  held        held
  gone        missing
  none        none
  tcp         unknown
  a\x1b[31mb  free
  $ terminal 60 'NO_COLOR=1 balloonctl list -o vm,state,holder'
  VM          STATE    HOLDER
  web         free     -
  held        held     virtqemud (77)
  gone        missing  -
  none        none     -
  tcp         unknown  -
  a\x1b[31mb  free     -
  $ balloonctl list --color=always -n -o state | sed 's/\x1b/\\e/g'
  free
  \e[33mheld\e[0m
  \e[33mmissing\e[0m
  \e[33mnone\e[0m
  unknown
  free
  $ process 13 qemu-system-x86_64 -name "$(printf '\346\235\261\344\272\254\033]0;x\007')" -qmp unix:/run/web2.qmp,server=on
  $ balloonctl list -o vm,pid,state --sort=-pid | head -n 3
  VM                PID  STATE
  東京\x1b]0;x\x07   13  missing
  a\x1b[31mb         10  free
  $ terminal 20 'balloonctl list -n -o vm,pid --sort=-pid' | head -n 2
  東京\x1b]0;x\x07  13
  a\x1b[31mb        10

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
  2> vm:nobody: there is no such VM; found: vm:web, vm:held, vm:gone, vm:none, vm:tcp, vm:a\x1b[31mb, vm:東京\x1b]0;x\x07
  2> ./run/gone.qmp: the socket is gone; nobody can connect until the VM is started again
  2> pid:9999: there is no such VM; found: vm:web, vm:held, vm:gone, vm:none, vm:tcp, vm:a\x1b[31mb, vm:東京\x1b]0;x\x07
  2> pid:x: write vm:NAME, the name of a VM, or pid:N, its process
  => 1
  $ process 12 qemu-system-x86_64 -name web -qmp unix:/run/web2.qmp,server=on
  $ balloonctl -c vm:web interval
  2> vm:web: several VMs are called so: pid:5, pid:12
  => 1
  $ balloonctl -c pid:5 interval
  2
