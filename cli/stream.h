/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows that come one by one, for people: widths can't be known before, so columns have usual ones
 * and grow. */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include "buffer.h"
#include "terminal.h"
#include "view.h"

struct stream {
	const struct view *view;
	struct terminal terminal;
	bool exact;
	size_t *widths;
	size_t lines; /* since the last headings */
	bool has_begun;
};

/* The view is borrowed. */
void stream_init(struct stream *stream, const struct view *view, bool exact);
void stream_free(struct stream *stream);

/* Append a row, and the headings in front of it if they are due: once, on a terminal once a screen. */
void stream_append_row(struct stream *stream, const void *row, struct buffer *out);

/* Make room for texts of this width in a column that may be cut. */
void stream_expect(struct stream *stream, const char *column, size_t width);

/* Append a line that is no row: time, name and words, under the columns of these. */
void stream_append_line(struct stream *stream, int64_t time, const char *name, const char *words,
			struct buffer *out);

#endif
