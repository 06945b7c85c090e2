#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""balloonctl shell on a terminal: keys are typed and what it shows is read.
Usage: test-shell.py BALLOONCTL BALLOONSIM QMP_STUB RULES [TEST...]"""
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import termios
import time

from terminal import PATIENCE_SECONDS, Terminal

program, simulator, stub, rules = [os.path.abspath(a) for a in sys.argv[1:5]]
PROMPT = r'balloonctl[^\n\r>]*> '
CTRL_A, CTRL_C, CTRL_D, CTRL_Z, UP = '\x01', '\x03', '\x04', '\x1a', '\x1b[A'


class Place:
    """A directory of a test's own, with what is started in it."""

    def __init__(self):
        self.path = tempfile.mkdtemp()
        self.children = []
        self.terminals = []
        self.env = dict(os.environ, TERM='xterm', HOME=self.path, INPUTRC=self.path + '/inputrc', TZ='UTC',
                        LC_ALL='C.UTF-8', XDG_STATE_HOME=self.path + '/state',
                        BALLOONCTL_ROOT=self.path,
                        BALLOONCTL_CONFIG='/dev/null')
        self.configure('')
        for name in ('BALLOONCTL_CONNECT', 'QMP_SOCKET', 'BALLOONCTL_DEBUG'):
            self.env.pop(name, None)

    def configure(self, text):
        """For readline, without escapes around each line."""
        with open(self.path + '/inputrc', 'w', encoding='utf-8') as file:
            file.write('set enable-bracketed-paste off\n' + text)

    def stub(self, name, *arguments):
        subprocess.run([stub, name, rules, *arguments], cwd=self.path, check=True)

    def simulate(self, name):
        """A simulated VM that runs in real time; its process."""
        reader, writer = os.pipe()
        child = subprocess.Popen([simulator, '--quiet', '--ready-fd', str(writer), '--qmp', name],
                                 cwd=self.path, pass_fds=[writer])
        os.close(writer)
        assert os.read(reader, 1) != b'', 'the simulator did not start'
        os.close(reader)
        self.children.append(child)
        return child

    def open(self, *words, **arguments):
        """The shell, at its first prompt."""
        terminal = Terminal([program, *words], self.env, cwd=self.path, **arguments)
        self.terminals.append(terminal)
        terminal.expect(PROMPT)
        return terminal

    def history(self):
        with open(self.path + '/state/balloonctl/history', encoding='utf-8') as file:
            return file.read().splitlines()

    def log(self, name):
        with open('%s/%s.log' % (self.path, name), encoding='utf-8') as file:
            return file.read()

    def close(self):
        for terminal in self.terminals:
            terminal.close()
        for child in self.children:
            child.kill()
            child.wait()
        if os.path.exists(self.path + '/pids'):
            with open(self.path + '/pids', encoding='utf-8') as pids:
                for pid in pids:
                    os.kill(int(pid), signal.SIGTERM)
        shutil.rmtree(self.path)


def leave(terminal):
    terminal.type(CTRL_D)
    assert terminal.wait() == 0, terminal.status


