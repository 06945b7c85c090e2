/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One table of options: reading, help and completions all come from it. Options of the guest are
 * only collected here; whether they are right, the guest says.
 */
#include "sim/option.h"

#include <balloonsim.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/util.h"

enum {
	VALUE_MAX =
		512, /* bytes of one value, with the NUL; the longest sensible ones are faults */
};

#define RAM_MIN (UINT64_C(1) << 20)
#define RAM_MAX (UINT64_C(1) << 43) /* page frame numbers have 32 bits */

/* Readers of one value: 0, or -EINVAL if the value is none of those that the table names. */

static int read_switch(const char *value, bool *ret)
{
	if (string_equal(value, "on"))
		*ret = true;
	else if (string_equal(value, "off"))
		*ret = false;
	else
		return -EINVAL;
	return 0;
}

static int read_profile(struct sim_options *options, const char *value)
{
	options->board.profile = sim_profile_find(value);
	return options->board.profile == NULL ? -EINVAL : 0;
}

static int read_number(const char *value, uint64_t *ret, const char **end)
{
	char *stop;

	if (value[0] < '0' || value[0] > '9')
		return -EINVAL;
	errno = 0;
	*ret = strtoull(value, &stop, string_starts_with(value, "0x") ? 16 : 10);
	*end = stop;
	return errno == 0 ? 0 : -EINVAL;
}

/* MiB without a unit, as QEMU's -m has it. */
static int read_ram(struct sim_options *options, const char *value)
{
	static const char units[] = "KMGT";
	const char *end, *unit;
	unsigned int shift = 20;
	uint64_t number;

	if (read_number(value, &number, &end) < 0)
		return -EINVAL;
	if (*end != '\0') {
		unit = strchr(units, *end);
		if (unit == NULL || end[1] != '\0')
			return -EINVAL;
		shift = 10 * (unsigned int)(unit - units + 1);
	}
	if (number > RAM_MAX >> shift || number << shift < RAM_MIN ||
	    (number << shift) % SIM_PAGE_SIZE != 0)
		return -EINVAL;
	options->board.ram_bytes = number << shift;
	return 0;
}

static int read_text(char *to, const char *value)
{
	if (strlen(value) >= SIM_NAME_MAX)
		return -EINVAL;
	strcpy(to, value);
	return 0;
}

static int read_name(struct sim_options *options, const char *value)
{
	return read_text(options->name, value);
}

/* As QEMU wants ids: a letter, then letters, digits, '-', '.' and '_'. */
static int read_id(struct sim_options *options, const char *value)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (value[0] != '\0' && strchr(letters, value[0]) == NULL)
		return -EINVAL;
	for (const char *at = value; *at != '\0'; at++)
		if (strchr(letters, *at) == NULL && strchr("0123456789-._", *at) == NULL)
			return -EINVAL;
	return read_text(options->id, value);
}

