/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lib-fleet SOCKET MONITORS INTERVAL_MS SWEEPS: the same as raw-fleet by a fleet of libballoonctl,
 * every value of every sample read. Here all are asked as fast as they answer when the interval is
 * too short for them.
 */
#include <balloonctl.h>
#include <stdio.h>
#include <stdlib.h>

#include "fleet.h"

static void fail(const struct balloonctl_error *error)
{
	fprintf(stderr, "%s\n", balloonctl_error_get_message(error));
	exit(EXIT_FAILURE);
}

/* Each value, as a user would. */
static uint64_t read_values(const struct balloonctl_stats *stats)
{
	uint64_t sum = 0, value;

	for (int i = 0; i < balloonctl_stat_get_count(); i++)
		if (balloonctl_stats_get(stats, (enum balloonctl_stat)i, &value) == 0)
			sum += value;
	return sum;
}

static unsigned int run(struct balloonctl_fleet *fleet, unsigned int samples)
{
	struct balloonctl_sample *sample;
	unsigned int n = 0;

	while (n < samples) {
		if (balloonctl_fleet_wait(fleet, -1) < 0)
			fail(balloonctl_fleet_get_error(fleet));
		while ((sample = balloonctl_fleet_next_sample(fleet)) != NULL) {
			if (balloonctl_sample_get_result(sample) < 0)
				fail(balloonctl_sample_get_error(sample));
			n += read_values(balloonctl_sample_get_stats(sample)) > 0;
			balloonctl_sample_free(sample);
		}
	}
	return n;
}

int main(int argc, char **argv)
{
	struct balloonctl_fleet *fleet = balloonctl_fleet_new();
	unsigned int monitors, interval_ms, sweeps;
	struct fleet_meter meter;

	if (argc != 5 || fleet == NULL)
		return 2;
	monitors = (unsigned int)atoi(argv[2]);
	interval_ms = (unsigned int)atoi(argv[3]);
	sweeps = (unsigned int)atoi(argv[4]);
	fleet_allow_descriptors();
	balloonctl_fleet_set_interval_ms(fleet, interval_ms > 0 ? interval_ms : 1);
	for (unsigned int i = 0; i < monitors; i++)
		if (balloonctl_fleet_add(fleet, argv[1], NULL, NULL) < 0)
			fail(balloonctl_fleet_get_error(fleet));
	run(fleet,
	    2 * monitors); /* connecting and looking for the device is not what is measured */
	meter = fleet_begin();
	fleet_end(&meter, sweeps, run(fleet, sweeps * monitors));
	balloonctl_fleet_free(fleet);
	return EXIT_SUCCESS;
}
