/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits as people write them, and numbers held against them. */
#include "check-limits.h"

#include <balloonctl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "size.h"

enum {
	HUNDREDTHS = 100,
	WHOLE = 10000,
};

#define MIB       UINT64_C(1048576)
#define SHARE_MAX (UINT64_C(1) << 48) /* times WHOLE fits */

static const char *const names[CHECK_MEASURES] = {
	[CHECK_AVAILABLE] = "available",
	[CHECK_SWAP] = "swap",
	[CHECK_AGE] = "age",
	[CHECK_PRESSURE] = "pressure",
};

void check_limits_init(struct check_limits *limits)
{
	*limits = (struct check_limits){
		.warning = {
			[CHECK_AVAILABLE] = { true, 10 * HUNDREDTHS },
			[CHECK_SWAP] = { true, MIB },
			[CHECK_PRESSURE] = { true, BALLOONCTL_PRESSURE_LIKELY },
		},
		.critical = {
			[CHECK_AVAILABLE] = { true, 5 * HUNDREDTHS },
			[CHECK_SWAP] = { true, 10 * MIB },
			[CHECK_PRESSURE] = { true, BALLOONCTL_PRESSURE_THRASHING },
		},
	};
}

static int parse_share(const char *text, uint64_t *ret)
{
	size_t len = strlen(text);

	if (len > 0 && text[len - 1] == '%')
		len--;
	if (decimal_parse(text, len, HUNDREDTHS, ret) < 0 || *ret > WHOLE)
		return -EINVAL;
	return 0;
}

/* A verdict that means something. */
static int parse_pressure(const char *text, uint64_t *ret)
{
	const char *name;

	for (int i = BALLOONCTL_PRESSURE_LIKELY;
	     (name = balloonctl_pressure_get_name((enum balloonctl_pressure)i)) != NULL; i++) {
		if (strcmp(text, name) != 0)
			continue;
		*ret = (uint64_t)i;
		return 0;
	}
	return -EINVAL;
}

static int parse_value(enum check_measure measure, const char *text, uint64_t *ret)
{
	switch (measure) {
	case CHECK_AVAILABLE:
		return parse_share(text, ret);
	case CHECK_SWAP:
		return size_parse(text, ret);
	case CHECK_AGE:
		return decimal_parse(text, strlen(text), 1, ret);
	default:
		return parse_pressure(text, ret);
	}
}

/* One of them, "NAME:VALUE". */
static int parse_limit(struct check_limit limits[CHECK_MEASURES], const char *word)
{
	struct check_limit limit = { .is_set = true };

	for (int i = 0; i < CHECK_MEASURES; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(word, names[i], len) != 0 || word[len] != ':')
			continue;
		if (strcmp(word + len + 1, "off") == 0)
			limit.is_set = false;
		else if (parse_value((enum check_measure)i, word + len + 1, &limit.value) < 0)
			return -EINVAL;
		limits[i] = limit;
		return 0;
	}
	return -EINVAL;
}

int check_limits_parse(struct check_limit limits[CHECK_MEASURES], const char *text,
		       const char **ret_word, size_t *ret_len)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		char *word = strndup(text, len);
		int r;

		if (word == NULL)
			out_of_memory();
		r = parse_limit(limits, word);
		free(word);
		if (r < 0) {
			*ret_word = text;
			*ret_len = len;
			return r;
		}
		if (text[len] == '\0')
			return 0;
		text += len + 1;
	}
}

bool check_limits_has(const struct check_limits *limits, enum check_measure measure)
{
	return limits->warning[measure].is_set || limits->critical[measure].is_set;
}

static bool is_beyond(enum check_measure measure, uint64_t value, const struct check_limit *limit)
{
	if (!limit->is_set)
		return false;
	if (measure == CHECK_AVAILABLE)
		return value < limit->value;
	if (measure == CHECK_PRESSURE)
		return value >= limit->value;
	return value > limit->value;
}

enum check_state check_limits_judge(const struct check_limits *limits, enum check_measure measure,
				    uint64_t value, uint64_t *ret_limit)
{
	if (is_beyond(measure, value, &limits->critical[measure])) {
		*ret_limit = limits->critical[measure].value;
		return CHECK_CRITICAL;
	}
	if (is_beyond(measure, value, &limits->warning[measure])) {
		*ret_limit = limits->warning[measure].value;
		return CHECK_WARNING;
	}
	return CHECK_OK;
}

enum check_state check_get_worse(enum check_state a, enum check_state b)
{
	static const int badness[CHECK_STATES] = {
		[CHECK_OK] = 0,
		[CHECK_UNKNOWN] = 1,
		[CHECK_WARNING] = 2,
		[CHECK_CRITICAL] = 3,
	};

	return badness[a] >= badness[b] ? a : b;
}

const char *check_state_get_name(enum check_state state)
{
	static const char *const state_names[CHECK_STATES] = {
		[CHECK_OK] = "OK",
		[CHECK_WARNING] = "WARNING",
		[CHECK_CRITICAL] = "CRITICAL",
		[CHECK_UNKNOWN] = "UNKNOWN",
	};

	return state_names[state];
}

uint64_t check_get_share(uint64_t part, uint64_t whole)
{
	while (whole >= SHARE_MAX || part >= SHARE_MAX) {
		whole /= 2;
		part /= 2;
	}
	return whole == 0 ? 0 : part * WHOLE / whole;
}
