/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients and machines that come and go: who is served, what a pending call is told when the other
 * side ends, that many of both live in one process, and that the same life gives the same bytes.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pair.h"

/* A call that has failed, with its code and the whole sentence. */
static void check_failure(struct pair *pair, int code, const char *sentence)
{
	struct balloonctl_completion *done = balloonctl_monitor_next_completion(pair->monitor);

	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), code);
	CU_ASSERT(expect_equal(balloonctl_error_get_message(balloonctl_completion_get_error(done)),
			       sentence));
	CU_ASSERT_PTR_NULL(balloonctl_completion_get_stats(done));
	balloonctl_completion_free(done);
}

/* ------------------------------------------------------------------------------------------------
 * Two clients
 */

/* A second client of the same machine. */
static void join(struct pair *second, const struct pair *first)
{
	*second = (struct pair){
		.machine = first->machine, .fd = -1, .relay_fd = -1, .machine_fd = -1
	};
	pair_start_connect(second);
}

static void test_two_clients(void)
{
	struct balloonctl_completion *done;
	struct pair first, second;

	pair_start(&first, "guest-stats-polling-interval=1");
	pair_advance_ms(&first, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&first), 5);
	join(&second, &first);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(second.monitor, NULL), 0);
	CU_ASSERT_PTR_NULL(pair_complete(&second));
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(second.monitor));
	/* The first one is served as before. */
	pair_set_target_mib(&first, 512);
	pair_advance_ms(&first, 2000);
	CU_ASSERT(expect_equal(pair_take_events(&first), "BALLOON_CHANGE=1023 BALLOON_CHANGE=512"));
	CU_ASSERT_PTR_NULL(pair_complete(&second));
	pair_leave(&first);
	done = pair_complete(&second);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), 0);
	CU_ASSERT_EQUAL(pair_tell_update(balloonctl_completion_get_stats(done)), 7);
	balloonctl_completion_free(done);
	/* What happened before is not told again. */
	CU_ASSERT(expect_equal(pair_take_events(&second), ""));
	CU_ASSERT_EQUAL(pair_get_actual_mib(&second), 512);
	pair_leave(&second);
	pair_end(&first);
}

/* The deadlines are the host's, so this one waits for a millisecond of it. */
static void test_second_client_gives_up(void)
{
	struct pair first, second;
	int r = 0;

	pair_start(&first, "");
	join(&second, &first);
	/* The deadline has to be set before. */
	balloonctl_monitor_set_greeting_timeout_ms(second.monitor, 1);
	balloonctl_monitor_disconnect(second.monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect_fd(second.monitor, second.fd, "the VM"),
			0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(second.monitor, NULL), 0);
	while (r == 0) {
		balloonsim_machine_process(first.machine);
		r = balloonctl_monitor_wait(second.monitor, -1);
	}
	CU_ASSERT_EQUAL(r, -EBUSY);
	check_failure(&second, -EBUSY,
		      "the VM: no greeting after 1 ms; another client may be using this "
		      "connection, or has before");
	pair_leave(&second);
	CU_ASSERT_EQUAL(pair_get_update(&first), 0);
	pair_end(&first);
}

/* A machine that nobody drives is a QEMU that hangs. */
static void test_machine_that_hangs(void)
{
	struct balloonctl_completion *done = NULL;
	const char *message;
	struct pair pair;

	pair_start(&pair, "guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 3000);
	balloonctl_monitor_set_reply_timeout_ms(pair.monitor, 1);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, NULL), 0);
	while (done == NULL) {
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_wait(pair.monitor, -1), 0);
		done = balloonctl_monitor_next_completion(pair.monitor);
	}
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), -ETIMEDOUT);
	message = balloonctl_error_get_message(balloonctl_completion_get_error(done));
	/* Whoever made the socket is the one that does not answer: this process. */
	CU_ASSERT(strncmp(message, "the VM: no reply to qom-list after 1 ms: ", 41) == 0);
	CU_ASSERT(strstr(message, "does not answer") != NULL);
	balloonctl_completion_free(done);
	/* It goes on, answers what it was asked, and nobody mixes that up with the next answer. */
	pair_process(&pair);
	balloonctl_monitor_set_reply_timeout_ms(pair.monitor, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 3);
	CU_ASSERT_EQUAL(pair_get_interval(&pair), 1);
	pair_end(&pair);
}

/* ------------------------------------------------------------------------------------------------
 * Ends
 */

