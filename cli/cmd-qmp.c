/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qmp COMMAND [ARGUMENTS]: any command of QEMU's monitor, for the day something else is needed. The
 * library checks the words before a VM hears of them, and keeps the digits of every number.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "json.h"
#include "output.h"
#include "parse.h"
#include "vms.h"

enum {
	STDIN_BYTES_MAX = 4 << 20, /* the library takes no more */
	SHOWN_BYTES_MAX = 100,     /* of arguments that are wrong */
};

struct qmp_options {
	struct options *common;
	const char *command;
	const char *arguments; /* as written; NULL for none */
	char *from_stdin;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct qmp_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			return ARGP_ERR_UNKNOWN;
		if (state->arg_num == 0)
			options->command = arg;
		else
			options->arguments = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp qmp_argp = {
	.parser = parse,
	.args_doc = "QMP-COMMAND [JSON]",
	.doc = "Have QEMU execute any command of its monitor protocol, QMP, and print what it "
	       "returns as JSON, every number with all its digits. Several VMs give one document "
	       "each, with \"address\" and \"return\".\v"
	       "JSON is the command's arguments, one JSON object; '-' reads it from standard input. "
	       "QEMU lists its commands with 'query-commands'.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp qmp query-status\n"
	       "  balloonctl -c /run/vm.qmp qmp qom-list '{\"path\": \"/machine/peripheral\"}'",
	.children = options_children,
};

static void step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	const struct qmp_options *options = arg;

	if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_execute(vm->monitor, options->command,
								options->arguments, NULL));
}

/* ---- Before it is sent ---- */

static int read_stdin(struct qmp_options *options)
{
	struct buffer text = { 0 };
	char bytes[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || text.len > STDIN_BYTES_MAX) {
			complain("standard input: %s", strerror(n < 0 ? errno : EFBIG));
			buffer_free(&text);
			return EXIT_FAILED;
		}
		buffer_append(&text, bytes, (size_t)n);
	}
	if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL) {
		buffer_free(&text);
		return usage_error("standard input: a NUL byte is no JSON");
	}
	options->arguments = options->from_stdin = buffer_steal(&text);
	return EXIT_DONE;
}

/* A monitor without a connection looks at the words, and sends nothing. */
static bool is_taken(const char *command, const char *arguments)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	int r;

	if (monitor == NULL)
		out_of_memory();
	r = balloonctl_monitor_start_execute(monitor, command, arguments, NULL);
	balloonctl_monitor_free(monitor);
	return r != -EINVAL;
}

/* Of long ones the beginning will do. */
static int refuse_arguments(const struct qmp_options *options)
{
	bool is_long = strlen(options->arguments) > SHOWN_BYTES_MAX;
	struct buffer start = { 0 };
	char *shown;
	int status;

	buffer_append_start(&start, options->arguments, SHOWN_BYTES_MAX);
	shown = buffer_steal(&start);
	status = usage_error("'%s'%s: not a JSON object; give the arguments of %s such as "
			     "'{\"path\": \"/machine\"}'",
			     shown, is_long ? "..." : "", options->command);
	free(shown);
	return status;
}

static int check(struct qmp_options *options)
{
	int status = EXIT_DONE;

	if (options->command == NULL)
		return usage_error("qmp: no command; give one, such as query-status");
	if (!is_taken(options->command, NULL))
		return usage_error("'%s': not the name of a QMP command; give one such as "
				   "query-status",
				   options->command);
	if (options->arguments != NULL && strcmp(options->arguments, "-") == 0)
		status = options->common->session == NULL
				 ? read_stdin(options)
				 : usage_error("'-': the shell reads standard input itself; give "
					       "the JSON object as a word");
	if (status != EXIT_DONE || options->arguments == NULL ||
	    is_taken(options->command, options->arguments))
		return status;
	if (options->from_stdin != NULL)
		return usage_error("standard input: not a JSON object; give the arguments of %s "
				   "such as {\"path\": \"/machine\"}",
				   options->command);
	return refuse_arguments(options);
}

/* ---- What it shows ---- */

static const char *get_return(const struct vm *vm)
{
	return balloonctl_completion_get_json(vm->done[BALLOONCTL_OPERATION_EXECUTE]);
}

static void append_document(struct buffer *out, const struct vm *vm, bool is_only)
{
	struct json json = { .out = out };

	if (is_only) {
		json_put_text(&json, NULL, get_return(vm));
		buffer_append(out, "\n", 1);
		return;
	}
	json_open_object(&json, NULL);
	json_put_string(&json, "address", vm->address);
	json_put_text(&json, "return", get_return(vm));
	json_close_object(&json);
}

static int write_out(const struct vms *vms)
{
	struct buffer out = { 0 };
	int status;

	for (size_t i = 0; i < vms->count; i++)
		if (vms->items[i].error == NULL)
			append_document(&out, &vms->items[i], vms->count == 1);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

int cmd_qmp(struct options *common, int argc, char **argv)
{
	struct qmp_options options = { .common = common };
	struct vms vms = { .changes = true };
	int status;

	if (!parse_words(&qmp_argp, argc, argv, 0, &options, &status))
		return status;
	status = check(&options);
	if (status == EXIT_DONE)
		status = vms_ask(&vms, common, step, &options);
	if (status == EXIT_DONE)
		status = vms_report(&vms, write_out(&vms));
	vms_free(&vms);
	free(options.from_stdin);
	return status;
}
