/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of a guest: it boots, loads its balloon driver, answers interrupts, does what it is told
 * from outside, and goes wrong as planned. What the driver does in its queues is in the other
 * guest-*.c files, what all operating systems have in common in driver.c.
 */
#include "sim/guest/guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define REPORT_NS (2 * SIM_NS_PER_GUEST_S)

/* What Linux writes over free pages. */
#define POISON_VALUE UINT32_C(0xaaaaaaaa)

enum {
	SPEED_DEFAULT_MIB = 4096,
	SEED_DEFAULT = 1,
	LOADS_MAX = 3, /* in one run */
};

enum order {
	ORDER_UNLOAD,
	ORDER_LOAD,
	ORDER_SUSPEND,
	ORDER_RESUME,
	ORDER_REBOOT,
	ORDER_CRASH,
	ORDERS,
};

static const char *const order_names[] = {
	[ORDER_UNLOAD] = "unload", [ORDER_LOAD] = "load",     [ORDER_SUSPEND] = "suspend",
	[ORDER_RESUME] = "resume", [ORDER_REBOOT] = "reboot", [ORDER_CRASH] = "crash",
};
_Static_assert(ARRAY_SIZE(order_names) == ORDERS, "an order has no name");

/* ------------------------------------------------------------------------------------------------
 * Loading
 */

void sim_guest_restart(struct balloonsim_guest *guest, int64_t delay_ns)
{
	guest->state = SIM_GUEST_LOADING;
	guest->load_ns = sim_deadline_add_ns(guest->now_ns, delay_ns);
	guest->answer_ns = INT64_MAX;
	guest->report_ns = INT64_MAX;
	guest->balloon = (struct sim_guest_balloon){ 0 };
	sim_workload_set_balloon(&guest->workload, 0);
}

/* The whole guest starts over. */
static void boot(struct balloonsim_guest *guest)
{
	guest->has_tiny_queue = false;
	guest->resumes = false;
	guest->born_ns = guest->now_ns;
	sim_workload_init(&guest->workload, guest->workload_number, guest->seed + guest->n_boots++,
			  guest->ram_bytes);
	sim_guest_restart(guest, guest->boot_ms * SIM_NS_PER_GUEST_MS);
}

static int negotiate(struct balloonsim_guest *guest, uint64_t faults)
{
	struct sim_driver *driver = &guest->driver;
	bool skips_ok = (faults & SIM_FAULT_BIT(SIM_FAULT_NO_FEATURES_OK)) != 0;
	uint64_t wanted = guest->os->features;
	int ret;

	if ((faults & SIM_FAULT_BIT(SIM_FAULT_NO_STATS_VQ)) != 0)
		wanted &= ~SIM_FEATURE(SIM_F_STATS_VQ);
	if (guest->poison != SIM_GUEST_POISON_OFF)
		wanted |= SIM_FEATURE(SIM_F_PAGE_POISON);
	ret = sim_driver_negotiate(driver, wanted, skips_ok);
	/* A host that drops reported pages brings them back as zeros, and can't be told what the
	 * guest expects there. */
	if (ret == 0 && guest->poison != SIM_GUEST_POISON_OFF &&
	    (driver->offered & SIM_FEATURE(SIM_F_PAGE_POISON)) == 0 &&
	    sim_driver_has(driver, SIM_F_REPORTING))
		ret = sim_driver_negotiate(driver, wanted & ~SIM_FEATURE(SIM_F_REPORTING),
					   skips_ok);
	if (ret == 0 && (faults & SIM_FAULT_BIT(SIM_FAULT_FAILED_PROBE)) != 0) {
		sim_driver_fail(driver);
		return -EIO;
	}
	return ret;
}

static void twist_stats_queue(const struct balloonsim_guest *guest, uint64_t faults,
			      struct sim_driver_twist *twist)
{
	twist->is_overstated = (faults & SIM_FAULT_BIT(SIM_FAULT_HUGE_QUEUE)) != 0;
	if (guest->has_tiny_queue)
		twist->size = 1;
	twist->desc_past_end = (faults & SIM_FAULT_BIT(SIM_FAULT_DESC_PAST_END)) != 0;
	twist->avail_past_end = (faults & SIM_FAULT_BIT(SIM_FAULT_AVAIL_PAST_END)) != 0;
	twist->used_past_end = (faults & SIM_FAULT_BIT(SIM_FAULT_USED_PAST_END)) != 0;
}