static int read_device(struct sim_options *options, const char *value)
{
	static const struct {
		const char *name;
		enum sim_bus bus;
	} buses[] = {
		{ "pci", SIM_BUS_PCI },
		{ "pci-transitional", SIM_BUS_PCI_TRANSITIONAL },
		{ "pci-non-transitional", SIM_BUS_PCI_NON_TRANSITIONAL },
		{ "mmio", SIM_BUS_MMIO },
		{ "none", SIM_BUS_NONE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(buses); i++) {
		if (!string_equal(value, buses[i].name))
			continue;
		options->board.bus = buses[i].bus;
		return 0;
	}
	return -EINVAL;
}

static int read_base(struct sim_options *options, const char *value)
{
	const char *end;
	uint64_t base;

	if (read_number(value, &base, &end) < 0 || *end != '\0' || base % SIM_MMIO_SIZE != 0)
		return -EINVAL;
	options->board.window_base = base;
	return 0;
}

static int read_interval(struct sim_options *options, const char *value)
{
	const char *end;
	uint64_t seconds;

	if (read_number(value, &seconds, &end) < 0 || *end != '\0' || seconds > UINT32_MAX)
		return -EINVAL;
	options->board.balloon.polling_interval_s = (uint32_t)seconds;
	return 0;
}

static int read_ioeventfd(struct sim_options *options, const char *value)
{
	options->ioeventfd_is_given = !string_equal(value, "auto");
	return options->ioeventfd_is_given ? read_switch(value, &options->board.has_ioeventfd) : 0;
}

static int read_iothread(struct sim_options *options, const char *value)
{
	options->has_iothread = value[0] != '\0';
	return 0;
}

static int read_clock(struct sim_options *options, const char *value)
{
	options->board.is_stepped = string_equal(value, "qtest");
	options->is_manual = options->board.is_stepped || string_equal(value, "manual");
	return options->is_manual || string_equal(value, "real") ? 0 : -EINVAL;
}

#define SWITCH(name, member)                                            \
	static int name(struct sim_options *options, const char *value) \
	{                                                               \
		return read_switch(value, &options->board.member);      \
	}
SWITCH(read_legacy, is_legacy)
SWITCH(read_paused, is_paused)
SWITCH(read_deflate_on_oom, balloon.deflate_on_oom)
SWITCH(read_page_poison, balloon.page_poison)
SWITCH(read_reporting, balloon.free_page_reporting)
SWITCH(read_hint, balloon.free_page_hint)
SWITCH(read_event_idx, balloon.event_idx)
SWITCH(read_indirect_desc, balloon.indirect_desc)
SWITCH(read_packed, balloon.packed)
SWITCH(read_in_order, balloon.in_order)
SWITCH(read_old_config_size, balloon.old_config_size)

/* The table -------------------------------------------------------------------------------------- */

static const struct option {
	const char *name, *values, *fallback, *meaning;
	int (*read)(struct sim_options *options, const char *value); /* NULL: the guest's */
	const char *rule; /* what a value must be, if `values` doesn't list all of them */
} table[] = {
	{ "profile", "7.2|10.0|11.1", "11.1", "the QEMU version to be", read_profile },
	{ "ram", "SIZE", "1G", "memory of the guest; MiB without a unit K, M, G or T", read_ram,
	  "a size such as 512M, of whole 4 KiB, from 1M to 8T" },
	{ "name", "TEXT", "", "the VM's name, as with QEMU's -name", read_name,
	  "at most 63 bytes long" },
	{ "device", "pci|pci-transitional|pci-non-transitional|mmio|none", "pci",
	  "how the balloon is plugged", read_device },
	{ "id", "ID", "balloon0", "the balloon's id; empty: an anonymous device", read_id,
	  "a letter and then letters, digits, '-', '.' and '_', at most 63" },
	{ "clock", "real|manual|qtest", "real",
	  "who moves the time: the host, the owner, or the owner as in QEMU's qtest", read_clock },
	{ "paused", "on|off", "off", "begin stopped, as with QEMU's -S", read_paused },
	{ "guest-stats-polling-interval", "SECONDS", "0", "polling from the start", read_interval,
	  "a whole number of seconds up to 4294967295" },
	{ "deflate-on-oom", "on|off", "off", "a device property of QEMU's", read_deflate_on_oom },
	{ "free-page-reporting", "on|off", "off", "a device property of QEMU's", read_reporting },
	{ "free-page-hint", "on|off", "off", "a device property of QEMU's; wants an iothread",
	  read_hint },
	{ "iothread", "ID", "", "a device property of QEMU's", read_iothread },
	{ "page-poison", "on|off", "on", "a device property of QEMU's", read_page_poison },
	{ "event_idx", "on|off", "on", "a device property of QEMU's", read_event_idx },
	{ "indirect_desc", "on|off", "on", "a device property of QEMU's", read_indirect_desc },
	{ "packed", "on|off", "off", "a device property of QEMU's", read_packed },
	{ "in_order", "on|off", "off", "a device property of QEMU 10.0 and later", read_in_order },
	{ "qemu-4-0-config-size", "on|off", "off", "a device property of QEMU up to 10.0",
	  read_old_config_size },
	{ "legacy", "on|off", "off", "the legacy interface of virtio-mmio", read_legacy },
	{ "ioeventfd", "auto|on|off", "auto", "event notifiers; auto: as that QEMU has them",
	  read_ioeventfd },
	{ "base", "ADDRESS", "0xfeb00e00", "where the register window is", read_base,
	  "an address such as 0xfeb00e00, a multiple of 0x200" },
	{ "guest",
	  "linux|linux-7.1|linux-6.12|linux-6.1|linux-4.19|linux-no-hugetlb|linux-no-counters|"
	  "windows|windows-no-service|none",
	  "linux", "who runs in the machine", NULL },
	{ "workload", "steady|growing|leaking|cache-filling|swapping|reclaim", "steady",
	  "what the guest does with its memory", NULL },
	{ "fault", "NAME[@TIME][%PERCENT][+...]", "none",
	  "what goes wrong, from when on, and how often", NULL },
	{ "seed", "NUMBER", "1", "of all that is left to chance", NULL },
	{ "boot", "MILLISECONDS", "0", "until the guest's driver loads", NULL },
	{ "latency", "MILLISECONDS", "0", "until the guest answers a request", NULL },
	{ "speed", "MIB", "4096", "how much the balloon moves in a second; 0: all at once", NULL },
	{ "page-size", "4096|16384|65536", "4096", "the guest's", NULL },
	{ "poison", "off|on|init-on-free", "off", "what the guest does with free pages", NULL },
};

static const struct option *get_option(int option)
{
	return option >= 0 && (size_t)option < ARRAY_SIZE(table) ? &table[option] : NULL;
}

int balloonsim_option_get_count(void)
{
	return ARRAY_SIZE(table);
}

const char *balloonsim_option_get_name(int option)
{
	return get_option(option) == NULL ? NULL : get_option(option)->name;
}

const char *balloonsim_option_get_values(int option)
{
	return get_option(option) == NULL ? NULL : get_option(option)->values;
}

const char *balloonsim_option_get_default(int option)
{
	return get_option(option) == NULL ? NULL : get_option(option)->fallback;
}

const char *balloonsim_option_get_meaning(int option)
{
	return get_option(option) == NULL ? NULL : get_option(option)->meaning;
}

bool balloonsim_option_is_for_guest(int option)
{
	return get_option(option) != NULL && get_option(option)->read == NULL;
}

/* Reading ---------------------------------------------------------------------------------------- */

void sim_options_init(struct sim_options *options)
{
	*options = (struct sim_options){
		.has_guest = true,
	};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].read != NULL)
			table[i].read(options, table[i].fallback);
}

