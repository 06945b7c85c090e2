/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a VM's reports mean to a monitoring system. Whatever is missing, old or can't be true makes
 * the state unknown: an OK must be one.
 */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "show.h"
#include "spare.h"

enum {
	MS_PER_SECOND = 1000,
};

static void judge(struct reading *reading, const struct check_limits *limits,
		  enum check_measure measure, uint64_t value)
{
	reading->value = value;
	reading->state = check_limits_judge(limits, measure, value, &reading->limit);
}

static void give_up(struct reading *reading, const char *trouble)
{
	reading->trouble = trouble;
	reading->state = reading->is_wanted ? CHECK_UNKNOWN : CHECK_OK;
}

static void read_available(struct verdict *verdict, const struct checkup *checkup,
			   const struct check_limits *limits)
{
	struct reading *reading = &verdict->readings[CHECK_AVAILABLE];
	const char *contradiction = spare_get_contradiction(checkup->newer);

	if (contradiction != NULL)
		give_up(reading, contradiction);
	else if (spare_get(checkup->newer, &verdict->available) < 0 ||
		 balloonctl_stats_get(checkup->newer, BALLOONCTL_STAT_TOTAL_MEMORY,
				      &verdict->total) < 0)
		give_up(reading, "the guest does not report it");
	else if (verdict->total == 0 || verdict->available > verdict->total)
		give_up(reading, "the guest's numbers can't be true");
	else
		judge(reading, limits, CHECK_AVAILABLE,
		      check_get_share(verdict->available, verdict->total));
}

static void read_swap(struct verdict *verdict, const struct checkup *checkup,
		      const struct check_limits *limits)
{
	struct reading *reading = &verdict->readings[CHECK_SWAP];
	uint64_t ms = (uint64_t)(checkup->newer_ms - checkup->older_ms);
	uint64_t in, out, rate;
	int r;

	if (checkup->older == NULL || ms == 0) {
		give_up(reading, "there was no second report");
		return;
	}
	r = balloonctl_stats_get_increase(checkup->older, checkup->newer, BALLOONCTL_STAT_SWAP_IN,
					  &in);
	if (r == 0)
		r = balloonctl_stats_get_increase(checkup->older, checkup->newer,
						  BALLOONCTL_STAT_SWAP_OUT, &out);
	if (r == -ERANGE)
		give_up(reading, "its counters went backwards");
	else if (r < 0)
		give_up(reading, "the guest does not report it");
	/* Each is below 2^63. More than any disk can do is a lie. */
	else if (__builtin_mul_overflow(in + out, (uint64_t)MS_PER_SECOND, &rate))
		give_up(reading, "the guest's numbers can't be true");
	else
		judge(reading, limits, CHECK_SWAP, rate / ms);
}

static void read_pressure(struct verdict *verdict, const struct checkup *checkup,
			  const struct check_limits *limits)
{
	struct reading *reading = &verdict->readings[CHECK_PRESSURE];
	enum balloonctl_pressure pressure = BALLOONCTL_PRESSURE_UNKNOWN;

	if (checkup->older != NULL)
		pressure = balloonctl_pressure_judge(checkup->older, checkup->newer,
						     (uint64_t)(checkup->newer_ms -
								checkup->older_ms));
	if (pressure == BALLOONCTL_PRESSURE_UNKNOWN)
		give_up(reading, checkup->older == NULL ? "there was no second report"
							: "values are missing or went backwards");
	else
		judge(reading, limits, CHECK_PRESSURE, pressure);
}

static void read_age(struct verdict *verdict, const struct checkup *checkup,
		     const struct check_limits *limits)
{
	struct reading *reading = &verdict->readings[CHECK_AGE];

	if (checkup->has_age)
		judge(reading, limits, CHECK_AGE, checkup->age_seconds);
	else
		give_up(reading, "there was no report");
}

void check_judge(struct verdict *ret, const struct vm *vm, const struct check_limits *limits)
{
	const struct checkup *checkup = vm->data;
	const struct balloonctl_error *error = vm->error;

	*ret = (struct verdict){ .state = CHECK_UNKNOWN };
	if (error == NULL)
		error = vm_get_late(vm);
	if (error != NULL)
		ret->trouble = show_skip(vm->address, balloonctl_error_get_message(error));
	else if (checkup == NULL || checkup->newer == NULL)
		ret->trouble = "there was no report";
	if (ret->trouble != NULL)
		return;
	for (int i = 0; i < CHECK_MEASURES; i++)
		ret->readings[i].is_wanted = check_limits_has(limits, (enum check_measure)i);
	read_available(ret, checkup, limits);
	read_swap(ret, checkup, limits);
	read_age(ret, checkup, limits);
	read_pressure(ret, checkup, limits);
	ret->state = CHECK_OK;
	for (int i = 0; i < CHECK_MEASURES; i++)
		ret->state = check_get_worse(ret->state, ret->readings[i].state);
}
