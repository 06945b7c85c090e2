#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What holds for every command that stays: another size of the terminal, Ctrl-C, signals, Ctrl-Z, a
terminal that goes away, and a reader that does. The terminal has its modes again afterwards, and
polling is off as it was found. Usage: test-signals.py BALLOONCTL BALLOONSIM COMMAND"""
import os
import select
import signal
import subprocess
import sys
import tempfile

from terminal import Job, Terminal, Vms

program, simulator = [os.path.abspath(a) for a in sys.argv[1:3]]
CTRL_C, CTRL_D, CTRL_L, CTRL_Z = '\x03', '\x04', '\x0c', '\x1a'
PROMPT = r'vm\.qmp>'
BAR = r'\d MiB to 16 MiB, '


class Command:
    """What is typed, what its screen shows when it is at work, and how it ends."""

    def __init__(self, words, alive, leave=CTRL_C, status=-signal.SIGINT, in_pipe=None):
        self.words = words
        self.alive = alive
        self.leave = leave
        self.status = status
        self.in_pipe = in_pipe or words


COMMANDS = {
    'watch': Command(['watch', '-i', '1'], r'fresh +\d'),
    'top': Command(['top', '-i', '1'], r'1 VM, 1 fresh', in_pipe=['top', '--batch', '-i', '1']),
    'shell': Command(['shell'], PROMPT, leave=CTRL_D, status=0),
    'size': Command(['size', '16M', '--wait', '--force'], BAR),
}
name = sys.argv[3]
command = COMMANDS[name]


def get_env(directory):
    env = dict(os.environ, TERM='xterm', LC_ALL='C.UTF-8', HOME=directory,
               BALLOONCTL_CONFIG='/dev/null', XDG_STATE_HOME=directory + '/state')
    for variable in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'COLUMNS', 'LINES', 'INPUTRC'):
        env.pop(variable, None)
    return env


def expect_work(job, act, *arguments):
    """After that it shows something new."""
    job.drain()
    job.screen.erase(2, True)
    act(*arguments)
    job.expect_screen(command.alive)


def expect_news(job, what, number):
    """It has stopped or ended, and the terminal is as it was."""
    assert job.hear() == '%s %d clean' % (what, number)
    assert not job.screen.is_other


def leave(job):
    job.type(command.leave)
    expect_news(job, 'ended', command.status)


def check_resize(job):
    """It goes on in other sizes, and uses them"""
    for rows, columns in ((10, 40), (3, 20), (50, 200)):
        job.resize(rows, columns)
        if columns > 20:
            expect_work(job, job.type, CTRL_L if name in ('top', 'shell') else '')
    leave(job)


def check_ctrl_c(job):
    """Ctrl-C ends it, or what is being typed"""
    if name == 'shell':
        job.type('not finished')
        job.expect_screen('not finished$')
        expect_work(job, job.type, CTRL_C)
        leave(job)
    else:
        job.type(CTRL_C)
        expect_news(job, 'ended', -signal.SIGINT)


def check_kill(job, number):
    os.kill(job.job, number)
    expect_news(job, 'ended', -number)


def check_term(job):
    """SIGTERM ends it"""
    check_kill(job, signal.SIGTERM)


def check_hup(job):
    """SIGHUP ends it"""
    check_kill(job, signal.SIGHUP)


def check_ctrl_z(job):
    """Ctrl-Z stops it and gives the terminal back; it goes on in the foreground"""
    for _ in range(5):
        job.type(CTRL_Z)
        expect_news(job, 'stopped', signal.SIGTSTP)
        expect_work(job, job.go_on)
    leave(job)


def check_alone(directory):
    """Without a shell that could make it go on Ctrl-Z does not stop it"""
    terminal = Terminal([program, '-c', 'vm.qmp', *command.words], get_env(directory), cwd=directory)
    try:
        terminal.expect_screen(command.alive)
        expect_work(terminal, terminal.type, CTRL_Z)
        terminal.type(command.leave)
        assert terminal.wait() == command.status, terminal.status
    finally:
        terminal.close()


def check_gone(job):
    """The terminal goes away, and it ends"""
    process = os.pidfd_open(job.job)
    os.close(job.fd)
    job.fd = os.open('/dev/null', os.O_RDONLY)
    assert select.select([process], [], [], 60)[0], 'still there'
    os.close(process)


def check_pipe(directory):
    """Nobody reads any more, and it ends as by SIGPIPE"""
    script = '"$@" 2>&1 | (head -n 1; exec <&-; echo "gone"); exit "${PIPESTATUS[0]}"'
    terminal = Terminal(['bash', '-c', script, 'bash', program, '-c', 'vm.qmp', *command.in_pipe],
                        get_env(directory), cwd=directory)
    try:
        if name == 'shell':
            terminal.type('interval\r')
        terminal.expect('gone')
        if name == 'shell':
            terminal.type('interval\r')
        assert terminal.wait() == 128 + signal.SIGPIPE, terminal.status
    finally:
        terminal.close()


def run(check, directory):
    if check in (check_alone, check_pipe):
        check(directory)
        return
    job = Job([program, '-c', 'vm.qmp', *command.words], get_env(directory), cwd=directory)
    try:
        job.expect_screen(command.alive)
        check(job)
    finally:
        job.close()


def main():
    for check in (check_resize, check_ctrl_c, check_term, check_hup, check_ctrl_z, check_alone,
                  check_gone, check_pipe):
        with tempfile.TemporaryDirectory() as directory:
            # So slow that the balloon is never there.
            vms = Vms(simulator, directory, '--qmp', 'vm.qmp', '-o', 'speed=1')
            try:
                run(check, directory)
                interval = subprocess.run([program, '-c', 'vm.qmp', 'interval'], cwd=directory,
                                          check=True, capture_output=True, text=True).stdout
                assert interval == '0\n', interval
            except AssertionError:
                print('%s: not so: %s' % (name, check.__doc__), file=sys.stderr)
                raise
            finally:
                vms.close()
        print('%s: %s' % (name, check.__doc__))


main()
