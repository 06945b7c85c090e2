All sixteen statistics, in the order of the stat table.

  $ stub vm
  $ balloonctl -c vm stats --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "polling_interval": 2,
        "last_update": 4102444800,
        "age_seconds": 0,
        "freshness": "fresh",
        "used_bytes": 134787072,
        "used_formula": "total - available",
        "actual_bytes": 1073741824,
        "maximum_bytes": 1073741824,
        "host_rss_bytes": null,
        "stats": {
          "stat-swap-in": 0,
          "stat-swap-out": 4096,
          "stat-major-faults": 215,
          "stat-minor-faults": 1003456,
          "stat-free-memory": 844943360,
          "stat-total-memory": 1033416704,
          "stat-available-memory": 898629632,
          "stat-disk-caches": 84869120,
          "stat-htlb-pgalloc": 0,
          "stat-htlb-pgfail": null,
          "stat-oom-kills": 1,
          "stat-alloc-stalls": 2,
          "stat-async-scans": 1048576,
          "stat-direct-scans": 1536,
          "stat-async-reclaims": 524288,
          "stat-direct-reclaims": 1024
        }
      }
    ]
  }

The edges of 64 bits: absent is null, whether QEMU says so with 2^64-1 or, before 2.4, with -1;
from 2^63 on it is null too, and visible as raw; the largest number that JSON readers round is exact.

  $ stub vm 'qom-get guest-stats = {"stats": {"stat-swap-in": 18446744073709551615,
  > "stat-swap-out": 18446744073709551614, "stat-major-faults": 9223372036854775808,
  > "stat-minor-faults": 9007199254740993, "stat-free-memory": -1,
  > "stat-total-memory": 9223372036854775807}, "last-update": 0}'
  $ balloonctl -c vm stats --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "name": "web1",
        "device": "/machine/peripheral/balloon0",
        "polling_interval": 2,
        "last_update": 0,
        "age_seconds": null,
        "freshness": "never",
        "used_bytes": null,
        "used_formula": null,
        "actual_bytes": 1073741824,
        "maximum_bytes": 1073741824,
        "host_rss_bytes": null,
        "stats": {
          "stat-swap-in": null,
          "stat-swap-out": null,
          "stat-major-faults": null,
          "stat-minor-faults": 9007199254740993,
          "stat-free-memory": null,
          "stat-total-memory": 9223372036854775807
        },
        "anomalies": [
          "failed-value"
        ],
        "raw": {
          "stat-swap-out": 18446744073709551614,
          "stat-major-faults": 9223372036854775808
        }
      }
    ]
  }

A statistic that the QEMU does not know is left out; one that we do not know is kept, behind the
others.

  $ stub vm 'qom-get guest-stats = {"stats": {"stat-new-thing": 18446744073709551615,
  > "stat-free-memory": 0, "x\"\u001b": 7}, "last-update": 0}' \
  >   'qom-get guest-stats-polling-interval = 4294967295'
  $ balloonctl -c vm stats --json | grep -e stat- -e x -e interval
        "polling_interval": 4294967295,
        "maximum_bytes": 1073741824,
          "stat-free-memory": 0,
          "stat-new-thing": null,
          "x\"\u001b": 7

The age is in seconds.

  $ stub vm "qom-get guest-stats = {\"stats\": {}, \"last-update\": $(($(date +%s) - 300))}"
  $ balloonctl -c vm stats --json | grep age_seconds | sed 's/30[0-9]/about 300/'
        "age_seconds": about 300,

Numbers that can't be true are not hidden, and are named.

  $ stub vm 'qom-get guest-stats = {"stats": {"stat-total-memory": 100, "stat-free-memory": 101,
  > "stat-available-memory": 102, "stat-disk-caches": 103}, "last-update": 4102444800}'
  $ balloonctl -c vm stats --json | sed -n '/"stats"/,$p'
        "stats": {
          "stat-free-memory": 101,
          "stat-total-memory": 100,
          "stat-available-memory": 102,
          "stat-disk-caches": 103
        },
        "anomalies": [
          "available-above-total",
          "free-above-total",
          "caches-above-total"
        ]
      }
    ]
  }

A VM without a name has null, and so has a class where it is not QEMU that refused.

  $ stub vm 'query-name = {}'
  $ stub deaf silent
  $ balloonctl --timeout 0.3 -c vm -c deaf -c unix:missing stats --json 2>err > out; echo $?
  1
  $ sed 's/process [0-9]*/process N/; /stat-/d' out err
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "name": null,
        "device": "/machine/peripheral/balloon0",
        "polling_interval": 2,
        "last_update": 4102444800,
        "age_seconds": 0,
        "freshness": "fresh",
        "used_bytes": 134787072,
        "used_formula": "total - available",
        "actual_bytes": 1073741824,
        "maximum_bytes": 1073741824,
        "host_rss_bytes": null,
        "stats": {
        }
      },
      {
        "address": "deaf",
        "error": {
          "code": "ETIMEDOUT",
          "class": null,
          "message": "deaf: no greeting after 300 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?"
        }
      },
      {
        "address": "unix:missing",
        "error": {
          "code": "ENOENT",
          "class": null,
          "message": "unix:missing: there is no such socket; is the VM running, and is this the path of its -qmp option?"
        }
      }
    ]
  }
  deaf: no greeting after 300 ms, though the connection was accepted; is this the socket of QEMU's -qmp option, not that of a guest agent or a serial port?
  unix:missing: there is no such socket; is the VM running, and is this the path of its -qmp option?

QEMU's own class and words when it refuses.

  $ stub vm 'qom-get guest-stats ! GenericError guest hasn'"'"'t updated any stats yet'
  $ balloonctl -c vm stats --json
  {
    "schema": "balloonctl/1",
    "vms": [
      {
        "address": "vm",
        "error": {
          "code": "EREMOTEIO",
          "class": "GenericError",
          "message": "vm: qom-get: guest hasn't updated any stats yet (GenericError)"
        }
      }
    ]
  }
  2> vm: qom-get: guest hasn't updated any stats yet (GenericError)
  => 1

A line for each VM.

  $ stub vm
  $ balloonctl -c vm -c missing stats --json=lines
  {"schema": "balloonctl/1", "address": "vm", "name": "web1", "device": "/machine/peripheral/balloon0", "polling_interval": 2, "last_update": 4102444800, "age_seconds": 0, "freshness": "fresh", "used_bytes": 134787072, "used_formula": "total - available", "actual_bytes": 1073741824, "maximum_bytes": 1073741824, "host_rss_bytes": null, "stats": {"stat-swap-in": 0, "stat-swap-out": 4096, "stat-major-faults": 215, "stat-minor-faults": 1003456, "stat-free-memory": 844943360, "stat-total-memory": 1033416704, "stat-available-memory": 898629632, "stat-disk-caches": 84869120, "stat-htlb-pgalloc": 0, "stat-htlb-pgfail": null, "stat-oom-kills": 1, "stat-alloc-stalls": 2, "stat-async-scans": 1048576, "stat-direct-scans": 1536, "stat-async-reclaims": 524288, "stat-direct-reclaims": 1024}}
  {"schema": "balloonctl/1", "address": "missing", "error": {"code": "ENOENT", "class": null, "message": "missing: there is no such socket; is the VM running, and is this the path of its -qmp option?"}}
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ balloonctl -c vm stats --json=xml
  2> balloonctl stats: --json 'xml': give --json or --json=lines
  2> Try `balloonctl stats --help' or `balloonctl stats --usage' for more
  2> information.
  => 2
