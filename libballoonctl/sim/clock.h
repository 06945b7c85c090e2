/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machine's times: virtual time, on which the poll timer runs and which stands still while the
 * machine is stopped; host time, on which QEMU's event window runs; and the wall clock, which
 * last-update and event timestamps show. All three only move when they are told to: by
 * sim_clock_step() or, in real time, by what the owner reads off the host's clocks.
 */
#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_NS_PER_MS INT64_C(1000000)
#define SIM_NS_PER_S  INT64_C(1000000000)
#define SIM_NEVER     INT64_MAX

enum sim_timer {
	SIM_TIMER_POLL,   /* the balloon's polling; virtual time */
	SIM_TIMER_WINDOW, /* the rate limit of BALLOON_CHANGE; see window_is_virtual */
	SIM_TIMERS,
};

struct sim_clock {
	int64_t virtual_ns;
	int64_t host_ns;
	int64_t wall_ns;    /* since 1970-01-01 */
	bool wall_is_hosts; /* the owner sets it and steps leave it alone */
	bool is_running;    /* virtual time moves and its timers fire */
	/* As QEMU under qtest: virtual time moves while the machine is stopped, only its timers stand
	 * still, and the event window runs on it. */
	bool is_stepped;
	int64_t deadlines_ns[SIM_TIMERS]; /* SIM_NEVER: not armed */
};

/* Everything at 0, stopped, nothing armed. */
void sim_clock_init(struct sim_clock *clock, bool is_stepped);

static inline void sim_clock_arm(struct sim_clock *clock, enum sim_timer timer, int64_t deadline_ns)
{
	clock->deadlines_ns[timer] = deadline_ns;
}

static inline void sim_clock_disarm(struct sim_clock *clock, enum sim_timer timer)
{
	clock->deadlines_ns[timer] = SIM_NEVER;
}

/* Now, as that timer sees it. */
static inline int64_t sim_clock_get_now_ns(const struct sim_clock *clock, enum sim_timer timer)
{
	return timer == SIM_TIMER_POLL || clock->is_stepped ? clock->virtual_ns : clock->host_ns;
}

/* How long until the timer may run, in nanoseconds of its own clock: 0 if it is due, SIM_NEVER if
 * it isn't armed or the timers of its clock stand still. */
static inline int64_t sim_clock_get_timer_wait_ns(const struct sim_clock *clock,
						  enum sim_timer timer)
{
	int64_t deadline_ns = clock->deadlines_ns[timer];
	int64_t now_ns = sim_clock_get_now_ns(clock, timer);
	bool stands_still = !clock->is_running && (timer == SIM_TIMER_POLL || clock->is_stepped);

	if (deadline_ns == SIM_NEVER || stands_still)
		return SIM_NEVER;
	return deadline_ns > now_ns ? deadline_ns - now_ns : 0;
}

/* The same for whichever timer comes first. */
static inline int64_t sim_clock_get_wait_ns(const struct sim_clock *clock)
{
	int64_t poll_ns = sim_clock_get_timer_wait_ns(clock, SIM_TIMER_POLL);
	int64_t window_ns = sim_clock_get_timer_wait_ns(clock, SIM_TIMER_WINDOW);

	return poll_ns < window_ns ? poll_ns : window_ns;
}

static inline bool sim_clock_is_timer_due(const struct sim_clock *clock, enum sim_timer timer)
{
	/* SIM_NEVER is later than any now. */
	return clock->deadlines_ns[timer] <= sim_clock_get_now_ns(clock, timer) &&
	       (clock->is_running || (timer != SIM_TIMER_POLL && !clock->is_stepped));
}

/* Is any timer due? */
static inline bool sim_clock_is_due(const struct sim_clock *clock)
{
	return sim_clock_is_timer_due(clock, SIM_TIMER_POLL) ||
	       sim_clock_is_timer_due(clock, SIM_TIMER_WINDOW);
}

/* The earliest timer that is due and may run now: it is disarmed and told. */
static inline bool sim_clock_take_due(struct sim_clock *clock, enum sim_timer *ret)
{
	bool poll = sim_clock_is_timer_due(clock, SIM_TIMER_POLL);
	bool window = sim_clock_is_timer_due(clock, SIM_TIMER_WINDOW);

	if (poll && window)
		poll = clock->deadlines_ns[SIM_TIMER_POLL] <= clock->deadlines_ns[SIM_TIMER_WINDOW];
	if (!poll && !window)
		return false;
	*ret = poll ? SIM_TIMER_POLL : SIM_TIMER_WINDOW;
	sim_clock_disarm(clock, *ret);
	return true;
}

/* The time so much later, but never SIM_NEVER: the clocks stop there. */
int64_t sim_clock_add_ns(int64_t time_ns, int64_t ns);

/* Move all clocks by `ns` (>= 0). Stepped clocks move virtual time also while the machine is
 * stopped; otherwise it then stands still. No timer runs here. */
void sim_clock_step(struct sim_clock *clock, int64_t ns);

#endif
