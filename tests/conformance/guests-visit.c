/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The guest at a rig's window; see guests.h. It runs when its deadline comes or the interrupt status
 * is not 0, as its header wants it, and everything it does at the window is looked at on the way.
 */
#include "guests.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_MS INT64_C(1000000)

enum {
	STEP_MS = 50,    /* of a stepped clock: interrupts are seen so late */
	NAP_MS = 4,      /* the same in real time */
	MOMENT_MAX = 64, /* runs without any time going by */
	STEP_MIN_NS = 1000,
};

static bool exact;
static struct balloonsim_machine *simulator;

void visit_set_exact(bool is_exact)
{
	exact = is_exact;
}

bool visit_is_exact(void)
{
	return exact;
}

void visit_set_simulator(struct balloonsim_machine *machine)
{
	simulator = machine;
}

struct balloonsim_machine *visit_get_simulator(void)
{
	return simulator;
}

static int64_t read_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* ---- the window ---- */

static uint32_t read_register(void *context, uint32_t offset, unsigned int width)
{
	struct visit *visit = context;

	return (uint32_t)rig_read(visit->rig, offset, width);
}

/* The values of this moment are those in the buffer that is being announced. */
static void note_kick(struct visit *visit, uint32_t queue)
{
	if (queue >= VISIT_QUEUES)
		return;
	visit->n_kicks[queue]++;
	if (queue != STATS)
		return;
	visit->sent = 0;
	for (unsigned int tag = 0; tag < VISIT_TAGS; tag++)
		if (balloonsim_guest_get_stat(visit->guest, tag, &visit->values[tag]))
			visit->sent |= (uint16_t)(1u << tag);
}

static void write_register(void *context, uint32_t offset, unsigned int width, uint32_t value)
{
	struct visit *visit = context;

	visit->n_writes++;
	if (offset == R_NOTIFY)
		note_kick(visit, value);
	else if (offset == R_QUEUE_SEL)
		visit->queue = value;
	else if (offset == R_USED && visit->queue < VISIT_QUEUES)
		visit->used[visit->queue] = value;
	rig_write(visit->rig, offset, width, value);
}

static void note_memory(struct visit *visit, uint64_t gpa, size_t len)
{
	if (gpa > RAM_END(visit->rig) || len > RAM_END(visit->rig) - gpa)
		visit->n_astray++;
}

static void read_memory(void *context, uint64_t gpa, void *to, size_t len)
{
	struct visit *visit = context;

	note_memory(visit, gpa, len);
	rig_load(visit->rig, gpa, to, len);
}

static void write_memory(void *context, uint64_t gpa, const void *from, size_t len)
{
	struct visit *visit = context;

	note_memory(visit, gpa, len);
	rig_store(visit->rig, gpa, from, len);
}

struct visit *visit_begin(struct rig *rig, const char *options)
{
	struct visit *visit = calloc(1, sizeof(*visit));
	const struct balloonsim_window window = {
		.context = visit,
		.read_register = read_register,
		.write_register = write_register,
		.read_memory = read_memory,
		.write_memory = write_memory,
	};

	assert(visit != NULL);
	visit->rig = rig;
	visit->begun_ns = read_clock_ns();
	visit->event_actual = -1;
	visit->guest = balloonsim_guest_new(&window, RAM_END(rig));
	assert(visit->guest != NULL);
	if (balloonsim_guest_configure(visit->guest, options) < 0)
		rig_die("# no guest with %s: %s", options,
			balloonsim_guest_get_error(visit->guest));
	return visit;
}

void visit_end(struct visit *visit)
{
	balloonsim_guest_free(visit->guest);
	free(visit);
}

/* ---- time ---- */

static void run_what_is_due(struct visit *visit)
{
	unsigned int n_writes;

	for (unsigned int i = 0; i < MOMENT_MAX; i++) {
		if (visit->deadline_ns > visit->now_ns && rig_get(visit->rig, R_ISR) == 0)
			return;
		n_writes = visit->n_writes;
		visit->deadline_ns = balloonsim_guest_run(visit->guest, visit->now_ns);
		/* A guest without a driver lets an interrupt stand. */
		if (visit->n_writes == n_writes)
			return;
	}
}

