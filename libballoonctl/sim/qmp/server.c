/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One QMP conversation: greeting, negotiation, commands in order, replies and events. Reading is
 * sim/input's, commands are sim/command's.
 */
#include "sim/qmp/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sim/qmp/command.h"
#include "sim/qmp/input.h"
#include "sim/qmp/output.h"
#include "sim/qmp/qom.h"

enum {
	/* What an idle output may keep: one reply with all statistics. */
	OUTPUT_KEPT = 2048,
};

struct sim_server {
	struct sim_board *board;
	bool is_connected;
	bool has_negotiated;
	bool has_oob;
	bool is_unplugging; /* device_del waits for the guest, for ever */
	struct sim_input input;
	struct buf output;
};

struct sim_server *sim_server_new(struct sim_board *board)
{
	struct sim_server *server = calloc(1, sizeof(*server));

	if (server == NULL)
		return NULL;
	server->board = board;
	sim_input_init(&server->input, board->options.profile->json_errors_have_position);
	return server;
}

void sim_server_free(struct sim_server *server)
{
	if (server == NULL)
		return;
	sim_input_done(&server->input);
	buf_done(&server->output);
	free(server);
}

struct buf *sim_server_get_output(struct sim_server *server)
{
	return &server->output;
}

bool *sim_server_get_unplug(struct sim_server *server)
{
	return &server->is_unplugging;
}

void sim_server_append_version(struct buf *buf, const struct sim_profile *profile)
{
	buf_append_string(buf, "{\"qemu\": {\"micro\": ");
	buf_append_u64(buf, profile->micro);
	buf_append_string(buf, ", \"minor\": ");
	buf_append_u64(buf, profile->minor);
	buf_append_string(buf, ", \"major\": ");
	buf_append_u64(buf, profile->major);
	buf_append_string(buf, "}, \"package\": ");
	sim_output_string(buf, profile->package, strlen(profile->package));
	buf_append_string(buf, "}");
}

void sim_server_connect(struct sim_server *server)
{
	sim_server_disconnect(server);
	server->is_connected = true;
	buf_append_string(&server->output, "{\"QMP\": {\"version\": ");
	sim_server_append_version(&server->output, server->board->options.profile);
	buf_append_string(&server->output, ", \"capabilities\": [\"oob\"]}}\r\n");
}

void sim_server_disconnect(struct sim_server *server)
{
	bool is_prompt = server->input.is_prompt;

	server->is_connected = server->has_negotiated = server->has_oob = false;
	sim_input_done(&server->input);
	sim_input_init(&server->input, is_prompt);
	buf_done(&server->output);
}

static void append_event(struct buf *buf, const struct sim_event *event)
{
	static const struct {
		const char *name, *reason, *guest_reason;
	} kinds[] = {
		[SIM_EVENT_BALLOON_CHANGE] = { "BALLOON_CHANGE" },
		[SIM_EVENT_STOP] = { "STOP" },
		[SIM_EVENT_RESUME] = { "RESUME" },
		[SIM_EVENT_RESET] = { "RESET", "host-qmp-system-reset", "guest-reset" },
		[SIM_EVENT_SHUTDOWN] = { "SHUTDOWN", "host-qmp-quit", "guest-shutdown" },
	};
	const char *reason =
		event->is_guest ? kinds[event->kind].guest_reason : kinds[event->kind].reason;

	buf_append_string(buf, "{\"timestamp\": {\"seconds\": ");
	sim_output_integer(buf, event->wall_us / 1000000);
	buf_append_string(buf, ", \"microseconds\": ");
	sim_output_integer(buf, event->wall_us % 1000000);
	buf_append_string(buf, "}, \"event\": \"");
	buf_append_string(buf, kinds[event->kind].name);
	buf_append_string(buf, "\"");
	if (event->kind == SIM_EVENT_BALLOON_CHANGE) {
		buf_append_string(buf, ", \"data\": {\"actual\": ");
		sim_output_integer(buf, event->actual);
		buf_append_string(buf, "}");
	} else if (reason != NULL) {
		buf_append_string(buf, ", \"data\": {\"guest\": ");
		buf_append_string(buf, event->is_guest ? "true" : "false");
		buf_append_string(buf, ", \"reason\": \"");
		buf_append_string(buf, reason);
		buf_append_string(buf, "\"}");
	}
	buf_append_string(buf, "}\r\n");
}

void sim_server_deliver(struct sim_server *server)
{
	struct sim_event event;

	while (sim_board_next_event(server->board, &event))
		if (server->has_negotiated)
			append_event(&server->output, &event);
}

void sim_command_negotiate(struct sim_call *call)
{
	struct sim_server *server = call->server;
	const struct sim_tree *tree = call->tree;
	uint32_t array = call->values[0];
	bool has_oob = false;

	if (array != 0)
		for (uint32_t at = array + 1; at < tree->nodes[array].end; at++) {
			if (!string_equal(sim_tree_text(tree, at), "oob")) {
				sim_call_fail(call, SIM_GENERIC_ERROR,
					      "Parameter 'null' does not accept value '%s'",
					      sim_tree_text(tree, at));
				return;
			}
			has_oob = true;
		}
	if (server->has_negotiated) {
		sim_call_fail(call, SIM_COMMAND_NOT_FOUND,
			      "Capabilities negotiation is already complete, command ignored");
		return;
	}
	/* What happened before is not told. */
	sim_server_deliver(server);
	server->has_negotiated = true;
	server->has_oob = has_oob;
}

/* The message's members: which command, or an error. QEMU's dictionary decides which of several
 * mistakes is told. */
