/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables of text with aligned columns. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

struct table_column {
	const char *name;
	bool right; /* aligned to the right, as numbers are */
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	char **cells; /* row by row */
	size_t n_cells, capacity;
};

/* The next cell, from left to right and from row to row: takes the text out of the buffer, which
 * is empty afterwards. The text is printed as it is: escape it. */
void table_add(struct table *table, struct buffer *cell);
void table_add_text(struct table *table, const char *cell);

/* Append the table to a text; nothing, if it has no row. EXIT_DONE, or EXIT_FAILED after saying
 * what is missing. */
int table_append(const struct table *table, struct buffer *out);

void table_free(struct table *table);

#endif
