A plugin for monitoring systems. The guest is asked twice, so the clock moves; numbers that depend on
the moment are N.

  $ cat > numbers <<'EOT'
  > sed -E 's/[0-9.]+ [KMG]?i?B/N B/g; s/[0-9.]+( %|%|B|s)/N\1/g'
  > EOT
  $ moving balloonctl check -c sim:name=web1 | sed 's/763\.[0-9]/763.N/; s/78\.3[0-9]/78.3N/; s/age=[01]s/age=Ns/'
  BALLOON OK - web1: 78 % available (763.N MiB of 974.5 MiB); swap 0 B/s; pressure none|available=78.3N%;10:;5:;0;100 swap=0B;1048576;10485760;0 age=Ns;;;0
  $ moving balloonctl check -c sim:workload=swapping,name=web2 > out; echo $?; sh numbers < out
  2
  BALLOON CRITICAL - web2: N % available (N B of N B), below N %; swap N B/s, above N B/s; pressure none|available=N%;10:;5:;0;100 swap=NB;1048576;10485760;0 age=Ns;;;0
  $ moving balloonctl check -c sim:workload=reclaim,name=web3 > out; echo $?; sh numbers < out
  1
  BALLOON WARNING - web3: pressure global; N % available (N B of N B); swap N B/s|available=N%;10:;5:;0;100 swap=NB;1048576;10485760;0 age=Ns;;;0
  $ moving balloonctl check -c sim:guest=linux-4.19,workload=swapping > out; echo $?; sh numbers < out
  2
  BALLOON CRITICAL - sim:guest=linux-4.19,workload=swapping: N % available (N B of N B), below N %; swap N B/s, above N B/s; pressure likely|available=N%;10:;5:;0;100 swap=NB;1048576;10485760;0 age=Ns;;;0

Limits.

  $ moving balloonctl check -c sim: -w available:99%,swap:off,pressure:off -C swap:off,pressure:off | sh numbers
  BALLOON WARNING - sim:: N % available (N B of N B), below N %|available=N%;99:;5:;0;100 age=Ns;;;0
  $ moving balloonctl check -c sim: -w available:off -C available:99,swap:off,pressure:off > out; echo $?; sh numbers < out
  2
  BALLOON CRITICAL - sim:: N % available (N B of N B), below N %; swap N B/s; pressure none|available=N%;;99:;0;100 swap=NB;1048576;;0 age=Ns;;;0
  $ stub old "qom-get guest-stats = {\"stats\": {}, \"last-update\": $(($(date +%s) - 300))}"
  $ balloonctl check -c old -w age:60 --timeout 0.3
  BALLOON UNKNOWN - web1: the guest has not answered within 300 ms
  => 3

