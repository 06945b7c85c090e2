/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The width of characters as the C library knows it: wide ones take two columns, and what combines
 * with the character before it takes none. */
#include "width.h"

#include <string.h>
#include <wchar.h>

#include "base/text.h"

static size_t measure_point(uint32_t point)
{
	int width;

	if (point < 0x80)
		return 1;
	width = wcwidth((wchar_t)point);
	/* A character newer than the C library is shown in some way. */
	return width < 0 ? 1 : (size_t)width;
}

/* Step over the characters that fit into `columns`, of `len` bytes at most. */
static size_t step(const char *text, size_t len, size_t columns, size_t *ret_width)
{
	size_t at = 0, width = 0;

	while (at < len) {
		uint32_t point = 0;
		size_t size = text_decode(text + at, len - at, &point);
		size_t more = size == 0 ? 1 : measure_point(point);

		if (more > columns - width)
			break;
		width += more;
		at += size == 0 ? 1 : size;
	}
	*ret_width = width;
	return at;
}

size_t width_measure(const char *text)
{
	return width_measure_start(text, strlen(text));
}

size_t width_measure_start(const char *text, size_t len)
{
	size_t width;

	step(text, len, SIZE_MAX, &width);
	return width;
}

size_t width_cut(const char *text, size_t columns)
{
	size_t width;

	return step(text, strlen(text), columns, &width);
}
