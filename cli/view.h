/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How rows are to be shown: the options -o, -O, -n, -r, -P, --sort and --color that all commands with
 * a table have, and the rows as they ask for them.
 */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "columns.h"

struct view {
	const char *output; /* -o as written; NULL: the default columns */
	bool all;
	bool has_no_headings, is_raw, is_pairs;
	bool lists_columns;
	const char *sort; /* as written */
	const char *color;
	bool libvirt; /* by libvirt's names */
	bool is_json; /* a document is wanted, and no rows */

	/* by view_check() */
	const struct column **columns;
	size_t n_columns;
	const struct column *sort_column;
	bool is_descending;
	enum color_wish color_wish;
};

/* Parses into a struct view. */
extern const struct argp view_argp;

/* Check what was asked for, against the columns there are. 0, or the exit status after saying what
 * is wrong. */
int view_check(struct view *view, const struct column_set *set);

/* Before that: show the column of this name; then there are no others but those. 0, or the exit
 * status after saying that there is none; `where` begins the sentence. */
int view_add_column(struct view *view, const struct column_set *set, const char *where,
		    const char *name, size_t len);

/* Did somebody ask for rows, for just these columns (without +), and is this one shown? */
bool view_wants_rows(const struct view *view);
bool view_is_chosen(const struct view *view);
bool view_has_column(const struct view *view, const struct column *column);

struct view_rows {
	const void *items;
	size_t count, size; /* of an item */
	bool exact;         /* sizes with all digits */
};

/* Append the rows to a text, or write them to standard output: EXIT_DONE, or EXIT_FAILED if that
 * failed. */
void view_append(const struct view *view, const struct view_rows *rows, struct buffer *out);
int view_write(const struct view *view, const struct view_rows *rows);

/* Write the columns there are to standard output, as --list-columns does. The exit status. */
int view_list_columns(const struct view *view, const struct column_set *set);

void view_free(struct view *view);

#endif
