A line for each sample as it comes. The guest of a stub never reports again; its first sample is there
already, because polling is on, and is left so.

  $ stub vm
  $ balloonctl -c vm watch -n 1
  TIME      VM        FRESH         USED  AVAILABLE  SWAP-IN/S  SWAP-OUT/S
  00:00:00  web1      fresh    128.5 MiB    857 MiB          -           -
  $ balloonctl -c vm watch --count 1 --noheadings --bytes
  00:00:00  web1      fresh       134787072     898629632             -             -
  $ balloonctl -c vm watch -n 1 -r -o time,vm,fresh,swap-in/s,pressure,rearmed
  TIME VM FRESH SWAP-IN/S PRESSURE REARMED
  4102444800 web1 fresh - unknown 0
  $ balloonctl -c vm watch -n 1 -P -o vm,free,oom-kills/s
  VM="web1" FREE="844943360" OOM_KILLS_S=""
  $ balloonctl -c vm -c vm -c nothing watch -n 1 -r --noheadings -o vm
  web1
  web1
  2> nothing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ grep -c qom-set vm.log
  0
  => 1

For programs: an object for each record, all of it or what was chosen.

  $ balloonctl -c vm watch -n 1 --json=lines
  {"schema": "balloonctl/1", "address": "vm", "name": "web1", "device": "/machine/peripheral/balloon0", "record": "sample", "time_ms": 4102444800000, "elapsed_ms": null, "polling_interval": 2, "last_update": 4102444800, "age_seconds": 0, "freshness": "fresh", "used_bytes": 134787072, "used_formula": "total - available", "actual_bytes": 1073741824, "maximum_bytes": 1073741824, "host_rss_bytes": null, "pressure": "unknown", "rearmed": 0, "stats": {"stat-swap-in": 0, "stat-swap-out": 4096, "stat-major-faults": 215, "stat-minor-faults": 1003456, "stat-free-memory": 844943360, "stat-total-memory": 1033416704, "stat-available-memory": 898629632, "stat-disk-caches": 84869120, "stat-htlb-pgalloc": 0, "stat-htlb-pgfail": null, "stat-oom-kills": 1, "stat-alloc-stalls": 2, "stat-async-scans": 1048576, "stat-direct-scans": 1536, "stat-async-reclaims": 524288, "stat-direct-reclaims": 1024}, "rates": {"stat-swap-in": null, "stat-swap-out": null, "stat-major-faults": null, "stat-minor-faults": null, "stat-htlb-pgalloc": null, "stat-htlb-pgfail": null, "stat-oom-kills": null, "stat-alloc-stalls": null, "stat-async-scans": null, "stat-direct-scans": null, "stat-async-reclaims": null, "stat-direct-reclaims": null}}
  $ balloonctl -c vm watch -n 1 --json=lines -o free,swap-in/s
  {"schema": "balloonctl/1", "address": "vm", "name": "web1", "device": "/machine/peripheral/balloon0", "record": "sample", "time_ms": 4102444800000, "elapsed_ms": null, "stats": {"stat-free-memory": 844943360}, "rates": {"stat-swap-in": null}}
  $ balloonctl -c vm watch -n 1 --json=lines -o vm
  {"schema": "balloonctl/1", "address": "vm", "name": "web1", "device": "/machine/peripheral/balloon0", "record": "sample", "time_ms": 4102444800000, "elapsed_ms": null}
  $ balloonctl -c nothing watch --json=lines | sed 's/: [0-9]*, "error/: N, "error/'
  {"schema": "balloonctl/1", "address": "nothing", "record": "failed", "time_ms": N, "error": {"code": "ENOENT", "class": null, "message": "nothing: there is no such socket; is the VM running, and is this the path of its -qmp option?"}}
  2> nothing: there is no such socket; is the VM running, and is this the path of its -qmp option?

