/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sizes and decimal numbers, in integers only: a double would make another number of 2^53 + 1
 * bytes. What a sensible size is, the commands know.
 */
#include "size.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#define DIGITS   "0123456789"
#define PREFIXES "KMGTPE"

#define UNIT_MAX ((uint64_t)1 << 60) /* a digit times a unit, plus less than a unit, fits */

static int whole_parse(const char *digits, size_t len, uint64_t unit, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(digits[i] - '0'), &value))
			return -ERANGE;
	if (__builtin_mul_overflow(value, unit, &value))
		return -ERANGE;
	*ret = value;
	return 0;
}

/* From the last digit to the first; rounding each step down rounds down the whole. */
static uint64_t fraction_parse(const char *digits, size_t len, uint64_t unit)
{
	uint64_t value = 0;

	while (len-- > 0)
		value = ((uint64_t)(digits[len] - '0') * unit + value) / 10;
	return value;
}

int decimal_parse(const char *text, size_t len, uint64_t unit, uint64_t *ret)
{
	size_t whole = strspn(text, DIGITS);
	size_t fraction = 0;
	uint64_t value;
	int r;

	assert(unit > 0 && unit <= UNIT_MAX);
	if (whole < len && text[whole] == '.') {
		fraction = strspn(text + whole + 1, DIGITS);
		if (fraction == 0 || unit == 1 || whole + 1 + fraction != len)
			return -EINVAL;
	} else if (whole == 0 || whole != len) {
		return -EINVAL;
	}
	r = whole_parse(text, whole, unit, &value);
	if (r < 0)
		return r;
	if (fraction > 0 &&
	    __builtin_add_overflow(value, fraction_parse(text + whole + 1, fraction, unit), &value))
		return -ERANGE;
	*ret = value;
	return 0;
}

static int unit_parse(const char *suffix, uint64_t *ret)
{
	uint64_t base = 1024;
	uint64_t unit = 1;
	const char *prefix;

	if (*suffix == '\0' || strcasecmp(suffix, "B") == 0) {
		*ret = 1;
		return 0;
	}
	prefix = strchr(PREFIXES, *suffix >= 'a' && *suffix <= 'z' ? *suffix - 'a' + 'A' : *suffix);
	if (prefix == NULL)
		return -EINVAL;
	if (strcasecmp(suffix + 1, "B") == 0)
		base = 1000;
	else if (suffix[1] != '\0' && strcasecmp(suffix + 1, "iB") != 0)
		return -EINVAL;
	for (const char *p = PREFIXES; p <= prefix; p++)
		unit *= base;
	*ret = unit;
	return 0;
}

int size_parse(const char *text, uint64_t *ret)
{
	size_t len = strspn(text, DIGITS ".");
	uint64_t unit;
	int r;

	r = unit_parse(text + len, &unit);
	if (r < 0)
		return r;
	return decimal_parse(text, len, unit, ret);
}

void size_append(struct buffer *out, int64_t bytes, bool exact)
{
	uint64_t rest = bytes < 0 ? -(uint64_t)bytes : (uint64_t)bytes;
	uint64_t unit = 1;
	uint64_t tenths;
	const char *prefix = PREFIXES;

	if (exact) {
		buffer_append_i64(out, bytes);
		return;
	}
	if (bytes < 0)
		buffer_append(out, "-", 1);
	if (rest < 1024) {
		buffer_append_u64(out, rest);
		buffer_append_string(out, " B");
		return;
	}
	for (unit = 1024; rest / unit >= 1024; unit *= 1024)
		prefix++;
	tenths = rest / unit * 10 + (rest % unit * 10 + unit / 2) / unit;
	if (tenths >= 10240) { /* 1023.95 MiB and more read as 1 GiB */
		tenths = 10;
		prefix++;
	}
	buffer_append_u64(out, tenths / 10);
	if (tenths % 10 > 0) {
		buffer_append(out, ".", 1);
		buffer_append_u64(out, tenths % 10);
	}
	buffer_append(out, " ", 1);
	buffer_append(out, prefix, 1);
	buffer_append_string(out, "iB");
}