static void go_on(struct visit *visit, int64_t until_ns)
{
	int64_t ns = (visit->rig->is_stepped ? STEP_MS : NAP_MS) * NS_PER_MS;
	struct timespec nap;

	if (ns > until_ns - visit->now_ns)
		ns = until_ns - visit->now_ns;
	if (ns > visit->deadline_ns - visit->now_ns)
		ns = visit->deadline_ns - visit->now_ns;
	if (ns < STEP_MIN_NS)
		ns = STEP_MIN_NS;
	if (visit->rig->is_stepped) {
		visit->rig->ops->pass_ns(visit->rig, ns);
		visit->now_ns += ns;
		return;
	}
	nap = (struct timespec){ .tv_nsec = ns };
	nanosleep(&nap, NULL);
	visit->now_ns = read_clock_ns() - visit->begun_ns;
}

bool visit_wait(struct visit *visit, int ms, bool (*condition)(struct visit *visit))
{
	int64_t until_ns;

	if (!visit->rig->is_stepped)
		visit->now_ns = read_clock_ns() - visit->begun_ns;
	until_ns = visit->now_ns + ms * NS_PER_MS;
	for (;;) {
		run_what_is_due(visit);
		if (condition != NULL && condition(visit))
			return true;
		if (visit->now_ns >= until_ns)
			return false;
		go_on(visit, until_ns);
	}
}

void visit_tell(struct visit *visit, const char *what)
{
	if (balloonsim_guest_do(visit->guest, what) < 0)
		rig_die("# the guest can't %s: %s", what, balloonsim_guest_get_error(visit->guest));
	visit->deadline_ns = 0;
}

/* ---- conditions ---- */

bool visit_has_sent(struct visit *visit)
{
	return visit->n_kicks[STATS] >= visit->wanted;
}

bool visit_has_moved(struct visit *visit)
{
	return rig_get(visit->rig, R_ACTUAL) == visit->wanted;
}

bool visit_is_ready(struct visit *visit)
{
	return (rig_get(visit->rig, R_STATUS) & 4) != 0;
}

/* How many events there are depends on real time; the last one tells the truth. */
bool visit_has_event(struct visit *visit)
{
	static const char begin[] = "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": ";
	struct rig *rig = visit->rig;

	rig_qmp(rig, "{'execute':'query-name'}");
	for (size_t i = 0; i < rig->n_events; i++) {
		if (strncmp(rig->events[i], begin, sizeof(begin) - 1) == 0)
			visit->event_actual = strtoll(rig->events[i] + sizeof(begin) - 1, NULL, 10);
		free(rig->events[i]);
	}
	rig->n_events = 0;
	return visit->event_actual == (int64_t)visit->wanted;
}

/* ---- looking ---- */

unsigned int visit_get_used(struct visit *visit, unsigned int queue)
{
	return visit->used[queue] != 0 ? rig_load16(visit->rig, visit->used[queue] + 2) : 0;
}

/* Faults, free and available memory. */
static bool moves(unsigned int tag)
{
	return tag == 2 || tag == 3 || tag == 4 || tag == 6;
}

void visit_look_at_stats(struct visit *visit, const char *when)
{
	struct rig *rig = visit->rig;
	uint64_t value, wanted;
	char name[120];

	rig_settle(rig);
	for (unsigned int tag = 0; tag < kit_stats_known(rig); tag++) {
		value = kit_stat(rig, tag);
		wanted = (visit->sent & 1u << tag) != 0 ? visit->values[tag] : ABSENT;
		snprintf(name, sizeof(name), "%s: statistic %u", when, tag);
		if (exact || !moves(tag) || wanted == ABSENT || value != wanted)
			expect(rig, name, value, wanted);
		else
			observe_text(rig, name, "as sent");
	}
	expect(rig, "a sample has a time", kit_last_update(rig) > 0, 1);
}

void visit_look_at_device(struct visit *visit, const char *when)
{
	struct rig *rig = visit->rig;
	char name[120];

	rig_settle(rig);
	snprintf(name, sizeof(name), "%s: status", when);
	observe(rig, name, rig_get(rig, R_STATUS));
	snprintf(name, sizeof(name), "%s: interrupt status", when);
	observe(rig, name, rig_get(rig, R_ISR));
	snprintf(name, sizeof(name), "%s: target", when);
	observe(rig, name, rig_get(rig, R_NUM_PAGES));
	snprintf(name, sizeof(name), "%s: accesses outside RAM", when);
	expect(rig, name, visit->n_astray, 0);
	if (!exact)
		return;
	for (unsigned int i = 0; i < VISIT_QUEUES; i++) {
		snprintf(name, sizeof(name), "%s: kicks and used elements of queue %u", when, i);
		observe(rig, name, (uint64_t)visit->n_kicks[i] << 32 | visit_get_used(visit, i));
	}
}
