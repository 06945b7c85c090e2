/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * raw-once SOCKET COMMANDS MESSAGES: the limit for a program that asks QEMU once. It connects,
 * sends the commands in one write without waiting for the greeting, reads that many messages and
 * prints them. `run` gives it byte for byte what balloonctl sends.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"

int main(int argc, char **argv)
{
	static char bytes[64 << 10];
	size_t len;
	int fd;

	if (argc != 4)
		return 2;
	fd = raw_connect(argv[1]);
	raw_send(fd, argv[2], strlen(argv[2]));
	len = raw_receive(fd, bytes, sizeof(bytes), (unsigned int)atoi(argv[3]));
	return write(STDOUT_FILENO, bytes, len) == (ssize_t)len ? EXIT_SUCCESS : EXIT_FAILURE;
}