int sim_options_copy(struct sim_options *to, const struct sim_options *from)
{
	*to = *from;
	if (from->guest == NULL)
		return 0;
	to->guest = strdup(from->guest);
	return to->guest == NULL ? -ENOMEM : 0;
}

void sim_options_done(struct sim_options *options)
{
	free(options->guest);
	*options = (struct sim_options){ 0 };
}

/* A guest's options are kept as text. "none" is the machine's own word. */
static int keep_for_guest(struct sim_options *options, const char *name, const char *value)
{
	struct buf text = { 0 };

	if (strchr(value, ',') != NULL)
		return -EINVAL;
	if (string_equal(name, "guest"))
		options->has_guest = !string_equal(value, "none");
	if (string_equal(name, "guest") && !options->has_guest)
		return 0;
	if (options->guest != NULL) {
		buf_append_string(&text, options->guest);
		buf_append_string(&text, ",");
	}
	buf_append_string(&text, name);
	buf_append_string(&text, "=");
	buf_append_string(&text, value);
	free(options->guest);
	options->guest = buf_steal(&text);
	return options->guest == NULL ? -ENOMEM : 0;
}

static int set(struct sim_options *options, const char *name, const char *value,
	       struct balloonctl_error *error)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int r;

		if (!string_equal(name, table[i].name))
			continue;
		r = table[i].read == NULL ? keep_for_guest(options, name, value)
					  : table[i].read(options, value);
		if (r != -EINVAL)
			return r;
		return error_set(error, -EINVAL, NULL, "%s='%s': the value must be %s", name, value,
				 table[i].rule != NULL ? table[i].rule : table[i].values);
	}
	return error_set(error, -EINVAL, NULL,
			 "'%s': there is no such option; balloonsim(1) lists them", name);
}

/* Copy up to one of the characters in `ends`; a comma doubled stands for itself, as in QEMU's
 * options. Where it ended, NULL if there is no room. */
static const char *copy_word(const char *text, const char *ends, char *word)
{
	size_t len = 0;

	for (; *text != '\0'; text++) {
		if (text[0] == ',' && text[1] == ',')
			text++;
		else if (strchr(ends, *text) != NULL)
			break;
		if (len == VALUE_MAX - 1)
			return NULL;
		word[len++] = *text;
	}
	word[len] = '\0';
	return text;
}

int sim_options_parse(struct sim_options *options, const char *text, struct balloonctl_error *error)
{
	char name[VALUE_MAX], value[VALUE_MAX];
	int r;

	while (*text != '\0') {
		text = copy_word(text, "=,", name);
		if (text != NULL && *text != '=')
			return error_set(error, -EINVAL, NULL,
					 "'%s': an option is written NAME=VALUE", name);
		if (text != NULL)
			text = copy_word(text + 1, ",", value);
		if (text == NULL)
			return error_set(error, -EINVAL, NULL,
					 "an option is longer than %d characters", VALUE_MAX - 1);
		r = set(options, name, value, error);
		if (r == -ENOMEM)
			return error_set(error, r, NULL, "%s", strerror(-r));
		if (r < 0)
			return r;
		text += *text == ',';
	}
	return 0;
}

int sim_options_finish(struct sim_options *options, struct balloonctl_error *error)
{
	struct sim_board_options *board = &options->board;
	bool is_mmio = board->bus == SIM_BUS_MMIO;

	if (board->balloon.free_page_hint && !options->has_iothread)
		return error_set(
			error, -EINVAL, NULL,
			"free-page-hint=on: 'free-page-hint' requires 'iothread' to be set");
	if (board->balloon.in_order && !board->profile->has_in_order)
		return error_set(
			error, -EINVAL, NULL,
			"in_order=on: QEMU %s has no such property; take profile=10.0 or later",
			board->profile->name);
	if (board->balloon.old_config_size && !board->profile->has_config_size_property)
		return error_set(error, -EINVAL, NULL,
				 "qemu-4-0-config-size=on: QEMU %s has no such property; take "
				 "profile=7.2 or 10.0",
				 board->profile->name);
	if (!options->ioeventfd_is_given)
		board->has_ioeventfd =
			is_mmio ? board->profile->mmio_ioeventfd : board->profile->pci_ioeventfd;
	if (board->bus == SIM_BUS_NONE)
		options->has_guest = false;
	board->name = options->name[0] == '\0' ? NULL : options->name;
	board->id = options->id[0] == '\0' ? NULL : options->id;
	return 0;
}
