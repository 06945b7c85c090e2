# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where checks run, on balloonsim or on a real QEMU, and what they have in common."""

import os
import struct

from wires import Machine, Refused, Ring

MIB = 1 << 20
SECOND = 1000000000
ABSENT = (1 << 64) - 1
DEFAULT_BASE = 0xfeb00e00
DRIVER_OK = 0xf
STATS_VQ, PAGE_POISON, VERSION_1 = 1 << 1, 1 << 4, 1 << 32
RINGS = 0x1000000  # where ours are, far from what a firmware touches
PATH = "/machine/peripheral/b0"
PROFILES = ("7.2", "10.0", "11.1")

CHECKS = []


def check(needs=()):
    """needs: "step" for a clock that steps, "sim" for what only the simulator promises."""
    def note(function):
        CHECKS.append((function.__name__.replace("_", " "), function, needs))
        return function
    return note


class Place:
    """Where the checks run: starts machines and counts what they show."""

    def __init__(self, options, profile):
        self.qemu, self.accel, self.profile = options.qemu, options.accel, profile
        self.verbose = options.verbose
        self.passed = self.failed = 0
        self.name = ""

    def has(self, need):
        if self.qemu is None:
            return True
        return need == "step" and self.accel == "qtest"

    def command(self, device="virtio-balloon-device,id=b0", ram=None, legacy=False, paused=False,
                ioeventfd=False, base=None, with_qtest=True, extra=()):
        if self.qemu is None:
            words = [os.environ["BALLOONSIM_BIN"], "--qmp", "{qmp}", "--profile", self.profile]
            words += ["--qtest", "{qtest}"] if with_qtest else []
            words += ["--device", device] if device else []
            words += ["--ram", str(ram)] if ram else []
            words += ["--base", hex(base)] if base else []
            words += ["--legacy"] if legacy else []
            words += ["--paused"] if paused else []
            words += ["--ioeventfd"] if ioeventfd else []
            return words + list(extra)
        words = [self.qemu, "-M", "microvm,pit=off,pic=off,rtc=off,isa-serial=off,acpi=off",
                 "-accel", self.accel, "-nodefaults", "-display", "none", "-m", str(ram or 64),
                 "-global", "virtio-mmio.force-legacy=" + ("on" if legacy else "off"),
                 "-qmp", "unix:{qmp},server=on,wait=off", "-qtest-log", "none",
                 "-qtest", "unix:{qtest},server=on,wait=off"]
        if self.profile != "7.2":
            words += ["-global", "virtio-mmio.ioeventfd=" + ("on" if ioeventfd else "off")]
        words += ["-S"] if paused else []
        if device and "iothread" in device:
            words += ["-object", "iothread,id=io0"]
        return words + (["-device", device] if device and device != "none" else []) + list(extra)

    def start(self, **options):
        return Machine(self.command(**options)).connect()

    def equal(self, what, got, expected):
        self.true(what, got == expected, f"{got!r}, not {expected!r}")

    def true(self, what, is_true, detail=""):
        if is_true:
            self.passed += 1
        else:
            self.failed += 1
        if self.verbose or not is_true:
            shown = f"{'ok' if is_true else 'FAILED'}: {self.profile}: {self.name}: {what}"
            print(shown if is_true else f"{shown}: {detail}", flush=True)

    def refused(self, what, kind, desc, call):
        try:
            call()
            got = "no error"
        except Refused as error:
            got = (error.kind, error.desc)
        self.equal(what, got, (kind, desc))

    def fails(self, qtest, line, what=None):
        answer = qtest.command(line)
        self.true(what or repr(line), answer.startswith("FAIL"), repr(answer))

    def knows(self, version):
        return PROFILES.index(self.profile) >= PROFILES.index(version)


def set_up(machine, features=STATS_VQ | VERSION_1, base=DEFAULT_BASE, status=DRIVER_OK, rings=3):
    """What a driver does; the rings by number."""
    put = lambda offset, value: machine.qtest.put(base + offset, value)
    for value in (0, 1, 3):
        put(0x70, value)
    for word in (0, 1):
        put(0x24, word)
        put(0x20, features >> 32 * word & 0xffffffff)
    put(0x70, 0xb)
    made = [Ring(machine.qtest, base, number, RINGS) for number in range(rings)]
    for ring in made:
        ring.set_up_modern()
    put(0x70, status)
    return made


def statistics(**values):
    tags = {"swap_in": 0, "free": 4, "total": 5, "caches": 7, "pgfail": 9, "oom": 10, "direct": 15}
    return b"".join(struct.pack("<HQ", tags.get(name) if name in tags else int(name[1:]), value)
                    for name, value in values.items())


def stats_of(machine, path=PATH):
    return machine.qmp.get(path, "guest-stats")
