/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every fault that a guest can have: those that break the device do, on QEMU as on the simulator,
 * and the others don't. One machine sees several guests, each with its fault, one after the other.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guests.h"

#define BALLOON_PAGES 2048
#define HAS(version)  (1u << (version))
#define EVERYWHERE    (HAS(RIG_7_2) | HAS(RIG_10_0) | HAS(RIG_11_1))

enum transport {
	MODERN,
	LEGACY,
	PACKED,
	TRANSPORTS,
};

enum size {
	REACHES_TARGET = 0,
	STAYS_EMPTY,
	IS_HALF,
	IS_WILD,
	IS_BETWEEN,
};

/* What is special about a fault: the versions on which it breaks the device, for each transport, and
 * for those that don't the balloon's size and how often the statistics queue is kicked at once. */
struct trait {
	const char *fault;
	unsigned int breaks_on[TRANSPORTS];
	unsigned int is_deaf_on; /* driver and device of a legacy machine look at different rings */
	enum size size;
	bool is_told;       /* comes by itself, and here when the balloon has its size */
	bool has_few_kicks; /* less than two */
	bool is_restless;   /* how many there are depends on real time */
};

#define BREAKS       .breaks_on = { EVERYWHERE, EVERYWHERE, EVERYWHERE }
#define BREAKS_SPLIT .breaks_on = { EVERYWHERE, EVERYWHERE, 0 }

static const struct trait traits[] = {
	{ "bad-head", BREAKS_SPLIT },
	{ "bad-next", BREAKS_SPLIT },
	{ "loop", BREAKS_SPLIT },
	{ "zero-length", BREAKS },
	{ "bad-order", BREAKS },
	{ "bad-indirect", BREAKS },
	{ "too-many-pieces", BREAKS },
	{ "size-exceeded", BREAKS },
	{ "unmappable", BREAKS },
	/* A legacy device is told one address for all three, of the descriptors. Where rings are
	 * short enough for one page, only the used ring is out of RAM, and wholly so, which is no
	 * error. Packed the two are 4 bytes. */
	{ "desc-past-end", .breaks_on = { EVERYWHERE, HAS(RIG_7_2) | HAS(RIG_10_0), EVERYWHERE },
	  .is_deaf_on = HAS(RIG_11_1) },
	{ "avail-past-end", .breaks_on = { EVERYWHERE, 0, 0 } },
	{ "used-past-end", .breaks_on = { EVERYWHERE, 0, 0 } },
	{ "huge-queue", .breaks_on = { HAS(RIG_11_1), HAS(RIG_11_1), HAS(RIG_11_1) },
	  .is_deaf_on = HAS(RIG_7_2) },
	{ "no-driver", .size = STAYS_EMPTY, .has_few_kicks = true },
	{ "failed-probe", .size = STAYS_EMPTY, .has_few_kicks = true },
	{ "no-stats-vq", .has_few_kicks = true },
	{ "no-features-ok", .has_few_kicks = true },
	{ "never-answers", .has_few_kicks = true },
	{ "answers-late", .has_few_kicks = true },
	{ "reset-while-owing", .is_restless = true },
	{ "two-buffers", .is_restless = true },
	{ "no-kick", .has_few_kicks = true },
	{ "refuses-inflation", .size = STAYS_EMPTY },
	{ "half-inflation", .size = IS_HALF },
	{ "slow-inflation", .size = IS_BETWEEN },
	{ "silent-actual", .size = STAYS_EMPTY },
	{ "wild-actual", .size = IS_WILD },
	{ "deflates-by-itself", .is_told = true },
	{ "empty-kicks", .is_restless = true },
	{ "reboots", .is_told = true, .is_restless = true },
	{ "crashes", .is_told = true },
};

#define N_TRAITS (sizeof(traits) / sizeof(traits[0]))

static const struct trait *find_trait(const char *fault)
{
	static const struct trait usual = { 0 };

	for (size_t i = 0; i < N_TRAITS; i++)
		if (strcmp(traits[i].fault, fault) == 0)
			return &traits[i];
	return &usual;
}

