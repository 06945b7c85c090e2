/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole terminal to draw on, by ncurses: one in a program, and only for commands that want it. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>

#include "top.h"

struct screen;

/* NULL after saying what is missing. */
struct screen *screen_open(enum color_wish wish, bool *ret_is_ascii);

/* Give the terminal back as it was. */
void screen_close(struct screen *screen);

/* Readable when Ctrl-Z has been pressed: then stop the program, with the terminal given back, until
 * somebody lets it go on. -1: it never is. */
int screen_get_stop_fd(const struct screen *screen);
void screen_stop(struct screen *screen);

/* Has it another size than the last frame? */
bool screen_is_resized(const struct screen *screen);

/* The size now: frame->rows and frame->columns. */
void screen_measure(struct screen *screen, struct frame *frame);
void screen_show(struct screen *screen, const struct frame *frame);

/* All of it with the next frame: something else may have written on it. */
void screen_redraw(struct screen *screen);

/* The next key, without waiting: a character or an enum top_key; -1: none. */
int screen_read(struct screen *screen);

#endif
