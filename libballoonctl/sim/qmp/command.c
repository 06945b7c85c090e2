/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of commands, the check of their arguments with QEMU's words, and those commands that
 * don't walk objects.
 */
#include "sim/qmp/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/qmp/output.h"
#include "sim/qmp/server.h"

struct buf *sim_call_return(struct sim_call *call)
{
	if (!call->has_begun) {
		sim_server_deliver(call->server);
		call->start = call->output->len;
		call->has_begun = true;
		buf_append_string(call->output, "{\"return\": ");
	}
	return call->output;
}

void sim_call_fail(struct sim_call *call, const char *class, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	if (call->has_begun)
		call->output->len = call->start;
	call->has_begun = false;
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	buf_done(&call->error);
	call->error_class = class;
	if (len < 0) {
		sim_call_fail_memory(call);
		return;
	}
	buf_append(&call->error, text, (size_t)len);
	free(text);
}

void sim_call_fail_memory(struct sim_call *call)
{
	call->error_class = SIM_GENERIC_ERROR;
	buf_done(&call->error);
	call->error.error = -ENOMEM;
}

static void run_query_version(struct sim_call *call)
{
	const struct sim_profile *profile = call->board->options.profile;
	struct buf *out = sim_call_return(call);

	sim_server_append_version(out, profile);
}

static void run_query_name(struct sim_call *call)
{
	const char *name = call->board->options.name;
	struct buf *out = sim_call_return(call);

	if (name == NULL) {
		buf_append_string(out, "{}");
		return;
	}
	buf_append_string(out, "{\"name\": ");
	sim_output_string(out, name, strlen(name));
	buf_append_string(out, "}");
}

static void run_query_status(struct sim_call *call)
{
	const struct sim_board *board = call->board;
	bool is_running = board->clock.is_running;
	struct buf *out = sim_call_return(call);

	buf_append_string(out, "{\"status\": \"");
	if (is_running)
		buf_append_string(out, "running");
	else
		buf_append_string(out, board->has_run ? "paused" : "prelaunch");
	buf_append_string(out, "\", ");
	if (board->options.profile->status_has_singlestep)
		buf_append_string(out, "\"singlestep\": false, ");
	buf_append_string(out, is_running ? "\"running\": true}" : "\"running\": false}");
}

static bool has_balloon(struct sim_call *call)
{
	if (sim_board_has_balloon(call->board))
		return true;
	sim_call_fail(call, SIM_DEVICE_NOT_ACTIVE, "No balloon device has been activated");
	return false;
}

static void run_query_balloon(struct sim_call *call)
{
	struct buf *out;

	if (!has_balloon(call))
		return;
	out = sim_call_return(call);
	buf_append_string(out, "{\"actual\": ");
	sim_output_integer(out, sim_balloon_get_actual_bytes(&call->board->balloon));
	buf_append_string(out, "}");
}

static void run_query_memory_size_summary(struct sim_call *call)
{
	struct buf *out = sim_call_return(call);

	buf_append_string(out, "{\"base-memory\": ");
	sim_output_integer(out, (int64_t)call->board->options.ram_bytes);
	buf_append_string(out, ", \"plugged-memory\": 0}");
}

static void run_balloon(struct sim_call *call)
{
	int64_t bytes = call->tree->nodes[call->values[0]].integer;

	if (!has_balloon(call))
		return;
	if (bytes <= 0)
		sim_call_fail(call, SIM_GENERIC_ERROR, "Parameter '%s' expects a size",
			      call->board->options.profile->balloon_parameter);
	else
		sim_balloon_set_target(&call->board->balloon, (uint64_t)bytes);
}

static void run_stop(struct sim_call *call)
{
	sim_board_stop(call->board);
}

static void run_cont(struct sim_call *call)
{
	sim_board_cont(call->board);
}

static void run_system_reset(struct sim_call *call)
{
	sim_board_system_reset(call->board, false);
}

static void run_quit(struct sim_call *call)
{
	sim_board_quit(call->board);
}

static void run_query_commands(struct sim_call *call);

