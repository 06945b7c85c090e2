/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See peer.h. Its own mistakes are fatal assertions. */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/util.h"
#include "edges.h"
#include "suite.h"

enum {
	PEERS_MAX = 4,
};

static struct peer *peers[PEERS_MAX];

const struct answer peer_balloon[] = {
	{ "qmp_capabilities", "\"return\": {}" },
	{ "\"query-name\"", "\"return\": {\"name\": \"vm1\"}" },
	{ "\"/machine/peripheral\"", "\"return\": [{\"name\": \"type\", \"type\": \"string\"}, "
				     "{\"name\": \"disk0\", \"type\": \"child<virtio-blk-pci>\"}, "
				     "{\"name\": \"balloon0\", \"type\": "
				     "\"child<virtio-balloon-pci>\"}]" },
	{ "\"/machine/peripheral-anon\"",
	  "\"return\": [{\"name\": \"type\", \"type\": \"string\"}]" },
	{ "\"property\":\"guest-stats\"",
	  "\"return\": {\"stats\": {\"stat-htlb-pgalloc\": 0, \"stat-swap-out\": 0, "
	  "\"stat-available-memory\": 900000000, \"stat-htlb-pgfail\": 18446744073709551615, "
	  "\"stat-free-memory\": 844943360, \"stat-minor-faults\": 5, \"stat-major-faults\": 6, "
	  "\"stat-total-memory\": 1020000000, \"stat-swap-in\": 0, \"stat-disk-caches\": 7}, "
	  "\"last-update\": 1790000000}" },
	{ "\"qom-set\"", "\"return\": {}" },
	{ "\"property\":\"guest-stats-polling-interval\"", "\"return\": 2" },
	{ "\"property\":\"type\"", "\"return\": \"virtio-balloon-pci\"" },
	{ "\"query-balloon\"", "\"return\": {\"actual\": 1073741824}" },
	{ "\"balloon\"", "\"return\": {}" },
	{ "\"query-status\"", "\"return\": {\"status\": \"running\", \"running\": true}" },
	{ "\"query-memory-size-summary\"",
	  "\"return\": {\"base-memory\": 1073741824, \"plugged-memory\": 0}" },
	{ NULL, NULL },
};

const struct answer *peer_instead(const char *request, const char *members)
{
	static struct answer answers[ARRAY_SIZE(peer_balloon) + 1];

	answers[0] = (struct answer){ request, members };
	memcpy(answers + 1, peer_balloon, sizeof(peer_balloon));
	return answers;
}

static bool take_turns(void)
{
	bool has_read = false;

	for (size_t i = 0; i < PEERS_MAX; i++)
		if (peers[i] != NULL && peer_take_turn(peers[i]))
			has_read = true;
	return has_read;
}

void peer_adopt(struct peer *peer, int fd, const struct answer *answers)
{
	size_t i = 0;

	*peer = (struct peer){ .fd = fd, .client_fd = -1, .answers = answers };
	while (i < PEERS_MAX && peers[i] != NULL)
		i++;
	CU_ASSERT_FATAL(i < PEERS_MAX);
	peers[i] = peer;
	edges.turn = take_turns;
}

void peer_open(struct peer *peer, const struct answer *answers)
{
	int fds[2];

	edges_reset();
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	peer_adopt(peer, fds[0], answers);
	peer->client_fd = fds[1];
	snprintf(peer->address, sizeof(peer->address), "fd:%d", fds[1]);
}

void peer_close(struct peer *peer)
{
	for (size_t i = 0; i < PEERS_MAX; i++)
		if (peers[i] == peer)
			peers[i] = NULL;
	peer_hang_up(peer);
	if (peer->client_fd >= 0)
		close(peer->client_fd);
	buf_done(&peer->in);
	buf_done(&peer->heard);
}

void peer_say(struct peer *peer, const char *text)
{
	size_t len = strlen(text);

	CU_ASSERT_EQUAL_FATAL(write(peer->fd, text, len), (ssize_t)len);
}

void peer_hang_up(struct peer *peer)
{
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
}

const char *peer_take_heard(struct peer *peer)
{
	static char text[16 << 10];
	size_t len = peer->heard.len;

	CU_ASSERT_FATAL(len < sizeof(text));
	if (len > 0)
		memcpy(text, peer->heard.data, len);
	text[len] = '\0';
	buf_consume(&peer->heard, len);
	return text;
}

