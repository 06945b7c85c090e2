/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fleet that runs out of memory: at every allocation of its making, of its growing and of its
 * sweeps. What it does with enough of it is seen in tests/client-sim.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "balloonctl.h"
#include "base/util.h"
#include "edges.h"
#include "peer.h"
#include "place.h"
#include "scarce.h"
#include "suite.h"

enum {
	INTERVAL_MS = 1000,
	MANY = 40, /* members: their places grow twice */
};

static void (*const make_scarce[])(long n) = { scarce_allow, scarce_fail_one };

static void test_new(void)
{
	struct balloonctl_fleet *fleet;

	scarce_allow(0);
	fleet = balloonctl_fleet_new();
	scarce_allow(-1);
	CU_ASSERT_PTR_NULL(fleet);
	balloonctl_fleet_free(NULL);
}

/* True if no allocation failed. */
static bool add_scarcely(void (*make)(long n), long n)
{
	struct balloonctl_fleet *fleet = balloonctl_fleet_new();
	struct balloonctl_sample *sample;
	size_t n_refused = 0, n_samples = 0;
	bool was_enough;
	int r;

	make(n);
	for (int i = 0; i < MANY; i++) {
		r = balloonctl_fleet_add(fleet, "unix:/nowhere", NULL, NULL);
		CU_ASSERT(r == 0 || r == -ENOMEM);
		CU_ASSERT(r == 0 ||
			  balloonctl_error_get_code(balloonctl_fleet_get_error(fleet)) == -ENOMEM);
		n_refused += r < 0;
	}
	was_enough = scarce_count() <= n;
	scarce_allow(-1);
	CU_ASSERT(!was_enough || n_refused == 0);
	CU_ASSERT_EQUAL(balloonctl_fleet_get_count(fleet), MANY - n_refused);
	for (; n_refused > 0; n_refused--)
		CU_ASSERT_EQUAL(balloonctl_fleet_add(fleet, "unix:/nowhere", NULL, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_fleet_get_count(fleet), MANY);
	edges_advance(10000);
	CU_ASSERT_EQUAL(balloonctl_fleet_process(fleet), 0);
	while ((sample = balloonctl_fleet_next_sample(fleet)) != NULL) {
		CU_ASSERT_EQUAL(balloonctl_sample_get_result(sample), -ENOENT);
		balloonctl_sample_free(sample);
		n_samples++;
	}
	CU_ASSERT_EQUAL(n_samples, MANY);
	balloonctl_fleet_free(fleet);
	return was_enough;
}

static void test_adding(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(make_scarce); i++) {
		long n = 0;

		while (!add_scarcely(make_scarce[i], n) && n < 1000)
			n++;
		CU_ASSERT(n > MANY && n < 1000);
	}
}

/* Two VMs, whose monitors are served by the test, and the fleet that follows them. */
struct scene {
	struct place places[2];
	int listeners[2];
	struct peer peers[2];
	bool is_served[2];
	struct balloonctl_fleet *fleet;
	struct balloonctl_member *members[2];
};

static void open_scene(struct scene *scene)
{
	edges_reset();
	*scene = (struct scene){ .fleet = balloonctl_fleet_new() };
	CU_ASSERT_PTR_NOT_NULL_FATAL(scene->fleet);
	balloonctl_fleet_set_interval_ms(scene->fleet, INTERVAL_MS);
	balloonctl_fleet_set_pause_ms(scene->fleet, 1, 1);
	/* The peers say that it is 2, whatever is set. */
	balloonctl_fleet_keep_polling_interval(scene->fleet, 5);
	for (int i = 0; i < 2; i++) {
		place_open(&scene->places[i]);
		scene->listeners[i] = place_listen(scene->places[i].path, 4);
		CU_ASSERT_EQUAL_FATAL(fcntl(scene->listeners[i], F_SETFL, O_NONBLOCK), 0);
		CU_ASSERT_EQUAL_FATAL(balloonctl_fleet_add(scene->fleet, scene->places[i].path,
							   NULL, &scene->members[i]),
				      0);
	}
}

static void close_scene(struct scene *scene)
{
	balloonctl_fleet_free(scene->fleet);
	for (int i = 0; i < 2; i++) {
		if (scene->is_served[i])
			peer_close(&scene->peers[i]);
		close(scene->listeners[i]);
		place_close(&scene->places[i]);
	}
}

/* The latest client is the one that is served. */
static void serve(struct scene *scene)
{
	for (int i = 0; i < 2; i++) {
		int fd = accept4(scene->listeners[i], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			if (scene->is_served[i])
				peer_close(&scene->peers[i]);
			peer_adopt(&scene->peers[i], fd, peer_balloon);
			scene->is_served[i] = true;
			peer_say(&scene->peers[i], PEER_GREETING);
		}
		if (scene->is_served[i])
			peer_take_turn(&scene->peers[i]);
	}
}