static void test_quit(void)
{
	struct pair pair;

	pair_start(&pair, "");
	pair_get_update(&pair);
	/* Ahead of the call on the same wire. */
	CU_ASSERT(write(pair.fd, "{'execute':'quit','id':'x'}", 27) == 27);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(pair.monitor, NULL), 0);
	CU_ASSERT_EQUAL(pair_process(&pair), -ENOTCONN);
	check_failure(&pair, -ENOTCONN, "the VM: QEMU closed the connection");
	check_failure(&pair, -ENOTCONN, "the VM: QEMU closed the connection");
	CU_ASSERT(expect_equal(pair_take_events(&pair), "SHUTDOWN"));
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(pair.monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, NULL), -ENOTCONN);
	CU_ASSERT_EQUAL(balloonsim_machine_process(pair.machine), -ESHUTDOWN);
	CU_ASSERT_EQUAL(balloonsim_machine_connect(pair.machine), -ESHUTDOWN);
	CU_ASSERT(strncmp(balloonsim_machine_get_error(pair.machine), "the machine has ended",
			  21) == 0);
	pair_end(&pair);
}

static void test_quit_while_idle(void)
{
	struct pair pair;

	pair_start(&pair, "");
	pair_get_update(&pair);
	pair_execute(&pair, "quit");
	CU_ASSERT(expect_equal(pair_take_events(&pair), "SHUTDOWN"));
	CU_ASSERT(expect_equal(balloonctl_error_get_message(
				       balloonctl_monitor_get_error(pair.monitor)),
			       "the VM: QEMU closed the connection"));
	CU_ASSERT_EQUAL(balloonctl_monitor_process(pair.monitor), -ENOTCONN);
	pair_end(&pair);
}

static void test_machine_freed(void)
{
	struct pair pair;

	/* With a call that has been sent, and with one that has not. */
	for (int was_sent = 0; was_sent <= 1; was_sent++) {
		pair_start(&pair, "");
		CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, NULL), 0);
		CU_ASSERT(!was_sent || balloonctl_monitor_process(pair.monitor) == 0);
		balloonsim_machine_free(pair.machine);
		pair.machine = NULL;
		CU_ASSERT_EQUAL(balloonctl_monitor_process(pair.monitor), -ENOTCONN);
		check_failure(&pair, -ENOTCONN, "the VM: QEMU closed the connection");
		CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(pair.monitor));
		pair_end(&pair);
	}
	/* Before it has greeted. */
	pair_make_machine(&pair, "");
	close(balloonsim_machine_connect(pair.machine));
	pair_start_connect(&pair);
	pair_end(&pair);
}

static void test_freed_before_greeting(void)
{
	struct pair first, second;

	pair_start(&first, "");
	join(&second, &first);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(second.monitor, NULL), 0);
	balloonsim_machine_free(first.machine);
	first.machine = NULL;
	while (balloonctl_monitor_process(second.monitor) == 0)
		;
	check_failure(&second, -ENOTCONN,
		      "the VM: the peer closed the connection without greeting");
	pair_leave(&second);
	pair_end(&first);
}

static void test_monitor_freed(void)
{
	struct pair pair;

	pair_start(&pair, "guest-stats-polling-interval=1");
	for (int i = 0; i < 100; i++) {
		pair_advance_ms(&pair, 1000);
		for (int call = 0; call < i % 7; call++)
			CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(pair.monitor, NULL), 0);
		if (i % 2 == 0)
			balloonctl_monitor_process(pair.monitor);
		if (i % 3 == 0)
			balloonsim_machine_process(pair.machine);
		pair_leave(&pair);
		pair_start_connect(&pair);
		CU_ASSERT_EQUAL(pair_get_update(&pair), i + 1);
	}
	pair_end(&pair);
}

static void test_disconnect(void)
{
	struct pair pair;

	pair_start(&pair, "");
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_polling_interval(pair.monitor, 3, NULL), 0);
	balloonctl_monitor_disconnect(pair.monitor);
	check_failure(&pair, -ECANCELED, "the VM: disconnected");
	check_failure(&pair, -ECANCELED, "the VM: disconnected");
	/* What had not been sent has no effect. */
	pair_leave(&pair);
	pair_start_connect(&pair);
	CU_ASSERT_EQUAL(pair_get_interval(&pair), 0);
	pair_end(&pair);
}

/* ------------------------------------------------------------------------------------------------
 * Many
 */

