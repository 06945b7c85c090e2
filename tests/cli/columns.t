The columns there are.

  $ balloonctl stats --list-columns
  COLUMN           UNIT     JSON                   LIBVIRT          MEANING
  vm               text     -                      -                the VM's name or, without one, its address
  address          text     -                      -                as it was given
  name             text     -                      -                of QEMU's -name
  device           text     -                      -                the balloon's path in QEMU's object tree
  polling          seconds  polling_interval       -                how often QEMU asks the guest; 0: polling is off
  updated          seconds  last_update            last_update      when the guest reported last; 0: never
  age              seconds  age_seconds            -                how long ago that was
  fresh            text     freshness              -                is it live: fresh, stale, never, off, paused, silent or unknown
  used             bytes    used_bytes             -                what the guest uses for itself, without caches
  formula          text     used_formula           -                how that was found
  actual           bytes    actual_bytes           actual           what the balloon leaves to the guest
  maximum          bytes    maximum_bytes          maximum          the machine's memory
  rss              bytes    host_rss_bytes         rss              the host's memory that QEMU has now
  swap-in          bytes    stat-swap-in           swap_in          read back from swap
  swap-out         bytes    stat-swap-out          swap_out         written to swap
  major-faults     count    stat-major-faults      major_fault      page faults that had to read a disk
  minor-faults     count    stat-minor-faults      minor_fault      page faults (Linux: all of them)
  free             bytes    stat-free-memory       unused           not used for anything
  total            bytes    stat-total-memory      available        all the memory the guest has
  available        bytes    stat-available-memory  usable           can be had without swapping
  caches           bytes    stat-disk-caches       disk_caches      caches of files and disks
  htlb-pgalloc     count    stat-htlb-pgalloc      hugetlb_pgalloc  huge pages allocated
  htlb-pgfail      count    stat-htlb-pgfail       hugetlb_pgfail   huge pages that could not be had
  oom-kills        count    stat-oom-kills         -                processes killed for lack of memory
  alloc-stalls     count    stat-alloc-stalls      -                allocations that waited for reclaim
  async-scans      bytes    stat-async-scans       -                looked at by background reclaim
  direct-scans     bytes    stat-direct-scans      -                looked at by allocations themselves
  async-reclaims   bytes    stat-async-reclaims    -                freed by background reclaim
  direct-reclaims  bytes    stat-direct-reclaims   -                freed by allocations themselves
  $ balloonctl stats --list-columns -n -r | head -n 3
  vm text - - the\x20VM's\x20name\x20or,\x20without\x20one,\x20its\x20address
  address text - - as\x20it\x20was\x20given
  name text - - of\x20QEMU's\x20-name
  $ balloonctl stats --list-columns -P | tail -n 1
  COLUMN="direct-reclaims" UNIT="bytes" JSON="stat-direct-reclaims" LIBVIRT="" MEANING="freed by allocations themselves"

Each statistic that a document has is one, by each of its names.

  $ stub vm
  $ for key in $(balloonctl -c vm stats --json | sed -n 's/^ *"\(stat-[^"]*\)".*/\1/p'); do
  >   balloonctl -c vm stats -n -o "$key" > a; balloonctl -c vm stats -n -o "${key#stat-}" | cmp a -
  > done; wc -l < a
  1

Chosen columns, for one VM too, in the order they are given; more than the usual ones; all.

  $ stub b 'query-name = {}' 'qom-get guest-stats = {"stats": {"stat-free-memory": 5,
  > "stat-total-memory": 7340032}, "last-update": 4102444800}'
  $ balloonctl -c vm stats -o free
       FREE
  805.8 MiB
  $ balloonctl -c vm -c b stats -o SWAP_OUT,Free,stat-total-memory,vm
  SWAP-OUT       FREE      TOTAL  VM
     4 KiB  805.8 MiB  985.5 MiB  web1
         -        5 B      7 MiB  b
  $ balloonctl -c vm -c b stats -o +oom-kills,free
  VM    FRESH  AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS  OOM-KILLS       FREE
  web1  fresh  0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -          1  805.8 MiB
  b     fresh  0 s          -          -      7 MiB   1 GiB    -          -        5 B
  $ balloonctl -c vm -c b stats -O | wc
        3     110    1056
  $ balloonctl -c vm -c b stats -O -o +free | wc -l
  3
  $ balloonctl -c vm -c b -c missing stats -o vm,updated,polling,age,oom-kills
  VM       UPDATED                    POLLING  AGE  OOM-KILLS
  web1     2100-01-01T00:00:00+00:00      2 s  0 s          1
  b        2100-01-01T00:00:00+00:00      2 s  0 s          -
  missing  -                                -    -          -
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c missing stats -o vm,free
  VM       FREE
  missing     -
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1

