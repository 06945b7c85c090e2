/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of faults and the plan of a guest. What a fault changes is done where the guest does
 * right otherwise; here is only its name, and whether it is time for it.
 */
#include "sim/guest/fault.h"

#include <balloonsim.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "sim/guest/deadline.h"
#include "sim/guest/random.h"

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

#define TIME_MAX_NS (365 * 86400 * NS_PER_S)

/* When faults that come by themselves come if no time is given. */
#define BY_ITSELF_NS (5 * NS_PER_S)

enum {
	SHOWN_MAX = 60, /* characters of what is refused; more than the longest good one has */
};

struct fault {
	const char *name;
	const char *meaning;
};

static const struct fault faults[] = {
	[SIM_FAULT_NO_DRIVER] = { "no-driver", "no balloon driver is loaded" },
	[SIM_FAULT_NO_STATS_VQ] = { "no-stats-vq",
				    "the driver doesn't accept the statistics queue" },
	[SIM_FAULT_NO_FEATURES_OK] = { "no-features-ok",
				       "the driver skips FEATURES_OK, so that nothing is accepted "
				       "and it is never asked for statistics" },
	[SIM_FAULT_FAILED_PROBE] = { "failed-probe",
				     "the driver gives up while it is loaded, with FAILED set" },
	[SIM_FAULT_HUGE_QUEUE] = { "huge-queue",
				   "the statistics queue is made larger than QueueNumMax" },
	[SIM_FAULT_DESC_PAST_END] = { "desc-past-end",
				      "the descriptor table reaches past the end of RAM" },
	[SIM_FAULT_AVAIL_PAST_END] = { "avail-past-end",
				       "the available ring reaches past the end of RAM" },
	[SIM_FAULT_USED_PAST_END] = { "used-past-end",
				      "the used ring reaches past the end of RAM" },
	[SIM_FAULT_UNINITIALISED] = { "uninitialised-first-buffer",
				      "the first statistics buffer holds whatever was in memory" },
	[SIM_FAULT_NEVER_ANSWERS] = { "never-answers", "requests for statistics are not answered" },
	[SIM_FAULT_ANSWERS_LATE] = { "answers-late", "each answer takes 5 s longer" },
	[SIM_FAULT_HANGS_AFTER_ONE] = { "hangs-after-one",
					"one request is answered, and then none" },
	[SIM_FAULT_RESET_WHILE_OWING] = { "reset-while-owing",
					  "asked for statistics, the driver resets the device and "
					  "is back 1 s later" },
	[SIM_FAULT_SHORT_BUFFER] = { "short-buffer", "three statistics only" },
	[SIM_FAULT_ODD_LENGTH] = { "odd-length", "the buffer is 7 bytes longer than its entries" },
	[SIM_FAULT_TINY_BUFFER] = { "tiny-buffer", "9 bytes, too few for an entry" },
	[SIM_FAULT_EMPTY_BUFFER] = { "empty-buffer",
				     "the buffer has room to write to and nothing to read" },
	[SIM_FAULT_HUGE_BUFFER] = { "huge-buffer",
				    "1 MiB, the statistics at its end, zeros before" },
	[SIM_FAULT_SPLIT_BUFFER] = { "split-buffer",
				     "the buffer is in pieces that cut through entries" },
	[SIM_FAULT_INDIRECT_BUFFER] = { "indirect-buffer",
					"the buffer is in an indirect table, negotiated or not" },
	[SIM_FAULT_UNKNOWN_TAGS] = { "unknown-tags", "unknown tags stand between the known ones" },
	[SIM_FAULT_REPEATED_TAGS] = { "repeated-tags", "each tag comes twice, first with 12345" },
	[SIM_FAULT_TWO_BUFFERS] = { "two-buffers", "two buffers are given with one kick" },
	[SIM_FAULT_NO_KICK] = { "no-kick", "buffers are made available without a kick" },
	[SIM_FAULT_HUGE_VALUES] = { "huge-values", "every value is 2^64-2 or a little less" },
	[SIM_FAULT_ABSENT_VALUES] = { "absent-values",
				      "every value is 2^64-1, which reads as absent" },
	[SIM_FAULT_ZERO_VALUES] = { "zero-values", "every value is 0" },
	[SIM_FAULT_STALE_VALUES] = { "stale-values", "the values stay as they are" },
	[SIM_FAULT_BACKWARD_COUNTERS] = { "backward-counters", "counters count down" },
	[SIM_FAULT_FAILED_COUNTERS] = { "failed-counters",
					"swap values are -1 times the page size, as Windows sends "
					"when it can't read them" },
	[SIM_FAULT_AVAILABLE_ABOVE_TOTAL] = { "available-above-total",
					      "more memory is available than there is" },
	[SIM_FAULT_FREE_ABOVE_TOTAL] = { "free-above-total", "more memory is free than there is" },
	[SIM_FAULT_BAD_HEAD] = { "bad-head", "ring: a head that is no descriptor" },
	[SIM_FAULT_BAD_NEXT] = { "bad-next", "ring: a next that is no descriptor" },
	[SIM_FAULT_LOOP] = { "loop", "ring: a chain that ends nowhere" },
	[SIM_FAULT_ZERO_LENGTH] = { "zero-length", "ring: a descriptor of length 0" },
	[SIM_FAULT_BAD_ORDER] = { "bad-order",
				  "ring: something to read behind something to write" },
	[SIM_FAULT_BAD_INDIRECT] = { "bad-indirect", "ring: an indirect table of 15 bytes" },
	[SIM_FAULT_TOO_MANY_PIECES] = { "too-many-pieces", "ring: a chain of 1025 pieces" },
	[SIM_FAULT_SIZE_EXCEEDED] = { "size-exceeded",
				      "ring: more buffers than a ring of size 1 can hold" },
	[SIM_FAULT_UNMAPPABLE] = { "unmappable", "ring: 8 KiB where there is no memory" },
	[SIM_FAULT_WILD_INDEX] = { "wild-index",
				   "ring: the available index jumps, which breaks nothing" },
	[SIM_FAULT_REFUSES_INFLATION] = { "refuses-inflation", "the balloon never grows" },
	[SIM_FAULT_HALF_INFLATION] = { "half-inflation",
				       "the balloon stops half way to its target" },
	[SIM_FAULT_SLOW_INFLATION] = { "slow-inflation", "1 MiB takes the balloon a second" },
	[SIM_FAULT_WILD_PAGES] = { "wild-pages",
				   "the page numbers given to the balloon are outside RAM" },
	[SIM_FAULT_SILENT_ACTUAL] = { "silent-actual",
				      "the balloon moves, but its size is never told" },
	[SIM_FAULT_WILD_ACTUAL] = { "wild-actual", "the balloon's size is told as 2^32-1 pages" },
	[SIM_FAULT_DEFLATES_BY_ITSELF] = { "deflates-by-itself",
					   "the balloon gives everything back unasked" },
	[SIM_FAULT_EMPTY_KICKS] = { "empty-kicks",
				    "two kicks a second with nothing new: polling starves" },
	[SIM_FAULT_REBOOTS] = { "reboots", "the driver starts over without saying goodbye" },
	[SIM_FAULT_CRASHES] = { "crashes", "the guest never runs again" },
};

