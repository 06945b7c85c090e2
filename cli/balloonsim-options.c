/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command line of balloonsim. What it says of machines becomes options for
 * balloonsim_machine_configure(), which knows what is right.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "balloonsim-options.h"
#include "output.h"

enum {
	WEIGHT_MAX = 1000000,

	OPTION_QMP = 0x100,
	OPTION_QTEST,
	OPTION_PROFILE,
	OPTION_DEVICE,
	OPTION_RAM,
	OPTION_LEGACY,
	OPTION_PAUSED,
	OPTION_IOEVENTFD,
	OPTION_BASE,
	OPTION_GUEST,
	OPTION_WORKLOAD,
	OPTION_FAULT,
	OPTION_SEED,
	OPTION_VMS,
	OPTION_DIR,
	OPTION_MIX,
	OPTION_READY_FD,
	OPTION_LIST_OPTIONS,
	OPTION_LIST_FAULTS,
};

static const struct argp_option choices[] = {
	{ NULL, 0, NULL, 0, "One machine:", 1 },
	{ "qmp", OPTION_QMP, "PATH", 0, "Listen for a QMP client on this UNIX socket", 0 },
	{ "qtest", OPTION_QTEST, "PATH", 0,
	  "Listen for a qtest client, who is the guest and moves the clock; there is no other guest "
	  "then",
	  0 },

	{ NULL, 0, NULL, 0, "A host of machines in one process:", 2 },
	{ "vms", OPTION_VMS, "N", 0, "So many machines, vm-0001 and so on", 0 },
	{ "dir", OPTION_DIR, "DIR", 0, "Where their sockets are made: DIR/vm-0001.qmp ...", 0 },
	{ "mix", OPTION_MIX, "WEIGHT:OPTIONS", 0,
	  "Of WEIGHT parts of the machines: these options. May be repeated; see the examples", 0 },

	{ NULL, 0, NULL, 0, "What runs inside:", 3 },
	{ "guest", OPTION_GUEST, "NAME", 0, "The guest and its driver, such as linux or windows",
	  0 },
	{ "workload", OPTION_WORKLOAD, "NAME", 0,
	  "What the guest does with its memory, such as steady or leaking", 0 },
	{ "fault", OPTION_FAULT, "FAULT", 0,
	  "What the guest does wrong, from which second on and how often: never-answers, "
	  "loop@30s, answers-late%10. May be repeated",
	  0 },
	{ "seed", OPTION_SEED, "N", 0, "Of all that is left to chance (default: 1)", 0 },

	{ NULL, 0, NULL, 0, "The machines:", 4 },
	{ "profile", OPTION_PROFILE, "VERSION", 0,
	  "The QEMU to be: 7.2, 10.0 or 11.1 (the default)", 0 },
	{ "device", OPTION_DEVICE, "TYPE[,PROPERTY=VALUE...]", 0,
	  "The balloon, as with QEMU's -device; 'none' for none", 0 },
	{ "ram", OPTION_RAM, "SIZE", 0, "Memory of the guest, in MiB or with a unit K, M, G or T",
	  0 },
	{ "legacy", OPTION_LEGACY, NULL, 0, "The legacy interface of virtio-mmio", 0 },
	{ "paused", OPTION_PAUSED, NULL, 0, "Begin stopped, as with QEMU's -S", 0 },
	{ "ioeventfd", OPTION_IOEVENTFD, NULL, 0, "Use event notifiers", 0 },
	{ "base", OPTION_BASE, "ADDRESS", 0, "Where the register window is (default: 0xfeb00e00)",
	  0 },
	{ "option", 'o', "NAME=VALUE,...", 0, "Any option of machines; --list-options shows them",
	  0 },

	{ NULL, 0, NULL, 0, "The program:", 5 },
	{ "ready-fd", OPTION_READY_FD, "FD", 0,
	  "Write a line to this descriptor when all sockets are there, and close it", 0 },
	{ "quiet", 'q', NULL, 0, "Don't tell where the sockets are", 0 },
	{ "list-options", OPTION_LIST_OPTIONS, NULL, 0, "Show the options for -o and --mix", 0 },
	{ "list-faults", OPTION_LIST_FAULTS, NULL, 0, "Show the faults that a guest can have", 0 },
	{ 0 },
};

