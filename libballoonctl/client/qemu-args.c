/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options that make a QMP monitor: -qmp and -qmp-pretty, and -mon with the -chardev it names
 * (qemu-system-x86_64(1), "Character device options"). QEMU's lists are "key=value,key=value", where
 * the first key may be left out, a comma in a value is doubled and the last of equal keys counts.
 * Only bytes come in, so a test needs no process.
 */
#include "client/qemu-args.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/util.h"

enum {
	/* -mon options looked at. Each means a search for its -chardev: a hostile command line
	 * must not make that quadratic. */
	REFERENCES_MAX = 64,
};

struct reader {
	const char *at, *end; /* the words not yet read */
	const char *first;
	int error;
};

/* The next word, NULL behind the last. */
static const char *next_word(struct reader *reader)
{
	const char *word = reader->at;

	if (word >= reader->end)
		return NULL;
	reader->at += strlen(word) + 1;
	return word;
}

/* QEMU takes one dash and two. */
static bool is_option(const char *word, const char *name)
{
	if (*word != '-')
		return false;
	word += word[1] == '-' ? 2 : 1;
	return string_equal(word, name);
}

/* The length of a value: to its end or to a single comma. */
static size_t get_value_length(const char *text)
{
	size_t len = 0;

	while (text[len] != '\0' && (text[len] != ',' || text[len + 1] == ','))
		len += text[len] == ',' ? 2 : 1;
	return len;
}

static char *copy_value(struct reader *reader, const char *text, size_t len)
{
	struct buf value = { 0 };
	char *copy;

	for (size_t i = 0; i < len; i++) {
		buf_append(&value, &text[i], 1);
		i += text[i] == ',';
	}
	copy = buf_steal(&value);
	if (copy == NULL)
		reader->error = -ENOMEM;
	return copy;
}

static bool is_key(const char *text, size_t len, const char *key)
{
	return strlen(key) == len && strncmp(text, key, len) == 0;
}

/* The value of a key in a list, NULL if it is not there; `implied` is the key that may be left out
 * at the start. A key without a value is "on" or, as "nokey", "off". */
static char *get_value(struct reader *reader, const char *list, const char *implied,
		       const char *key)
{
	const char *value = NULL;
	size_t value_len = 0;
	bool is_first = true;

	while (*list != '\0') {
		size_t key_len = strcspn(list, "=,");
		size_t len;

		if (list[key_len] == '=') {
			len = get_value_length(list + key_len + 1);
			if (is_key(list, key_len, key)) {
				value = list + key_len + 1;
				value_len = len;
			}
			list += key_len + 1 + len;
		} else {
			len = get_value_length(list);
			if (is_first && implied != NULL) {
				if (string_equal(implied, key)) {
					value = list;
					value_len = len;
				}
			} else if (is_key(list, len, key)) {
				value = "on";
				value_len = 2;
			} else if (len > 2 && string_starts_with(list, "no") &&
				   is_key(list + 2, len - 2, key)) {
				value = "off";
				value_len = 3;
			}
			list += len;
		}
		list += *list == ',';
		is_first = false;
	}
	return value == NULL ? NULL : copy_value(reader, value, value_len);
}

static bool has_value(struct reader *reader, const char *list, const char *implied, const char *key,
		      const char *wanted)
{
	char *value = get_value(reader, list, implied, key);
	bool is_equal = value != NULL && string_equal(value, wanted);

	free(value);
	return is_equal;
}

static bool is_on(struct reader *reader, const char *list, const char *key)
{
	char *value = get_value(reader, list, NULL, key);
	bool on = value != NULL && (string_equal(value, "on") || string_equal(value, "yes") ||
				    string_equal(value, "true") || string_equal(value, "y"));

	free(value);
	return on;
}

static void monitor_done(struct qemu_monitor *monitor)
{
	free(monitor->path);
	free(monitor->host);
	free(monitor->port);
}

/* Is there something between the socket and QMP that no QMP client could talk through? */
static bool is_wrapped(struct reader *reader, const char *list)
{
	char *tls = get_value(reader, list, NULL, "tls-creds");
	bool has_tls = tls != NULL;

	free(tls);
	return has_tls || is_on(reader, list, "telnet") || is_on(reader, list, "tn3270") ||
	       is_on(reader, list, "websocket");
}

static int read_number(const char *text)
{
	unsigned long number;
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	number = strtoul(text, &end, 10);
	return *end == '\0' && number <= INT_MAX ? (int)number : -1;
}

/* The options of a socket, with `implied` as the one that may come first without its key. False if
 * it is none for us. */
static bool read_socket(struct reader *reader, const char *list, const char *implied,
			struct qemu_monitor *monitor)
{
	char *fd = get_value(reader, list, implied, "fd");

	monitor->is_server = is_on(reader, list, "server");
	monitor->is_abstract = is_on(reader, list, "abstract");
	if (fd != NULL) {
		monitor->kind = QEMU_MONITOR_FD;
		monitor->fd = read_number(fd);
		free(fd);
		return !is_wrapped(reader, list);
	}
	monitor->path = get_value(reader, list, implied, "path");
	if (monitor->path != NULL) {
		monitor->kind = QEMU_MONITOR_UNIX;
		return monitor->path[0] != '\0' && !is_wrapped(reader, list);
	}
	monitor->kind = QEMU_MONITOR_TCP;
	monitor->host = get_value(reader, list, implied, "host");
	monitor->port = get_value(reader, list, implied, "port");
	return monitor->port != NULL && read_number(monitor->port) > 0 && !is_wrapped(reader, list);
}

