/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small macros that every layer uses. */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stdbool.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)     ((a) < (b) ? (a) : (b))
#define MAX(a, b)     ((a) > (b) ? (a) : (b))

#define PRINTF_FORMAT(at, from) __attribute__((format(printf, at, from)))

static inline bool string_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool string_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

#endif
