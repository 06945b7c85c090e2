# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal for a test to type at: a program in a pty, and what it has printed since."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

# A test that waits so long has failed; none waits because of a clock.
PATIENCE_SECONDS = 60


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, words, env, cwd=None, rows=24, columns=80):
        self.seen = ''
        self.log = ''
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
