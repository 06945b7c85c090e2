/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Candidates for each kind of argument. Files are looked at, and a VM is asked where only it can
 * know; that it does not answer is no error here.
 */
#include "complete-kind.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "output.h"
#include "targets.h"
#include "vms.h"

#define PATIENCE "0.3" /* seconds, for each step; a key has been pressed */

enum {
	FILES_MAX = 4096, /* of a directory: more would not be read by anybody */
};

void completion_add(const struct completion *completion, const char *text, const char *description)
{
	struct buffer whole = { 0 };
	char *candidate;

	if (strncmp(text, completion->word, strlen(completion->word)) != 0)
		return;
	buffer_append_string(&whole, completion->prefix);
	buffer_append_string(&whole, text);
	candidate = buffer_steal(&whole);
	candidates_add(completion->candidates, "", candidate, description);
	free(candidate);
}

/* ---- Files ---- */

/* Shells and terminals would both stumble over it. */
static bool is_plain(const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return false;
	return true;
}

static mode_t get_type(int directory, const char *name)
{
	struct stat stat;

	return fstatat(directory, name, &stat, 0) < 0 ? 0 : stat.st_mode & S_IFMT;
}

/* Directories, to go on from, and files of this type. */
static void add_file(const struct completion *completion, int directory, const char *before,
		     const char *name, mode_t wanted)
{
	struct buffer path = { 0 };
	mode_t type;
	char *text;

	buffer_append_string(&path, before);
	buffer_append_string(&path, name);
	text = buffer_steal(&path);
	/* Most names are none, and a look at the file is dear. */
	if (strncmp(text, completion->word, strlen(completion->word)) == 0 && is_plain(name)) {
		type = get_type(directory, name);
		if (type == S_IFDIR) {
			buffer_append_string(&path, text);
			buffer_append_string(&path, "/");
			free(text);
			text = buffer_steal(&path);
			completion_add(completion, text, "");
		} else if (type == wanted) {
			completion_add(completion, text, "");
		}
	}
	free(text);
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct candidate *)a)->text, ((const struct candidate *)b)->text);
}

/* `path` is the end of completion->word that names a file. */
static void add_files(const struct completion *completion, const char *path, mode_t wanted)
{
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
	size_t first = completion->candidates->count;
	char *before, *where;
	struct dirent *entry;
	DIR *directory;

	before = strndup(completion->word, (size_t)(name - completion->word));
	where = slash == NULL ? strdup(".") : strndup(path, (size_t)(name - path));
	if (before == NULL || where == NULL)
		out_of_memory();
	directory = opendir(where);
	for (size_t n = 0; directory != NULL && n < FILES_MAX; n++) {
		entry = readdir(directory);
		if (entry == NULL)
			break;
		if (entry->d_name[0] != '.' || name[0] == '.')
			add_file(completion, dirfd(directory), before, entry->d_name, wanted);
	}
	if (directory != NULL)
		closedir(directory);
	if (completion->candidates->count > first)
		qsort(completion->candidates->items + first, completion->candidates->count - first,
		      sizeof(struct candidate), compare);
	free(before);
	free(where);
}

static void add_regular_files(const struct completion *completion)
{
	add_files(completion, completion->word, S_IFREG);
}

static void add_name(const struct completion *completion, const char *name, const char *description)
{
	struct buffer text = { 0 };
	char *candidate;

	if (!is_plain(name))
		return;
	buffer_append_string(&text, "vm:");
	buffer_append_string(&text, name);
	candidate = buffer_steal(&text);
	completion_add(completion, candidate, description);
	free(candidate);
}

