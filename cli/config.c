/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files of balloonctl.conf(5): lines of "key = value" below [defaults] and [vm NAME]. A mistake in
 * them ends the program before anything is asked, with file and line.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "output.h"
#include "seconds.h"

#define SYSTEM_DIRECTORY "/etc/balloonctl"

enum {
	FILE_MAX_BYTES = 1 << 20,
	VMS_MAX = 10000,
};

static bool is_timeout(const char *text)
{
	unsigned int ms;

	return seconds_parse_ms(text, &ms) == 0;
}

static bool is_interval(const char *text)
{
	uint32_t seconds;

	return seconds_parse_interval(text, &seconds) == 0;
}

static bool is_filled(const char *text)
{
	return *text != '\0';
}

/* It says where the VM is, and does not name it once more. */
static bool is_address(const char *text)
{
	return is_filled(text) && strncmp(text, "vm:", 3) != 0 && strncmp(text, "pid:", 4) != 0;
}

static const struct {
	const char *name;
	bool (*is_good)(const char *text);
	const char *rule;
	bool only_of_vm;
} keys[CONFIG_KEYS] = {
	[CONFIG_ADDRESS] = { "address", is_address,
			     "give the VM's monitor, such as unix:/run/vm.qmp", true },
	[CONFIG_DEVICE] = { "device", is_filled,
			    "give a QOM path, such as /machine/peripheral/balloon0", false },
	[CONFIG_POLLING_INTERVAL] = { "polling-interval", is_interval, INTERVAL_RULE, false },
	[CONFIG_TIMEOUT] = { "timeout", is_timeout, SECONDS_RULE, false },
};

const char *config_key_name(enum config_key key)
{
	return keys[key].name;
}

/* ---- One file ---- */

struct place {
	struct config *config;
	const char *file;
	unsigned int line;
	struct config_value *section; /* NULL before the first */
	bool is_defaults;
};

static int complain_at(const struct place *place, const char *about, const char *text,
		       const char *rule)
{
	return usage_error("%s:%u: %s '%s': %s", place->file, place->line, about, text, rule);
}

static struct config_value *get_vm(struct config *config, const char *name)
{
	struct config_vm *grown;

	for (size_t i = 0; i < config->n_vms; i++)
		if (strcmp(config->vms[i].name, name) == 0)
			return config->vms[i].values;
	if (config->n_vms == VMS_MAX)
		return NULL;
	if ((config->n_vms & (config->n_vms - 1)) == 0) { /* full at 0, 1, 2, 4, 8 ... */
		grown = allocate(config->n_vms * 2 + 1, sizeof(*grown));
		if (config->n_vms > 0)
			memcpy(grown, config->vms, config->n_vms * sizeof(*grown));
		free(config->vms);
		config->vms = grown;
	}
	grown = &config->vms[config->n_vms++];
	grown->name = strdup(name);
	if (grown->name == NULL)
		out_of_memory();
	return grown->values;
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

static int open_section(struct place *place, char *line)
{
	size_t len = strlen(line);
	char *name;

	if (line[len - 1] != ']')
		return complain_at(place, "section", line, "the ']' is missing");
	line[len - 1] = '\0';
	line++;
	place->is_defaults = strcmp(line, "defaults") == 0;
	if (place->is_defaults) {
		place->section = place->config->defaults;
		return EXIT_DONE;
	}
	name = line + strcspn(line, " \t");
	name = trim(name);
	if (strncmp(line, "vm", 2) != 0 || (line[2] != ' ' && line[2] != '\t') || *name == '\0')
		return complain_at(place, "section", line, "write [defaults] or [vm NAME]");
	place->section = get_vm(place->config, name);
	if (place->section == NULL)
		return complain_at(place, "section", name, "these are too many VMs");
	return EXIT_DONE;
}

static int set(struct place *place, const char *key, const char *text)
{
	struct config_value *value;
	enum config_key i = 0;

	while (i < CONFIG_KEYS && strcmp(key, keys[i].name) != 0)
		i++;
	if (i == CONFIG_KEYS)
		return complain_at(place, "unknown key", key,
				   "there are address, device, polling-interval and timeout");
	if (keys[i].only_of_vm && place->is_defaults)
		return complain_at(place, "key", key, "it belongs into a section [vm NAME]");
	if (!keys[i].is_good(text))
		return complain_at(place, key, text, keys[i].rule);
	value = &place->section[i];
	free(value->text);
	*value = (struct config_value){
		.text = strdup(text),
		.file = place->file,
		.line = place->line,
	};
	if (value->text == NULL)
		out_of_memory();
	return EXIT_DONE;
}

static int parse_line(struct place *place, char *line)
{
	char *equals;

	line = trim(line);
	if (*line == '\0' || *line == '#' || *line == ';')
		return EXIT_DONE;
	if (*line == '[')
		return open_section(place, line);
	if (place->section == NULL)
		return complain_at(place, "line", line, "it stands before the first [section]");
	equals = strchr(line, '=');
	if (equals == NULL)
		return complain_at(place, "line", line, "write KEY = VALUE");
	*equals = '\0';
	return set(place, trim(line), trim(equals + 1));
}

static void note_file(struct config *config, const char *file)
{
	char **grown = allocate(config->n_files + 1, sizeof(*grown));

	if (config->n_files > 0)
		memcpy(grown, config->files, config->n_files * sizeof(*grown));
	free(config->files);
	config->files = grown;
	grown[config->n_files] = strdup(file);
	if (grown[config->n_files++] == NULL)
		out_of_memory();
}

int config_parse(struct config *config, const char *file, const char *text, size_t len)
{
	struct place place = { .config = config };
	const char *end = text + len;
	int status = EXIT_DONE;

	note_file(config, file);
	place.file = config->files[config->n_files - 1];
	while (status == EXIT_DONE && text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)((newline == NULL ? end : newline) - text);
		char *line = strndup(text, size);

		if (line == NULL)
			out_of_memory();
		place.line++;
		if (strlen(line) < size)
			status = complain_at(&place, "line", line, "a NUL follows: is this text?");
		else
			status = parse_line(&place, line);
		free(line);
		text += size + 1;
	}
	return status;
}

