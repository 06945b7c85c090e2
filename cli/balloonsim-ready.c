/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readiness, told in the two ways that are common: a line on a descriptor, and the datagram that
 * systemd asks for in NOTIFY_SOCKET (sd_notify(3) describes it). That nobody listens is no error.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "balloonsim-plan.h"

static void notify(const struct buffer *message)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
	    strlen(path) >= sizeof(address.sun_path))
		return;
	strcpy(address.sun_path, path);
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	/* An abstract address begins with a zero byte and has no end but its length. */
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	else
		len++;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, message->data, message->len, MSG_NOSIGNAL | MSG_DONTWAIT,
		     (const struct sockaddr *)&address, len);
	close(fd);
}

void ready_announce(int fd, const char *status)
{
	struct buffer message = { 0 };

	if (fd >= 0) {
		ssize_t ignored = write(fd, "READY=1\n", 8);

		(void)ignored;
		close(fd);
	}
	buffer_append_string(&message, "READY=1\nSTATUS=");
	buffer_append_escaped(&message, status);
	buffer_append_string(&message, "\n");
	notify(&message);
	buffer_free(&message);
}

void ready_withdraw(void)
{
	struct buffer message = { 0 };

	buffer_append_string(&message, "STOPPING=1\n");
	notify(&message);
	buffer_free(&message);
}
