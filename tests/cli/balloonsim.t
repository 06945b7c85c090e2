One simulated machine.

It tells where it listens, writes a line when it does, and ends with SIGTERM, leaving nothing behind.

  $ mkfifo ready
  $ balloonsim --qmp vm.qmp --ready-fd 3 3>ready & pid=$!
  > cat ready; test -S vm.qmp && echo listens
  > kill $pid; wait $pid; echo "ended with $?"; ls
  READY=1
  listens
  ended with 0
  ready
  2> balloonsim: QMP on vm.qmp
  $ balloonsim --qmp vm.qmp --qtest vm.qtest --ready-fd 3 3>ready & pid=$!
  > cat ready; test -S vm.qtest && echo listens
  > kill -HUP $pid; wait $pid; echo "ended with $?"; ls
  READY=1
  listens
  ended with 0
  ready
  2> balloonsim: QMP on vm.qmp, qtest on vm.qtest

A client that ends the machine ends the program.

  $ balloonsim -q --qmp vm.qmp --ready-fd 3 3>ready & pid=$!
  > cat ready
  > python3 -c 'import socket
  > s = socket.socket(socket.AF_UNIX); s.connect("vm.qmp")
  > s.sendall(b"{\"execute\":\"qmp_capabilities\"}{\"execute\":\"quit\"}")
  > while s.recv(4096): pass'
  > wait $pid; echo "ended with $?"; ls
  READY=1
  ended with 0
  ready
  $ rm ready

balloonctl sees a VM.

  $ sim --qmp a --profile 7.2 --ram 512 -o name=a,seed=7
  $ balloonctl -c a info | grep -v 'last update'
  address:      a
  name:         a
  device:       /machine/peripheral/b0 (virtio-balloon-device)
  state:        running
  qemu:         7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)
  polling:      off ('balloonctl enable' switches it on)
  freshness:    off: polling is off, this is an old answer
  size:         512 MiB of 512 MiB
  $ sim --qmp b --device virtio-balloon-pci,id=x,guest-stats-polling-interval=3 --fault no-driver
  $ balloonctl -c b info
  address:      b
  device:       /machine/peripheral/x (virtio-balloon-pci)
  state:        running
  qemu:         11.1.3 (Debian 1:11.1.3+ds-1)
  polling:      every 3 s
  last update:  never: no balloon driver in the guest has answered
  freshness:    never: the guest has not sent any
  size:         64 MiB of 64 MiB
  $ balloonctl -c b size 32M
  2> b: target 32 MiB (was 64 MiB of 64 MiB); the guest follows in its own time
  $ sim --qmp c --device none
  $ balloonctl -c c stats
  2> c: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line
  => 1
  $ sim --qmp d --paused
  $ balloonctl -c d info | grep state
  state:        prelaunch

What breaks the balloon is told as QEMU tells it.

  $ mkfifo ready
  $ balloonsim -q --qmp e --fault loop --ready-fd 3 3>ready & pid=$!
  > cat ready; balloonctl -c e enable -q; kill $pid; wait $pid
  READY=1
  2> balloonsim: Looped descriptor

Also if the driver resets the device at once.

  $ balloonsim -q --qmp f --qtest t --ready-fd 3 3>ready & pid=$!
  > cat ready; python3 -c 'import socket
  > s = socket.socket(socket.AF_UNIX); s.connect("t"); base = 0xfeb00e00
  > put = lambda *rows: "".join(f"writel {base + at:#x} {value}\n" for at, value in rows)
  > text = put((0x70, 3), (0x24, 1), (0x20, 1), (0x70, 11), (0x38, 8), (0x80, 0x1000),
  >            (0x90, 0x2000), (0xa0, 0x3000), (0x44, 1), (0x70, 15))
  > text += "writew 0x2002 500\n" + put((0x50, 0), (0x70, 0)) + f"readl {base + 0x70:#x}\n"
  > s.sendall(text.encode())
  > next(line for line in s.makefile() if line.startswith("OK 0x"))'
  > kill $pid; wait $pid
  READY=1
  2> balloonsim: virtio: zero sized buffers are not allowed
  $ rm ready

systemd is told too.

  $ python3 -c 'import os, socket, subprocess
  > s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("notify"); s.settimeout(30)
  > p = subprocess.Popen(["balloonsim", "-q", "--qmp", "n"],
  >     env=dict(os.environ, NOTIFY_SOCKET=os.path.realpath("notify")))
  > print(s.recv(4096).decode(), end=""); p.terminate()
  > print(s.recv(4096).decode(), end=""); print(p.wait())'
  READY=1
  STATUS=balloonsim: QMP on n
  STOPPING=1
  0

Sockets: one that nobody serves is replaced, one that somebody serves is not, nor is a file.

  $ python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("old")'
  $ sim --qmp old
  $ balloonctl -c old interval
  0
  $ balloonsim --qmp old
  2> old: another program listens there; take another path
  => 1
  $ touch file
  $ balloonsim --qmp file
  2> file: is there already and is no socket; take another path
  => 1
  $ balloonsim --qmp nowhere/a
  2> nowhere/a: No such file or directory
  => 1

