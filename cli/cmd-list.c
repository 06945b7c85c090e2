/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* list: which monitors there are on this host. Nothing is asked of any VM, so none can be slow. */
#include <stdlib.h>

#include "command.h"
#include "document.h"
#include "output.h"
#include "parse.h"
#include "show.h"
#include "targets.h"
#include "view.h"

struct list_options {
	struct options *common;
	struct view view;
};

/* A row. */
struct found {
	const struct balloonctl_discovery *discovery;
	size_t index;
	char *holder; /* in words; NULL: nobody that is known */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list_options *options = state->input;

	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = options->common;
	state->child_inputs[1] = &options->view;
	return 0;
}

static const struct argp_child children[] = {
	{ &json_argp },
	{ &view_argp, 0, "Rows:", 0 },
	{ 0 },
};

const struct argp list_argp = {
	.parser = parse,
	.children = children,
	.doc = "List the QMP monitors of this host's VMs: each QEMU that runs, and sockets where "
	       "Proxmox, libvirt, Incus, LXD, Ganeti, Lima and Kata keep theirs. No VM is asked, "
	       "so a hung one is listed like any other.\v"
	       "Root sees all of them; others see which there are, but not always where.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl list\n"
	       "  balloonctl list -o +reason\n"
	       "  balloonctl list --json=lines | jq -r 'select(.state == \"free\").address'",
};

/* ---- Columns ---- */

static const struct value absent = { VALUE_ABSENT, LOOK_ABSENT };
static const struct value none = { VALUE_NONE, LOOK_ABSENT };

static struct value make_text(const char *text)
{
	return text == NULL ? absent : (struct value){ VALUE_TEXT, .text = text };
}

static struct value make_pid(pid_t pid)
{
	return pid <= 0 ? absent : (struct value){ VALUE_NUMBER, .number = (uint64_t)pid };
}

static bool is_held(const struct found *found)
{
	return balloonctl_discovery_get_state(found->discovery, found->index) ==
	       BALLOONCTL_MONITOR_STATE_HELD;
}

static struct value get_name(const struct column *column, const void *row)
{
	const struct found *found = row;

	return make_text(balloonctl_discovery_get_name(found->discovery, found->index));
}

static struct value get_pid(const struct column *column, const void *row)
{
	const struct found *found = row;

	return make_pid(balloonctl_discovery_get_pid(found->discovery, found->index));
}

static struct value get_manager(const struct column *column, const void *row)
{
	const struct found *found = row;

	return make_text(balloonctl_discovery_get_manager(found->discovery, found->index));
}

static const struct balloonctl_error *get_error(const struct found *found)
{
	return balloonctl_discovery_get_error(found->discovery, found->index);
}

static struct value get_state(const struct column *column, const void *row)
{
	const struct found *found = row;
	struct value value = make_text(balloonctl_monitor_state_get_name(
		balloonctl_discovery_get_state(found->discovery, found->index)));

	if (balloonctl_error_get_code(get_error(found)) < 0)
		value.look = LOOK_WARNING;
	return value;
}

static struct value get_holder(const struct column *column, const void *row)
{
	const struct found *found = row;

	return is_held(found) ? make_text(found->holder) : none;
}

static struct value get_holder_pid(const struct column *column, const void *row)
{
	const struct found *found = row;

	if (!is_held(found))
		return none;
	return make_pid(balloonctl_discovery_get_holder_pid(found->discovery, found->index));
}

static struct value get_address(const struct column *column, const void *row)
{
	const struct found *found = row;

	return make_text(balloonctl_discovery_get_address(found->discovery, found->index));
}

static struct value get_reason(const struct column *column, const void *row)
{
	const struct balloonctl_error *error = get_error(row);
	const struct value address = get_address(column, row);

	if (balloonctl_error_get_code(error) >= 0)
		return none;
	return make_text(show_skip(address.text, balloonctl_error_get_message(error)));
}

static const struct column columns[] = {
	{ .name = "vm", .key = "name", .meaning = "the VM's name", .trim = true, .get = get_name },
	{ .name = "pid",
	  .key = "pid",
	  .unit = COLUMN_NUMBER,
	  .meaning = "the process of its QEMU",
	  .get = get_pid },
	{ .name = "manager",
	  .key = "manager",
	  .meaning = "the program that runs it",
	  .get = get_manager },
	{ .name = "state",
	  .key = "state",
	  .meaning = "of the monitor: free, held, forbidden, missing, unknown or none",
	  .get = get_state },
	{ .name = "holder",
	  .key = "holder",
	  .meaning = "the client that a held one serves",
	  .trim = true,
	  .get = get_holder },
	{ .name = "holder-pid",
	  .unit = COLUMN_NUMBER,
	  .meaning = "its process",
	  .get = get_holder_pid },
	{ .name = "address",
	  .key = "address",
	  .meaning = "of the monitor, for -c",
	  .get = get_address },
	{ .name = "reason",
	  .key = "reason",
	  .meaning = "why the monitor can't be used",
	  .trim = true,
	  .get = get_reason },
};

