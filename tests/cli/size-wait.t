size --wait: the balloon is followed until it is there; on a pipe a line tells once a second how far it is.

  $ cat > steps <<'EOF'
  > sed -E 's/[0-9.]+ MiB to/N to/; s/ [0-9.]+ MiB\/s.*/ N left/; s/[0-9.]+ s\b/N s/'
  > EOF
  $ moving balloonctl -c sim: size 512M --wait 2>&1 | sh steps
  sim:: target 512 MiB (was 1 GiB of 1 GiB)
  sim:: actual 512 MiB: the target is reached after N s
  $ moving balloonctl -c sim: size 512M --wait -q --force
  $ moving balloonctl -c sim:speed=100 size -250M --wait --force 2>&1 | sh steps | uniq
  sim:speed=100: target 774 MiB (was 1 GiB of 1 GiB)
  sim:speed=100: N to 774 MiB, N left
  sim:speed=100: actual 774 MiB: the target is reached after N s
  $ moving balloonctl -c sim: -c sim:device=none size 512M --wait --json -q --force
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "sim:",
        "name": null,
        "device": "/machine/peripheral/balloon0",
        "actual_bytes": 536870912,
        "maximum_bytes": 1073741824,
        "target_bytes": 536870912,
        "reached": true
      },
      {
        "address": "sim:device=none",
        "error": {
          "code": "ENODEV",
          "class": null,
          "message": "sim:device=none: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line"
        }
      }
    ]
  }
  2> sim:device=none: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line
  => 1
  $ moving balloonctl -c sim: size 512M --wait --json=lines -q --force
  {"schema": "balloonctl/1", "address": "sim:", "name": null, "device": "/machine/peripheral/balloon0", "actual_bytes": 536870912, "maximum_bytes": 1073741824, "target_bytes": 536870912, "reached": true}
  $ moving balloonctl -c sim:paused=on size 600M --wait=0.3 --force 2>&1 | sh steps
  sim:paused=on: target 600 MiB (was 1 GiB of 1 GiB)
  sim:paused=on: the balloon has not moved in N s, actual is 1 GiB: the VM does not run (prelaunch); the target stays set
  $ moving balloonctl -c sim:fault=refuses-inflation size 600M --wait=0.3 --force --bytes 2>&1 | sh steps
  sim:fault=refuses-inflation: target 629145600 bytes (was 1073741824 of 1073741824)
  sim:fault=refuses-inflation: the balloon has not begun to move in N s, actual is 1073741824 bytes: is a balloon driver in the guest? 'balloonctl diagnose' tells; the target stays set
  $ moving balloonctl -c sim:fault=half-inflation,speed=1000 size 600M --wait=1.5 --json -q --force 2>/dev/null
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "sim:fault=half-inflation,speed=1000",
        "name": null,
        "device": "/machine/peripheral/balloon0",
        "actual_bytes": 851443712,
        "maximum_bytes": 1073741824,
        "target_bytes": 629145600,
        "reached": false
      }
    ]
  }
  => 1
  $ stub vm
  $ balloonctl -c vm size 1073740000 --wait --force 2>&1 | sh steps
  vm: target 1 GiB (was 1 GiB of 1 GiB)
  vm: actual 1 GiB: the target is reached after N s
  $ stub vm eof-after=14
  $ balloonctl -c vm size 600M --wait --force
  2> vm: target 600 MiB (was 1 GiB of 1 GiB)
  2> vm: QEMU closed the connection
  => 1
  $ for seconds in '' x 0 -1 86401; do balloonctl -c vm size 512M --wait=$seconds; done
  2> --wait='': give seconds from 0.001 to 86400, such as 2 or 0.5
  2> --wait='x': give seconds from 0.001 to 86400, such as 2 or 0.5
  2> --wait='0': give seconds from 0.001 to 86400, such as 2 or 0.5
  2> --wait='-1': give seconds from 0.001 to 86400, such as 2 or 0.5
  2> --wait='86401': give seconds from 0.001 to 86400, such as 2 or 0.5
  => 2
  $ balloonctl -c vm size 512M --wait 30; balloonctl -c vm size --wait 30 512M 2>&1 | head -n 1
  balloonctl size: '512M': one SIZE is enough; seconds are written --wait=SECONDS
  2> balloonctl size: '30': one SIZE is enough; seconds are written --wait=SECONDS
  2> Try `balloonctl size --help' or `balloonctl size --usage' for more
  2> information.
  $ balloonctl -c vm size --wait
  2> --wait: give the SIZE to be set as well, such as 512M
  => 2

A guest with large pages stops short of it and has arrived; one that does nothing has not, however short
the way.

  $ moving balloonctl -q -c sim:page-size=65536 size 700000001 --wait --json | grep -e bytes -e reached
        "actual_bytes": 699990016,
        "maximum_bytes": 1073741824,
        "target_bytes": 700000001,
        "reached": true
  $ moving balloonctl -c sim:fault=no-driver size -8M --wait=2.5 --force 2>&1 | sh steps
  sim:fault=no-driver: target 1016 MiB (was 1 GiB of 1 GiB)
  sim:fault=no-driver: the balloon has not begun to move in N s, actual is 1 GiB: is a balloon driver in the guest? 'balloonctl diagnose' tells; the target stays set

It is waited for as long as it comes nearer, and not for ever.

  $ moving balloonctl -c sim:fault=half-inflation,speed=1000 -c sim:fault=no-driver size 600M --wait --force 2>&1 |
  >   sh steps | sort -u
  sim:fault=half-inflation,speed=1000: N to 600 MiB, N left
  sim:fault=half-inflation,speed=1000: target 600 MiB (was 1 GiB of 1 GiB)
  sim:fault=half-inflation,speed=1000: the balloon stopped at 812 MiB of target 600 MiB and has come no nearer for N s; 'balloonctl diagnose --target' tells more
  sim:fault=no-driver: target 600 MiB (was 1 GiB of 1 GiB)
  sim:fault=no-driver: the balloon has not begun to move in N s, actual is 1 GiB: is a balloon driver in the guest? 'balloonctl diagnose' tells; the target stays set
  $ stub vm
  $ timeout --preserve-status -s INT 2 balloonctl -c vm size 600M --wait --force
  2> vm: target 600 MiB (was 1 GiB of 1 GiB)
  2> vm: interrupted at 1 GiB of target 600 MiB; the target stays set
  => 130
