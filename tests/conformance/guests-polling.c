/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each operating system's guest gives a first sample and is polled, on each kind of transport and
 * ring. What the device then says must be what the guest sent, and no more.
 */
#include <stdio.h>

#include "guests.h"

#define ALL_TAGS  0xffff
#define OLD_TAGS  0x03ff /* Linux 5.1 to 6.11, and Windows */
#define LESS_TAGS 0x007f

enum first {
	FIRST_AS_SENT,
	FIRST_NOTHING,   /* entries without a meaning */
	FIRST_LEFTOVERS, /* whatever the memory held */
};

struct os {
	const char *options;
	uint16_t tags;
	enum first first;
	bool is_silent; /* it answers nothing */
};

static void look_at_first(struct visit *visit, const struct os *os)
{
	struct rig *rig = visit->rig;

	expect(rig, "tags", visit->sent, os->tags);
	if (os->first == FIRST_LEFTOVERS) {
		observe_qmp(rig, "{'execute':'qom-get','arguments':{"
				 "'path':'/machine/peripheral/b0','property':'guest-stats'}}");
		return;
	}
	if (os->first == FIRST_NOTHING)
		visit->sent = 0;
	visit_look_at_stats(visit, "first");
}

static void poll_twice(struct visit *visit)
{
	struct rig *rig = visit->rig;
	int64_t begin_ns = visit->now_ns;

	kit_set_interval(rig, 1);
	visit->wanted = 2;
	expect(rig, "first answer", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	visit_look_at_stats(visit, "first answer");
	visit->wanted = 3;
	expect(rig, "second answer", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	visit_look_at_stats(visit, "second answer");
	expect(rig, "in a second or more", visit->now_ns - begin_ns >= 1000000000, 1);
	if (visit_is_exact())
		expect(rig, "in a second", (visit->now_ns - begin_ns) / 50000000, 20);
}

static void poll_in_vain(struct visit *visit)
{
	kit_set_interval(visit->rig, 1);
	visit->wanted = 2;
	expect(visit->rig, "answer", visit_wait(visit, 2200, visit_has_sent), 0);
	visit_look_at_stats(visit, "still the first");
}

static void be_polled(struct rig *rig, const struct os *os)
{
	struct visit *visit = visit_begin(rig, os->options);

	visit->wanted = 1;
	expect(rig, "sample", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	expect(rig, "driver", rig_get(rig, R_STATUS), rig->options.is_legacy ? 7 : S_OK);
	look_at_first(visit, os);
	if (os->is_silent)
		poll_in_vain(visit);
	else
		poll_twice(visit);
	expect(rig, "interrupts left", rig_get(rig, R_ISR), 0);
	visit_look_at_device(visit, "end");
	visit_end(visit);
}

/* The three machines on which a guest is polled; rings are packed where its driver knows them. */
#define LEGACY .options = { .is_legacy = true }
#define PACKED .options = { .device = "packed=on" }

#define POLLED(name, ...)                                    \
	static void name(struct rig *rig)                    \
	{                                                    \
		static const struct os os = { __VA_ARGS__ }; \
                                                             \
		be_polled(rig, &os);                         \
	}

POLLED(a_linux_guest_answers_each_second, "guest=linux", ALL_TAGS)
POLLED(a_linux_6_12_guest_answers_each_second, "guest=linux-6.12", ALL_TAGS)
POLLED(a_linux_6_1_guest_answers_each_second, "guest=linux-6.1", OLD_TAGS)
POLLED(a_linux_4_19_guest_answers_after_a_first_sample_of_leftovers, "guest=linux-4.19", LESS_TAGS,
       .first = FIRST_LEFTOVERS)
POLLED(a_windows_guest_answers_after_a_first_sample_of_nothing, "guest=windows", OLD_TAGS,
       .first = FIRST_NOTHING)
POLLED(a_windows_guest_without_its_service_answers_never, "guest=windows-no-service", OLD_TAGS,
       .first = FIRST_NOTHING, .is_silent = true)

#define ON_EACH_MACHINE(function)                                            \
	{ .name = #function, .run = function },                              \
		{ .name = #function "_on_legacy", .run = function, LEGACY }, \
	{                                                                    \
		.name = #function "_on_packed", .run = function, PACKED      \
	}

const struct scenario scenarios_guest_polling[] = {
	ON_EACH_MACHINE(a_windows_guest_without_its_service_answers_never),
	ON_EACH_MACHINE(a_linux_guest_answers_each_second),
	ON_EACH_MACHINE(a_linux_6_12_guest_answers_each_second),
	ON_EACH_MACHINE(a_linux_6_1_guest_answers_each_second),
	ON_EACH_MACHINE(a_linux_4_19_guest_answers_after_a_first_sample_of_leftovers),
	ON_EACH_MACHINE(a_windows_guest_answers_after_a_first_sample_of_nothing),
	SCENARIO_END,
};
