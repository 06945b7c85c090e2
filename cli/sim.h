/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The address sim:OPTIONS: a simulated VM inside this process, made for one command. */
#ifndef CLI_SIM_H
#define CLI_SIM_H

#include <balloonsim.h>
#include <stdbool.h>

/* A zeroed struct is none. */
struct sim {
	struct balloonsim_machine *machine;
	int fd; /* the client's end of a connection to its monitor */
};

bool sim_is_address(const char *address);

/* Make the machine, and connect to it. EXIT_DONE, or another exit status after saying what is
 * wrong. */
int sim_open(struct sim *sim, const char *address);
void sim_close(struct sim *sim);

#endif