/* An interval passes, a round trip at a time. Good samples are counted for each VM. */
static void sweep(struct scene *scene, unsigned int *good)
{
	struct balloonctl_sample *sample;

	for (int i = 0; i < 10; i++) {
		CU_ASSERT_EQUAL(balloonctl_fleet_process(scene->fleet), 0);
		while ((sample = balloonctl_fleet_next_sample(scene->fleet)) != NULL) {
			int r = balloonctl_sample_get_result(sample);
			int which = balloonctl_sample_get_member(sample) == scene->members[1];

			CU_ASSERT_EQUAL(r == 0, balloonctl_sample_get_stats(sample) != NULL);
			good[which] += r == 0;
			balloonctl_sample_free(sample);
		}
		serve(scene);
		edges_advance(INTERVAL_MS / 10);
	}
}

/* The peers share the heap: their turns have enough. */
static bool follow_scarcely(void (*make)(long n), long n)
{
	unsigned int good[2] = { 0, 0 };
	bool was_enough = true;
	struct scene scene;
	long left = n;

	open_scene(&scene);
	for (int i = 0; i < 30; i++) {
		struct balloonctl_sample *sample;

		make(left);
		balloonctl_fleet_process(scene.fleet);
		while ((sample = balloonctl_fleet_next_sample(scene.fleet)) != NULL)
			balloonctl_sample_free(sample);
		left -= scarce_count();
		scarce_allow(-1);
		if (left < 0 && was_enough) {
			was_enough = false;
			left = make == scarce_allow ? 0 : LONG_MAX;
		} else if (left < 0) {
			left = 0;
		}
		serve(&scene);
		edges_advance(INTERVAL_MS / 10);
	}
	for (int i = 0; i < 3; i++) {
		good[0] = good[1] = 0;
		sweep(&scene, good);
	}
	close_scene(&scene);
	CU_ASSERT(good[0] > 0 && good[1] > 0);
	return was_enough;
}

static void test_following(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(make_scarce); i++) {
		long n = 0;

		while (!follow_scarcely(make_scarce[i], n) && n < 2000)
			n++;
		CU_ASSERT(n > 10 && n < 2000);
	}
}

static bool is_asked(const struct peer *peer)
{
	char byte;

	return recv(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* A member is read from a part at a time, and nobody need send more for the rest to be read. */
static void test_flood(void)
{
	static const char line[] =
		"{\"timestamp\": {\"seconds\": 1790000000, \"microseconds\": 0}, "
		"\"event\": \"RTC_CHANGE\", \"data\": {\"offset\": 0}}\r\n";
	static char flood[1000 * (sizeof(line) - 1) + 1];
	unsigned int good[2] = { 0, 0 };
	struct balloonctl_sample *sample = NULL;
	struct scene scene;

	for (size_t i = 0; i < 1000; i++)
		memcpy(flood + i * (sizeof(line) - 1), line, sizeof(line));
	open_scene(&scene);
	for (int i = 0; i < 3; i++)
		sweep(&scene, good);
	CU_ASSERT_FATAL(good[0] > 0 && good[1] > 0);
	/* It asks, and then all is there before it looks again. */
	for (int i = 0; i < 20 && !is_asked(&scene.peers[0]); i++) {
		edges_advance(INTERVAL_MS / 10);
		CU_ASSERT_EQUAL(balloonctl_fleet_process(scene.fleet), 0);
	}
	peer_say(&scene.peers[0], flood);
	CU_ASSERT(peer_take_turn(&scene.peers[0]));
	for (int i = 0; i < 10 && sample == NULL; i++) {
		CU_ASSERT_EQUAL(balloonctl_fleet_process(scene.fleet), 0);
		sample = balloonctl_fleet_next_sample(scene.fleet);
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(sample);
	CU_ASSERT_PTR_EQUAL(balloonctl_sample_get_member(sample), scene.members[0]);
	CU_ASSERT_EQUAL(balloonctl_sample_get_result(sample), 0);
	balloonctl_sample_free(sample);
	close_scene(&scene);
}

static CU_TestInfo tests[] = {
	{ "no fleet without memory", test_new },
	{ "members that there is no memory for are refused, and can be added later", test_adding },
	{ "a fleet that was short of memory follows its VMs when it no longer is", test_following },
	{ "what comes all at once is read a part at a time, to its end", test_flood },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("fleet", tests, argc, argv);
}