/* Each asks seven things of QEMU. */
static void test_many_large_calls(void)
{
	struct balloonctl_completion *done;
	struct pair pair;

	pair_start(&pair, "");
	for (int i = 0; i < 16; i++)
		CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(pair.monitor, NULL), 0);
	for (int i = 0; i < 16; i++) {
		done = pair_complete(&pair);
		CU_ASSERT_PTR_NOT_NULL_FATAL(done);
		CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), 0);
		balloonctl_completion_free(done);
	}
	pair_end(&pair);
}

static void test_many_calls(void)
{
	struct balloonctl_completion *done;
	struct pair pair;
	int calls[16];

	pair_start(&pair, "guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 3000);
	for (int i = 0; i < 16; i++)
		CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, &calls[i]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, NULL), -EAGAIN);
	CU_ASSERT(expect_equal(balloonctl_error_get_message(
				       balloonctl_monitor_get_error(pair.monitor)),
			       "the VM: 16 calls are pending already"));
	for (int i = 0; i < 16; i++) {
		done = pair_complete(&pair);
		CU_ASSERT_PTR_NOT_NULL_FATAL(done);
		CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), 0);
		CU_ASSERT_PTR_EQUAL(balloonctl_completion_get_user_data(done), &calls[i]);
		CU_ASSERT_EQUAL(pair_tell_update(balloonctl_completion_get_stats(done)), 3);
		balloonctl_completion_free(done);
	}
	CU_ASSERT_PTR_NULL(pair_complete(&pair));
	pair_end(&pair);
}

enum {
	PAIRS = 300,
	PAIR_FDS = 5, /* two ends, our monitor's, the machine's epoll, one to spare */
};

/* As many as may be open at once. */
static unsigned int choose_count(void)
{
	struct rlimit limit;
	rlim_t wanted = PAIRS * PAIR_FDS + 64;

	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur >= wanted ? PAIRS : (unsigned int)(limit.rlim_cur - 64) / PAIR_FDS;
}

static void test_many_machines(void)
{
	static const char *const kinds[] = { "profile=11.1", "profile=7.2,guest=windows",
					     "profile=10.0,fault=never-answers@10s",
					     "device=mmio,fault=loop@10s",
					     "guest=windows-no-service" };
	static const int64_t updates[] = { 20, 20, 9, 9, 1 };
	unsigned int count = choose_count();
	struct pair *pairs = calloc(count, sizeof(*pairs));
	char options[100];

	CU_ASSERT_PTR_NOT_NULL_FATAL(pairs);
	CU_ASSERT(count >= 100);
	for (unsigned int i = 0; i < count; i++) {
		snprintf(options, sizeof(options), "name=vm-%u,ram=%uM,seed=%u,%s", i, 128 + i, i,
			 kinds[i % ARRAY_SIZE(kinds)]);
		pair_start(&pairs[i], options);
		/* It may be long before its turn comes, under valgrind for one. */
		balloonctl_monitor_set_reply_timeout_ms(pairs[i].monitor, 3600 * 1000);
		/* All at once, each with calls that are pending. */
		balloonctl_monitor_start_set_polling_interval(pairs[i].monitor, 1, NULL);
	}
	for (unsigned int i = 0; i < count; i++) {
		balloonctl_completion_free(pair_complete(&pairs[i]));
		pair_advance_ms(&pairs[i], 20000);
		balloonctl_monitor_start_get_info(pairs[i].monitor, &pairs[i]);
	}
	for (unsigned int i = count; i-- > 0;) {
		struct balloonctl_completion *done = pair_complete(&pairs[i]);
		const struct balloonctl_info *info = balloonctl_completion_get_info(done);

		CU_ASSERT_PTR_NOT_NULL_FATAL(info);
		CU_ASSERT_PTR_EQUAL(balloonctl_completion_get_user_data(done), &pairs[i]);
		snprintf(options, sizeof(options), "vm-%u", i);
		CU_ASSERT(expect_equal(balloonctl_info_get_name(info), options));
		CU_ASSERT_EQUAL(balloonctl_info_get_actual_bytes(info), (128 + i) * MIB);
		CU_ASSERT_EQUAL(pair_tell_update(balloonctl_info_get_stats(info)),
				updates[i % ARRAY_SIZE(kinds)]);
		balloonctl_completion_free(done);
	}
	for (unsigned int i = 0; i < count; i++)
		pair_end(&pairs[i]);
	free(pairs);
}

