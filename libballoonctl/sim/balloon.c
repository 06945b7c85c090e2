/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The balloon itself: its queues, its configuration space and its size. What is peculiar to the
 * statistics queue: the driver hands a filled buffer in, the device keeps it, and giving it back is
 * how the device asks for the next one. When that happens is polling, further below.
 */
#include "sim/balloon.h"

#include <endian.h>
#include <string.h>

#include "base/util.h"

enum {
	NO_QUEUE = UINT8_MAX,
	/* What one kick may cost, in bytes read or granules of memory looked at: a chain of 1,024
	 * pieces of 4 GiB keeps QEMU busy for hours, but ours shares its process with others. What
	 * is beyond is not looked at; the chains are given back all the same. */
	WORK_MAX = 1 << 20,
};

/* Set-up ---------------------------------------------------------------------------------------- */

static uint64_t get_offer(const struct sim_balloon_options *options)
{
	const struct {
		unsigned int feature;
		bool is_offered;
	} features[] = {
		{ SIM_F_STATS_VQ, true },
		{ SIM_F_DEFLATE_ON_OOM, options->deflate_on_oom },
		{ SIM_F_FREE_PAGE_HINT, options->free_page_hint },
		{ SIM_F_PAGE_POISON, options->page_poison },
		{ SIM_F_REPORTING, options->free_page_reporting },
		{ SIM_F_NOTIFY_ON_EMPTY, true },
		{ SIM_F_ANY_LAYOUT, true },
		{ SIM_F_INDIRECT_DESC, options->indirect_desc },
		{ SIM_F_EVENT_IDX, options->event_idx },
		{ SIM_F_VERSION_1, true },
		{ SIM_F_PACKED, options->packed },
		{ SIM_F_IN_ORDER, options->in_order },
		{ SIM_F_RING_RESET, true },
	};
	uint64_t offer = 0;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		if (features[i].is_offered)
			offer |= SIM_FEATURE(features[i].feature);
	return offer;
}

/* The roles that are offered get the queue numbers from 0 on, without gaps. */
static unsigned int number_queues(struct sim_balloon *balloon,
				  const struct sim_balloon_options *options,
				  const struct sim_profile *profile, uint16_t *sizes)
{
	const bool has[SIM_QUEUES_MAX] = {
		[SIM_QUEUE_INFLATE] = true,
		[SIM_QUEUE_DEFLATE] = true,
		[SIM_QUEUE_STATS] = true,
		[SIM_QUEUE_HINT] = options->free_page_hint,
		[SIM_QUEUE_REPORTING] = options->free_page_reporting,
	};
	unsigned int n = 0;

	for (unsigned int role = 0; role < SIM_QUEUES_MAX; role++) {
		balloon->queues[role] = has[role] ? (uint8_t)n : NO_QUEUE;
		if (!has[role])
			continue;
		balloon->roles[n] = (uint8_t)role;
		sizes[n++] = profile->queue_sizes[role];
	}
	return n;
}

static uint8_t get_config_size(const struct sim_balloon_options *options)
{
	if (options->page_poison || options->old_config_size)
		return SIM_CONFIG_SIZE_MAX;
	return options->free_page_hint ? SIM_CONFIG_POISON_VAL : SIM_CONFIG_FREE_PAGE_HINT_CMD_ID;
}

static void forget_stats(struct sim_balloon *balloon)
{
	_Static_assert(SIM_STAT_ABSENT == UINT64_MAX, "all bytes of an absent value are alike");
	memset(balloon->stats, 0xff, sizeof(balloon->stats));
}

void sim_balloon_init(struct sim_balloon *balloon, const struct sim_balloon_options *options,
		      const struct sim_profile *profile, struct sim_memory *memory,
		      struct sim_clock *clock)
{
	uint16_t sizes[SIM_QUEUES_MAX];
	unsigned int n_queues;

	*balloon = (struct sim_balloon){
		.clock = clock,
		.config_size = get_config_size(options),
		.hint_id = SIM_HINT_FIRST,
	};
	n_queues = number_queues(balloon, options, profile, sizes);
	sim_device_init(&balloon->device, profile, memory, get_offer(options), sizes, n_queues);
	forget_stats(balloon);
	sim_balloon_set_interval(balloon, options->polling_interval_s);
}

/* Polling --------------------------------------------------------------------------------------- */

/* QEMU counts in whole milliseconds. An expiry that its nanoseconds can't hold (292 years) never
 * comes; QEMU would get a number below 0 and poll in a loop. */
