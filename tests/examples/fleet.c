/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many VMs for as long as you like: each is asked once a second and gives a line. One that hangs
 * delays no other, one that is lost is connected again, and polling that is off is switched on.
 */
#include <balloonctl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void show(const struct balloonctl_sample *sample)
{
	const struct balloonctl_stats *stats = balloonctl_sample_get_stats(sample);
	const char *address = balloonctl_sample_get_user_data(sample);
	const char *freshness;
	uint64_t bytes;

	if (stats == NULL) {
		puts(balloonctl_error_get_message(balloonctl_sample_get_error(sample)));
		return;
	}
	freshness = balloonctl_freshness_get_name(balloonctl_stats_get_freshness(stats));
	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &bytes) == 0)
		printf("%s: %" PRIu64 " bytes available (%s)\n", address, bytes, freshness);
	else
		printf("%s: nothing reported (%s)\n", address, freshness);
}

static int run(struct balloonctl_fleet *fleet, long samples)
{
	struct balloonctl_sample *sample;
	int r = 0;

	while (r >= 0 && samples > 0) {
		r = balloonctl_fleet_wait(fleet, -1);
		if (r == -EINTR)
			r = 0;
		while (samples > 0 && (sample = balloonctl_fleet_next_sample(fleet)) != NULL) {
			show(sample);
			balloonctl_sample_free(sample);
			samples--;
		}
	}
	return r;
}

int main(int argc, char **argv)
{
	struct balloonctl_fleet *fleet = balloonctl_fleet_new();
	int r = 0;

	if (argc < 3 || fleet == NULL) {
		fprintf(stderr, "usage: %s SAMPLES ADDRESS...\n", argv[0]);
		balloonctl_fleet_free(fleet);
		return 1;
	}
	balloonctl_fleet_set_interval_ms(fleet, 1000);
	balloonctl_fleet_keep_polling_interval(fleet, 1);
	for (int i = 2; i < argc && r >= 0; i++)
		r = balloonctl_fleet_add(fleet, argv[i], argv[i], NULL);
	if (r >= 0)
		r = run(fleet, atol(argv[1]));
	if (r < 0)
		fprintf(stderr, "%s\n",
			balloonctl_error_get_message(balloonctl_fleet_get_error(fleet)));
	balloonctl_fleet_free(fleet);
	return r < 0;
}
