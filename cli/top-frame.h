/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A frame of top: texts, which are escaped, from left to right and from top to bottom. */
#ifndef CLI_TOP_FRAME_H
#define CLI_TOP_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "stats-view.h"

struct frame_text {
	size_t row, column;
	char *text;
	enum look look;
	bool is_bold, is_reversed;
};

struct frame {
	struct frame_text *texts;
	size_t count, capacity;
	size_t rows, columns; /* 0: as many as there are */
	size_t cursor_row, cursor_column;
	bool has_cursor;
};

void frame_free(struct frame *frame);

/* Put a text at a place, no wider than that, to its left or right; the buffer is empty then. The text
 * is valid until the next. The thread's locale must have UTF-8. */
struct frame_text *frame_put(struct frame *frame, size_t row, size_t column, size_t width,
			     bool right, struct buffer *text);

/* The same with a string that is not escaped yet, up to the end of the row. */
struct frame_text *frame_put_text(struct frame *frame, size_t row, size_t column, const char *text);

/* The frame as lines. */
void frame_append(const struct frame *frame, struct buffer *out);

#endif
