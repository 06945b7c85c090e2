/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of text with aligned columns. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "terminal.h"

/* What a cell's colour shall tell. */
enum look {
	LOOK_PLAIN,
	LOOK_ABSENT,
	LOOK_WARNING,
	LOOK_ALARM,
};

struct table_column {
	const char *name; /* the heading */
	bool right;       /* aligned to the right, as numbers are */
	bool trim;        /* may be cut to fit the terminal */
};

struct table_cell {
	char *text;
	enum look look;
	size_t width; /* on the terminal; by table_append() */
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	struct terminal terminal; /* zeroed: any width, no colours */
	bool has_no_headings;
	struct table_cell *cells; /* row by row */
	size_t n_cells, capacity;
};

/* The next cell, from left to right and from row to row: takes the text out of the buffer, which
 * is empty afterwards. The text is printed as it is: escape it. */
void table_add(struct table *table, struct buffer *cell);
void table_add_text(struct table *table, const char *cell);

/* Colour the last cell added. */
void table_set_look(struct table *table, enum look look);

/*
 * Append the table to a text; nothing, if it has no row. What is wider than the terminal loses the
 * ends of cells in the columns that may be cut, the widest first, down to their headings; if that is
 * not enough, the lines stay too long.
 */
void table_append(const struct table *table, struct buffer *out);

/* A text beside a table, in the colour it would have there. */
void table_append_text(struct buffer *out, const struct terminal *terminal, const char *text,
		       enum look look);

void table_free(struct table *table);

#endif
