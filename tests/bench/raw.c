/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The least that a client of QMP has to do: no polls, no deadlines, no JSON, no stdio. */
#include "raw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int raw_connect(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		exit(EXIT_FAILURE);
	return fd;
}

void raw_send(int fd, const char *bytes, size_t len)
{
	if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
		exit(EXIT_FAILURE);
}

size_t raw_receive(int fd, char *bytes, size_t size, unsigned int messages)
{
	size_t len = 0;

	while (messages > 0) {
		ssize_t got = recv(fd, bytes + len, size - len, 0);
		const char *line = bytes + len;

		if (got <= 0)
			exit(EXIT_FAILURE);
		len += (size_t)got;
		while (messages > 0 && (line = memchr(line, '\n', (size_t)(bytes + len - line)))) {
			messages--;
			line++;
		}
	}
	return len;
}
