/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lib-loop SOCKET DEVICE QUERIES: the same questions as raw-loop's by libballoonctl, blocking, on
 * an open monitor. Prints wall and own CPU time a query.
 */
#include <balloonctl.h>
#include <stdio.h>
#include <stdlib.h>

#include "loop.h"

static int fail(const struct balloonctl_monitor *monitor)
{
	fprintf(stderr, "%s\n",
		balloonctl_error_get_message(balloonctl_monitor_get_error(monitor)));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_stats *stats;
	unsigned int queries;
	struct loop begin;

	if (argc != 4 || monitor == NULL)
		return 2;
	queries = (unsigned int)atoi(argv[3]);
	/* One question before the clock starts: the negotiation rides with it. */
	if (balloonctl_monitor_set_device(monitor, argv[2]) < 0 ||
	    balloonctl_monitor_connect(monitor, argv[1]) < 0 ||
	    balloonctl_monitor_get_stats(monitor, &stats) < 0)
		return fail(monitor);
	balloonctl_stats_free(stats);
	begin = loop_begin();
	for (unsigned int i = 0; i < queries; i++) {
		if (balloonctl_monitor_get_stats(monitor, &stats) < 0)
			return fail(monitor);
		balloonctl_stats_free(stats);
	}
	loop_end(&begin, queries);
	balloonctl_monitor_free(monitor);
	return EXIT_SUCCESS;
}
