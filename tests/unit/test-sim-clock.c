/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The simulator's times: when a timer is due, and what stands still while the machine is stopped. */
#include "sim/clock.h"

#include "suite.h"

static struct sim_clock clock_of(bool is_stepped, bool is_running)
{
	struct sim_clock clock;

	sim_clock_init(&clock, is_stepped);
	clock.is_running = is_running;
	return clock;
}

static void test_nothing_armed(void)
{
	struct sim_clock clock = clock_of(false, true);
	enum sim_timer timer;

	CU_ASSERT_EQUAL(sim_clock_get_wait_ns(&clock), SIM_NEVER);
	CU_ASSERT_FALSE(sim_clock_take_due(&clock, &timer));
}

static void test_due_at_its_deadline(void)
{
	struct sim_clock clock = clock_of(false, true);
	enum sim_timer timer = SIM_TIMERS;

	sim_clock_arm(&clock, SIM_TIMER_POLL, 100);
	sim_clock_step(&clock, 99);
	CU_ASSERT_EQUAL(sim_clock_get_wait_ns(&clock), 1);
	CU_ASSERT_FALSE(sim_clock_take_due(&clock, &timer));
	sim_clock_step(&clock, 1);
	CU_ASSERT_EQUAL(sim_clock_get_wait_ns(&clock), 0);
	CU_ASSERT(sim_clock_take_due(&clock, &timer) && timer == SIM_TIMER_POLL);
	CU_ASSERT_FALSE(sim_clock_take_due(&clock, &timer));
}

static void test_order(void)
{
	struct sim_clock clock = clock_of(true, true);
	enum sim_timer timer = SIM_TIMERS;

	sim_clock_arm(&clock, SIM_TIMER_POLL, 20);
	sim_clock_arm(&clock, SIM_TIMER_WINDOW, 10);
	sim_clock_step(&clock, 30);
	CU_ASSERT(sim_clock_take_due(&clock, &timer) && timer == SIM_TIMER_WINDOW);
	CU_ASSERT(sim_clock_take_due(&clock, &timer) && timer == SIM_TIMER_POLL);
}

static void test_disarmed(void)
{
	struct sim_clock clock = clock_of(false, true);
	enum sim_timer timer;

	sim_clock_arm(&clock, SIM_TIMER_POLL, 0);
	sim_clock_disarm(&clock, SIM_TIMER_POLL);
	CU_ASSERT_FALSE(sim_clock_take_due(&clock, &timer));
}

static void test_stopped(void)
{
	struct sim_clock clock = clock_of(false, false);
	enum sim_timer timer = SIM_TIMERS;

	sim_clock_arm(&clock, SIM_TIMER_POLL, 10);
	sim_clock_arm(&clock, SIM_TIMER_WINDOW, 10);
	sim_clock_step(&clock, 50);
	CU_ASSERT_EQUAL(clock.virtual_ns, 0);
	CU_ASSERT_EQUAL(clock.host_ns, 50);
	CU_ASSERT(sim_clock_take_due(&clock, &timer) && timer == SIM_TIMER_WINDOW);
	CU_ASSERT_FALSE(sim_clock_take_due(&clock, &timer));
	clock.is_running = true;
	CU_ASSERT_EQUAL(sim_clock_get_wait_ns(&clock), 10);
}

static void test_stopped_under_qtest(void)
{
	struct sim_clock clock = clock_of(true, false);
	enum sim_timer timer = SIM_TIMERS;

	sim_clock_arm(&clock, SIM_TIMER_POLL, 10);
	sim_clock_arm(&clock, SIM_TIMER_WINDOW, 10);
	sim_clock_step(&clock, 50);
	CU_ASSERT_EQUAL(clock.virtual_ns, 50);
	CU_ASSERT_EQUAL(sim_clock_get_wait_ns(&clock), SIM_NEVER);
	CU_ASSERT_FALSE(sim_clock_take_due(&clock, &timer));
	clock.is_running = true;
	CU_ASSERT_EQUAL(sim_clock_get_wait_ns(&clock), 0);
}

static void test_wall(void)
{
	struct sim_clock clock = clock_of(false, false);

	clock.wall_ns = 1000;
	for (int i = 0; i < 1000; i++)
		sim_clock_step(&clock, 1001);
	CU_ASSERT_EQUAL(clock.wall_ns, 1002000);
}

static void test_end_of_time(void)
{
	struct sim_clock clock = clock_of(true, true);

	sim_clock_step(&clock, SIM_NEVER);
	sim_clock_step(&clock, SIM_NEVER);
	CU_ASSERT_EQUAL(clock.virtual_ns, SIM_NEVER - 1);
	CU_ASSERT_EQUAL(clock.host_ns, SIM_NEVER - 1);
	CU_ASSERT_EQUAL(clock.wall_ns, SIM_NEVER - 1);
}

static CU_TestInfo tests[] = {
	{ "a clock without an armed timer waits for nothing", test_nothing_armed },
	{ "a timer is due at its deadline, once", test_due_at_its_deadline },
	{ "due timers come in the order of their deadlines", test_order },
	{ "a disarmed timer is never due", test_disarmed },
	{ "while stopped, virtual time stands still and host time goes on", test_stopped },
	{ "under qtest time moves while stopped, but no timer is due", test_stopped_under_qtest },
	{ "the wall clock loses nothing over many short steps", test_wall },
	{ "the clocks stop at the end of time", test_end_of_time },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-clock", tests, argc, argv);
}