_Static_assert(ARRAY_SIZE(faults) == SIM_FAULTS, "a fault has no name");
_Static_assert(SIM_FAULTS <= 64, "faults are bits of a 64-bit word");

const char *balloonsim_fault_get_name(int fault)
{
	return fault >= 0 && fault < SIM_FAULTS ? faults[fault].name : NULL;
}

const char *balloonsim_fault_get_meaning(int fault)
{
	return fault >= 0 && fault < SIM_FAULTS ? faults[fault].meaning : NULL;
}

static bool comes_by_itself(unsigned int fault)
{
	return (SIM_FAULTS_BY_THEMSELVES & SIM_FAULT_BIT(fault)) != 0;
}

void sim_plan_init(struct sim_plan *plan, uint64_t seed)
{
	*plan = (struct sim_plan){ .random = seed };
}

/* Digits up to a bound; `*text` moves behind them. */
static bool take_number(const char **text, const char *end, int64_t max, int64_t *ret)
{
	const char *at = *text;
	int64_t n = 0;

	while (at < end && *at >= '0' && *at <= '9') {
		n = n * 10 + (*at++ - '0');
		if (n > max)
			return false;
	}
	if (at == *text)
		return false;
	*text = at;
	*ret = n;
	return true;
}

/* "5s", "500ms", "2m", or seconds without a unit; up to a year. */
static bool take_time(const char **text, const char *end, int64_t *ret)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = { { "ms", NS_PER_MS }, { "s", NS_PER_S }, { "m", 60 * NS_PER_S } };
	int64_t n, unit_ns = NS_PER_S;

	if (!take_number(text, end, TIME_MAX_NS / NS_PER_MS, &n))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		size_t len = strlen(units[i].name);

		if ((size_t)(end - *text) >= len && memcmp(*text, units[i].name, len) == 0) {
			*text += len;
			unit_ns = units[i].ns;
			break;
		}
	}
	if (n > TIME_MAX_NS / unit_ns)
		return false;
	*ret = n * unit_ns;
	return true;
}

static int find_fault(const char *name, size_t len)
{
	for (int fault = 0; fault < SIM_FAULTS; fault++)
		if (strlen(faults[fault].name) == len && memcmp(faults[fault].name, name, len) == 0)
			return fault;
	return -1;
}

