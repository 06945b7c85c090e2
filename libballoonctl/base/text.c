/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * UTF-8 as RFC 3629 has it (no overlong forms, no surrogates, nothing above U+10FFFF), and the
 * escaping of text that a peer chose before it reaches a terminal or a log.
 */
#include "base/text.h"

#include "base/util.h"

/* The lead byte tells the length, and the smallest code point that may need so many bytes. */
struct lead {
	unsigned char mask, value;
	uint32_t first;
};

static const struct lead leads[] = {
	{ 0x80, 0x00, 0x0000 },
	{ 0xe0, 0xc0, 0x0080 },
	{ 0xf0, 0xe0, 0x0800 },
	{ 0xf8, 0xf0, 0x10000 },
};

size_t text_decode(const char *text, size_t len, uint32_t *ret)
{
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t point;
	size_t extra = 0;

	if (len == 0)
		return 0;
	while ((bytes[0] & leads[extra].mask) != leads[extra].value)
		if (++extra == 4)
			return 0;
	if (len <= extra)
		return 0;
	point = bytes[0] & (unsigned char)~leads[extra].mask;
	for (size_t i = 1; i <= extra; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < leads[extra].first || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	if (ret != NULL)
		*ret = point;
	return extra + 1;
}

size_t text_encode(char *to, uint32_t point)
{
	size_t extra = 0;

	while (extra < 3 && point >= leads[extra + 1].first)
		extra++;
	for (size_t i = extra; i > 0; i--) {
		to[i] = (char)(0x80 | (point & 0x3f));
		point >>= 6;
	}
	to[0] = (char)(leads[extra].value | point);
	return extra + 1;
}

static void append_hex(struct buf *buf, const char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		char escape[4] = { '\\', 'x', digits[byte >> 4], digits[byte & 15] };

		buf_append(buf, escape, sizeof(escape));
	}
}

bool text_is_harmless(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} harmful[] = {
		{ 0x00, 0x1f },     { 0x7f, 0x9f },     { 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(harmful); i++)
		if (point >= harmful[i].first && point <= harmful[i].last)
			return false;
	return true;
}

void text_append_escaped(struct buf *buf, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		size_t left = (size_t)(end - text);
		uint32_t point = 0;
		size_t size = text_decode(text, left, &point);

		if (size == 0)
			append_hex(buf, text, size = 1);
		else if (!text_is_harmless(point))
			append_hex(buf, text, size);
		else if (point == '\\' && left > 1 && text[1] == 'x')
			buf_append_string(buf, "\\\\");
		else
			buf_append(buf, text, size);
		text += size;
	}
}
