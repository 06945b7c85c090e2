/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One character of UTF-8. Overlong forms, surrogates and numbers beyond U+10FFFF are refused, as a
 * terminal or a JSON parser behind us would do.
 */
#include "utf8.h"

size_t utf8_decode(const char *text, size_t len, uint32_t *ret)
{
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = len > 0 ? (unsigned char)text[0] : 0xff;
	uint32_t point;
	size_t size;

	if (lead < 0x80) {
		*ret = lead;
		return 1;
	}
	size = lead >= 0xf8 ? 0 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;
	if (size == 0 || size > len)
		return 0;
	point = lead & (0xffu >> (size + 1));
	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (point < first[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	*ret = point;
	return size;
}

bool utf8_is_harmless(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} harmful[] = {
		{ 0x00, 0x1f },     { 0x7f, 0x9f },     { 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
	};

	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (point >= harmful[i].first && point <= harmful[i].last)
			return false;
	return true;
}
