#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""top on a terminal: what it shows, its keys, another size, and how it leaves the terminal.
Usage: test-top.py BALLOONCTL BALLOONSIM"""
import os
import re
import signal
import subprocess
import sys
import tempfile

from terminal import Terminal, Vms

program, simulator = [os.path.abspath(a) for a in sys.argv[1:]]
VMS = ['vm-0001.qmp', 'vm-0002.qmp', 'vm-0003.qmp']
LEAVE = r'\x1b\[\?1049l'  # xterm's other screen


def ask(directory, *words, vm='vm-0002.qmp'):
    return subprocess.run([program, '-c', vm, *words], cwd=directory, check=True,
                          capture_output=True, text=True).stdout.strip()


class Top(Terminal):
    """top, which has shown its first frame with numbers."""

    def __init__(self, directory, env, vms=VMS, **size):
        env = dict(env, TERM='xterm')
        super().__init__(['sh', '-c', 'stty -g > before; "$@"; status=$?; stty -g > after; '
                          'exit $status', 'sh', program, *['--connect=' + vm for vm in vms], 'top', '-i',
                          '1'],
                         env, cwd=directory, **size)
        self.directory = directory
        self.expect('NAME.*USED/TOTAL.*AVAIL.*FRESH')
        self.expect('fresh')

    def leave(self, key='q', expected=0):
        self.type(key)
        self.expect(LEAVE)
        status = self.wait()
        assert status == expected, status
        self.check_modes()

    def check_modes(self):
        modes = []
        for name in ('before', 'after'):
            with open(os.path.join(self.directory, name), encoding='ascii') as file:
                modes.append(file.read())
        assert modes[0] == modes[1], modes
        assert ask(self.directory, 'interval') == '0'


def check_keys(directory, env):
    """Help, details, a filter and an order"""
    top = Top(directory, env)
    try:
        top.type('?')
        top.expect('select a VM')
        top.type('?')
        top.expect('vm-0003')
        top.type('j')
        top.type('\r')
        top.expect('vm-0002.qmp')
        top.expect('free-memory.*MiB')
        top.type('q')
        top.expect('vm-0003')
        top.type('>')
        top.expect('used')
        top.type('/0001\r')
        top.expect("filter '0001': 1")
        top.leave()
    finally:
        top.close()


def check_changes(directory, env):
    """An interval and a size are set when that is confirmed, and only then"""
    top = Top(directory, env)
    try:
        top.type('js512M\r')
        top.expect(r'target to 512M\?')
        top.type('n')
        top.expect('help')
        top.type('s768M\r')
        top.expect(r'target to 768M\?')
        top.type('y')
        top.expect('the target is set')
        top.type('i0\r')
        top.expect('give whole seconds')
        top.leave()
    finally:
        top.close()
    assert ask(directory, 'size') == 'actual 768 MiB of 1 GiB'
    ask(directory, 'size', '1G')


def wait_for_seconds(top, seconds):
    """By the clock on the screen, which is drawn once a second."""
    for _ in range(seconds):
        before = top.screen.lines[0]
        while top.screen.lines[0] == before:
            top.expect('.')


def check_lost(directory, env):
    """QEMU dies while it is asked for two things, and comes back"""
    vms = Vms(simulator, directory, '--qmp', 'other.qmp')
    try:
        top = Top(directory, env, vms=['other.qmp'])
        try:
            vms.hang()
            top.type('s768M\r')
            top.expect_screen(r'target to 768M\?')
            top.type('y')
            wait_for_seconds(top, 3)  # until the next look at the statistics is on its way, too
            vms.close()
            top.expect_screen('^other.qmp: QEMU closed the connection$')
            top.expect_screen('^other.qmp .* lost')
            os.unlink(directory + '/other.qmp')
            vms = Vms(simulator, directory, '--qmp', 'other.qmp')
            top.expect_screen('^other.qmp .* fresh')
            top.leave()
        finally:
            top.close()
        assert ask(directory, 'interval', vm='other.qmp') == '0'
    finally:
        vms.close()
    os.unlink(directory + '/other.qmp')


def check_rearmed(directory, env):
    """What QEMU says of the interval before it has heard of another one is no news"""
    vms = Vms(simulator, directory, '--qmp', 'other.qmp')
    try:
        top = Top(directory, env, vms=['other.qmp'])
        try:
            vms.hang()
            wait_for_seconds(top, 3)
            top.type('i7\ry')
            wait_for_seconds(top, 1)
            vms.go_on()
            top.type('\r')
            top.expect_screen('^polling every 7 s, .*, set again 0 times')
            top.type('\r')
            top.leave()
        finally:
            top.close()
        assert ask(directory, 'interval', vm='other.qmp') == '7'
    finally:
        vms.close()
    os.unlink(directory + '/other.qmp')


def check_resize(directory, env):
    """A terminal that is resized is drawn anew, and 80x24 has all columns"""
    top = Top(directory, env, rows=24, columns=80)
    try:
        first = top.log
        for heading in ('NAME', 'USED/TOTAL', 'AVAIL', 'CACHE', 'ACT', 'RSS', 'SWAP/S', 'MAJF/S',
                        'FRESH', 'HIST'):
            assert heading in first, heading
        top.resize(5, 30)
        top.type('j')
        top.expect('vm-0002')
        top.resize(50, 200)
        top.expect('HISTORY')
        top.leave()
    finally:
        top.close()


def check_signals(directory, env):
    """Killed, it leaves the terminal clean and polling off"""
    for name in ('INT', 'TERM', 'HUP'):
        top = Top(directory, env)
        try:
            pid = subprocess.run(['pgrep', '-P', str(top.pid), 'balloonctl'], check=True,
                                 capture_output=True, text=True).stdout
            os.kill(int(pid), getattr(signal, 'SIG' + name))
            top.expect(LEAVE)
            status = top.wait()
            assert status == 128 + getattr(signal, 'SIG' + name), status
            top.check_modes()
        finally:
            top.close()


def check_gone(directory, env):
    """The terminal goes away"""
    top = Top(directory, env)
    os.close(top.fd)
    os.waitpid(top.pid, 0)
    for _ in range(600):
        if ask(directory, 'interval') == '0':
            return
    raise AssertionError('polling is on')


def main():
    env = dict(os.environ, LC_ALL='C.UTF-8')
    for name in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'COLUMNS', 'LINES'):
        env.pop(name, None)
    with tempfile.TemporaryDirectory() as directory:
        ready, told = os.pipe()
        with subprocess.Popen([simulator, '--quiet', '--dir', '.', '--vms', '3', '--ready-fd',
                               str(told)], cwd=directory, pass_fds=[told]) as vms:
            os.close(told)
            os.read(ready, 1)
            try:
                for check in (check_keys, check_changes, check_lost, check_rearmed,
                              check_resize, check_signals, check_gone):
                    check(directory, env)
                    print('top: %s' % check.__doc__)
            finally:
                vms.terminate()


main()
