/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel tells of a UNIX socket and of the processes at its ends. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"
#include "client/holder.h"
#include "edges.h"
#include "place.h"
#include "suite.h"

static void be_a_client(const void *path)
{
	place_connect(path);
}

static void test_who_is_served(void)
{
	int listener, own, served, own_served;
	struct place place;
	pid_t holder = 77, pid;

	place_open(&place);
	listener = place_listen(place.path, 5);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 0);
	/* Who waits in the queue is not served. */
	own = place_connect(place.path);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 0);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, own, &holder), 0);
	/* Who is served is, but not to himself. */
	own_served = accept(listener, NULL, NULL);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, own, &holder), HOLDER_IS_US);
	CU_ASSERT_EQUAL(holder, 77);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 1);
	CU_ASSERT_EQUAL(holder, getpid());
	/* Another one, beside us or alone. */
	pid = place_spawn(be_a_client, place.path);
	served = accept(listener, NULL, NULL);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, own, &holder), HOLDER_IS_US);
	close(own);
	close(own_served);
	holder = 77;
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 1);
	CU_ASSERT_EQUAL(holder, pid);
	/* Nobody any more. */
	place_end(pid);
	close(served);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 0);
	close(listener);
	place_close(&place);
}

/* Two VMs in one directory are two. */
static void test_neighbours(void)
{
	int listeners[2], client, served;
	struct place place;
	char other[128];
	pid_t holder = 77;

	place_open(&place);
	snprintf(other, sizeof(other), "%s2", place.path);
	listeners[0] = place_listen(place.path, 5);
	listeners[1] = place_listen(other, 5);
	client = place_connect(other);
	served = accept(listeners[1], NULL, NULL);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 0);
	CU_ASSERT_EQUAL(holder_find(NULL, other, -1, &holder), 1);
	CU_ASSERT_EQUAL(holder, getpid());
	close(client);
	close(served);
	close(listeners[0]);
	close(listeners[1]);
	place_close(&place);
}

/* Each of many sockets gets its own answer, and so do two questions about one. */
static void test_all_at_once(void)
{
	enum {
		COUNT = 12
	};
	int listeners[COUNT], clients[COUNT], served[COUNT];
	struct holder_query queries[COUNT + 2] = { 0 };
	char paths[COUNT][128];
	struct place place;

	place_open(&place);
	for (int i = 0; i < COUNT; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s%d", place.path, i);
		listeners[i] = place_listen(paths[i], 5);
		clients[i] = place_connect(paths[i]);
		served[i] = i % 3 == 0 ? accept(listeners[i], NULL, NULL) : -1;
		queries[i].path = paths[i];
	}
	queries[COUNT].path = paths[3];
	queries[COUNT + 1].path = "/nonexistent";
	CU_ASSERT_EQUAL(holder_find_all(queries, COUNT + 2, "/proc"), 0);
	for (int i = 0; i < COUNT; i++) {
		CU_ASSERT_EQUAL(queries[i].result, i % 3 == 0);
		CU_ASSERT_EQUAL(queries[i].pid, i % 3 == 0 ? getpid() : 0);
	}
	CU_ASSERT_EQUAL(queries[COUNT].result, 1);
	CU_ASSERT_EQUAL(queries[COUNT].pid, getpid());
	CU_ASSERT_EQUAL(queries[COUNT + 1].result, -ENOENT);
	for (int i = 0; i < COUNT; i++) {
		close(listeners[i]);
		close(clients[i]);
		if (served[i] >= 0)
			close(served[i]);
	}
	place_close(&place);
}

/* More sockets than one answer of the kernel holds. */
static void test_many_sockets(void)
{
	int listener, client, served, pairs[400][2];
	struct place place;
	pid_t holder = 77;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[i]),
				      0);
	place_open(&place);
	listener = place_listen(place.path, 5);
	client = place_connect(place.path);
	served = accept(listener, NULL, NULL);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 1);
	CU_ASSERT_EQUAL(holder, getpid());
	close(client);
	close(served);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), 0);
	close(listener);
	place_close(&place);
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
}

