What the balloon leaves to the guest, of how much.

  $ stub vm 'query-balloon = {"actual": 536870912}'
  $ balloonctl -c vm size
  actual 512 MiB of 1 GiB
  $ balloonctl -c vm size --bytes
  actual 536870912 of 1073741824
  $ balloonctl -c vm size --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "actual_bytes": 536870912,
        "maximum_bytes": 1073741824
      }
    ]
  }

Rounded to a tenth.

  $ for bytes in 0 1 1023 1024 1075 1076 1048524 1048525 1073741823 1099511627776 \
  >     9223372036854775807 -1 -1536 -9223372036854775808; do
  >   stub vm "query-balloon = {\"actual\": $bytes}"
  >   balloonctl -c vm size
  >   balloonctl -c vm size --bytes
  > done | sed 's/ of .*//'
  actual 0 B
  actual 0
  actual 1 B
  actual 1
  actual 1023 B
  actual 1023
  actual 1 KiB
  actual 1024
  actual 1 KiB
  actual 1075
  actual 1.1 KiB
  actual 1076
  actual 1023.9 KiB
  actual 1048524
  actual 1 MiB
  actual 1048525
  actual 1 GiB
  actual 1073741823
  actual 1 TiB
  actual 1099511627776
  actual 8 EiB
  actual 9223372036854775807
  actual -1 B
  actual -1
  actual -1.5 KiB
  actual -1536
  actual -8 EiB
  actual -9223372036854775808

A QEMU that can't tell the maximum, and a guest that claims a balloon larger than its memory.

  $ stub vm 'query-balloon = {"actual": -4096}' \
  >   'query-memory-size-summary ! CommandNotFound The command has not been found'
  $ balloonctl -c vm size
  actual -4 KiB
  $ balloonctl -c vm size --json | grep _bytes
        "actual_bytes": -4096,
        "maximum_bytes": null

Units.

  $ stub vm
  $ for size in 536870912 512M 512MiB 512mib 0.5G .5GiB 1GB 1.5kb 524288K 1073741824b 0.001T; do
  >   balloonctl -q -c vm size --force $size 2>/dev/null || echo $size failed
  > done
  $ grep -o '"value":[0-9]*' vm.log
  "value":536870912
  "value":536870912
  "value":536870912
  "value":536870912
  "value":536870912
  "value":536870912
  "value":1000000000
  "value":1500
  "value":536870912
  "value":1073741824
  "value":1099511627

It says what it did. The target goes to QEMU exact, up to the last number it takes.

  $ balloonctl -c unix:vm size 512M
  2> unix:vm: target 512 MiB (was 1 GiB of 1 GiB); the guest follows in its own time
  $ balloonctl -c unix:vm size 512M --bytes
  2> unix:vm: target 536870912 bytes (was 1073741824 of 1073741824); the guest follows in its own time
  $ balloonctl -c unix:vm size 512M --json --quiet | grep _bytes
        "actual_bytes": 1073741824,
        "maximum_bytes": 1073741824,
        "target_bytes": 536870912
  $ balloonctl -c unix:vm size 9007199254740993 -q
  2> unix:vm: warning: the machine has 1 GiB; QEMU makes that the target
  $ balloonctl -c unix:vm size 9223372036854775807 -q
  2> unix:vm: warning: the machine has 1 GiB; QEMU makes that the target
  $ grep -o '"value":[0-9]*' vm.log | tail -n 2
  "value":9007199254740993
  "value":9223372036854775807

What the guest can't spare is not taken from it; by free memory and caches, if its driver does not say
what is available. Who insists gets a warning.

  $ balloonctl --timeout 0.2 -c vm size $((1073741824 - 898629632 - 1)) -bq
  2> vm: not set: this takes 898629633 bytes from a guest that had 898629632 bytes available 0 s ago; it would swap or kill processes (--force sets it all the same)
  => 1
  $ balloonctl --timeout 0.2 -c vm size $((1073741824 - 898629632)) -bq
  $ stub vm 'qom-get guest-stats = {"stats": {"stat-free-memory": 1048576, "stat-disk-caches": 1048576,
  > "stat-available-memory": 18446744073709551615}, "last-update": '$(($(date +%s) - 300))'}'
  $ balloonctl --timeout 0.2 -c vm size 1022M -q
  $ balloonctl --timeout 0.2 -c vm size 1021M -q
  2> vm: not set: this takes 3 MiB from a guest that had 2 MiB available 5 min ago; it would swap or kill processes (--force sets it all the same)
  => 1
  $ balloonctl --timeout 0.2 -c vm size 1021M -q --force
  2> vm: warning: this takes 3 MiB from a guest that had 2 MiB available 5 min ago; it may swap or kill processes
  $ balloonctl --timeout 0.2 -c vm size -3M --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "error": {
          "code": "ENOMEM",
          "class": null,
          "message": "vm: not set: this takes 3 MiB from a guest that had 2 MiB available 5 min ago; it would swap or kill processes (--force sets it all the same)"
        }
      }
    ]
  }
  2> vm: not set: this takes 3 MiB from a guest that had 2 MiB available 5 min ago; it would swap or kill processes (--force sets it all the same)
  => 1

