# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal for a test to type at: a program in a pty, and what it has printed since."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from screen import Screen

# A test that waits so long has failed; none waits because of a clock.
PATIENCE_SECONDS = 60


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, words, env, cwd=None, rows=24, columns=80):
        self.seen = ''
        self.log = ''
        self.screen = Screen(rows, columns)
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                if cwd is not None:
                    os.chdir(cwd)
                # Python ignores SIGPIPE, and who runs the tests may ignore others.
                for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGHUP, signal.SIGTSTP):
                    signal.signal(number, signal.SIG_DFL)
                self.run(words, env)
            finally:
                os._exit(127)
        self.resize(rows, columns)

    def run(self, words, env):
        """In the process that has the terminal."""
        os.execvpe(words[0], words, env)

    def resize(self, rows, columns):
        """Another size; the kernel tells the program."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def type(self, text):
        os.write(self.fd, text.encode())

    def read_some(self, deadline):
        """More output. False: there will be none."""
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.fd], [], [], left)[0]:
            raise AssertionError('waited in vain; the terminal shows:\n%s' % self.log)
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # how Linux says that the other side has gone
            data = b''
        text = data.decode(errors='replace')
        self.seen += text
        self.log += text
        self.screen.feed(text)
        return data != b''

    def drain(self):
        """What is there already."""
        while select.select([self.fd], [], [], 0)[0]:
            if not self.read_some(time.monotonic() + 1):
                return

    def expect(self, pattern):
        """Wait for a regular expression, and forget all up to its end. What it matched."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            match = re.search(pattern, self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            if not self.read_some(deadline):
                raise AssertionError('ended without %r:\n%s' % (pattern, self.log))

    def expect_screen(self, pattern):
        """Wait until what the terminal shows has this in one of its lines. What it matched."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            match = re.search(pattern, self.screen.show(), re.MULTILINE)
            if match:
                return match
            try:
                if self.read_some(deadline):
                    continue
            except AssertionError:
                pass
            raise AssertionError('no %r on the screen:\n%s' % (pattern, self.screen.show()))

    def wait(self):
        """To the end of the program: its exit status, or minus the signal."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.read_some(deadline):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = None
        self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def modes(self):
        """The terminal's modes, to be compared."""
        return termios.tcgetattr(self.fd)

    def close(self):
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class Job(Terminal):
    """A program on a terminal, below a shell with job control that knows one job: it can be stopped by
    Ctrl-Z and go on, and what it leaves of the terminal's modes is looked at before others change it."""

    def __init__(self, words, env, **rest):
        self.news, self.tell = os.pipe()
        self.orders, self.order = os.pipe()
        super().__init__(words, env, **rest)
        os.close(self.tell)
        os.close(self.orders)
        self.job = int(self.hear())

    def run(self, words, env):
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        before = termios.tcgetattr(0)
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execvpe(words[0], words, env)
        os.write(self.tell, b'%d\n' % job)
        status = None
        while status is None or os.WIFSTOPPED(status):
            if status is not None:
                os.read(self.orders, 1)
                os.tcsetpgrp(0, job)
                os.kill(-job, signal.SIGCONT)
            _, status = os.waitpid(job, os.WUNTRACED)
            os.tcsetpgrp(0, os.getpgrp())
            number = os.WSTOPSIG(status) if os.WIFSTOPPED(status) else \
                os.waitstatus_to_exitcode(status)
            modes = 'clean' if termios.tcgetattr(0) == before else 'dirty'
            os.write(self.tell, b'%s %d %s\n' % (
                b'stopped' if os.WIFSTOPPED(status) else b'ended', number, modes.encode()))
        os._exit(0)

    def hear(self):
        """What is told of the job next. The terminal is read meanwhile, or it would block."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        line = b''
        while not line.endswith(b'\n'):
            left = max(deadline - time.monotonic(), 0)
            ready = select.select([self.news, self.fd], [], [], left)[0]
            assert ready, 'waited in vain; the terminal shows:\n%s' % self.log
            if self.fd in ready:
                self.read_some(deadline)
            if self.news in ready:
                line += os.read(self.news, 1)
        self.drain()
        return line.decode().strip()

    def go_on(self):
        """In the foreground again."""
        os.write(self.order, b'\n')

    def close(self):
        super().close()
        os.close(self.news)
        os.close(self.order)


class Vms:
    """Simulated VMs that run in real time, in a process of their own."""

    def __init__(self, simulator, directory, *words):
        reader, writer = os.pipe()
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen([simulator, '--quiet', '--ready-fd', str(writer), *words],
                                        cwd=directory, pass_fds=[writer])
        os.close(writer)
        assert os.read(reader, 1) != b'', 'the simulator did not start'
        os.close(reader)

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        """As a power failure would."""
        self.process.kill()
        self.process.wait()
