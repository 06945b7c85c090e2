/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * config: what the files of balloonctl.conf(5) say in the end, in their own words, and where each
 * value comes from.
 */
#include <string.h>

#include "command.h"
#include "config.h"
#include "document.h"
#include "output.h"
#include "parse.h"

enum {
	ORIGIN_COLUMN = 40, /* further right only behind long values */
};

const struct argp config_argp = {
	.children = json_children,
	.doc = "Show the configuration that is in effect, and the file and line of each value.\v"
	       "The files are explained in balloonctl.conf(5).\n"
	       "\n"
	       "Example:\n"
	       "  balloonctl config",
};

/* What holds where no file says anything. */
static const char *const built_in[CONFIG_KEYS] = {
	[CONFIG_POLLING_INTERVAL] = "2",
	[CONFIG_TIMEOUT] = "5",
};

static void append_value(struct buffer *out, enum config_key key, const struct config_value *value)
{
	const char *text = value->text != NULL ? value->text : built_in[key];
	struct buffer line = { 0 };

	if (text == NULL)
		return;
	buffer_append_string(&line, config_key_name(key));
	buffer_append_string(&line, " = ");
	buffer_append_escaped(&line, text);
	while (line.len < ORIGIN_COLUMN)
		buffer_append_string(&line, " ");
	buffer_append(out, line.data, line.len);
	buffer_free(&line);
	if (value->text == NULL) {
		buffer_append_string(out, "  # built in\n");
		return;
	}
	buffer_append_string(out, "  # ");
	buffer_append_escaped(out, value->file);
	buffer_printf(out, ":%u\n", value->line);
}

static int write_text(const struct config *config)
{
	struct buffer out = { 0 };
	int status;

	buffer_append_string(&out, "[defaults]\n");
	for (enum config_key key = 0; key < CONFIG_KEYS; key++)
		append_value(&out, key, &config->defaults[key]);
	for (size_t i = 0; i < config->n_vms; i++) {
		const struct config_vm *vm = &config->vms[i];

		buffer_append_string(&out, "\n[vm ");
		buffer_append_escaped(&out, vm->name);
		buffer_append_string(&out, "]\n");
		for (enum config_key key = 0; key < CONFIG_KEYS; key++)
			if (config_get(config, vm, key) != NULL)
				append_value(&out, key, config_get(config, vm, key));
	}
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

/* Members have names as in other documents. */
static void put_value(struct json *json, enum config_key key, const struct config_value *value)
{
	static const char *const names[CONFIG_KEYS] = {
		[CONFIG_ADDRESS] = "address",
		[CONFIG_DEVICE] = "device",
		[CONFIG_POLLING_INTERVAL] = "polling_interval",
		[CONFIG_TIMEOUT] = "timeout",
	};
	const char *text = value->text != NULL ? value->text : built_in[key];

	if (text == NULL)
		return;
	json_open_object(json, names[key]);
	json_put_string(json, "value", text);
	json_put_string(json, "file", value->file);
	if (value->file != NULL)
		json_put_u64(json, "line", value->line);
	else
		json_put_null(json, "line");
	json_close_object(json);
}

static int write_json(const struct config *config, bool is_line)
{
	struct buffer out = { 0 };
	struct json json = { .out = &out, .is_line = is_line };
	int status;

	json_open_object(&json, NULL);
	json_put_string(&json, "schema", DOCUMENT_SCHEMA);
	json_open_array(&json, "files");
	for (size_t i = 0; i < config->n_files; i++)
		json_put_string(&json, NULL, config->files[i]);
	json_close_array(&json);
	json_open_object(&json, "defaults");
	for (enum config_key key = 0; key < CONFIG_KEYS; key++)
		put_value(&json, key, &config->defaults[key]);
	json_close_object(&json);
	json_open_array(&json, "configured_vms");
	for (size_t i = 0; i < config->n_vms; i++) {
		json_open_object(&json, NULL);
		json_put_string(&json, "name", config->vms[i].name);
		for (enum config_key key = 0; key < CONFIG_KEYS; key++)
			if (config_get(config, &config->vms[i], key) != NULL)
				put_value(&json, key, config_get(config, &config->vms[i], key));
		json_close_object(&json);
	}
	json_close_array(&json);
	json_close_object(&json);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

int cmd_config(struct options *options, int argc, char **argv)
{
	int status;

	if (!parse_words(&config_argp, argc, argv, 0, options, &status))
		return status;
	status = options_load_config(options);
	if (status != EXIT_DONE)
		return status;
	return options->json != JSON_NONE
		       ? write_json(&options->config, options->json == JSON_LINES)
		       : write_text(&options->config);
}
