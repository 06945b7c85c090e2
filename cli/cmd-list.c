/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* list: which monitors there are on this host. Nothing is asked of any VM, so none can be slow. */
#include "command.h"
#include "json.h"
#include "output.h"
#include "parse.h"
#include "table.h"
#include "targets.h"

const struct argp list_argp = {
	.children = json_children,
	.doc = "List the QMP monitors of this host's VMs: each QEMU that runs, and sockets where "
	       "Proxmox, libvirt, Incus, LXD, Ganeti, Lima and Kata keep theirs. No VM is asked, "
	       "so a hung one is listed like any other.\v"
	       "Root sees all of them; others see which there are, but not always where.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl list\n"
	       "  balloonctl list --json | jq -r '.monitors[] | select(.state == \"free\").address'",
};

static void append_holder(struct buffer *out, const struct balloonctl_discovery *found, size_t i)
{
	const char *name = balloonctl_discovery_get_holder_name(found, i);
	pid_t pid = balloonctl_discovery_get_holder_pid(found, i);

	if (pid > 0)
		buffer_printf(out, " by process %d", (int)pid);
	if (name != NULL) {
		buffer_append_string(out, " (");
		buffer_append_escaped(out, name);
		buffer_append_string(out, ")");
	}
}

static void add_text(struct table *table, const char *text)
{
	struct buffer cell = { 0 };

	buffer_append_escaped(&cell, text == NULL ? "-" : text);
	table_add(table, &cell);
}

static void add_row(struct table *table, const struct balloonctl_discovery *found, size_t i)
{
	enum balloonctl_monitor_state state = balloonctl_discovery_get_state(found, i);
	struct buffer cell = { 0 };

	add_text(table, balloonctl_discovery_get_name(found, i));
	if (balloonctl_discovery_get_pid(found, i) > 0)
		buffer_printf(&cell, "%d", (int)balloonctl_discovery_get_pid(found, i));
	else
		buffer_append_string(&cell, "-");
	table_add(table, &cell);
	add_text(table, balloonctl_discovery_get_manager(found, i));
	if (state == BALLOONCTL_MONITOR_STATE_NONE)
		buffer_append_string(&cell, "no monitor");
	else
		buffer_append_string(&cell, balloonctl_monitor_state_get_name(state));
	if (state == BALLOONCTL_MONITOR_STATE_HELD)
		append_holder(&cell, found, i);
	table_add(table, &cell);
	add_text(table, balloonctl_discovery_get_address(found, i));
}

static int write_table(const struct balloonctl_discovery *found)
{
	static const struct table_column columns[] = { { "VM", false },
						       { "PID", true },
						       { "MANAGER", false },
						       { "STATE", false },
						       { "ADDRESS", false } };
	struct table table = { .columns = columns, .n_columns = 5 };
	struct buffer out = { 0 };
	int status;

	for (size_t i = 0; i < balloonctl_discovery_get_count(found); i++)
		add_row(&table, found, i);
	table_append(&table, &out);
	status = output_write(&out);
	table_free(&table);
	buffer_free(&out);
	return status;
}

static void put_pid(struct json *json, const char *key, pid_t pid)
{
	if (pid > 0)
		json_put_u64(json, key, (uint64_t)pid);
	else
		json_put_null(json, key);
}

static void put_monitor(struct json *json, const struct balloonctl_discovery *found, size_t i)
{
	enum balloonctl_monitor_state state = balloonctl_discovery_get_state(found, i);
	const struct balloonctl_error *error = balloonctl_discovery_get_error(found, i);

	json_open_object(json, NULL);
	json_put_string(json, "name", balloonctl_discovery_get_name(found, i));
	put_pid(json, "pid", balloonctl_discovery_get_pid(found, i));
	json_put_string(json, "address", balloonctl_discovery_get_address(found, i));
	json_put_string(json, "manager", balloonctl_discovery_get_manager(found, i));
	json_put_string(json, "state", balloonctl_monitor_state_get_name(state));
	if (state == BALLOONCTL_MONITOR_STATE_HELD) {
		json_open_object(json, "holder");
		put_pid(json, "pid", balloonctl_discovery_get_holder_pid(found, i));
		json_put_string(json, "name", balloonctl_discovery_get_holder_name(found, i));
		json_close_object(json);
	}
	if (balloonctl_error_get_code(error) < 0)
		json_put_string(json, "reason", balloonctl_error_get_message(error));
	json_close_object(json);
}

static int write_json(const struct balloonctl_discovery *found)
{
	struct buffer out = { 0 };
	struct json json = { .out = &out };
	int status;

	json_open_object(&json, NULL);
	json_put_string(&json, "schema", "balloonctl/1");
	json_open_array(&json, "monitors");
	for (size_t i = 0; i < balloonctl_discovery_get_count(found); i++)
		put_monitor(&json, found, i);
	json_close_array(&json);
	json_close_object(&json);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

int cmd_list(struct options *options, int argc, char **argv)
{
	struct balloonctl_discovery *found;
	bool json = options->json;
	int status;

	if (!parse_words(options, &list_argp, argc, argv, 0, &json, &status))
		return status;
	if (options->n_addresses > 0)
		return usage_error("list: it looks for VMs itself; leave -c out");
	found = targets_discover();
	if (found == NULL)
		return EXIT_FAILED;
	status = json ? write_json(found) : write_table(found);
	if (balloonctl_discovery_get_count(found) == 0)
		complain("no VM was found: %s", balloonctl_discovery_get_summary(found));
	balloonctl_discovery_free(found);
	return status;
}
