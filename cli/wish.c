/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Relative sizes, in integers only. What becomes of them the commands know. */
#include "wish.h"

#include <errno.h>
#include <string.h>

#include "size.h"

enum {
	HUNDREDTHS = 100, /* of a percent */
	WHOLE = 10000,    /* as many are all of it */
};

int wish_parse(const char *text, struct wish *ret)
{
	struct wish wish = { 0 };
	size_t len;
	int r;

	if (*text == '+' || *text == '-')
		wish.sign = *text++;
	len = strlen(text);
	wish.is_percent = len > 0 && text[len - 1] == '%';
	r = wish.is_percent ? decimal_parse(text, len - 1, HUNDREDTHS, &wish.amount)
			    : size_parse(text, &wish.amount);
	if (r < 0)
		return r;
	if (!wish.is_percent && wish.amount > INT64_MAX)
		return -ERANGE;
	*ret = wish;
	return 0;
}

/* The parts are rounded down one by one, which loses nothing: the first has no fraction. */
static int get_share(uint64_t whole, uint64_t hundredths, uint64_t *ret)
{
	uint64_t rest, share;

	if (__builtin_mul_overflow(whole / WHOLE, hundredths, &share) ||
	    __builtin_mul_overflow(whole % WHOLE, hundredths, &rest) ||
	    __builtin_add_overflow(share, rest / WHOLE, &share))
		return -ERANGE;
	*ret = share;
	return 0;
}

int wish_get_bytes(const struct wish *wish, uint64_t actual, uint64_t maximum, uint64_t *ret)
{
	uint64_t amount = wish->amount;
	uint64_t bytes;
	int r = 0;

	if (wish->is_percent)
		r = get_share(wish->sign == '\0' ? maximum : actual, amount, &amount);
	if (r < 0 && wish->sign == '-') {
		*ret = 0;
		return 0;
	}
	if (r < 0)
		return r;
	bytes = amount;
	if (wish->sign == '-')
		bytes = amount < actual ? actual - amount : 0;
	else if (wish->sign == '+' && __builtin_add_overflow(actual, amount, &bytes))
		return -ERANGE;
	if (bytes > INT64_MAX)
		return -ERANGE;
	*ret = bytes;
	return 0;
}
