
A simulated VM is there for one command.

  $ balloonctl -c sim: enable --interval 2
  2> sim:: polling every 2 s (was off)
  $ balloonctl -c sim: size 512M
  2> sim:: target 512 MiB (was 1 GiB of 1 GiB); the guest follows in its own time
  $ balloonctl -c sim:ram=2G size
  actual 2 GiB of 2 GiB
  $ balloonctl -c sim:ram=256M,name=web stats --json | sed 's/\("last_update": \).*/\1N,/'
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "sim:ram=256M,name=web",
        "name": "web",
        "device": "/machine/peripheral/balloon0",
        "polling_interval": 0,
        "last_update": N,
        "age_seconds": 0,
        "freshness": "off",
        "used_bytes": 49823744,
        "used_formula": "total - available",
        "actual_bytes": 268435456,
        "maximum_bytes": 268435456,
        "host_rss_bytes": null,
        "stats": {
          "stat-swap-in": 0,
          "stat-swap-out": 0,
          "stat-major-faults": 493,
          "stat-minor-faults": 86274,
          "stat-free-memory": 148504576,
          "stat-total-memory": 229113856,
          "stat-available-memory": 179290112,
          "stat-disk-caches": 34365440,
          "stat-htlb-pgalloc": 0,
          "stat-htlb-pgfail": 0,
          "stat-oom-kills": 0,
          "stat-alloc-stalls": 0,
          "stat-async-scans": 0,
          "stat-direct-scans": 0,
          "stat-async-reclaims": 0,
          "stat-direct-reclaims": 0
        }
      }
    ]
  }
  $ balloonctl -c sim: -c sim:fault=no-driver -c sim:guest-stats-polling-interval=3 interval
  sim:	0
  sim:fault=no-driver	0
  sim:guest-stats-polling-interval=3	3
  $ balloonctl -c sim:device=none stats
  2> sim:device=none: this VM has no virtio-balloon device; add '-device virtio-balloon' to QEMU's command line
  => 1
  $ balloonctl -c sim:profile=7.2 info | grep -v update
  address:      sim:profile=7.2
  device:       /machine/peripheral/balloon0 (virtio-balloon-pci)
  state:        running
  qemu:         7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)
  polling:      off ('balloonctl enable' switches it on)
  size:         1 GiB of 1 GiB

What is wrong with its description.

  $ balloonctl -c sim:profile=6.0 stats
  2> sim:profile=6.0: profile='6.0': the value must be 7.2|10.0|11.1
  => 2
  $ balloonctl -c sim:fault=gremlins stats
  2> sim:fault=gremlins: fault='gremlins': 'gremlins' is no fault; there are 52, such as never-answers, tiny-buffer and crashes
  => 2
  $ balloonctl -c sim:guest stats
  2> sim:guest: 'guest': an option is written NAME=VALUE
  => 2
  $ balloonctl -c sim:free-page-hint=on stats
  2> sim:free-page-hint=on: free-page-hint=on: 'free-page-hint' requires 'iothread' to be set
  => 2

A real VM and a simulated one side by side.

  $ stub one 'qom-get guest-stats-polling-interval = 1'
  $ balloonctl -c one -c sim: -c missing interval
  one	1
  sim:	0
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1

What ails it, as a document.

  $ balloonctl -c sim: diagnose --wait 0 --json | grep -e cause -e polling_interval
            "cause": "polling-off",
              "polling_interval": 0,