/* Settings --------------------------------------------------------------------------------------- */

static char *join(const char *a, const char *b)
{
	struct buffer text = { 0 };

	buffer_append_string(&text, a);
	buffer_append_string(&text, b);
	return buffer_steal(&text);
}

/* The library's own sentences begin with "NAME=VALUE": with two dashes in front that is the argument. */
static const char dashes[] = "--";

static char *quote(const char *word, const char *arg)
{
	struct buffer text = { 0 };

	buffer_printf(&text, "%s '%s': ", word, arg);
	return buffer_steal(&text);
}

static void add_setting(struct plan *plan, char *argument, char *text)
{
	struct setting *grown = allocate(plan->n_settings + 1, sizeof(*grown));

	if (plan->n_settings > 0)
		memcpy(grown, plan->settings, plan->n_settings * sizeof(*grown));
	grown[plan->n_settings++] = (struct setting){ argument, text };
	free(plan->settings);
	plan->settings = grown;
}

static int set(struct plan *plan, const char *name, const char *value)
{
	struct buffer text = { 0 };

	option_append(&text, name, value);
	add_setting(plan, join(dashes, ""), buffer_steal(&text));
	return EXIT_DONE;
}

static int set_device(struct plan *plan, const char *device)
{
	struct buffer text = { 0 };
	int status = device_translate(device, &text);

	if (status == EXIT_DONE)
		add_setting(plan, quote("--device", device), buffer_steal(&text));
	buffer_free(&text);
	return status;
}

static int parse_number(const char *text, uint64_t max, uint64_t *ret)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return errno != 0 || *end != '\0' || *ret > max ? -EINVAL : 0;
}

static int set_seed(struct plan *plan, const char *text)
{
	if (parse_number(text, UINT64_MAX - VMS_MAX, &plan->seed) < 0)
		return usage_error("--seed '%s': give a whole number, such as 1", text);
	return EXIT_DONE;
}

static int set_vms(struct plan *plan, const char *text)
{
	uint64_t n;

	if (parse_number(text, VMS_MAX, &n) < 0 || n == 0)
		return usage_error("--vms '%s': give a number of machines from 1 to %d", text,
				   VMS_MAX);
	plan->vms = (unsigned int)n;
	return EXIT_DONE;
}

/* Without a weight it is one part. */
static int add_mix(struct plan *plan, const char *text)
{
	size_t digits = strspn(text, "0123456789");
	struct mix mix = { .weight = 1 }, *grown;
	const char *options = text;

	if (digits > 0 && text[digits] == ':') {
		unsigned long weight = strtoul(text, NULL, 10);

		if (weight == 0 || weight > WEIGHT_MAX || digits > 7)
			return usage_error("--mix '%s': the weight must be from 1 to %d", text,
					   WEIGHT_MAX);
		mix.weight = (unsigned int)weight;
		options = text + digits + 1;
	}
	mix.setting.argument = quote("--mix", text);
	mix.setting.text = join(options, "");
	grown = allocate(plan->n_mixes + 1, sizeof(*grown));
	if (plan->n_mixes > 0)
		memcpy(grown, plan->mixes, plan->n_mixes * sizeof(*grown));
	grown[plan->n_mixes++] = mix;
	free(plan->mixes);
	plan->mixes = grown;
	return EXIT_DONE;
}

static int set_ready_fd(struct plan *plan, const char *text)
{
	uint64_t fd;

	if (parse_number(text, INT_MAX, &fd) < 0 || fcntl((int)fd, F_GETFD) < 0)
		return usage_error("--ready-fd '%s': no such descriptor is open; open it first, "
				   "such as with 3>FILE",
				   text);
	plan->ready_fd = (int)fd;
	return EXIT_DONE;
}

