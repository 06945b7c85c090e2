/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Making connections. Linux has three surprises here. A UNIX socket whose queue is full answers a
 * non-blocking connect() with EAGAIN and can't be polled for, so it is tried again by the clock. A
 * path beyond the 107 bytes of sun_path is reached through /proc/self/fd. And getaddrinfo() blocks
 * for as long as the resolver likes, so glibc's asynchronous form does it.
 */
#include "client/dial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/vm_sockets.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/util.h"

enum {
	RETRY_MS = 20,  /* between two tries at a full queue */
	LOOKUP_MS = 10, /* between two looks at a name look-up, which has no descriptor */
};

struct dial_lookup {
	struct gaicb request;
	struct addrinfo hints;
	char *host, *port;           /* copies: a look-up may outlive the address */
	const struct addrinfo *next; /* the address to try now */
};

void dial_start(struct dial *dial, const struct address *address)
{
	*dial = (struct dial){ .fd = -1, .address = address, .wake_at = 0 };
}

/* A program may run with its standard descriptors closed. What it then prints must not go to QEMU,
 * so no connection gets their numbers. */
static int open_socket(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int moved;

	if (fd < 0)
		return -errno;
	if (fd > STDERR_FILENO)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (moved < 0)
		moved = -errno;
	close(fd);
	return moved;
}

/* One attempt. 1: connected; 0: under way, poll for writing; or a negative errno. */
static int attempt(struct dial *dial, int family, const struct sockaddr *to, socklen_t len)
{
	int r;

	r = open_socket(family);
	if (r < 0)
		return r;
	dial->fd = r;
	if (connect(dial->fd, to, len) == 0)
		return 1;
	if (errno == EINPROGRESS || errno == EINTR)
		return 0;
	r = -errno;
	close(dial->fd);
	dial->fd = -1;
	return r;
}

/* The end of an attempt that was under way. */
static int finish(struct dial *dial)
{
	int r = 0;
	socklen_t len = sizeof(r);
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);

	if (getsockopt(dial->fd, SOL_SOCKET, SO_ERROR, &r, &len) < 0)
		r = errno;
	if (r == 0) {
		if (getpeername(dial->fd, (struct sockaddr *)&peer, &peer_len) == 0)
			return 1;
		if (errno == ENOTCONN)
			return 0; /* woken too early */
		r = errno;
	}
	close(dial->fd);
	dial->fd = -1;
	return -r;
}

static int attempt_path(struct dial *dial, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	return attempt(dial, AF_UNIX, (const struct sockaddr *)&to, sizeof(to));
}

static int attempt_long_path(struct dial *dial, const char *path)
{
	char link[sizeof("/proc/self/fd/") + 10];
	int fd, r;

	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	r = attempt_path(dial, link);
	close(fd);
	return r;
}

static int step_unix(struct dial *dial, int64_t now)
{
	const char *path = dial->address->path;
	int r;

	if (strlen(path) < sizeof(((struct sockaddr_un *)NULL)->sun_path))
		r = attempt_path(dial, path);
	else
		r = attempt_long_path(dial, path);
	if (r == -EAGAIN) {
		dial->last_error = r;
		dial->wake_at = now + RETRY_MS;
		return 0;
	}
	return r;
}

static int step_vsock(struct dial *dial)
{
	struct sockaddr_vm to = {
		.svm_family = AF_VSOCK,
		.svm_cid = dial->address->cid,
		.svm_port = dial->address->vsock_port,
	};

	return attempt(dial, AF_VSOCK, (const struct sockaddr *)&to, sizeof(to));
}

/* The caller's number stays the caller's: we work on a duplicate. */
static int step_fd(struct dial *dial)
{
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer);
	int type = SOCK_STREAM;
	socklen_t type_len = sizeof(type);

	if (getpeername(dial->address->fd, (struct sockaddr *)&peer, &peer_len) < 0 ||
	    getsockopt(dial->address->fd, SOL_SOCKET, SO_TYPE, &type, &type_len) < 0)
		return -errno;
	if (type != SOCK_STREAM)
		return -EPROTOTYPE;
	dial->fd = fcntl(dial->address->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return dial->fd < 0 ? -errno : 1;
}

static void lookup_free(struct dial_lookup *lookup)
{
	if (lookup == NULL)
		return;
	/* A look-up that can't be cancelled goes on in the C library and still writes into its
	 * request. Losing that little memory to a hanging name server is the lesser evil. */
	if (gai_error(&lookup->request) == EAI_INPROGRESS &&
	    gai_cancel(&lookup->request) == EAI_NOTCANCELED)
		return;
	if (lookup->request.ar_result != NULL)
		freeaddrinfo(lookup->request.ar_result);
	free(lookup->host);
	free(lookup->port);
	free(lookup);
}

