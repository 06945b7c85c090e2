# SPDX-License-Identifier: LGPL-2.1-or-later
"""Items 6 and 7 of the contract, the clock and the order of the sockets, with a driver at work."""

import time

from place import (ABSENT, DEFAULT_BASE, DRIVER_OK, MIB, PATH, SECOND, check, set_up, statistics,
                   stats_of)


def no_deadline(place, machine, now):
    """`clock_step` without a number when nothing is pending."""
    answer = machine.qtest.command("clock_step")
    if place.knows("10.0"):
        place.true("no deadline", answer.startswith("FAIL cannot advance"), answer)
    else:
        place.equal("no deadline", answer, f"OK {now}")
    place.equal("time stands", machine.qtest.command(f"clock_set {now}"), f"OK {now}")


# The driver and the statistics -----------------------------------------------------------------


@check()
def a_modern_driver(place):
    with place.start() as machine:
        get, put, base = machine.qtest.get, machine.qtest.put, DEFAULT_BASE
        for queue in (0, 1, 2):
            put(base + 0x30, queue)
            place.equal(f"size of queue {queue}", get(base + 0x34),
                        128 if place.knows("11.1") else 1024)
        put(base + 0x30, 3)
        place.equal("no further queue", get(base + 0x34), 0)
        set_up(machine)
        place.equal("status", get(base + 0x70), DRIVER_OK)
        put(base + 0x30, 2)
        place.equal("ready", get(base + 0x44), 1)
        generation = get(base + 0xfc)
        machine.qmp.execute("balloon", value=63 * MIB)
        place.equal("generation", get(base + 0xfc), generation + 1)
        put(base + 0x70, 0)
        place.equal("reset", (get(base + 0x70), get(base + 0x44), get(base + 0x60)), (0, 0, 0))


@check()
def a_statistics_buffer(place):
    with place.start() as machine:
        before = stats_of(machine)
        place.equal("nothing at first", before["last-update"], 0)
        place.equal("all absent", set(before["stats"].values()), {ABSENT})
        place.equal("how many", len(before["stats"]), 16 if place.knows("10.0") else 10)
        ring = set_up(machine)[2]
        ring.offer(statistics(free=4096, total=ABSENT - 1, swap_in=0, direct=15, t999=7) +
                   statistics(free=8192) + b"\4")
        now, after = time.time(), stats_of(machine)
        stats = after["stats"]
        place.true("last-update", abs(after["last-update"] - now) <= 2, after["last-update"])
        place.equal("the last of a tag", stats["stat-free-memory"], 8192)
        place.equal("a large value", stats["stat-total-memory"], ABSENT - 1)
        place.equal("zero", stats["stat-swap-in"], 0)
        place.equal("not sent", stats["stat-disk-caches"], ABSENT)
        if place.knows("10.0"):
            place.equal("a newer one", stats["stat-direct-reclaims"], 15)
        place.equal("kept", ring.used_idx(), 0)
        ring.offer(statistics(caches=1))
        place.equal("a second returns the first", (ring.used_idx(), ring.used_entry(0)),
                    (1, (0, 0)))
        place.equal("and replaces all", stats_of(machine)["stats"]["stat-free-memory"], ABSENT)


@check(needs=("step",))
def polling(place):
    with place.start() as machine:
        step, ring = machine.qtest.step, set_up(machine)[2]
        ring.offer(statistics(free=1))
        machine.qtest.ok("irq_intercept_in ioapic")
        machine.qmp.set(PATH, "guest-stats-polling-interval", 2)
        place.equal("asked at once", ring.used_idx(), 1)
        place.equal("with an interrupt", machine.qtest.take_irqs(), ["IRQ raise 12"])
        place.equal("whose cause", machine.qtest.get(DEFAULT_BASE + 0x60), 1)
        machine.qtest.put(DEFAULT_BASE + 0x64, 1)
        no_deadline(place, machine, 0)
        place.equal("time goes by", step(1500000), 1500000)
        place.equal("and is not asked", ring.used_idx(), 1)
        ring.offer(statistics(free=2))
        place.equal("answered", stats_of(machine)["stats"]["stat-free-memory"], 2)
        place.equal("to the deadline", step(), 2001000000)
        place.equal("asked again", ring.used_idx(), 2)
        ring.offer(statistics(free=3))
        place.equal("just before", step(2 * SECOND - 1), 4000999999)
        place.equal("not yet", ring.used_idx(), 2)
        place.equal("there", step(1), 4001000000)
        place.equal("asked", ring.used_idx(), 3)
        place.equal("who does not answer is not asked", step(3600 * SECOND), 3604001000000)
        place.equal("used", ring.used_idx(), 3)
        no_deadline(place, machine, 3604001000000)