static int set_guest_word(struct plan *plan, const char *name, const char *value)
{
	plan->guest_word = name;
	return set(plan, name, value);
}

/* The number of the option of that name, or -1. */
static int find_option(const char *name, size_t len)
{
	for (int i = 0; i < balloonsim_option_get_count(); i++) {
		const char *known = balloonsim_option_get_name(i);

		if (strlen(known) == len && memcmp(known, name, len) == 0)
			return i;
	}
	return -1;
}

/* Behind the comma that ends the option, or at the end. Doubled ones are part of its value. */
static const char *skip_option(const char *text)
{
	for (;; text += 2) {
		text += strcspn(text, ",");
		if (*text == '\0')
			return text;
		if (text[1] != ',')
			return text + 1;
	}
}

/* The name of an option of guests in "NAME=VALUE,...", or NULL. */
static const char *find_guest_word(const char *text)
{
	for (; *text != '\0'; text = skip_option(text)) {
		int option = find_option(text, strcspn(text, "=,"));

		if (balloonsim_option_is_for_guest(option))
			return balloonsim_option_get_name(option);
	}
	return NULL;
}

static int set_options(struct plan *plan, const char *text)
{
	const char *guest_word = find_guest_word(text);

	if (guest_word != NULL)
		plan->guest_word = guest_word;
	add_setting(plan, quote("-o", text), join(text, ""));
	return EXIT_DONE;
}

/* Lists ------------------------------------------------------------------------------------------ */

static int list_options(void)
{
	struct buffer text = { 0 };
	int status;

	for (int i = 0; i < balloonsim_option_get_count(); i++) {
		const char *fallback = balloonsim_option_get_default(i);

		buffer_printf(&text, "%s=%s\n", balloonsim_option_get_name(i),
			      balloonsim_option_get_values(i));
		buffer_printf(&text, "\t%s%s", balloonsim_option_get_meaning(i),
			      balloonsim_option_is_for_guest(i) ? " (guest)" : "");
		if (fallback[0] != '\0')
			buffer_printf(&text, " [%s]", fallback);
		buffer_append_string(&text, "\n");
	}
	status = output_write(&text);
	buffer_free(&text);
	return status;
}

static int list_faults(void)
{
	struct buffer text = { 0 };
	int status;

	for (int i = 0; balloonsim_fault_get_name(i) != NULL; i++)
		buffer_printf(&text, "%-27s %s\n", balloonsim_fault_get_name(i),
			      balloonsim_fault_get_meaning(i));
	status = output_write(&text);
	buffer_free(&text);
	return status;
}

/* Parsing ---------------------------------------------------------------------------------------- */

