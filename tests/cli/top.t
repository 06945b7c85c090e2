All VMs in frames, for a pipe. A frame for a screen is tried on one (tests/terminal).

  $ stub vm
  $ stub poor 'query-name = {"name": "a name that is longer than there is room for it"}' \
  >   'qom-get guest-stats = {"stats": {"stat-total-memory": 1033416704, "stat-available-memory": 33416704, "stat-free-memory": 18446744073709551615}, "last-update": 4102444800}'
  $ stub wide 'query-name = {"name": "\u732b\u001b[2Jx"}'
  $ balloonctl -c vm -c poor -c wide top --batch -n 1 | sed 's/ *$//'
  balloonctl top - 00:00:00  3 VMs, 3 fresh  by name
  NAME                                                   USED/TOTAL AVAIL CACHE   ACT   RSS SWAP/S MAJF/S FRESH   HISTORY
  a name that is longer than there [################# ]   953M/985M   31M     -  1.0G     -      -      - fresh   ▁
  web1                             [##                ]   128M/985M  857M   80M  1.0G     -      -      - fresh   ▇
  猫\x1b[2Jx                       [##                ]   128M/985M  857M   80M  1.0G     -      -      - fresh   ▇
  $ balloonctl -c vm -c nothing top --batch --count 1 -i 2 | sed 's/ *$//'
  balloonctl top - 00:00:00  2 VMs, 1 fresh, 1 not  by name
  NAME                             USED/TOTAL AVAIL CACHE   ACT   RSS SWAP/S MAJF/S FRESH   HISTORY
  nothing                                   -     -     -     -     -      -      - failed
  web1       [##                ]   128M/985M  857M   80M  1.0G     -      -      - fresh   ▇
  2> nothing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  $ grep -c qom-set vm.log
  0
  => 1

Rates need two samples, and the history grows.

  $ moving balloonctl -c sim:name=web,workload=swapping top --batch -n 2 -i 1 | sed -n 's/^web .*M .* \(fresh   ▁\).*/\1/p'
  fresh   ▁
  fresh   ▁

Nobody reads: the end, by SIGPIPE as that of others, and polling is off again.

  $ sim --qmp p
  $ (moving balloonctl -q -c p top --batch -i 1; echo $? > status) | head -3 | sed -n '$s/ .*//p'
  p
  $ cat status; balloonctl -c p interval
  141
  0
  $ moving balloonctl -q -c p top --batch -i 1 > /dev/full
  2> standard output: No space left on device
  => 1
  $ moving balloonctl -q -c p top --batch -i 1 >&-
  2> standard output: Bad file descriptor
  => 1
  $ balloonctl -c p interval
  0

What it does not.

  $ balloonctl -c vm top
  2> top: this is no terminal; give --batch
  => 2
  $ balloonctl -c vm top -n 1
  2> --count: frames are counted with --batch only
  => 2
  $ balloonctl -c vm top --batch -n 0
  2> --count '0': give a number from 1 on, such as 10
  => 2
  $ balloonctl -c vm top --batch -i x
  2> --interval 'x': give whole seconds from 1 to 4294967295, such as 2
  => 2
  $ stub off 'qom-get guest-stats-polling-interval = 0'
  $ balloonctl -c off top --batch -n 1 | sed -n 's/ *$//; 3p'
  web1       [##                ]   128M/985M  857M   80M  1.0G     -      -      - off
  $ grep -o '"property":"guest-stats-polling-interval","value":[0-9]*' off.log | tail -n 1
  "property":"guest-stats-polling-interval","value":0
