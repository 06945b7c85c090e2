-c goes before BALLOONCTL_CONNECT, and that before QMP_SOCKET.

  $ stub one 'qom-get guest-stats-polling-interval = 1'
  $ stub two 'qom-get guest-stats-polling-interval = 2'
  $ stub three 'qom-get guest-stats-polling-interval = 3'
  $ QMP_SOCKET=three balloonctl interval
  3
  $ QMP_SOCKET=three BALLOONCTL_CONNECT=unix:two balloonctl interval
  2
  $ QMP_SOCKET=three BALLOONCTL_CONNECT=two balloonctl -c one interval
  1
  $ QMP_SOCKET=three BALLOONCTL_CONNECT= balloonctl interval
  3

Before the command or behind it.

  $ balloonctl interval -c one --connect=two
  one	1
  two	2
  $ balloonctl -c three interval --connect one
  three	3
  one	1

Addresses that lead nowhere.

  $ balloonctl -c missing stats
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c tcp:localhost stats
  2> tcp:localhost: write tcp:HOST:PORT or tcp:[IPV6]:PORT, PORT from 1 to 65535
  => 1
  $ balloonctl -c fd:77 interval
  2> fd:77: this descriptor is not open
  => 1

A monitor that says nothing, within the time that was given.

  $ stub deaf silent
  $ balloonctl -c unix:deaf --timeout 0.3 stats 2>&1 | sed 's/process [0-9]*/process N/'
  unix:deaf: no greeting after 300 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?

One that is none, and one that hangs up.

  $ stub mail garbage
  $ balloonctl -c mail stats
  2> mail: the peer is no QMP server: it says '220 mail.example.org ESMTP'; give the socket of QEMU's -qmp option
  => 1
  $ stub gone eof-after=2
  $ balloonctl -c gone stats
  2> gone: QEMU closed the connection
  => 1