Nothing is refused without numbers.

  $ stub vm 'qom-get guest-stats = {"stats": {}, "last-update": 0}'
  $ balloonctl -c vm size 1M -q

The guest is asked for new numbers first, and the interval stays as it was.

  $ printf 'interval\nsize 200M\ninterval\nstats freshness\n' |
  >   moving balloonctl -q -c sim: shell -k 2>&1 | sed 's/[0-9.]* MiB available [01] s/N MiB available N s/'
  0
  sim:: not set: this takes 824 MiB from a guest that had N MiB available N s ago; it would swap or kill processes (--force sets it all the same)
  standard input:2: 'size 200M' failed with status 1
  0
  off

Numbers from before the balloon moved would mislead: of 1 GiB the guest can spare 700 MiB, and not
twice.

  $ printf 'size 500M --wait\nsize 100M --wait\n' |
  >   moving balloonctl -q -c sim:guest-stats-polling-interval=10 shell 2>&1 | sed 's/[0-9.]* MiB available [01] s/N MiB available N s/'
  sim:guest-stats-polling-interval=10: not set: this takes 400 MiB from a guest that had N MiB available N s ago; it would swap or kill processes (--force sets it all the same)
  standard input:2: 'size 100M --wait' failed with status 1

What the guest shall keep available, by a report that is new.

  $ moving balloonctl -c sim: size 512M --min-available 600M 2>&1 | sed 's/[0-9.]* MiB available [01] s/N MiB available N s/'
  sim:: not set: this takes 512 MiB from a guest that had N MiB available N s ago, and less than 600 MiB would remain (--min-available)
  $ moving balloonctl -c sim: size 512M --min-available 600M --bytes 2>&1 | sed 's/[0-9]* bytes available [01] s/N bytes available N s/'
  sim:: not set: this takes 536870912 bytes from a guest that had N bytes available N s ago, and less than 629145600 bytes would remain (--min-available)
  $ moving balloonctl -c sim: size 512M --min-available 100M
  2> sim:: target 512 MiB (was 1 GiB of 1 GiB); the guest follows in its own time
  $ moving balloonctl -c sim:guest=windows-no-service size 512M --min-available 100M --timeout 1
  2> sim:guest=windows-no-service: not set: --min-available needs a new report, and the guest does not answer; see 'balloonctl diagnose'
  => 1
  $ moving balloonctl -c sim:fault=available-above-total size 512M --min-available 100M
  2> sim:fault=available-above-total: not set: --min-available relies on the guest's numbers, and available memory exceeds total memory; see 'balloonctl diagnose'
  => 1
  $ moving balloonctl -c sim:paused=on size 512M --min-available 100M
  2> sim:paused=on: not set: --min-available needs a new report, and the guest does not answer; see 'balloonctl diagnose'
  => 1
  $ moving balloonctl -c sim:fault=no-driver size 512M --min-available 100M --timeout 0.2
  2> sim:fault=no-driver: not set: --min-available needs a new report, and the guest does not answer; see 'balloonctl diagnose'
  => 1
  $ moving balloonctl -c sim:fault=no-driver size 2G --min-available 100M
  2> sim:fault=no-driver: warning: the machine has 1 GiB; QEMU makes that the target
  2> sim:fault=no-driver: target 1 GiB (was 1 GiB of 1 GiB); the guest follows in its own time
  $ balloonctl -c vm size 512M --min-available -1 || balloonctl -c vm size 512M --min-available x
  2> --min-available '-1': give bytes or a number with a unit, such as 256M
  2> --min-available 'x': give bytes or a number with a unit, such as 256M
  => 2
  $ balloonctl -c vm size 512M --min-available 1G --force
  2> --force: --min-available is there to refuse; give one of them
  => 2
  $ balloonctl -c vm size --force; balloonctl -c vm size --min-available 1M
  2> --force: give the SIZE to be set as well, such as 512M
  2> --min-available: give the SIZE to be set as well, such as 512M
  => 2

