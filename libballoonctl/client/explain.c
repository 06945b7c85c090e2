/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sentences for people who can't reach a monitor. Each says what was tried, what stands in the way
 * and what to do; the kernel's facts come from holder and stat(2).
 */
#include "client/explain.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "balloonctl.h"
#include "base/util.h"

struct owner {
	char user[64], group[64];
};

static struct owner get_owner(const struct stat *file)
{
	struct owner owner;
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;
	char bytes[4096];

	snprintf(owner.user, sizeof(owner.user), "%u", file->st_uid);
	snprintf(owner.group, sizeof(owner.group), "%u", file->st_gid);
	if (getpwuid_r(file->st_uid, &user, bytes, sizeof(bytes), &found_user) == 0 &&
	    found_user != NULL)
		snprintf(owner.user, sizeof(owner.user), "%s", user.pw_name);
	if (getgrgid_r(file->st_gid, &group, bytes, sizeof(bytes), &found_group) == 0 &&
	    found_group != NULL)
		snprintf(owner.group, sizeof(owner.group), "%s", group.gr_name);
	return owner;
}

/* What keeps us out is the socket itself, or the first directory above it that can be seen. */
int explain_permission(struct balloonctl_error *error, const char *name, const char *path)
{
	char *at = strdup(path);
	struct owner owner;
	struct stat file;
	mode_t needed;
	char *slash;
	bool found;

	if (at == NULL)
		return error_set(error, -EACCES, NULL, "%s: permission denied", name);
	while (!(found = stat(at, &file) == 0) && (slash = strrchr(at, '/')) != NULL && slash > at)
		*slash = '\0';
	if (!found) {
		error_set(error, -EACCES, NULL, "%s: permission denied", name);
	} else {
		owner = get_owner(&file);
		/* Connecting needs to write; passing a directory, to execute. */
		needed = S_ISDIR(file.st_mode) ? S_IXGRP : S_IWGRP;
		error_set(error, -EACCES, NULL,
			  "%s: permission denied: %s belongs to user %s, group %s, mode %04o; run "
			  "as that user%s, or be root",
			  name, at, owner.user, owner.group, file.st_mode & 07777,
			  file.st_mode & needed ? ", join that group" : "");
	}
	free(at);
	return -EACCES;
}

/* For a diagnosis: what error codes don't tell, and whom it is about. */
static int note(struct balloonctl_error *error, enum balloonctl_cause cause, pid_t pid)
{
	error->cause = cause;
	error->pid = pid;
	return error->code;
}

int explain_busy(struct balloonctl_error *error, const char *name, const char *holder)
{
	error_set(error, -EBUSY, NULL,
		  "%s: the monitor is in use by %s; QEMU serves one client at a time: wait "
		  "for it to leave, or give the VM a second -qmp option",
		  name, holder);
	return note(error, BALLOONCTL_CAUSE_MONITOR_BUSY, 0);
}

static int explain_held(struct balloonctl_error *error, const char *name, pid_t holder)
{
	explain_busy(error, name, holder > 0 ? holder_describe(holder).text : "another client");
	return note(error, BALLOONCTL_CAUSE_MONITOR_BUSY, holder);
}