/* ---- All files ---- */

static int read_all(int fd, struct buffer *text)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		buffer_append(text, bytes, (size_t)n);
		if (text->len > FILE_MAX_BYTES)
			return -EFBIG;
	}
	return 0;
}

/* A file that is not there says nothing; one that was named must be there. */
static int load_file(struct config *config, const char *file, bool is_named)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct buffer text = { 0 };
	int r, status = EXIT_DONE;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR) && !is_named)
		return EXIT_DONE;
	r = fd < 0 ? -errno : read_all(fd, &text);
	if (fd >= 0)
		close(fd);
	if (r == 0) {
		buffer_append(&text, "", 1);
		status = config_parse(config, file, text.data, text.len - 1);
	} else if (is_named) {
		status = usage_error("%s: %s; BALLOONCTL_CONFIG names this file", file,
				     strerror(-r));
	} else {
		/* What others may not read is not meant for them. */
		if (r != -EACCES)
			complain("%s: %s", file, strerror(-r));
	}
	buffer_free(&text);
	return status;
}

static int is_drop_in(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 && strcmp(entry->d_name + len - 5, ".conf") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static char *join(const char *directory, const char *name)
{
	struct buffer path = { 0 };

	buffer_append_string(&path, directory);
	buffer_append_string(&path, name);
	return buffer_steal(&path);
}

static int load_directory(struct config *config, const char *directory)
{
	char *file = join(directory, "/balloonctl.conf");
	char *drop_ins = join(directory, "/balloonctl.conf.d/");
	int status = load_file(config, file, false);
	struct dirent **entries;
	int n;

	n = scandir(drop_ins, &entries, is_drop_in, by_name);
	for (int i = 0; i < n; i++) {
		char *path = join(drop_ins, entries[i]->d_name);

		if (status == EXIT_DONE)
			status = load_file(config, path, false);
		free(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	free(file);
	free(drop_ins);
	return status;
}

static char *get_home_directory(void)
{
	const char *directory = getenv("XDG_CONFIG_HOME");

	if (directory != NULL && *directory == '/')
		return join(directory, "/balloonctl");
	directory = getenv("HOME");
	if (directory != NULL && *directory == '/')
		return join(directory, "/.config/balloonctl");
	return NULL;
}

int config_load(struct config *config)
{
	const char *named = getenv("BALLOONCTL_CONFIG");
	char *home;
	int status;

	if (named != NULL && *named != '\0')
		return load_file(config, named, true);
	status = load_directory(config, SYSTEM_DIRECTORY);
	home = get_home_directory();
	if (status == EXIT_DONE && home != NULL)
		status = load_directory(config, home);
	free(home);
	return status;
}

static void free_values(struct config_value *values)
{
	for (size_t i = 0; i < CONFIG_KEYS; i++)
		free(values[i].text);
}

void config_free(struct config *config)
{
	free_values(config->defaults);
	for (size_t i = 0; i < config->n_vms; i++) {
		free(config->vms[i].name);
		free_values(config->vms[i].values);
	}
	free(config->vms);
	for (size_t i = 0; i < config->n_files; i++)
		free(config->files[i]);
	free(config->files);
	*config = (struct config){ 0 };
}

/* ---- What they say ---- */

const struct config_vm *config_find(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_vms; i++)
		if (strcmp(config->vms[i].name, name) == 0)
			return &config->vms[i];
	return NULL;
}

const struct config_value *config_get(const struct config *config, const struct config_vm *vm,
				      enum config_key key)
{
	if (vm != NULL && vm->values[key].text != NULL)
		return &vm->values[key];
	return config->defaults[key].text != NULL ? &config->defaults[key] : NULL;
}

unsigned int config_get_timeout_ms(const struct config *config, const struct config_vm *vm)
{
	const struct config_value *value = config_get(config, vm, CONFIG_TIMEOUT);
	unsigned int ms = 0;

	/* It has been checked. */
	if (value != NULL)
		seconds_parse_ms(value->text, &ms);
	return ms;
}

uint32_t config_get_polling_interval(const struct config *config, const struct config_vm *vm)
{
	const struct config_value *value = config_get(config, vm, CONFIG_POLLING_INTERVAL);
	uint32_t seconds = 0;

	if (value != NULL)
		seconds_parse_interval(value->text, &seconds);
	return seconds;
}
