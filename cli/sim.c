/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A simulated VM to try a command on. It runs while the command waits for it. */
#include "sim.h"

#include <string.h>
#include <unistd.h>

#include "output.h"

static const char prefix[] = "sim:";

bool sim_is_address(const char *address)
{
	return strncmp(address, prefix, strlen(prefix)) == 0;
}

static int refuse(struct sim *sim, const char *address)
{
	usage_error("%s: %s", address, balloonsim_machine_get_error(sim->machine));
	sim_close(sim);
	return EXIT_USAGE;
}

int sim_open(struct sim *sim, const char *address)
{
	sim->fd = -1;
	sim->machine = balloonsim_machine_new();
	if (sim->machine == NULL) {
		complain("%s: no memory or no descriptor for a simulated VM", address);
		return EXIT_FAILED;
	}
	if (balloonsim_machine_configure(sim->machine, address + strlen(prefix)) < 0 ||
	    balloonsim_machine_start(sim->machine) < 0)
		return refuse(sim, address);
	sim->fd = balloonsim_machine_connect(sim->machine);
	return sim->fd < 0 ? refuse(sim, address) : EXIT_DONE;
}

void sim_close(struct sim *sim)
{
	if (sim->machine == NULL)
		return;
	if (sim->fd >= 0)
		close(sim->fd);
	balloonsim_machine_free(sim->machine);
	*sim = (struct sim){ 0 };
}