static int refuse(char why[SIM_PLAN_WHY_MAX], const char *text, const char *end,
		  const char *sentence)
{
	snprintf(why, SIM_PLAN_WHY_MAX, "'%.*s'%s", (int)MIN(end - text, SHOWN_MAX), text,
		 sentence);
	return -EINVAL;
}

static int refuse_name(char why[SIM_PLAN_WHY_MAX], const char *name, size_t len)
{
	if (len == strlen("none") && memcmp(name, "none", len) == 0)
		return refuse(why, name, name + len, " takes all faults away and stands alone");
	snprintf(why, SIM_PLAN_WHY_MAX, "'%.*s' is no fault; there are %d, such as %s, %s and %s",
		 (int)MIN(len, SHOWN_MAX), name, SIM_FAULTS, faults[SIM_FAULT_NEVER_ANSWERS].name,
		 faults[SIM_FAULT_TINY_BUFFER].name, faults[SIM_FAULT_CRASHES].name);
	return -EINVAL;
}

static int parse_entry(const char *text, const char *end, struct sim_plan_entry *ret,
		       char why[SIM_PLAN_WHY_MAX])
{
	const char *at = text;
	int64_t percent = 100;
	bool has_time;
	int fault;

	while (at < end && *at != '@' && *at != '%')
		at++;
	fault = find_fault(text, (size_t)(at - text));
	if (fault < 0)
		return refuse_name(why, text, (size_t)(at - text));
	ret->fault = (uint8_t)fault;
	ret->due_ns = 0;
	has_time = at < end && *at == '@';
	if (has_time) {
		at++;
		if (!take_time(&at, end, &ret->due_ns) || (at < end && *at != '%'))
			return refuse(why, text, end,
				      ": TIME is a number with ms, s or m, a year at most");
	}
	if (at < end) {
		at++;
		if (!take_number(&at, end, 100, &percent) || at < end)
			return refuse(why, text, end,
				      ": PERCENT is a whole number from 0 to 100, and comes last");
	}
	ret->percent = (uint8_t)percent;
	/* One that comes once and by itself needs a guest that is up. */
	if (!has_time && percent == 100 && comes_by_itself(ret->fault) &&
	    ret->fault != SIM_FAULT_EMPTY_KICKS)
		ret->due_ns = BY_ITSELF_NS;
	return 0;
}

int sim_plan_add(struct sim_plan *plan, const char *text, char why[SIM_PLAN_WHY_MAX])
{
	struct sim_plan changed = *plan;

	if (string_equal(text, "none")) {
		plan->n = 0;
		return 0;
	}
	for (;;) {
		const char *end = strchrnul(text, '+');
		int r;

		if (changed.n == SIM_PLAN_MAX) {
			snprintf(why, SIM_PLAN_WHY_MAX, "a guest has at most %d faults",
				 SIM_PLAN_MAX);
			return -EINVAL;
		}
		r = parse_entry(text, end, &changed.entries[changed.n], why);
		if (r < 0)
			return r;
		changed.n++;
		if (*end == '\0')
			break;
		text = end + 1;
	}
	*plan = changed;
	return 0;
}

static bool throw_dice(struct sim_plan *plan, unsigned int percent)
{
	return percent == 100 || sim_random_next(&plan->random) % 100 < percent;
}

uint64_t sim_plan_throw(struct sim_plan *plan, uint64_t occasion, int64_t now_ns)
{
	uint64_t strikes = 0;

	for (unsigned int i = 0; i < plan->n; i++) {
		const struct sim_plan_entry *entry = &plan->entries[i];
		uint64_t bit = SIM_FAULT_BIT(entry->fault);

		if ((bit & occasion) != 0 && entry->due_ns <= now_ns &&
		    throw_dice(plan, entry->percent))
			strikes |= bit;
	}
	return strikes;
}

uint64_t sim_plan_take_due(struct sim_plan *plan, int64_t now_ns)
{
	uint64_t strikes = 0;

	for (unsigned int i = 0; i < plan->n; i++) {
		struct sim_plan_entry *entry = &plan->entries[i];

		if (!comes_by_itself(entry->fault) || entry->due_ns > now_ns)
			continue;
		if (throw_dice(plan, entry->percent))
			strikes |= SIM_FAULT_BIT(entry->fault);
		if (entry->fault == SIM_FAULT_EMPTY_KICKS)
			entry->due_ns = sim_deadline_add_ns(now_ns, NS_PER_S / 2);
		else if (entry->percent < 100)
			entry->due_ns = sim_deadline_add_ns(now_ns, NS_PER_S);
		else
			entry->due_ns = INT64_MAX;
	}
	return strikes;
}

int64_t sim_plan_get_deadline_ns(const struct sim_plan *plan)
{
	int64_t deadline = INT64_MAX;

	for (unsigned int i = 0; i < plan->n; i++)
		if (comes_by_itself(plan->entries[i].fault))
			deadline = MIN(deadline, plan->entries[i].due_ns);
	return deadline;
}