@check(needs=("step",))
def changes_of_the_interval(place):
    with place.start() as machine:
        step, ring = machine.qtest.step, set_up(machine)[2]
        change = lambda n: machine.qmp.set(PATH, "guest-stats-polling-interval", n)
        change(5)
        place.equal("nothing to return", step(), 5 * SECOND)
        place.equal("and again", step(), 10 * SECOND)
        ring.offer(statistics(free=1))
        step(3 * SECOND)
        change(5)
        place.equal("the same changes nothing", step(), 15 * SECOND)
        place.equal("asked", ring.used_idx(), 1)
        ring.offer(statistics(free=2))
        step(SECOND)
        change(3)
        place.equal("another counts from now", step(), 19 * SECOND)
        place.equal("asked", ring.used_idx(), 2)
        change(0)
        ring.offer(statistics(free=3))
        no_deadline(place, machine, 19 * SECOND)
        change(100)
        place.equal("asked at once", ring.used_idx(), 3)
        for value, desc in ((-1, "timer value must be greater than zero"),
                            (1 << 32, "timer value is too big")):
            place.refused(str(value), "GenericError", desc, lambda: change(value))
        place.equal("left alone", machine.qmp.get(PATH, "guest-stats-polling-interval"), 100)


# The clock -------------------------------------------------------------------------------------


@check(needs=("step",))
def the_clock_steps(place):
    with place.start() as machine:
        command = machine.qtest.command
        for line, expected in (("clock_step 100", "OK 100"), ("clock_step 0x10", "OK 116"),
                               ("clock_set 200", "OK 200"), ("clock_set 200", "OK 200"),
                               ("clock_set 1000000000", "OK 1000000000")):
            place.equal(line, command(line), expected)
        place.fails(machine.qtest, "clock_set 999999999")
        place.equal("time", command("clock_step 1"), "OK 1000000001")
        no_deadline(place, machine, 1000000001)


@check(needs=("step",))
def a_step_stops_at_each_deadline_inside_it(place):
    with place.start() as machine:
        step = machine.qtest.step
        machine.qmp.set(PATH, "guest-stats-polling-interval", 1)
        place.equal("the first", step(), SECOND)
        place.equal("over two and a half", step(2500000000), 3500000000)
        place.equal("the fourth", step(), 4 * SECOND)
        place.equal("clock_set does so too", machine.qtest.command("clock_set 6700000001"),
                    "OK 6700000001")
        place.equal("the seventh", step(), 7 * SECOND)


@check(needs=("step",))
def real_time_does_not_pass(place):
    with place.start() as machine:
        machine.qmp.set(PATH, "guest-stats-polling-interval", 1)
        ring = set_up(machine)[2]
        ring.offer(statistics(free=1))
        time.sleep(1.2)
        place.equal("not asked", ring.used_idx(), 0)
        place.equal("now", machine.qtest.step(), SECOND)
        place.equal("asked", ring.used_idx(), 1)


@check(needs=("step",))
def a_step_does_not_move_the_wall_clock(place):
    with place.start() as machine:
        set_up(machine)[2].offer(statistics(free=1), kick=False)
        machine.qtest.send("\n".join(("clock_step 3600000000000",
                                      f"writel {DEFAULT_BASE + 0x50:#x} 2",
                                      f"writel {DEFAULT_BASE + 0x104:#x} 5\n")).encode())
        for _ in range(3):
            machine.qtest.reply()
        off = stats_of(machine)["last-update"] - time.time()
        place.true("last-update", abs(off) <= 2, off)
        machine.qmp.sync()
        off = machine.qmp.events[-1]["timestamp"]["seconds"] - time.time()
        place.true("timestamp of an event", abs(off) <= 2, off)