Rates are those of counters, by the time between two samples; a counter that goes back has none.

  $ moving balloonctl -q -c sim:name=web,workload=swapping watch -n 2 -i 1 -r -o vm,fresh,swap-in/s,major-faults/s,oom-kills/s |
  >   sed 's/ [1-9][0-9]*/ N/g'
  VM FRESH SWAP-IN/S MAJOR-FAULTS/S OOM-KILLS/S
  web fresh - - -
  web fresh N N 0
  $ moving balloonctl -q -c sim:name=web,fault=backward-counters watch -n 2 -i 1 -r --noheadings -o vm,minor-faults/s
  web -
  web -
  $ moving balloonctl -c sim:name=old,profile=7.2 watch -n 2 -i 1 --json=lines -o swap-in/s,oom-kills/s |
  >   sed 's/_ms": [0-9]\+/_ms": N/g'
  {"schema": "balloonctl/1", "address": "sim:name=old,profile=7.2", "name": "old", "device": "/machine/peripheral/balloon0", "record": "polling", "time_ms": N, "polling_interval": 1, "found_interval": 0, "rearmed": 0}
  {"schema": "balloonctl/1", "address": "sim:name=old,profile=7.2", "name": "old", "device": "/machine/peripheral/balloon0", "record": "sample", "time_ms": N, "elapsed_ms": null, "rates": {"stat-swap-in": null}}
  {"schema": "balloonctl/1", "address": "sim:name=old,profile=7.2", "name": "old", "device": "/machine/peripheral/balloon0", "record": "sample", "time_ms": N, "elapsed_ms": N, "rates": {"stat-swap-in": 0}}
  2> sim:name=old,profile=7.2: polling every 1 s until the end of this command (was off)

What QEMU tells in between. A change of the balloon may come late, and of two any.

  $ printf '%s\n' 'size 512M' 'watch -n 3 -i 1' |
  >   moving balloonctl -q -c sim:name=web,speed=100 shell |
  >   sed -n 's/^[0-9:]*  //; s/leaves [0-9.]* [KMG]iB/leaves N/; /BALLOON_CHANGE/p' | sort -u
  web       BALLOON_CHANGE: the balloon leaves N to the guest
  $ sim --qmp slow -o speed=1,name=slow
  $ balloonctl -q -c slow size 32M
  $ moving balloonctl -q -c slow watch -n 4 -i 1 --json=lines |
  >   sed -n 's/: -\?[0-9]\{3,\}/: N/g; /"event"/p' | sort -u
  {"schema": "balloonctl/1", "address": "slow", "name": "slow", "device": "/machine/peripheral/b0", "record": "event", "time_ms": N, "event": "BALLOON_CHANGE", "actual_bytes": N, "qmp": {"timestamp": {"seconds": N,"microseconds": 0},"event": "BALLOON_CHANGE","data": {"actual": N}}}

Polling that is off is switched on and off again, also when a signal ends it; an interval that gets lost
is set again.

  $ stub off 'qom-get guest-stats-polling-interval = 0'
  $ timeout -s INT 4 balloonctl -c off watch
  2> off: polling every 2 s until the end of this command (was off)
  2> off: polling was found off and is set to every 2 s again (1 time so far)
  => 124
  $ grep -o '"property":"guest-stats-polling-interval","value":[0-9]*' off.log
  "property":"guest-stats-polling-interval","value":2
  "property":"guest-stats-polling-interval","value":2
  "property":"guest-stats-polling-interval","value":0
  $ : > lines; balloonctl -q -c off watch -i 5 --json=lines > lines &
  > until [ "$(wc -l < lines)" -ge 2 ]; do sleep 0.05; done
  > kill $!; wait; sed 's/"time_ms": [0-9]*/"time_ms": N/' lines
  {"schema": "balloonctl/1", "address": "off", "name": "web1", "device": "/machine/peripheral/balloon0", "record": "polling", "time_ms": N, "polling_interval": 5, "found_interval": 0, "rearmed": 0}
  {"schema": "balloonctl/1", "address": "off", "name": "web1", "device": "/machine/peripheral/balloon0", "record": "polling", "time_ms": N, "polling_interval": 5, "found_interval": 0, "rearmed": 1}
  $ moving balloonctl -c sim:name=web,guest-stats-polling-interval=9 watch -n 2 -i 1 -r --noheadings -o vm,polling,swap-in/s
  web 9 -
  web 1 0
  2> sim:name=web,guest-stats-polling-interval=9: polling every 1 s until the end of this command (was every 9 s)

A QEMU that hangs does not keep the end from coming, whatever it is given for its replies.

  $ stub hung 'qom-get guest-stats-polling-interval = 0' 'hangs-after=9'
  $ timeout -s INT 3 balloonctl -q -c hung --timeout 3600 watch -i 1 -o fresh
  2> hung: polling may be left on every 1 s: QEMU could not be told
  => 124

A guest that is silent, and one that does not run.

  $ timeout -s INT 2 balloonctl -c sim:name=still,paused=on,guest-stats-polling-interval=5 watch
  00:00:00  still     never: the guest has not sent any
  => 124