/* In the order in which QEMU lists those of them that it has. */
static const struct sim_command commands[] = {
	{ "device_add",
	  sim_command_device_add,
	  { { "driver", SIM_PARAMETER_ANY },
	    { "bus", SIM_PARAMETER_ANY, true },
	    { "id", SIM_PARAMETER_ANY, true } },
	  true },
	{ "x-query-virtio-queue-status",
	  sim_command_x_query_virtio_queue_status,
	  { { "path", SIM_PARAMETER_STRING }, { "queue", SIM_PARAMETER_UINT16 } } },
	{ "x-query-virtio", sim_command_x_query_virtio },
	{ "cont", run_cont },
	{ "stop", run_stop },
	{ "query-name", run_query_name },
	{ "query-memory-size-summary", run_query_memory_size_summary },
	{ "query-balloon", run_query_balloon },
	{ "balloon", run_balloon, { { "value", SIM_PARAMETER_INTEGER } } },
	{ "system_reset", run_system_reset },
	{ "device_del", sim_command_device_del, { { "id", SIM_PARAMETER_STRING } } },
	{ "device-list-properties",
	  sim_command_device_list_properties,
	  { { "typename", SIM_PARAMETER_STRING } } },
	{ "qom-list-properties",
	  sim_command_qom_list_properties,
	  { { "typename", SIM_PARAMETER_STRING } } },
	{ "qom-list-types",
	  sim_command_qom_list_types,
	  { { "implements", SIM_PARAMETER_STRING, true },
	    { "abstract", SIM_PARAMETER_BOOLEAN, true } } },
	{ "qom-set",
	  sim_command_qom_set,
	  { { "path", SIM_PARAMETER_STRING },
	    { "property", SIM_PARAMETER_STRING },
	    { "value", SIM_PARAMETER_ANY } } },
	{ "qom-list-get", sim_command_qom_list_get, { { "paths", SIM_PARAMETER_STRINGS } } },
	{ "qom-get",
	  sim_command_qom_get,
	  { { "path", SIM_PARAMETER_STRING }, { "property", SIM_PARAMETER_STRING } } },
	{ "qom-list", sim_command_qom_list, { { "path", SIM_PARAMETER_STRING } } },
	{ "quit", run_quit },
	{ "query-commands", run_query_commands },
	{ "query-version", run_query_version },
	{ "qmp_capabilities",
	  sim_command_negotiate,
	  { { "enable", SIM_PARAMETER_STRINGS, true } } },
	{ "query-status", run_query_status },
};

static bool is_known(const struct sim_board *board, const struct sim_command *command)
{
	return command->run != sim_command_qom_list_get || board->options.profile->has_qom_list_get;
}

const struct sim_command *sim_command_find(const struct sim_board *board, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (string_equal(commands[i].name, name))
			return is_known(board, &commands[i]) ? &commands[i] : NULL;
	return NULL;
}

/* Only what would be carried out, though QEMU has many more. */
static void run_query_commands(struct sim_call *call)
{
	struct buf *out = sim_call_return(call);

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!is_known(call->board, &commands[i]))
			continue;
		buf_append_string(out, i == 0 ? "[{\"name\": \"" : "\"}, {\"name\": \"");
		buf_append_string(out, commands[i].name);
	}
	buf_append_string(out, "\"}]");
}

static bool refuse_type(struct sim_call *call, const char *name, const char *expected)
{
	sim_call_fail(call, SIM_GENERIC_ERROR, "Invalid parameter type for '%s', expected: %s",
		      name, expected);
	return false;
}

static bool check_strings(struct sim_call *call, const char *name, uint32_t array)
{
	const struct sim_tree *tree = call->tree;
	unsigned int n = 0;

	if (tree->nodes[array].kind != SIM_ARRAY)
		return refuse_type(call, name, "array");
	for (uint32_t at = array + 1; at < tree->nodes[array].end; at = sim_tree_next(tree, at)) {
		char element[64];

		snprintf(element, sizeof(element), "%s[%u]", name, n++);
		if (tree->nodes[at].kind != SIM_STRING)
			return refuse_type(call, element, "string");
	}
	return true;
}

static bool check_uint16(struct sim_call *call, const char *name, const struct sim_node *value)
{
	bool is_integer = value->kind == SIM_INTEGER || value->kind == SIM_UNSIGNED;

	if (value->kind == SIM_INTEGER && value->integer >= 0 && value->integer <= UINT16_MAX)
		return true;
	sim_call_fail(call, SIM_GENERIC_ERROR, "Parameter '%s' expects %s", name,
		      is_integer ? "uint16_t" : "uint64");
	return false;
}

