/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The statistics buffer: one piece of memory that the driver fills and gives to the device, which
 * hands it back to ask for the next. Filling it without any fault is what a polled machine does all
 * its life, so that path is short.
 */
#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/util.h"
#include "sim/guest/guest.h"
#include "sim/guest/random.h"

#define LATE_NS (5 * SIM_NS_PER_GUEST_S)

enum {
	UNKNOWN_TAG = 1000,
	SHORT_ENTRIES = 3,
	ODD_BYTES = 7,
	TINY_BYTES = 9,
	CUT_AT = 7,    /* where a buffer in pieces is cut, if it is long enough ... */
	CUT_BYTES = 8, /* ... and the piece behind that */
	HUGE_BYTES = 1 << 20,
};

static unsigned char *append(unsigned char *at, uint16_t tag, uint64_t value)
{
	tag = htole16(tag);
	value = htole64(value);
	memcpy(at, &tag, sizeof(tag));
	memcpy(at + sizeof(tag), &value, sizeof(value));
	return at + SIM_STAT_SIZE;
}

/* Windows counts faults in 32 bits, with a sign; what it calls free includes much of the cache. */
static void convert_to_windows(uint64_t values[SIM_STATS_MAX])
{
	values[SIM_STAT_MAJOR_FAULTS] = (uint64_t)(int64_t)(int32_t)values[SIM_STAT_MAJOR_FAULTS];
	values[SIM_STAT_MINOR_FAULTS] = (uint64_t)(int64_t)(int32_t)values[SIM_STAT_MINOR_FAULTS];
	values[SIM_STAT_FREE_MEMORY] = values[SIM_STAT_AVAILABLE_MEMORY];
	values[SIM_STAT_AVAILABLE_MEMORY] += values[SIM_STAT_DISK_CACHES] / 2;
	values[SIM_STAT_HTLB_PGALLOC] = 0;
	values[SIM_STAT_HTLB_PGFAIL] = 0;
}

static void collect(const struct balloonsim_guest *guest, const struct sim_workload *workload,
		    uint64_t values[SIM_STATS_MAX])
{
	memcpy(values, workload->stats, sizeof(workload->stats));
	if (guest->os->is_windows)
		convert_to_windows(values);
	for (unsigned int bits = guest->replaced; bits != 0; bits &= bits - 1) {
		unsigned int tag = (unsigned int)__builtin_ctz(bits);

		values[tag] = guest->replacements[tag];
	}
}

static bool is_gauge(unsigned int tag)
{
	return tag >= SIM_STAT_FREE_MEMORY && tag <= SIM_STAT_DISK_CACHES;
}

static void falsify(uint64_t strikes, uint64_t values[SIM_STATS_MAX])
{
	uint64_t total = values[SIM_STAT_TOTAL_MEMORY];

	for (unsigned int tag = 0; tag < SIM_STATS_MAX; tag++) {
		if ((strikes & SIM_FAULT_BIT(SIM_FAULT_HUGE_VALUES)) != 0)
			values[tag] = UINT64_MAX - 1 - tag;
		if ((strikes & SIM_FAULT_BIT(SIM_FAULT_ABSENT_VALUES)) != 0)
			values[tag] = SIM_STAT_ABSENT;
		if ((strikes & SIM_FAULT_BIT(SIM_FAULT_ZERO_VALUES)) != 0)
			values[tag] = 0;
		if ((strikes & SIM_FAULT_BIT(SIM_FAULT_BACKWARD_COUNTERS)) != 0 && !is_gauge(tag))
			values[tag] = (UINT64_C(1) << 60) - values[tag];
	}
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_FAILED_COUNTERS)) != 0) {
		values[SIM_STAT_SWAP_IN] = -(uint64_t)SIM_PAGE_SIZE;
		values[SIM_STAT_SWAP_OUT] = -(uint64_t)SIM_PAGE_SIZE;
	}
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_AVAILABLE_ABOVE_TOTAL)) != 0)
		values[SIM_STAT_AVAILABLE_MEMORY] = total + total / 2;
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_FREE_ABOVE_TOTAL)) != 0)
		values[SIM_STAT_FREE_MEMORY] = total + total / 4;
}

