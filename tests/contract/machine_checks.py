# SPDX-License-Identifier: LGPL-2.1-or-later
"""Items 1 to 5 of the contract: command line, properties, memory, register window, qtest."""

import signal

from place import (ABSENT, DEFAULT_BASE, MIB, PATH, RINGS, STATS_VQ, check, set_up, statistics,
                   stats_of)
from wires import Qmp, Qtest, Ring


# The command line ------------------------------------------------------------------------------


@check(needs=("sim",))
def sockets_appear_within_a_second_and_go(place):
    for by_signal in (signal.SIGTERM, signal.SIGINT):
        with place.start() as machine:
            place.true("within a second", machine.took < 1, machine.took)
            place.equal("status after a signal", machine.end(by_signal), 0)
            place.equal("sockets left after a signal", machine.sockets_left(), [])


@check()
def quit_ends_the_machine(place):
    with place.start() as machine:
        place.equal("reply", machine.qmp.execute("quit"), {})
        place.equal("status", machine.end(None), 0)
        place.equal("sockets left", machine.sockets_left(), [])


@check(needs=("sim",))
def one_client_each_at_a_time(place):
    with place.start() as machine:
        second = Qmp(machine.paths["qmp"], negotiate=None)
        place.true("a second QMP client is not greeted", second.is_silent())
        machine.qmp.close()
        place.true("but when the first has left", "QMP" in second.message())
        other = Qtest(machine.paths["qtest"])
        other.send(b"readl 0\n")
        place.true("a second qtest client is not served", other.is_silent())
        machine.qtest.close()
        place.equal("but when the first has left", other.reply(), "OK 0x" + "0" * 16)
        second.close()
        other.close()


@check()
def clients_may_leave_and_come_back(place):
    with place.start() as machine:
        machine.qmp.set(PATH, "guest-stats-polling-interval", 7)
        machine.qtest.put(RINGS, 0x12345678)
        if place.has("sim"):  # QEMU puts the next client's first line behind it
            machine.qtest.send(b"readl 0x10")
        machine.qmp.send(b'{"execute": "qom')
        for _ in range(3):
            machine.reconnect()
        place.equal("interval", machine.qmp.get(PATH, "guest-stats-polling-interval"), 7)
        place.equal("memory", machine.qtest.get(RINGS), 0x12345678)
        place.equal("alive", machine.process.poll(), None)


@check()
def a_machine_without_a_balloon(place):
    with place.start(device="none") as machine:
        for command, arguments in (("query-balloon", {}), ("balloon", {"value": 1})):
            place.refused(command, "DeviceNotActive", "No balloon device has been activated",
                          lambda: machine.qmp.execute(command, **arguments))
        entries = machine.qmp.execute("qom-list", path="/machine/peripheral")
        place.equal("children", [e for e in entries if e["type"].startswith("child<")], [])
        place.equal("device id", machine.qtest.get(DEFAULT_BASE + 8), 0)


@check(needs=("sim",))
def wrong_command_lines(place):
    for device in ("virtio-balloon-device,nosuch=1", "nosuch",
                   "virtio-balloon-device,id=b0,free-page-hint=on",
                   "virtio-balloon-device,guest-stats-polling-interval=4294967296",
                   "virtio-balloon-device,packed=maybe"):
        try:
            with place.start(device=device):
                place.true(device, False, "it runs")
        except RuntimeError:
            place.true(device, True)


# Properties ------------------------------------------------------------------------------------


def offered(machine, base=DEFAULT_BASE):
    features = 0
    for word in (0, 1):
        machine.qtest.put(base + 0x14, word)
        features |= machine.qtest.get(base + 0x10) << 32 * word
    return features


@check()
def features_follow_the_properties(place):
    usual = 0x10130000012
    rows = [("", usual), ("deflate-on-oom=on", usual | 1 << 2),
            ("page-poison=off", usual & ~(1 << 4)), ("free-page-reporting=on", usual | 1 << 5),
            ("event_idx=off", usual & ~(1 << 29)),
            ("indirect_desc=off", usual & ~(1 << 28)), ("packed=on", usual | 1 << 34),
            ("free-page-hint=on,iothread=io0", usual | 1 << 3)]
    if place.knows("10.0"):
        rows.append(("in_order=on", usual | 1 << 35))
    for properties, expected in rows:
        device = "virtio-balloon-device,id=b0" + ("," if properties else "") + properties
        with place.start(device=device) as machine:
            place.equal(properties or "none", hex(offered(machine)), hex(expected))


