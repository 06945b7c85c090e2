#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""watch on a terminal: headings on each screen, and another width. test-signals.py has the rest.
Usage: test-watch.py BALLOONCTL BALLOONSIM"""
import fcntl
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from terminal import Terminal, Vms

F_SETPIPE_SZ = 1031  # Python 3.9 has no name for it
program, simulator = [os.path.abspath(a) for a in sys.argv[1:]]


def watch(directory, env, *words, **size):
    return Terminal([program, '-c', 'vm.qmp', 'watch', '-i', '1', *words], env, cwd=directory,
                    **size)


def check_screens(directory, env):
    """Headings again when the first ones have left the screen."""
    terminal = watch(directory, env, '-n', '5', rows=4)
    try:
        status = terminal.wait()
        assert status == 0, status
        count = terminal.log.count('SWAP-IN/S')
        assert count == 3, terminal.log
    finally:
        terminal.close()


def check_resize(directory, env):
    """A terminal that becomes narrow cuts names."""
    terminal = watch(directory, env, '-o', 'vm,fresh', columns=80)
    try:
        terminal.expect(r'a-machine-with-a-lo\S* +fresh')
        terminal.resize(24, 20)
        terminal.expect('\r\na-machine\\S*\u2026  fresh')
        terminal.type('\x03')
        terminal.wait()
    finally:
        terminal.close()


def wait_until_stuck(pid):
    """Until it has not run for longer than it ever waits when it is well."""
    seen, since = None, time.monotonic()
    while time.monotonic() - since < 1.5:
        with open('/proc/%d/status' % pid, encoding='ascii') as file:
            now = re.search('^voluntary_ctxt_switches:.*', file.read(), re.MULTILINE).group()
        if now != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.05)


def check_full(directory, env):
    """A reader that has stopped does not keep a signal from ending it."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, F_SETPIPE_SZ, 4096)
    with subprocess.Popen([program, '-c', 'vm.qmp', 'watch', '-i', '1', '--json=lines'], env=env,
                          cwd=directory, stdout=writer, stderr=subprocess.DEVNULL) as process:
        wait_until_stuck(process.pid)
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM, process.returncode
    os.close(reader)
    os.close(writer)
    interval = subprocess.run([program, '-c', 'vm.qmp', 'interval'], cwd=directory, check=True,
                              capture_output=True, text=True).stdout
    assert interval == '0\n', interval


def main():
    env = dict(os.environ, TERM='vt100', LC_ALL='C.UTF-8')
    for name in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'COLUMNS'):
        env.pop(name, None)
    with tempfile.TemporaryDirectory() as directory:
        vms = Vms(simulator, directory, '--qmp', 'vm.qmp', '-o', 'name=a-machine-with-a-long-name')
        try:
            for check in (check_screens, check_resize, check_full):
                check(directory, env)
                print('watch: %s' % check.__doc__)
        finally:
            vms.close()


main()