int explain_no_connection(struct balloonctl_error *error, const char *name,
			  const struct address *address, struct holder_view *view, int code,
			  unsigned int waited_ms)
{
	bool is_path = address->kind == ADDRESS_UNIX;
	pid_t holder = 0;

	switch (code) {
	case -ENOENT:
	case -ENOTDIR:
		return error_set(error, code, NULL,
				 "%s: there is no such socket; is the VM running, and is this the "
				 "path of its -qmp option?",
				 name);
	case -ECONNREFUSED:
		return error_set(error, code, NULL, "%s: nobody listens there; %s", name,
				 is_path ? "the VM has ended, or this is no listening socket"
					 : "is the VM running?");
	case -EACCES:
	case -EPERM:
		if (is_path)
			return explain_permission(error, name, address->path);
		break;
	case -EPROTOTYPE:
		return error_set(error, code, NULL,
				 "%s: this is a socket of another kind, no QMP monitor", name);
	case -EAGAIN:
		if (!is_path)
			break;
		if (holder_find(view, address->path, -1, &holder) == 0) {
			error_set(error, -ETIMEDOUT, NULL,
				  "%s: no connection after %u ms: QEMU serves nobody, and "
				  "other clients wait",
				  name, waited_ms);
			return note(error, BALLOONCTL_CAUSE_QEMU_HUNG, 0);
		}
		return explain_held(error, name, holder);
	case -ETIMEDOUT:
		return error_set(error, code, NULL, "%s: no connection after %u ms", name,
				 waited_ms);
	case -EADDRNOTAVAIL:
	case -EHOSTUNREACH:
		if (address->kind == ADDRESS_TCP)
			return error_set(error, code, NULL,
					 "%s: the host name can't be found or reached", name);
		break;
	case -EBADF:
		return error_set(error, code, NULL, "%s: this descriptor is not open", name);
	case -ENOTSOCK:
	case -ENOTCONN:
		return error_set(error, code, NULL,
				 "%s: this descriptor is no connected stream socket", name);
	default:
		break;
	}
	return error_set(error, code, NULL, "%s: can't connect: %s", name, strerror(-code));
}

static int explain_hang(struct balloonctl_error *error, const char *name, const char *missing,
			pid_t server, unsigned int waited_ms)
{
	if (server > 0 && holder_is_stopped(server)) {
		error_set(error, -ETIMEDOUT, NULL,
			  "%s: %s after %u ms: %s is stopped; 'kill -CONT %d' lets it go on", name,
			  missing, waited_ms, holder_describe(server).text, (int)server);
		return note(error, BALLOONCTL_CAUSE_QEMU_STOPPED, server);
	}
	error_set(error, -ETIMEDOUT, NULL, "%s: %s after %u ms: %s does not answer", name, missing,
		  waited_ms, server > 0 ? holder_describe(server).text : "QEMU");
	return note(error, BALLOONCTL_CAUSE_QEMU_HUNG, server);
}

int explain_no_greeting(struct balloonctl_error *error, const char *name,
			const struct address *address, struct holder_view *view, int fd,
			unsigned int waited_ms)
{
	pid_t holder = 0, server = holder_get_server(fd);
	int busy = -EOPNOTSUPP;

	/* Whoever is served: a client that has left stays with a server that can't see it leave. */
	if (server > 0 && holder_is_stopped(server))
		return explain_hang(error, name, "no greeting", server, waited_ms);
	if (address->kind == ADDRESS_UNIX)
		busy = holder_find(view, address->path, fd, &holder);
	if (busy == HOLDER_IS_US) {
		error_set(error, -ETIMEDOUT, NULL,
			  "%s: no greeting after %u ms, though the connection was accepted; "
			  "is this the socket of QEMU's -qmp option, not that of a guest "
			  "agent or a serial port?",
			  name, waited_ms);
		return note(error, BALLOONCTL_CAUSE_NOT_QMP, server);
	}
	if (busy == 1)
		return explain_held(error, name, holder);
	if (busy >= 0)
		return explain_hang(error, name, "no greeting", server, waited_ms);
	/* QEMU greets once: a descriptor that was used before stays silent. */
	return error_set(error, -EBUSY, NULL,
			 "%s: no greeting after %u ms; another client may be using this %s", name,
			 waited_ms,
			 address->kind == ADDRESS_FD ? "connection, or has before"
						     : "monitor: QEMU serves one at a time");
}

int explain_no_reply(struct balloonctl_error *error, const char *name, const char *command, int fd,
		     unsigned int waited_ms)
{
	char missing[96];

	snprintf(missing, sizeof(missing), "no reply to %s", command);
	return explain_hang(error, name, missing, fd >= 0 ? holder_get_server(fd) : 0, waited_ms);
}
