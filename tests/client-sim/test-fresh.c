/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is what is called fresh fresh? Random schedules of everything that may happen to a VM, its guest
 * and the host's clock, while one connection asks for statistics and for samples that are new. What
 * the machine itself counts is the truth. Client and machine live by the same manual clocks.
 *
 * test-fresh FROM TO plays those schedules; a failure names its own.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "pair.h"

enum {
	ACTIONS = 12,
	STEP_MS = 50, /* how exactly the truth is known */
	GUEST_TIMEOUT_MS = 2500,
	/* A clock may be set by so much without being noticed. */
	SKEW_MS = 1000,
	/* last-update has whole seconds, and the verdict allows for two. */
	GRACE_MS = 2000 + SKEW_MS + STEP_MS,
};

/* The host's two clocks, for the library and for us. */
static int64_t monotonic_ms, wall_ms;

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *ret)
{
	int64_t ms = clock == CLOCK_REALTIME ? wall_ms : monotonic_ms;

	ret->tv_sec = ms / 1000;
	ret->tv_nsec = ms % 1000 * 1000000;
	return 0;
}

struct schedule {
	struct pair pair;
	unsigned int seed;
	uint64_t state;
	uint64_t samples;  /* that the machine has taken so far */
	int64_t sample_ms; /* when the latest was */
	bool is_running;
	bool is_live;     /* the guest answers whatever it is asked */
	bool was_stepped; /* the clock, since the latest sample, ... */
	bool is_doubtful; /* ... and before this connection's first look */
	bool was_reset;   /* the machine, since the latest sample, ... */
	bool saw_reset;   /* ... and this connection knows */
	unsigned int fresh, silent, refreshed, refused;
};

static unsigned int pick(struct schedule *schedule, unsigned int n)
{
	schedule->state = schedule->state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned int)(schedule->state >> 33) % n;
}

#define MUST(schedule, condition) must(schedule, condition, __LINE__, #condition)

static void must(const struct schedule *schedule, bool is_true, int line, const char *condition)
{
	if (is_true)
		return;
	fprintf(stderr, "\nschedule %u: line %d: %s (%s)\n", schedule->seed, line, condition,
		balloonctl_error_get_message(balloonctl_monitor_get_error(schedule->pair.monitor)));
	CU_FAIL_FATAL("a schedule went wrong");
}

/* A round carries a question there, the next one the answer back. */
static void exchange(struct schedule *schedule, int rounds)
{
	uint64_t samples;

	for (int round = 0; round < rounds; round++) {
		balloonsim_machine_process(schedule->pair.machine);
		MUST(schedule, balloonctl_monitor_process(schedule->pair.monitor) == 0);
	}
	samples = balloonsim_machine_get_samples(schedule->pair.machine);
	if (samples == schedule->samples)
		return;
	schedule->samples = samples;
	schedule->sample_ms = monotonic_ms;
	schedule->was_stepped = false;
	schedule->was_reset = false;
	schedule->saw_reset = false;
}

static void pass_ms(struct schedule *schedule, int64_t ms)
{
	for (int64_t step; ms > 0; ms -= step) {
		step = ms < STEP_MS ? ms : STEP_MS;
		monotonic_ms += step;
		wall_ms += step;
		balloonsim_machine_advance_ns(schedule->pair.machine, step * 1000000);
		exchange(schedule, 1);
	}
}

static void step_clock(struct schedule *schedule)
{
	static const int64_t by_s[] = { -100000, -3600, -60, -10, -2, -1, 1, 2, 10, 60, 3600 };

	wall_ms += by_s[pick(schedule, ARRAY_SIZE(by_s))] * 1000 + pick(schedule, 1000);
	balloonsim_machine_set_wall_us(schedule->pair.machine, wall_ms * 1000);
	schedule->was_stepped = true;
}

static void finish(struct schedule *schedule, struct balloonctl_completion **ret)
{
	int timeout;

	for (;;) {
		exchange(schedule, 2);
		*ret = balloonctl_monitor_next_completion(schedule->pair.monitor);
		if (*ret != NULL)
			return;
		timeout = balloonctl_monitor_get_timeout(schedule->pair.monitor);
		MUST(schedule, timeout >= 0);
		/* Things may happen while a sample is waited for. */
		if (timeout > 0 && pick(schedule, 40) == 0)
			step_clock(schedule);
		pass_ms(schedule, timeout < STEP_MS ? timeout : STEP_MS);
	}
}