/* Queues have numbers without gaps, over what was accepted. Linux does it so, whatever the
 * specification says. */
static int add_queues(struct balloonsim_guest *guest, uint64_t faults)
{
	struct sim_driver *driver = &guest->driver;
	struct sim_driver_twist twist = { 0 };
	/* Without FEATURES_OK the device accepts nothing, but the driver doesn't know that. */
	bool has_stats = sim_driver_has(driver, SIM_F_STATS_VQ) ||
			 ((faults & SIM_FAULT_BIT(SIM_FAULT_NO_FEATURES_OK)) != 0 &&
			  (faults & SIM_FAULT_BIT(SIM_FAULT_NO_STATS_VQ)) == 0);
	const struct {
		enum sim_queue_role role;
		bool is_wanted;
		uint16_t extra;
		uint64_t *gpa;
	} rows[] = {
		{ SIM_QUEUE_INFLATE, true, SIM_GUEST_STEP_PAGES * 4, &guest->balloon.pfns_gpa },
		{ SIM_QUEUE_DEFLATE, true, 0, NULL },
		{ SIM_QUEUE_STATS, has_stats, SIM_GUEST_STATS_BYTES, &guest->stats_gpa },
		{ SIM_QUEUE_HINT, sim_driver_has(driver, SIM_F_FREE_PAGE_HINT), 8,
		  &guest->hint_gpa },
		{ SIM_QUEUE_REPORTING, sim_driver_has(driver, SIM_F_REPORTING), 0, NULL },
	};
	unsigned int index = 0;
	uint64_t gpa;
	int ret = 0;

	twist_stats_queue(guest, faults, &twist);
	for (size_t i = 0; i < ARRAY_SIZE(rows) && ret == 0; i++) {
		if (!rows[i].is_wanted)
			continue;
		ret = sim_driver_add_queue(driver, rows[i].role, index++, rows[i].extra,
					   rows[i].role == SIM_QUEUE_STATS ? &twist : NULL, &gpa);
		if (ret == 0 && rows[i].gpa != NULL)
			*rows[i].gpa = gpa;
	}
	guest->scratch_gpa = sim_driver_allocate(driver, SIM_GUEST_SCRATCH_BYTES, SIM_PAGE_SIZE);
	return ret;
}

static void load(struct balloonsim_guest *guest)
{
	uint64_t faults = sim_plan_strike(&guest->plan, SIM_FAULTS_OF_LOAD, guest->now_ns);
	struct sim_driver *driver = &guest->driver;
	bool resumes = guest->resumes;

	guest->state = SIM_GUEST_UNLOADED;
	guest->resumes = false;
	sim_guest_begin_stats(guest);
	guest->hint_id = SIM_HINT_STOP;
	if ((faults & SIM_FAULT_BIT(SIM_FAULT_NO_DRIVER)) != 0 || negotiate(guest, faults) < 0)
		return;
	if (add_queues(guest, faults) < 0) {
		sim_driver_fail(driver);
		return;
	}
	guest->state = SIM_GUEST_RUNNING;
	guest->workload.keeps_total = sim_driver_has(driver, SIM_F_DEFLATE_ON_OOM);
	if (!guest->os->is_windows)
		sim_guest_send_stats(guest, true);
	if (guest->state != SIM_GUEST_RUNNING)
		return;
	if (sim_driver_has(driver, SIM_F_PAGE_POISON))
		sim_driver_write_config(driver, SIM_CONFIG_POISON_VAL,
					guest->poison == SIM_GUEST_POISON_ON ? POISON_VALUE : 0);
	sim_driver_start(driver);
	if (guest->os->is_windows)
		sim_guest_send_stats(guest, true);
	if (guest->state != SIM_GUEST_RUNNING)
		return;
	sim_guest_begin_balloon(guest, resumes);
	if (sim_driver_has_queue(driver, SIM_QUEUE_REPORTING))
		guest->report_ns = sim_deadline_add_ns(guest->now_ns, REPORT_NS);
}

/* ------------------------------------------------------------------------------------------------
 * Running
 */

