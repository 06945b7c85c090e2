/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options of a guest, "NAME=VALUE,...". Their names and meanings for the user are in the table
 * of option.c; this is what takes the values, or says which it would take.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sim/guest/guest.h"

enum {
	/* Bytes of one option; the longest sensible one is eight faults with their times. */
	OPTION_MAX = 400,
	WHY_MAX = SIM_PLAN_WHY_MAX,
	MS_MAX = 86400000,
	SPEED_MAX_MIB = 1 << 20,
};

/* ------------------------------------------------------------------------------------------------
 * Readers of one value: false with a sentence in `why` if it can't be that
 */

static bool PRINTF_FORMAT(2, 3) refuse(char why[WHY_MAX], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, WHY_MAX, format, arguments);
	va_end(arguments);
	return false;
}

static bool read_number(const char *text, uint64_t max, uint64_t *ret)
{
	unsigned long long n;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || n > max)
		return false;
	*ret = n;
	return true;
}

/* The names of a table with NULL behind the last: which of them is it? */
static bool choose(const char *(*get_name)(unsigned int n), const char *value, unsigned int *ret,
		   char why[WHY_MAX])
{
	const char *name;
	size_t len = 0;

	for (*ret = 0; (name = get_name(*ret)) != NULL; ++*ret)
		if (string_equal(name, value))
			return true;
	for (unsigned int n = 0; (name = get_name(n)) != NULL && len < WHY_MAX; n++)
		len += (size_t)snprintf(why + len, WHY_MAX - len, "%s%s",
					n == 0 ? "the value must be " : "|", name);
	return false;
}

static const char *get_os_name(unsigned int n)
{
	return sim_os_get(n) == NULL ? NULL : sim_os_get(n)->name;
}

static const char *get_page_size_name(unsigned int n)
{
	static const char *const names[] = { "4096", "16384", "65536" };

	return n < ARRAY_SIZE(names) ? names[n] : NULL;
}

static const char *get_poison_name(unsigned int n)
{
	static const char *const names[] = {
		[SIM_GUEST_POISON_OFF] = "off",
		[SIM_GUEST_POISON_ON] = "on",
		[SIM_GUEST_POISON_INIT_ON_FREE] = "init-on-free",
	};

	return n < ARRAY_SIZE(names) ? names[n] : NULL;
}

static bool set_os(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	unsigned int n;

	if (!choose(get_os_name, value, &n, why))
		return false;
	guest->os = sim_os_get(n);
	return true;
}

static bool set_workload(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	return choose(sim_workload_get_name, value, &guest->workload_number, why);
}

static bool set_seed(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	if (!read_number(value, UINT64_MAX, &guest->seed))
		return refuse(why, "the value must be a number from 0 to %" PRIu64, UINT64_MAX);
	guest->plan.random = guest->seed;
	return true;
}

static bool read_ms(const char *value, uint32_t *ret, char why[WHY_MAX])
{
	uint64_t n;

	if (!read_number(value, MS_MAX, &n))
		return refuse(why, "the value must be a number of milliseconds from 0 to %d",
			      MS_MAX);
	*ret = (uint32_t)n;
	return true;
}

static bool set_latency(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	return read_ms(value, &guest->latency_ms, why);
}

static bool set_boot(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	return read_ms(value, &guest->boot_ms, why);
}

static bool set_speed(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	uint64_t n;

	if (!read_number(value, SPEED_MAX_MIB, &n))
		return refuse(
			why,
			"the value must be a number of MiB a second, 1 to %d, or 0 for no limit",
			SPEED_MAX_MIB);
	guest->speed_mib = (uint32_t)n;
	return true;
}

static bool set_page_size(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	unsigned int n;

	if (!choose(get_page_size_name, value, &n, why))
		return false;
	guest->unit = 1u << 2 * n;
	return true;
}

static bool set_poison(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	unsigned int n;

	if (!choose(get_poison_name, value, &n, why))
		return false;
	guest->poison = (enum sim_guest_poison)n;
	return true;
}

static bool set_fault(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX])
{
	return sim_plan_add(&guest->plan, value, why) == 0;
}

/* ------------------------------------------------------------------------------------------------
 * The text
 */

static const struct option {
	const char *name;
	bool (*set)(struct balloonsim_guest *guest, const char *value, char why[WHY_MAX]);
} options[] = {
	{ "guest", set_os },
	{ "workload", set_workload },
	{ "seed", set_seed },
	{ "latency", set_latency },
	{ "boot", set_boot },
	{ "speed", set_speed },
	{ "page-size", set_page_size },
	{ "poison", set_poison },
	{ "fault", set_fault },
};

static int PRINTF_FORMAT(3, 4)
	fail(struct balloonsim_guest *guest, int code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(guest->error, sizeof(guest->error), format, arguments);
	va_end(arguments);
	return code;
}

static int set_option(struct balloonsim_guest *guest, const char *name, const char *value)
{
	char why[WHY_MAX] = "";

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!string_equal(options[i].name, name))
			continue;
		if (options[i].set(guest, value, why))
			return 0;
		return fail(guest, -EINVAL, "%s='%.80s': %s", name, value, why);
	}
	return fail(guest, -EINVAL, "'%.80s': a guest has no such option", name);
}

int sim_guest_take_fault(struct balloonsim_guest *guest, const char *value)
{
	return set_option(guest, "fault", value);
}

/* Copy an option, in which a comma doubled stands for itself; where it ended, NULL if there is no
 * room. */
static const char *copy_option(const char *text, char option[OPTION_MAX])
{
	size_t len = 0;

	for (; *text != '\0'; text++) {
		if (text[0] == ',' && text[1] == ',')
			text++;
		else if (*text == ',')
			break;
		if (len == OPTION_MAX - 1)
			return NULL;
		option[len++] = *text;
	}
	option[len] = '\0';
	return text;
}

static int configure(struct balloonsim_guest *guest, const char *text)
{
	char option[OPTION_MAX];
	char *value;
	int r = 0;

	while (*text != '\0' && r == 0) {
		text = copy_option(text, option);
		if (text == NULL)
			return fail(guest, -EINVAL, "an option is longer than %d characters",
				    OPTION_MAX - 1);
		value = strchr(option, '=');
		if (value == NULL)
			return fail(guest, -EINVAL, "'%.80s': an option is written NAME=VALUE",
				    option);
		*value++ = '\0';
		r = set_option(guest, option, value);
		text += *text == ',';
	}
	return r;
}

int balloonsim_guest_configure(struct balloonsim_guest *guest, const char *text)
{
	const struct balloonsim_guest before = *guest;
	char error[sizeof(guest->error)];
	int r;

	if (guest->has_run)
		return fail(guest, -EBUSY,
			    "the guest runs already; its options come before its first run");
	r = configure(guest, text);
	if (r < 0) {
		/* All of the text, or nothing. */
		memcpy(error, guest->error, sizeof(error));
		*guest = before;
		memcpy(guest->error, error, sizeof(error));
	}
	return r;
}
