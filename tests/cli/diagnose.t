A healthy VM gets one line.

  $ stub vm 'x-query-virtio-queue-status = {"vring-desc": 4096, "vring-num": 128,
  > "last-avail-idx": 8, "used-idx": 7, "inuse": 1}'
  $ balloonctl -c unix:vm diagnose
  unix:vm (web1): healthy: asked every 2 s, reported 0 s ago
  $ balloonctl -c unix:vm diagnose --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "unix:vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "healthy": true,
        "pressure": "unknown",
        "findings": []
      }
    ]
  }

Polling is off: the cause, the evidence, the repair. What stands there can be copied, whatever the
address looks like. The exit status tells, too.

  $ stub off 'qom-get guest-stats-polling-interval = 0'
  $ balloonctl -c off diagnose
  off (web1): 1 problem
    problem polling-off: QEMU does not ask the guest for statistics; the last ones stay readable
      evidence: polling_interval 0, last_update 4102444800
      repair:   balloonctl -c off enable
  => 3
  $ balloonctl -c off diagnose --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "off",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "healthy": false,
        "pressure": "unknown",
        "findings": [
          {
            "cause": "polling-off",
            "severity": "problem",
            "message": "QEMU does not ask the guest for statistics; the last ones stay readable",
            "repair": "balloonctl -c off enable",
            "evidence": {
              "polling_interval": 0,
              "last_update": 4102444800
            }
          }
        ]
      }
    ]
  }
  => 3
  $ stub "it's off" 'qom-get guest-stats-polling-interval = 0'
  $ balloonctl -c "it's off" diagnose | grep repair
      repair:   balloonctl -c 'it'\''s off' enable

It should be on. --notes shows what is good to know.

  $ balloonctl -c off diagnose --interval 10 | sed -n 2,4p
    problem interval-lost: the guest should be asked every 10 s and is not asked: a migration, a restore or another program changed it
      evidence: expected_interval 10, polling_interval 0, last_update 4102444800
      repair:   balloonctl -c off enable --interval 10
  $ stub old 'qom-get guest-stats = {"stats": {"stat-free-memory": 1024,
  > "stat-total-memory": 2048}, "last-update": 4102444800}'
  $ balloonctl -c old diagnose
  old (web1): healthy: asked every 2 s, reported 0 s ago (1 note: --notes)
  $ balloonctl -c old diagnose --notes
  old (web1): healthy: asked every 2 s, reported 0 s ago
    note old-qemu: this QEMU knows the first ten statistics only
      evidence: version 9.2.0
      repair:   QEMU 9.2 or later knows sixteen