void sim_guest_begin_stats(struct balloonsim_guest *guest)
{
	unsigned char *at = guest->entries;

	guest->n_answers = 0;
	guest->n_counts_seen = 0;
	guest->n_moving = 0;
	for (unsigned int i = 0; i < guest->os->n_tags; i++) {
		uint8_t tag = guest->os->tags[i];

		if (SIM_WORKLOAD_MOVES(tag)) {
			guest->moving[guest->n_moving] = tag;
			guest->moving_at[guest->n_moving++] =
				(uint8_t)(at - guest->entries + (ptrdiff_t)sizeof(uint16_t));
		}
		at = append(at, tag, 0);
	}
}

/* The entries as they should be. */
static void fill(struct balloonsim_guest *guest, const uint64_t values[SIM_STATS_MAX])
{
	unsigned char *at = guest->entries;

	for (unsigned int i = 0; i < guest->os->n_tags; i++)
		at = append(at, guest->os->tags[i], values[guest->os->tags[i]]);
}

/* The same with as little work as possible. */
static inline void refill(struct balloonsim_guest *guest)
{
	const struct sim_workload *workload = &guest->workload;

	if (guest->n_counts_seen != workload->n_counts) {
		fill(guest, workload->stats);
		guest->n_counts_seen = workload->n_counts;
		return;
	}
	for (unsigned int i = 0; i < guest->n_moving; i++) {
		uint64_t value = htole64(workload->stats[guest->moving[i]]);

		memcpy(guest->entries + guest->moving_at[i], &value, sizeof(value));
	}
}

/* ... and as they are when they are wrong; up to twice as many. */
static uint32_t fill_wrong(const struct sim_os *os, uint64_t strikes,
			   uint64_t values[SIM_STATS_MAX], unsigned char *bytes)
{
	unsigned char *at = bytes;

	falsify(strikes, values);
	for (unsigned int i = 0; i < os->n_tags; i++) {
		if ((strikes & SIM_FAULT_BIT(SIM_FAULT_UNKNOWN_TAGS)) != 0)
			at = append(at, (uint16_t)(UNKNOWN_TAG + i), i);
		else if ((strikes & SIM_FAULT_BIT(SIM_FAULT_REPEATED_TAGS)) != 0)
			at = append(at, os->tags[i], 12345);
		at = append(at, os->tags[i], values[os->tags[i]]);
	}
	return (uint32_t)(at - bytes);
}

/* What an earlier user may have left in the memory: pointers, small numbers, nothing. */
static void fill_with_leftovers(struct balloonsim_guest *guest, unsigned char *bytes, uint32_t len)
{
	for (uint32_t at = 0; at < len; at += sizeof(uint64_t)) {
		uint64_t random = sim_random_next(&guest->plan.random);
		uint64_t word = 0;

		switch (random >> 61) {
		case 0:
		case 1:
		case 2:
			word = UINT64_C(0xffff888000000000) | (random & 0x3ffffff8);
			break;
		case 3:
		case 4:
			word = random & 0xff;
			break;
		case 5:
			word = random;
			break;
		}
		word = htole64(word);
		memcpy(bytes + at, &word, MIN(sizeof(word), len - at));
	}
}

/* A buffer whose statistics are at its very end. */
static void put_huge(struct balloonsim_guest *guest, const unsigned char *bytes, uint32_t len)
{
	uint32_t size = HUGE_BYTES / SIM_STAT_SIZE * SIM_STAT_SIZE;

	window_store(&guest->window, guest->scratch_gpa + size - len, bytes, len);
	sim_driver_put_plain(&guest->driver, SIM_QUEUE_STATS, guest->scratch_gpa, size);
}