What is not known is never OK.

  $ set --; for vm in guest=linux-no-counters fault=absent-values fault=available-above-total fault=zero-values \
  >   fault=failed-counters fault=no-driver fault=hangs-after-one paused=on device=none \
  >   workload=swapping,fault=backward-counters; do
  >   set -- "$@" -c sim:$vm
  > done
  > moving balloonctl check "$@" --timeout 3 > out
  > echo $?; sh numbers < out | sed 's/|.*//'
  2
  BALLOON CRITICAL - 10 VMs: 1 CRITICAL (sim:workload=swapping,fault=backward-counters), 9 UNKNOWN (sim:guest=linux-no-counters, sim:fault=absent-values, sim:fault=available-above-total, sim:fault=zero-values, sim:fault=failed-counters and 4 more)
  CRITICAL - sim:workload=swapping,fault=backward-counters: N % available (N B of N B), below N %; swap unknown: its counters went backwards; pressure unknown: values are missing or went backwards
  UNKNOWN - sim:guest=linux-no-counters: swap unknown: the guest does not report it; pressure unknown: values are missing or went backwards; N % available (N B of N B)
  UNKNOWN - sim:fault=absent-values: available memory unknown: the guest does not report it; swap unknown: the guest does not report it; pressure unknown: values are missing or went backwards
  UNKNOWN - sim:fault=available-above-total: available memory unknown: available memory exceeds total memory; swap N B/s; pressure none
  UNKNOWN - sim:fault=zero-values: available memory unknown: the guest's numbers can't be true; swap N B/s; pressure none
  UNKNOWN - sim:fault=failed-counters: swap unknown: the guest does not report it; N % available (N B of N B); pressure none
  UNKNOWN - sim:fault=no-driver: the guest has not answered within 3000 ms, and never has; is there a balloon driver in it?
  UNKNOWN - sim:fault=hangs-after-one: the guest has not answered within 3000 ms
  UNKNOWN - sim:paused=on: the VM is paused, and its guest can't answer; QMP's cont lets it go on
  UNKNOWN - sim:device=none: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line
  $ balloonctl check -c missing
  BALLOON UNKNOWN - missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 3
  $ stub silent silent
  $ balloonctl check -c silent --timeout 0.3
  BALLOON UNKNOWN - silent: no greeting after 300 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?
  => 3
  $ moving balloonctl check -c sim:guest=linux-no-counters -w swap:off,pressure:off -C swap:off,pressure:off | sh numbers
  BALLOON OK - sim:guest=linux-no-counters: N % available (N B of N B)|available=N%;10:;5:;0;100 age=Ns;;;0

Several VMs: the worst comes first, and names can't break the format.

  $ moving balloonctl check -c "sim:name=a|b='c" -c missing -c sim:workload=swapping,name=twin -c sim:name=twin > out
  => 2
  $ echo $?; sh numbers < out
  0
  BALLOON CRITICAL - 4 VMs: 1 CRITICAL (sim:workload=swapping,name=twin), 1 UNKNOWN (missing), 2 OK|'a\x7cb\x3d\x27c available'=N%;10:;5:;0;100 'a\x7cb\x3d\x27c swap'=NB;1048576;10485760;0 'a\x7cb\x3d\x27c age'=Ns;;;0 'sim:workload\x3dswapping,name\x3dtwin available'=N%;10:;5:;0;100 'sim:workload\x3dswapping,name\x3dtwin swap'=NB;1048576;10485760;0 'sim:workload\x3dswapping,name\x3dtwin age'=Ns;;;0 'sim:name\x3dtwin available'=N%;10:;5:;0;100 'sim:name\x3dtwin swap'=NB;1048576;10485760;0 'sim:name\x3dtwin age'=Ns;;;0
  CRITICAL - sim:workload=swapping,name=twin: N % available (N B of N B), below N %; swap N B/s, above N B/s; pressure none
  UNKNOWN - missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  OK - a\x7cb='c: N % available (N B of N B); swap N B/s; pressure none
  OK - sim:name=twin: N % available (N B of N B); swap N B/s; pressure none

Of hundreds, all that Nagios reads, 8 KiB, has the worst first and counts the others. Performance data
are totals then; of up to twenty VMs they are those of each, unless their names are very long.

  $ set --; for i in $(seq 298); do set -- "$@" -c gone/vm$i; done
  > moving balloonctl check "$@" -c sim:workload=swapping,name=swapper -c sim: > out
  > echo $?; test $(wc -c < out) -lt 8192 || echo too long; sh numbers < out | sed '4,/^UNK.*vm70:/d; 1!s/is the VM.*/.../'
  2
  BALLOON CRITICAL - 300 VMs: 1 CRITICAL (swapper), 298 UNKNOWN (gone/vm1, gone/vm2, gone/vm3, gone/vm4, gone/vm5 and 293 more), 1 OK|critical=1;;;0 warning=0;;;0 unknown=298;;;0 ok=1;;;0
  CRITICAL - swapper: N % available (N B of N B), below N %; swap N B/s, above N B/s; pressure none
  UNKNOWN - gone/vm1: there is no such socket; ...
  UNKNOWN - gone/vm71: there is no such socket; ...
  UNKNOWN - gone/vm72: there is no such socket; ...
  and 227 more: 226 UNKNOWN, 1 OK
  $ set --; for i in $(seq 19); do set -- "$@" -c sim:name=web$i; done
  > moving balloonctl check "$@" -c sim:name=web20 | sed -n 's/.*|//p' | grep -o "'web" | wc -l
  > moving balloonctl check "$@" -c sim:name=web20 -c sim:name=web21 | sed -n 's/.*|//p'
  60
  critical=0;;;0 warning=0;;;0 unknown=0;;;0 ok=21;;;0
  $ set --; for i in $(seq 20); do set -- "$@" -c sim:name=$(printf 'x%.0s' $(seq 60))$i; done
  > moving balloonctl check "$@" | sed -n 's/.*|//p'
  critical=0;;;0 warning=0;;;0 unknown=0;;;0 ok=20;;;0

