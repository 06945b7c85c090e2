#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""top on a terminal: what it shows, its keys, VMs that come and go. test-signals.py has the rest.
Usage: test-top.py BALLOONCTL BALLOONSIM"""
import os
import subprocess
import sys
import tempfile
import time

from terminal import Job, Vms

program, simulator = [os.path.abspath(a) for a in sys.argv[1:]]
VMS = ['vm-0001.qmp', 'vm-0002.qmp', 'vm-0003.qmp']


def ask(directory, *words, vm='vm-0002.qmp'):
    return subprocess.run([program, '-c', vm, *words], cwd=directory, check=True,
                          capture_output=True, text=True).stdout.strip()


class Top(Job):
    """top, when all of its VMs have reported."""

    def __init__(self, directory, env, vms=VMS, fresh=None, **size):
        super().__init__([program, *['--connect=' + vm for vm in vms], 'top', '-i', '1'],
                         dict(env, TERM='xterm'), cwd=directory, **size)
        self.expect_screen('%d fresh' % (fresh or len(vms)))

    def leave(self):
        self.type('q')
        assert self.hear() == 'ended 0 clean'
        assert not self.screen.is_other


def check_keys(directory, env):
    """Help, details, a filter and an order"""
    top = Top(directory, env)
    try:
        top.type('?')
        top.expect_screen('select a VM')
        top.type('?')
        top.expect_screen('vm-0003')
        top.type('j\r')
        top.expect_screen(r'^vm-0002  vm-0002\.qmp  fresh$')
        top.expect_screen('^free-memory .*MiB ')
        top.type('?')
        top.expect_screen('select a VM')
        top.type('q')
        top.expect_screen('^free-memory ')
        top.type('q')
        top.expect_screen('^vm-0003 ')
        top.screen.erase(2, True)
        top.type('\f')
        top.expect_screen('^vm-0003 ')
        top.type('>')
        top.expect_screen('by used$')
        top.type('/0001\r')
        top.expect_screen("filter '0001': 1")
        top.leave()
    finally:
        top.close()


def check_changes(directory, env):
    """An interval and a size are set when that is confirmed, and only then"""
    top = Top(directory, env)
    try:
        top.type('js512M\r')
        top.expect_screen(r'target to 512 MiB, from 1 GiB\?')
        top.type('n')
        top.expect_screen(r'^\? help')
        top.type('s768M\r')
        top.expect_screen(r'target to 768 MiB, from 1 GiB\?')
        top.type('y')
        top.expect_screen('^vm-0002: the target is set')
        top.expect_screen('^vm-0002 .* 768M ')
        top.type('s1\r')
        top.expect_screen("^'1': not set: this takes 768 MiB, and the guest has .* available")
        top.type('s-50%\r')
        top.expect_screen(r'target to 384 MiB, from 768 MiB\?')
        top.type('ns512Q\r')
        top.expect_screen("^'512Q': not a size")
        top.type('i0\r')
        top.expect_screen('give whole seconds')
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
            top.type('s-4M\r')
            top.expect_screen(r'target to 60 MiB, from 64 MiB\?')
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


def check_names(directory, env):
    """A name of any characters is shown as far as it is harmless, and can be typed"""
    vms = Vms(simulator, directory, '--qmp', 'other.qmp', '-o', 'name=\u732b\x1b[2Jx')
    try:
        top = Top(directory, env, vms=['other.qmp', *VMS])
        try:
            top.expect_screen('^\u732b\\\\x1b')
            top.type('/\u732b')
            top.expect_screen('^Show names with: \u732b$')
            top.type('\x7f\u732b\r')
            top.expect_screen("filter '\u732b': 1")
            top.leave()
        finally:
            top.close()
    finally:
        vms.close()
    os.unlink(directory + '/other.qmp')


def check_failed(directory, env):
    """A VM that can't be followed says why in its details"""
    top = Top(directory, env, vms=['none', *VMS], fresh=3)
    try:
        top.expect_screen('^none .* failed')
        top.type('\r')
        top.expect_screen('^none: there is no such socket')
        top.type('qq')
        assert top.hear() == 'ended 1 clean'
    finally:
        top.close()


def check_many(directory, env):
    """A key is answered at once while 200 VMs report every second"""
    os.mkdir(directory + '/many')
    vms = Vms(simulator, directory, '--dir', 'many', '--vms', '200')
    try:
        top = Top(directory, env, vms=['many/vm-%04d.qmp' % i for i in range(1, 201)])
        try:
            times = []
            for i in range(20):
                begun = time.monotonic()
                top.type('?')
                top.expect_screen('^NAME' if i % 2 else 'select a VM')
                times.append(time.monotonic() - begun)
            # Half a frame's time; some may wait for the processor, as all do that is tested meanwhile.
            assert sorted(times)[len(times) // 2] < 0.125, times
            top.leave()
        finally:
            top.close()
    finally:
        vms.close()


def check_terminals(directory, env):
    """Where nothing can be drawn it says so and what to do, and leaves"""
    with open(directory + '/libncursesw.so.6', 'w', encoding='ascii'):
        pass
    for change, sentence in (({'TERM': 'dumb'}, "TERM 'dumb': this terminal"),
                             ({'TERM': 'nonsense'}, "TERM 'nonsense': this terminal"),
                             ({'TERM': ''}, 'TERM is not set'),
                             ({'LD_LIBRARY_PATH': directory}, r'top needs libncursesw\.so\.6')):
        job = Job([program, '-c', VMS[0], 'top'], dict(env, **{'TERM': 'xterm', **change}), cwd=directory)
        try:
            job.expect('^(\r?\n)*' + sentence)
            job.expect("top --batch")
            assert job.hear() == 'ended 1 clean'
        finally:
            job.close()


def check_resize(directory, env):
    """80x24 has all columns, and more room is used"""
    top = Top(directory, env, rows=24, columns=80)
    try:
        for heading in ('NAME', 'USED/TOTAL', 'AVAIL', 'CACHE', 'ACT', 'RSS', 'SWAP/S', 'MAJF/S',
                        'FRESH', 'HIST'):
            top.expect_screen('(^| )%s( |$)' % heading)
        top.resize(10, 40)
        top.expect_screen(r'^NAME +USED/TOTAL +AVAIL +FRESH$')
        top.expect_screen(r'^vm-0003 .* fresh$')
        for rows, columns in ((3, 12), (1, 1), (2, 2)):
            top.resize(rows, columns)
            top.type('j')
        top.resize(5, 30)
        top.type('g')
        top.expect_screen('^vm-0002')
        top.resize(50, 200)
        top.expect_screen('HISTORY')
        top.expect_screen('^vm-0003 ')
        top.leave()
    finally:
        top.close()


def main():
    env = dict(os.environ, LC_ALL='C.UTF-8')
    for name in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'COLUMNS', 'LINES'):
        env.pop(name, None)
    with tempfile.TemporaryDirectory() as directory:
        vms = Vms(simulator, directory, '--dir', '.', '--vms', '3')
        try:
            for check in (check_keys, check_changes, check_names, check_failed,
                          check_terminals, check_many, check_lost, check_rearmed, check_resize):
                check(directory, env)
                print('top: %s' % check.__doc__)
        finally:
            vms.close()


main()
