/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operating systems that a guest can run: in what their balloon drivers differ, as data. */
#ifndef SIM_OS_H
#define SIM_OS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/spec.h"

struct sim_os {
	const char *name;
	uint64_t features; /* accepted whenever they are offered */
	uint8_t n_tags;
	uint8_t tags[SIM_STATS_MAX]; /* in the order in which they are sent */
	bool is_windows;
	bool leaves_first_unset; /* the first buffer is sent as it happens to be */
	bool answers;            /* on Windows a service in user space has to be there for it */
};

/* By number from 0; NULL behind the last. The first is the one in use when none is named. */
const struct sim_os *sim_os_get(unsigned int number);

#endif
