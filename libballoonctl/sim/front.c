/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sockets of a machine. A client that does not read its replies is not read from either, and while
 * one is served the next waits in the kernel's queue without a greeting, as it does with QEMU.
 */
#include "sim/front.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/util.h"

enum {
	BACKLOG = 16,
};

#define RETRY_NS INT64_C(1000000000)

void sim_front_init(struct sim_front *front, int poll_fd)
{
	*front = (struct sim_front){
		.poll_fd = poll_fd,
		.listen_fd = -1,
		.client_fd = -1,
		.retry_ns = INT64_MAX,
	};
}

/* The epoll forgets a descriptor by itself only when no process has it any more, and the peer of a
 * socket sees its end only then: a child of ours may have a copy. */
static void close_polled(const struct sim_front *front, int fd)
{
	epoll_ctl(front->poll_fd, EPOLL_CTL_DEL, fd, NULL);
	shutdown(fd, SHUT_RDWR);
	close(fd);
}

void sim_front_done(struct sim_front *front)
{
	sim_front_hang_up(front);
	for (unsigned int i = 0; i < front->n_waiting; i++)
		close_polled(front, front->waiting[i]);
	if (front->listen_fd >= 0)
		close_polled(front, front->listen_fd);
	if (front->path != NULL)
		unlink(front->path);
	free(front->path);
	sim_front_init(front, -1);
}

/* Is the socket a leftover? Connecting is the one way to know, and it ends at once. */
static int remove_leftover(const struct sockaddr_un *address)
{
	struct stat found;
	int fd, r = 0;

	if (lstat(address->sun_path, &found) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(found.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	    errno != ECONNREFUSED)
		r = -EADDRINUSE;
	else if (unlink(address->sun_path) < 0)
		r = -errno;
	close(fd);
	return r;
}

int sim_front_listen(struct sim_front *front, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int r;

	if (front->listen_fd >= 0)
		return -EALREADY;
	if (path[0] == '\0')
		return -EINVAL;
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	r = remove_leftover(&address);
	if (r < 0)
		return r;
	front->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (front->listen_fd < 0)
		return -errno;
	front->path = strdup(path);
	if (front->path == NULL)
		r = -ENOMEM;
	else if (bind(front->listen_fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		r = -errno;
	if (r < 0) {
		/* What we haven't made we don't remove. */
		free(front->path);
		front->path = NULL;
	} else if (listen(front->listen_fd, BACKLOG) < 0) {
		r = -errno;
		unlink(front->path);
	}
	if (r < 0) {
		close(front->listen_fd);
		front->listen_fd = -1;
	}
	return r;
}

int sim_front_connect(struct sim_front *front)
{
	int ends[2];

	if (front->n_waiting == SIM_FRONT_WAITING_MAX)
		return -EAGAIN;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
		return -errno;
	front->waiting[front->n_waiting++] = ends[1];
	return ends[0];
}

/* With no descriptor to be had, the client that waits would wake us for ever. */
static bool is_resting(struct sim_front *front, int64_t now_ns)
{
	if (front->retry_ns != INT64_MAX && now_ns >= front->retry_ns)
		front->retry_ns = INT64_MAX;
	return front->retry_ns != INT64_MAX;
}

bool sim_front_accept(struct sim_front *front, int64_t now_ns)
{
	if (front->client_fd >= 0)
		return false;
	if (front->n_waiting > 0) {
		front->client_fd = front->waiting[0];
		front->n_waiting--;
		memmove(front->waiting, front->waiting + 1,
			front->n_waiting * sizeof(front->waiting[0]));
	} else if (front->listen_fd >= 0 && !is_resting(front, now_ns)) {
		front->client_fd =
			accept4(front->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (front->client_fd < 0 && errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED)
			front->retry_ns = now_ns + RETRY_NS;
	}
	return front->client_fd >= 0;
}

void sim_front_hang_up(struct sim_front *front)
{
	if (front->client_fd < 0)
		return;
	close_polled(front, front->client_fd);
	front->client_fd = -1;
	front->events = 0;
}

static int lose(struct sim_front *front)
{
	sim_front_hang_up(front);
	return -ENOTCONN;
}

bool sim_front_has_left(const struct sim_front *front)
{
	struct pollfd pfd = { .fd = front->client_fd };

	return front->client_fd >= 0 && poll(&pfd, 1, 0) > 0 && (pfd.revents & POLLHUP) != 0;
}

int sim_front_receive(struct sim_front *front, void *bytes, size_t size)
{
	ssize_t n;

	if (front->client_fd < 0)
		return -ENOTCONN;
	n = recv(front->client_fd, bytes, size, 0);
	if (n > 0)
		return (int)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return lose(front);
}

int sim_front_send(struct sim_front *front, struct buf *output)
{
	while (front->client_fd >= 0 && output->len > 0) {
		ssize_t n = send(front->client_fd, output->data, output->len, MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n < 0)
			return lose(front);
		buf_consume(output, (size_t)n);
	}
	return 0;
}

static void wait_for(struct sim_front *front, int fd, unsigned int before, unsigned int events)
{
	struct epoll_event event = { .events = events };

	if (events == before)
		return;
	event.data.fd = fd;
	if (before == 0)
		epoll_ctl(front->poll_fd, EPOLL_CTL_ADD, fd, &event);
	else if (events == 0)
		epoll_ctl(front->poll_fd, EPOLL_CTL_DEL, fd, &event);
	else
		epoll_ctl(front->poll_fd, EPOLL_CTL_MOD, fd, &event);
}

void sim_front_arrange(struct sim_front *front, const struct buf *output)
{
	unsigned int events = 0;
	bool listens =
		front->listen_fd >= 0 && front->client_fd < 0 && front->retry_ns == INT64_MAX;

	if (front->listen_fd >= 0)
		wait_for(front, front->listen_fd, front->listens ? EPOLLIN : 0,
			 listens ? EPOLLIN : 0);
	front->listens = listens;
	if (front->client_fd < 0)
		return;
	/* Hanging up is always told, so that both may be absent only for a moment. */
	if (output->len < SIM_FRONT_OUTPUT_MAX)
		events |= EPOLLIN;
	if (output->len > 0)
		events |= EPOLLOUT;
	wait_for(front, front->client_fd, front->events, events);
	front->events = events;
}
