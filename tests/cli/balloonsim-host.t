Many simulated machines in one process.

  $ sim --vms 20 --dir host --mix 17: --mix 2:guest=windows-no-service --mix 1:guest=none
  $ ls host | head -3; ls host | wc -l
  vm-0001.qmp
  vm-0002.qmp
  vm-0003.qmp
  20
  $ balloonctl $(printf ' -c %s' host/*.qmp) stats --json > all; echo $?
  0
  $ grep -c '"polling_interval": 0' all
  20
  $ grep -c '"stat-free-memory": null' all; grep -c '"stat-free-memory": [0-9]' all
  3
  17
  $ grep -c '"last_update": 0' all
  1
  $ grep '"name"' all | head -2
        "name": "vm-0001",
        "name": "vm-0002",

The seed decides who is what; the shares stay.

  $ sim --vms 20 --dir again --mix 17: --mix 2:guest=windows-no-service --mix 1:guest=none
  $ sim --vms 20 --dir other --mix 17: --mix 2:guest=windows-no-service --mix 1:guest=none --seed 2
  $ who() { for vm in $1/*; do balloonctl -c $vm stats --json |
  >     grep -q '"stat-free-memory": null' && basename $vm; done; }
  > who host > a; who again > b; who other > c; wc -l < c
  > cmp a b && echo 'the same'; cmp -s a c || echo others
  3
  the same
  others

A machine may end, the others go on; with the last one the program ends.

  $ mkfifo ready
  $ balloonsim -q --vms 2 --dir two --ready-fd 3 3>ready & pid=$!
  > cat ready
  > end() { python3 -c 'import socket, sys
  > s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
  > s.sendall(b"{\"execute\":\"qmp_capabilities\"}{\"execute\":\"quit\"}")
  > while s.recv(4096): pass' $1; }
  > end two/vm-0002.qmp; ls two; balloonctl -c two/vm-0001.qmp interval
  > end two/vm-0001.qmp; wait $pid; echo "ended with $?"; ls -d two
  READY=1
  vm-0001.qmp
  0
  ended with 0
  2> ls: cannot access 'two': No such file or directory
  => 2

SIGTERM ends all, and their sockets and directory go.

  $ balloonsim --vms 3 --dir three --ready-fd 3 3>ready & pid=$!
  > cat ready; ls three; kill $pid; wait $pid; echo "ended with $?"; ls -d three
  READY=1
  vm-0001.qmp
  vm-0002.qmp
  vm-0003.qmp
  ended with 0
  2> balloonsim: 3 machines, QMP on three/vm-0001.qmp to vm-0003.qmp
  2> ls: cannot access 'three': No such file or directory
  => 2
  $ mkdir mine && touch mine/file
  $ balloonsim -q --vms 1 --dir mine --ready-fd 3 3>ready & pid=$!
  > cat ready; kill $pid; wait $pid; ls mine
  READY=1
  file

Broken balloons are told by name.

  $ balloonsim -q --vms 2 --dir four --mix 1:fault=bad-head --mix 1: --ready-fd 3 3>ready & pid=$!
  > cat ready; balloonctl -c four/vm-0001.qmp -c four/vm-0002.qmp enable -q; kill $pid; wait $pid
  READY=1
  2> vm-0001: Guest says index 128 is available

Wrong usage.

  $ balloonsim --vms 3
  2> --vms 3: where should their sockets be? Add --dir
  => 2
  $ balloonsim --dir d
  2> --dir 'd': for how many machines? Add --vms
  => 2
  $ balloonsim --vms 0 --dir d
  2> --vms '0': give a number of machines from 1 to 100000
  => 2
  $ balloonsim --vms 1000000 --dir d
  2> --vms '1000000': give a number of machines from 1 to 100000
  => 2
  $ balloonsim --vms 1 --dir d --qmp q
  2> --qmp 'q': machines of a host have their sockets in --dir; leave --qmp or --vms away
  => 2
  $ balloonsim --vms 1 --dir d --qtest q
  2> --qtest 'q': only one machine can have it; leave --vms away
  => 2
  $ balloonsim --vms 1 --dir d --mix 0:
  2> --mix '0:': the weight must be from 1 to 1000000
  => 2
  $ balloonsim --vms 1 --dir d --mix 1:foo=1
  2> --mix '1:foo=1': 'foo': there is no such option; balloonsim(1) lists them
  => 2
  $ balloonsim --vms 1 --dir d --mix fault=tired; ls -d d
  2> --mix 'fault=tired': fault='tired': 'tired' is no fault; there are 52, such as never-answers, tiny-buffer and crashes
  2> ls: cannot access 'd': No such file or directory
  => 2
  $ balloonsim --vms 1 --dir no/where
  2> --dir 'no/where': No such file or directory
  => 1
  $ (ulimit -n 64; balloonsim --vms 100 --dir d; echo "=> $?") 2>&1 | sed 's/may have [0-9]*/may have .../'
  --vms 100: 100 machines need 432 open files and this process may have ...; raise the limit (ulimit -Hn) or take fewer
  => 1
