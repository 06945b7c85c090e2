/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * See pair.h. Both libraries are driven as their headers tell their users to, only that nobody
 * waits: on a socket inside one process bytes that were sent have arrived, so a few rounds in which
 * nothing happens mean that nothing will before the clock moves.
 */
#include "pair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	/* A call takes the negotiation, the look for the device and itself; each a round or two, or
	 * with small chunks some hundred. */
	ROUNDS = 32,
	EVENTS_MAX = 4096, /* bytes of what pair_take_events() says */
};

#define NS_PER_MS INT64_C(1000000)

void pair_make_machine(struct pair *pair, const char *options)
{
	*pair = (struct pair){ .fd = -1, .relay_fd = -1, .machine_fd = -1 };
	pair->machine = balloonsim_machine_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(pair->machine);
	if (balloonsim_machine_configure(pair->machine, "clock=manual,boot=1000") < 0 ||
	    balloonsim_machine_configure(pair->machine, options) < 0 ||
	    balloonsim_machine_start(pair->machine) < 0) {
		fprintf(stderr, "%s: %s\n", options, balloonsim_machine_get_error(pair->machine));
		CU_FAIL_FATAL("no machine");
	}
	CU_ASSERT_EQUAL_FATAL(balloonsim_machine_set_wall_us(pair->machine, PAIR_EPOCH * 1000000),
			      0);
}