/* A monitor of this host: its VM by name, and its socket. */
static void add_found(const struct completion *completion,
		      const struct balloonctl_discovery *discovery, size_t index)
{
	const char *name = balloonctl_discovery_get_name(discovery, index);
	const char *address = balloonctl_discovery_get_address(discovery, index);
	const char *manager = balloonctl_discovery_get_manager(discovery, index);
	enum balloonctl_monitor_state state = balloonctl_discovery_get_state(discovery, index);

	if (address == NULL || state == BALLOONCTL_MONITOR_STATE_MISSING || !is_plain(address))
		return;
	completion_add(completion, address, name != NULL && is_plain(name) ? name : "");
	if (name != NULL)
		add_name(completion, name, manager == NULL ? "" : manager);
}

/* Those that are configured, and those that run; nothing is connected to. */
static void add_vms(const struct completion *completion)
{
	struct balloonctl_discovery *discovery;
	struct config config = { 0 };

	output_mute(true);
	if (config_load(&config) == EXIT_DONE)
		for (size_t i = 0; i < config.n_vms; i++)
			add_name(completion, config.vms[i].name, "configured");
	config_free(&config);
	discovery = targets_discover();
	output_mute(false);
	for (size_t i = 0; discovery != NULL && i < balloonctl_discovery_get_count(discovery); i++)
		add_found(completion, discovery, i);
	balloonctl_discovery_free(discovery);
}

static void add_addresses(const struct completion *completion)
{
	static const char *const schemes[][2] = {
		{ "unix:", "a UNIX socket" }, { "tcp:", "HOST:PORT" },
		{ "vsock:", "CID:PORT" },     { "fd:", "a descriptor" },
		{ "sim:", "a simulated VM" },
	};
	const char *word = completion->word;

	add_vms(completion);
	if (strncmp(word, "unix:", 5) == 0)
		word += 5;
	else
		for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
			completion_add(completion, schemes[i][0], schemes[i][1]);
	/* What has another scheme is no path. */
	if (strchr(word, ':') == NULL || word[0] == '/' || word[0] == '.')
		add_files(completion, word, S_IFSOCK);
}

/* ---- Asking a VM ---- */

static void ask(const struct completion *completion, vm_step *step,
		void (*add)(const struct completion *completion, const struct vm *vm))
{
	const struct options *defaults =
		completion->session == NULL ? NULL : &completion->session->defaults;
	const char *address = completion->address;
	struct options options = { .session = completion->session };
	struct vms vms = { 0 };

	/* Of several any may be asked: they are wanted for the same words. */
	if (address == NULL && defaults != NULL && defaults->n_addresses > 0)
		address = defaults->addresses[0];
	/* Nobody has said which: a key alone must not disturb all that may be found. */
	if (address == NULL && getenv("BALLOONCTL_CONNECT") == NULL && getenv("QMP_SOCKET") == NULL)
		return;
	if (address != NULL) {
		options.addresses = allocate(1, sizeof(*options.addresses));
		options.addresses[options.n_addresses++] = address;
	}
	options.timeout = PATIENCE;
	options.quiet = true;
	output_mute(true);
	if (vms_ask(&vms, &options, step, NULL) == EXIT_DONE)
		for (size_t i = 0; i < vms.count; i++)
			if (vms.items[i].error == NULL)
				add(completion, &vms.items[i]);
	vms_free(&vms);
	options_free(&options);
	output_mute(false);
}

/* Any operation on the balloon finds it. */
static void device_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_get_polling_interval(vm->monitor, NULL));
}

static void add_device(const struct completion *completion, const struct vm *vm)
{
	const char *device = balloonctl_monitor_get_device(vm->monitor);

	if (device != NULL && is_plain(device))
		completion_add(completion, device, "the balloon");
}

static void add_devices(const struct completion *completion)
{
	ask(completion, device_step, add_device);
}

static void commands_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_execute(vm->monitor, "query-commands", NULL,
								NULL));
}

/* [{"name":"x"},...]: no name of a command has a letter that JSON would escape. */
static void add_commands_of(const struct completion *completion, const struct vm *vm)
{
	static const char key[] = "\"name\":\"";
	const char *at = balloonctl_completion_get_json(vm->done[BALLOONCTL_OPERATION_EXECUTE]);

	while (at != NULL && (at = strstr(at, key)) != NULL) {
		size_t len = strcspn(at += strlen(key), "\"\\");
		char *name = strndup(at, len);

		if (name == NULL)
			out_of_memory();
		if (is_plain(name))
			completion_add(completion, name, "");
		free(name);
	}
}

