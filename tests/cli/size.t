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
  >   balloonctl -q -c vm size $size 2>/dev/null || echo $size failed
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

A warning, when the guest can't spare what is taken; by free memory and caches, if its driver does
not say what is available.

  $ balloonctl -c vm size $((1073741824 - 898629632 - 1)) -bq
  2> vm: warning: this takes 898629633 bytes from a guest that had 898629632 bytes available 0 s ago; it may swap or kill processes
  $ balloonctl -c vm size $((1073741824 - 898629632)) -bq
  $ stub vm 'qom-get guest-stats = {"stats": {"stat-free-memory": 1048576, "stat-disk-caches": 1048576,
  > "stat-available-memory": 18446744073709551615}, "last-update": '$(($(date +%s) - 300))'}'
  $ balloonctl -c vm size 1022M -q
  $ balloonctl -c vm size 1021M -q
  2> vm: warning: this takes 3 MiB from a guest that had 2 MiB available 5 min ago; it may swap or kill processes

No warning without numbers.

  $ stub vm 'qom-get guest-stats = {"stats": {}, "last-update": 0}'
  $ balloonctl -c vm size 1M -q

Sizes that are none.

  $ for size in '' x -5 -0.5G 1.5 1.5B 5Q 5MM 5MiBs '5 M' 5,5M 1.2.3G . .G 0x10 +5 1e9 ' 5' inf; do
  >   balloonctl -c vm size "$size" 2>&1 || echo $?
  > done
  '': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  'x': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '-5': a size can't be negative; give what the guest shall keep, such as 512M
  2
  '-0.5G': a size can't be negative; give what the guest shall keep, such as 512M
  2
  '1.5': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '1.5B': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '5Q': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '5MM': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '5MiBs': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '5 M': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '5,5M': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '1.2.3G': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '.': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '.G': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '0x10': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '+5': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  '1e9': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  ' 5': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
  2
  'inf': not a size; give bytes or a number with a unit, such as 512M or 1.5GiB
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
