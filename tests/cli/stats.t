One VM: a list. The sizes are people's, the counts are counts.

  $ stub vm
  $ balloonctl -c unix:vm stats
  address:      unix:vm
  name:         web1
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  polling:      every 2 s
  last update:  2100-01-01T00:00:00+00:00 (0 s ago)
  freshness:    fresh: the guest answered when it was asked
  used:         128.5 MiB (total - available)
  actual:       1 GiB of 1 GiB
  ~
  STATISTIC             VALUE  MEANING
  swap-in                 0 B  read back from swap
  swap-out              4 KiB  written to swap
  major-faults            215  page faults that had to read a disk
  minor-faults        1003456  page faults (Linux: all of them)
  free-memory       805.8 MiB  not used for anything
  total-memory      985.5 MiB  all the memory the guest has
  available-memory    857 MiB  can be had without swapping
  disk-caches        80.9 MiB  caches of files and disks
  htlb-pgalloc              0  huge pages allocated
  htlb-pgfail               -  huge pages that could not be had
  oom-kills                 1  processes killed for lack of memory
  alloc-stalls              2  allocations that waited for reclaim
  async-scans           1 MiB  looked at by background reclaim
  direct-scans        1.5 KiB  looked at by allocations themselves
  async-reclaims      512 KiB  freed by background reclaim
  direct-reclaims       1 KiB  freed by allocations themselves

All digits.

  $ balloonctl -c unix:vm stats --bytes | grep memory
  free-memory        844943360  not used for anything
  total-memory      1033416704  all the memory the guest has
  available-memory   898629632  can be had without swapping
  oom-kills                  1  processes killed for lack of memory
  $ balloonctl -c unix:vm stats -b | grep disk-caches
  disk-caches         84869120  caches of files and disks

An older QEMU has ten statistics; a guest without a driver has reported none.

  $ stub old 'query-name = {}' 'qom-get guest-stats = {"stats":
  > {"stat-htlb-pgalloc": 18446744073709551615, "stat-swap-out": 18446744073709551615,
  > "stat-available-memory": 18446744073709551615, "stat-htlb-pgfail": 18446744073709551615,
  > "stat-free-memory": 18446744073709551615, "stat-minor-faults": 18446744073709551615,
  > "stat-major-faults": 18446744073709551615, "stat-total-memory": 18446744073709551615,
  > "stat-swap-in": 18446744073709551615, "stat-disk-caches": 18446744073709551615},
  > "last-update": 0}'
  $ balloonctl -c old stats
  address:      old
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  polling:      every 2 s
  last update:  never: no balloon driver in the guest has answered
  freshness:    never: the guest has not sent any
  actual:       1 GiB of 1 GiB
  ~
  STATISTIC         VALUE  MEANING
  swap-in               -  read back from swap
  swap-out              -  written to swap
  major-faults          -  page faults that had to read a disk
  minor-faults          -  page faults (Linux: all of them)
  free-memory           -  not used for anything
  total-memory          -  all the memory the guest has
  available-memory      -  can be had without swapping
  disk-caches           -  caches of files and disks
  htlb-pgalloc          -  huge pages allocated
  htlb-pgfail           -  huge pages that could not be had

Polling was never switched on.

  $ stub off 'qom-get guest-stats-polling-interval = 0' \
  >   'qom-get guest-stats = {"stats": {}, "last-update": 0}'
  $ balloonctl -c off stats | sed -n 4,5p
  polling:      off ('balloonctl enable' switches it on)
  last update:  never

Polling was switched off five minutes ago.

  $ stub off 'qom-get guest-stats-polling-interval = 0' \
  >   "qom-get guest-stats = {\"stats\": {}, \"last-update\": $(($(date +%s) - 300))}"
  $ balloonctl -c off stats | sed -n 's/[0-9T:-]*+00:00/THEN/; 4,5p'
  polling:      off ('balloonctl enable' switches it on)
  last update:  THEN (5 min ago)

The age in people's units, and the time where the reader is.

  $ stub vm "qom-get guest-stats = {\"stats\": {}, \"last-update\": $(($(date +%s) - 86400 * 3))}"
  $ balloonctl -c vm stats | sed -n 's/.*(\(.* ago\))/\1/p'
  3 days ago
  $ stub vm "qom-get guest-stats = {\"stats\": {}, \"last-update\": $(($(date +%s) - 90))}"
  $ balloonctl -c vm stats | sed -n 's/9[0-9]/about 90/; s/.*(\(.* ago\))/\1/p'
  90 s ago
  $ stub vm "qom-get guest-stats = {\"stats\": {}, \"last-update\": $(($(date +%s) - 8000))}"
  $ balloonctl -c vm stats | sed -n 's/.*(\(.* ago\))/\1/p'
  2 h ago
  $ stub vm
  $ TZ=XXX-5:30 balloonctl -c vm stats | grep update
  last update:  2100-01-01T05:30:00+05:30 (0 s ago)

A time that no calendar has.

  $ stub vm 'qom-get guest-stats = {"stats": {}, "last-update": 9223372036854775807}'
  $ balloonctl -c vm stats | grep update
  last update:  second 9223372036854775807

What can't be true, what the guest failed to read, and what we do not know.

  $ stub vm 'qom-get guest-stats = {"stats": {"stat-total-memory": 1048576,
  > "stat-available-memory": 2097152, "stat-swap-in": 18446744073709547520, "stat-new": 12,
  > "stat-newer": 18446744073709551615}, "last-update": 4102444800}'
  $ balloonctl -c vm stats | sed '1,/^$/d'
  STATISTIC         VALUE  MEANING
  swap-in               -  read back from swap
  total-memory      1 MiB  all the memory the guest has
  available-memory  2 MiB  can be had without swapping
  stat-new             12  (this balloonctl does not know it)
  stat-newer            -  (this balloonctl does not know it)
  note: available memory exceeds total memory
  note: the guest failed to read a value
  note: swap-in was sent as 18446744073709547520

A device given by hand.

  $ stub vm
  $ balloonctl -c vm --device /machine/peripheral/b7/virtio-backend stats | grep device
  device:       /machine/peripheral/b7/virtio-backend
  $ grep -o '"path":"[^"]*"' vm.log | sort -u
  "path":"/machine/peripheral/b7/virtio-backend"

No balloon at all.

  $ stub vm 'qom-list /machine/peripheral = [{"name": "type", "type": "string"}]'
  $ balloonctl -c vm stats
  2> vm: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line
  => 1