static void answer(struct peer *peer, const char *request, const struct json *id)
{
	const struct answer *row = peer->answers;
	const char *members;
	struct buf reply = { 0 };
	uint64_t number;

	while (row->request != NULL && strstr(request, row->request) == NULL)
		row++;
	members = row->request != NULL ? row->members
				       : "\"error\": {\"class\": \"CommandNotFound\", "
					 "\"desc\": \"The command has not been found\"}";
	if (members == NULL)
		return;
	buf_append_string(&reply, "{");
	buf_append_string(&reply, members);
	if (json_get_u64(id, &number) == 0) {
		buf_append_string(&reply, ", \"id\": ");
		buf_append_u64(&reply, number);
	}
	buf_append(&reply, "}\r\n", 4);
	peer_say(peer, reply.data);
	buf_done(&reply);
}

static void hear(struct peer *peer, size_t len)
{
	struct json *json = NULL;
	char request[8192];

	CU_ASSERT_FATAL(len < sizeof(request));
	memcpy(request, peer->in.data, len);
	request[len] = '\0';
	buf_append(&peer->heard, request, len);
	peer->commands++;
	CU_ASSERT_EQUAL_FATAL(json_parse(request, len, &json), 0);
	if (!peer->is_mute && peer->fd >= 0)
		answer(peer, request, json_member(json, "id"));
	json_free(json);
}

/* Not recv(), which is the library's here. */
static ssize_t read_now(int fd, void *bytes, size_t size)
{
	struct iovec part = { .iov_base = bytes, .iov_len = size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return recvmsg(fd, &message, MSG_DONTWAIT);
}

bool peer_take_turn(struct peer *peer)
{
	char bytes[4096];
	ssize_t received = -1;
	bool has_read = false;
	size_t len;

	while (peer->fd >= 0 && (received = read_now(peer->fd, bytes, sizeof(bytes))) > 0) {
		buf_append(&peer->in, bytes, (size_t)received);
		has_read = true;
	}
	peer->turns += has_read;
	while (framer_next(&peer->framer, &peer->in, &len) == 1) {
		hear(peer, len);
		buf_consume(&peer->in, len);
	}
	return has_read;
}

struct balloonctl_monitor *peer_connect(struct peer *peer)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(monitor);
	peer_say(peer, PEER_GREETING);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_connect(monitor, peer->address), 0);
	edges.sends = edges.recvs = edges.polls = 0;
	return monitor;
}

void peer_settle(struct balloonctl_monitor *monitor)
{
	for (int i = 0; i < 16; i++)
		if (balloonctl_monitor_wait(monitor, 0) < 0)
			break;
}

const char *peer_message(const struct balloonctl_monitor *monitor)
{
	return balloonctl_error_get_message(balloonctl_monitor_get_error(monitor));
}

void peer_assert_sentence(const struct peer *peer, const struct balloonctl_monitor *monitor,
			  const char *rest)
{
	char expected[1000];

	snprintf(expected, sizeof(expected), "%s: %s", peer->address, rest);
	CU_ASSERT_STRING_EQUAL(peer_message(monitor), expected);
	if (!string_equal(peer_message(monitor), expected))
		fprintf(stderr, "found: %s\n", peer_message(monitor));
}

void peer_assert_reached(int listener, const char *address)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	int64_t actual = 0;
	struct peer peer;
	int r, fd;

	r = balloonctl_monitor_start_connect(monitor, address);
	while (r == 0 && poll(&(struct pollfd){ .fd = listener, .events = POLLIN }, 1, 0) == 0)
		r = balloonctl_monitor_wait(monitor, 20);
	CU_ASSERT_EQUAL(r, 0);
	if (r < 0)
		goto out;
	fd = accept(listener, NULL, NULL);
	CU_ASSERT_FATAL(fd >= 0);
	peer_adopt(&peer, fd, peer_balloon);
	peer_say(&peer, PEER_GREETING);
	while (r == 0 && !balloonctl_monitor_is_connected(monitor))
		r = balloonctl_monitor_wait(monitor, -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), 0);
	CU_ASSERT_EQUAL(actual, 1073741824);
	CU_ASSERT(fcntl(balloonctl_monitor_get_fd(monitor), F_GETFD) & FD_CLOEXEC);
	peer_close(&peer);
out:
	balloonctl_monitor_free(monitor);
}

void peer_assert_unreachable(const char *address, int code, const char *words)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, address), code);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(balloonctl_monitor_get_error(monitor)), code);
	CU_ASSERT(string_starts_with(peer_message(monitor), address));
	CU_ASSERT(string_starts_with(peer_message(monitor) + strlen(address), ": "));
	CU_ASSERT_PTR_NOT_NULL(strstr(peer_message(monitor), words));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), -ENOTCONN);
	balloonctl_monitor_free(monitor);
}