static void check_verdict(struct schedule *schedule, const struct balloonctl_stats *stats)
{
	uint32_t interval = balloonctl_stats_get_polling_interval(stats);
	int64_t age_ms = monotonic_ms - schedule->sample_ms;
	uint64_t age;

	if (balloonctl_stats_get_age_seconds(stats, &age) == 0 && !schedule->is_doubtful)
		MUST(schedule, (int64_t)age * 1000 >= age_ms - 1000 - SKEW_MS - STEP_MS);
	switch (balloonctl_stats_get_freshness(stats)) {
	case BALLOONCTL_FRESHNESS_FRESH:
		MUST(schedule, interval > 0 && schedule->is_running && !schedule->saw_reset);
		if (!schedule->is_doubtful)
			MUST(schedule, age_ms <= (int64_t)interval * 1000 + GRACE_MS);
		schedule->fresh++;
		break;
	case BALLOONCTL_FRESHNESS_SILENT:
		MUST(schedule, interval > 0 && schedule->is_running);
		if (!schedule->is_doubtful)
			MUST(schedule, age_ms > (int64_t)interval * 1000);
		schedule->silent++;
		break;
	case BALLOONCTL_FRESHNESS_NEVER:
		MUST(schedule, balloonctl_stats_get_last_update(stats) == 0);
		break;
	case BALLOONCTL_FRESHNESS_OFF:
		MUST(schedule, interval == 0);
		break;
	case BALLOONCTL_FRESHNESS_PAUSED:
		MUST(schedule, !schedule->is_running);
		break;
	default:
		break;
	}
	if (schedule->was_stepped)
		return;
	/* From here on the connection goes by what it has seen. */
	schedule->is_doubtful = false;
}

static void get_stats(struct schedule *schedule)
{
	struct balloonctl_completion *done;

	MUST(schedule, balloonctl_monitor_start_get_stats(schedule->pair.monitor, NULL) == 0);
	finish(schedule, &done);
	MUST(schedule, balloonctl_completion_get_result(done) == 0);
	check_verdict(schedule, balloonctl_completion_get_stats(done));
	balloonctl_completion_free(done);
}

static void refresh(struct schedule *schedule)
{
	uint32_t interval = balloonsim_machine_get_interval(schedule->pair.machine);
	uint32_t max_age = pick(schedule, 3) == 0 ? 1 + pick(schedule, 10) : 0;
	uint64_t samples = schedule->samples;
	int64_t begin_ms = monotonic_ms;
	const struct balloonctl_stats *stats;
	struct balloonctl_completion *done;
	int r;

	r = balloonctl_monitor_start_refresh_stats(schedule->pair.monitor, max_age, NULL);
	MUST(schedule, r == 0);
	finish(schedule, &done);
	r = balloonctl_completion_get_result(done);
	MUST(schedule, r == 0 || r == -ESTALE);
	stats = balloonctl_completion_get_stats(done);
	MUST(schedule, stats != NULL);
	MUST(schedule, balloonsim_machine_get_interval(schedule->pair.machine) == interval);
	MUST(schedule, balloonctl_stats_get_polling_interval(stats) == interval);
	MUST(schedule, monotonic_ms - begin_ms <= GUEST_TIMEOUT_MS + STEP_MS);
	if (r == 0) {
		MUST(schedule, balloonctl_stats_get_freshness(stats) == BALLOONCTL_FRESHNESS_FRESH);
		if (max_age == 0)
			MUST(schedule, schedule->samples > samples);
		else if (!schedule->is_doubtful && schedule->samples == samples)
			MUST(schedule, monotonic_ms - schedule->sample_ms <=
					       (int64_t)max_age * 1000 + SKEW_MS + STEP_MS);
		schedule->refreshed++;
	} else {
		/* A guest that answers is heard. */
		MUST(schedule, !schedule->is_live || !schedule->is_running);
		schedule->refused++;
	}
	balloonctl_completion_free(done);
}

