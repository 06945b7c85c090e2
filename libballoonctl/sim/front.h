/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One of a machine's sockets, QMP or qtest: it listens, takes one client at a time, and moves bytes.
 * What they mean is the server's behind it.
 */
#ifndef SIM_FRONT_H
#define SIM_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	SIM_FRONT_WAITING_MAX = 8,       /* clients connected in process and not yet served */
	SIM_FRONT_OUTPUT_MAX = 64 << 10, /* bytes unsent: read no more commands before they leave */
	SIM_FRONT_CHUNK = 4096,          /* bytes received at once */
};

struct sim_front {
	int poll_fd;   /* the machine's epoll, borrowed */
	int listen_fd; /* -1: none */
	int client_fd; /* -1: none */
	char *path;    /* what to remove in the end */
	int waiting[SIM_FRONT_WAITING_MAX];
	unsigned int n_waiting;
	bool listens; /* what the epoll has been told */
	unsigned int events;
	/* When to listen again after the host had no descriptor for a client, on CLOCK_MONOTONIC;
	 * INT64_MAX: nothing like that has happened. */
	int64_t retry_ns;
};

/* Is there a client, or can there be one? */
static inline bool sim_front_is_open(const struct sim_front *front)
{
	return front->client_fd >= 0 || front->listen_fd >= 0 || front->n_waiting > 0;
}

void sim_front_init(struct sim_front *front, int poll_fd);
void sim_front_done(struct sim_front *front);

/* Listen at a path; a socket there that nobody serves any more is replaced. Negative errno:
 * -EADDRINUSE if somebody does, -EEXIST if it is no socket, -EINVAL if it is empty. */
int sim_front_listen(struct sim_front *front, const char *path);

/* The other end of a new connection, or negative errno; -EAGAIN: too many wait. */
int sim_front_connect(struct sim_front *front);

/* Take the next client if there is none now: true if one has come. `now_ns` is CLOCK_MONOTONIC. */
bool sim_front_accept(struct sim_front *front, int64_t now_ns);

/* Has the client closed its end? One that has only stopped to send has not. What such a client sent
 * and QEMU has not read is lost. */
bool sim_front_has_left(const struct sim_front *front);

/* Bytes from the client into `bytes`: how many, 0 if there are none now, -ENOTCONN if it has gone
 * (the front is then without a client). */
int sim_front_receive(struct sim_front *front, void *bytes, size_t size);

/* Send what can be sent of the output. -ENOTCONN as above. */
int sim_front_send(struct sim_front *front, struct buf *output);

/* End the client's connection. */
void sim_front_hang_up(struct sim_front *front);

/* Have the epoll wait for what can be done next. */
void sim_front_arrange(struct sim_front *front, const struct buf *output);

#endif