@check()
def the_interval_may_be_set_at_start(place):
    device = "virtio-balloon-device,id=b0,guest-stats-polling-interval=2"
    with place.start(device=device) as machine:
        place.equal("interval", machine.qmp.get(PATH, "guest-stats-polling-interval"), 2)


@check()
def a_device_without_an_id(place):
    with place.start(device="virtio-balloon-device") as machine:
        path = "/machine/peripheral-anon/device[0]"
        place.equal("interval", machine.qmp.get(path, "guest-stats-polling-interval"), 0)
        place.equal("type", machine.qmp.get(path, "type"), "virtio-balloon-device")
        place.refused("b0", "DeviceNotFound", "Device 'b0' not found",
                      lambda: machine.qmp.get("b0", "type"))


# Guest memory ----------------------------------------------------------------------------------


@check()
def memory_keeps_what_is_written(place):
    with place.start() as machine:
        place.equal("zero at start", machine.qtest.load(RINGS, 65536), bytes(65536))
        machine.qtest.store(RINGS + 4093, b"abcdefg")
        place.equal("over a page", machine.qtest.load(RINGS + 4092, 9), b"\0abcdefg\0")
        machine.qtest.put(64 * MIB - 4, 0xdeadbeef)
        place.equal("the last word", machine.qtest.get(64 * MIB - 4), 0xdeadbeef)


@check()
def outside_of_memory_there_are_zeros(place):
    with place.start(ram=16) as machine:
        qtest = machine.qtest
        qtest.store(16 * MIB - 2, b"1234")
        place.equal("over the end", qtest.load(16 * MIB - 2, 4), b"12\0\0")
        for address in (16 * MIB, 0x80000000, 0xfeb01000, 1 << 40, (1 << 63) + 8):
            qtest.put(address, ABSENT, 8)
            place.equal(hex(address), qtest.get(address, 8), 0)
        place.equal("memory", machine.qmp.execute("query-balloon"), {"actual": 16 * MIB})
    with place.start(ram=128) as machine:
        machine.qtest.put(100 * MIB, 1)
        place.equal("more memory", machine.qtest.get(100 * MIB), 1)


# The register window ---------------------------------------------------------------------------


@check()
def registers_answer_four_bytes_only(place):
    with place.start() as machine:
        get, base = machine.qtest.get, DEFAULT_BASE
        for offset, value in ((0, 0x74726976), (4, 2), (8, 5), (12, 0x554d4551)):
            place.equal(f"register {offset:#x}", get(base + offset), value)
            for width in (1, 2):
                place.equal(f"register {offset:#x}, width {width}", get(base + offset, width), 0)
        place.equal("8 bytes", hex(get(base, 8)), hex(0x0000000274726976))
        place.equal("8 bytes, the others", hex(get(base + 8, 8)), hex(0x554d455100000005))
        for offset in (1, 2, 3):
            place.equal(f"4 bytes at {offset}", get(base + offset), 0)
        place.equal("8 bytes at 2", hex(get(base + 2, 8)), hex(0x2 << 16))
        place.equal("a run of bytes", machine.qtest.load(base, 16),
                    b"virt\2\0\0\0\5\0\0\0QEMU")
        place.equal("a run from inside a register", machine.qtest.load(base + 2, 8),
                    b"\0\0\2\0\0\0\0\0")
        machine.qtest.put(base + 0x70, 3)
        for width in (1, 2):
            machine.qtest.put(base + 0x70, 0, width)
        machine.qtest.put(base + 0x6f, 0)
        place.equal("narrow and unaligned writes", get(base + 0x70), 3)
        machine.qtest.put(base + 0x70, 0xfff)
        place.equal("status has 8 bits", get(base + 0x70), 0xff)
        place.equal("behind the window", get(base + 0x200), 0)


