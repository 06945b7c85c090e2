Output that can't be written is an error, whoever prints it.

  $ stub vm
  $ balloonctl -c vm stats > /dev/full
  2> standard output: No space left on device
  => 1
  $ balloonctl -c vm stats --json > /dev/full
  2> standard output: No space left on device
  => 1
  $ balloonctl -c vm interval > /dev/full
  2> standard output: No space left on device
  => 1
  $ balloonctl --help > /dev/full
  2> standard output: No space left on device
  => 1

So is a closed standard output; above all, it is not sent to the VM.

  $ balloonctl -c vm stats --json >&-
  2> standard output: Bad file descriptor
  => 1
  $ balloonctl -c vm stats --json <&- >&-
  2> standard output: Bad file descriptor
  => 1
  $ balloonctl --version >&-
  2> standard output: Bad file descriptor
  => 1
  $ grep -c schema vm.log
  0
  => 1

Where nothing is printed it does not matter.

  $ balloonctl -c vm disable -q <&- >&-

A reader that has gone away is no news: SIGPIPE ends the program, as it does others, and where it
is ignored there is no message.

  $ (while ! [ -e gone ]; do :; done; balloonctl -c vm stats --json; echo $? > status) | (exec <&-; : > gone)
  $ while ! [ -s status ]; do :; done; cat status
  141
  $ rm gone status
  $ (trap '' PIPE; while ! [ -e gone ]; do :; done; balloonctl -c vm stats --json; echo $? > status) | (exec <&-; : > gone)
  $ while ! [ -s status ]; do :; done; cat status
  1

A table fits the terminal: the ends of long names go, with a sign that they did; then of meanings.
Where there is no terminal nothing is cut, whatever COLUMNS says.

  $ stub web-server-of-the-customer 'query-name = {}'
  $ terminal 70 'balloonctl -c vm -c web-server-of-the-customer stats'
  VM            FRESH  AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS
  web1          fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    \e[2m-\e[0m
  web-server-…  fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    \e[2m-\e[0m
  $ terminal 60 'balloonctl -c vm stats' | tail -n 3
  direct-scans        1.5 KiB  looked at by allocations thems…
  async-reclaims      512 KiB  freed by background reclaim
  direct-reclaims       1 KiB  freed by allocations themselves
  $ COLUMNS=50 balloonctl -c vm stats | tail -n 3
  direct-scans        1.5 KiB  looked at by allocations themselves
  async-reclaims      512 KiB  freed by background reclaim
  direct-reclaims       1 KiB  freed by allocations themselves
  $ terminal 200 'COLUMNS=50 balloonctl -c vm stats' | tail -n 3
  direct-scans        1.5 KiB  looked at by allocat…
  async-reclaims      512 KiB  freed by background …
  direct-reclaims       1 KiB  freed by allocations…
  $ terminal 20 'balloonctl -c vm stats' | tail -n 3
  direct-s…    1.5 KiB  looked…
  async-re…    512 KiB  freed …
  direct-r…      1 KiB  freed …

Where a statistic is absent its dash is dim, unless NO_COLOR is set.

  $ terminal 80 'balloonctl -c vm stats' | grep pgfail
  htlb-pgfail               \e[2m-\e[0m  huge pages that could not be had
  $ terminal 80 'NO_COLOR= balloonctl -c vm stats' | grep pgfail
  htlb-pgfail               \e[2m-\e[0m  huge pages that could not be had
  $ terminal 80 'NO_COLOR=1 balloonctl -c vm stats' | grep pgfail
  htlb-pgfail               -  huge pages that could not be had
  $ terminal 80 'TERM=dumb balloonctl -c vm stats' | grep pgfail
  htlb-pgfail               -  huge pages that could not be had

Characters of other scripts count as wide as they are shown.

  $ stub wide 'query-name = {"name": "\u6771\u4eac\u306e\u30b5\u30fc\u30d0\u30fc"}'
  $ stub marks 'query-name = {"name": "a\u0301e\u0300o\u0302"}'
  $ balloonctl -c wide -c marks stats
  VM              FRESH  AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS
  東京のサーバー  fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -
  áèô             fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -
  $ LC_ALL=C balloonctl -c wide -c marks stats | md5sum > c; balloonctl -c wide -c marks stats | md5sum | diff - c
  $ terminal 75 'balloonctl -c wide -c marks stats'
  VM              FRESH  AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS
  東京のサーバー  fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    \e[2m-\e[0m
  áèô             fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    \e[2m-\e[0m
