/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What happens in a guest's life beside polling: its balloon moves and moves back, its driver goes
 * and comes, it boots again, it tells of free pages.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "guests.h"

#define MIB           (UINT64_C(1) << 20)
#define PAGES_PER_MIB 256
#define MARK          UINT32_C(0x6d61726b)

enum {
	REPORTING_AFTER_HINTS = 4,
	HINT_BUFFERS = 10, /* an id, the upper half of 64 MiB in blocks of 4 MiB, the end */
};

static struct visit *begin(struct rig *rig, const char *options)
{
	struct visit *visit = visit_begin(rig, options);

	visit->wanted = 1;
	expect(rig, "sample", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	expect(rig, "driver", rig_get(rig, R_STATUS), rig->options.is_legacy ? 7 : S_OK);
	return visit;
}

static void end(struct visit *visit)
{
	expect(visit->rig, "interrupts left", rig_get(visit->rig, R_ISR), 0);
	visit_look_at_device(visit, "end");
	visit_end(visit);
}

/* Polling is switched off and on, so that a request comes at once. */
static void take_sample(struct visit *visit, const char *when)
{
	kit_set_interval(visit->rig, 0);
	kit_set_interval(visit->rig, 3600);
	visit->wanted = visit->n_kicks[STATS] + 1;
	expect(visit->rig, when, visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	visit_look_at_stats(visit, when);
}

static void expect_size(struct visit *visit, uint64_t pages)
{
	struct rig *rig = visit->rig;
	char wanted[80];

	visit->wanted = pages;
	expect(rig, "the balloon is where it should be",
	       visit_wait(visit, VISIT_LONG_MS, visit_has_moved), 1);
	snprintf(wanted, sizeof(wanted), "{\"return\": {\"actual\": %" PRIu64 "}}",
		 RAM_END(rig) - pages * PAGE);
	expect_qmp(rig, "{'execute':'query-balloon'}", wanted);
}

static void move_balloon(struct visit *visit, unsigned int mib)
{
	rig_qmpf(visit->rig, "{'execute':'balloon','arguments':{'value':%" PRIu64 "}}",
		 RAM_END(visit->rig) - mib * MIB);
	expect_size(visit, mib * PAGES_PER_MIB);
}

static void expect_event(struct visit *visit, unsigned int mib)
{
	visit->wanted = RAM_END(visit->rig) - mib * MIB;
	expect(visit->rig, "the event says so", visit_wait(visit, VISIT_LONG_MS, visit_has_event),
	       1);
}

/* ---- rings ---- */

/* Each request takes an entry of the ring, until it begins anew. */
static void go_round(struct rig *rig, const char *options)
{
	struct visit *visit = begin(rig, options);
	bool is_answered = true;
	unsigned int size;

	rig_set(rig, R_QUEUE_SEL, STATS);
	size = rig_get(rig, R_QUEUE_MAX);
	for (unsigned int i = 2; i <= size + 2 && is_answered; i++) {
		rig_qmp(rig, "{'execute':'qom-set','arguments':{"
			     "'path':'/machine/peripheral/b0',"
			     "'property':'guest-stats-polling-interval','value':0}}");
		kit_set_interval(rig, 3600);
		visit->wanted = i;
		is_answered = visit_wait(visit, VISIT_LONG_MS, visit_has_sent);
	}
	expect(rig, "answers", visit->n_kicks[STATS], size + 2);
	visit_look_at_stats(visit, "around");
	end(visit);
}

/* ---- the balloon ---- */

static void reach_targets(struct rig *rig, const char *options)
{
	const uint64_t last = RAM_END(rig) - PAGE, first = RAM_END(rig) - 16 * MIB;
	struct visit *visit = begin(rig, options);

	rig_store32(rig, last, MARK);
	rig_store32(rig, first, MARK);
	rig_store32(rig, first - PAGE, MARK);
	move_balloon(visit, 16);
	expect(rig, "the last page of RAM", rig_load32(rig, last), 0);
	expect(rig, "the last page of the balloon", rig_load32(rig, first), 0);
	expect(rig, "the next page", rig_load32(rig, first - PAGE), MARK);
	expect_event(visit, 16);
	take_sample(visit, "inflated");
	move_balloon(visit, 5);
	move_balloon(visit, 21);
	take_sample(visit, "more");
	move_balloon(visit, 0);
	expect_event(visit, 0);
	take_sample(visit, "deflated");
	end(visit);
}

/* ---- the driver goes and comes ---- */

static bool has_left(struct visit *visit)
{
	return rig_get(visit->rig, R_STATUS) == 0;
}

static void leave_and_return(struct rig *rig, const char *options, const char *leave,
			     const char *come)
{
	struct visit *visit = begin(rig, options);

	move_balloon(visit, 8);
	take_sample(visit, "inflated");
	visit_tell(visit, leave);
	expect(rig, "it goes", visit_wait(visit, VISIT_LONG_MS, has_left), 1);
	expect_size(visit, 0);
	visit_look_at_stats(visit, "gone");
	kit_set_interval(rig, 1);
	visit->wanted = visit->n_kicks[STATS] + 1;
	expect(rig, "answers of none", visit_wait(visit, VISIT_SOON_MS, visit_has_sent), 0);
	visit_tell(visit, come);
	expect(rig, "it comes", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	expect_size(visit, 8 * PAGES_PER_MIB);
	visit->wanted = visit->n_kicks[STATS] + 1;
	expect(rig, "polling goes on", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	visit_look_at_stats(visit, "back");
	expect_event(visit, 8);
	end(visit);
}

/* ---- the guest boots again ---- */

static void boot_again(struct rig *rig, const char *options, bool by_monitor)
{
	struct visit *visit = begin(rig, options);

	move_balloon(visit, 8);
	take_sample(visit, "inflated");
	expect_event(visit, 8);
	kit_set_interval(rig, 1);
	if (by_monitor) {
		rig_qmp(rig, "{'execute':'system_reset'}");
		rig_settle(rig);
		expect(rig, "status", rig_get(rig, R_STATUS), 0);
		expect_size(visit, 8 * PAGES_PER_MIB);
		observe(rig, "total memory, as it was on 7.2", kit_stat(rig, 5));
		balloonsim_guest_reset(visit->guest);
		visit->deadline_ns = 0;
	} else {
		visit_tell(visit, "reboot");
	}
	visit->wanted = visit->n_kicks[STATS] + 1;
	expect(rig, "it boots", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	expect_size(visit, 8 * PAGES_PER_MIB);
	visit->wanted = visit->n_kicks[STATS] + 1;
	expect(rig, "polling goes on", visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
	visit_look_at_stats(visit, "new");
	move_balloon(visit, 0);
	end(visit);
}

/* ---- free pages ---- */

static bool has_reported(struct visit *visit)
{
	return visit->n_kicks[REPORTING_AFTER_HINTS] > 0;
}

static void report_pages(struct rig *rig, const char *options, bool are_poisoned)
{
	const uint64_t middle = RAM_END(rig) / 2;
	struct visit *visit = begin(rig, options);

	rig_store32(rig, middle, MARK);
	rig_store32(rig, middle - PAGE, MARK);
	expect(rig, "report", visit_wait(visit, VISIT_LONG_MS, has_reported), 1);
	expect(rig, "given back", visit_get_used(visit, REPORTING_AFTER_HINTS), 1);
	expect(rig, "a reported page", rig_load32(rig, middle), are_poisoned ? MARK : 0);
	expect(rig, "another page", rig_load32(rig, middle - PAGE), MARK);
	move_balloon(visit, 8);
	take_sample(visit, "with the total as it was");
	move_balloon(visit, 0);
	end(visit);
}

static bool has_hinted(struct visit *visit)
{
	return visit->n_kicks[HINT] > 0;
}

static bool has_hint_done(struct visit *visit)
{
	return rig_get(visit->rig, R_HINT_ID) == 1;
}

static bool has_hints_back(struct visit *visit)
{
	return visit_get_used(visit, HINT) == visit->n_kicks[HINT] * HINT_BUFFERS;
}

/* A migration so slow that the guest gets to know; the simulator has none and is told directly. How
 * often QEMU asks depends on real time. */
static void hint_pages(struct rig *rig)
{
	struct visit *visit = begin(rig, "guest=linux");
	struct balloonsim_machine *sim = visit_get_simulator();

	if (sim != NULL) {
		balloonsim_machine_start_hints(sim);
	} else {
		rig_qmp(rig, "{'execute':'migrate-set-parameters','arguments':{"
			     "'max-bandwidth':60000}}");
		rig_qmp(rig, "{'execute':'migrate','arguments':{'uri':'exec:cat >/dev/null'}}");
	}
	expect(rig, "hints", visit_wait(visit, VISIT_LONG_MS, has_hinted), 1);
	if (sim != NULL) {
		visit_wait(visit, VISIT_SOON_MS, NULL);
		balloonsim_machine_stop_hints(sim);
		balloonsim_machine_end_hints(sim);
	}
	expect(rig, "done", visit_wait(visit, VISIT_LONG_MS, has_hint_done), 1);
	expect(rig, "all given back", visit_wait(visit, VISIT_LONG_MS, has_hints_back), 1);
	observe(rig, "status", rig_get(rig, R_STATUS));
	visit_end(visit);
}

/* ---- the table ---- */

#define LIFE(name, ...)                   \
	static void name(struct rig *rig) \
	{                                 \
		__VA_ARGS__;              \
	}

LIFE(the_balloon_of_a_linux_guest_reaches_its_targets, reach_targets(rig, "guest=linux"))
LIFE(the_balloon_of_a_linux_6_1_guest_reaches_its_targets, reach_targets(rig, "guest=linux-6.1"))
LIFE(the_balloon_of_a_linux_4_19_guest_reaches_its_targets, reach_targets(rig, "guest=linux-4.19"))
LIFE(the_balloon_of_a_windows_guest_reaches_its_targets, reach_targets(rig, "guest=windows"))
LIFE(the_rings_of_a_linux_guest_go_round, go_round(rig, "guest=linux"))
LIFE(a_linux_driver_is_unloaded_and_loaded, leave_and_return(rig, "guest=linux", "unload", "load"))
LIFE(a_windows_driver_is_unloaded_and_loaded,
     leave_and_return(rig, "guest=windows", "unload", "load"))
LIFE(a_linux_guest_is_suspended_and_resumed,
     leave_and_return(rig, "guest=linux", "suspend", "resume"))
LIFE(a_linux_guest_reboots, boot_again(rig, "guest=linux", false))
LIFE(a_windows_guest_reboots, boot_again(rig, "guest=windows", false))
LIFE(a_linux_guest_is_reset, boot_again(rig, "guest=linux", true))
LIFE(a_linux_guest_reports_free_pages, report_pages(rig, "guest=linux", false))
LIFE(a_linux_guest_that_clears_pages_reports_them,
     report_pages(rig, "guest=linux,poison=init-on-free", false))
LIFE(a_linux_guest_that_poisons_pages_loses_none_by_reporting,
     report_pages(rig, "guest=linux,poison=on", true))
LIFE(a_linux_guest_hints_free_pages_to_a_migration, hint_pages(rig))

#define ALL_PROPERTIES   "free-page-reporting=on,free-page-hint=on,deflate-on-oom=on,iothread=io0"
#define ALL              .options = { .device = ALL_PROPERTIES }
#define ALL_IN_REAL_TIME .options = { .device = ALL_PROPERTIES, .in_real_time = true }
#define LEGACY           .options = { .is_legacy = true }
#define PACKED           .options = { .device = "packed=on" }

#define ON_EACH_MACHINE(function)                                                            \
	{ SCENARIO(function) }, { .name = #function "_on_legacy", .run = function, LEGACY }, \
	{                                                                                    \
		.name = #function "_on_packed", .run = function, PACKED                      \
	}

const struct scenario scenarios_guest_life[] = {
	{ SCENARIO(a_linux_guest_reports_free_pages), ALL },
	{ SCENARIO(a_linux_guest_that_clears_pages_reports_them), ALL },
	{ SCENARIO(a_linux_guest_that_poisons_pages_loses_none_by_reporting), ALL },
	{ SCENARIO(a_linux_guest_hints_free_pages_to_a_migration), ALL_IN_REAL_TIME },
	ON_EACH_MACHINE(the_rings_of_a_linux_guest_go_round),
	ON_EACH_MACHINE(the_balloon_of_a_linux_guest_reaches_its_targets),
	{ SCENARIO(the_balloon_of_a_linux_6_1_guest_reaches_its_targets) },
	{ SCENARIO(the_balloon_of_a_linux_4_19_guest_reaches_its_targets) },
	ON_EACH_MACHINE(the_balloon_of_a_windows_guest_reaches_its_targets),
	ON_EACH_MACHINE(a_linux_driver_is_unloaded_and_loaded),
	{ SCENARIO(a_windows_driver_is_unloaded_and_loaded) },
	{ SCENARIO(a_linux_guest_is_suspended_and_resumed) },
	ON_EACH_MACHINE(a_linux_guest_reboots),
	{ SCENARIO(a_windows_guest_reboots) },
	{ SCENARIO(a_linux_guest_is_reset) },
	SCENARIO_END,
};
