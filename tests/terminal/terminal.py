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
                os.execvpe(words[0], words, env)
            finally:
                os._exit(127)
        self.resize(rows, columns)

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
