/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text from elsewhere, made safe to show. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Decode one UTF-8 character of the `len` bytes at `text`: its length (1 to 4) and, if `ret` is
 * not NULL, its code point; 0 for an invalid, overlong, surrogate or truncated sequence. */
size_t text_decode(const char *text, size_t len, uint32_t *ret);

/* The other way: write the code point (no surrogate, at most U+10FFFF) as 1 to 4 bytes and return
 * how many. */
size_t text_encode(char *to, uint32_t point);

/* Can a terminal show the character without being driven by it? Control characters move a cursor
 * and worse; line separators and the marks of bidirectional text make a line read differently from
 * what it says. */
bool text_is_harmless(uint32_t point);

/* Append `text` so that a terminal or log can take it: control characters (C0, DEL, C1), marks that
 * turn the direction of writing, line separators and bytes that are not UTF-8 become \xNN, a
 * backslash becomes \\ only where it would look like such an escape (before an 'x'), all else
 * stays. */
void text_append_escaped(struct buf *buf, const char *text, size_t len);

#endif
