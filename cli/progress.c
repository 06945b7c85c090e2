/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When to say that we wait; how a line is written over is the output's. */
#include "progress.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buffer.h"
#include "clock.h"
#include "output.h"

enum {
	FIRST_MS = 1000, /* what is over by then needs no words */
	STEP_MS = 1000,
	FAST_STEP_MS = 250,
	WIDTH_DEFAULT = 80, /* of a terminal that does not tell */
};

int progress_get_timeout(struct progress *progress)
{
	int64_t now;

	if (progress->is_unwanted)
		return -1;
	now = clock_now_ms();
	if (progress->next == 0)
		progress->next = now + FIRST_MS;
	return progress->next <= now ? 0 : (int)(progress->next - now);
}

bool progress_is_due(const struct progress *progress)
{
	return !progress->is_unwanted && progress->next <= clock_now_ms();
}

/* A line that is too long for the terminal could not be written over. */
static void show(const char *text)
{
	struct buffer whole = { 0 }, line = { 0 };
	char *escaped, *start;

	buffer_append_escaped(&whole, text);
	escaped = buffer_steal(&whole);
	buffer_append_start(&line, escaped, progress_get_width());
	start = buffer_steal(&line);
	output_status(start);
	free(start);
	free(escaped);
}

void progress_show(struct progress *progress, const char *text)
{
	/* Asked only now, because most commands are done long before. */
	if (!progress->is_shown && isatty(STDERR_FILENO) == 0) {
		progress->is_unwanted = true;
		return;
	}
	show(text);
	progress->is_shown = true;
	progress->next += progress->is_fast ? FAST_STEP_MS : STEP_MS;
}

size_t progress_get_width(void)
{
	struct winsize size;

	if (isatty(STDERR_FILENO) == 0)
		return 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 2)
		return WIDTH_DEFAULT - 1;
	/* In the last column the cursor would go to the next line. */
	return size.ws_col - 1U;
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown)
		output_status(NULL);
	progress->is_shown = false;
}