def until(condition):
    """What another process does takes its time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, 'waited in vain'
        time.sleep(0.01)


def test_commands_share_a_connection(place):
    place.stub('vm')
    terminal = place.open('-c', 'vm', 'shell')
    for _ in range(3):
        terminal.type('interval\r')
        terminal.expect(r'\n2\r\n')
        terminal.expect(PROMPT)
    leave(terminal)
    assert place.log('vm').count('qmp_capabilities') == 1, place.log('vm')


def test_without_a_command_it_is_the_shell(place):
    terminal = place.open()
    terminal.type('help\r')
    terminal.expect(r'use \[ADDRESS...\]')
    terminal.expect(PROMPT)
    terminal.type('exit\r')
    assert terminal.wait() == 0


def test_help_and_mistakes_do_nothing_else(place):
    place.stub('vm')
    terminal = place.open('-c', 'vm', 'shell')
    for line, answer in (('size 512M --help', 'Usage: size'), ('size 512M --bogus', 'unrecognized'),
                         ('size 512M --usage', 'Usage: size'), ('size 1M 512M', 'Too many'),
                         ('siez 512M', "did you mean 'size'"), ('"size 512M', 'waits for more')):
        terminal.type(line + '\r')
        terminal.expect(r'\n[^\n]*' + answer)
        terminal.expect(PROMPT)
    leave(terminal)
    assert place.log('vm') == ''


def test_options_do_not_outlive_their_line(place):
    place.stub('vm')
    terminal = place.open('-c', 'vm', 'shell')
    terminal.type('size --bytes\r')
    terminal.expect(r'\nactual 1073741824 of 1073741824\r\n')
    terminal.expect(PROMPT)
    terminal.type('size\r')
    terminal.expect(r'\nactual 1 GiB of 1 GiB\r\n')
    terminal.expect(PROMPT)
    leave(terminal)


def test_lines_are_edited(place):
    place.stub('vm')
    terminal = place.open('-c', 'vm', 'shell')
    terminal.type('ntervalx' + '\x7f' + CTRL_A + 'i' + '\r')
    terminal.expect(r'\n2\r\n')
    terminal.expect(PROMPT)
    terminal.type(UP)
    terminal.expect('interval')
    terminal.type('\r')
    terminal.expect(r'\n2\r\n')
    terminal.expect(PROMPT)
    leave(terminal)


def test_inputrc_knows_the_program(place):
    place.configure('$if balloonctl\n"\\C-t": "interval\\n"\n$endif\n')
    place.stub('vm')
    terminal = place.open('-c', 'vm', 'shell')
    terminal.type('\x14')
    terminal.expect(r'\n2\r\n')
    terminal.expect(PROMPT)
    leave(terminal)


def test_history_lasts(place):
    terminal = place.open('shell')
    for line in ('use one', '!true', ' use secret', 'use one', '', 'use two'):
        terminal.type(line + '\r')
        terminal.expect(r'\r\n')
        terminal.expect(PROMPT)
    leave(terminal)
    assert place.history() == ['!true', 'use one', 'use two'], place.history()
    path = place.path + '/state/balloonctl'
    assert stat.S_IMODE(os.stat(path + '/history').st_mode) == 0o600
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
    assert os.listdir(path) == ['history']
    terminal = place.open('shell')
    terminal.type(UP + UP + '\r')
    terminal.expect('balloonctl one> ')
    leave(terminal)
    assert place.history() == ['!true', 'use two', 'use one'], place.history()


def test_history_is_bounded_and_shared(place):
    os.makedirs(place.path + '/state/balloonctl')
    with open(place.path + '/state/balloonctl/history', 'w', encoding='utf-8') as file:
        file.write(''.join('use %d\n' % i for i in range(1200)) + 'esc\x1b[1m\n')
    first, second = place.open('shell'), place.open('shell')
    for terminal, line in ((first, '!true 1'), (second, '!true 2')):
        terminal.type(line + '\r')
        terminal.expect(r'\r\n')
        terminal.expect(PROMPT)
    leave(first)
    leave(second)
    lines = place.history()
    assert len(lines) == 1000 and lines[-2:] == ['!true 1', '!true 2'], (len(lines), lines[-3:])


def test_history_that_cannot_be_kept(place):
    """Nothing to write makes no file, and a file that may not be written stays as it is."""
    leave(place.open('shell'))
    assert not os.path.exists(place.path + '/state')
    os.makedirs(place.path + '/state/balloonctl')
    path = place.path + '/state/balloonctl/history'
    with open(path, 'w', encoding='utf-8') as file:
        file.write('use one\n')
    os.chmod(path, 0o400)
    terminal = place.open('shell')
    terminal.type(UP + '\r')
    terminal.expect('balloonctl one> ')
    terminal.type('use two\r')
    terminal.expect('balloonctl two> ')
    leave(terminal)
    assert place.history() == ['use one']
    os.unlink(path)
    os.symlink('/dev/null', path)
    terminal = place.open('shell')
    terminal.type('use two\r')
    terminal.expect('balloonctl two> ')
    leave(terminal)
    assert os.readlink(path) == '/dev/null'


def test_completion(place):
    place.stub('vm1.qmp', 'query-commands = [{"name": "query-name"}, {"name": "quit"}]')
    os.mkdir(place.path + '/deep')
    terminal = place.open('shell')
    for typed, shown in (('us\tunix:vm\t\r', r'use unix:vm1\.qmp '), ('interv\t\r', 'interval '),
                         ('size --dev\t\t\r', '--device=/machine/peripheral/balloon0 '),
                         ('help st\t\r', 'help stats '), ('qmp query-n\t\r', 'query-name '),
                         ('balloonctl -c unix:d\t', 'unix:deep/')):
        terminal.type(typed)
        terminal.expect(shown)
        if typed[-1] == '\r':
            terminal.expect(r'\r\n')
            terminal.expect(PROMPT)
    terminal.type(CTRL_C)
    terminal.expect(PROMPT)
    terminal.type('stats --\t\t')
    terminal.expect(r'--connect= ')
    terminal.type(CTRL_C)
    terminal.expect(PROMPT)
    leave(terminal)
    assert place.log('vm1.qmp').count('qmp_capabilities') == 1


def test_ctrl_c_throws_the_line_away(place):
    terminal = place.open('shell')
    terminal.type('nonsense')
    terminal.expect('nonsense')
    terminal.type(CTRL_C)
    terminal.expect(r'\^C\r\n')
    terminal.expect(PROMPT)
    terminal.type('use one\r')
    terminal.expect('balloonctl one> ')
    leave(terminal)
    assert place.history() == ['use one']


def test_bracketed_paste_moves_no_line(place):
    """It is readline's default, and ends with the cursor at the beginning of the line."""
    place.configure('set enable-bracketed-paste on\n')
    terminal = place.open('shell')
    terminal.type('nonsense')
    terminal.expect('nonsense')
    terminal.type(CTRL_C)
    terminal.expect(r'^\^C')
    terminal.expect(PROMPT)
    leave(terminal)
    assert terminal.seen.count('\n') == 1, repr(terminal.seen)


