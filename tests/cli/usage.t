  $ balloonctl
  2> no command: give one, such as 'stats'; 'balloonctl --help' lists them
  => 2
  $ balloonctl sttas
  2> unknown command 'sttas'; did you mean 'stats'?
  => 2
  $ balloonctl en
  2> unknown command 'en'; did you mean 'enable'?
  => 2
  $ balloonctl x
  2> unknown command 'x'; 'balloonctl --help' lists the commands
  => 2
  $ balloonctl watch
  2> ./proc: can't look for VMs: No such file or directory
  => 1
  $ balloonctl -c run/a.qmp run/b.qmp stats
  2> unknown command 'run/b.qmp'; each address needs a -c of its own
  => 2
  $ balloonctl Stats
  2> unknown command 'Stats'; did you mean 'stats'?
  => 2
  $ balloonctl "$(printf 'a\033[31m')"
  2> unknown command 'a\x1b[31m'; 'balloonctl --help' lists the commands
  => 2
  $ balloonctl --nonsense
  2> balloonctl: unrecognized option '--nonsense'
  2> Try `balloonctl --help' or `balloonctl --usage' for more information.
  => 2
  $ balloonctl -c
  2> balloonctl: option requires an argument -- 'c'
  2> Try `balloonctl --help' or `balloonctl --usage' for more information.
  => 2
  $ balloonctl stats --nonsense
  2> balloonctl stats: unrecognized option '--nonsense'
  2> Try `balloonctl stats --help' or `balloonctl stats --usage' for more
  2> information.
  => 2
  $ balloonctl -c vm stats vm2
  2> 'vm2': there is no such column; did you mean 'vm'?
  => 2
  $ balloonctl help nosuch
  2> unknown command 'nosuch'; 'balloonctl --help' lists the commands
  => 2
  $ balloonctl help stats info
  2> balloonctl help: too many arguments
  2> Try `balloonctl help --help' or `balloonctl help --usage' for more
  2> information.
  => 2

No address, or an empty one.

  $ mkdir proc
  $ balloonctl stats
  2> no VM was found (0 processes, none of them QEMU, and 0 listening sockets); give the address of its QMP monitor with -c, such as '-c unix:/run/vm.qmp'
  => 1
  $ balloonctl -c '' stats
  2> -c '': an empty address; give one such as unix:/run/vm.qmp
  => 2
  $ BALLOONCTL_CONNECT= QMP_SOCKET= balloonctl stats
  2> no VM was found (0 processes, none of them QEMU, and 0 listening sockets); give the address of its QMP monitor with -c, such as '-c unix:/run/vm.qmp'
  => 1

  $ balloonctl -c vm --device '' stats
  2> --device '': give a QOM path, such as /machine/peripheral/balloon0
  => 2
  $ for timeout in '' 0 -1 x 1s 0.0001 86401 1e3; do
  >   balloonctl -c vm --timeout "$timeout" stats 2>&1 || echo $?
  > done
  --timeout '': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  --timeout '0': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  --timeout '-1': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  --timeout 'x': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  --timeout '1s': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  --timeout '0.0001': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  --timeout '86401': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  --timeout '1e3': give seconds from 0.001 to 86400, such as 2 or 0.5
  2
  $ for interval in '' 0 -1 x 1.5 2s 4294967296 18446744073709551616; do
  >   balloonctl -c vm enable --interval "$interval" 2>&1 || echo $?
  > done
  --interval '': give whole seconds from 1 to 4294967295, such as 2
  2
  --interval '0': use 'balloonctl disable' to switch polling off
  2
  --interval '-1': give whole seconds from 1 to 4294967295, such as 2
  2
  --interval 'x': give whole seconds from 1 to 4294967295, such as 2
  2
  --interval '1.5': give whole seconds from 1 to 4294967295, such as 2
  2
  --interval '2s': give whole seconds from 1 to 4294967295, such as 2
  2
  --interval '4294967296': give whole seconds from 1 to 4294967295, such as 2
  2
  --interval '18446744073709551616': give whole seconds from 1 to 4294967295, such as 2
  2

What was typed is escaped, by argp too.

  $ balloonctl "$(printf -- '--no\033[31m')"; balloonctl stats "$(printf -- '--no\033[31m')"
  2> balloonctl: unrecognized option '--no\x1b[31m'
  2> Try `balloonctl --help' or `balloonctl --usage' for more information.
  2> balloonctl stats: unrecognized option '--no\x1b[31m'
  2> Try `balloonctl stats --help' or `balloonctl stats --usage' for more
  2> information.
  => 2
  $ balloonctl stats "$(printf -- '--json=\033[31m')" 2>&1 | head -n 1
  balloonctl stats: --json '\x1b[31m': give --json or --json=lines
