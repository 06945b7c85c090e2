/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * raw-loop SOCKET COMMANDS MESSAGES QUERIES: the limit for a program that goes on asking over an
 * open connection. It sends the commands and reads that many messages, QUERIES times, and prints
 * wall and own CPU time a query.
 */
#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "raw.h"

int main(int argc, char **argv)
{
	static const char negotiation[] = "{\"execute\":\"qmp_capabilities\"}";
	static char bytes[64 << 10];
	unsigned int messages, queries;
	struct loop begin;
	size_t len;
	int fd;

	if (argc != 5)
		return 2;
	len = strlen(argv[2]);
	messages = (unsigned int)atoi(argv[3]);
	queries = (unsigned int)atoi(argv[4]);
	fd = raw_connect(argv[1]);
	raw_send(fd, negotiation, strlen(negotiation));
	raw_receive(fd, bytes, sizeof(bytes), 2);
	begin = loop_begin();
	for (unsigned int i = 0; i < queries; i++) {
		raw_send(fd, argv[2], len);
		raw_receive(fd, bytes, sizeof(bytes), messages);
	}
	loop_end(&begin, queries);
	return EXIT_SUCCESS;
}
