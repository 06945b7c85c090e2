What balloonsim says of itself.

  $ balloonsim --help
  Usage: balloonsim [OPTION...]
  Stand where QEMU would: one machine or a whole host of them, each with a QMP
  monitor, QEMU's memory balloon and a guest, good or bad on demand.
  ~
   One machine:
        --qmp=PATH             Listen for a QMP client on this UNIX socket
        --qtest=PATH           Listen for a qtest client, who is the guest and
                               moves the clock; there is no other guest then
  ~
   A host of machines in one process:
        --dir=DIR              Where their sockets are made: DIR/vm-0001.qmp ...
        --mix=WEIGHT:OPTIONS   Of WEIGHT parts of the machines: these options.
                               May be repeated; see the examples
        --vms=N                So many machines, vm-0001 and so on
  ~
   What runs inside:
        --fault=FAULT          What the guest does wrong, from which second on
                               and how often: never-answers, loop@30s,
                               answers-late%10. May be repeated
        --guest=NAME           The guest and its driver, such as linux or windows
                              
        --seed=N               Of all that is left to chance (default: 1)
        --workload=NAME        What the guest does with its memory, such as
                               steady or leaking
  ~
   The machines:
        --base=ADDRESS         Where the register window is (default: 0xfeb00e00)
                              
        --device=TYPE[,PROPERTY=VALUE...]
                               The balloon, as with QEMU's -device; 'none' for
                               none
        --ioeventfd            Use event notifiers
        --legacy               The legacy interface of virtio-mmio
    -o, --option=NAME=VALUE,...   Any option of machines; --list-options shows
                               them
        --paused               Begin stopped, as with QEMU's -S
        --profile=VERSION      The QEMU to be: 7.2, 10.0 or 11.1 (the default)
        --ram=SIZE             Memory of the guest, in MiB or with a unit K, M, G
                               or T
  ~
   The program:
        --list-faults          Show the faults that a guest can have
        --list-options         Show the options for -o and --mix
    -q, --quiet                Don't tell where the sockets are
        --ready-fd=FD          Write a line to this descriptor when all sockets
                               are there, and close it
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  Examples:
    balloonsim --qmp /tmp/vm.qmp --workload leaking
    balloonctl -c /tmp/vm.qmp stats
    balloonsim --qmp /tmp/vm.qmp --fault never-answers@30s --profile 7.2
    balloonsim --vms 20 --dir /tmp/host --mix 8: \
        --mix 1:guest=windows-no-service --mix 1:fault=loop@60s
    balloonsim --qmp /tmp/q --qtest /tmp/t --device virtio-balloon-device,id=b0
  ~
  One machine has by default 64 MiB of memory and virtio-balloon-device,id=b0;
  those of a host 1024 MiB and virtio-balloon-pci,id=balloon0. SIGTERM and SIGINT
  end it, QMP 'quit' ends a machine; the sockets are removed.
  ~
  Exit status: 0 done, 1 failed, 2 wrong usage.
  $ balloonsim --version
  balloonsim 0.1.0
  $ balloonsim --list-options | head -6
  profile=7.2|10.0|11.1
  	the QEMU version to be [11.1]
  ram=SIZE
  	memory of the guest; MiB without a unit K, M, G or T [1G]
  name=TEXT
  	the VM's name, as with QEMU's -name
  $ balloonsim --list-faults | head -3
  no-driver                   no balloon driver is loaded
  no-stats-vq                 the driver doesn't accept the statistics queue
  no-features-ok              the driver skips FEATURES_OK, so that nothing is accepted and it is never asked for statistics
  $ balloonsim --list-faults > /dev/full
  2> standard output: No space left on device
  => 1

  $ balloonsim "$(printf -- "--no\033[31m")"
  2> balloonsim: unrecognized option '--no\x1b[31m'
  2> Try `balloonsim --help' or `balloonsim --usage' for more information.
  => 2