/* As Linux does it: reports, statistics and hints end first, and then the pages are given back. */
static void begin_leaving(struct balloonsim_guest *guest)
{
	guest->state = SIM_GUEST_LEAVING;
	guest->answer_ns = INT64_MAX;
	guest->report_ns = INT64_MAX;
	guest->balloon.has_work = true;
}

static void obey(struct balloonsim_guest *guest, enum order order)
{
	enum sim_guest_state after =
		order == ORDER_SUSPEND ? SIM_GUEST_SUSPENDED : SIM_GUEST_UNLOADED;

	switch (order) {
	case ORDER_UNLOAD:
	case ORDER_SUSPEND:
		if (sim_guest_is_loaded(guest)) {
			begin_leaving(guest);
		} else if (guest->state != SIM_GUEST_CRASHED) {
			guest->state = after;
		}
		guest->after_leaving = after;
		break;
	case ORDER_LOAD:
	case ORDER_RESUME:
		if (guest->state ==
		    (order == ORDER_LOAD ? SIM_GUEST_UNLOADED : SIM_GUEST_SUSPENDED)) {
			guest->resumes = order == ORDER_RESUME;
			sim_guest_restart(guest, 0);
		}
		break;
	case ORDER_REBOOT:
		if (guest->state != SIM_GUEST_CRASHED)
			boot(guest);
		break;
	case ORDER_CRASH:
		guest->state = SIM_GUEST_CRASHED;
		break;
	case ORDERS:
		break;
	}
}

static void go_wrong(struct balloonsim_guest *guest)
{
	uint64_t strikes = sim_plan_take_due(&guest->plan, guest->now_ns);

	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_DEFLATES_BY_ITSELF)) != 0 &&
	    sim_guest_is_loaded(guest)) {
		guest->balloon.drains = true;
		guest->balloon.has_work = true;
	}
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_EMPTY_KICKS)) != 0 && sim_guest_is_loaded(guest) &&
	    sim_driver_has_queue(&guest->driver, SIM_QUEUE_STATS))
		sim_driver_kick(&guest->driver, SIM_QUEUE_STATS);
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_REBOOTS)) != 0)
		obey(guest, ORDER_REBOOT);
	if ((strikes & SIM_FAULT_BIT(SIM_FAULT_CRASHES)) != 0)
		obey(guest, ORDER_CRASH);
}

/* The balloon is empty, so the driver can go. */
static void leave(struct balloonsim_guest *guest)
{
	sim_driver_write_config(&guest->driver, SIM_CONFIG_ACTUAL, 0);
	sim_driver_reset(&guest->driver);
	guest->state = guest->after_leaving;
}

static void take_interrupts(struct balloonsim_guest *guest)
{
	uint32_t bits = sim_driver_take_interrupts(&guest->driver);
	bool is_leaving = guest->state == SIM_GUEST_LEAVING;

	if ((bits & SIM_INTERRUPT_CONFIG) != 0) {
		guest->balloon.has_work = true;
		guest->balloon.drains = false;
		if (!is_leaving && sim_driver_has_queue(&guest->driver, SIM_QUEUE_HINT))
			sim_guest_send_hints(guest);
	}
	if (!is_leaving && (bits & SIM_INTERRUPT_USED) != 0)
		sim_guest_take_request(guest);
}

static void leave_if_empty(struct balloonsim_guest *guest)
{
	if (guest->state == SIM_GUEST_LEAVING && guest->balloon.n_pages == 0 &&
	    !guest->balloon.is_in_flight)
		leave(guest);
}

/* Is there anything about the balloon that time alone may move? */
static bool has_balloon_work(const struct balloonsim_guest *guest)
{
	return guest->balloon.has_work || guest->balloon.is_in_flight ||
	       (guest->workload.keeps_total && guest->balloon.n_pages > 0);
}

static void work(struct balloonsim_guest *guest)
{
	take_interrupts(guest);
	if (guest->answer_ns <= guest->now_ns)
		sim_guest_answer(guest);
	if (!sim_guest_is_loaded(guest))
		return;
	if (has_balloon_work(guest)) {
		sim_workload_advance(&guest->workload, guest->now_ns - guest->born_ns);
		sim_guest_move_balloon(guest);
	}
	if (guest->report_ns <= guest->now_ns)
		sim_guest_report_pages(guest);
	leave_if_empty(guest);
}

