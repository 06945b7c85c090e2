/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Eight bytes of text in one look. Most bytes that QEMU sends lie inside strings and mean nothing
 * there, so this is what receiving costs.
 */
#ifndef BASE_WORD_H
#define BASE_WORD_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define WORD_OF(byte) (0x0101010101010101u * (uint64_t)(unsigned char)(byte))
#define WORD_HIGH     WORD_OF(0x80)

/* The byte that comes first is the lowest, on every machine. */
static inline uint64_t word_load(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return le64toh(word);
}

/*
 * The next two give a word with the high bit set in bytes that are below `limit` (1 to 0x80), or
 * equal to `c` (ASCII). Behind the first such byte, and in bytes that aren't ASCII, the bits mean
 * nothing: a subtraction borrows from the byte above.
 */
static inline uint64_t word_below(uint64_t word, unsigned char limit)
{
	return (word - WORD_OF(limit)) & WORD_HIGH;
}

static inline uint64_t word_equal(uint64_t word, char c)
{
	return word_below(word ^ WORD_OF(c), 1);
}

/* How many bytes come before the first marked one; `marks` is not zero. */
static inline size_t word_first(uint64_t marks)
{
	return (size_t)__builtin_ctzll(marks) / 8;
}

#endif
