#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""watch on a terminal: headings on each screen, another width, and how it ends.
Usage: test-watch.py BALLOONCTL BALLOONSIM"""
import os
import signal
import subprocess
import sys
import tempfile

from terminal import Terminal

program, simulator = [os.path.abspath(a) for a in sys.argv[1:]]


def get_interval(directory):
    return subprocess.run([program, '-c', 'vm.qmp', 'interval'], cwd=directory, check=True,
                          capture_output=True, text=True).stdout.strip()


def watch(directory, env, *words, **size):
    return Terminal([program, '-c', 'vm.qmp', 'watch', '-i', '1', *words], env, cwd=directory,
                    **size)


def check_ctrl_c(directory, env):
    """Ctrl-C: polling is as it was found, and the shell sees what ended it."""
    terminal = watch(directory, env)
    try:
        terminal.expect(r'TIME +VM +FRESH')
        terminal.expect(r'fresh +[0-9.]+ MiB')
        terminal.type('\x03')
        status = terminal.wait()
        assert status == -signal.SIGINT, status
    finally:
        terminal.close()
    assert get_interval(directory) == '0'


def check_hang_up(directory, env):
    """The terminal goes: the same."""
    terminal = watch(directory, env)
    terminal.expect(r'fresh +[0-9.]+ MiB')
    os.close(terminal.fd)
    os.waitpid(terminal.pid, 0)
    assert get_interval(directory) == '0'


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


def main():
    env = dict(os.environ, TERM='vt100', LC_ALL='C.UTF-8')
    for name in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'COLUMNS'):
        env.pop(name, None)
    with tempfile.TemporaryDirectory() as directory:
        ready, told = os.pipe()
        with subprocess.Popen([simulator, '--quiet', '--qmp', 'vm.qmp', '-o',
                               'name=a-machine-with-a-long-name', '--ready-fd', str(told)],
                              cwd=directory, pass_fds=[told]) as vm:
            os.close(told)
            os.read(ready, 1)
            try:
                for check in (check_ctrl_c, check_hang_up, check_screens, check_resize):
                    check(directory, env)
                    print('watch: %s' % check.__doc__)
            finally:
                vm.terminate()


main()
