/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host that is made up, for those who look around: its processes are files below a private
 * directory, its sockets are real ones there. Paths begin with a slash and mean those below it.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <stddef.h>

/* The directory. */
extern char world_root[64];

void world_open(void);
void world_close(void);

/* The path as it is outside; valid until the next call. */
char *world_path(const char *path);

/* The directories above a path. */
void world_make_directories(const char *path);

/* A file with these bytes, a symbolic link, a listening socket; with those directories. */
void world_write(const char *path, const char *bytes, size_t len);
void world_link(const char *path, const char *target);
int world_listen(const char *path);

/* A process, with '|' between its words, and the lines of /proc/net/unix. */
void world_add_process(int pid, const char *line);
void world_add_sockets(const char *lines);

#endif