/* The buffer in a shape that is unusual; false: it has none. */
static bool put_shaped(struct balloonsim_guest *guest, uint64_t strikes, const unsigned char *bytes,
		       uint32_t len)
{
	struct sim_driver *driver = &guest->driver;
	uint64_t gpa = guest->stats_gpa;
	/* No piece may be empty: even a tiny buffer has 9 bytes. */
	uint32_t a = MIN(CUT_AT, len / 3);
	uint32_t b = MIN(CUT_BYTES, len / 3);
	struct sim_driver_desc descs[3] = {
		{ .gpa = gpa, .len = a, .flags = SIM_DESC_F_NEXT, .next = 1 },
		{ .gpa = gpa + a, .len = b, .flags = SIM_DESC_F_NEXT, .next = 2 },
		{ .gpa = gpa + a + b, .len = len - a - b },
	};

	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_EMPTY_BUFFER)) != 0) {
		descs[0] = (struct sim_driver_desc){ .gpa = guest->stats_gpa,
						     .len = len,
						     .flags = SIM_DESC_F_WRITE };
		sim_driver_put(driver, SIM_QUEUE_STATS, 0, descs, 1);
	} else if ((strikes & SIM_FAULT_BIT(SIM_FAULT_SPLIT_BUFFER)) != 0) {
		sim_driver_put(driver, SIM_QUEUE_STATS, 0, descs, 3);
	} else if ((strikes & SIM_FAULT_BIT(SIM_FAULT_TWO_BUFFERS)) != 0) {
		descs[0] = (struct sim_driver_desc){ .gpa = guest->stats_gpa, .len = len };
		sim_driver_put(driver, SIM_QUEUE_STATS, 0, descs, 1);
		sim_driver_put(driver, SIM_QUEUE_STATS, 1, descs, 1);
	} else if ((strikes & SIM_FAULT_BIT(SIM_FAULT_HUGE_BUFFER)) != 0 &&
		   guest->scratch_gpa != 0) {
		put_huge(guest, bytes, len);
	} else {
		return false;
	}
	return true;
}

static uint32_t get_false_length(uint64_t strikes, uint32_t len)
{
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_SHORT_BUFFER)) != 0)
		return MIN(len, SHORT_ENTRIES * SIM_STAT_SIZE);
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_ODD_LENGTH)) != 0)
		return len + ODD_BYTES;
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_TINY_BUFFER)) != 0)
		return TINY_BYTES;
	return len;
}

static void put_and_kick(struct balloonsim_guest *guest, const unsigned char *bytes, uint32_t len)
{
	window_store(&guest->window, guest->stats_gpa, bytes, len);
	sim_driver_put_plain(&guest->driver, SIM_QUEUE_STATS, guest->stats_gpa, len);
	sim_driver_kick(&guest->driver, SIM_QUEUE_STATS);
}

/* All that can be wrong with a buffer. */
static void send_wrong(struct balloonsim_guest *guest, uint64_t strikes)
{
	unsigned char bytes[SIM_GUEST_STATS_BYTES] = { 0 };
	uint64_t values[SIM_STATS_MAX];
	uint32_t len;

	collect(guest, &guest->workload, values);
	len = get_false_length(strikes, fill_wrong(guest->os, strikes, values, bytes));
	window_store(&guest->window, guest->stats_gpa, bytes, len);
	if ((strikes & (SIM_FAULTS_OF_RINGS | SIM_FAULT_BIT(SIM_FAULT_INDIRECT_BUFFER))) != 0)
		sim_guest_put_garbage(guest, strikes, len);
	else if (!put_shaped(guest, strikes, bytes, len))
		sim_driver_put_plain(&guest->driver, SIM_QUEUE_STATS, guest->stats_gpa, len);
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_NO_KICK)) == 0)
		sim_driver_kick(&guest->driver, SIM_QUEUE_STATS);
}

/* The first buffer of a driver that doesn't fill it, or fills it with nothing; false otherwise. */
static bool send_unset(struct balloonsim_guest *guest)
{
	uint32_t len = guest->os->n_tags * (uint32_t)SIM_STAT_SIZE;
	unsigned char bytes[SIM_GUEST_STATS_BYTES];

	if (guest->os->is_windows)
		memset(bytes, 0xff, len);
	else if (guest->os->leaves_first_unset ||
		 sim_plan_strike(&guest->plan, SIM_FAULT_BIT(SIM_FAULT_UNINITIALISED),
				 guest->now_ns) != 0)
		fill_with_leftovers(guest, bytes, len);
	else
		return false;
	put_and_kick(guest, bytes, len);
	return true;
}