Monitors that can't be asked have causes like all others.

  $ stub eof eof-after=2
  $ stub mail garbage
  $ stub deaf silent
  $ stub hung hangs-after=1
  $ stub refuses 'qom-get guest-stats ! GenericError something else'
  $ stub none 'qom-list /machine/peripheral = []'
  $ touch file
  $ stub left; kill "$(tail -n 1 pids)"
  $ balloonctl --timeout 0.3 -c missing -c file -c left -c eof -c mail -c deaf -c hung -c refuses \
  >   -c none diagnose | sed 's/process [0-9]*/process N/; s/pid [0-9]*/pid N/; s/-p [0-9]*/-p N/'
  missing: 1 problem
    problem no-socket: there is no such socket; is the VM running, and is this the path of its -qmp option?
      evidence: error ENOENT
      repair:   start the VM with -qmp unix:PATH,server=on,wait=off; 'balloonctl list' shows those that run
  file: 1 problem
    problem not-listening: nobody listens there; the VM has ended, or this is no listening socket
      evidence: error ECONNREFUSED
      repair:   start the VM, or remove the socket that an earlier one left behind
  left: 1 problem
    problem not-listening: nobody listens there; the VM has ended, or this is no listening socket
      evidence: error ECONNREFUSED
      repair:   start the VM, or remove the socket that an earlier one left behind
  eof: 1 problem
    problem unreachable: QEMU closed the connection
      evidence: error ENOTCONN
      repair:   see that the VM runs and that its host can be reached
  mail: 1 problem
    problem not-qmp: the peer is no QMP server: it says '220 mail.example.org ESMTP'; give the socket of QEMU's -qmp option
      evidence: error EPROTO
      repair:   give the address of QEMU's -qmp option
  deaf: 1 problem
    problem not-qmp: no greeting after 300 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?
      evidence: error ETIMEDOUT, pid N
      repair:   give the address of QEMU's -qmp option
  hung: 1 problem
    problem qemu-hung: no reply to qom-list after 300 ms: process N does not answer
      evidence: error ETIMEDOUT, pid N
      repair:   ps -L -o pid,tid,stat,wchan:30,comm -p N
  refuses (web1): 1 problem
    problem qemu-refused: qom-get: something else (GenericError)
      evidence: error EREMOTEIO, class GenericError
      repair:   see that --device, if it was given, is the path of a balloon; else look at QEMU's own log
  none (web1): 1 problem
    problem no-balloon: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line
      evidence: error ENODEV
      repair:   balloonctl -c none qmp device_add '{"driver": "virtio-balloon-pci", "id": "balloon0"}' # on q35 with "bus": the id of a free pcie-root-port
  $ balloonctl -c missing -c vm diagnose --json | grep -v message
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "missing",
        "name": null,
        "device": null,
        "healthy": false,
        "pressure": "unknown",
        "findings": [
          {
            "cause": "no-socket",
            "severity": "problem",
            "repair": "start the VM with -qmp unix:PATH,server=on,wait=off; 'balloonctl list' shows those that run",
            "evidence": {
              "error": "ENOENT"
            }
          }
        ]
      },
      {
        "address": "vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "healthy": true,
        "pressure": "unknown",
        "findings": []
      }
    ]
  }

A monitor in use, and by whom: another diagnosis, which watches a guest that has never reported.

  $ stub busy 'qom-get guest-stats = {"stats": {}, "last-update": 0}'
  $ moving balloonctl -c busy diagnose > first &
  > until grep -q guest-stats busy.log; do sleep 0.05; done
  > balloonctl --timeout 0.3 -c busy diagnose | sed 's/process [0-9]* ([^)]*)/process N (NAME)/; s/pid [0-9]*/pid N/'
  > wait; sed 's/watched_ms [0-9]*/watched_ms N/' first
  busy: 1 problem
    problem monitor-busy: the monitor is in use by process N (NAME); QEMU serves one client at a time: wait for it to leave, or give the VM a second -qmp option
      evidence: error EBUSY, pid N
      repair:   give the VM a monitor of its own for us, with a second -qmp unix:PATH,server=on,wait=off, or let the other client leave
  busy (web1): 1 problem
    problem never-reported: the guest is asked and has never reported: it has no balloon driver, one without statistics, or hangs
      evidence: polling_interval 2, last_update 0, watched_ms N
      repair:   look at the guest's console; Linux: modprobe virtio_balloon

States of a VM.

  $ for state in paused suspended shutdown inmigrate guest-panicked io-error; do
  >   stub $state "query-status = {\"status\": \"$state\", \"running\": false}"
  >   balloonctl -c $state diagnose | sed -n 2,3p
  > done
    warning vm-paused: the VM is paused: QEMU does not poll, and its last report grows old
      evidence: status paused
    warning vm-suspended: the guest has suspended itself to memory
      evidence: status suspended
    warning vm-shut-down: the guest has shut down, and QEMU was told to stay
      evidence: status shutdown
    warning vm-migrating: the VM waits for the state of one that migrates here
      evidence: status inmigrate
    problem guest-panicked: the guest's kernel has crashed, and QEMU has stopped the VM
      evidence: status guest-panicked
    problem vm-failed: QEMU has paused the VM because its storage failed or is full
      evidence: status io-error