void pair_start(struct pair *pair, const char *options)
{
	pair_make_machine(pair, options);
	pair_start_connect(pair);
	CU_ASSERT_EQUAL_FATAL(pair_process(pair), 0);
	CU_ASSERT_TRUE_FATAL(balloonctl_monitor_is_connected(pair->monitor));
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void pair_leave(struct pair *pair)
{
	balloonctl_monitor_free(pair->monitor);
	pair->monitor = NULL;
	close_fd(&pair->fd);
	close_fd(&pair->relay_fd);
	close_fd(&pair->machine_fd);
}

void pair_end(struct pair *pair)
{
	pair_leave(pair);
	balloonsim_machine_free(pair->machine);
	free(pair->bytes);
	*pair = (struct pair){ .fd = -1, .relay_fd = -1, .machine_fd = -1 };
}

/* Put ourselves between the two. */
static void put_relay(struct pair *pair)
{
	int fds[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	pair->machine_fd = pair->fd;
	pair->fd = fds[0];
	pair->relay_fd = fds[1];
}

void pair_start_connect(struct pair *pair)
{
	pair->monitor = balloonctl_monitor_new();
	CU_ASSERT_PTR_NOT_NULL_FATAL(pair->monitor);
	pair->fd = balloonsim_machine_connect(pair->machine);
	CU_ASSERT_FATAL(pair->fd >= 0);
	if (pair->is_recorded)
		put_relay(pair);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_start_connect_fd(pair->monitor, pair->fd,
								  "the VM"),
			      0);
}

static void record(struct pair *pair, const char *bytes, size_t n)
{
	char *more = realloc(pair->bytes, pair->n_bytes + n + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(more);
	memcpy(more + pair->n_bytes, bytes, n);
	more[pair->n_bytes + n] = '\0';
	pair->bytes = more;
	pair->n_bytes += n;
}

/* Bytes from one descriptor to another: how many. */
static size_t carry(int from, int to, size_t max, char *bytes)
{
	ssize_t n = recv(from, bytes, max, MSG_DONTWAIT);

	if (n <= 0)
		return 0;
	CU_ASSERT_EQUAL_FATAL(send(to, bytes, (size_t)n, MSG_NOSIGNAL), n);
	return (size_t)n;
}

/* Both ways; true if any bytes were moved. */
static bool relay(struct pair *pair)
{
	char bytes[4096];
	size_t back = pair->chunk == 0 ? sizeof(bytes) : pair->chunk;
	size_t n;

	if (pair->relay_fd < 0)
		return false;
	n = carry(pair->machine_fd, pair->fd < 0 ? -1 : pair->relay_fd, back, bytes);
	if (n > 0)
		record(pair, bytes, n);
	return carry(pair->relay_fd, pair->machine_fd, sizeof(bytes), bytes) + n > 0;
}

static int process(struct pair *pair, bool *ret_relayed)
{
	balloonsim_machine_process(pair->machine);
	*ret_relayed = relay(pair);
	return pair->monitor == NULL ? 0 : balloonctl_monitor_process(pair->monitor);
}

int pair_process(struct pair *pair)
{
	bool relayed;
	int r = 0;

	for (int round = 0; round < ROUNDS && r == 0; round += !relayed)
		r = process(pair, &relayed);
	return r;
}

void pair_advance_ms(struct pair *pair, int64_t ms)
{
	CU_ASSERT_EQUAL_FATAL(balloonsim_machine_advance_ns(pair->machine, ms * NS_PER_MS), 0);
	pair_process(pair);
}

struct balloonctl_completion *pair_complete(struct pair *pair)
{
	struct balloonctl_completion *done = balloonctl_monitor_next_completion(pair->monitor);
	bool relayed;

	for (int round = 0; round < ROUNDS && done == NULL; round += !relayed) {
		process(pair, &relayed);
		done = balloonctl_monitor_next_completion(pair->monitor);
	}
	return done;
}

/* The completion of a call that has been started, and went well. */
static struct balloonctl_completion *succeed(struct pair *pair, int started)
{
	struct balloonctl_completion *done;

	CU_ASSERT_EQUAL_FATAL(started, 0);
	done = pair_complete(pair);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	if (balloonctl_completion_get_result(done) < 0) {
		fprintf(stderr, "%s\n",
			balloonctl_error_get_message(balloonctl_completion_get_error(done)));
		CU_FAIL_FATAL("the call failed");
	}
	CU_ASSERT(expect_equal(balloonctl_error_get_message(balloonctl_completion_get_error(done)),
			       ""));
	return done;
}

struct balloonctl_stats *pair_get_stats(struct pair *pair)
{
	struct balloonctl_completion *done =
		succeed(pair, balloonctl_monitor_start_get_stats(pair->monitor, NULL));
	struct balloonctl_stats *stats = balloonctl_completion_take_stats(done);

	balloonctl_completion_free(done);
	CU_ASSERT_PTR_NOT_NULL_FATAL(stats);
	return stats;
}

struct balloonctl_info *pair_get_info(struct pair *pair)
{
	struct balloonctl_completion *done =
		succeed(pair, balloonctl_monitor_start_get_info(pair->monitor, NULL));
	struct balloonctl_info *info = balloonctl_completion_take_info(done);

	balloonctl_completion_free(done);
	CU_ASSERT_PTR_NOT_NULL_FATAL(info);
	return info;
}

int64_t pair_get_actual_mib(struct pair *pair)
{
	struct balloonctl_completion *done =
		succeed(pair, balloonctl_monitor_start_get_actual_bytes(pair->monitor, NULL));
	int64_t bytes = balloonctl_completion_get_actual_bytes(done);

	balloonctl_completion_free(done);
	CU_ASSERT_EQUAL(bytes % 4096, 0);
	return bytes / MIB;
}

uint32_t pair_get_interval(struct pair *pair)
{
	struct balloonctl_completion *done =
		succeed(pair, balloonctl_monitor_start_get_polling_interval(pair->monitor, NULL));
	uint32_t seconds = balloonctl_completion_get_polling_interval(done);

	balloonctl_completion_free(done);
	return seconds;
}

uint32_t pair_set_interval(struct pair *pair, uint32_t seconds)
{
	struct balloonctl_completion *done =
		succeed(pair, balloonctl_monitor_start_set_polling_interval(pair->monitor, seconds,
									    NULL));
	uint32_t before = balloonctl_completion_get_previous_polling_interval(done);

	CU_ASSERT_EQUAL(balloonctl_completion_get_polling_interval(done), seconds);
	balloonctl_completion_free(done);
	return before;
}

void pair_set_target_mib(struct pair *pair, uint64_t mib)
{
	balloonctl_completion_free(
		succeed(pair,
			balloonctl_monitor_start_set_target_bytes(pair->monitor,
								  mib * (uint64_t)MIB, NULL)));
}

uint64_t pair_get_stat(struct pair *pair, enum balloonctl_stat stat)
{
	struct balloonctl_stats *stats = pair_get_stats(pair);
	uint64_t value = UINT64_MAX;

	balloonctl_stats_get(stats, stat, &value);
	balloonctl_stats_free(stats);
	return value;
}

int64_t pair_get_update(struct pair *pair)
{
	struct balloonctl_stats *stats = pair_get_stats(pair);
	int64_t seconds = pair_tell_update(stats);

	balloonctl_stats_free(stats);
	return seconds;
}

int64_t pair_tell_update(const struct balloonctl_stats *stats)
{
	int64_t seconds = balloonctl_stats_get_last_update(stats);

	return seconds == 0 ? 0 : seconds - PAIR_EPOCH;
}

unsigned int pair_tell_present(const struct balloonctl_stats *stats)
{
	unsigned int present = 0;
	uint64_t value;

	for (int i = 0; i < balloonctl_stat_get_count(); i++)
		if (balloonctl_stats_get(stats, (enum balloonctl_stat)i, &value) == 0)
			present |= 1u << i;
	return present;
}

bool pair_is_honest(struct pair *pair, const struct balloonctl_stats *stats)
{
	struct balloonsim_guest *guest = balloonsim_machine_get_guest(pair->machine);
	unsigned int present = pair_tell_present(stats);
	uint64_t told, known;
	bool is_honest = true;

	for (unsigned int tag = 0; present >> tag != 0; tag++) {
		if ((present >> tag & 1) == 0)
			continue;
		CU_ASSERT_EQUAL(balloonctl_stats_get(stats, (enum balloonctl_stat)tag, &told), 0);
		/* What QEMU has and what the client says are always the same. */
		CU_ASSERT_EQUAL(told, balloonsim_machine_get_stat(pair->machine, tag));
		is_honest &= balloonsim_guest_get_stat(guest, tag, &known) && told == known;
	}
	return is_honest;
}

void pair_execute(struct pair *pair, const char *command)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "{'execute':'%s','id':'somebody'}", command);

	CU_ASSERT_FATAL(len > 0 && (size_t)len < sizeof(line));
	CU_ASSERT_EQUAL_FATAL(send(pair->fd, line, (size_t)len, MSG_NOSIGNAL), len);
	pair_process(pair);
}

