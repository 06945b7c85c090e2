/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Standard output as a terminal, or as anything else: then nothing is cut and nothing coloured. */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	WIDTH_MAX = 100000,
};

/* COLUMNS goes first: whoever exports it means it. */
static size_t get_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width = 0;

	if (columns != NULL)
		width = strtol(columns, NULL, 10);
	if (width > 0 && width <= WIDTH_MAX)
		return (size_t)width;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

static bool is_color_welcome(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return (no_color == NULL || *no_color == '\0') && term != NULL && strcmp(term, "dumb") != 0;
}

void terminal_init(struct terminal *ret, enum color_wish wish)
{
	bool is_terminal = isatty(STDOUT_FILENO) != 0;

	ret->width = is_terminal ? get_width() : 0;
	ret->has_color =
		wish == COLOR_ALWAYS || (wish == COLOR_AUTO && is_terminal && is_color_welcome());
}