static int parse_word(struct plan *plan, int key, char *arg)
{
	switch (key) {
	case OPTION_QMP:
		plan->qmp = arg;
		return EXIT_DONE;
	case OPTION_QTEST:
		plan->qtest = arg;
		return EXIT_DONE;
	case OPTION_DIR:
		plan->directory = arg;
		return EXIT_DONE;
	case OPTION_VMS:
		return set_vms(plan, arg);
	case OPTION_MIX:
		return add_mix(plan, arg);
	case OPTION_GUEST:
		return set_guest_word(plan, "guest", arg);
	case OPTION_WORKLOAD:
		return set_guest_word(plan, "workload", arg);
	case OPTION_FAULT:
		return set_guest_word(plan, "fault", arg);
	case OPTION_SEED:
		return set_seed(plan, arg);
	case OPTION_PROFILE:
		return set(plan, "profile", arg);
	case OPTION_DEVICE:
		return set_device(plan, arg);
	case OPTION_RAM:
		return set(plan, "ram", arg);
	case OPTION_LEGACY:
		return set(plan, "legacy", "on");
	case OPTION_PAUSED:
		return set(plan, "paused", "on");
	case OPTION_IOEVENTFD:
		return set(plan, "ioeventfd", "on");
	case OPTION_BASE:
		return set(plan, "base", arg);
	case 'o':
		return set_options(plan, arg);
	case OPTION_READY_FD:
		return set_ready_fd(plan, arg);
	case 'q':
		plan->quiet = true;
		return EXIT_DONE;
	case OPTION_LIST_OPTIONS:
		exit(list_options());
	case OPTION_LIST_FAULTS:
		exit(list_faults());
	default:
		return -1;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	int status;

	if (key == ARGP_KEY_ARG)
		exit(usage_error("'%s': balloonsim takes options only; 'balloonsim --help' lists "
				 "them",
				 arg));
	status = parse_word(state->input, key, arg);
	if (status < 0)
		return ARGP_ERR_UNKNOWN;
	if (status != EXIT_DONE)
		exit(status);
	return 0;
}

const struct argp balloonsim_argp = {
	.options = choices,
	.parser = parse,
	.doc = "Stand where QEMU would: one machine or a whole host of them, each with a QMP "
	       "monitor, QEMU's memory balloon and a guest, good or bad on demand.\v"
	       "Examples:\n"
	       "  balloonsim --qmp /tmp/vm.qmp --workload leaking\n"
	       "  balloonctl -c /tmp/vm.qmp stats\n"
	       "  balloonsim --qmp /tmp/vm.qmp --fault never-answers@30s --profile 7.2\n"
	       "  balloonsim --vms 20 --dir /tmp/host --mix 8: \\\n"
	       "      --mix 1:guest=windows-no-service --mix 1:fault=loop@60s\n"
	       "  balloonsim --qmp /tmp/q --qtest /tmp/t --device virtio-balloon-device,id=b0\n"
	       "\n"
	       "One machine has by default 64 MiB of memory and virtio-balloon-device,id=b0; those "
	       "of a host 1024 MiB and virtio-balloon-pci,id=balloon0. SIGTERM and SIGINT end it, "
	       "QMP 'quit' ends a machine; the sockets are removed.\n"
	       "\n"
	       "Exit status: 0 done, 1 failed, 2 wrong usage.",
};

int plan_check(const struct plan *plan)
{
	if (plan->vms == 0 && plan->directory == NULL && plan->qmp == NULL)
		return usage_error("no socket: give one with --qmp, such as '--qmp /tmp/vm.qmp', "
				   "or several with '--vms 10 --dir /tmp/host'");
	if (plan->qmp != NULL && plan->qmp[0] == '\0')
		return usage_error("--qmp '': an empty path; give one such as /tmp/vm.qmp");
	if (plan->qtest != NULL && plan->qtest[0] == '\0')
		return usage_error("--qtest '': an empty path; give one such as /tmp/vm.qtest");
	if (plan->vms == 0 && plan->directory != NULL)
		return usage_error("--dir '%s': for how many machines? Add --vms", plan->directory);
	if (plan->vms == 0 && plan->n_mixes > 0)
		return usage_error("%sone machine can't be mixed; add --vms and --dir, or use -o",
				   plan->mixes[0].setting.argument);
	if (plan->vms > 0 && plan->directory == NULL)
		return usage_error("--vms %u: where should their sockets be? Add --dir", plan->vms);
	if (plan->vms > 0 && plan->qmp != NULL)
		return usage_error("--qmp '%s': machines of a host have their sockets in --dir; "
				   "leave --qmp or --vms away",
				   plan->qmp);
	if (plan->vms > 0 && plan->qtest != NULL)
		return usage_error("--qtest '%s': only one machine can have it; leave --vms away",
				   plan->qtest);
	if (plan->qtest != NULL && plan->guest_word != NULL)
		return usage_error("--qtest '%s': the qtest client is the guest; leave '%s' away",
				   plan->qtest, plan->guest_word);
	return EXIT_DONE;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_settings; i++) {
		free(plan->settings[i].argument);
		free(plan->settings[i].text);
	}
	for (size_t i = 0; i < plan->n_mixes; i++) {
		free(plan->mixes[i].setting.argument);
		free(plan->mixes[i].setting.text);
	}
	free(plan->settings);
	free(plan->mixes);
}
