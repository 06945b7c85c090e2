/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a QEMU's command line says of the VM's name and of its QMP monitors. */
#ifndef CLIENT_QEMU_ARGS_H
#define CLIENT_QEMU_ARGS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	QEMU_MONITORS_MAX = 16, /* of one VM; managers give it one or two */
};

enum qemu_monitor_kind {
	QEMU_MONITOR_UNIX,
	QEMU_MONITOR_TCP,
	QEMU_MONITOR_FD,
};

/* One QMP monitor on a socket. `path` is as written, perhaps relative; `fd` is the number of a
 * descriptor that QEMU was started with. */
struct qemu_monitor {
	enum qemu_monitor_kind kind;
	char *path;        /* unix */
	char *host, *port; /* tcp; the host may be "" */
	int fd;            /* fd; -1 for one that has a name instead of a number */
	bool is_server;    /* QEMU listens; else it has connected to somebody */
	bool is_abstract;  /* unix: the path is a name without a file */
};

/* A zeroed struct is a VM without a name and without monitors. */
struct qemu_args {
	char *name; /* NULL if it has none */
	struct qemu_monitor monitors[QEMU_MONITORS_MAX];
	size_t n_monitors;
	bool is_daemon; /* it has left the directory that it was started in */
};

/* Is this the name of a QEMU that runs a machine? It may be a path, and a renamed program is
 * recognised as long as "qemu" is part of its name. */
bool qemu_args_is_program(const char *name);

/* Read a command line as /proc/PID/cmdline has it, each word ended by a NUL; `bytes[len]` must be
 * a NUL, too. Any bytes will do: what does not read as a monitor is none. Monitors of people (HMP),
 * guest agents and monitors without a socket are left out. 0 or -ENOMEM. */
int qemu_args_parse(const char *bytes, size_t len, struct qemu_args *ret);
void qemu_args_done(struct qemu_args *args);

#endif
