#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real QEMUs, started in every way that gives one a monitor, and what `balloonctl list` says of them.

Other tests run QEMUs, too: each VM here has a name of its own, and nothing is said of the rest of the
host. What this machine does not allow is skipped with a word.

Environment: BALLOONCTL_PROGRAM, QEMU (qemu-system-x86_64).
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.environ["BALLOONCTL_PROGRAM"]
QEMU = shutil.which(os.environ.get("QEMU", "qemu-system-x86_64"))
MACHINE = ["-M", "pc,accel=tcg", "-m", "32", "-S", "-nodefaults", "-display", "none",
           "-device", "virtio-balloon-pci"]
SECONDS = 30
# Parallel tests have sockets, too, and a relative name does not tell whose it is.
TAG = f"-{os.getpid()}"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def wait_for(condition, what):
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {SECONDS} s")
        time.sleep(0.02)


# Where anybody gets to: one test is somebody else.
PLACE = None if os.stat(tempfile.gettempdir()).st_mode & 0o001 else "/tmp"


class Discovery(unittest.TestCase):
    def setUp(self):
        self.directory = os.path.realpath(tempfile.mkdtemp(dir=PLACE))
        self.addCleanup(shutil.rmtree, self.directory)
        os.chmod(self.directory, 0o755)
        self.prefix = f"discovery-{os.getpid()}-{self._testMethodName}"

    def path(self, name):
        return os.path.join(self.directory, name + TAG)

    def start(self, *args, name="vm", ready=None, argv=None, **popen):
        """A QEMU of that name; `ready` is the socket that tells that it is up."""
        words = [argv or QEMU, "-name", f"{self.prefix}-{name}", *MACHINE, *args]
        popen.setdefault("cwd", self.directory)
        qemu = subprocess.Popen(words, executable=QEMU, stdin=subprocess.DEVNULL, **popen)
        self.addCleanup(self.stop, qemu)
        if ready is not None:
            wait_for(lambda: os.path.exists(ready), ready)
            # It exists before QEMU listens there.
            wait_for(lambda: any(line.split()[3] == "00010000" for line in self.rows(ready)), ready)
        return qemu

    def stop(self, qemu):
        qemu.kill()
        qemu.wait()

    @staticmethod
    def rows(path):
        """The lines of /proc/net/unix about a socket, by the last part of its name."""
        with open("/proc/net/unix", encoding="utf-8", errors="replace") as table:
            return [line for line in table
                    if line.rstrip("\n").rsplit("/", 1)[-1].rsplit(" ", 1)[-1]
                    == os.path.basename(path)]

    def balloonctl(self, *words, user=(), program=PROGRAM):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "BALLOONCTL_CONFIG": "/dev/null"}
        if "ASAN_OPTIONS" in os.environ:
            environment["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
        return subprocess.run([*user, program, *words], env=environment, capture_output=True,
                              text=True, timeout=SECONDS, check=False)

    def find(self, name="vm", **how):
        """The monitors of that VM."""
        done = self.balloonctl("list", "--json", **how)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [monitor for monitor in json.loads(done.stdout)["monitors"]
                if monitor["name"] == f"{self.prefix}-{name}"]

    def check(self, qemu, address, state="free", name="vm"):
        found = self.find(name)
        self.assertEqual([(m["pid"], m["address"], m["state"]) for m in found],
                         [(qemu.pid, address, state)])
        return found[0]

    def check_answer(self, name="vm"):
        done = self.balloonctl("-c", f"vm:{self.prefix}-{name}", "interval")
        self.assertEqual((done.stdout, done.returncode), ("0\n", 0), done.stderr)

    def connect(self, path):
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.connect(path)
        client.settimeout(SECONDS)
        self.assertNotEqual(client.recv(1), b"")  # it greets: we are served
        return client

    def test_qmp(self):
        qemu = self.start("-qmp", f"unix:{self.path('a')},server=on,wait=off", ready=self.path("a"))
        self.check(qemu, self.path("a"))
        self.check_answer()
        done = self.balloonctl("-c", f"pid:{qemu.pid}", "info")
        self.assertIn(self.prefix, done.stdout)

    def test_pretty(self):
        qemu = self.start("-qmp-pretty", f"unix:{self.path('a')},server=on,wait=off",
                          ready=self.path("a"))
        self.check(qemu, self.path("a"))
        self.check_answer()

    def test_chardev(self):
        qemu = self.start("-mon", "chardev=c,mode=control", "-chardev",
                          f"socket,id=c,path={self.path('a,,b')},server=on,wait=off",
                          "-chardev", f"socket,id=qga,path={self.path('qga')},server=on,wait=off",
                          "-monitor", f"unix:{self.path('hmp')},server=on,wait=off",
                          ready=self.path("a,b"))
        self.check(qemu, self.path("a,b"))
        self.check_answer()

    def test_tcp(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        qemu = self.start("-qmp", f"tcp:127.0.0.1:{port},server=on,wait=off",
                          "-qmp", f"unix:{self.path('a')},server=on,wait=off", ready=self.path("a"))
        self.assertEqual([(m["address"], m["state"]) for m in self.find()],
                         [(f"tcp:127.0.0.1:{port}", "unknown"), (self.path("a"), "free")])
        self.assertEqual(qemu.poll(), None)
        done = self.balloonctl("-c", f"tcp:127.0.0.1:{port}", "interval")
        self.assertEqual(done.stdout, "0\n", done.stderr)

    def test_descriptor(self):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path("a"))
        listener.listen(1)
        fd = listener.fileno()
        qemu = self.start("-chardev", f"socket,id=c,fd={fd},server=on,wait=off",
                          "-mon", "chardev=c,mode=control", pass_fds=[fd], ready=self.path("a"))
        listener.close()
        wait_for(lambda: self.find(), "the process")
        self.check(qemu, self.path("a"))
        self.check_answer()

    def test_relative(self):
        qemu = self.start("-qmp", f"unix:a{TAG},server=on,wait=off", ready=self.path("a"))
        self.check(qemu, self.path("a"))
        self.check_answer()

    def kill_daemons(self):
        for monitor in self.find():
            os.kill(monitor["pid"], signal.SIGKILL)

    def test_daemon(self):
        self.addCleanup(self.kill_daemons)
        self.start("-qmp", f"unix:a{TAG},server=on,wait=off", "-daemonize",
                   "-pidfile", self.path("pid"),
                   env={**os.environ, "PWD": self.directory}).wait()
        with open(self.path("pid"), encoding="ascii") as file:
            pid = int(file.read())
        self.assertEqual([(m["pid"], m["address"], m["state"]) for m in self.find()],
                         [(pid, self.path("a"), "free")])

    def test_long_path(self):
        deep = os.path.join(self.directory, *["a-long-name-of-a-directory"] * 8)
        os.makedirs(deep)
        qemu = self.start("-qmp", f"unix:a{TAG},server=on,wait=off", cwd=deep,
                          ready=os.path.join(deep, f"a{TAG}"))
        self.check(qemu, os.path.join(deep, f"a{TAG}"))
        self.check_answer()

    def test_renamed(self):
        qemu = self.start("-qmp", f"unix:{self.path('a')},server=on,wait=off", argv="microvm@x",
                          ready=self.path("a"))
        self.check(qemu, self.path("a"))

    def test_second_name(self):
        qemu = self.start("-name", f"guest={self.prefix}-x,process=other",
                          "-qmp", f"unix:{self.path('a')},server=on,wait=off", ready=self.path("a"))
        self.check(qemu, self.path("a"), name="x")

    def test_no_monitor(self):
        qemu = self.start("-monitor", f"unix:{self.path('hmp')},server=on,wait=off",
                          ready=self.path("hmp"))
        self.check(qemu, None, "none")
        done = self.balloonctl("-c", f"pid:{qemu.pid}", "stats")
        self.assertEqual(done.returncode, 1)
        self.assertIn("-qmp unix:", done.stderr)

    def test_gone(self):
        qemu = self.start("-qmp", f"unix:{self.path('a')},server=on,wait=off", ready=self.path("a"))
        os.unlink(self.path("a"))
        self.check(qemu, self.path("a"), "missing")

    def test_held(self):
        qemu = self.start("-qmp", f"unix:{self.path('a')},server=on,wait=off",
                          "-qmp", f"unix:{self.path('b')},server=on,wait=off", ready=self.path("b"))
        self.connect(self.path("a"))
        found = self.find()
        self.assertEqual([m["state"] for m in found], ["held", "free"])
        self.assertEqual(found[0]["holder"]["pid"], os.getpid())
        self.assertIn(f"process {os.getpid()} (", found[0]["reason"])
        self.check_answer()  # by the other one
        self.assertEqual(qemu.poll(), None)

    def test_same_path(self):
        """The second VM takes the socket from the first, whose name must not lead there."""
        words = ["-qmp", f"unix:{self.path('a')},server=on,wait=off"]
        first = self.start(*words, ready=self.path("a"), name="first")
        second = self.start(*words, name="second")
        wait_for(lambda: [m["state"] for m in self.find("first")] == ["missing"], "the loss")
        self.check(first, self.path("a"), "missing", name="first")
        self.check(second, self.path("a"), name="second")
        done = self.balloonctl("-c", f"vm:{self.prefix}-first", "interval")
        self.assertIn("has taken it", done.stderr)

    def test_frozen(self):
        """A QEMU that is stopped, idle or held, is listed like any other, and nobody has connected."""
        qemu = self.start("-qmp", f"unix:{self.path('a')},server=on,wait=off",
                          "-qmp", f"unix:{self.path('frozen')},server=on,wait=off",
                          ready=self.path("frozen"))
        self.connect(self.path("a"))
        qemu.send_signal(signal.SIGSTOP)
        self.addCleanup(qemu.send_signal, signal.SIGCONT)
        for _ in range(3):
            self.assertEqual([m["state"] for m in self.find()], ["held", "free"])
        self.assertEqual(len(self.rows(self.path("frozen"))), 1)

    def test_other_user(self):
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            self.skipTest("only root can be somebody else")
        program = self.path("balloonctl")  # its own directory may be closed to others
        shutil.copy(PROGRAM, program)
        os.mkdir(self.path("closed"), 0o700)
        closed = os.path.join(self.path("closed"), f"a{TAG}")
        self.start("-qmp", f"unix:{closed},server=on,wait=off", ready=closed, name="closed")
        self.start("-qmp", f"unix:r{TAG},server=on,wait=off", ready=self.path("r"), name="relative")
        self.start("-qmp", f"unix:{self.path('o')},server=on,wait=off", ready=self.path("o"),
                   name="open")
        os.chmod(self.path("o"), 0o777)
        for name, address, state in [("closed", closed, "forbidden"), ("relative", None, "forbidden"),
                                     ("open", self.path("o"), "free")]:
            found = self.find(name, user=NOBODY, program=program)
            self.assertEqual([(m["address"], m["state"]) for m in found], [(address, state)])
            if state == "forbidden":
                self.assertIn("root", found[0]["reason"])

    def test_other_network(self):
        """In a container the sockets are in a namespace of their own."""
        if subprocess.run(["unshare", "--net", "true"], check=False,
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no network namespace can be made here")
        words = ["unshare", "--net", QEMU, "-name", f"{self.prefix}-vm", *MACHINE,
                 "-qmp", f"unix:{self.path('a')},server=on,wait=off"]
        qemu = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        self.addCleanup(self.stop, qemu)
        wait_for(lambda: [m["state"] for m in self.find()] == ["free"], "a free monitor")
        self.check_answer()
        self.connect(self.path("a"))
        self.check(qemu, self.path("a"), "held")

    def test_other_root(self):
        """In a container the path means another file: the one that its process sees."""
        words = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && cd / && exec "$@"',
                 self.directory]
        if subprocess.run([*words, "true"], check=False, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("nothing can be mounted here")
        words += [QEMU, "-name", f"{self.prefix}-vm", *MACHINE,
                  "-qmp", f"unix:{self.path('a')},server=on,wait=off"]
        qemu = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        self.addCleanup(self.stop, qemu)
        wait_for(lambda: [m["state"] for m in self.find()] == ["free"], "a free monitor")
        self.check(qemu, f"/proc/{qemu.pid}/root{self.path('a')}")
        self.check_answer()


if __name__ == "__main__":
    if QEMU is None:
        sys.exit("QEMU is not there")
    unittest.main(verbosity=2)