/* HOST:PORT[,OPTION...]: this form knows no IPv6 addresses. */
static bool read_tcp(struct reader *reader, const char *text, struct qemu_monitor *monitor)
{
	size_t host_len = strcspn(text, ":,");
	const char *port = text + host_len + 1;
	const char *options;

	if (text[host_len] != ':')
		return false;
	options = port + strcspn(port, ",");
	monitor->kind = QEMU_MONITOR_TCP;
	monitor->host = copy_value(reader, text, host_len);
	monitor->port = copy_value(reader, port, (size_t)(options - port));
	options += *options == ',';
	monitor->is_server = is_on(reader, options, "server");
	return monitor->port != NULL && read_number(monitor->port) > 0 &&
	       !is_wrapped(reader, options);
}

static void add(struct reader *reader, struct qemu_args *args, struct qemu_monitor *monitor,
		bool is_good)
{
	if (is_good && reader->error == 0 && args->n_monitors < QEMU_MONITORS_MAX)
		args->monitors[args->n_monitors++] = *monitor;
	else
		monitor_done(monitor);
}

/* The first -chardev of that id, as QEMU refuses a second. */
static void add_chardev(struct reader *reader, const char *id, struct qemu_args *args)
{
	struct reader words = { .at = reader->first, .end = reader->end };
	struct qemu_monitor monitor = { .fd = -1 };
	const char *word;

	while ((word = next_word(&words)) != NULL) {
		const char *list;

		if (!is_option(word, "chardev"))
			continue;
		list = next_word(&words);
		if (list == NULL || !has_value(reader, list, "backend", "id", id))
			continue;
		if (has_value(reader, list, "backend", "backend", "socket"))
			add(reader, args, &monitor, read_socket(reader, list, "backend", &monitor));
		return;
	}
}

static void read_qmp(struct reader *reader, const char *value, struct qemu_args *args)
{
	struct qemu_monitor monitor = { .fd = -1 };

	if (string_starts_with(value, "unix:"))
		add(reader, args, &monitor,
		    read_socket(reader, value + strlen("unix:"), "path", &monitor));
	else if (string_starts_with(value, "tcp:"))
		add(reader, args, &monitor, read_tcp(reader, value + strlen("tcp:"), &monitor));
	else if (string_starts_with(value, "chardev:"))
		add_chardev(reader, value + strlen("chardev:"), args);
}

static void read_mon(struct reader *reader, const char *list, struct qemu_args *args)
{
	char *id;

	if (!has_value(reader, list, "chardev", "mode", "control"))
		return;
	id = get_value(reader, list, "chardev", "chardev");
	if (id != NULL)
		add_chardev(reader, id, args);
	free(id);
}

static void read_name(struct reader *reader, const char *list, struct qemu_args *args)
{
	char *name = get_value(reader, list, "guest", "guest");

	if (name == NULL)
		return;
	free(args->name);
	args->name = name;
}

int qemu_args_parse(const char *bytes, size_t len, struct qemu_args *ret)
{
	struct reader reader = { .at = bytes, .first = bytes, .end = bytes + len };
	struct qemu_args args = { 0 };
	unsigned int references = 0;
	const char *word, *value;

	next_word(&reader); /* the program */
	while ((word = next_word(&reader)) != NULL) {
		if (is_option(word, "daemonize"))
			args.is_daemon = true;
		/* A value is no option, whatever it looks like. */
		if (!is_option(word, "qmp") && !is_option(word, "qmp-pretty") &&
		    !is_option(word, "mon") && !is_option(word, "name") &&
		    !is_option(word, "append"))
			continue;
		value = next_word(&reader);
		if (value == NULL)
			break;
		if (is_option(word, "name"))
			read_name(&reader, value, &args);
		else if (is_option(word, "mon") && references++ < REFERENCES_MAX)
			read_mon(&reader, value, &args);
		else if (is_option(word, "qmp") || is_option(word, "qmp-pretty"))
			read_qmp(&reader, value, &args);
	}
	if (reader.error < 0) {
		qemu_args_done(&args);
		return reader.error;
	}
	*ret = args;
	return 0;
}

void qemu_args_done(struct qemu_args *args)
{
	for (size_t i = 0; i < args->n_monitors; i++)
		monitor_done(&args->monitors[i]);
	free(args->name);
	*args = (struct qemu_args){ 0 };
}

bool qemu_args_is_program(const char *name)
{
	/* "qemu" is part of their names, too, but they run no machine. */
	static const char *const tools[] = {
		"qemu-bridge-helper", "qemu-edid",      "qemu-ga",
		"qemu-img",           "qemu-io",        "qemu-keymap",
		"qemu-nbd",           "qemu-pr-helper", "qemu-storage-daemon",
		"qemu-vmsr-helper",
	};
	const char *slash = strrchr(name, '/');

	if (slash != NULL)
		name = slash + 1;
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		if (string_equal(name, tools[i]))
			return false;
	return strstr(name, "qemu") != NULL || string_equal(name, "kvm");
}