No driver, one without statistics, and rings that broke.

  $ stub driver 'x-query-virtio-queue-status = {"vring-desc": 0, "vring-num": 128,
  > "last-avail-idx": 0, "used-idx": 0, "inuse": 0}'
  $ balloonctl -c driver diagnose
  driver (web1): 1 problem
    problem no-driver: no balloon driver is active in the guest: it has none, has not loaded it, or has not come that far in booting
      evidence: inflate_queue_set_up 0, statistics_queue_set_up 0, last_update 4102444800
      repair:   Linux: modprobe virtio_balloon; Windows: install the balloon driver and service of virtio-win
  => 3
  $ stub rings 'x-query-virtio-queue-status = {"vring-desc": 4096, "vring-num": 128,
  > "last-avail-idx": 8, "used-idx": 7, "inuse": 0}'
  $ balloonctl -c rings diagnose
  rings (web1): 1 problem
    problem rings-broken: the guest's driver put something into the statistics queue that QEMU can't take; until the driver is loaded again the balloon does nothing
      evidence: queue statistics, buffers_taken 8, buffers_returned 7, buffers_held 0
      repair:   Linux: rmmod virtio_balloon && modprobe virtio_balloon; else reset the guest
  => 3

Without --wait 0 this would be watched.

  $ stub late 'qom-get guest-stats = {"stats": {}, "last-update": 0}'
  $ balloonctl -c late diagnose --wait 0
  late (web1): 1 warning
    warning guest-late: the guest's report is overdue, or is not due yet: it was not watched for long enough
      evidence: polling_interval 2, last_update 0, watched_ms 0
      repair:   balloonctl -c late diagnose --wait 5

