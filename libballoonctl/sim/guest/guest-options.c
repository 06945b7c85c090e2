/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options of a guest, "NAME=VALUE,...". Their names and meanings for the user are in the table
 * of option.c; this is what takes the values.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sim/guest/guest.h"

enum {
	OPTION_MAX = 200, /* bytes of one option */
	MS_MAX = 86400000,
	SPEED_MAX_MIB = 1 << 20,
};

static bool parse_number(const char *text, uint64_t max, uint64_t *ret)
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

static bool set_os(struct balloonsim_guest *guest, const char *value)
{
	const struct sim_os *os = sim_os_find(value);

	if (os == NULL)
		return false;
	guest->os = os;
	return true;
}

static bool set_workload(struct balloonsim_guest *guest, const char *value)
{
	const char *name;

	for (unsigned int i = 0; (name = sim_workload_get_name(i)) != NULL; i++) {
		if (string_equal(name, value)) {
			guest->workload_number = i;
			return true;
		}
	}
	return false;
}

static bool set_seed(struct balloonsim_guest *guest, const char *value)
{
	if (!parse_number(value, UINT64_MAX, &guest->seed))
		return false;
	guest->plan.random = guest->seed;
	return true;
}

static bool set_u32(const char *value, uint32_t max, uint32_t *ret)
{
	uint64_t n;

	if (!parse_number(value, max, &n))
		return false;
	*ret = (uint32_t)n;
	return true;
}

static bool set_latency(struct balloonsim_guest *guest, const char *value)
{
	return set_u32(value, MS_MAX, &guest->latency_ms);
}

static bool set_boot(struct balloonsim_guest *guest, const char *value)
{
	return set_u32(value, MS_MAX, &guest->boot_ms);
}

static bool set_speed(struct balloonsim_guest *guest, const char *value)
{
	return set_u32(value, SPEED_MAX_MIB, &guest->speed_mib);
}

static bool set_page_size(struct balloonsim_guest *guest, const char *value)
{
	if (!string_equal(value, "4096") && !string_equal(value, "16384") &&
	    !string_equal(value, "65536"))
		return false;
	guest->unit = (uint32_t)strtoul(value, NULL, 10) / SIM_PAGE_SIZE;
	return true;
}

static bool set_poison(struct balloonsim_guest *guest, const char *value)
{
	static const char *const names[] = {
		[SIM_GUEST_POISON_OFF] = "off",
		[SIM_GUEST_POISON_ON] = "on",
		[SIM_GUEST_POISON_INIT_ON_FREE] = "init-on-free",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (string_equal(names[i], value)) {
			guest->poison = (enum sim_guest_poison)i;
			return true;
		}
	}
	return false;
}

static bool set_fault(struct balloonsim_guest *guest, const char *value)
{
	return sim_plan_add(&guest->plan, value) == 0;
}

static const struct {
	const char *name;
	bool (*set)(struct balloonsim_guest *guest, const char *value);
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

static int set_option(struct balloonsim_guest *guest, const char *text, size_t len)
{
	char option[OPTION_MAX];
	char *value;

	if (len >= sizeof(option)) {
		snprintf(guest->error, sizeof(guest->error), "%.40s...: too long", text);
		return -EINVAL;
	}
	memcpy(option, text, len);
	option[len] = '\0';
	value = strchr(option, '=');
	if (value == NULL) {
		snprintf(guest->error, sizeof(guest->error), "%.80s: not of the form NAME=VALUE",
			 option);
		return -EINVAL;
	}
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!string_equal(options[i].name, option))
			continue;
		if (options[i].set(guest, value))
			return 0;
		snprintf(guest->error, sizeof(guest->error),
			 "%.40s='%.80s': no such value; balloonsim --list-%s shows them", option,
			 value, string_equal(option, "fault") ? "faults" : "options");
		return -EINVAL;
	}
	snprintf(guest->error, sizeof(guest->error), "'%.80s': no option of a guest", option);
	return -EINVAL;
}

int balloonsim_guest_configure(struct balloonsim_guest *guest, const char *text)
{
	while (*text != '\0') {
		const char *end = strchrnul(text, ',');
		int ret = set_option(guest, text, (size_t)(end - text));

		if (ret < 0)
			return ret;
		text = *end == ',' ? end + 1 : end;
	}
	return 0;
}
