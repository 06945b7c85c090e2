/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sign of life on a terminal while something takes longer than a second; nothing anywhere else. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A zeroed struct has not begun. */
struct progress {
	bool is_unwanted; /* --quiet, or no terminal */
	bool is_shown;
	bool is_fast; /* the text moves: show it four times a second, not once */
	int64_t next; /* when to speak, in milliseconds; 0 before the start */
};

/* Milliseconds until there is something to show; -1 for never. The first call is the start. */
int progress_get_timeout(struct progress *progress);

/* Is it time? Then write the text, which is escaped, over the one before. */
bool progress_is_due(const struct progress *progress);
void progress_show(struct progress *progress, const char *text);

/* How many columns a line may have; 0 if standard error is no terminal. */
size_t progress_get_width(void);

/* Take the line away again. */
void progress_end(struct progress *progress);

#endif
