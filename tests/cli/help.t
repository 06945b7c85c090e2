  $ balloonctl --help
  Usage: balloonctl [OPTION...] COMMAND [ARGUMENT...]
  Show what a QEMU guest says of its memory, and set how much of it the guest may
  use, through the virtio balloon.
  ~
    -a, --all                  Every VM that is configured or found on this host;
                               commands that only show something do so without
                               being told, if there is no address
    -c, --connect=ADDRESS      The VM's QMP monitor: unix:/PATH or just a path,
                               tcp:HOST:PORT, vsock:CID:PORT or fd:N; vm:NAME or
                               pid:N, a VM of this host by name or process; or
                               sim:[OPTIONS], a simulated VM to try things on.
                               May be given several times; all VMs are asked at
                               once
        --device=PATH          QOM path of the balloon, such as
                               /machine/peripheral/balloon0 (default: look for
                               it)
    -q, --quiet                Say nothing of what was changed, and give no
                               notes; errors and warnings stay
        --timeout=SECONDS      How long to wait to be connected, to be greeted
                               and for each reply (default: 5)
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  Commands:
    stats      what the guest says of its memory
    watch      the same live: a line for each sample, with rates and events
    top        all VMs live on one screen
    enable     have QEMU ask the guest regularly
    disable    stop asking; the last answer stays readable
    interval   print the seconds between two questions, 0 when off
    size       show or set how much memory the balloon leaves to the guest
    info       the VM, its QEMU and its balloon device
    check      are VMs short of memory? also a plugin for Nagios and Icinga
    diagnose   why statistics are missing, old or wrong, and what to do
    qmp        any other command of QEMU's monitor
    shell      type commands, or play them from a file
    list       the QEMU monitors of this host, and whether they are free
    config     the configuration in effect, and where it comes from
    help       explain a command
  ~
  'balloonctl COMMAND --help' explains a command.
  ~
  Without -c the address is taken from BALLOONCTL_CONNECT or QMP_SOCKET in the
  environment; without these too, what only shows something shows all VMs of this
  host. QEMU offers a monitor when started with -qmp
  unix:/run/vm.qmp,server=on,wait=off; it serves one client at a time.
  ~
  Examples:
    balloonctl stats
    balloonctl -c vm:web1 enable --interval 2
    balloonctl -c /run/vm.qmp stats
    balloonctl -c /run/vm1.qmp -c /run/vm2.qmp stats --json
  ~
  Exit status: 0 done, 1 a VM failed, 2 wrong usage, 3 a value is absent or not
  fresh, or diagnose found a problem; of check what plugins have.
  $ balloonctl help > other; balloonctl --help | cmp - other
  $ balloonctl --version | sed 's/[0-9.]*$/VERSION/'
  balloonctl VERSION
  $ balloonctl --usage
  Usage: balloonctl [-aq?V] [-c ADDRESS] [--all] [--connect=ADDRESS]
              [--device=PATH] [--quiet] [--timeout=SECONDS] [--help] [--usage]
              [--version] COMMAND [ARGUMENT...]
  $ balloonctl help enable
  Usage: balloonctl enable [OPTION...]
  Have QEMU ask the guest for its statistics every few seconds, the first time at
  once if polling was off.
  ~
    -i, --interval=SECONDS     Ask every so many seconds, 1 to 4294967295
                               (default: as configured, see balloonctl.conf(5);
                               else leave the interval as it is or, if polling is
                               off, 2)
  ~
   Options of every command:
    -a, --all                  Every VM that is configured or found on this host;
                               commands that only show something do so without
                               being told, if there is no address
    -c, --connect=ADDRESS      The VM's QMP monitor: unix:/PATH or just a path,
                               tcp:HOST:PORT, vsock:CID:PORT or fd:N; vm:NAME or
                               pid:N, a VM of this host by name or process; or
                               sim:[OPTIONS], a simulated VM to try things on.
                               May be given several times; all VMs are asked at
                               once
        --device=PATH          QOM path of the balloon, such as
                               /machine/peripheral/balloon0 (default: look for
                               it)
    -q, --quiet                Say nothing of what was changed, and give no
                               notes; errors and warnings stay
        --timeout=SECONDS      How long to wait to be connected, to be greeted
                               and for each reply (default: 5)
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  The interval belongs to the VM: it stays until it is changed or QEMU ends, and
  does not travel with a migration.
  ~
  Examples:
    balloonctl -c /run/vm.qmp enable
    balloonctl -c /run/vm.qmp enable --interval 10
  $ balloonctl disable --help
  Usage: balloonctl disable [OPTION...]
  Have QEMU stop asking the guest. What the guest said last stays readable, and
  stays as old as it is.
  ~
   Options of every command:
    -a, --all                  Every VM that is configured or found on this host;
                               commands that only show something do so without
                               being told, if there is no address
    -c, --connect=ADDRESS      The VM's QMP monitor: unix:/PATH or just a path,
                               tcp:HOST:PORT, vsock:CID:PORT or fd:N; vm:NAME or
                               pid:N, a VM of this host by name or process; or
                               sim:[OPTIONS], a simulated VM to try things on.
                               May be given several times; all VMs are asked at
                               once
        --device=PATH          QOM path of the balloon, such as
                               /machine/peripheral/balloon0 (default: look for
                               it)
    -q, --quiet                Say nothing of what was changed, and give no
                               notes; errors and warnings stay
        --timeout=SECONDS      How long to wait to be connected, to be greeted
                               and for each reply (default: 5)
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  Example:
    balloonctl -c /run/vm.qmp disable
  $ balloonctl interval --help
  Usage: balloonctl interval [OPTION...]
  Print how many seconds lie between two questions to the guest; 0 means that
  polling is off. Of several VMs each gets a line: address, tab, seconds.
  ~
   Options of every command:
    -a, --all                  Every VM that is configured or found on this host;
                               commands that only show something do so without
                               being told, if there is no address
    -c, --connect=ADDRESS      The VM's QMP monitor: unix:/PATH or just a path,
                               tcp:HOST:PORT, vsock:CID:PORT or fd:N; vm:NAME or
                               pid:N, a VM of this host by name or process; or
                               sim:[OPTIONS], a simulated VM to try things on.
                               May be given several times; all VMs are asked at
                               once
        --device=PATH          QOM path of the balloon, such as
                               /machine/peripheral/balloon0 (default: look for
                               it)
    -q, --quiet                Say nothing of what was changed, and give no
                               notes; errors and warnings stay
        --timeout=SECONDS      How long to wait to be connected, to be greeted
                               and for each reply (default: 5)
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  Example:
    balloonctl -c /run/vm.qmp interval
  $ balloonctl stats --help
  Usage: balloonctl stats [OPTION...] [COLUMN...]
  Show what the guest's balloon driver reported last, and how long ago: one VM as
  a list, several as one row each. '-' is what the guest did not report. With
  COLUMNs, such as free-memory, print just these values.
  ~
    -b, --bytes                Print sizes in bytes, with all digits
        --json[=lines]         Print one JSON document, described in
                               balloonctl(1), or a line for each VM
        --max-age=SECONDS      Have the guest asked now, but only if what QEMU
                               has is older than this
        --names=qemu|libvirt   Whose names statistics have (libvirt: those of
                               virsh dommemstat)
        --refresh[=SECONDS]    Have the guest asked now, and wait for its answer,
                               so many seconds at most (default: 5)
        --require-fresh        Exit with 3 if what is shown of a VM is anything
                               but fresh
  ~
   Rows:
        --color=auto|always|never   Colour what needs attention; auto: on a
                               terminal
        --list-columns         List the columns there are, and leave
    -n, --noheadings           Print no headings
    -o, --output=COLUMN,...    Show rows with these columns; +COLUMN,... adds to
                               the usual ones
    -O, --output-all           Show all columns
    -P, --pairs                Print rows of NAME="VALUE", as shells read them
    -r, --raw                  Rows for programs: a space between columns, sizes
                               in bytes, times in seconds
        --sort=COLUMN          Sort rows by this column; -COLUMN: downwards
  ~
   Options of every command:
    -a, --all                  Every VM that is configured or found on this host;
                               commands that only show something do so without
                               being told, if there is no address
    -c, --connect=ADDRESS      The VM's QMP monitor: unix:/PATH or just a path,
                               tcp:HOST:PORT, vsock:CID:PORT or fd:N; vm:NAME or
                               pid:N, a VM of this host by name or process; or
                               sim:[OPTIONS], a simulated VM to try things on.
                               May be given several times; all VMs are asked at
                               once
        --device=PATH          QOM path of the balloon, such as
                               /machine/peripheral/balloon0 (default: look for
                               it)
    -q, --quiet                Say nothing of what was changed, and give no
                               notes; errors and warnings stay
        --timeout=SECONDS      How long to wait to be connected, to be greeted
                               and for each reply (default: 5)
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  QEMU asks the guest only while polling is on: see 'balloonctl enable'. The
  freshness tells whether the statistics are worth trusting.
  ~
  Examples:
    balloonctl -c /run/vm.qmp stats
    balloonctl -c /run/vm.qmp stats --refresh --bytes free-memory
    balloonctl -c /run/vm.qmp stats --refresh --require-fresh
    balloonctl -c /run/vm.qmp stats --json | jq '.vms[0].stats'
    balloonctl -c /run/vm1.qmp -c /run/vm2.qmp stats --sort available
  $ balloonctl size --help
  Usage: balloonctl size [OPTION...] [SIZE]
  Show how much memory the balloon leaves to the guest or, with SIZE, set it. The
  guest follows in its own time; --wait waits for it. What the guest can't spare
  is not taken from it without --force.
  ~
    -b, --bytes                Print sizes in bytes, with all digits
        --force                Take from the guest even what it can't spare
        --json[=lines]         Print one JSON document, described in
                               balloonctl(1), or a line for each VM
        --min-available=SIZE   Don't set a SIZE that would leave the guest less
                               available memory than this, by a new report
        --wait[=SECONDS]       Follow the balloon until it has reached SIZE, for
                               so many seconds at most (default: as long as it
                               comes nearer)
  ~
   Options of every command:
    -a, --all                  Every VM that is configured or found on this host;
                               commands that only show something do so without
                               being told, if there is no address
    -c, --connect=ADDRESS      The VM's QMP monitor: unix:/PATH or just a path,
                               tcp:HOST:PORT, vsock:CID:PORT or fd:N; vm:NAME or
                               pid:N, a VM of this host by name or process; or
                               sim:[OPTIONS], a simulated VM to try things on.
                               May be given several times; all VMs are asked at
                               once
        --device=PATH          QOM path of the balloon, such as
                               /machine/peripheral/balloon0 (default: look for
                               it)
    -q, --quiet                Say nothing of what was changed, and give no
                               notes; errors and warnings stay
        --timeout=SECONDS      How long to wait to be connected, to be greeted
                               and for each reply (default: 5)
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  SIZE is in bytes, or has a unit: K, M, G, T (the same as KiB, MiB ...) are
  powers of 1024, as for QEMU; KB, MB, GB, TB are powers of 1000. 50% is half of
  the machine's memory. +512M and -512M, +10% and -10% start from what the guest
  has now.
  ~
  Exit status: 0 done, 1 a VM failed, was refused or has not reached SIZE, 2
  wrong usage.
  ~
  Examples:
    balloonctl -c /run/vm.qmp size
    balloonctl -c /run/vm.qmp size 512M --wait
    balloonctl -c /run/vm.qmp size -10% --min-available 256M
  $ balloonctl info --help
  Usage: balloonctl info [OPTION...]
  Show a VM's name, state and QEMU version, its balloon device and the balloon's
  size.
  ~
    -b, --bytes                Print sizes in bytes, with all digits
        --json[=lines]         Print one JSON document, described in
                               balloonctl(1), or a line for each VM
  ~
   Options of every command:
    -a, --all                  Every VM that is configured or found on this host;
                               commands that only show something do so without
                               being told, if there is no address
    -c, --connect=ADDRESS      The VM's QMP monitor: unix:/PATH or just a path,
                               tcp:HOST:PORT, vsock:CID:PORT or fd:N; vm:NAME or
                               pid:N, a VM of this host by name or process; or
                               sim:[OPTIONS], a simulated VM to try things on.
                               May be given several times; all VMs are asked at
                               once
        --device=PATH          QOM path of the balloon, such as
                               /machine/peripheral/balloon0 (default: look for
                               it)
    -q, --quiet                Say nothing of what was changed, and give no
                               notes; errors and warnings stay
        --timeout=SECONDS      How long to wait to be connected, to be greeted
                               and for each reply (default: 5)
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Mandatory or optional arguments to long options are also mandatory or optional
  for any corresponding short options.
  ~
  Examples:
    balloonctl -c /run/vm.qmp info
    balloonctl -c /run/vm.qmp info --json | jq -r '.vms[0].state'
  $ balloonctl help help
  Usage: balloonctl help [OPTION...] [COMMAND]
  Explain a command or, without one, all of balloonctl.
  ~
    -?, --help                 Give this help list
        --usage                Give a short usage message
    -V, --version              Print program version
  ~
  Example:
    balloonctl help stats

Each command of the list has a help text with an example.

  $ balloonctl --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' > list
  $ while read -r name; do balloonctl "$name" --help | grep -q '^  balloonctl ' && echo $name; done < list
  stats
  watch
  top
  enable
  disable
  interval
  size
  info
  check
  diagnose
  qmp
  shell
  list
  config
  help

No example is so long that it is broken.

  $ for command in $(balloonctl __complete '' | cut -f 1); do balloonctl $command --help; done |
  >   awk '/^[A-Z]/ { inside = /^Examples?:/ } inside && !/^Ex/ { n++; if (!/^(  .*)?$/) print } END { print (n > 30) }'
  1