static void arm(struct sim_balloon *balloon, uint32_t seconds)
{
	int64_t now_ms = balloon->clock->virtual_ns / SIM_NS_PER_MS;
	int64_t expiry_ms = now_ms + (int64_t)seconds * 1000;

	if (expiry_ms >= SIM_NEVER / SIM_NS_PER_MS)
		sim_clock_disarm(balloon->clock, SIM_TIMER_POLL);
	else
		sim_clock_arm(balloon->clock, SIM_TIMER_POLL, expiry_ms * SIM_NS_PER_MS);
}

void sim_balloon_set_interval(struct sim_balloon *balloon, uint32_t seconds)
{
	bool was_on = balloon->interval_s > 0;

	if (seconds == balloon->interval_s)
		return;
	balloon->interval_s = seconds;
	if (seconds == 0)
		sim_clock_disarm(balloon->clock, SIM_TIMER_POLL);
	else
		arm(balloon, was_on ? seconds : 0); /* the first poll is at once */
}

static void return_held(struct sim_balloon *balloon)
{
	balloon->is_held = false;
	sim_device_return(&balloon->device, balloon->queues[SIM_QUEUE_STATS], &balloon->held);
}

void sim_balloon_skip_idle(struct sim_balloon *balloon, int64_t until_ns)
{
	int64_t period_ns = balloon->interval_s * SIM_NS_PER_S;
	int64_t next_ns = balloon->clock->deadlines_ns[SIM_TIMER_POLL];

	/* A first poll may be due off the grid of milliseconds: let it pass. */
	if (next_ns >= until_ns || next_ns <= balloon->clock->virtual_ns)
		return;
	next_ns += (until_ns - next_ns) / period_ns * period_ns;
	sim_clock_arm(balloon->clock, SIM_TIMER_POLL, next_ns);
}

void sim_balloon_poll(struct sim_balloon *balloon)
{
	if (!sim_balloon_can_ask(balloon)) {
		arm(balloon, balloon->interval_s);
		return;
	}
	/* Not armed again: that is the answer's to do. A broken device only loses the buffer. */
	balloon->n_requests += !balloon->device.is_broken;
	return_held(balloon);
}

static uint16_t load16(const uint8_t *bytes)
{
	uint16_t number;

	memcpy(&number, bytes, sizeof(number));
	return le16toh(number);
}

static uint64_t load64(const uint8_t *bytes)
{
	uint64_t number;

	memcpy(&number, bytes, sizeof(number));
	return le64toh(number);
}

static inline void parse_entries(struct sim_balloon *balloon, const uint8_t *bytes, size_t len)
{
	const unsigned int n_stats = balloon->device.profile->n_stats;

	for (const uint8_t *end = bytes + len / SIM_STAT_SIZE * SIM_STAT_SIZE; bytes < end;
	     bytes += SIM_STAT_SIZE) {
		uint16_t tag = load16(bytes);

		if (tag < n_stats)
			balloon->stats[tag] = load64(bytes + sizeof(tag));
	}
}

/* Entries may straddle descriptors: the chain is one stream of bytes. A rest too short for an entry
 * does not count. */
static void parse_stats(struct sim_balloon *balloon, const struct sim_chain *chain)
{
	struct sim_memory *memory = balloon->device.memory;
	uint8_t bytes[64 * SIM_STAT_SIZE];
	struct sim_chain_cursor cursor = { 0 };
	size_t done = 0;
	size_t len;

	/* Most buffers are one piece, and lie in one granule. */
	if (chain->n_out == 1) {
		const struct sim_piece *piece = &chain->pieces[0];
		const uint8_t *in_place = sim_memory_peek(memory, piece->gpa, piece->len);

		if (in_place != NULL) {
			parse_entries(balloon, in_place, piece->len);
			return;
		}
	}
	do {
		len = sim_chain_read(chain, memory, &cursor, bytes, sizeof(bytes));
		parse_entries(balloon, bytes, len);
		done += len;
	} while (len == sizeof(bytes) && done < WORK_MAX);
}

/* One kick takes one buffer. Any kick puts the next poll off. */
static void receive_stats(struct sim_balloon *balloon, unsigned int queue)
{
	struct sim_chain chain;

	if (sim_device_pop(&balloon->device, queue, &chain)) {
		/* Two at a time are the driver's mistake. */
		if (balloon->is_held)
			return_held(balloon);
		balloon->held = chain.ticket;
		balloon->is_held = true;
		forget_stats(balloon);
		parse_stats(balloon, &chain);
		balloon->last_update_s = balloon->clock->wall_ns / SIM_NS_PER_S;
		balloon->n_samples++;
	}
	if (balloon->interval_s > 0)
		arm(balloon, balloon->interval_s);
}

