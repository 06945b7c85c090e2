Without files, what is built in.

  $ balloonctl config
  [defaults]
  polling-interval = 2                      # built in
  timeout = 5                               # built in

Files in their order: a later line wins, key by key.

  $ unset BALLOONCTL_CONFIG; export XDG_CONFIG_HOME=$PWD/x HOME=$PWD/home
  > d=x/balloonctl/balloonctl.conf.d; mkdir -p $d proc run home/.config/balloonctl
  > printf '# one\n[defaults]\ntimeout = 2\n[vm web]\naddress=unix:run/web.qmp\ntimeout=1\n' > x/balloonctl/balloonctl.conf
  > printf '[vm web]\n; two\ntimeout\t= 0.5 \r\n' > $d/20-b.conf
  > printf '\n[defaults]\npolling-interval=7\n  [ vm]\n' > $d/.hidden.conf
  > printf '[vm my db ]\ndevice=/machine/b\n[vm web]\ntimeout=3\n' > $d/10-a.conf
  > printf 'nonsense' > $d/10-a.conf.dpkg-old
  > balloonctl config | sed "s,$PWD/,,"
  > balloonctl config --json | sed "s,$PWD/,,"
  > echo '[defaults]' > home/.config/balloonctl/balloonctl.conf
  > echo 'timeout=9' >> home/.config/balloonctl/balloonctl.conf
  > unset XDG_CONFIG_HOME; balloonctl config | sed "s,$PWD/,,"
  > XDG_CONFIG_HOME=relative balloonctl config | sed "s,$PWD/,,"
  [defaults]
  polling-interval = 2                      # built in
  timeout = 2                               # x/balloonctl/balloonctl.conf:3
  ~
  [vm web]
  address = unix:run/web.qmp                # x/balloonctl/balloonctl.conf:5
  timeout = 0.5                             # x/balloonctl/balloonctl.conf.d/20-b.conf:3
  ~
  [vm my db]
  device = /machine/b                       # x/balloonctl/balloonctl.conf.d/10-a.conf:2
  timeout = 2                               # x/balloonctl/balloonctl.conf:3
  {
    "schema": "balloonctl/1",
    "files": [
      "x/balloonctl/balloonctl.conf",
      "x/balloonctl/balloonctl.conf.d/10-a.conf",
      "x/balloonctl/balloonctl.conf.d/20-b.conf"
    ],
    "defaults": {
      "polling_interval": {
        "value": "2",
        "file": null,
        "line": null
      },
      "timeout": {
        "value": "2",
        "file": "x/balloonctl/balloonctl.conf",
        "line": 3
      }
    },
    "configured_vms": [
      {
        "name": "web",
        "address": {
          "value": "unix:run/web.qmp",
          "file": "x/balloonctl/balloonctl.conf",
          "line": 5
        },
        "timeout": {
          "value": "0.5",
          "file": "x/balloonctl/balloonctl.conf.d/20-b.conf",
          "line": 3
        }
      },
      {
        "name": "my db",
        "device": {
          "value": "/machine/b",
          "file": "x/balloonctl/balloonctl.conf.d/10-a.conf",
          "line": 2
        },
        "timeout": {
          "value": "2",
          "file": "x/balloonctl/balloonctl.conf",
          "line": 3
        }
      }
    ]
  }
  [defaults]
  polling-interval = 2                      # built in
  timeout = 9                               # home/.config/balloonctl/balloonctl.conf:2
  [defaults]
  polling-interval = 2                      # built in
  timeout = 9                               # home/.config/balloonctl/balloonctl.conf:2

One file instead of all.

  $ printf '[vm named]\naddress=run/a\n' > own.conf
  $ BALLOONCTL_CONFIG=own.conf balloonctl config
  [defaults]
  polling-interval = 2                      # built in
  timeout = 5                               # built in
  ~
  [vm named]
  address = run/a                           # own.conf:2
  $ BALLOONCTL_CONFIG=missing.conf balloonctl config
  2> missing.conf: No such file or directory; BALLOONCTL_CONFIG names this file
  => 2
  $ BALLOONCTL_CONFIG=. balloonctl config
  2> .: Is a directory; BALLOONCTL_CONFIG names this file
  => 2