/* A client that never looks at its events keeps the last 256, and knows how many it has lost. */
static void test_lost_events(void)
{
	struct balloonctl_event *event;
	int64_t bytes = 0, mib;
	struct pair pair;
	int n = 0;

	pair_start(&pair, "fault=slow-inflation");
	pair_advance_ms(&pair, 2000);
	pair_set_target_mib(&pair, 512);
	for (int i = 0; i < 300; i++)
		pair_advance_ms(&pair, 1000);
	mib = pair_get_actual_mib(&pair);
	CU_ASSERT(mib >= 1024 - 301 && mib <= 1024 - 300);
	while ((event = balloonctl_monitor_next_event(pair.monitor)) != NULL) {
		CU_ASSERT_EQUAL(balloonctl_event_get_actual_bytes(event, &bytes), 0);
		balloonctl_event_free(event);
		n++;
	}
	CU_ASSERT_EQUAL(n, 256);
	CU_ASSERT(balloonctl_monitor_get_lost_events(pair.monitor) >= 44);
	CU_ASSERT_EQUAL(bytes, mib * MIB);
	pair_end(&pair);
}

/* ------------------------------------------------------------------------------------------------
 * The same again
 */

/* A life in which much happens, and all the machine's bytes of it. */
static char *live(const char *options, size_t chunk, int64_t step_ms)
{
	struct pair pair;
	char *bytes;

	pair_make_machine(&pair, options);
	pair.is_recorded = true;
	pair.chunk = chunk;
	pair_start_connect(&pair);
	pair_set_interval(&pair, 1);
	for (int64_t ms = 0; ms < 60000; ms += step_ms) {
		pair_advance_ms(&pair, step_ms);
		if ((ms + step_ms) % 1000 == 0) {
			balloonctl_info_free(pair_get_info(&pair));
			balloonctl_stats_free(pair_get_stats(&pair));
		}
		if (ms + step_ms == 10000)
			pair_set_target_mib(&pair, 512);
		if (ms + step_ms == 30000)
			pair_execute(&pair, "system_reset");
		if (ms + step_ms == 40000)
			pair_set_target_mib(&pair, 700);
	}
	bytes = strdup(pair.bytes);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	pair_end(&pair);
	return bytes;
}

static void test_same_bytes(void)
{
	static const char *const rows[] = {
		"seed=5",
		"profile=7.2,guest=windows,workload=swapping,seed=5",
		"profile=10.0,workload=leaking,deflate-on-oom=on,seed=5",
		"fault=short-buffer%50+odd-length%20+deflates-by-itself%5,seed=5",
		"guest=linux-4.19,workload=reclaim,seed=5",
		"fault=reset-while-owing%10+two-buffers%10,latency=30,seed=5",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *first = live(rows[i], 0, 1000);
		char *second = live(rows[i], 0, 1000);

		CU_ASSERT(strlen(first) > 10000);
		CU_ASSERT_TRUE(strcmp(first, second) == 0);
		free(second);
		/* Nor does it matter in how many steps the clock goes ... */
		second = live(rows[i], 0, 250);
		CU_ASSERT_TRUE(strcmp(first, second) == 0);
		free(second);
		/* ... or how the bytes arrive: the client asks and hears the same. */
		second = live(rows[i], 7, 1000);
		CU_ASSERT_TRUE(strcmp(first, second) == 0);
		free(second);
		free(first);
	}
}

static void test_other_seed(void)
{
	char *first = live("workload=steady,seed=5", 0, 1000);
	char *second = live("workload=steady,seed=6", 0, 1000);

	CU_ASSERT_FALSE(strcmp(first, second) == 0);
	free(first);
	free(second);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "one client is served and the other waits its turn", test_two_clients },
		{ "a client that waits too long is told who may be in its way",
		  test_second_client_gives_up },
		{ "a machine that hangs costs the call, not the connection",
		  test_machine_that_hangs },
		{ "quit in the middle of calls ends them all", test_quit },
		{ "quit without a call is an event and an end", test_quit_while_idle },
		{ "a machine that is freed ends the calls", test_machine_freed },
		{ "a machine that is freed before it greets is told from one that did",
		  test_freed_before_greeting },
		{ "a monitor that is freed leaves the machine to the next", test_monitor_freed },
		{ "disconnecting cancels, and what was not sent has no effect", test_disconnect },
		{ "sixteen calls share a connection and end in order", test_many_calls },
		{ "sixteen calls that ask much do so too", test_many_large_calls },
		{ "hundreds of machines and monitors share a process", test_many_machines },
		{ "events that nobody fetches are counted when they go", test_lost_events },
		{ "the same options and steps give the same bytes", test_same_bytes },
		{ "another seed gives others", test_other_seed },
		CU_TEST_INFO_NULL,
	};

	return suite_run("client-sim clients", tests, argc, argv);
}
