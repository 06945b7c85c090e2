#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A thousand VMs, fifty of which hang in different phases: `stats --json` has the other 950 and an
error for each of the fifty, in the order in which they were given.

Environment: BALLOONCTL_BIN and BALLOONSIM_BIN, the directories of the programs.
"""
import json
import os
import selectors
import socket
import subprocess
import tempfile
import time

VMS, HUNG, TIMEOUT = 1000, 50, 4
GREETING = (b'{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, '
            b'"capabilities": ["oob"]}}\r\n')
# What a hung VM says when somebody connects, and when it is asked; then nothing more.
PHASES = [
    (None, b""),                                   # does not even accept
    (b"", b""),                                    # no greeting
    (GREETING[:40], b""),                          # half of one
    (GREETING, b""),                               # no reply
    (GREETING, b'{"return": {}}\r\n'),             # one reply
    (GREETING, b'{"return": {}}\r\n{"return": [{"name": "ty'),  # ... and half of the next
]


def serve_hung(listeners, stop):
    """All hung VMs, until a byte comes from `stop`."""
    selector = selectors.DefaultSelector()
    selector.register(stop, selectors.EVENT_READ)
    kept = []
    for listener, phase in listeners:
        if phase[0] is not None:
            selector.register(listener, selectors.EVENT_READ, phase)
    while True:
        for key, _ in selector.select():
            if key.fileobj is stop:
                return
            if isinstance(key.data, tuple):
                client = key.fileobj.accept()[0]
                client.sendall(key.data[0])
                kept.append(client)
                selector.register(client, selectors.EVENT_READ, bytearray(key.data[1]))
            elif not key.fileobj.recv(65536):
                selector.unregister(key.fileobj)
            elif key.data:
                key.fileobj.sendall(key.data)
                key.data.clear()


def main():
    with tempfile.TemporaryDirectory() as directory:
        ready, told = os.pipe()
        machines = subprocess.Popen(
            [os.path.join(os.environ["BALLOONSIM_BIN"], "balloonsim"), "--quiet", "--vms",
             str(VMS - HUNG), "--dir", directory, "--ready-fd", str(told)], pass_fds=[told])
        os.close(told)
        os.read(ready, 1)
        healthy = sorted(os.path.join(directory, name) for name in os.listdir(directory))
        assert len(healthy) == VMS - HUNG, len(healthy)

        listeners = []
        for number in range(HUNG):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(os.path.join(directory, f"hung-{number}"))
            listener.listen(1)
            listeners.append((listener, PHASES[number % len(PHASES)]))
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            serve_hung(listeners, theirs)
            os._exit(0)

        addresses = list(healthy)
        for number in range(HUNG):
            addresses.insert(number * VMS // HUNG, os.path.join(directory, f"hung-{number}"))
        words = [word for address in addresses for word in ("-c", address)]
        began = time.monotonic()
        done = subprocess.run(
            [os.path.join(os.environ["BALLOONCTL_BIN"], "balloonctl"), *words, "--timeout",
             str(TIMEOUT), "stats", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, check=False)
        took = time.monotonic() - began
        ours.send(b"x")
        os.waitpid(pid, 0)
        machines.terminate()
        machines.wait()

    document = json.loads(done.stdout)
    assert done.returncode == 1, done.returncode
    assert [vm["address"] for vm in document["vms"]] == addresses, "another order"
    for vm in document["vms"]:
        is_hung = os.path.basename(vm["address"]).startswith("hung-")
        assert ("error" in vm) == is_hung, vm
        assert is_hung or vm["stats"]["stat-free-memory"] > 0, vm
        assert not is_hung or vm["error"]["code"] in ("ETIMEDOUT", "EBUSY"), vm
    assert done.stderr.count("\n") == HUNG, done.stderr
    # Each phase has its own deadline: connected and greeted, a second one ends the slowest.
    assert took >= TIMEOUT, took
    print(f"{VMS - HUNG} answers and {HUNG} errors after {took:.2f} s")


main()