/* Somebody else, over the same connection: replies that are not its own are none of the client's. */
static void type(struct schedule *schedule, const char *command)
{
	MUST(schedule, send(schedule->pair.fd, command, strlen(command), MSG_NOSIGNAL) ==
			       (ssize_t)strlen(command));
	exchange(schedule, 2);
}

static void set_interval(struct schedule *schedule)
{
	static const uint32_t intervals[] = { 0, 0, 1, 1, 2, 3, 5, 10, 60 };
	char command[200];

	snprintf(
		command, sizeof(command),
		"{'execute':'qom-set','arguments':{'path':'/machine/peripheral/balloon0','property':"
		"'guest-stats-polling-interval','value':%u},'id':'x'}",
		intervals[pick(schedule, ARRAY_SIZE(intervals))]);
	type(schedule, command);
}

static void connect_again(struct schedule *schedule)
{
	pair_leave(&schedule->pair);
	pair_start_connect(&schedule->pair);
	balloonctl_monitor_set_guest_timeout_ms(schedule->pair.monitor, GUEST_TIMEOUT_MS);
	schedule->is_doubtful = schedule->was_stepped;
	schedule->saw_reset = false;
	/* Somebody can only type when the negotiation is over. */
	get_stats(schedule);
}

static void act(struct schedule *schedule)
{
	switch (pick(schedule, 16)) {
	case 0:
		type(schedule, "{'execute':'stop','id':'x'}");
		schedule->is_running = false;
		break;
	case 1:
	case 2:
		type(schedule, "{'execute':'cont','id':'x'}");
		schedule->is_running = true;
		break;
	case 3:
		schedule->was_reset = true;
		schedule->saw_reset = true;
		type(schedule, "{'execute':'system_reset','id':'x'}");
		break;
	case 4:
	case 5:
		step_clock(schedule);
		break;
	case 6:
	case 7:
	case 8:
		set_interval(schedule);
		break;
	case 9:
		connect_again(schedule);
		break;
	case 10:
	case 11:
		pass_ms(schedule, 1 + pick(schedule, 20000));
		break;
	default:
		pass_ms(schedule, 1 + pick(schedule, 3000));
		break;
	}
}

static void play(unsigned int seed, struct schedule *ret_sums)
{
	static const char *const guests[] = {
		/* Those that answer in any case come first. */
		"guest=linux-6.1",
		"guest=linux-7.1",
		"guest=windows",
		"guest=linux-6.1,workload=growing",
		"guest=windows-no-service",
		"guest=linux-6.1,fault=never-answers@9",
		"guest=linux-6.1,fault=answers-late",
		"guest=linux-6.1,fault=hangs-after-one@5",
		"guest=linux-6.1,fault=no-driver@7",
		"guest=linux-6.1,fault=avail-past-end@6",
		"guest=linux-4.19,fault=empty-buffer%50",
		"guest=none",
	};
	static const char *const profiles[] = { "7.2", "10.0", "11.1" };
	struct schedule schedule = { .seed = seed, .state = seed, .is_running = true };
	unsigned int guest;
	char options[200];

	pick(&schedule, 2);
	guest = pick(&schedule, ARRAY_SIZE(guests));
	snprintf(options, sizeof(options), "profile=%s,%s", profiles[pick(&schedule, 3)],
		 guests[guest]);
	monotonic_ms = 1000;
	wall_ms = PAIR_EPOCH * 1000;
	pair_make_machine(&schedule.pair, options);
	pair_start_connect(&schedule.pair);
	balloonctl_monitor_set_guest_timeout_ms(schedule.pair.monitor, GUEST_TIMEOUT_MS);
	get_stats(&schedule);
	pass_ms(&schedule, 1500);
	for (int i = 0; i < ACTIONS; i++) {
		act(&schedule);
		/* A guest whose driver is just loading, as after a reset, may not be there yet. */
		schedule.is_live = guest < 4 && !schedule.was_reset;
		if (pick(&schedule, 2) == 0)
			get_stats(&schedule);
		else
			refresh(&schedule);
	}
	pair_end(&schedule.pair);
	ret_sums->fresh += schedule.fresh;
	ret_sums->silent += schedule.silent;
	ret_sums->refreshed += schedule.refreshed;
	ret_sums->refused += schedule.refused;
}