/* The other queues ------------------------------------------------------------------------------- */

/* The page numbers are read one by one: the page that holds them may be among those that go. */
static void inflate(struct sim_balloon *balloon, const struct sim_chain *chain, size_t *work)
{
	struct sim_memory *memory = balloon->device.memory;
	struct sim_chain_cursor cursor = { 0 };
	uint32_t pfn;

	for (; *work < WORK_MAX; *work += sizeof(pfn)) {
		if (sim_chain_read(chain, memory, &cursor, &pfn, sizeof(pfn)) < sizeof(pfn))
			break;
		sim_memory_discard(memory, (uint64_t)le32toh(pfn) << SIM_PFN_SHIFT, SIM_PAGE_SIZE);
	}
}

/* Deflating changes nothing here: memory comes back when it is written to. */
static void move_pages(struct sim_balloon *balloon, unsigned int queue, bool is_inflating)
{
	struct sim_chain chain;
	size_t work = 0;

	while (sim_device_pop(&balloon->device, queue, &chain)) {
		if (is_inflating)
			inflate(balloon, &chain, &work);
		sim_device_return(&balloon->device, queue, &chain.ticket);
	}
}

/* The device-writable pieces of a chain are free memory that the guest lends. */
static void discard_pieces(struct sim_balloon *balloon, const struct sim_chain *chain, size_t *work)
{
	struct sim_memory *memory = balloon->device.memory;

	for (unsigned int i = chain->n_out; i < (unsigned int)chain->n_out + chain->n_in; i++) {
		const struct sim_piece *piece = &chain->pieces[i];

		if (*work >= WORK_MAX)
			return;
		if (((piece->gpa | piece->len) & (SIM_PAGE_SIZE - 1)) != 0)
			continue;
		*work += MIN(piece->len / SIM_GRANULE_SIZE, memory->n_slots);
		sim_memory_discard(memory, piece->gpa, piece->len);
	}
}

static void receive_reports(struct sim_balloon *balloon, unsigned int queue)
{
	struct sim_chain chain;
	size_t work = 0;

	while (sim_device_pop(&balloon->device, queue, &chain)) {
		/* A guest that poisons its free pages wants to find the poison again. */
		if (balloon->poison_val == 0)
			discard_pieces(balloon, &chain, &work);
		sim_device_return(&balloon->device, queue, &chain.ticket);
	}
}

/* Hinted pages need not be copied by a migration: nothing of ours to do with them. */
static void receive_hints(struct sim_balloon *balloon, unsigned int queue)
{
	struct sim_chain chain;

	while (sim_device_pop(&balloon->device, queue, &chain)) {
		struct sim_chain_cursor cursor = { 0 };
		uint32_t id;

		if (chain.n_out > 0) {
			size_t len = sim_chain_read(&chain, balloon->device.memory, &cursor, &id,
						    sizeof(id));

			if (len < sizeof(id))
				sim_device_break(&balloon->device, queue, SIM_RING_BAD_HINT_ID, 0);
			else if (balloon->hints == SIM_HINTS_REQUESTED &&
				 le32toh(id) == balloon->hint_id)
				balloon->hints = SIM_HINTS_STARTED;
			else if (balloon->hints == SIM_HINTS_STARTED)
				balloon->hints = SIM_HINTS_STOPPED;
		}
		sim_device_return(&balloon->device, queue, &chain.ticket);
	}
	/* QEMU notifies once more when it finds nothing left, even if there was nothing (B101). */
	sim_device_notify_queue(&balloon->device, queue);
}

void sim_balloon_kick(struct sim_balloon *balloon, unsigned int queue)
{
	if (queue >= balloon->device.n_queues || balloon->device.is_broken ||
	    balloon->device.queues[queue].desc == 0)
		return;
	switch ((enum sim_queue_role)balloon->roles[queue]) {
	case SIM_QUEUE_INFLATE:
		move_pages(balloon, queue, true);
		break;
	case SIM_QUEUE_DEFLATE:
		move_pages(balloon, queue, false);
		break;
	case SIM_QUEUE_STATS:
		receive_stats(balloon, queue);
		break;
	case SIM_QUEUE_HINT:
		receive_hints(balloon, queue);
		break;
	case SIM_QUEUE_REPORTING:
		receive_reports(balloon, queue);
		break;
	case SIM_QUEUES_MAX:
		break;
	}
}

