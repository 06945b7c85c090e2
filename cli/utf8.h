/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UTF-8 (RFC 3629), strictly. */
#ifndef CLI_UTF8_H
#define CLI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many of the `len` bytes the first character has, and its number in `ret`; 0 if they do not
 * begin with a whole, well-formed character. */
size_t utf8_decode(const char *text, size_t len, uint32_t *ret);

/* Can a terminal show the character without being driven by it? Control characters move the cursor
 * and worse; line separators and the marks of bidirectional text make a line read differently from
 * what it says. */
bool utf8_is_harmless(uint32_t point);

#endif