def test_ctrl_c_ends_the_command(place):
    place.stub('mute', 'silent')
    place.stub('vm')
    terminal = place.open('-c', 'mute', '--timeout', '3600', 'shell')
    terminal.type('interval\r')
    terminal.expect('waiting for mute')
    terminal.type(CTRL_C)
    terminal.expect(PROMPT)
    terminal.type('-c vm interval\r')
    terminal.expect(r'\n2\r\n')
    terminal.expect(PROMPT)
    leave(terminal)


def test_ctrl_c_ends_a_child_only(place):
    terminal = place.open('shell')
    terminal.type('!echo begun; exec sleep 3600\r')
    terminal.expect(r'\nbegun\r\n')
    terminal.type(CTRL_C)
    terminal.expect(PROMPT)
    terminal.type('use one\r')
    terminal.expect('balloonctl one> ')
    leave(terminal)


def test_ctrl_z_stops_it_and_gives_the_terminal_back(place):
    terminal = Terminal(['sh', '-ic', 'PS1=; %s shell; stty -a; fg; echo status=$?' % program],
                        dict(place.env, ENV='/dev/null'), cwd=place.path)
    place.terminals.append(terminal)
    terminal.expect(PROMPT)
    terminal.type('use on')
    terminal.expect('use on')
    terminal.type(CTRL_Z)
    terminal.expect(r' icanon[^-]* ')
    terminal.expect(r'use on')
    terminal.type('e\r')
    terminal.expect('balloonctl one> ')
    terminal.type(CTRL_D)
    terminal.expect('status=0')


def test_events_do_not_spoil_the_line(place):
    place.simulate('vm')
    terminal = place.open('-c', 'unix:vm', 'shell')
    terminal.type('size 32M\r')
    terminal.expect('target 32 MiB')
    terminal.expect(PROMPT)
    terminal.type('interv')
    terminal.expect(r'unix:vm: BALLOON_CHANGE: the balloon leaves 32 MiB to the guest\r\n')
    terminal.expect(PROMPT + 'interv')
    terminal.type('al\r')
    terminal.expect(r'\n0\r\n')
    terminal.expect(PROMPT)
    leave(terminal)


def test_a_balloon_that_was_followed_is_no_news(place):
    terminal = place.open('-c', 'sim:', 'shell')
    terminal.type('size 700M --wait\r')
    terminal.expect(r'the target is reached after')
    terminal.expect(PROMPT)
    terminal.type('interval\r')
    terminal.expect(r'\n0\r\n' + PROMPT)
    assert 'BALLOON_CHANGE' not in terminal.log, terminal.log
    # Of one that nobody followed it is.
    terminal.type('size 800M\r')
    terminal.expect('BALLOON_CHANGE')
    terminal.expect(PROMPT)
    leave(terminal)


def test_a_lost_vm_is_told(place):
    vm = place.simulate('vm')
    terminal = place.open('-c', 'unix:vm', 'shell')
    terminal.type('interval\r')
    terminal.expect(r'\n0\r\n')
    terminal.expect(PROMPT)
    terminal.type('inter')
    terminal.expect('inter')
    vm.kill()
    vm.wait()
    terminal.expect(r'unix:vm: QEMU closed the connection\r\n')
    terminal.expect(PROMPT + 'inter')
    terminal.type('val\r')
    terminal.expect('unix:vm: nobody listens there')
    terminal.expect(PROMPT)
    os.unlink(place.path + '/vm')
    place.simulate('vm')
    terminal.type('interval\r')
    terminal.expect(r'\n0\r\n')
    terminal.expect(PROMPT)
    leave(terminal)