static bool check_value(struct sim_call *call, const struct sim_parameter *parameter,
			uint32_t value)
{
	enum sim_kind kind = call->tree->nodes[value].kind;

	switch (parameter->type) {
	case SIM_PARAMETER_STRING:
		return kind == SIM_STRING || refuse_type(call, parameter->name, "string");
	case SIM_PARAMETER_BOOLEAN:
		return kind == SIM_TRUE || kind == SIM_FALSE ||
		       refuse_type(call, parameter->name, "boolean");
	case SIM_PARAMETER_INTEGER:
		return kind == SIM_INTEGER || refuse_type(call, parameter->name, "integer");
	case SIM_PARAMETER_UINT16:
		return check_uint16(call, parameter->name, &call->tree->nodes[value]);
	case SIM_PARAMETER_STRINGS:
		return check_strings(call, parameter->name, value);
	default:
		return true;
	}
}

static bool is_parameter(const struct sim_command *command, const char *name)
{
	for (size_t i = 0; i < SIM_PARAMETERS_MAX && command->parameters[i].name != NULL; i++)
		if (string_equal(command->parameters[i].name, name))
			return true;
	return false;
}

/* Of several arguments too many QEMU tells the one that comes first in a GLib hash table of all of
 * them: their place in one of eight slots, while it has no more. */
enum {
	SLOTS = 8,
	SLOTS_USED_MAX = 7,
	SLOTS_PRIME = 7,
};

static unsigned int find_slot(uint32_t *slots, const char *name)
{
	unsigned int slot;
	uint32_t sum = 5381;

	for (; *name != '\0'; name++)
		sum = sum * 33 + (uint32_t)(signed char)*name;
	slot = MAX(sum, 2u) * 11 % SLOTS_PRIME;
	for (unsigned int step = 1; slots[slot] != 0; step++)
		slot = (slot + step) % SLOTS;
	return slot;
}

/* An argument too many. */
static bool check_rest(const struct sim_command *command, struct sim_call *call)
{
	const struct sim_tree *tree = call->tree;
	uint32_t n, *order = sim_tree_order(tree, call->arguments, &n);
	uint32_t slots[SLOTS] = { 0 };
	bool is_small = n <= SLOTS_USED_MAX;

	if (order == NULL && sim_tree_next(tree, call->arguments) > call->arguments + 1)
		sim_call_fail_memory(call);
	for (uint32_t i = 0; is_small && i < n; i++)
		slots[find_slot(slots, sim_tree_text(tree, order[i]))] = order[i];
	for (uint32_t i = 0; i < (is_small ? SLOTS : n) && call->error_class == NULL; i++) {
		uint32_t key = is_small ? slots[i] : order[i];

		if (key != 0 && !is_parameter(command, sim_tree_text(tree, key)))
			sim_call_fail(call, SIM_GENERIC_ERROR, "Parameter '%s' is unexpected",
				      sim_tree_text(tree, key));
	}
	free(order);
	return call->error_class == NULL;
}

static uint32_t count_members(const struct sim_tree *tree, uint32_t object)
{
	uint32_t n = 0;

	for (uint32_t at = object + 1; at < tree->nodes[object].end; n++)
		at = sim_tree_next(tree, at + 1);
	return n;
}

bool sim_command_check(const struct sim_command *command, struct sim_call *call)
{
	uint32_t n_known = 0;

	for (size_t i = 0; i < SIM_PARAMETERS_MAX; i++) {
		const struct sim_parameter *parameter = &command->parameters[i];
		uint32_t value;

		if (parameter->name == NULL)
			break;
		value = call->arguments == 0
				? 0
				: sim_tree_find(call->tree, call->arguments, parameter->name);
		call->values[i] = value;
		n_known += value != 0;
		if (value == 0 && !parameter->is_optional) {
			sim_call_fail(call, SIM_GENERIC_ERROR, "Parameter '%s' is missing",
				      parameter->name);
			return false;
		}
		if (value != 0 && !check_value(call, parameter, value))
			return false;
	}
	if (call->arguments == 0 || command->takes_more ||
	    count_members(call->tree, call->arguments) == n_known)
		return true;
	return check_rest(command, call);
}
