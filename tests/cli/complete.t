What completions are made of: the words behind the program's name, the last one not complete.

  $ balloonctl __complete '' | cut -f 1
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
  $ balloonctl __complete st
  stats	what the guest says of its memory
  $ balloonctl __complete stats ''
  vm	the VM's name or, without one, its address
  address	as it was given
  name	of QEMU's -name
  device	the balloon's path in QEMU's object tree
  polling	how often QEMU asks the guest; 0: polling is off
  updated	when the guest reported last; 0: never
  age	how long ago that was
  fresh	is it live: fresh, stale, never, off, paused, silent or unknown
  used	what the guest uses for itself, without caches
  formula	how that was found
  actual	what the balloon leaves to the guest
  maximum	the machine's memory
  rss	the host's memory that QEMU has now
  swap-in	read back from swap
  swap-out	written to swap
  major-faults	page faults that had to read a disk
  minor-faults	page faults (Linux: all of them)
  free	not used for anything
  total	all the memory the guest has
  available	can be had without swapping
  caches	caches of files and disks
  htlb-pgalloc	huge pages allocated
  htlb-pgfail	huge pages that could not be had
  oom-kills	processes killed for lack of memory
  alloc-stalls	allocations that waited for reclaim
  async-scans	looked at by background reclaim
  direct-scans	looked at by allocations themselves
  async-reclaims	freed by background reclaim
  direct-reclaims	freed by allocations themselves
  $ balloonctl __complete stats - | cut -f 1
  --refresh
  --max-age=
  --require-fresh
  --names=
  --bytes
  --json
  --connect=
  --all
  --device=
  --timeout=
  --quiet
  --output=
  --output-all
  --list-columns
  --noheadings
  --raw
  --pairs
  --sort=
  --color=
  --help
  --usage
  --version
  $ balloonctl __complete enable --i
  --interval=	Ask every so many seconds, 1 to 4294967295
  $ balloonctl __complete enable -i ''
  $ balloonctl __complete -
  --connect=	The VM's QMP monitor
  --all	Every VM that is configured or found on this host
  --device=	QOM path of the balloon, such as /machine/peripheral/balloon0
  --timeout=	How long to wait to be connected, to be greeted and for each reply
  --quiet	Say nothing of what was changed, and give no notes
  --help	Give this help list
  --usage	Give a short usage message
  --version	Print program version
  $ balloonctl __complete help s
  stats	what the guest says of its memory
  size	show or set how much memory the balloon leaves to the guest
  shell	type commands, or play them from a file
  $ balloonctl __complete help stats ''
  $ balloonctl __complete -q -- siz
  size	show or set how much memory the balloon leaves to the guest
  $ balloonctl __complete nonsense ''
  $ balloonctl __complete __complete ''
  $ balloonctl __complete __
  $ balloonctl _complete
  2> unknown command '_complete'; 'balloonctl --help' lists the commands
  => 2
  $ balloonctl __complete
  $ balloonctl __complete size 1.5
  1.5K	KiB
  1.5M	MiB
  1.5G	GiB
  1.5T	TiB
  1.5KB	1000 bytes
  1.5MB	1000 KB
  1.5GB	1000 MB
  1.5TB	1000 GB
  $ balloonctl __complete size 1.5M
  1.5M	MiB
  1.5MB	1000 KB
  $ balloonctl __complete size x
  $ balloonctl __complete size 1G ''

Columns are those of the command.

  $ balloonctl __complete watch -o swap-in
  swap-in	read back from swap
  swap-in/s	read back from swap
  $ balloonctl __complete list --sort=-
  --sort=-vm	the VM's name
  --sort=-pid	the process of its QEMU
  --sort=-manager	the program that runs it
  --sort=-state	of the monitor: free, held, forbidden, missing, unknown or none
  --sort=-holder	the client that a held one serves
  --sort=-holder-pid	its process
  --sort=-address	of the monitor, for -c
  --sort=-reason	why the monitor can't be used
  $ balloonctl __complete list -o vm,
  vm,vm	the VM's name
  vm,pid	the process of its QEMU
  vm,manager	the program that runs it
  vm,state	of the monitor: free, held, forbidden, missing, unknown or none
  vm,holder	the client that a held one serves
  vm,holder-pid	its process
  vm,address	of the monitor, for -c
  vm,reason	why the monitor can't be used

