#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The completions in the shells they are for: keys are typed, and the command that comes out of them
is looked at. Usage: test-completions.py SHELL BALLOONCTL COMPLETIONS_DIRECTORY QMP_STUB RULES"""
import os
import shutil
import subprocess
import sys
import tempfile

from terminal import Terminal

shell, program, completions, stub, rules = [sys.argv[1]] + [os.path.abspath(a) for a in sys.argv[2:]]

# What is typed, a tab at its end, and the words that the program is called with.
CASES = [
    ('enab', ['enable']),
    ('size --by', ['size', '--bytes']),
    ('help st', ['help', 'stats']),
    ('size 51M', ['size', '51M']),
    ('-c vm', ['-c', 'vm1.qmp']),
    ('-c unix:vm', ['-c', 'unix:vm1.qmp']),
    ('-c unix:d', ['-c', 'unix:deep/']),
    ('--connect=unix:vm', ['--connect=unix:vm1.qmp']),
    ('--connect unix:vm', ['--connect', 'unix:vm1.qmp']),
    ('-c unix:vm1.qmp stats --dev', ['-c', 'unix:vm1.qmp', 'stats', '--device=']),
    ('-c unix:vm1.qmp stats --device=', ['-c', 'unix:vm1.qmp', 'stats',
                                         '--device=/machine/peripheral/balloon0']),
    ('-c unix:vm1.qmp stats --device /m', ['-c', 'unix:vm1.qmp', 'stats', '--device',
                                           '/machine/peripheral/balloon0']),
    ('-c unix:vm1.qmp qmp query-n', ['-c', 'unix:vm1.qmp', 'qmp', 'query-name']),
    ("-c 'unix:vm1.qmp' inf", ['-c', 'unix:vm1.qmp', 'info']),
    ('stats --quiet -- -', ['stats', '--quiet', '--', '-']),
    ('shell pl', ['shell', 'play it']),
    ('nosuchcommand inf', ['nosuchcommand', 'inf']),
]

START = {
    'bash': (['bash', '--norc', '--noprofile', '-i'],
             "bind 'set bell-style none'; . %s/balloonctl.bash; PS1='re''ady> '\r"),
    'zsh': (['zsh', '-f', '-i'],
            "fpath=(%s $fpath); autoload -Uz compinit; compinit -u -d dump; unsetopt beep; "
            "PS1='re''ady> '\r"),
    'fish': (['fish', '--no-config', '-i'],
             "source %s/balloonctl.fish; function fish_prompt; echo -n 're''ady> '; end\r"),
}


def make_place(directory):
    """A program that shows its words, a VM, and files of all kinds."""
    wrapper = os.path.join(directory, 'bin', 'balloonctl')
    os.mkdir(os.path.dirname(wrapper))
    with open(wrapper, 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\n[ "$1" != __complete ] || exec %s "$@"\n'
                   'printf "words:"; printf "<%%s>" "$@"; echo ":words"\n' % program)
    os.chmod(wrapper, 0o755)
    os.mkdir(os.path.join(directory, 'deep'))
    for name in ('vm-no-socket', 'play it'):
        with open(os.path.join(directory, name), 'w', encoding='utf-8'):
            pass
    subprocess.run([stub, 'vm1.qmp', rules, 'query-commands = [{"name": "query-name"}, '
                    '{"name": "query-status"}, {"name": "quit"}]'], cwd=directory, check=True)


def main():
    if shutil.which(shell) is None:
        print('%s is not installed' % shell)
        return 77
    with tempfile.TemporaryDirectory() as directory:
        make_place(directory)
        env = dict(os.environ, PATH=directory + '/bin:' + os.environ['PATH'], TERM='vt100',
                   HOME=directory, INPUTRC='/dev/null', LC_ALL='C.UTF-8',
                   HISTFILE='/dev/null', BALLOONCTL_ROOT=directory,
                   BALLOONCTL_CONFIG='/dev/null')
        for name in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME'):
            env.pop(name, None)
        words, setup = START[shell]
        terminal = Terminal(words, env, cwd=directory, columns=200)
        try:
            terminal.type(setup % completions)
            terminal.expect('ready> ')
            failed = 0
            for typed, expected in CASES:
                terminal.type('balloonctl ' + typed + '\t\r')
                found = terminal.expect('words:(.*):words').group(1)
                wanted = ''.join('<%s>' % word for word in expected)
                if found != wanted:
                    print('balloonctl %s: %s, not %s' % (typed, found, wanted), file=sys.stderr)
                    failed += 1
                terminal.expect('ready> ')
        finally:
            terminal.close()
            with open(os.path.join(directory, 'pids'), encoding='utf-8') as pids:
                for pid in pids:
                    os.kill(int(pid), 15)
    print('%s: %d completions, %d failed' % (shell, len(CASES), failed))
    return failed != 0


sys.exit(main())
