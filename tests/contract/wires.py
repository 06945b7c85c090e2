# SPDX-License-Identifier: LGPL-2.1-or-later
"""The two sockets of a machine, QMP and qtest, and the process behind them."""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

PATIENCE = 10  # seconds for anything that must come


class Refused(Exception):
    """A QMP error; .kind is its class."""

    def __init__(self, error):
        super().__init__(error["desc"])
        self.kind = error["class"]
        self.desc = error["desc"]


def connect(path):
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    wire.settimeout(PATIENCE)
    wire.connect(path)
    return wire


class Lines:
    """A connected socket, line by line."""

    def __init__(self, path):
        self.wire = connect(path)
        self.buffer = b""

    def send(self, data):
        self.wire.sendall(data)

    def receive(self, patience=PATIENCE):
        """One line without its end; None at the end of the stream."""
        self.wire.settimeout(patience)
        while b"\n" not in self.buffer:
            try:
                data = self.wire.recv(1 << 16)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line

    def is_silent(self, seconds=0.2):
        try:
            return self.receive(seconds) is None and False
        except socket.timeout:
            return True

    def close(self):
        self.wire.close()


class Qmp(Lines):
    def __init__(self, path, negotiate=True):
        super().__init__(path)
        self.stream = []  # everything received, parsed, in order
        self.raw = b""
        self.events = []
        self.greeting = self.message() if negotiate is not None else None
        if negotiate:
            self.execute("qmp_capabilities")

    def message(self, patience=PATIENCE):
        self.raw = self.receive(patience)
        if self.raw is None:
            raise EOFError("the QMP stream has ended")
        message = json.loads(self.raw)
        self.stream.append(message)
        if "event" in message:
            self.events.append(message)
        return message

    def reply(self):
        """The next message that is no event."""
        while True:
            message = self.message()
            if "event" not in message:
                return message

    def execute(self, command, **arguments):
        request = {"execute": command}
        if arguments:
            request["arguments"] = arguments
        self.send(json.dumps(request).encode() + b"\n")
        message = self.reply()
        if "error" in message:
            raise Refused(message["error"])
        return message["return"]

    def sync(self):
        """All events that are due are here afterwards."""
        self.execute("query-name")

    def get(self, path, name):
        return self.execute("qom-get", path=path, property=name)

    def set(self, path, name, value):
        return self.execute("qom-set", path=path, property=name, value=value)

    def take(self, name):
        """The data of the events of that name so far, which are then forgotten."""
        taken = [event.get("data") for event in self.events if event["event"] == name]
        self.events = [event for event in self.events if event["event"] != name]
        return taken


class Qtest(Lines):
    def __init__(self, path):
        super().__init__(path)
        self.irqs = []  # "raise" and "lower", as told

    def command(self, line):
        self.send(line.encode() + b"\n")
        return self.reply()

    def reply(self):
        while True:
            answer = self.receive()
            if answer is None:
                raise EOFError("the qtest stream has ended")
            answer = answer.decode("latin-1")
            if not answer.startswith("IRQ "):
                return answer
            self.irqs.append(answer)

    def take_irqs(self):
        irqs, self.irqs = self.irqs, []
        return irqs

    def ok(self, line):
        answer = self.command(line)
        if answer != "OK" and not answer.startswith("OK "):
            raise AssertionError(f"{line!r}: {answer!r}")
        return answer[3:]

    def get(self, address, width=4):
        return int(self.ok(f"read{'_bw_l___q'[width]} {address:#x}"), 16)

    def put(self, address, value, width=4):
        self.ok(f"write{'_bw_l___q'[width]} {address:#x} {value:#x}")

    def load(self, address, size):
        return bytes.fromhex(self.ok(f"read {address:#x} {size}")[2:])

    def store(self, address, data):
        self.ok(f"write {address:#x} {len(data)} 0x{data.hex()}")

    def step(self, ns=None):
        """The time after a step, None if there was no deadline to step to."""
        answer = self.command("clock_step" + ("" if ns is None else f" {ns}"))
        return int(answer[3:]) if answer.startswith("OK ") else None