Wrong usage.

  $ balloonsim
  2> no socket: give one with --qmp, such as '--qmp /tmp/vm.qmp', or several with '--vms 10 --dir /tmp/host'
  => 2
  $ balloonsim --qmp x y
  2> 'y': balloonsim takes options only; 'balloonsim --help' lists them
  => 2
  $ balloonsim --qmp x --ram lots
  2> --ram='lots': the value must be a size such as 512M, of whole 4 KiB, from 1M to 8T
  => 2
  $ balloonsim --qmp x --ram 0
  2> --ram='0': the value must be a size such as 512M, of whole 4 KiB, from 1M to 8T
  => 2
  $ balloonsim --qmp x --device virtio-net
  2> --device 'virtio-net': there is no such type; take virtio-balloon-device, virtio-balloon-pci, virtio-balloon-pci-transitional, virtio-balloon-pci-non-transitional or none
  => 2
  $ balloonsim --qmp x --device virtio-balloon-pci,foo=1
  2> --device: 'foo': a balloon has no such property; balloonsim(1) lists them
  => 2
  $ balloonsim --qmp x --device virtio-balloon-pci,packed
  2> --device: 'packed': a property is written NAME=VALUE, such as packed=on
  => 2
  $ balloonsim --qmp x --device virtio-balloon-pci,packed=perhaps
  2> --device 'virtio-balloon-pci,packed=perhaps': packed='perhaps': the value must be on|off
  => 2
  $ balloonsim --qmp x --device virtio-balloon-pci,free-page-hint=on
  2> free-page-hint=on: 'free-page-hint' requires 'iothread' to be set
  => 2
  $ balloonsim --qmp x --profile 7.2 --device virtio-balloon-pci,in_order=on
  2> in_order=on: QEMU 7.2 has no such property; take profile=10.0 or later
  => 2
  $ balloonsim --qmp x --profile 9
  2> --profile='9': the value must be 7.2|10.0|11.1
  => 2
  $ balloonsim --qmp x --guest beos
  2> --guest='beos': the value must be linux|linux-7.1|linux-6.12|linux-6.1|linux-4.19|linux-no-hugetlb|linux-no-counters|windows|windows-no-service
  => 2
  $ balloonsim --qmp x --workload fun
  2> --workload='fun': the value must be steady|growing|leaking|cache-filling|swapping|reclaim
  => 2
  $ balloonsim --qmp x --fault tired
  2> --fault='tired': 'tired' is no fault; there are 52, such as never-answers, tiny-buffer and crashes
  => 2
  $ balloonsim --qmp x --fault loop%101
  2> --fault='loop%101': 'loop%101': PERCENT is a whole number from 0 to 100, and comes last
  => 2
  $ balloonsim --qmp x --seed -1
  2> --seed '-1': give a whole number, such as 1
  => 2
  $ balloonsim --qmp x --base 0x1
  2> --base='0x1': the value must be an address such as 0xfeb00e00, a multiple of 0x200
  => 2
  $ balloonsim --qmp x -o foo=1
  2> -o 'foo=1': 'foo': there is no such option; balloonsim(1) lists them
  => 2
  $ balloonsim --qmp x -o foo
  2> -o 'foo': 'foo': an option is written NAME=VALUE
  => 2
  $ balloonsim --qmp ''
  2> --qmp '': an empty path; give one such as /tmp/vm.qmp
  => 2
  $ balloonsim --qmp x --qtest ''
  2> --qtest '': an empty path; give one such as /tmp/vm.qtest
  => 2
  $ balloonsim --qmp x --qtest y --guest linux
  2> --qtest 'y': the qtest client is the guest; leave 'guest' away
  => 2
  $ balloonsim --qmp x --qtest y -o guest=linux
  2> --qtest 'y': the qtest client is the guest; leave 'guest' away
  => 2
  $ balloonsim --qmp x --qtest y -o name=a,,fault=loop,latency=5
  2> --qtest 'y': the qtest client is the guest; leave 'latency' away
  => 2
  $ balloonsim --qmp x --qtest y -o clock=real
  2> --qtest 'y': its client moves the clock; leave clock= away
  => 2
  $ balloonsim --qmp x -o clock=manual
  2> nobody would move this clock; leave clock= away, or take --qtest
  => 2
  $ balloonsim --qmp x -o clock=qtest
  2> nobody would move this clock; leave clock= away, or take --qtest
  => 2
  $ balloonsim --vms 2 --dir d --mix 1:clock=manual
  2> --mix '1:clock=manual': nobody would move this clock; leave clock= away, or take --qtest
  => 2
  $ balloonsim --qmp x --ready-fd 77
  2> --ready-fd '77': no such descriptor is open; open it first, such as with 3>FILE
  => 2
  $ balloonsim --qmp x --mix 1:
  2> --mix '1:': one machine can't be mixed; add --vms and --dir, or use -o
  => 2
  $ balloonsim --qmp x --nonsense
  2> balloonsim: unrecognized option '--nonsense'
  2> Try `balloonsim --help' or `balloonsim --usage' for more information.
  => 2