def test_resize(place):
    terminal = place.open('shell', columns=80)
    terminal.type('use ' + 'x' * 50)
    terminal.expect('x' * 50)
    terminal.resize(24, 30)
    terminal.expect(r'x{10}')
    terminal.type(CTRL_A + 'help #\r')
    terminal.expect('play the commands of a file')
    terminal.expect(PROMPT)
    leave(terminal)


def test_killed_it_leaves_the_terminal_clean(place):
    for number in (signal.SIGTERM, signal.SIGHUP):
        terminal = place.open('shell')
        terminal.type('!true\r')
        terminal.expect(r'\r\n')
        terminal.expect(PROMPT)
        os.kill(terminal.pid, number)
        until(lambda: terminal.modes()[3] & termios.ICANON)
        modes = terminal.modes()
        assert terminal.wait() == -number, terminal.status
        assert modes[3] & termios.ECHO, 'no echo'
        assert place.history() == ['!true']


def test_killed_while_a_command_runs(place):
    place.stub('mute', 'silent')
    terminal = place.open('-c', 'mute', '--timeout', '3600', 'shell')
    terminal.type('interval\r')
    terminal.expect('waiting for mute')
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait() == -signal.SIGTERM, terminal.status


def test_the_terminal_goes_away(place):
    terminal = place.open('shell')
    terminal.type('use one\r')
    terminal.expect('balloonctl one> ')
    os.close(terminal.fd)
    os.waitpid(terminal.pid, 0)
    terminal.pid = None
    terminal.fd = os.open('/dev/null', os.O_RDONLY)
    assert place.history() == ['use one']


def test_a_simulated_vm_lives_on(place):
    terminal = place.open('-c', 'sim:', 'shell')
    terminal.type('enable\r')
    terminal.expect(r'polling every 2 s \(was off\)')
    terminal.expect(PROMPT)
    terminal.type('interval\r')
    terminal.expect(r'\n2\r\n')
    terminal.expect(PROMPT)
    leave(terminal)


def test_source_plays_a_file(place):
    place.stub('vm')
    with open(place.path + '/play', 'w', encoding='utf-8') as file:
        file.write('interval\nsize 3X\ninterval\n')
    terminal = place.open('-c', 'vm', 'shell')
    terminal.type('source play\r')
    terminal.expect(r'\n2\r\n')
    terminal.expect(r"play:2: 'size 3X' failed with status 2\r\n")
    terminal.expect(PROMPT)
    leave(terminal)


def test_one_shot_commands_load_nothing_but_the_c_library(place):
    """LD_DEBUG of the C library tells what is loaded, and nothing of ours could hide it. What a sanitizer
    brings is its own."""
    place.stub('vm')
    env = dict(place.env, LD_DEBUG='files')
    shown = re.compile(r'file=(?:\S*/)?(\S+?)\.so\S* \[\d+\]')
    sanitizers = {'libasan', 'libubsan', 'libtsan', 'libm', 'libgcc_s', 'libstdc++', 'libdl', 'libpthread', 'librt',
                  'ld-linux-x86-64'}
    for words in (['stats', '--json'], ['stats'], ['stats', '-o', 'vm,free', '--color=always'], ['interval'], ['info'],
                  ['diagnose', '--wait', '0', '-O'], ['check', '-w', 'swap:off,pressure:off', '-C',
                                                     'swap:off,pressure:off'],
                  ['watch', '-n', '1'], ['top', '--batch', '-n', '1'], ['size', '1G'], ['qmp', 'query-status'],
                  ['list'], ['__complete', 'stats', ''], ['--help']):
        result = subprocess.run([program, *([] if words[0] == 'list' else ['-c', 'vm']), *words], cwd=place.path,
                                env=env, check=False, capture_output=True, text=True)
        loaded = set(shown.findall(result.stderr))
        assert 'libc' in loaded, result.stderr
        assert loaded - sanitizers == {'libc'}, (words, loaded)
    # On a terminal, where tables have colours.
    terminal = Terminal([program, '-c', 'vm', 'stats'], env, cwd=place.path)
    place.terminals.append(terminal)
    terminal.wait()
    assert set(shown.findall(terminal.log)) - sanitizers == {'libc'}, terminal.log


def main():
    tests = [(name, function) for name, function in sorted(globals().items())
             if name.startswith('test_') and (name in sys.argv[5:] or len(sys.argv) == 5)]
    failed = 0
    for name, function in tests:
        place = Place()
        try:
            function(place)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            print('%s: %s' % (name, error), file=sys.stderr)
            failed += 1
        finally:
            place.close()
    print('%d tests, %d failed' % (len(tests), failed))
    return failed != 0 or not tests


sys.exit(main())
