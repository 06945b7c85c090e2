/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A private directory with sockets in it, for tests that need real ones. */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include <sys/types.h>

struct place {
	char directory[64];
	char path[96]; /* for a socket */
};

/* A new directory that everybody may search. */
void place_open(struct place *place);
/* With all that is in it, two levels deep. */
void place_close(struct place *place);

/* A listening socket at this path. The queue takes one more client than `backlog`. */
int place_listen(const char *path, int backlog);
/* A client that waits in the queue, or is served once somebody accepts it. */
int place_connect(const char *path);

/* Run `body` in another process, as user and group `id` if we are root. Its words, written to the
 * descriptor it is given, come back in `ret` as a string. */
void place_run_as(unsigned int id, void (*body)(int out, const void *argument),
		  const void *argument, char *ret, size_t size);

/* A process that runs `body` and then waits to be ended. */
pid_t place_spawn(void (*body)(const void *argument), const void *argument);
void place_end(pid_t pid);

#endif