From what the guest has now, and shares.

  $ stub vm 'query-balloon = {"actual": 805306368}'
  $ for size in +128M -128M -0.5G +10% -10% -12.5% 50% 100% 0.01% 150% -5 +5 -0 -.5K -b1M +1000000%; do
  >   balloonctl -c vm size $size -b --force
  > done
  2> vm: target 939524096 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 671088640 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 268435456 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 885837004 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 724775732 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 704643072 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 536870912 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 1073741824 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 107374 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: warning: the machine has 1073741824 bytes; QEMU makes that the target
  2> vm: target 1073741824 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 805306363 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 805306373 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 805306368 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 805305856 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: target 804257792 bytes (was 805306368 of 1073741824); the guest follows in its own time
  2> vm: warning: the machine has 1073741824 bytes; QEMU makes that the target
  2> vm: target 1073741824 bytes (was 805306368 of 1073741824); the guest follows in its own time
  $ grep -o '"value":[0-9]*' vm.log
  "value":939524096
  "value":671088640
  "value":268435456
  "value":885837004
  "value":724775732
  "value":704643072
  "value":536870912
  "value":1073741824
  "value":107374
  "value":1610612736
  "value":805306363
  "value":805306373
  "value":805306368
  "value":805305856
  "value":804257792
  "value":8053868986368
  $ balloonctl -c vm size --force -- -1M
  2> vm: target 767 MiB (was 768 MiB of 1 GiB); the guest follows in its own time
  $ for size in - + -% % +-5 -5Q -1.5 5%% 50%M +9223372036854775808 -9223372036854775808 --5; do
  >   balloonctl -c vm size "$size" 2>&1 | head -n 1
  > done
  '-': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  '+': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  balloonctl size: invalid option -- '%'
  '%': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  '+-5': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  '-5Q': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  '-1.5': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  '5%%': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  '50%M': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  '+9223372036854775808': too large; QEMU takes up to 9223372036854775807 bytes
  '-9223372036854775808': too large; QEMU takes up to 9223372036854775807 bytes
  balloonctl size: unrecognized option '--5'
  $ balloonctl -c vm size -1G; balloonctl -c vm size -100%; balloonctl -c vm size +9223372036854775807
  2> vm: -1G: that would leave nothing to the guest
  2> vm: -100%: that would leave nothing to the guest
  2> vm: +9223372036854775807: too large; QEMU takes up to 9223372036854775807 bytes
  => 1
  $ balloonctl -c vm size -1M -2M; balloonctl -c vm size 1M -2M
  2> balloonctl size: Too many arguments
  2> Try `balloonctl size --help' or `balloonctl size --usage' for more
  2> information.
  2> balloonctl size: Too many arguments
  2> Try `balloonctl size --help' or `balloonctl size --usage' for more
  2> information.
  => 2
  $ stub vm 'query-balloon = {"actual": -4096}' \
  >   'query-memory-size-summary ! CommandNotFound The command has not been found'
  $ balloonctl -c vm size +1M
  2> vm: +1M: the guest claims a balloon larger than its memory; give a size such as 512M
  => 1
  $ balloonctl -c vm size 50% --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "error": {
          "code": "ENODATA",
          "class": null,
          "message": "vm: 50%: this QEMU does not tell how much memory the machine has; give a size such as 512M"
        }
      }
    ]
  }
  2> vm: 50%: this QEMU does not tell how much memory the machine has; give a size such as 512M
  => 1

Sizes that are none.

  $ for size in '' x 1.5 1.5B 5Q 5MM 5MiBs '5 M' 5,5M 1.2.3G . .G 0x10 1e9 ' 5' inf; do
  >   balloonctl -c vm size "$size" 2>&1 || echo $?
  > done
  '': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  'x': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '1.5': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '1.5B': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '5Q': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '5MM': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '5MiBs': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '5 M': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '5,5M': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '1.2.3G': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '.': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '.G': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '0x10': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  '1e9': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  ' 5': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  'inf': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2
  $ for size in 0 0K 0.0001K 9223372036854775808 8E 18446744073709551616 99999999999999999999T; do
  >   balloonctl -c vm size $size 2>&1 || echo $?
  > done
  '0': QEMU refuses to leave nothing to the guest; give what it shall keep, such as 512M
  2
  '0K': QEMU refuses to leave nothing to the guest; give what it shall keep, such as 512M
  2
  '0.0001K': QEMU refuses to leave nothing to the guest; give what it shall keep, such as 512M
  2
  '9223372036854775808': too large; QEMU takes up to 9223372036854775807 bytes
  2
  '8E': too large; QEMU takes up to 9223372036854775807 bytes
  2
  '18446744073709551616': too large; QEMU takes up to 9223372036854775807 bytes
  2
  '99999999999999999999T': too large; QEMU takes up to 9223372036854775807 bytes
  2
  $ balloonctl -c vm size 1G 2G
  2> balloonctl size: Too many arguments
  2> Try `balloonctl size --help' or `balloonctl size --usage' for more
  2> information.
  => 2

What QEMU refuses.

  $ stub vm 'balloon ! KVMMissingCap Using KVM without synchronous MMU, balloon unavailable'
  $ balloonctl -c vm size 512M
  2> vm: balloon: Using KVM without synchronous MMU, balloon unavailable (KVMMissingCap)
  => 1