static void add_qmp_commands(const struct completion *completion)
{
	ask(completion, commands_step, add_commands_of);
}

/* ---- Words ---- */

static void add_commands(const struct completion *completion)
{
	for (const struct command *command = commands; command->name != NULL; command++)
		if (command->summary != NULL)
			completion_add(completion, command->name, command->summary);
}

static void add_sizes(const struct completion *completion)
{
	static const char *const units[][2] = {
		{ "K", "KiB" },      { "M", "MiB" },         { "G", "GiB" },
		{ "T", "TiB" },      { "KB", "1000 bytes" }, { "MB", "1000 KB" },
		{ "GB", "1000 MB" }, { "TB", "1000 GB" },
	};
	size_t len = strspn(completion->word, "+-0123456789.");

	if (len == 0 || !isdigit((unsigned char)completion->word[len - 1]))
		return;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct buffer size = { 0 };
		char *text;

		buffer_append(&size, completion->word, len);
		buffer_append_string(&size, units[i][0]);
		text = buffer_steal(&size);
		completion_add(completion, text, units[i][1]);
		free(text);
	}
}

/* A column by its heading, or by a longer name if that is what is being typed. `n_kept` letters of the
 * word are something else. */
static void add_columns_behind(const struct completion *completion, size_t n_kept)
{
	struct completion behind = *completion;
	struct buffer prefix = { 0 };
	const struct command *command = completion->command;
	struct column_set set;
	char *text;

	if (command == NULL || command->init_columns == NULL)
		return;
	buffer_append_string(&prefix, completion->prefix);
	buffer_append(&prefix, completion->word, n_kept);
	behind.prefix = text = buffer_steal(&prefix);
	behind.word = completion->word + n_kept;
	command->init_columns(&set);
	for (size_t i = 0; i < set.count; i++) {
		const struct column *column = &set.columns[i];
		bool is_long = strncmp(column->name, behind.word, strlen(behind.word)) != 0;

		completion_add(&behind, column->name, column->meaning);
		if (is_long && column->alias != NULL)
			completion_add(&behind, column->alias, column->meaning);
	}
	if (command->free_columns != NULL)
		command->free_columns(&set);
	free(text);
}

/* "-free" sorts downwards. */
static void add_columns(const struct completion *completion)
{
	add_columns_behind(completion, completion->word[0] == '-');
}

/* "+free,swap-" */
static void add_column_lists(const struct completion *completion)
{
	const char *comma = strrchr(completion->word, ',');

	add_columns_behind(completion, comma != NULL ? (size_t)(comma + 1 - completion->word)
						     : completion->word[0] == '+');
}

/* "table|json|raw" */
static void add_choices(const struct completion *completion, const char *name)
{
	while (*name != '\0') {
		size_t len = strcspn(name, "|");
		char *choice = strndup(name, len);

		if (choice == NULL)
			out_of_memory();
		completion_add(completion, choice, "");
		free(choice);
		name += len + (name[len] == '|');
	}
}

static const struct {
	const char *name;
	void (*add)(const struct completion *completion);
} kinds[] = {
	{ "ADDRESS", add_addresses },        { "COLUMN", add_columns },
	{ "COLUMN,...", add_column_lists },  { "COMMAND", add_commands },
	{ "FILE", add_regular_files },       { "PATH", add_devices },
	{ "QMP-COMMAND", add_qmp_commands }, { "SIZE", add_sizes },
};

void completion_add_kind(const struct completion *completion, const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			kinds[i].add(completion);
	/* Small letters are not a name but the words themselves. */
	if (islower((unsigned char)name[0]))
		add_choices(completion, name);
}