Nobody reads: the end, by SIGPIPE as that of others, and polling is off again.

  $ sim --qmp p
  $ (moving balloonctl -q -c p watch -i 1 -o fresh; echo $? > status) | head -2
  FRESH
  fresh
  $ cat status; balloonctl -c p interval
  141
  0
  $ (trap '' PIPE; moving balloonctl -q -c p watch -i 1 -o fresh; echo $? > status) | head -2
  FRESH
  fresh
  $ cat status; balloonctl -c p interval
  1
  0
  $ moving balloonctl -q -c p watch -i 1 > /dev/full
  2> standard output: No space left on device
  => 1
  $ moving balloonctl -q -c p watch -i 1 >&-
  2> standard output: Bad file descriptor
  => 1
  $ balloonctl -c p interval
  0

A signal that is ignored, as nohup has it, does not end it. (What a slow machine makes of the guest's
freshness has the time before it.)

  $ : > lines; (trap '' HUP; exec moving balloonctl -q -c p watch -i 1 -n 3 -o fresh) > lines &
  > until [ "$(wc -l < lines)" -ge 2 ]; do sleep 0.05; done
  > kill -s HUP $!; wait $!; sed '/^[0-9]/d' lines
  FRESH
  fresh
  fresh
  fresh

A connection that is lost is tried again, and that is said once.

  $ (sleep 1; kill $(tail -n 1 pids)) & moving timeout -s INT 4 balloonctl -q -c p watch -i 1 -o fresh | sort -u
  FRESH
  fresh
  2> p: QEMU closed the connection; trying again
  2> p: polling may be left on every 1 s: QEMU could not be told
  $ stub lost 'eof-after=9'
  $ timeout -s INT 30 balloonctl -c lost watch --json=lines -o fresh | head -3 | grep -o '"record": "[a-z]*"'
  "record": "sample"
  "record": "lost"
  "record": "back"
  2> lost: QEMU closed the connection; trying again
  2> lost: connected again

A VM that is given up is left to others, while the rest is watched.

  $ sim --qmp none -o device=none
  $ sim --qmp q
  $ : > lines; moving balloonctl -q -c none -c q watch -i 1 -o fresh > lines &
  > until [ "$(wc -l < lines)" -ge 2 ]; do sleep 0.05; done
  > moving balloonctl -c none qmp query-name; kill $!; wait
  {}
  2> none: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line

What can't be watched.

  $ balloonctl -c nothing watch
  2> nothing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c sim:device=none watch
  2> sim:device=none: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line
  => 1
  $ balloonctl -c vm watch -i 0
  2> --interval '0': give whole seconds from 1 to 4294967295, such as 2
  => 2
  $ balloonctl -c vm watch -n none
  2> --count 'none': give a number from 1 on, such as 10
  => 2
  $ balloonctl -c vm watch --json
  2> --json: what is watched has no end; give --json=lines
  => 2
  $ balloonctl -c vm watch --json=lines -r
  2> --json=lines and -r: give one of them
  => 2
  $ balloonctl -c vm watch --sort free
  2> --sort: samples are shown in the order they come
  => 2
  $ balloonctl -c vm watch -o swap-in/m
  2> -o 'swap-in/m': there is no such column; did you mean 'swap-in/s'?
  => 2
  $ balloonctl watch --list-columns -r | grep /s
  swap-in/s bytes - - read\x20back\x20from\x20swap
  swap-out/s bytes - - written\x20to\x20swap
  major-faults/s count - - page\x20faults\x20that\x20had\x20to\x20read\x20a\x20disk
  minor-faults/s count - - page\x20faults\x20(Linux:\x20all\x20of\x20them)
  htlb-pgalloc/s count - - huge\x20pages\x20allocated
  htlb-pgfail/s count - - huge\x20pages\x20that\x20could\x20not\x20be\x20had
  oom-kills/s count - - processes\x20killed\x20for\x20lack\x20of\x20memory
  alloc-stalls/s count - - allocations\x20that\x20waited\x20for\x20reclaim
  async-scans/s bytes - - looked\x20at\x20by\x20background\x20reclaim
  direct-scans/s bytes - - looked\x20at\x20by\x20allocations\x20themselves
  async-reclaims/s bytes - - freed\x20by\x20background\x20reclaim
  direct-reclaims/s bytes - - freed\x20by\x20allocations\x20themselves