static unsigned int first_seed = 0, last_seed = 999;

static void test_schedules(void)
{
	const unsigned int n = last_seed - first_seed + 1;
	struct schedule sums = { 0 };

	for (unsigned int seed = first_seed; seed <= last_seed; seed++)
		play(seed, &sums);
	printf("%u fresh, %u silent, %u refreshed, %u not ", sums.fresh, sums.silent,
	       sums.refreshed, sums.refused);
	/* None of them is vacuous. */
	CU_ASSERT(n < 100 || (sums.fresh > n && sums.silent > n / 20 && sums.refreshed > n &&
			      sums.refused > n));
}

/* ---- A client that leaves ---- */

enum {
	READ_BYTES = 40, /* what QEMU reads of a monitor in a millisecond */
};

/* Whose machine has a turn when the library waits; NULL: nobody's. */
static struct pair *waiting;

static void carry(int from, int to, size_t max)
{
	char bytes[4096];
	ssize_t n = recv(from, bytes, max, MSG_DONTWAIT);

	if (n > 0)
		CU_ASSERT_EQUAL_FATAL(send(to, bytes, (size_t)n, MSG_NOSIGNAL), n);
}

/* The machine has a millisecond. */
static void serve(struct pair *pair)
{
	carry(pair->relay_fd, pair->machine_fd, READ_BYTES);
	balloonsim_machine_process(pair->machine);
	carry(pair->machine_fd, pair->relay_fd, 4096);
	monotonic_ms++;
	wall_ms++;
}

__attribute__((visibility("default"))) int poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct pair *pair = waiting;

	waiting = NULL;
	if (pair != NULL)
		serve(pair);
	waiting = pair;
	return (int)syscall(SYS_poll, fds, n, pair != NULL ? 0 : timeout);
}

/* So many steps of a refresh, and then its client leaves. True if it was over before. */
static bool leave_after(struct pair *pair, int steps)
{
	struct balloonctl_completion *done = NULL;

	balloonctl_monitor_set_guest_timeout_ms(pair->monitor, 100);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_refresh_stats(pair->monitor, 0, NULL), 0);
	for (int step = 0; step < steps && done == NULL; step++) {
		balloonctl_monitor_process(pair->monitor);
		done = balloonctl_monitor_next_completion(pair->monitor);
		serve(pair);
	}
	balloonctl_completion_free(done);
	waiting = pair;
	balloonctl_monitor_free(pair->monitor);
	waiting = NULL;
	pair->monitor = NULL;
	return done != NULL;
}

/* QEMU forgets with the connection what it has not read. */
static void test_interval_survives(void)
{
	static const uint32_t intervals[] = { 0, 1, 7, UINT32_MAX };
	static const char *const guests[] = { "guest=linux-6.1", "fault=never-answers",
					      "guest=none" };
	struct pair pair;
	bool is_over;

	for (size_t i = 0; i < ARRAY_SIZE(intervals) * ARRAY_SIZE(guests); i++) {
		uint32_t interval = intervals[i % ARRAY_SIZE(intervals)];

		is_over = false;
		for (int steps = 0; !is_over; steps++) {
			monotonic_ms = 1000;
			wall_ms = PAIR_EPOCH * 1000;
			pair_make_machine(&pair, guests[i / ARRAY_SIZE(intervals)]);
			pair.is_recorded = true;
			pair_start_connect(&pair);
			pair_advance_ms(&pair, 1500);
			pair_set_interval(&pair, interval);
			is_over = leave_after(&pair, steps);
			CU_ASSERT_EQUAL(balloonsim_machine_get_interval(pair.machine), interval);
			pair_end(&pair);
			CU_ASSERT_FATAL(steps < 1000);
		}
	}
}

static CU_TestInfo tests[] = {
	{ "no wrong fresh in random schedules", test_schedules },
	{ "the interval is as it was, whenever the client leaves", test_interval_survives },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	if (argc != 3)
		return suite_run("client-sim fresh", tests, argc, argv);
	first_seed = (unsigned int)atoi(argv[1]);
	last_seed = (unsigned int)atoi(argv[2]);
	return suite_run("client-sim fresh", tests, 1, argv);
}
