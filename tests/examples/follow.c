/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Have the guest asked each second, and print each new sample and each event as it comes. */
#include <balloonctl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void print_events(struct balloonctl_monitor *monitor)
{
	struct balloonctl_event *event;

	while ((event = balloonctl_monitor_next_event(monitor)) != NULL) {
		printf("%s\n", balloonctl_event_get_name(event));
		balloonctl_event_free(event);
	}
}

/* A new sample shows as a later last-update. */
static int print_if_new(struct balloonctl_monitor *monitor, int64_t *last_update)
{
	struct balloonctl_stats *stats = NULL;
	uint64_t bytes = 0;
	int is_new, r;

	r = balloonctl_monitor_get_stats(monitor, &stats);
	if (r < 0)
		return r;
	is_new = balloonctl_stats_get_last_update(stats) > *last_update;
	if (is_new && balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &bytes) == 0)
		printf("%" PRIu64 " bytes free\n", bytes);
	*last_update = balloonctl_stats_get_last_update(stats);
	balloonctl_stats_free(stats);
	return is_new;
}

static int follow(struct balloonctl_monitor *monitor, const char *address, long samples)
{
	int64_t last_update = 0;
	int r;

	r = balloonctl_monitor_connect(monitor, address);
	if (r == 0)
		r = balloonctl_monitor_set_polling_interval(monitor, 1, NULL);
	while (r >= 0 && samples > 0) {
		r = print_if_new(monitor, &last_update);
		print_events(monitor);
		if (r > 0)
			samples--;
		if (r >= 0 && samples > 0)
			r = balloonctl_monitor_wait(monitor, 250);
		if (r == -EINTR)
			r = 0;
	}
	return r;
}

int main(int argc, char **argv)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	int r;

	if (argc != 3 || monitor == NULL) {
		fprintf(stderr, "usage: %s ADDRESS SAMPLES\n", argv[0]);
		balloonctl_monitor_free(monitor);
		return 1;
	}
	r = follow(monitor, argv[1], atol(argv[2]));
	if (r < 0)
		fprintf(stderr, "%s\n",
			balloonctl_error_get_message(balloonctl_monitor_get_error(monitor)));
	balloonctl_monitor_free(monitor);
	return r < 0;
}