/* Those who share a view are answered from one look for a second. */
static void test_view(void)
{
	struct holder_view view = { 0 };
	int listeners[2], clients[2], served[2];
	struct place place;
	char other[128];
	pid_t holder;

	place_open(&place);
	snprintf(other, sizeof(other), "%s2", place.path);
	for (int i = 0; i < 2; i++) {
		listeners[i] = place_listen(i == 0 ? place.path : other, 5);
		clients[i] = place_connect(i == 0 ? place.path : other);
		served[i] = accept(listeners[i], NULL, NULL);
	}
	CU_ASSERT_EQUAL(holder_find(&view, place.path, -1, &holder), 1);
	CU_ASSERT_EQUAL(holder, getpid());
	/* Our own end is told from another's as ever. */
	CU_ASSERT_EQUAL(holder_find(&view, other, clients[1], &holder), HOLDER_IS_US);
	for (int i = 0; i < 2; i++) {
		close(clients[i]);
		close(served[i]);
	}
	edges_advance(999);
	holder = 77;
	CU_ASSERT_EQUAL(holder_find(&view, other, -1, &holder), 1);
	CU_ASSERT_EQUAL(holder, getpid());
	CU_ASSERT_EQUAL(holder_find(&view, "/nonexistent", -1, &holder), -ENOENT);
	edges_advance(1);
	CU_ASSERT_EQUAL(holder_find(&view, other, -1, &holder), 0);
	holder_view_done(&view);
	close(listeners[0]);
	close(listeners[1]);
	place_close(&place);
}

static void test_no_socket(void)
{
	struct place place;
	pid_t holder = 77;

	place_open(&place);
	CU_ASSERT_EQUAL(holder_find(NULL, place.path, -1, &holder), -ENOENT);
	CU_ASSERT_EQUAL(holder, 77);
	place_close(&place);
}

static void test_server(void)
{
	int listener, client, pair[2];
	struct place place;

	place_open(&place);
	listener = place_listen(place.path, 5);
	client = place_connect(place.path);
	CU_ASSERT_EQUAL(holder_get_server(client), getpid());
	CU_ASSERT_EQUAL(holder_get_server(-1), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(pair), 0);
	CU_ASSERT_EQUAL(holder_get_server(pair[0]), 0);
	close(pair[0]);
	close(pair[1]);
	close(client);
	close(listener);
	place_close(&place);
}

static void test_description(void)
{
	char expected[64], name[17] = "";

	prctl(PR_GET_NAME, name);
	snprintf(expected, sizeof(expected), "process %d (%s)", (int)getpid(), name);
	CU_ASSERT_STRING_EQUAL(holder_describe(getpid()).text, expected);
	CU_ASSERT_STRING_EQUAL(holder_describe(2147483647).text, "process 2147483647");
}

static void be_stopped(const void *name)
{
	prctl(PR_SET_NAME, name);
	raise(SIGSTOP);
}

/* A process may call itself anything. */
static void test_stopped(void)
{
	static const char stopped_name[] = "x) S 1 (y", running_name[] = "x) T 1 (y";
	char name[17] = "";
	pid_t pid = place_spawn(be_stopped, stopped_name);

	CU_ASSERT_EQUAL_FATAL(waitpid(pid, NULL, WUNTRACED), pid);
	CU_ASSERT(holder_is_stopped(pid));
	place_end(pid);
	CU_ASSERT_FALSE(holder_is_stopped(pid));
	prctl(PR_GET_NAME, name);
	prctl(PR_SET_NAME, running_name);
	CU_ASSERT_FALSE(holder_is_stopped(getpid()));
	prctl(PR_SET_NAME, name);
}

static CU_TestInfo tests[] = {
	{ "the client that is served is found, and nobody else", test_who_is_served },
	{ "the client of another socket is not", test_neighbours },
	{ "many sockets are asked for at once", test_all_at_once },
	{ "it is found among many sockets", test_many_sockets },
	{ "a view is a second old at most", test_view },
	{ "a path without a socket is an error", test_no_socket },
	{ "the server behind a connection is found", test_server },
	{ "a process is described by number and name", test_description },
	{ "a stopped process is told by its state, not by its name", test_stopped },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("holder", tests, argc, argv);
}
