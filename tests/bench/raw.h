/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the raw programs share: a blocking UNIX socket, and replies that nobody looks into. */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include <stddef.h>

/* A connected socket. All of these end the program when something fails. */
int raw_connect(const char *path);
void raw_send(int fd, const char *bytes, size_t len);

/* Read `messages` lines (a monitor with pretty=off writes one message a line) into `bytes` and
 * return how many bytes they were. */
size_t raw_receive(int fd, char *bytes, size_t size, unsigned int messages);

#endif