Mistakes have a place.

  $ try() { printf "$1" > bad.conf; BALLOONCTL_CONFIG=bad.conf balloonctl stats -c run/nobody; }
  > for text in 'timeout=1' '[defaults]\n\ntimeout=-1' '[defaults]\ntimeout=1s' '[defaults]\npolling-interval=0' \
  >   '[vm a]\naddress=' '[vm a]\naddress=vm:b' '[defaults]\naddress=x' '[defaults]\ncolor=red' '[defaults' '[vm]' '[vm ]' '[vmx y]' '[]' '[other]' \
  >   '[vm a]\nnonsense' '[vm \033[31m]\n\033=' '[vm a]\ndevice=a\0b' '[vm a]\n=x' 'x'; do
  >   try "$text"
  > done
  2> bad.conf:1: line 'timeout=1': it stands before the first [section]
  2> bad.conf:3: timeout '-1': give seconds from 0.001 to 86400, such as 2 or 0.5
  2> bad.conf:2: timeout '1s': give seconds from 0.001 to 86400, such as 2 or 0.5
  2> bad.conf:2: polling-interval '0': give whole seconds from 1 to 4294967295, such as 2
  2> bad.conf:2: address '': give the VM's monitor, such as unix:/run/vm.qmp
  2> bad.conf:2: address 'vm:b': give the VM's monitor, such as unix:/run/vm.qmp
  2> bad.conf:2: key 'address': it belongs into a section [vm NAME]
  2> bad.conf:2: unknown key 'color': there are address, device, polling-interval and timeout
  2> bad.conf:1: section '[defaults': the ']' is missing
  2> bad.conf:1: section 'vm': write [defaults] or [vm NAME]
  2> bad.conf:1: section 'vm ': write [defaults] or [vm NAME]
  2> bad.conf:1: section 'vmx y': write [defaults] or [vm NAME]
  2> bad.conf:1: section '': write [defaults] or [vm NAME]
  2> bad.conf:1: section 'other': write [defaults] or [vm NAME]
  2> bad.conf:2: line 'nonsense': write KEY = VALUE
  2> bad.conf:2: unknown key '\x1b': there are address, device, polling-interval and timeout
  2> bad.conf:2: line 'device=a': a NUL follows: is this text?
  2> bad.conf:2: unknown key '': there are address, device, polling-interval and timeout
  2> bad.conf:1: line 'x': it stands before the first [section]
  => 2
  $ head -c 2000000 /dev/zero | tr '\0' '\n' > huge.conf; BALLOONCTL_CONFIG=huge.conf balloonctl config
  2> huge.conf: File too large; BALLOONCTL_CONFIG names this file
  => 2
  $ unset BALLOONCTL_CONFIG; export XDG_CONFIG_HOME=$PWD/y; d=y/balloonctl/balloonctl.conf.d; mkdir -p $d/directory.conf
  > ln -s nowhere $d/dangling.conf; printf '[defaults]\ntimeout=3\n' > $d/zz.conf; balloonctl config 2>&1 | sed "s,$PWD/,,"
  > printf 'x' > $d/00.conf; balloonctl config 2>&1 | sed "s,$PWD/,,"
  y/balloonctl/balloonctl.conf.d/directory.conf: Is a directory
  [defaults]
  polling-interval = 2                      # built in
  timeout = 3                               # y/balloonctl/balloonctl.conf.d/zz.conf:2
  y/balloonctl/balloonctl.conf.d/00.conf:1: line 'x': it stands before the first [section]
  $ balloonctl config x
  2> balloonctl config: Too many arguments
  2> Try `balloonctl config --help' or `balloonctl config --usage' for more
  2> information.
  => 2

  $ printf '[defaults]\ndevice=/m\033[31m\377\n[vm \346\235\261\033[1m]\naddress=/run/\342\200\256x\n' > own.conf
  $ BALLOONCTL_CONFIG=own.conf balloonctl config; BALLOONCTL_CONFIG=own.conf balloonctl config --json=lines
  [defaults]
  device = /m\x1b[31m\xff                   # own.conf:2
  polling-interval = 2                      # built in
  timeout = 5                               # built in
  ~
  [vm 東\x1b[1m]
  address = /run/\xe2\x80\xaex              # own.conf:4
  device = /m\x1b[31m\xff                   # own.conf:2
  {"schema": "balloonctl/1", "files": ["own.conf"], "defaults": {"device": {"value": "/m\u001b[31m\ufffd", "file": "own.conf", "line": 2}, "polling_interval": {"value": "2", "file": null, "line": null}, "timeout": {"value": "5", "file": null, "line": null}}, "configured_vms": [{"name": "東\u001b[1m", "address": {"value": "/run/\u202ex", "file": "own.conf", "line": 4}, "device": {"value": "/m\u001b[31m\ufffd", "file": "own.conf", "line": 2}}]}
  $ cp own.conf "$(printf 'o\033[1m.conf')"; BALLOONCTL_CONFIG=$(printf 'o\033[1m.conf') balloonctl config | tail -n 1
  device = /m\x1b[31m\xff                   # o\x1b[1m.conf:2

Named VMs are addresses, whether they are on this host or not, and take part where all do.

  $ stub run/web.qmp 'qom-get guest-stats-polling-interval = 0'; stub run/other.qmp 'query-name = {"name": "other"}'; stub run/db.qmp 'query-name = {"name": "db"}'
  > process 5 qemu-system-x86_64 -name db -qmp unix:/run/db.qmp,server=on
  > process 6 qemu-system-x86_64 -name w -qmp unix:/run/web.qmp,server=on
  > printf '[defaults]\npolling-interval=7\n[vm web]\naddress=unix:./run/web.qmp\n[vm x]\naddress=run/other.qmp\npolling-interval=3\n[vm db]\ndevice=/machine/b\n[vm off]\ntimeout=1\n' > own.conf
  $ export BALLOONCTL_CONFIG=own.conf; balloonctl -c vm:web -c vm:x interval
  > balloonctl -c vm:web enable; balloonctl -c vm:x enable; balloonctl -c vm:web enable -i 4
  > grep -ho '"value":.' run/web.qmp.log run/other.qmp.log
  > balloonctl interval; balloonctl -c vm:off interval; balloonctl info | grep -E 'address|device'
  > balloonctl --device /machine/c -c vm:db info | grep device
  unix:./run/web.qmp	0
  run/other.qmp	2
  "value":7
  "value":4
  "value":3
  unix:./run/web.qmp	0
  run/other.qmp	2
  ./run/db.qmp	2
  address:      unix:./run/web.qmp
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  address:      run/other.qmp
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  address:      ./run/db.qmp
  device:       /machine/b (virtio-balloon-pci)
  device:       /machine/c (virtio-balloon-pci)
  2> unix:./run/web.qmp: polling every 7 s (was off)
  2> run/other.qmp: polling every 3 s (was every 2 s)
  2> unix:./run/web.qmp: polling every 4 s (was off)
  2> vm:off: there is no such VM; found: vm:db, vm:w

A VM's own time-out.

  $ stub run/deaf silent; printf '[defaults]\ntimeout=40\n[vm deaf]\naddress=run/deaf\ntimeout=0.2\n' > own.conf
  $ export BALLOONCTL_CONFIG=own.conf; balloonctl -c vm:deaf stats; balloonctl -c vm:deaf --timeout 0.1 stats
  2> run/deaf: no greeting after 200 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?
  2> run/deaf: no greeting after 100 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?
  => 1
