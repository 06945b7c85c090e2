/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table without an end. On a terminal rows are cut to its width, as tables are. */
#include "stream.h"

#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "show.h"
#include "width.h"

#define GAP      "  "
#define ELLIPSIS "\xe2\x80\xa6" /* one column wide */

enum {
	GAP_WIDTH = 2,
	NAME_WIDTH_MIN = 8,
	NAME_WIDTH_MAX = 24,
};

/* "1003.5 MiB" is rare: it may push the rest of its row aside. */
static size_t get_usual_width(const struct column *column, bool exact)
{
	switch (column->unit) {
	case COLUMN_BYTES:
		return exact ? 12 : 9;
	case COLUMN_COUNT:
		return 8;
	case COLUMN_AGE:
	case COLUMN_INTERVAL:
		return 5;
	case COLUMN_CLOCK:
		return 8;
	case COLUMN_TIME:
		return 25;
	default:
		return column->trim ? NAME_WIDTH_MIN : 7;
	}
}

void stream_init(struct stream *stream, const struct view *view, bool exact)
{
	*stream = (struct stream){ .view = view, .exact = exact };
	terminal_init(&stream->terminal, view->color_wish);
	stream->widths = allocate(view->n_columns, sizeof(*stream->widths));
	for (size_t i = 0; i < view->n_columns; i++) {
		size_t name = strlen(column_get_name(view->columns[i], view->libvirt));
		size_t usual = get_usual_width(view->columns[i], exact);

		stream->widths[i] = name > usual ? name : usual;
	}
}

void stream_free(struct stream *stream)
{
	free(stream->widths);
	*stream = (struct stream){ 0 };
}

static size_t get_total(const struct stream *stream)
{
	size_t total = 0;

	for (size_t i = 0; i < stream->view->n_columns; i++)
		total += stream->widths[i] + (i > 0 ? GAP_WIDTH : 0);
	return total;
}

/* As far as the terminal has room, and without taking all of it. */
static void grow(struct stream *stream, size_t column, size_t width)
{
	size_t limit = stream->terminal.width, total = get_total(stream);

	if (width <= stream->widths[column])
		return;
	if (stream->view->columns[column]->trim && limit > 0) {
		size_t room = total < limit ? limit - total : 0;

		if (width > NAME_WIDTH_MAX)
			width = NAME_WIDTH_MAX;
		if (width > stream->widths[column] + room)
			width = stream->widths[column] + room;
	}
	if (width > stream->widths[column])
		stream->widths[column] = width;
}

void stream_expect(struct stream *stream, const char *column, size_t width)
{
	for (size_t i = 0; i < stream->view->n_columns; i++)
		if (strcmp(stream->view->columns[i]->name, column) == 0)
			grow(stream, i, width > NAME_WIDTH_MAX ? NAME_WIDTH_MAX : width);
}

static void pad(struct buffer *out, size_t width)
{
	for (; width > 0; width--)
		buffer_append(out, " ", 1);
}

static bool is_last(const struct stream *stream, size_t i)
{
	return i + 1 == stream->view->n_columns;
}

static void append_cell(const struct stream *stream, size_t i, const char *text, enum look look,
			struct buffer *out)
{
	const struct column *column = stream->view->columns[i];
	size_t width = stream->widths[i], shown = width_measure(text);
	char *cut = NULL;

	if (shown > width && column->trim && stream->terminal.width > 0) {
		struct buffer start = { 0 };

		buffer_append(&start, text, width_cut(text, width - 1));
		buffer_append_string(&start, ELLIPSIS);
		text = cut = buffer_steal(&start);
		shown = width_measure(text);
	}
	if (column_is_number(column) && shown < width)
		pad(out, width - shown);
	table_append_text(out, &stream->terminal, text, look);
	if (!column_is_number(column) && !is_last(stream, i) && shown < width)
		pad(out, width - shown);
	buffer_append_string(out, is_last(stream, i) ? "\n" : GAP);
	free(cut);
}

static void append_headings(struct stream *stream, struct buffer *out)
{
	for (size_t i = 0; i < stream->view->n_columns; i++) {
		char *name =
			strdup(column_get_name(stream->view->columns[i], stream->view->libvirt));

		if (name == NULL)
			out_of_memory();
		for (char *c = name; *c != '\0'; c++)
			*c = (char)toupper((unsigned char)*c);
		append_cell(stream, i, name, LOOK_PLAIN, out);
		free(name);
	}
	stream->lines = 1;
	stream->has_begun = true;
}

/* The terminal may have got another size since. */
static bool are_headings_due(struct stream *stream)
{
	struct winsize size;

	if (stream->view->has_no_headings)
		return false;
	if (!stream->has_begun)
		return true;
	if (stream->terminal.width == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return false;
	return size.ws_row > 1 && stream->lines >= size.ws_row - 1u;
}

/* What is printed is UTF-8, whatever the user's locale is. */
static locale_t use_utf8(locale_t *ret_before)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);

	*ret_before = utf8 == NULL ? NULL : uselocale(utf8);
	return utf8;
}

static void leave_utf8(locale_t utf8, locale_t before)
{
	if (utf8 == NULL)
		return;
	uselocale(before);
	freelocale(utf8);
}

void stream_append_row(struct stream *stream, const void *row, struct buffer *out)
{
	const struct view *view = stream->view;
	char **cells = allocate(view->n_columns, sizeof(*cells));
	struct terminal terminal;
	locale_t utf8, before;

	terminal_init(&terminal, view->color_wish);
	stream->terminal.width = terminal.width;
	utf8 = use_utf8(&before);
	for (size_t i = 0; i < view->n_columns; i++) {
		struct value value = view->columns[i]->get(view->columns[i], row);
		struct buffer cell = { 0 };

		column_append(&cell, view->columns[i], &value, stream->exact);
		cells[i] = buffer_steal(&cell);
		grow(stream, i, width_measure(cells[i]));
	}
	if (are_headings_due(stream))
		append_headings(stream, out);
	for (size_t i = 0; i < view->n_columns; i++) {
		struct value value = view->columns[i]->get(view->columns[i], row);

		append_cell(stream, i, cells[i], value.look, out);
		free(cells[i]);
	}
	stream->lines++;
	leave_utf8(utf8, before);
	free(cells);
}

void stream_append_line(struct stream *stream, int64_t time, const char *name, const char *words,
			struct buffer *out)
{
	const struct view *view = stream->view;
	struct buffer text = { 0 };
	locale_t utf8, before;
	char *escaped;

	buffer_append_escaped(&text, name);
	escaped = buffer_steal(&text);
	utf8 = use_utf8(&before);
	show_clock(out, time);
	buffer_append_string(out, GAP);
	for (size_t i = 0; i < view->n_columns; i++)
		if (strcmp(view->columns[i]->name, "vm") == 0) {
			size_t shown = width_measure(escaped);

			grow(stream, i, shown);
			buffer_append_string(out, escaped);
			pad(out, shown < stream->widths[i] ? stream->widths[i] - shown : 0);
			break;
		} else if (is_last(stream, i)) {
			buffer_append_string(out, escaped);
		}
	buffer_append_string(out, GAP);
	buffer_append_string(out, words);
	buffer_append_string(out, "\n");
	stream->lines++;
	leave_utf8(utf8, before);
	free(escaped);
}
