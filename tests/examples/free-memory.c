/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much memory has this guest left, and is that so now? The lines of the README, complete. */
#include <balloonctl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;
	uint64_t bytes;
	int status = 1;

	if (argc != 2 || monitor == NULL) {
		fprintf(stderr, "usage: %s ADDRESS\n", argv[0]);
		goto out;
	}
	if (balloonctl_monitor_connect(monitor, argv[1]) < 0 ||
	    balloonctl_monitor_get_stats(monitor, &stats) < 0) {
		fprintf(stderr, "%s\n",
			balloonctl_error_get_message(balloonctl_monitor_get_error(monitor)));
		goto out;
	}
	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &bytes) == -ENODATA)
		puts("this guest does not report free memory");
	else
		printf("%" PRIu64 " bytes free (%s)\n", bytes,
		       balloonctl_freshness_get_name(balloonctl_stats_get_freshness(stats)));
	status = 0;
out:
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	return status;
}