Without headings; for programs.

  $ balloonctl -c vm -c b stats -n -o vm,free
  web1  805.8 MiB
  b           5 B
  $ balloonctl -c vm -c b stats -n -b -o vm,free
  web1  844943360
  b             5
  $ balloonctl -c vm -c b stats -r -o vm,free,swap-in,updated,polling,age
  VM FREE SWAP-IN UPDATED POLLING AGE
  web1 844943360 0 4102444800 2 0
  b 5 - 4102444800 2 0
  $ balloonctl -c vm -c b stats -rn -o vm,free
  web1 844943360
  b 5
  $ balloonctl -c vm -c b stats -P -o vm,free,swap-in,htlb-pgfail
  VM="web1" FREE="844943360" SWAP_IN="0" HTLB_PGFAIL=""
  VM="b" FREE="5" SWAP_IN="" HTLB_PGFAIL=""
  $ balloonctl -c vm stats -Po htlb-pgalloc,free | { read -r line; eval "$line"; echo "$HTLB_PGALLOC, $FREE"; }
  0, 844943360

Names that would be something else to a terminal, a shell or a reader of lines.

  $ stub evil 'query-name = {"name": "a b\\\\c\"$(d)`e`\u001b[31m\n\u6771"}'
  $ balloonctl -c evil stats -o vm,free
  VM                                 FREE
  a b\\c"$(d)`e`\x1b[31m\x0a東  805.8 MiB
  $ balloonctl -c evil stats -rn -o vm,free
  a\x20b\x5c\x5cc"$(d)`e`\x1b[31m\x0a東 844943360
  $ balloonctl -c evil stats -P -o vm
  VM="a b\x5c\x5cc\x22\x24(d)\x60e\x60\x1b[31m\x0a東"
  $ balloonctl -c evil stats -P -o vm | { read -r line; eval "$line"; echo "$VM"; }
  a b\x5c\x5cc\x22\x24(d)\x60e\x60\x1b[31m\x0a東
  $ stub empty 'query-name = {"name": ""}'
  $ balloonctl -c empty stats -rn -o vm,free
  - 844943360

In order: by size, by name with the numbers in it by size, downwards; the absent last.

  $ stub vm9 'query-name = {}' 'qom-get guest-stats = {"stats": {"stat-free-memory": 10}, "last-update": 4102444800}'
  $ stub vm10 'query-name = {}' 'qom-get guest-stats = {"stats": {"stat-free-memory": 9}, "last-update": 4102444800}'
  $ stub none 'query-name = {}' 'qom-get guest-stats = {"stats": {"stat-free-memory": 18446744073709551615}, "last-update": 4102444800}'
  $ balloonctl -c none -c vm10 -c vm -c vm9 stats -n -b -o vm,free --sort free
  vm10          9
  vm9          10
  web1  844943360
  none          -
  $ balloonctl -c none -c vm10 -c vm -c vm9 stats -n -b -o vm,free --sort=-free
  web1  844943360
  vm9          10
  vm10          9
  none          -
  $ balloonctl -c none -c vm10 -c vm -c vm9 stats -n -b -o vm --sort vm
  none
  vm9
  vm10
  web1
  $ balloonctl -c vm10 -c none -c vm9 stats -n -o vm --sort swap-in
  vm10
  none
  vm9

One value for a script, and several; of one VM, and of several.

  $ balloonctl -c vm stats free
  805.8 MiB
  $ balloonctl -c vm stats --bytes free-memory
  844943360
  $ balloonctl -c vm stats -b stat-free-memory total-memory | cut -f 2
  1033416704
  $ balloonctl -c vm -c b stats -b free total
  vm	844943360	1033416704
  b	5	7340032
  $ balloonctl -c vm stats -n -b free total
  844943360  1033416704
  $ balloonctl -c b stats -b free swap-in
  5	-
  2> b: 'swap-in' is absent: this QEMU does not know it
  => 3
  $ balloonctl -c none stats -b free
  -
  2> none: 'free' is absent: the guest did not report it
  => 3
  $ balloonctl -c b stats rss name
  -	-
  2> b: 'rss' is not known
  2> b: 'name' is not known
  => 3
  $ balloonctl -c missing stats -b free
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1

libvirt's words, for people who know virsh dommemstat: what QEMU calls total it calls available.

  $ balloonctl -c vm stats --names=libvirt | sed '1,/^$/d'
  STATISTIC            VALUE  MEANING
  swap_in                0 B  read back from swap
  swap_out             4 KiB  written to swap
  major_fault            215  page faults that had to read a disk
  minor_fault        1003456  page faults (Linux: all of them)
  unused           805.8 MiB  not used for anything
  available        985.5 MiB  all the memory the guest has
  usable             857 MiB  can be had without swapping
  disk_caches       80.9 MiB  caches of files and disks
  hugetlb_pgalloc          0  huge pages allocated
  hugetlb_pgfail           -  huge pages that could not be had
  oom-kills                1  processes killed for lack of memory
  alloc-stalls             2  allocations that waited for reclaim
  async-scans          1 MiB  looked at by background reclaim
  direct-scans       1.5 KiB  looked at by allocations themselves
  async-reclaims     512 KiB  freed by background reclaim
  direct-reclaims      1 KiB  freed by allocations themselves
  $ balloonctl -c vm stats --names=libvirt -o available,usable,unused,oom-kills
  AVAILABLE   USABLE     UNUSED  OOM-KILLS
  985.5 MiB  857 MiB  805.8 MiB          1
  $ balloonctl -c vm -c b stats --names=libvirt
  VM    FRESH  AGE       USED   USABLE  AVAILABLE  ACTUAL  RSS
  web1  fresh  0 s  128.5 MiB  857 MiB  985.5 MiB   1 GiB    -
  b     fresh  0 s          -        -      7 MiB   1 GiB    -
  $ balloonctl -c vm stats --names=qemu -o available
  AVAILABLE
    857 MiB
  $ balloonctl -c vm stats --names=libvirt -b unused
  844943360
  $ balloonctl -c vm stats --names=libvirt -P -o hugetlb_pgalloc,swap_out
  HUGETLB_PGALLOC="0" SWAP_OUT="4096"

A document has the chosen members; a line for each VM.

  $ balloonctl -c vm stats --json -o free,polling
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "polling_interval": 2,
        "stats": {
          "stat-free-memory": 844943360
        }
      }
    ]
  }
  $ balloonctl -c vm stats --json age
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "age_seconds": 0
      }
    ]
  }
  $ balloonctl -c vm -c missing stats --json=lines -o free
  {"schema": "balloonctl/1", "address": "vm", "name": "web1", "device": "/machine/peripheral/balloon0", "stats": {"stat-free-memory": 844943360}}
  {"schema": "balloonctl/1", "address": "missing", "error": {"code": "ENOENT", "class": null, "message": "missing: there is no such socket; is the VM running, and is this the path of its -qmp option?"}}
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c vm -c missing info --json=lines
  {"schema": "balloonctl/1", "address": "vm", "name": "web1", "device": "/machine/peripheral/balloon0", "device_type": "virtio-balloon-pci", "qemu_version": "9.2.0", "qemu_package": "", "state": "running", "running": true, "polling_interval": 2, "last_update": 4102444800, "age_seconds": 0, "freshness": "fresh", "actual_bytes": 1073741824, "maximum_bytes": 1073741824}
  {"schema": "balloonctl/1", "address": "missing", "error": {"code": "ENOENT", "class": null, "message": "missing: there is no such socket; is the VM running, and is this the path of its -qmp option?"}}
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c vm size --json=lines
  {"schema": "balloonctl/1", "address": "vm", "name": "web1", "device": "/machine/peripheral/balloon0", "actual_bytes": 1073741824, "maximum_bytes": 1073741824}
  $ balloonctl -c vm stats --json=lines | tr , '\n' | grep -c stat-
  16

