Commands from standard input, one a line, over connections that stay open.

  $ stub vm
  $ printf '%s\n' '# a comment' '' interval '  interval # again' "size '512M'" 'info --json | true' \
  >   | balloonctl -c vm shell
  2
  2
  2> vm: target 512 MiB (was 1 GiB of 1 GiB); the guest follows in its own time
  2> info: Too many arguments
  2> Try `info --help' or `info --usage' for more information.
  2> standard input:6: 'info --json | true' failed with status 2
  => 2
  $ grep -c qmp_capabilities vm.log
  1
  $ printf 'interval\ninterval' | balloonctl -c vm shell
  2
  2

The first failure ends it, unless it is to go on; the exit status is that of the first.

  $ printf 'interval\nsize 3X\ninterval\nuse\n' | balloonctl -c vm shell
  2
  2> '3X': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2> standard input:2: 'size 3X' failed with status 2
  => 2
  $ printf 'size 3X\ninterval\n!exit 7\n"open\ninterval --frobnicate\nfoo\ninterval 1 2\n' |
  >   balloonctl -c vm shell -k
  2
  2> '3X': not a size; give bytes, a number with a unit or a percentage, such as 512M, 1.5GiB, 50% or -10%
  2> standard input:1: 'size 3X' failed with status 2
  2> standard input:3: '!exit 7' failed with status 1
  2> '"open': a quote or backslash at its end waits for more
  2> standard input:4: '"open' failed with status 2
  2> interval: unrecognized option '--frobnicate'
  2> Try `interval --help' or `interval --usage' for more information.
  2> standard input:5: 'interval --frobnicate' failed with status 2
  2> unknown command 'foo'; 'help' lists the commands
  2> standard input:6: 'foo' failed with status 2
  2> interval: Too many arguments
  2> Try `interval --help' or `interval --usage' for more information.
  2> standard input:7: 'interval 1 2' failed with status 2
  => 2
  $ printf 'interval\n\0\n' | balloonctl -c vm shell
  2
  2> a NUL byte is no part of a command
  2> standard input:2: '' failed with status 2
  => 2
  $ balloonctl shell nowhere
  2> nowhere: No such file or directory
  => 1
  $ balloonctl shell .
  2> .: Is a directory
  => 1
  $ balloonctl -c vm shell </dev/null

--help explains, and does no more; so does what is wrong.

  $ stub fresh
  $ printf '%s\n' 'size 512M --help' 'size --usage 512M' 'stats -V' 'help size' |
  >   balloonctl -c fresh shell | grep -c -e SIZE -e balloonctl
  23
  $ for line in 'size 1M 2M' 'size --nothing 512M' 'size 512M --json=1' 'enable -i' 'help a b' shell \
  >   'source' 'source a b' 'qmp a b c' '-x' '-c' 'use -c' "use ''" 'stats --timeout x'; do
  >   echo "$line" | balloonctl -c fresh shell
  > done
  2> size: Too many arguments
  2> Try `size --help' or `size --usage' for more information.
  2> standard input:1: 'size 1M 2M' failed with status 2
  2> size: unrecognized option '--nothing'
  2> Try `size --help' or `size --usage' for more information.
  2> standard input:1: 'size --nothing 512M' failed with status 2
  2> size: --json '1': give --json or --json=lines
  2> Try `size --help' or `size --usage' for more information.
  2> standard input:1: 'size 512M --json=1' failed with status 2
  2> enable: option requires an argument -- 'i'
  2> Try `enable --help' or `enable --usage' for more information.
  2> standard input:1: 'enable -i' failed with status 2
  2> help: too many arguments
  2> Try `help --help' or `help --usage' for more information.
  2> standard input:1: 'help a b' failed with status 2
  2> shell: you are in it already
  2> standard input:1: 'shell' failed with status 2
  2> source: give one file
  2> standard input:1: 'source' failed with status 2
  2> source: give one file
  2> standard input:1: 'source a b' failed with status 2
  2> qmp: Too many arguments
  2> Try `qmp --help' or `qmp --usage' for more information.
  2> standard input:1: 'qmp a b c' failed with status 2
  2> balloonctl: invalid option -- 'x'
  2> Try `balloonctl --help' or `balloonctl --usage' for more information.
  2> standard input:1: '-x' failed with status 2
  2> balloonctl: option requires an argument -- 'c'
  2> Try `balloonctl --help' or `balloonctl --usage' for more information.
  2> standard input:1: '-c' failed with status 2
  2> use: '-c' is no address; give one such as unix:/run/vm.qmp
  2> standard input:1: 'use -c' failed with status 2
  2> use: '' is no address; give one such as unix:/run/vm.qmp
  2> standard input:1: 'use ''' failed with status 2
  2> --timeout 'x': give seconds from 0.001 to 86400, such as 2 or 0.5
  2> standard input:1: 'stats --timeout x' failed with status 2
  => 2
  $ cat fresh.log

