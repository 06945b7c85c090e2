/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The size of the balloon: steps of at most 256 pages towards the target, each one element of the
 * inflate or deflate queue that the device has to give back before the next, and `actual` written
 * after each. Pages are taken from the end of RAM downwards and given back in the opposite order,
 * so their number tells which they are.
 */
#include <endian.h>
#include <string.h>

#include "base/util.h"
#include "sim/guest/guest.h"

#define PUFF_NS     (200 * SIM_NS_PER_GUEST_MS)
#define CATCH_UP_NS (100 * SIM_NS_PER_GUEST_MS)

enum {
	PAGES_PER_MIB = 256,
	SLOW_MIB = 1,
	WILD_PAGES_FROM = 0xfff00000,
};

static bool strikes(struct balloonsim_guest *guest, enum sim_fault fault)
{
	return sim_plan_strike(&guest->plan, SIM_FAULT_BIT(fault), guest->now_ns) != 0;
}

static void tell(struct balloonsim_guest *guest)
{
	uint32_t n_pages = guest->balloon.n_pages;

	if (strikes(guest, SIM_FAULT_SILENT_ACTUAL))
		return;
	if (strikes(guest, SIM_FAULT_WILD_ACTUAL))
		n_pages = UINT32_MAX;
	sim_driver_write_config(&guest->driver, SIM_CONFIG_ACTUAL, n_pages);
}

void sim_guest_begin_balloon(struct balloonsim_guest *guest, bool resumes)
{
	struct sim_guest_balloon *balloon = &guest->balloon;

	balloon->first_page = (guest->driver.next + SIM_PAGE_SIZE - 1) >> SIM_PFN_SHIFT;
	balloon->end_page = guest->ram_bytes >> SIM_PFN_SHIFT;
	balloon->has_work = true;
	balloon->must_tell = resumes;
	balloon->next_ns = guest->now_ns;
}

/* The target, in whole pages of the guest. */
static uint32_t read_target(struct balloonsim_guest *guest)
{
	uint64_t target = sim_driver_read_config(&guest->driver, SIM_CONFIG_NUM_PAGES);

	if (guest->state == SIM_GUEST_LEAVING || guest->balloon.drains)
		return 0;
	target = (target + guest->unit - 1) / guest->unit * guest->unit;
	if (target > guest->balloon.n_pages) {
		if (strikes(guest, SIM_FAULT_REFUSES_INFLATION))
			return guest->balloon.n_pages;
		if (strikes(guest, SIM_FAULT_HALF_INFLATION))
			target = MAX(target / 2, guest->balloon.n_pages);
	}
	return (uint32_t)MIN(target, UINT32_MAX);
}

/* Give one element to the device: the `n` pages that follow the first `from` of the balloon. */
static void send_pages(struct balloonsim_guest *guest, enum sim_queue_role role, uint32_t from,
		       uint32_t n)
{
	struct sim_guest_balloon *balloon = &guest->balloon;
	bool is_wild = strikes(guest, SIM_FAULT_WILD_PAGES);
	uint32_t pfns[SIM_GUEST_STEP_PAGES];

	for (uint32_t i = 0; i < n; i++) {
		uint64_t page = is_wild ? WILD_PAGES_FROM + i : balloon->end_page - 1 - from - i;

		pfns[i] = htole32((uint32_t)page);
	}
	balloon->step = (uint16_t)n;
	balloon->is_in_flight = true;
	balloon->is_deflating = role == SIM_QUEUE_DEFLATE;
	window_store(&guest->window, balloon->pfns_gpa, pfns, n * sizeof(pfns[0]));
	sim_driver_put_plain(&guest->driver, role, balloon->pfns_gpa,
			     n * (uint32_t)sizeof(pfns[0]));
	sim_driver_kick(&guest->driver, role);
}

static int64_t get_duration_ns(struct balloonsim_guest *guest, uint32_t n_pages)
{
	uint32_t speed = guest->speed_mib;

	if (strikes(guest, SIM_FAULT_SLOW_INFLATION))
		speed = SLOW_MIB;
	return speed == 0 ? 0 : n_pages * SIM_NS_PER_GUEST_S / speed / PAGES_PER_MIB;
}