static const struct column_set set = {
	columns,
	sizeof(columns) / sizeof(columns[0]),
	"vm,pid,manager,state,holder,address",
};

void list_columns_init(struct column_set *ret)
{
	*ret = set;
}

/* ---- Rows ---- */

/* "virtqemud (77)" */
static char *make_holder(const struct balloonctl_discovery *discovery, size_t index)
{
	const char *name = balloonctl_discovery_get_holder_name(discovery, index);
	pid_t pid = balloonctl_discovery_get_holder_pid(discovery, index);
	struct buffer text = { 0 };

	if (name == NULL && pid <= 0)
		return NULL;
	buffer_append_string(&text, name == NULL ? "process" : name);
	if (pid > 0)
		buffer_printf(&text, " (%d)", (int)pid);
	return buffer_steal(&text);
}

static struct found *make_rows(const struct balloonctl_discovery *discovery, size_t count)
{
	struct found *rows = allocate(count, sizeof(*rows));

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct found){ discovery, i, make_holder(discovery, i) };
	return rows;
}

static void free_rows(struct found *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(rows[i].holder);
	free(rows);
}

/* ---- Documents ---- */

static void put_holder(struct json *json, const struct found *found)
{
	const struct value pid = get_holder_pid(NULL, found);

	if (!is_held(found))
		return;
	json_open_object(json, "holder");
	if (pid.type == VALUE_NUMBER)
		json_put_u64(json, "pid", pid.number);
	else
		json_put_null(json, "pid");
	json_put_string(json, "name",
			balloonctl_discovery_get_holder_name(found->discovery, found->index));
	json_close_object(json);
}

/* A whole sentence. */
static void put_reason(struct json *json, const struct found *found)
{
	const struct balloonctl_error *error = get_error(found);

	if (balloonctl_error_get_code(error) < 0)
		json_put_string(json, "reason", balloonctl_error_get_message(error));
}

/* Which monitor it is, and whether it can be used, is in every document. */
static bool is_wanted(const struct column *column, const struct view *view)
{
	return column->get == get_name || column->get == get_address || column->get == get_state ||
	       !view_is_chosen(view) || view_has_column(view, column);
}

static void put_monitor(struct json *json, const struct found *found, const struct view *view)
{
	json_open_object(json, NULL);
	if (json->is_line)
		json_put_string(json, "schema", DOCUMENT_SCHEMA);
	for (size_t i = 0; i < set.count; i++) {
		const struct column *column = &columns[i];
		const struct value value = column->get(column, found);

		if (!is_wanted(column, view))
			continue;
		if (column->get == get_holder)
			put_holder(json, found);
		else if (column->get == get_reason)
			put_reason(json, found);
		else
			column_put(json, column, &value);
	}
	json_close_object(json);
}

static int write_json(const struct found *rows, size_t count, const struct list_options *options)
{
	struct buffer out = { 0 };
	struct json json = { .out = &out };
	int status;

	if (options->common->json == JSON_LINES) {
		for (size_t i = 0; i < count; i++) {
			struct json line = { .out = &out, .is_line = true };

			put_monitor(&line, &rows[i], &options->view);
		}
	} else {
		json_open_object(&json, NULL);
		json_put_string(&json, "schema", DOCUMENT_SCHEMA);
		json_open_array(&json, "monitors");
		for (size_t i = 0; i < count; i++)
			put_monitor(&json, &rows[i], &options->view);
		json_close_array(&json);
		json_close_object(&json);
	}
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

/* ---- The command ---- */

static int write_out(const struct balloonctl_discovery *discovery,
		     const struct list_options *options)
{
	size_t count = balloonctl_discovery_get_count(discovery);
	struct found *found = make_rows(discovery, count);
	const struct view_rows rows = { found, count, sizeof(*found), false };
	int status;

	status = options->view.is_json ? write_json(found, count, options)
				       : view_write(&options->view, &rows);
	free_rows(found, count);
	if (count == 0)
		complain("no VM was found: %s", balloonctl_discovery_get_summary(discovery));
	return status;
}

static int run(struct list_options *options)
{
	struct balloonctl_discovery *discovery;
	int status;

	if (options->common->n_addresses > 0)
		return usage_error("list: it looks for VMs itself; leave -c out");
	if (options->view.lists_columns)
		return view_list_columns(&options->view, &set);
	options->view.is_json = options->common->json != JSON_NONE;
	status = view_check(&options->view, &set);
	if (status != EXIT_DONE)
		return status;
	discovery = targets_discover();
	if (discovery == NULL)
		return EXIT_FAILED;
	status = write_out(discovery, options);
	balloonctl_discovery_free(discovery);
	return status;
}

int cmd_list(struct options *common, int argc, char **argv)
{
	struct list_options options = { .common = common };
	int status;

	if (!parse_words(&list_argp, argc, argv, 0, &options, &status))
		return status;
	status = run(&options);
	view_free(&options.view);
	return status;
}
