The programs of tests/examples, which see nothing but the public header and the shared library.

  $ stub a
  $ stub b 'qom-get guest-stats = {"stats": {"stat-swap-in": 5}, "last-update": 4102444800}'
  $ free-memory a
  844943360 bytes free (fresh)
  $ free-memory b
  this guest does not report free memory
  $ free-memory missing
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ many-vms a missing b 2>&1 | sort
  a: 898629632 bytes available
  b: not reported
  missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  $ fleet 9 a missing b | sort -u
  a: 898629632 bytes available (fresh)
  b: nothing reported (fresh)
  missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  $ fleet
  2> usage: fleet SAMPLES ADDRESS...
  => 1
  $ follow a 1
  844943360 bytes free
  $ follow missing 1
  2> missing: there is no such socket; is the VM running, and is this the path of its -qmp option?
  => 1
  $ follow
  2> usage: follow ADDRESS SAMPLES
  => 1
  $ test-with-sim 7.2 10.0 11.1
  ok: QEMU 7.2, workload=leaking
  ok: QEMU 7.2, latency=3000
  ok: QEMU 7.2, fault=never-answers@60s
  ok: QEMU 7.2, fault=no-driver
  ok: QEMU 7.2, guest=windows-no-service
  ok: QEMU 10.0, workload=leaking
  ok: QEMU 10.0, latency=3000
  ok: QEMU 10.0, fault=never-answers@60s
  ok: QEMU 10.0, fault=no-driver
  ok: QEMU 10.0, guest=windows-no-service
  ok: QEMU 11.1, workload=leaking
  ok: QEMU 11.1, latency=3000
  ok: QEMU 11.1, fault=never-answers@60s
  ok: QEMU 11.1, fault=no-driver
  ok: QEMU 11.1, guest=windows-no-service
  $ test-with-sim
  2> usage: test-with-sim QEMU_VERSION...
  => 1