class Machine:
    """A process with both sockets. `command` has {qmp} and {qtest} where their paths belong."""

    def __init__(self, command, with_qtest=True):
        self.directory = tempfile.mkdtemp(prefix="contract.")
        self.paths = {name: os.path.join(self.directory, name) for name in ("qmp", "qtest")}
        self.qmp = self.qtest = None
        self.started = time.monotonic()
        # The words that a process leaves behind are of use when a check has failed.
        self.words = open(os.path.join(self.directory, "words"), "w+b")
        self.process = subprocess.Popen([word.format(**self.paths) for word in command],
                                        stdin=subprocess.DEVNULL, stdout=self.words,
                                        stderr=self.words)
        self.wait_for_sockets(list(self.paths) if with_qtest else ["qmp"])
        self.took = time.monotonic() - self.started

    def wait_for_sockets(self, names):
        end = self.started + PATIENCE
        for name in names:
            while True:
                try:
                    connect(self.paths[name]).close()
                    break
                except OSError:
                    pass
                if self.process.poll() is not None or time.monotonic() > end:
                    words = self.get_words()
                    self.close()
                    raise RuntimeError(f"no {name} socket: {words}")
                time.sleep(0.01)

    def get_words(self):
        self.words.seek(0)
        return self.words.read().decode(errors="replace")

    def connect(self):
        self.qmp = Qmp(self.paths["qmp"])
        self.qtest = Qtest(self.paths["qtest"])
        return self

    def reconnect(self):
        self.disconnect()
        return self.connect()

    def disconnect(self):
        for wire in (self.qmp, self.qtest):
            if wire is not None:
                wire.close()
        self.qmp = self.qtest = None

    def end(self, by_signal=signal.SIGTERM):
        """The exit status, after a signal or without one."""
        if by_signal is not None:
            self.process.send_signal(by_signal)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return None

    def sockets_left(self):
        return [path for path in self.paths.values() if os.path.exists(path)]

    def close(self):
        self.disconnect()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.words.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Ring:
    """A split virtqueue of 8 entries in guest memory, and one buffer for each."""

    SIZE = 8
    ROOM = 0x10000

    def __init__(self, qtest, base, number, memory):
        self.qtest, self.base, self.number = qtest, base, number
        self.desc = memory + number * self.ROOM
        self.avail = self.desc + 0x1000
        self.used = self.desc + 0x2000
        self.buffers = self.desc + 0x3000
        self.idx = 0
        qtest.store(self.desc, bytes(0x3000))

    def set_up_modern(self):
        put = lambda offset, value: self.qtest.put(self.base + offset, value)
        put(0x30, self.number)
        put(0x38, self.SIZE)
        for offset, address in ((0x80, self.desc), (0x90, self.avail), (0xa0, self.used)):
            put(offset, address & 0xffffffff)
            put(offset + 4, address >> 32)
        put(0x44, 1)

    def set_up_legacy(self):
        """One run of memory: descriptors, available ring, used ring at the next 4096."""
        self.avail = self.desc + 16 * self.SIZE
        self.used = self.desc + 0x1000
        put = lambda offset, value: self.qtest.put(self.base + offset, value)
        put(0x28, 4096)
        put(0x30, self.number)
        put(0x38, self.SIZE)
        put(0x3c, 4096)
        put(0x40, self.desc >> 12)

    def offer(self, data, kick=True):
        slot = self.idx % self.SIZE
        buffer = self.buffers + slot * 0x400
        self.qtest.store(buffer, data)
        self.qtest.store(self.desc + 16 * slot, struct.pack("<QIHH", buffer, len(data), 0, 0))
        self.qtest.store(self.avail + 4 + 2 * slot, struct.pack("<H", slot))
        self.idx = (self.idx + 1) & 0xffff
        self.qtest.store(self.avail + 2, struct.pack("<H", self.idx))
        if kick:
            self.kick()
        return slot

    def kick(self):
        self.qtest.put(self.base + 0x50, self.number)

    def used_idx(self):
        return self.qtest.get(self.used + 2, 2)

    def used_entry(self, number):
        return struct.unpack("<II", self.qtest.load(self.used + 4 + 8 * (number % self.SIZE), 8))