const char *pair_take_events(struct pair *pair)
{
	static char words[EVENTS_MAX];
	struct balloonctl_event *event;
	size_t len = 0;
	int64_t bytes;

	words[0] = '\0';
	while ((event = balloonctl_monitor_next_event(pair->monitor)) != NULL) {
		len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s",
					len > 0 ? " " : "", balloonctl_event_get_name(event));
		if (len < sizeof(words) && balloonctl_event_get_actual_bytes(event, &bytes) == 0)
			len += (size_t)snprintf(words + len, sizeof(words) - len, "=%lld",
						(long long)(bytes / MIB));
		CU_ASSERT_FATAL(len < sizeof(words));
		balloonctl_event_free(event);
	}
	return words;
}

void pair_tell_guest(struct pair *pair, const char *what)
{
	struct balloonsim_guest *guest = balloonsim_machine_get_guest(pair->machine);

	CU_ASSERT_PTR_NOT_NULL_FATAL(guest);
	CU_ASSERT_EQUAL_FATAL(balloonsim_guest_do(guest, what), 0);
}

bool pair_next_value(const char **at, char *word, size_t size)
{
	size_t len = strcspn(*at, "|");

	if (**at == '\0')
		return false;
	CU_ASSERT_FATAL(len < size);
	memcpy(word, *at, len);
	word[len] = '\0';
	*at += len + ((*at)[len] == '|');
	return true;
}

const char *pair_get_option_values(const char *name)
{
	for (int i = 0; i < balloonsim_option_get_count(); i++)
		if (strcmp(balloonsim_option_get_name(i), name) == 0)
			return balloonsim_option_get_values(i);
	return "";
}

bool expect_equal(const char *text, const char *expected)
{
	if (text != NULL && strcmp(text, expected) == 0)
		return true;
	fprintf(stderr, "\n   is: %s\n not: %s\n", text == NULL ? "NULL" : text, expected);
	return false;
}
