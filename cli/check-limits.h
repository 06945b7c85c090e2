/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `check` measures, and where it gets serious. */
#ifndef CLI_CHECK_LIMITS_H
#define CLI_CHECK_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum check_measure {
	CHECK_AVAILABLE, /* hundredths of a percent of the total; low is bad */
	CHECK_SWAP,      /* bytes per second, in and out */
	CHECK_AGE,       /* seconds */
	CHECK_PRESSURE,  /* enum balloonctl_pressure, which gets worse upwards */
	CHECK_MEASURES,
};

/* The states of a plugin are also its exit status; which is the worse of two, check_get_worse()
 * tells. */
enum check_state {
	CHECK_OK,
	CHECK_WARNING,
	CHECK_CRITICAL,
	CHECK_UNKNOWN,
	CHECK_STATES,
};

struct check_limit {
	bool is_set;
	uint64_t value;
};

struct check_limits {
	struct check_limit warning[CHECK_MEASURES], critical[CHECK_MEASURES];
};

/* Where it gets serious unless somebody says otherwise. */
void check_limits_init(struct check_limits *limits);

/* "available:10%,swap:1M,age:30,pressure:likely", each at most once or more; NAME:off takes a limit
 * away. What is not named stays. -EINVAL: `ret_word` and `ret_len` are what is wrong. */
int check_limits_parse(struct check_limit limits[CHECK_MEASURES], const char *text,
		       const char **ret_word, size_t *ret_len);

/* Is it worth measuring? */
bool check_limits_has(const struct check_limits *limits, enum check_measure measure);

/* The state that a value means, and the limit it is beyond, if any. */
enum check_state check_limits_judge(const struct check_limits *limits, enum check_measure measure,
				    uint64_t value, uint64_t *ret_limit);

/* critical, warning, unknown, ok. */
enum check_state check_get_worse(enum check_state a, enum check_state b);

/* "OK", "WARNING" and so on. */
const char *check_state_get_name(enum check_state state);

/* A share in hundredths of a percent, rounded down: 10000 is all of it. The whole is not 0. */
uint64_t check_get_share(uint64_t part, uint64_t whole);

#endif
