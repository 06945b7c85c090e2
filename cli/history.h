/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines that were typed, kept over sessions in a file: no line twice, the oldest go when there
 * are too many. A file that can't be read or written is no error: the shell works without.
 */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

struct history {
	char **lines; /* the oldest first */
	size_t count;
};

/* $XDG_STATE_HOME/balloonctl/history or ~/.local/state/balloonctl/history, to be freed; NULL if
 * there is no place for it. */
char *history_get_path(void);

void history_read(struct history *history, const char *path);

/* Remember a line, unless it is empty, too long or begins with a blank. True: it was. */
bool history_add(struct history *history, const char *line);

/* Write what the file holds by now and, behind it, the lines of `added`; nothing if there are none.
 * Directories and file are made for their owner only. */
void history_append(const char *path, const struct history *added);

void history_free(struct history *history);

#endif