/* A request for hints is numbered; the numbers of stopping and of the end are never given away. */
void sim_balloon_start_hints(struct sim_balloon *balloon)
{
	if (!sim_device_has(&balloon->device, SIM_F_FREE_PAGE_HINT))
		return;
	balloon->hint_id = balloon->hint_id == UINT32_MAX ? SIM_HINT_FIRST : balloon->hint_id + 1;
	balloon->hints = SIM_HINTS_REQUESTED;
	sim_device_notify_config(&balloon->device);
}

static void set_hints(struct sim_balloon *balloon, bool is_end)
{
	if (!sim_device_has(&balloon->device, SIM_F_FREE_PAGE_HINT) ||
	    balloon->hints == (is_end ? SIM_HINTS_DONE : SIM_HINTS_STOPPED))
		return;
	balloon->hints = is_end ? SIM_HINTS_DONE : SIM_HINTS_STOPPED;
	sim_device_notify_config(&balloon->device);
}

void sim_balloon_stop_hints(struct sim_balloon *balloon)
{
	set_hints(balloon, false);
}

void sim_balloon_end_hints(struct sim_balloon *balloon)
{
	set_hints(balloon, true);
}

/* Reset ------------------------------------------------------------------------------------------ */

void sim_balloon_reset(struct sim_balloon *balloon)
{
	balloon->device.status = 0;
	sim_balloon_stop_hints(balloon);
	balloon->is_held = false; /* not given back, and polling does not notice */
	balloon->poison_val = 0;
	sim_device_reset(&balloon->device);
}

void sim_balloon_system_reset(struct sim_balloon *balloon)
{
	sim_balloon_reset(balloon);
	if (!balloon->device.profile->reset_clears_stats)
		return;
	forget_stats(balloon);
	balloon->last_update_s = 0;
}

/* Configuration space and size ------------------------------------------------------------------- */

static void put32(uint8_t *config, unsigned int offset, uint32_t number)
{
	number = htole32(number);
	memcpy(config + offset, &number, sizeof(number));
}

static uint32_t get32(const uint8_t *config, unsigned int offset)
{
	uint32_t number;

	memcpy(&number, config + offset, sizeof(number));
	return le32toh(number);
}

static uint32_t get_hint_command(const struct sim_balloon *balloon)
{
	switch (balloon->hints) {
	case SIM_HINTS_REQUESTED:
		return balloon->hint_id;
	case SIM_HINTS_DONE:
		return SIM_HINT_DONE;
	default:
		return SIM_HINT_STOP;
	}
}

uint32_t sim_balloon_read_config(struct sim_balloon *balloon, uint32_t offset, unsigned int width)
{
	uint32_t number = 0;

	if (offset > balloon->config_size || width > balloon->config_size - offset)
		return width == 4 ? UINT32_MAX : (UINT32_C(1) << 8 * width) - 1;
	put32(balloon->config, SIM_CONFIG_NUM_PAGES, balloon->num_pages);
	put32(balloon->config, SIM_CONFIG_ACTUAL, balloon->actual);
	put32(balloon->config, SIM_CONFIG_FREE_PAGE_HINT_CMD_ID, get_hint_command(balloon));
	put32(balloon->config, SIM_CONFIG_POISON_VAL, balloon->poison_val);
	memcpy(&number, balloon->config + offset, width);
	return le32toh(number);
}

/* Every write looks the whole space over, as last read or written: so a poison value from before a
 * reset comes back with the next `actual` (B81). */
void sim_balloon_write_config(struct sim_balloon *balloon, uint32_t offset, unsigned int width,
			      uint32_t value)
{
	uint32_t actual;

	if (offset > balloon->config_size || width > balloon->config_size - offset)
		return;
	value = htole32(value);
	memcpy(balloon->config + offset, &value, width);
	actual = get32(balloon->config, SIM_CONFIG_ACTUAL);
	balloon->actual_has_changed |= actual != balloon->actual;
	balloon->actual = actual;
	balloon->poison_val = sim_device_has(&balloon->device, SIM_F_PAGE_POISON)
				      ? get32(balloon->config, SIM_CONFIG_POISON_VAL)
				      : 0;
}

void sim_balloon_set_target(struct sim_balloon *balloon, uint64_t bytes)
{
	uint64_t ram = balloon->device.memory->size;

	balloon->num_pages = (uint32_t)((ram - MIN(bytes, ram)) >> SIM_PFN_SHIFT);
	sim_device_notify_config(&balloon->device);
}

int64_t sim_balloon_get_actual_bytes(const struct sim_balloon *balloon)
{
	return (int64_t)(balloon->device.memory->size -
			 ((uint64_t)balloon->actual << SIM_PFN_SHIFT));
}