Rows: one for each finding, and one for a healthy VM. Names and messages may be anything.

  $ balloonctl diagnose --list-columns
  COLUMN    UNIT  JSON      MEANING
  vm        text  -         the VM's name or, without one, its address
  address   text  -         as it was given
  severity  text  severity  problem, warning or note; healthy if nothing was found
  cause     text  cause     its name: --list-causes lists them
  message   text  message   what that means, in a sentence
  repair    text  repair    what to do about it
  evidence  text  evidence  what it was concluded from
  pressure  text  pressure  is the guest short of memory: see --pressure
  $ stub evil 'query-name = {"name": "a\u001b[31m|\u6771"}' 'qom-get guest-stats-polling-interval = 0' \
  >   'query-version = {"qemu": {"major": 7, "minor": 2, "micro": 0}, "package": "\u001b[2J"}'
  $ balloonctl -c vm -c off -c missing -c old -c evil diagnose -o vm,severity,cause,message
  VM            SEVERITY  CAUSE        MESSAGE
  web1          healthy   -            asked every 2 s, reported 0 s ago
  web1          problem   polling-off  QEMU does not ask the guest for statistics; the last ones stay readable
  missing       problem   no-socket    there is no such socket; is the VM running, and is this the path of its -qmp option?
  web1          healthy   -            asked every 2 s, reported 0 s ago
  a\x1b[31m|東  problem   polling-off  QEMU does not ask the guest for statistics; the last ones stay readable
  => 3
  $ balloonctl -c old -c evil diagnose --notes -n -o vm,severity,cause --sort severity
  web1          note     old-qemu
  a\x1b[31m|東  problem  polling-off
  => 3
  $ balloonctl -c off -c vm diagnose -r
  VM SEVERITY CAUSE MESSAGE REPAIR
  web1 problem polling-off QEMU\x20does\x20not\x20ask\x20the\x20guest\x20for\x20statistics;\x20the\x20last\x20ones\x20stay\x20readable balloonctl\x20-c\x20off\x20enable
  web1 healthy - asked\x20every\x202\x20s,\x20reported\x200\x20s\x20ago -
  => 3
  $ balloonctl -c off -c evil diagnose -P -o vm,repair,evidence
  VM="web1" REPAIR="balloonctl -c off enable" EVIDENCE="polling_interval 0, last_update 4102444800"
  VM="a\x1b[31m|東" REPAIR="balloonctl -c evil enable" EVIDENCE="polling_interval 0, last_update 4102444800"
  => 3
  $ terminal 80 'balloonctl -c vm -c off -c evil diagnose -n --color=never'
  web1          healthy  -            asked every 2 s, rep…  -
  web1          problem  polling-off  QEMU does not ask th…  balloonctl -c off en…
  a\x1b[31m|東  problem  polling-off  QEMU does not ask th…  balloonctl -c evil e…
  => 3
  $ terminal 20 'NO_COLOR=1 balloonctl -c vm -c off diagnose -o vm,message'
  VM    MESSAGE
  web1  asked every 2…
  web1  QEMU does not…
  => 3
  $ terminal 60 'balloonctl -c off -c paused diagnose' | grep -e problem -e warning
  off (web1): 1 problem
    \e[31mproblem\e[0m polling-off: QEMU does not ask the guest for statistics; the last ones stay readable
  paused (web1): 1 warning
    \e[33mwarning\e[0m vm-paused: the VM is paused: QEMU does not poll, and its last report grows old
  $ terminal 60 'NO_COLOR=1 balloonctl -c off diagnose' | grep problem
  off (web1): 1 problem
    problem polling-off: QEMU does not ask the guest for statistics; the last ones stay readable
  $ balloonctl -c off diagnose --color=always | sed -n '2s/\x1b/\\e/gp'
    \e[31mproblem\e[0m polling-off: QEMU does not ask the guest for statistics; the last ones stay readable
  $ terminal 60 'balloonctl -c vm -c off -c driver -c paused diagnose -o vm,severity,cause'
  VM    SEVERITY  CAUSE
  web1  healthy   \e[2m-\e[0m
  web1  \e[31mproblem\e[0m   polling-off
  web1  \e[31mproblem\e[0m   no-driver
  web1  \e[33mwarning\e[0m   vm-paused
  => 3
  $ balloonctl -c evil -c missing diagnose --notes --json=lines
  {"schema": "balloonctl/1", "address": "evil", "name": "a\u001b[31m|東", "device": "/machine/peripheral/balloon0", "healthy": false, "pressure": "unknown", "findings": [{"cause": "polling-off", "severity": "problem", "message": "QEMU does not ask the guest for statistics; the last ones stay readable", "repair": "balloonctl -c evil enable", "evidence": {"polling_interval": 0, "last_update": 4102444800}}]}
  {"schema": "balloonctl/1", "address": "missing", "name": null, "device": null, "healthy": false, "pressure": "unknown", "findings": [{"cause": "no-socket", "severity": "problem", "message": "missing: there is no such socket; is the VM running, and is this the path of its -qmp option?", "repair": "start the VM with -qmp unix:PATH,server=on,wait=off; 'balloonctl list' shows those that run", "evidence": {"error": "ENOENT"}}]}
  => 3
  $ balloonctl -c evil diagnose
  evil (a\x1b[31m|東): 1 problem
    problem polling-off: QEMU does not ask the guest for statistics; the last ones stay readable
      evidence: polling_interval 0, last_update 4102444800
      repair:   balloonctl -c evil enable
  => 3
  $ stub liar 'qom-get guest-stats ! Bad\u001bClass no\u001b[31m'
  $ balloonctl -c liar diagnose
  liar (web1): 1 problem
    problem qemu-refused: qom-get: no\x1b[31m (Bad\x1bClass)
      evidence: error EREMOTEIO, class Bad\x1bClass
      repair:   see that --device, if it was given, is the path of a balloon; else look at QEMU's own log
  => 3
  $ balloonctl -c liar diagnose -n -o message,evidence
  qom-get: no\x1b[31m (Bad\x1bClass)  error EREMOTEIO, class Bad\x1bClass
  => 3
  $ balloonctl -c liar diagnose -n -r -o message,evidence
  qom-get:\x20no\x5cx1b[31m\x20(Bad\x5cx1bClass) error\x20EREMOTEIO,\x20class\x20Bad\x5cx1bClass
  => 3

Wrong usage.

  $ balloonctl -c vm diagnose -o cuase
  2> -o 'cuase': there is no such column; did you mean 'cause'?
  => 2
  $ balloonctl -c vm diagnose --json -o cause
  2> --json and -o: give one of them; a document has all there is
  => 2
  $ balloonctl -c vm diagnose --json -P
  2> --json and -P: give one of them
  => 2
  $ balloonctl -c vm diagnose --bytes 2>&1 | head -n 1
  balloonctl diagnose: unrecognized option '--bytes'

  $ balloonctl -c vm diagnose --target 0
  2> --target '0': give what the guest should keep, in bytes or with a unit, such as 512M
  => 2
  $ balloonctl -c vm diagnose --interval 0
  2> --interval '0': give whole seconds from 1 to 4294967295, such as 2
  => 2
  $ balloonctl -c vm diagnose --wait -1
  2> --wait '-1': give seconds from 0 to 86400, such as 30
  => 2
  $ balloonctl -c vm diagnose --wait 86401
  2> --wait '86401': give seconds from 0 to 86400, such as 30
  => 2
  $ balloonctl diagnose
  2> ./proc: can't look for VMs: No such file or directory
  => 1
  $ balloonctl -c vm diagnose now
  2> balloonctl diagnose: Too many arguments
  2> Try `balloonctl diagnose --help' or `balloonctl diagnose --usage' for more
  2> information.
  => 2

All causes.

  $ balloonctl diagnose --list-causes
  unreachable         problem  the monitor can't be reached, or the connection broke
  no-socket           problem  there is no such socket or VM, or the VM has no QMP socket
  not-listening       problem  nobody listens at the address
  no-permission       problem  we may not use the monitor's socket
  monitor-busy        problem  another client holds the monitor
  qemu-stopped        problem  the QEMU process is stopped
  qemu-hung           problem  QEMU does not answer
  not-qmp             problem  what answers is no QMP monitor
  qemu-refused        problem  QEMU refused a question
  no-balloon          problem  the VM has no balloon device
  guest-panicked      problem  the guest's kernel has crashed
  vm-failed           problem  QEMU stopped the VM because of an error
  vm-paused           warning  the VM is paused, and so is its polling
  vm-suspended        warning  the guest has put itself to sleep
  vm-shut-down        warning  the guest has shut down, QEMU is still there
  vm-migrating        warning  the VM is being moved, saved or restored
  no-driver           problem  no balloon driver is active in the guest
  no-stats-queue      problem  the guest's balloon driver knows no statistics
  rings-broken        problem  the driver's queues hold nonsense, and QEMU has given the device up
  never-reported      problem  the guest is polled and never reported anything
  guest-silent        problem  the guest reported once and no longer does
  guest-late          warning  the guest's report is overdue
  service-missing     problem  the guest's driver answers without values: on Windows the balloon service does not run
  polling-off         problem  QEMU does not ask the guest for statistics
  interval-lost       problem  the polling interval is not the configured one
  impossible-values   warning  the guest reports what can't be true
  failed-values       warning  the guest failed to read values that it reports
  backward-counters   warning  counters went backwards between two reports
  clock-ahead         warning  the last report lies in the future
  target-not-reached  problem  the balloon does not reach its target
  target-pending      note     the balloon is on the way to its target
  out-of-memory       problem  the guest kills processes or gets nothing done for lack of memory
  memory-pressure     warning  the guest is short of memory
  memory-low          warning  the guest has hardly any memory left
  host-swaps          warning  the host swaps the VM's memory while the guest can't report free pages
  no-deflate-on-oom   note     the guest is short of memory, and the balloon would not help it
  old-qemu            note     this QEMU knows the first ten statistics only
  old-guest           note     the guest's driver has no counters of reclaiming
