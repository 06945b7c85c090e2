#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""size --wait on a terminal: the bar grows and fits, Ctrl-C leaves with a last word and dies of the
signal, and what stays on the screen is whole lines. Usage: test-size.py BALLOONCTL"""
import os
import re
import signal
import sys
import tempfile

from terminal import Terminal

program = os.path.abspath(sys.argv[1])
BAR = r'\r\x1b\[K(sim:speed=100: \[(#*)(\.*)\] ([0-9.]+) MiB to 512 MiB, [^\r]*left)'


def start(directory, words, columns):
    env = dict(os.environ, TERM='vt100', HOME=directory, LC_ALL='C.UTF-8')
    for name in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'COLUMNS', 'XDG_CONFIG_HOME'):
        env.pop(name, None)
    return Terminal([program] + words, env, cwd=directory, columns=columns)


def show_screen(text):
    """What is left of it, line by line, when each line may have been written over."""
    return [re.split(r'\r\x1b\[K', line)[-1] for line in text.replace('\r\n', '\n').split('\n')]


def test_bar_grows_and_fits(directory):
    terminal = start(directory, ['-c', 'sim:speed=100', 'size', '512M', '--wait'], 80)
    try:
        first = terminal.expect(BAR)
        assert len(first.group(1)) == 79, first.group(1)
        terminal.resize(24, 100)
        while True:
            second = terminal.expect(BAR)
            if len(second.group(1)) == 99:
                break
        assert len(second.group(2)) > len(first.group(2)), second.group(1)
        assert float(second.group(4)) < float(first.group(4)), second.group(1)
        terminal.resize(24, 30)
        while len(terminal.expect(r'\r\x1b\[K([^\r]+)(?=\r)').group(1)) > 29:
            pass
        status = terminal.wait()
    finally:
        terminal.close()
    assert status == 0, status
    screen = show_screen(terminal.log)
    assert screen[0] == 'sim:speed=100: target 512 MiB (was 1 GiB of 1 GiB)', screen
    assert re.match(r'sim:speed=100: actual 512 MiB: the target is reached after [0-9.]+ s$',
                    screen[1]), screen
    assert screen[2:] == [''], screen


def test_ctrl_c_leaves_with_a_last_word(directory):
    terminal = start(directory, ['-c', 'sim:speed=100', 'size', '512M', '--wait'], 80)
    try:
        terminal.expect(BAR)
        terminal.type('\x03')
        terminal.expect(r'sim:speed=100: interrupted at [0-9.]+ MiB of target 512 MiB; '
                        r'the target stays set\r\n')
        status = terminal.wait()
    finally:
        terminal.close()
    assert status == -signal.SIGINT, status


def test_a_short_one_has_no_bar(directory):
    terminal = start(directory, ['-c', 'sim:', 'size', '1000M', '--wait'], 80)
    try:
        status = terminal.wait()
    finally:
        terminal.close()
    assert status == 0, status
    assert '[' not in terminal.log.replace('\x1b[K', ''), terminal.log


def test_quiet_has_no_bar(directory):
    terminal = start(directory, ['-q', '-c', 'sim:speed=100', 'size', '824M', '--wait'], 80)
    try:
        status = terminal.wait()
    finally:
        terminal.close()
    assert status == 0, status
    assert terminal.log == '', terminal.log


def main():
    tests = [test_bar_grows_and_fits, test_ctrl_c_leaves_with_a_last_word,
             test_a_short_one_has_no_bar, test_quiet_has_no_bar]
    with tempfile.TemporaryDirectory() as directory:
        for test in tests:
            test(directory)
    print('%d tests' % len(tests))


main()