static int lookup_new(const struct address *address, struct dial_lookup **ret)
{
	struct dial_lookup *lookup = calloc(1, sizeof(*lookup));

	if (lookup == NULL)
		return -ENOMEM;
	lookup->host = strdup(address->host);
	lookup->port = strdup(address->port);
	if (lookup->host == NULL || lookup->port == NULL) {
		free(lookup->host);
		free(lookup->port);
		free(lookup);
		return -ENOMEM;
	}
	lookup->hints.ai_socktype = SOCK_STREAM;
	lookup->hints.ai_flags = AI_NUMERICSERV;
	lookup->request.ar_name = lookup->host;
	lookup->request.ar_service = lookup->port;
	lookup->request.ar_request = &lookup->hints;
	*ret = lookup;
	return 0;
}

/* EAI_SYSTEM is no case of its own: errno was that of another thread. */
static int lookup_result(int code)
{
	switch (code) {
	case 0:
		return 0;
	case EAI_MEMORY:
		return -ENOMEM;
	case EAI_AGAIN:
		return -EHOSTUNREACH;
	default:
		return -EADDRNOTAVAIL;
	}
}

/* 1: the look-up is done; 0: it is under way. A number needs no look-up, and no thread of the C
 * library's. */
static int step_lookup(struct dial *dial, int64_t now)
{
	struct gaicb *requests[1];
	struct dial_lookup *lookup;
	int code, r;

	if (dial->lookup == NULL) {
		r = lookup_new(dial->address, &dial->lookup);
		if (r < 0)
			return r;
		lookup = dial->lookup;
		lookup->hints.ai_flags |= AI_NUMERICHOST;
		code = getaddrinfo(lookup->host, lookup->port, &lookup->hints,
				   &lookup->request.ar_result);
		if (code == EAI_NONAME) {
			lookup->hints.ai_flags &= ~AI_NUMERICHOST;
			requests[0] = &lookup->request;
			code = getaddrinfo_a(GAI_NOWAIT, requests, 1, NULL);
			if (code == 0)
				code = EAI_INPROGRESS;
		}
	} else {
		lookup = dial->lookup;
		code = gai_error(&lookup->request);
	}
	if (code == EAI_INPROGRESS) {
		dial->wake_at = now + LOOKUP_MS;
		return 0;
	}
	r = lookup_result(code);
	if (r < 0)
		return r;
	lookup->next = lookup->request.ar_result;
	return 1;
}

static int step_tcp(struct dial *dial, int64_t now)
{
	const struct addrinfo *to;
	int r;

	if (dial->lookup == NULL || dial->lookup->next == NULL) {
		/* Tried them all? */
		if (dial->last_error < 0)
			return dial->last_error;
		r = step_lookup(dial, now);
		if (r <= 0)
			return r;
	}
	while ((to = dial->lookup->next) != NULL) {
		dial->lookup->next = to->ai_next;
		r = attempt(dial, to->ai_family, to->ai_addr, to->ai_addrlen);
		if (r >= 0)
			return r;
		dial->last_error = r;
	}
	return dial->last_error;
}

static int begin_attempt(struct dial *dial, int64_t now)
{
	switch (dial->address->kind) {
	case ADDRESS_UNIX:
		return step_unix(dial, now);
	case ADDRESS_TCP:
		return step_tcp(dial, now);
	case ADDRESS_VSOCK:
		return step_vsock(dial);
	case ADDRESS_FD:
		return step_fd(dial);
	}
	return -EINVAL;
}

int dial_step(struct dial *dial, int64_t now, int *ret_fd)
{
	int r;

	if (dial->fd >= 0) {
		r = finish(dial);
		if (r < 0 && dial->address->kind == ADDRESS_TCP) {
			dial->last_error = r;
			r = begin_attempt(dial, now);
		}
	} else {
		if (now < dial->wake_at)
			return 0;
		dial->wake_at = INT64_MAX;
		r = begin_attempt(dial, now);
	}
	if (r == 1) {
		*ret_fd = dial->fd;
		dial->fd = -1;
	}
	return r;
}

void dial_done(struct dial *dial)
{
	if (dial->fd >= 0)
		close(dial->fd);
	dial->fd = -1;
	lookup_free(dial->lookup);
	dial->lookup = NULL;
}