static enum transport get_transport(const struct rig *rig)
{
	if (rig->options.is_legacy)
		return LEGACY;
	return rig->options.device != NULL ? PACKED : MODERN;
}

static bool breaks(const struct rig *rig, const struct trait *trait)
{
	return (trait->breaks_on[get_transport(rig)] & HAS(rig->version)) != 0;
}

#define expect_of(rig, fault, name, value, wanted)                         \
	do {                                                               \
		char text_of[120];                                         \
                                                                           \
		snprintf(text_of, sizeof(text_of), "%s: %s", fault, name); \
		expect(rig, text_of, value, wanted);                       \
	} while (0)

/* ---- a device that is broken ---- */

/* Pages are offered, and the device doesn't take them. */
static void expect_dead(struct visit *visit, const char *fault)
{
	struct rig *rig = visit->rig;
	unsigned int status = rig_get(rig, R_STATUS);
	int64_t last_update = kit_last_update(rig);

	if (rig->options.is_legacy)
		expect_of(rig, fault, "status without NEEDS_RESET", status, 7);
	else
		expect_of(rig, fault, "status with NEEDS_RESET", status, S_BROKEN);
	rig_qmpf(rig, "{'execute':'balloon','arguments':{'value':%" PRIu64 "}}",
		 RAM_END(rig) - BALLOON_PAGES * PAGE);
	kit_set_interval(rig, 1);
	visit_wait(visit, VISIT_SOON_MS, NULL);
	expect_of(rig, fault, "pages offered", visit->n_kicks[INFLATE], 1);
	if (get_transport(rig) == MODERN)
		expect_of(rig, fault, "pages taken", visit_get_used(visit, INFLATE), 0);
	expect_of(rig, fault, "size", rig_get(rig, R_ACTUAL), 0);
	expect_of(rig, fault, "a new sample", kit_last_update(rig) != last_update, 0);
	visit_look_at_device(visit, fault);
}

/* ---- one that isn't ---- */

static bool has_size(struct visit *visit)
{
	return rig_get(visit->rig, R_ACTUAL) == visit->wanted;
}

static void expect_size(struct visit *visit, const char *fault, const struct trait *trait)
{
	struct rig *rig = visit->rig;

	visit->wanted = BALLOON_PAGES;
	switch (trait->size) {
	case REACHES_TARGET:
		expect_of(rig, fault, "the target is reached",
			  visit_wait(visit, VISIT_LONG_MS, has_size), 1);
		break;
	case STAYS_EMPTY:
		visit_wait(visit, VISIT_SOON_MS, NULL);
		expect_of(rig, fault, "size", rig_get(rig, R_ACTUAL), 0);
		break;
	case IS_HALF:
		visit->wanted = BALLOON_PAGES / 2;
		expect_of(rig, fault, "half of the target is reached",
			  visit_wait(visit, VISIT_LONG_MS, has_size), 1);
		visit_wait(visit, VISIT_SOON_MS, NULL);
		expect_of(rig, fault, "size", rig_get(rig, R_ACTUAL), BALLOON_PAGES / 2);
		break;
	case IS_WILD:
		visit->wanted = UINT32_MAX;
		expect_of(rig, fault, "a wild size", visit_wait(visit, VISIT_LONG_MS, has_size), 1);
		observe_qmp(rig, "{'execute':'query-balloon'}");
		break;
	case IS_BETWEEN:
		visit->wanted = 256;
		expect_of(rig, fault, "a MiB", visit_wait(visit, VISIT_LONG_MS, has_size), 1);
		break;
	}
}