@check(needs=("step",))
def a_stopped_machine(place):
    with place.start() as machine:
        step, ring = machine.qtest.step, set_up(machine)[2]
        ring.offer(statistics(free=1))
        machine.qmp.set(PATH, "guest-stats-polling-interval", 2)
        ring.offer(statistics(free=2))
        place.equal("asked", ring.used_idx(), 1)
        machine.qmp.execute("stop")
        no_deadline(place, machine, 0)
        place.equal("the clock moves", step(5 * SECOND), 5 * SECOND)
        place.equal("no timer runs", ring.used_idx(), 1)
        machine.qmp.execute("cont")
        place.equal("overdue ones do on cont", ring.used_idx(), 2)
        machine.qmp.execute("stop")
        machine.qmp.set(PATH, "guest-stats-polling-interval", 0)
        ring.offer(statistics(free=3))
        machine.qmp.set(PATH, "guest-stats-polling-interval", 9)
        place.equal("set while stopped", ring.used_idx(), 2)
        place.equal("a kick works", stats_of(machine)["stats"]["stat-free-memory"], 3)
        machine.qmp.execute("cont")
        place.equal("asked on cont", ring.used_idx(), 3)


@check(needs=("step",))
def event_notifiers(place):
    for has_them in (False, True):
        if has_them and place.qemu is not None:
            continue
        with place.start(ioeventfd=has_them) as machine:
            ring = set_up(machine, status=0xb)[2]
            ring.offer(statistics(free=1), kick=False)
            machine.qtest.put(DEFAULT_BASE + 0x70, DRIVER_OK)
            machine.qtest.get(DEFAULT_BASE)
            expected = 1 if has_them else ABSENT
            place.equal(f"kicked by DRIVER_OK: {has_them}",
                        stats_of(machine)["stats"]["stat-free-memory"], expected)
            machine.qmp.set(PATH, "guest-stats-polling-interval", 5)
            ring.offer(statistics(free=2))
            machine.qtest.step(2 * SECOND)
            machine.qmp.execute("stop")
            machine.qmp.execute("cont")
            place.equal(f"the interval after cont: {has_them}", machine.qtest.step(),
                        7 * SECOND if has_them else 5 * SECOND)


@check(needs=("step",))
def the_window_of_balloon_change(place):
    with place.start() as machine:
        step, actual = machine.qtest.step, DEFAULT_BASE + 0x104
        taken = lambda: (machine.qmp.sync(), [data["actual"] // 4096 - 16384 for data in
                                              machine.qmp.take("BALLOON_CHANGE")])[1]
        step(7)
        machine.qtest.put(actual, 1)
        place.equal("the first at once", taken(), [-1])
        place.equal("its window ends", step(), SECOND + 7)
        place.equal("with nothing", taken(), [])
        no_deadline(place, machine, SECOND + 7)
        for value in (2, 3, 4):
            machine.qtest.put(actual, value)
        place.equal("the first", taken(), [-2])
        place.equal("before the end", step(SECOND - 1), 2 * SECOND + 6)
        place.equal("nothing", taken(), [])
        place.equal("the end", step(1), 2 * SECOND + 7)
        place.equal("the latest", taken(), [-4])
        place.equal("a window again", step(), 3 * SECOND + 7)
        place.equal("with nothing", taken(), [])
        machine.qtest.put(actual, 4)
        place.equal("no change, no event", taken(), [])
        no_deadline(place, machine, 3 * SECOND + 7)
        machine.qtest.put(actual, 5)
        machine.qtest.put(actual, 6)
        machine.qmp.execute("stop")
        place.equal("the first", taken(), [-5])
        no_deadline(place, machine, 3 * SECOND + 7)
        step(5 * SECOND)
        place.equal("waits while stopped", taken(), [])
        machine.qmp.execute("cont")
        machine.qtest.get(DEFAULT_BASE)
        place.equal("until cont", taken(), [-6])


# Order between the sockets ---------------------------------------------------------------------


@check()
def events_come_before_later_replies(place):
    with place.start() as machine:
        for pages in range(1, 4):
            machine.qmp.events.clear()
            machine.qmp.stream.clear()
            machine.qtest.put(DEFAULT_BASE + 0x104, pages)
            reply = machine.qmp.execute("query-balloon")
            place.equal("the reply", reply, {"actual": (16384 - pages) * 4096})
            place.equal("its order", ["event" in message for message in machine.qmp.stream],
                        [True, False])
            if not place.has("step"):
                break
            machine.qtest.step(SECOND + 1)