What is cut is cut between characters.

  $ x=$(printf 'x%.0s' $(seq 55)); balloonctl check -c gone/${x}東京1 -c gone/${x}東京2 | head -n 1
  BALLOON UNKNOWN - 2 VMs: 2 UNKNOWN (gone/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..., gone/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...)
  $ stub long "query-name = {\"name\": \"$(printf '東%.0s' $(seq 600))\"}" 'qom-get guest-stats-polling-interval ! GenericError no'
  $ balloonctl check -c long | wc -c
  1009

Wrong usage is unknown, too.

  $ balloonctl check -c sim: -w memory:5
  BALLOON UNKNOWN - wrong usage, or no VM: standard error tells
  2> --warning 'memory:5': give limits such as available:10%, swap:1M, age:60 or pressure:thrashing, with commas between, or NAME:off
  => 3
  $ balloonctl check -c sim: -w age:5 -C available:5%,swap:1X
  BALLOON UNKNOWN - wrong usage, or no VM: standard error tells
  2> --critical 'swap:1X': give limits such as available:10%, swap:1M, age:60 or pressure:thrashing, with commas between, or NAME:off
  => 3
  $ balloonctl check -c sim: -w available:off,swap:off,pressure:off -C available:off,swap:off,pressure:off
  BALLOON UNKNOWN - wrong usage, or no VM: standard error tells
  2> all limits are off: leave one to be checked, such as available:10%
  => 3
  $ balloonctl check -c '' 2>/dev/null
  BALLOON UNKNOWN - wrong usage, or no VM: standard error tells
  => 3
  $ balloonctl check -c sim: --nothing 2>/dev/null
  BALLOON UNKNOWN - wrong usage, or no VM: standard error tells
  => 3
  $ balloonctl check -c sim: web1 2>/dev/null
  BALLOON UNKNOWN - wrong usage, or no VM: standard error tells
  => 3
  $ moving balloonctl check -c sim: > /dev/full 2>/dev/null
  => 3
  $ echo 'check -c sim: -w x' | balloonctl shell 2>/dev/null
  BALLOON UNKNOWN - wrong usage, or no VM: standard error tells
  => 3

Its help.

  $ balloonctl check --help | sed '/Options of every/,/^LIMITS/d'
  Usage: balloonctl check [OPTION...]
  Check VMs for Nagios, Icinga and their like: make the guest report, twice in
  two seconds if a rate is wanted, and hold that against limits. What can't be
  known is UNKNOWN, never OK.
  ~
    -C, --critical=LIMITS      Beyond these the state is CRITICAL (default:
                               available:5%,swap:10M,pressure:thrashing)
    -w, --warning=LIMITS       Beyond these the state is WARNING (default:
                               available:10%,swap:1M,pressure:likely)
  ~
  which is bad below it; swap:SIZE a second, in and out; age:SECONDS of the
  report that was there before; pressure:WORD, one of likely, struggling, cgroup,
  global, thrashing, critical, or worse. NAME:off takes a limit away.
  ~
  Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN or wrong usage.
  ~
  Examples:
    balloonctl check -c /run/vm.qmp
    balloonctl check -c /run/vm.qmp -w available:20% -C swap:off