@check()
def the_configuration_space(place):
    with place.start() as machine:
        get, put, config = machine.qtest.get, machine.qtest.put, DEFAULT_BASE + 0x100
        machine.qmp.execute("balloon", value=64 * MIB - 0x123 * 4096)
        place.equal("4 bytes", get(config), 0x123)
        place.equal("2 bytes", get(config, 2), 0x123)
        place.equal("a byte", get(config + 1, 1), 1)
        place.equal("2 bytes at 1", get(config + 1, 2), 1)
        put(config + 4, 0x100)
        place.equal("8 bytes", hex(get(config, 8)), hex(0x100 << 32 | 0x123))
        place.equal("actual", machine.qmp.execute("query-balloon"),
                    {"actual": 64 * MIB - 0x100 * 4096})
        put(config + 4, 0x33, 1)
        place.equal("a byte of actual", get(config + 4), 0x133)
        put(config + 5, 0x44, 2)
        place.equal("2 bytes of actual at 5", hex(get(config + 4)), hex(0x4433))
        put(config, 0)
        place.equal("num_pages can't be written", get(config), 0x123)
        place.equal("poison_val", get(config + 12), 0)
        place.equal("behind the end", (get(config + 16), get(config + 16, 2), get(config + 16, 1)),
                    (0xffffffff, 0xffff, 0xff))
    with place.start(device="virtio-balloon-device,id=b0,page-poison=off") as machine:
        place.equal("a short one", machine.qtest.get(DEFAULT_BASE + 0x108), 0xffffffff)


@check(needs=("sim",))
def the_window_may_be_elsewhere(place):
    base = 0xd0000000
    with place.start(base=base) as machine:
        place.equal("there", machine.qtest.get(base), 0x74726976)
        place.equal("not here", machine.qtest.get(DEFAULT_BASE), 0)
        rings = set_up(machine, base=base)
        rings[2].offer(statistics(free=5))
        place.equal("and works", stats_of(machine)["stats"]["stat-free-memory"], 5)


@check()
def a_legacy_machine(place):
    with place.start(legacy=True) as machine:
        put, get, base = machine.qtest.put, machine.qtest.get, DEFAULT_BASE
        place.equal("version", get(base + 4), 1)
        put(base + 0x14, 0)
        place.equal("features", hex(get(base + 0x10)), hex(0x39000012))
        put(base + 0x14, 1)
        place.equal("upper features", get(base + 0x10), 0)
        for value in (1, 3):
            put(base + 0x70, value)
        put(base + 0x24, 0)
        put(base + 0x20, STATS_VQ)
        ring = Ring(machine.qtest, base, 2, RINGS)
        ring.set_up_legacy()
        place.equal("the page", get(base + 0x40), ring.desc >> 12)
        put(base + 0x70, 7)
        ring.offer(statistics(free=123456))
        place.equal("statistics", stats_of(machine)["stats"]["stat-free-memory"], 123456)
        machine.qmp.set(PATH, "guest-stats-polling-interval", 100)
        machine.qmp.sync()
        for _ in range(100):
            if ring.used_idx() == 1:
                break
        place.equal("asked", ring.used_idx(), 1)
        place.equal("no generation", get(base + 0xfc), 0)


# qtest commands --------------------------------------------------------------------------------


@check()
def values(place):
    with place.start() as machine:
        command = machine.qtest.command
        for line, expected in (
                (f"writeq {RINGS:#x} 0x8877665544332211", "OK"),
                (f"readb {RINGS}", "OK 0x0000000000000011"),
                (f"readw {RINGS:#x}", "OK 0x0000000000002211"),
                (f"readl {RINGS:#X}", "OK 0x0000000044332211"),
                (f"readq {RINGS:#x}", "OK 0x8877665544332211"),
                (f"writeb {RINGS:#x} 0x1ff", "OK"),
                (f"writew {RINGS + 2:#x} 74565", "OK"),
                (f"readl {RINGS:#x}", "OK 0x00000000234522ff"),
                (f"writel {RINGS:#x} 0x1fffffff0", "OK"),
                (f"readq {RINGS:#x}", "OK 0x88776655fffffff0"),
                (f"read {RINGS:#x} 8", "OK 0xf0ffffff55667788"),
                (f"write {RINGS:#x} 4 0x0a0B", "OK"),
                (f"read {RINGS:#x} 0x5", "OK 0x0a0b000055"),
                (f"write {RINGS:#x} 2 0x010203", "OK"),
                (f"read {RINGS:#x} 4", "OK 0x01020000"),
                (f"memset {RINGS:#x} 3 0x1aa", "OK"),
                (f"read {RINGS:#x} 4", "OK 0xaaaaaa00"),
                ("nosuch", "FAIL Unknown command 'nosuch'"),
                ("nosuch and more", "FAIL Unknown command 'nosuch'"),
                ("READL 0", "FAIL Unknown command 'READL'")):
            place.equal(line, command(line), expected)