What can't be.

  $ balloonctl -c vm stats -o fre
  2> -o 'fre': there is no such column; did you mean 'fresh' or 'free'?
  => 2
  $ balloonctl -c vm stats -o free,memroy
  2> -o 'memroy': there is no such column; --list-columns lists them
  => 2
  $ balloonctl -c vm stats -o swap
  2> -o 'swap': there is no such column; did you mean 'swap-in' or 'swap-out'?
  => 2
  $ balloonctl -c vm stats -o +asyncscans
  2> -o 'asyncscans': there is no such column; did you mean 'async-scans'?
  => 2
  $ balloonctl -c vm stats -o zzz
  2> -o 'zzz': there is no such column; --list-columns lists them
  => 2
  $ balloonctl -c vm stats -o free,
  2> -o '': there is no such column; --list-columns lists them
  => 2
  $ balloonctl -c vm stats -o "$(printf '\033[31m')"
  2> -o '\x1b[31m': there is no such column; --list-columns lists them
  => 2
  $ balloonctl -c vm stats --sort fee
  2> --sort 'fee': there is no such column; did you mean 'free'?
  => 2
  $ balloonctl -c vm stats vm2
  2> 'vm2': there is no such column; did you mean 'vm'?
  => 2
  $ balloonctl -c vm stats -o free total
  2> 'total': give columns as words, or -o or -O, not both
  => 2
  $ balloonctl -c vm stats -rP
  2> -r and -P: give one of them
  => 2
  $ balloonctl -c vm stats -r --json
  2> --json and -r: give one of them
  => 2
  $ balloonctl -c vm stats --json=xml
  2> balloonctl stats: --json 'xml': give --json or --json=lines
  2> Try `balloonctl stats --help' or `balloonctl stats --usage' for more
  2> information.
  => 2
  $ balloonctl -c vm stats --color=red
  2> --color 'red': give auto, always or never
  => 2
  $ balloonctl -c vm stats --names=xen
  2> --names 'xen': give qemu or libvirt
  => 2