/* The balloon is at its target, and now it happens. */
static void expect_turn(struct visit *visit, const char *fault)
{
	struct rig *rig = visit->rig;
	unsigned int n_kicks = visit->n_kicks[STATS];
	char what[80];

	snprintf(what, sizeof(what), "fault=%s@0s", fault);
	visit_tell(visit, what);
	if (strcmp(fault, "deflates-by-itself") == 0) {
		visit->wanted = 0;
		expect_of(rig, fault, "it is empty", visit_wait(visit, VISIT_LONG_MS, has_size), 1);
	} else if (strcmp(fault, "reboots") == 0) {
		visit->wanted = n_kicks + 1;
		expect_of(rig, fault, "it is back",
			  visit_wait(visit, VISIT_LONG_MS, visit_has_sent), 1);
		visit->wanted = BALLOON_PAGES;
		expect_of(rig, fault, "with its size", visit_wait(visit, VISIT_LONG_MS, has_size),
			  1);
	} else {
		visit_wait(visit, 0, NULL);
		n_kicks = visit->n_kicks[STATS];
		kit_set_interval(rig, 0);
		kit_set_interval(rig, 1);
		visit_wait(visit, VISIT_SOON_MS, NULL);
		expect_of(rig, fault, "answers", visit->n_kicks[STATS] - n_kicks, 0);
	}
}

static void expect_alive(struct visit *visit, const char *fault, const struct trait *trait)
{
	struct rig *rig = visit->rig;
	bool is_deaf = rig->options.is_legacy && (trait->is_deaf_on & HAS(rig->version)) != 0;
	bool is_quiet = trait->has_few_kicks || is_deaf;
	bool has_kicks;

	visit->wanted = 2;
	kit_set_interval(rig, 1);
	has_kicks = visit_wait(visit, is_quiet ? VISIT_SOON_MS : VISIT_LONG_MS, visit_has_sent);
	expect_of(rig, fault, "answers", has_kicks, !is_quiet);
	rig_qmpf(rig, "{'execute':'balloon','arguments':{'value':%" PRIu64 "}}",
		 RAM_END(rig) - BALLOON_PAGES * PAGE);
	expect_size(visit, fault, trait);
	if (trait->is_told)
		expect_turn(visit, fault);
	expect_of(rig, fault, "NEEDS_RESET", rig_get(rig, R_STATUS) & 0x40, 0);
	observe(rig, "a sample", kit_last_update(rig) > 0);
	if (!trait->is_restless || visit_is_exact())
		visit_look_at_device(visit, fault);
}

/* A statistic is there or not; those that move by themselves can't be compared by value. */
static void look_at_values(struct rig *rig, const char *fault)
{
	unsigned int present = 0;
	char name[120];

	for (unsigned int tag = 0; tag < kit_stats_known(rig); tag++) {
		uint64_t value = kit_stat(rig, tag);

		if (value != ABSENT)
			present |= 1u << tag;
		if (!visit_is_exact() && tag != 0 && tag != 1 && tag != 5)
			continue;
		snprintf(name, sizeof(name), "%s: statistic %u", fault, tag);
		observe(rig, name, value);
	}
	snprintf(name, sizeof(name), "%s: statistics present", fault);
	observe(rig, name, present);
}

/* ---- one guest after the other ---- */

/* The machine as it was before any guest. */
static void clear(struct rig *rig)
{
	kit_set_interval(rig, 0);
	rig_qmpf(rig, "{'execute':'balloon','arguments':{'value':%" PRIu64 "}}", RAM_END(rig));
	rig_qmp(rig, "{'execute':'system_reset'}");
	rig_settle(rig);
	rig_set(rig, R_ACTUAL, 0);
	for (size_t i = 0; i < rig->n_events; i++)
		free(rig->events[i]);
	rig->n_events = 0;
}

static void have_fault(struct rig *rig, const char *fault)
{
	const struct trait *trait = find_trait(fault);
	char options[120];
	struct visit *visit;

	snprintf(options, sizeof(options), "guest=linux,fault=%s", trait->is_told ? "none" : fault);
	visit = visit_begin(rig, options);
	/* Two runs: one fault loads the driver anew. */
	visit_wait(visit, 0, NULL);
	visit_wait(visit, 0, NULL);
	if (breaks(rig, trait))
		expect_dead(visit, fault);
	else
		expect_alive(visit, fault, trait);
	if (!trait->is_restless)
		look_at_values(rig, fault);
	visit_end(visit);
	clear(rig);
}

/* The faults in groups of what they do, in their order: from one to the one before the next group. */
enum group {
	LOADING,
	RINGS_PAST_END,
	HARDLY_ANSWERING,
	ODD_SHAPES,
	WRONG_VALUES,
	WRONG_CHAINS,
	WRONG_TABLES,
	MOVING_BADLY,
	GOING_ASTRAY,
	GROUPS,
};

