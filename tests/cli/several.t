Several VMs: one row each, in the order given. A VM that fails has a row of dashes and a sentence,
and delays nobody.

  $ stub a
  $ stub b 'query-name = {}' 'qom-get guest-stats = {"stats": {"stat-free-memory": 5},
  > "last-update": 0}' 'qom-get guest-stats-polling-interval = 0'
  $ stub deaf silent
  $ balloonctl --timeout 0.3 -c a -c deaf -c b -c missing stats 2>err; echo $?
  VM       FRESH  AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS
  web1     fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -
  deaf     -        -          -          -          -       -    -
  b        never    -          -          -          -   1 GiB    -
  missing  -        -          -          -          -       -    -
  1
  $ sed 's/process [0-9]*/process N/' err
  deaf: no greeting after 300 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?
  missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  $ balloonctl -c a -c b stats --bytes
  VM    FRESH  AGE       USED  AVAILABLE       TOTAL      ACTUAL  RSS
  web1  fresh  0 s  134787072  898629632  1033416704  1073741824    -
  b     never    -          -          -           -  1073741824    -

The other commands.

  $ balloonctl -c a -c missing -c b interval
  a	2
  b	0
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c a -c b enable
  2> a: polling stays on every 2 s
  2> b: polling every 2 s (was off)
  $ balloonctl -c a -c b disable
  2> a: polling off (was every 2 s); the last statistics stay readable
  2> b: polling was off already
  $ balloonctl -c a -c missing -c b size
  a	actual 1 GiB of 1 GiB
  b	actual 1 GiB of 1 GiB
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c b -c a info
  address:      b
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      off ('balloonctl enable' switches it on)
  last update:  never
  freshness:    never: the guest has not sent any
  size:         1 GiB of 1 GiB
  ~
  address:      a
  name:         web1
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         9.2.0
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
  freshness:    fresh: the guest answered when it was asked
  size:         1 GiB of 1 GiB

The same VM twice: QEMU serves one after the other.

  $ balloonctl -c a -c a interval
  a	2
  a	2

One hung VM delays no other's second step: the polling of b is on before deaf has timed out.

  $ stub deaf silent
  $ stub b 'qom-get guest-stats-polling-interval = 0'
  $ balloonctl --timeout 20 -c deaf -c b enable 2>/dev/null & pid=$!
  > for i in $(seq 100); do grep -q qom-set b.log && break; sleep 0.05; done
  > kill $pid; grep -o '"value":.' b.log
  "value":2

What takes longer than a second shows on a terminal that it is alive, and nowhere else.

  $ stub silent1 silent
  $ stub silent2 silent
  $ script -qec 'balloonctl --timeout 1.9 -c silent1 -c silent2 -c a interval' /dev/null > tty; sed 's/process [0-9]*/process N/g' tty | tr '\r\033' 'RE'
  RE[Kwaiting for silent1 and 1 more of 3 VMs ...RE[Ka	2R
  silent1: no greeting after 1900 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?R
  silent2: no greeting after 1900 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?R
  $ script -qec 'balloonctl -q --timeout 1.9 -c silent1 interval' /dev/null | grep -c waiting
  0
  => 1
  $ balloonctl --timeout 1.9 -c silent1 interval 2>&1 | grep -c waiting
  0
  => 1
  $ terminal 20 'balloonctl --timeout 1.9 -c silent1 -c silent2 -c a interval' | head -n 1 | tr '\r' R
  R\e[Kwaiting for silent1R\e[Ka	2

A warning that comes meanwhile takes the line's place.

  $ stub late; : > late.tty; kill -STOP $(tail -n 1 pids)
  $ script -qfec 'balloonctl --timeout 20 -c late size 5G' /dev/null > late.tty & pid=$!
  > until grep -q waiting late.tty; do kill -0 $pid || break; sleep 0.05; done
  > kill -CONT $(tail -n 1 pids); wait $pid; tr '\r\033' 'RE' < late.tty | sed -E 's/(RE.Kwaiting[^R]*)+/\1/'
  RE[Kwaiting for late ...RE[Klate: warning: the machine has 1 GiB; QEMU makes that the targetR
  late: target 1 GiB (was 1 GiB of 1 GiB); the guest follows in its own timeR