static int64_t find_deadline(const struct balloonsim_guest *guest)
{
	int64_t deadline = INT64_MAX;
	int64_t other;

	if (guest->state == SIM_GUEST_CRASHED)
		return INT64_MAX;
	if (guest->state == SIM_GUEST_LOADING)
		deadline = guest->load_ns;
	if (sim_guest_is_loaded(guest)) {
		deadline = MIN(guest->answer_ns, guest->report_ns);
		if (has_balloon_work(guest)) {
			other = sim_guest_get_balloon_deadline_ns(guest);
			deadline = MIN(deadline, other);
		}
	}
	if (guest->plan.n > 0) {
		other = sim_plan_get_deadline_ns(&guest->plan);
		deadline = MIN(deadline, other);
	}
	return deadline;
}

/* All that is not part of a driver's daily work. */
static void live(struct balloonsim_guest *guest)
{
	if (!guest->has_begun) {
		guest->has_begun = true;
		guest->has_run = true;
		boot(guest);
	}
	for (unsigned int i = 0; i < guest->n_orders; i++)
		obey(guest, guest->orders[i]);
	guest->n_orders = 0;
	if (guest->plan.n > 0)
		go_wrong(guest);
	for (unsigned int i = 0;
	     i < LOADS_MAX && guest->state == SIM_GUEST_LOADING && guest->load_ns <= guest->now_ns;
	     i++)
		load(guest);
}

int64_t balloonsim_guest_run(struct balloonsim_guest *guest, int64_t now_ns)
{
	if (now_ns > guest->now_ns)
		guest->now_ns = MIN(now_ns, SIM_DEADLINE_MAX_NS);
	if (guest->state != SIM_GUEST_RUNNING || (guest->n_orders | guest->plan.n) != 0)
		live(guest);
	if (sim_guest_is_loaded(guest))
		work(guest);
	return guest->deadline_ns = find_deadline(guest);
}

/* ------------------------------------------------------------------------------------------------
 * What is said from outside
 */

struct balloonsim_guest *balloonsim_guest_new(const struct balloonsim_window *window,
					      uint64_t ram_bytes)
{
	struct balloonsim_guest *guest = calloc(1, sizeof(*guest));

	if (guest == NULL)
		return NULL;
	guest->window = *window;
	guest->ram_bytes = ram_bytes;
	guest->os = sim_os_get(0);
	guest->speed_mib = SPEED_DEFAULT_MIB;
	guest->seed = SEED_DEFAULT;
	sim_plan_init(&guest->plan, guest->seed);
	guest->unit = 1;
	guest->answer_ns = INT64_MAX;
	guest->report_ns = INT64_MAX;
	sim_driver_init(&guest->driver, &guest->window, ram_bytes);
	sim_workload_init(&guest->workload, 0, guest->seed, ram_bytes);
	return guest;
}

void balloonsim_guest_free(struct balloonsim_guest *guest)
{
	free(guest);
}

int balloonsim_guest_do(struct balloonsim_guest *guest, const char *what)
{
	unsigned int order = 0;

	if (string_starts_with(what, "fault=")) {
		guest->deadline_ns = 0; /* it may be due at once */
		return sim_guest_take_fault(guest, what + strlen("fault="));
	}
	while (order < ORDERS && !string_equal(order_names[order], what))
		order++;
	if (order == ORDERS) {
		snprintf(guest->error, sizeof(guest->error), "%.80s: nothing a guest can be told",
			 what);
		return -EINVAL;
	}
	if (guest->n_orders == SIM_GUEST_ORDERS_MAX) {
		snprintf(guest->error, sizeof(guest->error),
			 "the guest has not run since it was told %d things", SIM_GUEST_ORDERS_MAX);
		return -EBUSY;
	}
	guest->orders[guest->n_orders++] = (uint8_t)order;
	guest->deadline_ns = 0;
	return 0;
}

void balloonsim_guest_reset(struct balloonsim_guest *guest)
{
	guest->n_orders = 0;
	guest->deadline_ns = 0;
	/* The next run boots it, at the time of that run. */
	guest->has_begun = false;
	guest->state = SIM_GUEST_UNLOADED;
}

const char *balloonsim_guest_get_error(const struct balloonsim_guest *guest)
{
	return guest->error;
}