/* Something is not as usual, with the buffer or with what goes into it. */
static void send_unusual(struct balloonsim_guest *guest, uint64_t strikes, bool is_first)
{
	uint64_t values[SIM_STATS_MAX];

	if (guest->has_tiny_queue)
		strikes |= SIM_FAULT_BIT(SIM_FAULT_SIZE_EXCEEDED);
	if (strikes != 0) {
		send_wrong(guest, strikes);
		return;
	}
	if (is_first && send_unset(guest))
		return;
	collect(guest, &guest->workload, values);
	fill(guest, values);
	guest->n_counts_seen = 0;
	put_and_kick(guest, guest->entries, guest->os->n_tags * (uint32_t)SIM_STAT_SIZE);
}

void sim_guest_send_stats(struct balloonsim_guest *guest, bool is_first)
{
	uint64_t strikes = sim_plan_strike(&guest->plan, SIM_FAULTS_OF_STATS, guest->now_ns);

	if (!sim_driver_has_queue(&guest->driver, SIM_QUEUE_STATS))
		return;
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_STALE_VALUES)) == 0)
		sim_workload_advance(&guest->workload, guest->now_ns - guest->born_ns);
	if (strikes != 0 || is_first || guest->has_tiny_queue || guest->replaced != 0 ||
	    guest->os->is_windows) {
		send_unusual(guest, strikes, is_first);
		return;
	}
	refill(guest);
	put_and_kick(guest, guest->entries, guest->os->n_tags * (uint32_t)SIM_STAT_SIZE);
}

void sim_guest_take_request(struct balloonsim_guest *guest)
{
	int64_t delay_ns;
	uint64_t strikes;

	if (guest->answer_ns != INT64_MAX || !sim_driver_take(&guest->driver, SIM_QUEUE_STATS))
		return;
	strikes = sim_plan_strike(&guest->plan, SIM_FAULTS_OF_ASKING, guest->now_ns);
	if (!guest->os->answers || (strikes & SIM_FAULT_BIT(SIM_FAULT_NEVER_ANSWERS)) != 0)
		return;
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_HANGS_AFTER_ONE)) != 0 && guest->n_answers > 0)
		return;
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_RESET_WHILE_OWING)) != 0) {
		sim_driver_reset(&guest->driver);
		sim_guest_restart(guest, SIM_NS_PER_GUEST_S);
		return;
	}
	delay_ns = guest->latency_ms * SIM_NS_PER_GUEST_MS;
	/* A device that holds one buffer and finds a second gives the first back, which asks for a
	 * third: that may go on for ever, but not within one moment. */
	if (guest->now_ns - guest->asked_ns > SIM_NS_PER_GUEST_MS)
		guest->n_asked = 0;
	else if (++guest->n_asked >= SIM_GUEST_ASKED_MAX)
		delay_ns += SIM_NS_PER_GUEST_MS;
	guest->asked_ns = guest->now_ns;
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_ANSWERS_LATE)) != 0)
		delay_ns += LATE_NS;
	guest->answer_ns = sim_deadline_add_ns(guest->now_ns, delay_ns);
}

void sim_guest_answer(struct balloonsim_guest *guest)
{
	guest->answer_ns = INT64_MAX;
	guest->n_answers++;
	sim_guest_send_stats(guest, false);
}

/* ------------------------------------------------------------------------------------------------
 * What is seen and set from outside
 */

bool balloonsim_guest_get_stat(const struct balloonsim_guest *guest, unsigned int tag,
			       uint64_t *ret)
{
	struct sim_workload workload = guest->workload;
	uint64_t values[SIM_STATS_MAX];

	if (memchr(guest->os->tags, (int)MIN(tag, 255), guest->os->n_tags) == NULL)
		return false;
	sim_workload_advance(&workload, guest->now_ns - guest->born_ns);
	collect(guest, &workload, values);
	*ret = values[tag];
	return true;
}

int balloonsim_guest_set_stat(struct balloonsim_guest *guest, unsigned int tag, uint64_t value)
{
	if (tag >= SIM_STATS_MAX)
		return -EINVAL;
	guest->replacements[tag] = value;
	guest->replaced |= (uint16_t)(1u << tag);
	return 0;
}
