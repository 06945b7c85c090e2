/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts at places, as a screen or a pipe shows them. */
#include "top-frame.h"

#include <stdlib.h>
#include <string.h>

#include "width.h"

static struct frame_text *put(struct frame *frame, size_t row, size_t column, struct buffer *text)
{
	struct frame_text *ret;

	if (frame->count == frame->capacity) {
		size_t capacity = frame->capacity == 0 ? 256 : 2 * frame->capacity;

		ret = reallocarray(frame->texts, capacity, sizeof(*ret));
		if (ret == NULL)
			out_of_memory();
		frame->texts = ret;
		frame->capacity = capacity;
	}
	ret = &frame->texts[frame->count++];
	*ret = (struct frame_text){ .row = row, .column = column, .text = buffer_steal(text) };
	return ret;
}

/* No wider than this, to the left or to the right of it. */
struct frame_text *frame_put(struct frame *frame, size_t row, size_t column, size_t width,
			     bool right, struct buffer *text)
{
	struct frame_text *ret = put(frame, row, column, text);
	size_t shown = width_measure(ret->text);

	if (shown > width)
		ret->text[width_cut(ret->text, width)] = '\0';
	else if (right)
		ret->column += width - shown;
	return ret;
}

struct frame_text *frame_put_text(struct frame *frame, size_t row, size_t column, const char *text)
{
	size_t room = frame->columns == 0       ? SIZE_MAX
		      : frame->columns > column ? frame->columns - column
						: 0;
	struct buffer copy = { 0 };

	buffer_append_escaped(&copy, text);
	return frame_put(frame, row, column, room, false, &copy);
}

void frame_free(struct frame *frame)
{
	for (size_t i = 0; i < frame->count; i++)
		free(frame->texts[i].text);
	free(frame->texts);
	*frame = (struct frame){ 0 };
}

void frame_append(const struct frame *frame, struct buffer *out)
{
	size_t row = 0, column = 0;

	for (size_t i = 0; i < frame->count; i++) {
		const struct frame_text *text = &frame->texts[i];

		for (; row < text->row; row++, column = 0)
			buffer_append(out, "\n", 1);
		for (; column < text->column && *text->text != '\0'; column++)
			buffer_append(out, " ", 1);
		buffer_append_string(out, text->text);
		column += width_measure(text->text);
	}
	buffer_append(out, "\n", 1);
}