@check(needs=("sim",))
def malformed_lines(place):
    with place.start() as machine:
        machine.qtest.store(RINGS, b"untouched")
        for line in ("", " ", "readl", "readl ", "readl x", "readl 0x", "readl 10z", "readl  0",
                     "readl 18446744073709551616", "writel", f"writel {RINGS}",
                     f"writel {RINGS} x", "read 0", "read 0 x", "read 0 0", "read 0 -1",
                     "read 0 0x40000000", "write 0 4", f"write {RINGS} 4 zz",
                     f"write {RINGS} 4 0xzz", "memset 0 4", f"memset {RINGS} 4 x",
                     "memset 0 -1 1", "clock_step x", "clock_step 0", "clock_step -1",
                     "clock_set", "clock_set x", "irq_intercept_in", "irq_intercept_in nosuch",
                     "endianness", "b64read 0 4", "\x00", "\xff\xfe", "readl 0\r"):
            place.fails(machine.qtest, line)
        place.equal("nothing has happened", machine.qtest.load(RINGS, 9), b"untouched")
        place.equal("nor time", machine.qtest.command("clock_set 0"), "OK 0")


@check(needs=("sim",))
def lines_of_any_length(place):
    with place.start() as machine:
        size = (MIB - 40) // 2
        machine.qtest.store(RINGS, b"\x5a" * size)
        place.equal("a long line", machine.qtest.load(RINGS + size - 2, 4), b"\x5a\x5a\0\0")
        for piece in (b"rea", b"dl 0xfeb0", b"0e00\nreadl 0xfeb00e04\n"):
            machine.qtest.send(piece)
        place.equal("in pieces", machine.qtest.reply(), "OK 0x0000000074726976")
        place.equal("two at once", machine.qtest.reply(), "OK 0x0000000000000002")
        try:
            machine.qtest.send(b"x" * (MIB + 1))
            machine.qtest.send(b"x" * MIB)
            ended = machine.qtest.receive() is None
        except (BrokenPipeError, ConnectionResetError):
            ended = True
        place.true("over a mebibyte ends the connection", ended)
        machine.qtest.close()
        machine.qtest = Qtest(machine.paths["qtest"])
        place.equal("but not the machine", machine.qtest.get(DEFAULT_BASE), 0x74726976)


@check()
def interrupts_come_ahead_of_the_reply(place):
    with place.start() as machine:
        put, base = machine.qtest.put, DEFAULT_BASE
        ring = set_up(machine)[0]
        place.equal("reply", machine.qtest.command("irq_intercept_in ioapic"), "OK")
        place.equal("nothing yet", machine.qtest.take_irqs(), [])
        ring.offer(b"\0\x30\0\0")
        machine.qtest.get(base)
        place.equal("a used buffer", machine.qtest.take_irqs(), ["IRQ raise 12"])
        place.equal("status", machine.qtest.get(base + 0x60), 1)
        ring.offer(b"\0\x30\0\0")
        place.equal("it is up already", machine.qtest.take_irqs(), [])
        put(base + 0x64, 1)
        place.equal("acknowledged", machine.qtest.take_irqs(), ["IRQ lower 12"])
        place.equal("length and id", ring.used_entry(1), (1, 0))
        machine.qmp.execute("balloon", value=32 * MIB)
        place.equal("a configuration change", machine.qtest.get(base + 0x60), 3)
        place.equal("told", machine.qtest.take_irqs(), ["IRQ raise 12"])
        put(base + 0x64, 2)
        place.equal("a part acknowledged", machine.qtest.take_irqs(), [])
        put(base + 0x64, 1)
        place.equal("the rest", machine.qtest.take_irqs(), ["IRQ lower 12"])


@check()
def interrupts_of_a_QMP_command_wait_for_none_of_qtest(place):
    with place.start() as machine:
        set_up(machine)
        machine.qtest.ok("irq_intercept_in ioapic")
        machine.qmp.execute("balloon", value=32 * MIB)
        place.equal("told at once", machine.qtest.receive(), b"IRQ raise 12")


@check()
def many_long_replies(place):
    with place.start() as machine:
        n, size = 40, MIB
        machine.qtest.send(f"read {RINGS:#x} {size}\n".encode() * n)
        lengths = {len(machine.qtest.reply()) for _ in range(n)}
        place.equal("all are complete", lengths, {5 + 2 * size})