Addresses are sockets, or directories on the way to one.

  $ mkdir dir .hidden && touch file && ln -s dir link && stub vm
  $ touch "$(printf 'esc\033[1m')"
  $ BALLOONCTL_ROOT=. balloonctl __complete -c ''
  unix:	a UNIX socket
  tcp:	HOST:PORT
  vsock:	CID:PORT
  fd:	a descriptor
  sim:	a simulated VM
  dir/
  link/
  vm
  $ BALLOONCTL_ROOT=. balloonctl __complete --connect=unix:
  --connect=unix:dir/
  --connect=unix:link/
  --connect=unix:vm
  $ balloonctl __complete -c unix:.
  unix:../
  unix:./
  unix:.hidden/
  $ balloonctl __complete -qc"$PWD"/v | sed "s|$PWD|PWD|"
  -qcPWD/vm
  $ BALLOONCTL_ROOT=. balloonctl __complete -c tcp:v
  $ balloonctl __complete shell ''
  dir/
  file
  link/
  pids
  vm.log

VMs that run on this host are found without asking them.

  $ mkdir -p host/run host/proc/5 host/proc/6 host/proc/7
  $ stub host/run/web.qmp
  $ printf '%s\0' qemu-system-x86_64 -name web -qmp unix:/run/web.qmp,server=on > host/proc/5/cmdline
  $ printf '%s\0' qemu-system-x86_64 -name gone -qmp unix:/run/gone,server=on > host/proc/6/cmdline
  $ printf '%s\0' qemu-system-x86_64 -name "$(printf 'e\033[1m')" -qmp tcp::4444,server=on > host/proc/7/cmdline
  $ BALLOONCTL_ROOT=host balloonctl __complete -c '' | grep -e web -e gone -e tcp
  host/run/web.qmp	web
  vm:web
  tcp:127.0.0.1:4444
  tcp:	HOST:PORT
  $ BALLOONCTL_ROOT=host balloonctl __complete -c v | grep web
  vm:web
  $ printf '[vm db]\naddress = /run/db.qmp\n' > conf
  $ BALLOONCTL_CONFIG=conf balloonctl __complete -c vm:
  vm:db	configured
  $ BALLOONCTL_ROOT=host balloonctl __complete -c host/run/
  host/run/web.qmp	web
  $ BALLOONCTL_ROOT=. balloonctl __complete -c host/run/
  host/run/web.qmp

The VM is asked for what only it knows: the one on the command line, or that of the environment.

  $ balloonctl __complete -c vm stats --device=
  --device=/machine/peripheral/balloon0	the balloon
  $ balloonctl __complete stats -c vm --device ''
  /machine/peripheral/balloon0	the balloon
  $ balloonctl __complete --connect vm --device=/machine/p
  --device=/machine/peripheral/balloon0	the balloon
  $ balloonctl __complete -c vm stats --device=x
  $ BALLOONCTL_CONNECT=vm balloonctl __complete stats --device=
  --device=/machine/peripheral/balloon0	the balloon
  $ stub many 'query-commands = [{"name": "query-a"}, {"name": "query-b"}, {"name": "x"}, {}]'
  $ balloonctl __complete -c many qmp q
  query-a
  query-b
  $ balloonctl __complete -c many qmp query-a ''

One that does not answer delays nobody for long, and is nothing to talk about.

  $ stub mute silent
  $ balloonctl __complete -c mute stats --device=
  $ balloonctl __complete -c nowhere stats --device=
  $ balloonctl __complete -c sim:bogus stats --device=
  $ balloonctl __complete stats --device=
  $ balloonctl __complete -c vm qmp q

Columns, one or several; their longer names where those are typed.

  $ balloonctl __complete stats swap
  swap-in	read back from swap
  swap-out	written to swap
  $ balloonctl __complete stats free-m
  free-memory	not used for anything
  $ balloonctl __complete stats -o free,sw
  free,swap-in	read back from swap
  free,swap-out	written to swap
  $ balloonctl __complete stats --output=+us
  --output=+used	what the guest uses for itself, without caches
  $ balloonctl __complete stats --sort -av
  -available	can be had without swapping
  $ balloonctl __complete stats --names=l
  --names=libvirt
