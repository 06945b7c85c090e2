/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options every command has, and their defaults from the environment. */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "output.h"
#include "seconds.h"
#include "session.h"

enum {
	OPTION_DEVICE = 0x100,
	OPTION_TIMEOUT,
	OPTION_JSON,
};

static const struct argp_option choices[] = {
	{ "connect", 'c', "ADDRESS", 0,
	  "The VM's QMP monitor: unix:/PATH or just a path, tcp:HOST:PORT, vsock:CID:PORT or fd:N; "
	  "vm:NAME or pid:N, a VM of this host by name or process; or sim:[OPTIONS], a simulated VM to try things on. May be given several times; all VMs are "
	  "asked at once" },
	{ "all", 'a', NULL, 0,
	  "Every VM that is configured or found on this host; commands that only show something do so "
	  "without being told, if there is no address" },
	{ "device", OPTION_DEVICE, "PATH", 0,
	  "QOM path of the balloon, such as /machine/peripheral/balloon0 (default: look for it)" },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0,
	  "How long to wait to be connected, to be greeted and for each reply (default: 5)" },
	{ "quiet", 'q', NULL, 0,
	  "Say nothing of what was changed, and give no notes; errors and warnings stay" },
	{ 0 },
};

static void add_address(struct options *options, const char *address)
{
	const char **grown = allocate(options->n_addresses + 1, sizeof(*grown));

	if (options->n_addresses > 0)
		memcpy(grown, options->addresses, options->n_addresses * sizeof(*grown));
	grown[options->n_addresses++] = address;
	free(options->addresses);
	options->addresses = grown;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		add_address(options, arg);
		return 0;
	case 'a':
		options->all = true;
		return 0;
	case OPTION_DEVICE:
		options->device = arg;
		return 0;
	case OPTION_TIMEOUT:
		options->timeout = arg;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp options_argp = { .options = choices, .parser = parse };

const struct argp_child options_children[] = {
	{ &options_argp, 0, "Options of every command:", 1 },
	{ 0 },
};

static const struct argp_option json_choices[] = {
	{ "json", OPTION_JSON, "lines", OPTION_ARG_OPTIONAL,
	  "Print one JSON document, described in balloonctl(1), or a line for each VM" },
	{ 0 },
};

static error_t parse_json(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	if (key != OPTION_JSON)
		return ARGP_ERR_UNKNOWN;
	if (arg != NULL && strcmp(arg, "lines") != 0)
		argp_error(state, "--json '%s': give --json or --json=lines", arg);
	options->json = arg == NULL ? JSON_DOCUMENT : JSON_LINES;
	return 0;
}

const struct argp json_argp = { .options = json_choices, .parser = parse_json };

const struct argp_child json_children[] = { { &json_argp }, { 0 } };

static const struct argp_option show_choices[] = {
	{ "bytes", 'b', NULL, 0, "Print sizes in bytes, with all digits" },
	{ 0 },
};

static error_t parse_show(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options;
		state->child_inputs[1] = options;
		return 0;
	case 'b':
		options->bytes = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children_of_show[] = {
	{ &json_argp },
	{ &options_argp, 0, "Options of every command:", 1 },
	{ 0 },
};

const struct argp show_argp = {
	.options = show_choices,
	.parser = parse_show,
	.children = children_of_show,
};

const struct argp_child show_children[] = { { &show_argp }, { 0 } };

/* QEMU's scripts take HOST:PORT in QMP_SOCKET, and a path otherwise. */
static char *from_qmp_socket(const char *value)
{
	struct buffer address = { 0 };
	const char *colon = strchr(value, ':');

	if (colon != NULL && colon > value && strchr(value, '/') == NULL && colon[1] != '\0' &&
	    strspn(colon + 1, "0123456789") == strlen(colon + 1))
		buffer_append_string(&address, "tcp:");
	buffer_append_string(&address, value);
	return buffer_steal(&address);
}

/* What a command of the shell is not given, it has from the shell. */
static void add_from_session(struct options *options)
{
	const struct options *defaults;

	if (options->session == NULL)
		return;
	defaults = &options->session->defaults;
	if (options->n_addresses == 0 && !options->all)
		for (size_t i = 0; i < defaults->n_addresses; i++)
			add_address(options, defaults->addresses[i]);
	if (options->device == NULL)
		options->device = defaults->device;
	if (options->timeout == NULL)
		options->timeout = defaults->timeout;
	options->all |= defaults->all && options->n_addresses == 0;
	options->quiet |= defaults->quiet;
}

static void add_from_environment(struct options *options)
{
	const char *address = getenv("BALLOONCTL_CONNECT");

	if (options->n_addresses > 0)
		return;
	if (address == NULL || *address == '\0') {
		address = getenv("QMP_SOCKET");
		if (address == NULL || *address == '\0')
			return;
		address = options->from_environment = from_qmp_socket(address);
	}
	add_address(options, address);
}

static int check_timeout(struct options *options)
{
	if (options->timeout == NULL ||
	    seconds_parse_ms(options->timeout, &options->timeout_ms) == 0)
		return 0;
	return usage_error("--timeout '%s': " SECONDS_RULE, options->timeout);
}

int options_load_config(struct options *options)
{
	if (options->has_config)
		return 0;
	options->has_config = true;
	return config_load(&options->config);
}

int options_check(struct options *options)
{
	int r;

	if (options->all && options->n_addresses > 0)
		return usage_error("--all and -c: give one of them");
	add_from_session(options);
	r = check_timeout(options);
	if (r != 0)
		return r;
	r = options_load_config(options);
	if (r != 0)
		return r;
	if (!options->all)
		add_from_environment(options);
	for (size_t i = 0; i < options->n_addresses; i++)
		if (options->addresses[i][0] == '\0')
			return usage_error("-c '': an empty address; give one such as "
					   "unix:/run/vm.qmp");
	return 0;
}

void options_free(struct options *options)
{
	free(options->addresses);
	free(options->from_environment);
	config_free(&options->config);
	*options = (struct options){ 0 };
}
