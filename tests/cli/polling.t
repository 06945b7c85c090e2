Polling that is off is switched on, every two seconds.

  $ stub vm 'qom-get guest-stats-polling-interval = 0'
  $ balloonctl -c unix:vm enable
  2> unix:vm: polling every 2 s (was off)
  $ grep -o '"value":[0-9]*' vm.log
  "value":2

An interval that is set stays.

  $ stub vm 'qom-get guest-stats-polling-interval = 5'
  $ balloonctl -c vm enable
  2> vm: polling stays on every 5 s
  $ grep -c qom-set vm.log
  0
  => 1
  $ balloonctl -c vm enable --interval 5
  2> vm: polling stays on every 5 s

Unless another one is asked for; the range is all of what QEMU takes.

  $ balloonctl -c vm enable --interval 10
  2> vm: polling every 10 s (was every 5 s)
  $ balloonctl -c vm enable -i 4294967295
  2> vm: polling every 4294967295 s (was every 5 s)
  $ balloonctl -c vm enable -i1
  2> vm: polling every 1 s (was every 5 s)
  $ grep -o '"value":[0-9]*' vm.log
  "value":5
  "value":10
  "value":4294967295
  "value":1

Nothing is said with --quiet, and nothing ever on standard output.

  $ balloonctl -q -c vm enable -i 3
  $ balloonctl -c vm disable --quiet
  $ balloonctl -c vm enable 2>/dev/null

  $ balloonctl -c vm disable
  2> vm: polling off (was every 5 s); the last statistics stay readable
  $ grep -o '"value":[0-9]*' vm.log | tail -n 1
  "value":0
  $ stub vm 'qom-get guest-stats-polling-interval = 0'
  $ balloonctl -c vm disable
  2> vm: polling was off already

The interval alone, for scripts.

  $ balloonctl -c vm interval
  0
  $ stub vm 'qom-get guest-stats-polling-interval = 4294967295'
  $ balloonctl -c vm interval
  4294967295

What QEMU refuses.

  $ stub vm 'qom-set ! GenericError timer value is too big'
  $ balloonctl -c vm enable -i 7
  2> vm: qom-set: timer value is too big (GenericError)
  => 1
