/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See edges.h. A poll() without an end on a clock that stands still is a test that hangs: it says
 * so instead. */
#include "edges.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/util.h"

int __real_clock_gettime(clockid_t clock, struct timespec *ret);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
ssize_t __real_send(int fd, const void *bytes, size_t len, int flags);
ssize_t __real_recv(int fd, void *bytes, size_t len, int flags);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);
ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags);

enum {
	PIECE_MS = 2,
};

struct edges edges;

static int64_t now_ms = 1000000;

void edges_reset(void)
{
	edges = (struct edges){ 0 };
}

void edges_advance(int64_t ms)
{
	now_ms += ms;
}

static bool is_interrupted(unsigned int *interrupts)
{
	if (*interrupts == 0)
		return false;
	(*interrupts)--;
	errno = EINTR;
	return true;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	if (edges.is_real || clock != CLOCK_MONOTONIC)
		return __real_clock_gettime(clock, ret);
	*ret = (struct timespec){ .tv_sec = now_ms / 1000, .tv_nsec = now_ms % 1000 * 1000000 };
	return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	int ready;

	edges.polls++;
	if (is_interrupted(&edges.poll_interrupts))
		return -1;
	if (edges.poll_error != 0) {
		errno = edges.poll_error;
		return -1;
	}
	ready = __real_poll(fds, n, 0);
	if (ready == 0 && edges.turn != NULL && edges.turn())
		ready = __real_poll(fds, n, 0);
	if (ready != 0)
		return ready;
	/* In short pieces, so that a peer played by this thread gets its turn. */
	if (edges.is_real)
		return __real_poll(fds, n, timeout < 0 ? PIECE_MS : MIN(timeout, PIECE_MS));
	if (timeout < 0) {
		fprintf(stderr, "poll() would wait for ever\n");
		abort();
	}
	edges.waited_ms += timeout;
	edges_advance(timeout);
	return 0;
}

ssize_t __wrap_send(int fd, const void *bytes, size_t len, int flags)
{
	edges.sends++;
	if (is_interrupted(&edges.send_interrupts))
		return -1;
	if (edges.full > 0) {
		edges.full--;
		errno = EAGAIN;
		return -1;
	}
	return __real_send(fd, bytes, edges.send_max > 0 ? MIN(len, edges.send_max) : len, flags);
}

ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags)
{
	edges.recvs++;
	if (is_interrupted(&edges.recv_interrupts))
		return -1;
	return __real_recv(fd, bytes, edges.recv_max > 0 ? MIN(len, edges.recv_max) : len, flags);
}