/* The device has given the element back. */
static void complete(struct balloonsim_guest *guest)
{
	struct sim_guest_balloon *balloon = &guest->balloon;
	int64_t begun_ns = MAX(balloon->next_ns, guest->now_ns - CATCH_UP_NS);

	balloon->is_in_flight = false;
	balloon->n_pages += balloon->is_deflating ? -(uint32_t)balloon->step : balloon->step;
	balloon->next_ns = sim_deadline_add_ns(begun_ns, get_duration_ns(guest, balloon->step));
	sim_workload_advance(&guest->workload, guest->now_ns - guest->born_ns);
	sim_workload_set_balloon(&guest->workload, balloon->n_pages);
	/* A driver that leaves says so at the end, once. */
	if (guest->state != SIM_GUEST_LEAVING)
		tell(guest);
}

static uint32_t get_spare(const struct balloonsim_guest *guest, uint32_t wanted)
{
	const struct sim_guest_balloon *balloon = &guest->balloon;
	uint64_t taken = balloon->first_page + balloon->n_pages;
	uint64_t left = balloon->end_page > taken ? balloon->end_page - taken : 0;
	uint32_t n = sim_workload_get_spare(&guest->workload, (uint32_t)MIN(wanted, left));

	return n / guest->unit * guest->unit;
}

/* Not all that it needs can be had: it sleeps, sends what it has, and tries again, for ever. False:
 * it sleeps. */
static bool inflate(struct balloonsim_guest *guest, uint32_t wanted)
{
	struct sim_guest_balloon *balloon = &guest->balloon;
	uint32_t n;

	sim_workload_advance(&guest->workload, guest->now_ns - guest->born_ns);
	n = get_spare(guest, wanted);
	if (n < wanted && !balloon->has_puffed) {
		balloon->has_puffed = true;
		balloon->next_ns = sim_deadline_add_ns(guest->now_ns, PUFF_NS);
		return false;
	}
	balloon->has_puffed = false;
	if (n > 0)
		send_pages(guest, SIM_QUEUE_INFLATE, balloon->n_pages, n);
	else
		tell(guest);
	return true;
}

static void deflate(struct balloonsim_guest *guest, uint32_t wanted)
{
	send_pages(guest, SIM_QUEUE_DEFLATE, guest->balloon.n_pages - wanted, wanted);
}

/* Begin a step; false: there is none to begin now. */
static bool begin_step(struct balloonsim_guest *guest)
{
	struct sim_guest_balloon *balloon = &guest->balloon;
	uint32_t target;

	if (guest->workload.begs && balloon->n_pages > 0) {
		deflate(guest, MIN(balloon->n_pages, SIM_GUEST_STEP_PAGES));
		return true;
	}
	if (!balloon->has_work)
		return false;
	target = read_target(guest);
	if (target > balloon->n_pages)
		return inflate(guest, MIN(target - balloon->n_pages, SIM_GUEST_STEP_PAGES));
	if (target < balloon->n_pages) {
		deflate(guest, MIN(balloon->n_pages - target, SIM_GUEST_STEP_PAGES));
		return true;
	}
	if (balloon->must_tell)
		tell(guest);
	balloon->must_tell = false;
	balloon->drains = false;
	balloon->has_work = false;
	return false;
}

void sim_guest_move_balloon(struct balloonsim_guest *guest)
{
	struct sim_guest_balloon *balloon = &guest->balloon;

	for (unsigned int i = 0; i < SIM_GUEST_BURST; i++) {
		if (balloon->is_in_flight) {
			if (!sim_driver_take(&guest->driver, balloon->is_deflating
								     ? SIM_QUEUE_DEFLATE
								     : SIM_QUEUE_INFLATE))
				return;
			complete(guest);
		}
		if (balloon->next_ns > guest->now_ns || !begin_step(guest))
			return;
	}
}

int64_t sim_guest_get_balloon_deadline_ns(const struct balloonsim_guest *guest)
{
	const struct sim_guest_balloon *balloon = &guest->balloon;
	int64_t end_ns;

	if (balloon->is_in_flight)
		return INT64_MAX;
	if (balloon->has_work || (guest->workload.begs && balloon->n_pages > 0))
		return balloon->next_ns;
	if (!guest->workload.keeps_total || balloon->n_pages == 0)
		return INT64_MAX;
	end_ns = sim_workload_get_end_ns(&guest->workload);
	return sim_deadline_add_ns(guest->born_ns, end_ns);
}