static const char *const group_begins[GROUPS + 1] = {
	[LOADING] = "no-driver",
	[RINGS_PAST_END] = "huge-queue",
	[HARDLY_ANSWERING] = "never-answers",
	[ODD_SHAPES] = "short-buffer",
	[WRONG_VALUES] = "huge-values",
	[WRONG_CHAINS] = "bad-head",
	[WRONG_TABLES] = "bad-indirect",
	[MOVING_BADLY] = "refuses-inflation",
	[GOING_ASTRAY] = "deflates-by-itself",
};

static int find_fault(const char *name)
{
	const char *fault;
	int i = 0;

	while ((fault = balloonsim_fault_get_name(i)) != NULL &&
	       (name == NULL || strcmp(fault, name) != 0))
		i++;
	return i;
}

static void have_faults(struct rig *rig, enum group group)
{
	int end = find_fault(group_begins[group + 1]);

	for (int i = find_fault(group_begins[group]); i < end; i++)
		have_fault(rig, balloonsim_fault_get_name(i));
}

#define FAULTS(name, group)               \
	static void name(struct rig *rig) \
	{                                 \
		have_faults(rig, group);  \
	}

FAULTS(a_driver_that_is_loaded_badly_breaks_nothing, LOADING)
FAULTS(rings_past_the_end_of_ram_break_the_device, RINGS_PAST_END)
FAULTS(a_guest_that_hardly_answers_breaks_nothing, HARDLY_ANSWERING)
FAULTS(buffers_of_odd_shape_break_nothing, ODD_SHAPES)
FAULTS(wrong_values_break_nothing, WRONG_VALUES)
FAULTS(wrong_heads_and_chains_break_the_device, WRONG_CHAINS)
FAULTS(wrong_tables_and_memory_break_the_device, WRONG_TABLES)
FAULTS(a_balloon_that_moves_badly_breaks_nothing, MOVING_BADLY)
FAULTS(a_guest_that_goes_astray_breaks_nothing, GOING_ASTRAY)

/* The groups are all there is, and each trait is one of a fault. */
static void every_fault_is_tried(struct rig *rig)
{
	int n = find_fault(NULL), at = 0;

	for (unsigned int i = 0; i < GROUPS; i++) {
		expect(rig, "begins behind the last", find_fault(group_begins[i]) >= at, 1);
		at = find_fault(group_begins[i]);
	}
	expect(rig, "the first group", find_fault(group_begins[0]), 0);
	expect(rig, "the last group", at < n, 1);
	for (size_t i = 0; i < N_TRAITS; i++)
		expect(rig, traits[i].fault, find_fault(traits[i].fault) < n, 1);
}

#define ON_LEGACY .options = { .is_legacy = true }
#define ON_PACKED .options = { .device = "packed=on" }

#define ON_EACH_MACHINE(function)                                                               \
	{ SCENARIO(function) }, { .name = #function "_on_legacy", .run = function, ON_LEGACY }, \
	{                                                                                       \
		.name = #function "_on_packed", .run = function, ON_PACKED                      \
	}

const struct scenario scenarios_guest_faults[] = {
	{ SCENARIO(a_guest_that_goes_astray_breaks_nothing) },
	ON_EACH_MACHINE(rings_past_the_end_of_ram_break_the_device),
	ON_EACH_MACHINE(wrong_heads_and_chains_break_the_device),
	ON_EACH_MACHINE(wrong_tables_and_memory_break_the_device),
	{ SCENARIO(a_driver_that_is_loaded_badly_breaks_nothing) },
	{ SCENARIO(a_guest_that_hardly_answers_breaks_nothing) },
	ON_EACH_MACHINE(buffers_of_odd_shape_break_nothing),
	{ SCENARIO(wrong_values_break_nothing) },
	{ SCENARIO(a_balloon_that_moves_badly_breaks_nothing) },
	{ SCENARIO(every_fault_is_tried) },
	SCENARIO_END,
};
