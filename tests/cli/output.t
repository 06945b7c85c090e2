Output that can't be written is an error, whoever prints it.

  $ stub vm
  $ balloonctl -c vm stats > /dev/full
  2> standard output: No space left on device
  => 1
  $ balloonctl -c vm stats --json > /dev/full
  2> standard output: No space left on device
  => 1
  $ balloonctl -c vm interval > /dev/full
  2> standard output: No space left on device
  => 1
  $ balloonctl --help > /dev/full
  2> standard output: No space left on device
  => 1

So is a closed standard output; above all, it is not sent to the VM.

  $ balloonctl -c vm stats --json >&-
  2> standard output: Bad file descriptor
  => 1
  $ balloonctl -c vm stats --json <&- >&-
  2> standard output: Bad file descriptor
  => 1
  $ balloonctl --version >&-
  2> standard output: Bad file descriptor
  => 1
  $ grep -c schema vm.log
  0
  => 1

Where nothing is printed it does not matter.

  $ balloonctl -c vm disable -q <&- >&-

A reader that has gone away is no news: SIGPIPE ends the program, as it does others, and where it
is ignored there is no message.

  $ (while ! [ -e gone ]; do :; done; balloonctl -c vm stats --json; echo $? > status) | (exec <&-; : > gone)
  $ while ! [ -s status ]; do :; done; cat status
  141
  $ rm gone status
  $ (trap '' PIPE; while ! [ -e gone ]; do :; done; balloonctl -c vm stats --json; echo $? > status) | (exec <&-; : > gone)
  $ while ! [ -s status ]; do :; done; cat status
  1

Without libsmartcols there is no table, but a document.

  $ : > libsmartcols.so.1
  $ LD_LIBRARY_PATH=. balloonctl -c vm stats
  2> a table needs libsmartcols.so.1 (package libsmartcols1); --json does without
  => 1
  $ LD_LIBRARY_PATH=. balloonctl -c vm stats --json | grep -c stat-
  16