static bool check_member(struct sim_call *call, uint32_t key, uint32_t *command, bool *is_oob)
{
	const struct sim_tree *tree = call->tree;
	const char *name = sim_tree_text(tree, key);
	uint32_t value = key + 1;
	bool is_exec_oob = call->server->has_oob && string_equal(name, "exec-oob");

	if (string_equal(name, "execute") || is_exec_oob) {
		if (tree->nodes[value].kind != SIM_STRING)
			sim_call_fail(call, SIM_GENERIC_ERROR,
				      "QMP input member '%s' must be a string", name);
		else if (*command != 0)
			sim_call_fail(call, SIM_GENERIC_ERROR,
				      "QMP input member '%s' clashes with '%s'", name,
				      sim_tree_text(tree, *command - 1));
		*command = value;
		*is_oob = is_exec_oob;
	} else if (string_equal(name, "arguments")) {
		call->arguments = value;
		if (tree->nodes[value].kind != SIM_OBJECT)
			sim_call_fail(call, SIM_GENERIC_ERROR,
				      "QMP input member 'arguments' must be an object");
	} else if (!string_equal(name, "id")) {
		sim_call_fail(call, SIM_GENERIC_ERROR, "QMP input member '%s' is unexpected", name);
	}
	return call->error_class == NULL;
}

/* Sort the members only if there is a mistake to tell. */
static uint32_t check_members(struct sim_call *call, bool *is_oob)
{
	const struct sim_tree *tree = call->tree;
	uint32_t n, command = 0, *order;

	for (uint32_t at = 1; at < tree->nodes[0].end; at = sim_tree_next(tree, at + 1))
		if (!check_member(call, at, &command, is_oob))
			break;
	if (call->error_class == NULL && command != 0)
		return command;
	call->error_class = NULL;
	command = 0;
	order = sim_tree_order(tree, 0, &n);
	if (order == NULL && tree->nodes[0].end > 1)
		sim_call_fail_memory(call);
	for (uint32_t i = 0; i < n; i++)
		if (!check_member(call, order[i], &command, is_oob))
			break;
	free(order);
	if (call->error_class == NULL)
		sim_call_fail(call, SIM_GENERIC_ERROR, "QMP input lacks member 'execute'");
	return 0;
}

static void dispatch(struct sim_call *call)
{
	bool is_oob = false;
	uint32_t node = check_members(call, &is_oob);
	const struct sim_command *command;
	const char *name;

	if (node == 0)
		return;
	name = sim_tree_text(call->tree, node);
	command = sim_command_find(call->board, name);
	if (!call->server->has_negotiated && !string_equal(name, "qmp_capabilities"))
		sim_call_fail(call, SIM_COMMAND_NOT_FOUND,
			      "Expecting capabilities negotiation with 'qmp_capabilities'");
	else if (command == NULL)
		sim_call_fail(call, SIM_COMMAND_NOT_FOUND, "The command %s has not been found",
			      name);
	else if (is_oob)
		sim_call_fail(call, SIM_GENERIC_ERROR, "The command %s does not support OOB", name);
	else if (sim_command_check(command, call))
		command->run(call);
}

static void reply(struct sim_call *call)
{
	const struct sim_tree *tree = call->tree;
	struct buf *out = call->output;
	uint32_t id = tree->nodes[0].kind == SIM_OBJECT ? sim_tree_find(tree, 0, "id") : 0;

	if (call->error_class == NULL) {
		if (!call->has_begun)
			buf_append_string(sim_call_return(call), "{}");
		if (id != 0) {
			buf_append_string(out, ", \"id\": ");
			sim_output_value(out, tree, id);
		}
	} else {
		sim_server_deliver(call->server);
		buf_append_string(out, "{");
		if (id != 0) {
			buf_append_string(out, "\"id\": ");
			sim_output_value(out, tree, id);
			buf_append_string(out, ", ");
		}
		buf_append_string(out, "\"error\": {\"class\": \"");
		buf_append_string(out, call->error_class);
		buf_append_string(out, "\", \"desc\": ");
		sim_output_string(out, call->error.data, call->error.len);
		buf_append_string(out, "}");
	}
	buf_append_string(out, "}\r\n");
}

static int execute(struct sim_server *server)
{
	struct sim_call call = {
		.server = server,
		.board = server->board,
		.tree = &server->input.tree,
		.output = &server->output,
		.steps = SIM_QOM_STEPS_MAX,
	};
	int r;

	if (call.tree->nodes[0].kind == SIM_OBJECT)
		dispatch(&call);
	else
		sim_call_fail(&call, SIM_GENERIC_ERROR, "QMP input must be a JSON object");
	reply(&call);
	r = call.error.error;
	buf_done(&call.error);
	return r;
}

static void tell_error(struct sim_server *server)
{
	sim_server_deliver(server);
	buf_append_string(&server->output, "{\"error\": {\"class\": \"GenericError\", \"desc\": ");
	sim_output_string(&server->output, server->input.error.data, server->input.error.len);
	buf_append_string(&server->output, "}}\r\n");
}

int sim_server_receive(struct sim_server *server, const void *bytes, size_t len)
{
	const char *at = bytes;
	int r;

	if (server->output.len == 0 && server->output.capacity > OUTPUT_KEPT)
		buf_done(&server->output);
	while (!server->board->has_ended) {
		r = sim_input_next(&server->input, &at, &len);
		if (r <= 0)
			return r;
		if (r == SIM_MESSAGE_ERROR)
			tell_error(server);
		r = r == SIM_MESSAGE_VALUE ? execute(server) : 0;
		sim_input_clear(&server->input);
		/* QEMU's main loop goes round between two commands: what is due now happens before
		 * the next, though both may have come in one piece. */
		if (sim_board_has_work(server->board))
			sim_board_run(server->board);
		if (r < 0 || server->output.error < 0)
			return -ENOMEM;
	}
	return 0;
}
