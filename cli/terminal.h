/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What standard output can show. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
	size_t width; /* in columns; 0: nothing has to fit */
	bool has_color;
};

enum color_wish {
	COLOR_AUTO, /* on a terminal that has colours, unless NO_COLOR is set */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* Look at standard output and the environment (COLUMNS, NO_COLOR, TERM). */
void terminal_init(struct terminal *ret, enum color_wish wish);

#endif
