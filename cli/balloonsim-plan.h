/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of balloonsim, the program: what its command line asks for. */
#ifndef CLI_BALLOONSIM_PLAN_H
#define CLI_BALLOONSIM_PLAN_H

#include <balloonsim.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

enum {
	VMS_MAX = 100000,
};

/* An argument, and what it means in the language of balloonsim_machine_configure(). */
struct setting {
	char *argument; /* what a message about it begins with */
	char *text;
};

/* One kind of machine of a host, and how many parts of all machines are of it. */
struct mix {
	struct setting setting;
	unsigned int weight;
};

struct plan {
	const char *qmp, *qtest; /* of one machine ... */
	const char *directory;   /* ... or of `vms` machines */
	unsigned int vms;        /* 0: one machine */
	uint64_t seed;
	const char *guest_word; /* the last argument that says something of the guest, or NULL */
	int ready_fd;           /* -1: none */
	bool quiet;
	struct setting *settings; /* of every machine, in the order of the command line */
	size_t n_settings;
	struct mix *mixes;
	size_t n_mixes;
};

/* QEMU's -device, "TYPE[,PROPERTY=VALUE...]", appended as machine options. EXIT_DONE, or EXIT_USAGE
 * after saying what is wrong. */
int device_translate(const char *device, struct buffer *options);

/* Append "NAME=VALUE", its value spelled as options want it. */
void option_append(struct buffer *options, const char *name, const char *value);

/* Which of `mixes` machine 0 ... n-1 of a host is of, an array to be freed: shares are exact to a
 * machine, and the seed decides who is who. */
size_t *mix_assign(const struct mix *mixes, size_t n_mixes, size_t n, uint64_t seed);

/* Tell whoever has started us that all sockets are there: a line to the descriptor, which is
 * closed, and what sd_notify(3) would send. */
void ready_announce(int fd, const char *status);

/* ... and that they are about to go. */
void ready_withdraw(void);

#endif