Colours that were asked for go anywhere; none go where they were forbidden.

  $ balloonctl -c b stats --color=always -o vm,free,swap-in | sed 's/\x1b/\\e/g'
  VM  FREE  SWAP-IN
  b    5 B        \e[2m-\e[0m
  $ NO_COLOR=1 balloonctl -c b stats --color=always -n -o swap-in | sed 's/\x1b/\\e/g'
  \e[2m-\e[0m
  $ terminal 80 'balloonctl -c b stats --color=never -n -o swap-in'
  -
  $ terminal 80 'balloonctl -c b stats -n -o swap-in'
  \e[2m-\e[0m
  $ terminal 80 'balloonctl -c b stats -r -o swap-in'
  SWAP-IN
  -

A narrow terminal: the widest of the names goes first.

  $ stub a-very-long-name-for-a-machine
  $ terminal 60 'balloonctl -c a-very-long-name-for-a-machine -c vm stats -o name,address,free,device'
  NAME  ADDRESS                    FREE  DEVICE
  web1  a-very-long-name-fo…  805.8 MiB  /machine/peripheral/…
  web1  vm                    805.8 MiB  /machine/peripheral/…
  $ terminal 60 'balloonctl -c a-very-long-name-for-a-machine -c vm stats -r -o name,address,free,device'
  NAME ADDRESS FREE DEVICE
  web1 a-very-long-name-for-a-machine 844943360 /machine/peripheral/balloon0
  web1 vm 844943360 /machine/peripheral/balloon0
