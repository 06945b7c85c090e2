/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables. They are drawn here and not by libsmartcols because loading that library takes a quarter
 * of the time of a whole `stats`, and it cuts cells without a sign that something is missing.
 */
#include "table.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "width.h"

#define GAP       "  "
#define COLOR_END "\x1b[0m"
#define ELLIPSIS  "\xe2\x80\xa6" /* one column wide */

enum {
	GAP_WIDTH = 2,
	WIDTH_MIN = 5, /* a column is not cut below that, nor below its heading */
};

void table_add(struct table *table, struct buffer *cell)
{
	if (table->n_cells == table->capacity) {
		size_t capacity = table->capacity == 0 ? 64 : table->capacity * 2;
		struct table_cell *grown = allocate(capacity, sizeof(*grown));

		if (table->n_cells > 0)
			memcpy(grown, table->cells, table->n_cells * sizeof(*grown));
		free(table->cells);
		table->cells = grown;
		table->capacity = capacity;
	}
	table->cells[table->n_cells++] = (struct table_cell){ .text = buffer_steal(cell) };
}

void table_add_text(struct table *table, const char *cell)
{
	struct buffer text = { 0 };

	buffer_append_string(&text, cell);
	table_add(table, &text);
}

void table_set_look(struct table *table, enum look look)
{
	table->cells[table->n_cells - 1].look = look;
}

static size_t get_width_min(const struct table *table, size_t column)
{
	size_t heading = table->has_no_headings ? 0 : strlen(table->columns[column].name);

	return heading > WIDTH_MIN ? heading : WIDTH_MIN;
}

static void measure(const struct table *table, size_t *widths)
{
	for (size_t i = 0; i < table->n_columns; i++)
		widths[i] = table->has_no_headings ? 0 : strlen(table->columns[i].name);
	for (size_t i = 0; i < table->n_cells; i++) {
		size_t *width = &widths[i % table->n_columns];
		struct table_cell *cell = &table->cells[i];

		cell->width = width_measure(cell->text);
		if (cell->width > *width)
			*width = cell->width;
	}
}

/* The widest column that may lose some more; NULL if none may. */
static size_t *find_to_cut(const struct table *table, size_t *widths)
{
	size_t *best = NULL;

	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].trim && widths[i] > get_width_min(table, i) &&
		    (best == NULL || widths[i] > *best))
			best = &widths[i];
	return best;
}

static void fit(const struct table *table, size_t *widths, size_t limit)
{
	size_t total = (table->n_columns - 1) * GAP_WIDTH;
	size_t *width;

	for (size_t i = 0; i < table->n_columns; i++)
		total += widths[i];
	for (; total > limit; total--) {
		width = find_to_cut(table, widths);
		if (width == NULL)
			return;
		--*width;
	}
}

static void pad(struct buffer *out, size_t width)
{
	for (; width > 0; width--)
		buffer_append(out, " ", 1);
}

static void append_text(struct buffer *out, const struct table_cell *cell, size_t limit)
{
	size_t len = strlen(cell->text);

	if (cell->width <= limit) {
		buffer_append(out, cell->text, len);
		return;
	}
	len = width_cut(cell->text, limit - 1);
	buffer_append(out, cell->text, len);
	buffer_append_string(out, ELLIPSIS);
}

/* How many columns of the terminal the text of a cell takes. */
static size_t get_shown_width(const struct table_cell *cell, size_t limit)
{
	if (cell->width <= limit)
		return cell->width;
	/* A wide character may leave a column free in front of the ellipsis. */
	return width_measure_start(cell->text, width_cut(cell->text, limit - 1)) + 1;
}

static const char *get_color(enum look look)
{
	switch (look) {
	case LOOK_ABSENT:
		return "\x1b[2m";
	case LOOK_WARNING:
		return "\x1b[33m";
	case LOOK_ALARM:
		return "\x1b[31m";
	default:
		return NULL;
	}
}

static void append_cell(struct buffer *out, const struct table_column *column,
			const struct table_cell *cell, size_t width, bool has_color, bool is_last)
{
	const char *color = has_color ? get_color(cell->look) : NULL;
	size_t shown = get_shown_width(cell, width);

	if (column->right)
		pad(out, width - shown);
	if (color != NULL)
		buffer_append_string(out, color);
	append_text(out, cell, width);
	if (color != NULL)
		buffer_append_string(out, COLOR_END);
	if (!is_last && !column->right)
		pad(out, width - shown);
	buffer_append_string(out, is_last ? "\n" : GAP);
}

static void draw(const struct table *table, struct buffer *out)
{
	size_t *widths = allocate(table->n_columns, sizeof(*widths));
	size_t n = table->n_columns;

	measure(table, widths);
	if (table->terminal.width > 0)
		fit(table, widths, table->terminal.width);
	for (size_t i = 0; i < n && !table->has_no_headings; i++) {
		struct table_cell heading = { .text = (char *)(uintptr_t)table->columns[i].name };

		heading.width = strlen(heading.text);
		append_cell(out, &table->columns[i], &heading, widths[i], false, i == n - 1);
	}
	for (size_t i = 0; i < table->n_cells; i++)
		append_cell(out, &table->columns[i % n], &table->cells[i], widths[i % n],
			    table->terminal.has_color, i % n == n - 1);
	free(widths);
}

static bool is_ascii(const struct table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		for (const char *c = table->cells[i].text; *c != '\0'; c++)
			if ((unsigned char)*c >= 0x80)
				return false;
	return true;
}

void table_append(const struct table *table, struct buffer *out)
{
	locale_t utf8, before;

	if (table->n_cells == 0)
		return;
	/* For the width of characters. What we print is UTF-8, whatever the user's locale is; where
	 * there is no such locale, all characters count as one column. */
	utf8 = is_ascii(table) ? NULL : newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	if (utf8 == NULL) {
		draw(table, out);
		return;
	}
	before = uselocale(utf8);
	draw(table, out);
	uselocale(before);
	freelocale(utf8);
}

void table_append_text(struct buffer *out, const struct terminal *terminal, const char *text,
		       enum look look)
{
	const char *color = terminal->has_color ? get_color(look) : NULL;

	if (color != NULL)
		buffer_append_string(out, color);
	buffer_append_string(out, text);
	if (color != NULL)
		buffer_append_string(out, COLOR_END);
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cells[i].text);
	free(table->cells);
	table->cells = NULL;
	table->n_cells = table->capacity = 0;
}
