/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's way to write JSON, byte for byte, as far as a monitor shows it.
 */
#include "sim/qmp/output.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool sim_output_is_character(uint32_t point)
{
	if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return false;
	return (point & 0xfffe) != 0xfffe && !(point >= 0xfdd0 && point <= 0xfdef);
}

size_t sim_output_decode(const char *text, size_t len, int32_t *ret)
{
	/* By the number of bytes: the smallest code point that may take so many. */
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000 };
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t point = bytes[0];
	size_t size = 0;

	*ret = -1;
	if (point < 0x80) {
		*ret = (int32_t)point;
		return 1;
	}
	while ((point & (0x80u >> size)) != 0 && size < 8)
		size++;
	if (size == 1 || size > 6)
		return 1;
	point &= 0x7fu >> size;
	for (size_t i = 1; i < size; i++) {
		if (i >= len || (bytes[i] & 0xc0) != 0x80)
			return i;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (sim_output_is_character(point) && (point >= first[size] || (point == 0 && size == 2)))
		*ret = (int32_t)point;
	return size;
}

static void append_unit(struct buf *buf, uint32_t unit)
{
	static const char digits[] = "0123456789ABCDEF";
	char escape[6] = {
		'\\',
		'u',
		digits[unit >> 12 & 15],
		digits[unit >> 8 & 15],
		digits[unit >> 4 & 15],
		digits[unit & 15],
	};

	buf_append(buf, escape, sizeof(escape));
}

static void append_character(struct buf *buf, int32_t point)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = point > 0 && point < 0x80 ? strchr(plain, point) : NULL;

	if (found != NULL) {
		char escape[2] = { '\\', letters[found - plain] };

		buf_append(buf, escape, sizeof(escape));
	} else if (point < 0) {
		append_unit(buf, 0xfffd);
	} else if (point > 0xffff) {
		append_unit(buf, 0xd800 + ((uint32_t)(point - 0x10000) >> 10));
		append_unit(buf, 0xdc00 + ((uint32_t)(point - 0x10000) & 0x3ff));
	} else {
		append_unit(buf, (uint32_t)point);
	}
}

static bool is_plain(char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

void sim_output_string(struct buf *buf, const char *text, size_t len)
{
	buf_append(buf, "\"", 1);
	while (len > 0) {
		size_t size = 0;
		int32_t point;

		while (size < len && is_plain(text[size]))
			size++;
		buf_append(buf, text, size);
		if (size == 0) {
			size = sim_output_decode(text, len, &point);
			append_character(buf, point);
		}
		text += size;
		len -= size;
	}
	buf_append(buf, "\"", 1);
}

void sim_output_integer(struct buf *buf, int64_t number)
{
	if (number < 0)
		buf_append(buf, "-", 1);
	buf_append_u64(buf, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

/* The decimal point must not follow the process's locale. */
static void append_double(struct buf *buf, double real)
{
	locale_t ours = newlocale(LC_NUMERIC_MASK, "C", NULL);
	locale_t before = ours != NULL ? uselocale(ours) : NULL;
	char text[32];

	snprintf(text, sizeof(text), "%.17g", real);
	buf_append_string(buf, text);
	if (ours != NULL) {
		uselocale(before);
		freelocale(ours);
	}
}

static void append_object(struct buf *buf, const struct sim_tree *tree, uint32_t node)
{
	uint32_t n, *order = sim_tree_order(tree, node, &n);

	if (order == NULL && tree->nodes[node].end > node + 1)
		buf->error = -ENOMEM;
	buf_append(buf, "{", 1);
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			buf_append(buf, ", ", 2);
		sim_output_value(buf, tree, order[i]);
		buf_append(buf, ": ", 2);
		sim_output_value(buf, tree, order[i] + 1);
	}
	buf_append(buf, "}", 1);
	free(order);
}

static void append_array(struct buf *buf, const struct sim_tree *tree, uint32_t node)
{
	buf_append(buf, "[", 1);
	for (uint32_t at = node + 1; at < tree->nodes[node].end; at = sim_tree_next(tree, at)) {
		if (at > node + 1)
			buf_append(buf, ", ", 2);
		sim_output_value(buf, tree, at);
	}
	buf_append(buf, "]", 1);
}

/* Recursion ends at the depth that reading allows, SIM_INPUT_DEPTH_MAX. */
void sim_output_value(struct buf *buf, const struct sim_tree *tree, uint32_t node)
{
	switch (tree->nodes[node].kind) {
	case SIM_NULL:
		buf_append_string(buf, "null");
		break;
	case SIM_FALSE:
		buf_append_string(buf, "false");
		break;
	case SIM_TRUE:
		buf_append_string(buf, "true");
		break;
	case SIM_INTEGER:
		sim_output_integer(buf, tree->nodes[node].integer);
		break;
	case SIM_UNSIGNED:
		buf_append_u64(buf, tree->nodes[node].number);
		break;
	case SIM_DOUBLE:
		append_double(buf, tree->nodes[node].real);
		break;
	case SIM_STRING:
		sim_output_string(buf, sim_tree_text(tree, node),
				  strlen(sim_tree_text(tree, node)));
		break;
	case SIM_ARRAY:
		append_array(buf, tree, node);
		break;
	default:
		append_object(buf, tree, node);
		break;
	}
}
