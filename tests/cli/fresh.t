How live a sample is, in each output. The host's clock stands at 2100-01-01 00:00:00, which is second
4102444800.

  $ at() { stub "$1" 'query-name = {}' "qom-get guest-stats-polling-interval = $2" \
  >   "qom-get guest-stats = {\"stats\": {\"stat-free-memory\": 1024, \"stat-total-memory\": 100000,
  > \"stat-available-memory\": $4}, \"last-update\": $3}"; }
  > at fresh 2 4102444799 50000; at late 10 4102444786 9000; at silent 2 4102444000 4000
  > at never 2 0 18446744073709551615; at off 0 4102440000 50000; at null 0 0 18446744073709551615
  > stub paused 'query-name = {}' 'query-status = {"status": "paused", "running": false}'
  $ balloonctl -c fresh -c late -c silent -c never -c off -c null -c paused stats
  VM      FRESH      AGE       USED  AVAILABLE      TOTAL  ACTUAL  RSS
  fresh   fresh      1 s   48.8 KiB   48.8 KiB   97.7 KiB   1 GiB    -
  late    stale     14 s   88.9 KiB    8.8 KiB   97.7 KiB   1 GiB    -
  silent  silent  13 min   93.8 KiB    3.9 KiB   97.7 KiB   1 GiB    -
  never   never        -          -          -   97.7 KiB   1 GiB    -
  off     off     80 min   48.8 KiB   48.8 KiB   97.7 KiB   1 GiB    -
  null    never        -          -          -   97.7 KiB   1 GiB    -
  paused  paused     0 s  128.5 MiB    857 MiB  985.5 MiB   1 GiB    -
  $ terminal 100 'balloonctl -c fresh -c late -c silent -c never -c off -c paused -c missing stats -o vm,fresh,available' | sed '$d'
  VM       FRESH   AVAILABLE
  fresh    fresh    48.8 KiB
  late     \e[33mstale\e[0m     \e[33m8.8 KiB\e[0m
  silent   \e[31msilent\e[0m    \e[31m3.9 KiB\e[0m
  never    \e[31mnever\e[0m           \e[2m-\e[0m
  off      \e[33moff\e[0m      48.8 KiB
  paused   \e[33mpaused\e[0m    857 MiB
  missing  \e[2m-\e[0m               \e[2m-\e[0m
  $ balloonctl -c fresh -c late -c silent -c never -c off -c null -c paused stats --json | grep fresh
        "address": "fresh",
        "freshness": "fresh",
        "freshness": "stale",
        "freshness": "silent",
        "freshness": "never",
        "freshness": "off",
        "freshness": "never",
        "freshness": "paused",
  $ balloonctl -c late info --json | grep fresh
        "freshness": "stale",
  $ for vm in fresh late silent never off null paused; do balloonctl -c $vm stats | grep freshness; done
  freshness:    fresh: the guest answered when it was asked
  freshness:    stale: older than it should be
  freshness:    silent: the guest does not answer
  freshness:    never: the guest has not sent any
  freshness:    off: polling is off, this is an old answer
  freshness:    never: the guest has not sent any
  freshness:    paused: the VM does not run
  $ balloonctl -c fresh -c off stats -n -r -o vm,fresh,age
  fresh fresh 1
  off off 4800
  $ balloonctl -c fresh -c late stats freshness
  fresh	fresh
  late	stale

Where it does not show, a note tells of what waiting does not mend: one for all that have the same.

  $ balloonctl -c fresh stats free
  1 KiB
  $ balloonctl -c late stats free
  1 KiB
  $ balloonctl -c off stats free
  1 KiB
  2> off: polling is off; 'balloonctl enable' switches it on
  $ balloonctl -c off -c null -c silent -c paused -c missing -c off stats -n -o vm,free
  off          1 KiB
  null         1 KiB
  silent       1 KiB
  paused   805.8 MiB
  missing          -
  off          1 KiB
  2> off (and 2 more): polling is off; 'balloonctl enable' switches it on
  2> silent: not fresh but silent: the guest does not answer
  2> paused: not fresh but paused: the VM does not run
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c off -c silent stats -q -n -o vm,free
  off     1 KiB
  silent  1 KiB
  $ balloonctl -c off stats --json free | grep stat-
          "stat-free-memory": 1024
  2> off: polling is off; 'balloonctl enable' switches it on

Who can't use anything else gets an exit status, and the data all the same.

  $ balloonctl -c fresh stats --require-fresh free
  1 KiB
  $ balloonctl -c late stats --require-fresh free
  1 KiB
  2> late: not fresh but stale: older than it should be
  => 3
  $ balloonctl -c fresh -c off -c never stats --require-fresh -n -o vm,free
  fresh  1 KiB
  off    1 KiB
  never  1 KiB
  2> off: not fresh but off: polling is off, this is an old answer
  2> never: not fresh but never: the guest has not sent any
  => 3
  $ balloonctl -c fresh -c silent stats --require-fresh --json | grep -e freshness
        "freshness": "fresh",
        "freshness": "silent",
  2> silent: not fresh but silent: the guest does not answer
  $ balloonctl -c off stats --require-fresh | grep freshness
  freshness:    off: polling is off, this is an old answer
  2> off: not fresh but off: polling is off, this is an old answer
  $ balloonctl -c late -c missing stats --require-fresh -n -o vm,fresh
  late     stale
  missing  -
  2> late: not fresh but stale: older than it should be
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1

What is used, with its formula; where the guest counts the balloon as used, that is taken off.

  $ stub vm
  $ balloonctl -c vm stats -o used,formula,actual,maximum
       USED  FORMULA            ACTUAL  MAXIMUM
  128.5 MiB  total - available   1 GiB    1 GiB
  $ stub old 'query-balloon = {"actual": 536870912}' 'qom-get guest-stats = {"stats":
  > {"stat-free-memory": 100000000, "stat-total-memory": 1033416704, "stat-disk-caches": 50000000},
  > "last-update": 4102444800}'
  $ balloonctl -c old stats -b -o used,formula,actual,maximum
       USED  FORMULA                             ACTUAL     MAXIMUM
  346545792  total - free - caches - balloon  536870912  1073741824
  $ balloonctl -c old stats | grep -e used -e actual
  used:         330.5 MiB (total - free - caches - balloon)
  actual:       512 MiB of 1 GiB
  free-memory    95.4 MiB  not used for anything
  $ balloonctl -c old stats --json used formula actual maximum rss
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "old",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "used_bytes": 346545792,
        "used_formula": "total - free - caches - balloon",
        "actual_bytes": 536870912,
        "maximum_bytes": 1073741824,
        "host_rss_bytes": null
      }
    ]
  }

What the VM costs the host is known where QEMU listens on this host's UNIX socket.

  $ sim --qmp here
  $ balloonctl -c here stats | sed -n '/rss/s/[0-9.]* MiB/N MiB/p'
  host rss:     N MiB
  $ balloonctl -c here stats --json | sed -n '/rss/s/[0-9][0-9]*/N/p'
        "host_rss_bytes": N,
  $ balloonctl -q -c here stats -b rss | tr 0-9 N | tr -s N
  N

Asking the guest now. The interval is as it was.

  $ balloonctl -c here stats --refresh fresh
  fresh
  $ balloonctl -c here stats --refresh --require-fresh --json | grep -e freshness -e polling
        "polling_interval": 0,
        "freshness": "fresh",
  $ balloonctl -c here interval
  0
  $ balloonctl -c sim: stats --refresh=2 | grep freshness
  freshness:    fresh: the guest answered when it was asked
  $ balloonctl -c sim: stats --max-age 3600 fresh
  fresh
  $ balloonctl -c here -c sim: stats --refresh -o address,fresh,age
  ADDRESS  FRESH  AGE
  here     fresh  0 s
  sim:     fresh  0 s

A guest that does not answer in time, and one that can't.

  $ balloonctl -c sim:fault=never-answers stats --refresh=0.2 fresh
  off
  2> sim:fault=never-answers: the guest has not answered within 200 ms
  => 3
  $ balloonctl -c sim:fault=no-driver -c here stats --refresh=3 -n -o address,fresh
  sim:fault=no-driver  never
  here                 fresh
  2> sim:fault=no-driver: the guest has not answered within 3000 ms, and never has; is there a balloon driver in it?
  => 3
  $ balloonctl -c sim:fault=no-driver stats --refresh=0.2 --json | grep freshness
        "freshness": "never",
  2> sim:fault=no-driver: the guest has not answered within 200 ms, and never has; is there a balloon driver in it?
  $ timeout --preserve-status -s INT 0.5 balloonctl -c sim:fault=no-driver stats --refresh=60
  => 130
  $ balloonctl -c paused stats --refresh fresh
  paused
  2> paused: the VM is paused, and its guest can't answer; QMP's cont lets it go on
  => 3
  $ balloonctl -c missing stats --refresh fresh
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1

What can't be.

  $ balloonctl -c here stats --refresh=0
  2> --refresh='0': give seconds from 0.001 to 86400, such as 2 or 0.5
  => 2
  $ balloonctl -c here stats --refresh=soon
  2> --refresh='soon': give seconds from 0.001 to 86400, such as 2 or 0.5
  => 2
  $ balloonctl -c here stats --max-age 1.5
  2> --max-age '1.5': give whole seconds, such as 10
  => 2
  $ balloonctl -c here stats --max-age 4294967296
  2> --max-age '4294967296': give whole seconds, such as 10
  => 2
  $ balloonctl -c here stats --max-age=-1
  2> --max-age '-1': give whole seconds, such as 10
  => 2
  $ balloonctl -c here stats --refresh 2 free; balloonctl -c here stats --json lines
  2> '2': there is no such column; seconds are written --refresh=2
  2> 'lines': there is no such column; write --json=lines
  => 2