Options are those of one line.

  $ stub a
  $ stub b 'qom-get guest-stats-polling-interval = 7'
  $ balloonctl -c a shell <<'.'
  > -c b interval
  > interval -c b -c a
  > interval
  > use b
  > use
  > balloonctl interval
  > use a b
  > interval --timeout 2
  > interval -c a -c a
  > quit
  > interval
  > .
  7
  b	7
  a	2
  2
  b
  7
  a	2
  b	7
  a	2
  a	2
  $ printf 'size 512M\nsize 511M\n' | balloonctl -q -c a shell
  $ balloonctl -c a shell <<'.'
  > interval --device /machine/one
  > interval
  > .
  2
  2
  $ tail -n 4 a.log
  {"execute":"qom-list","arguments":{"path":"/machine/peripheral"},"id":2}
  {"execute":"qom-list","arguments":{"path":"/machine/peripheral-anon"},"id":3}
  {"execute":"query-name","id":4}
  {"execute":"qom-get","arguments":{"path":"/machine/peripheral/balloon0","property":"guest-stats-polling-interval"},"id":5}

Files play files, but not for ever.

  $ echo 'interval' > one
  $ printf 'source one\nsource "two words"\nexit\ninterval\n' > play
  $ echo "!echo 'it is' \"#1\"" > 'two words'
  $ balloonctl -c a shell play
  2
  it is #1
  $ echo 'source loop' > loop
  $ balloonctl -c a shell loop 2>&1 | head -n 1
  loop: 16 files play each other already

What a shell is for.

  $ echo help | balloonctl shell
    stats                what the guest says of its memory
    watch                the same live: a line for each sample, with rates and events
    top                  all VMs live on one screen
    enable               have QEMU ask the guest regularly
    disable              stop asking; the last answer stays readable
    interval             print the seconds between two questions, 0 when off
    size                 show or set how much memory the balloon leaves to the guest
    info                 the VM, its QEMU and its balloon device
    check                are VMs short of memory? also a plugin for Nagios and Icinga
    diagnose             why statistics are missing, old or wrong, and what to do
    qmp                  any other command of QEMU's monitor
    shell                type commands, or play them from a file
    list                 the QEMU monitors of this host, and whether they are free
    config               the configuration in effect, and where it comes from
    help                 explain a command
  ~
    use [ADDRESS...]     the VMs of commands without -c, or say which they are
    source FILE          play the commands of a file
    !COMMAND             run a command of the system
    exit                 leave, as quit and Ctrl-D do
  ~
  'help COMMAND' explains a command.
  $ printf 'help use\nhelp !\n' | balloonctl shell
    use [ADDRESS...]     the VMs of commands without -c, or say which they are
  2> unknown command '!'; 'help' lists the commands
  2> standard input:2: 'help !' failed with status 2
  => 2
  $ balloonctl shell a b
  2> balloonctl shell: Too many arguments
  2> Try `balloonctl shell --help' or `balloonctl shell --usage' for more
  2> information.
  => 2
  $ printf 'use sim:\nsize\nqmp quit\nsize\n' | balloonctl shell
  actual 1 GiB of 1 GiB
  {}
  actual 1 GiB of 1 GiB
