/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How the monitors are, without connecting to any of them: the file tells whether we may, and the
 * kernel whether somebody listens and whom it serves. Only what stands at a UNIX socket can be told.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "client/discover.h"
#include "client/explain.h"
#include "client/holder.h"
#include "client/proc.h"

enum {
	SOCKETS_MAX = 1 << 20, /* of one VM's network namespace */
};

static void miss(struct found_monitor *item, int code, const char *what)
{
	item->state = BALLOONCTL_MONITOR_STATE_MISSING;
	error_set(&item->error, code, NULL, "%s: %s", item->address, what);
}

static void forbid(struct found_monitor *item)
{
	item->state = BALLOONCTL_MONITOR_STATE_FORBIDDEN;
	explain_permission(&item->error, item->address, item->address);
}

/* What the file says. True if it is a socket that we may connect to. */
static bool check_file(struct found_monitor *item)
{
	struct stat file;

	if (stat(item->address, &file) < 0) {
		if (errno == EACCES || errno == EPERM)
			forbid(item);
		else
			miss(item, -ENOENT,
			     "the socket is gone; nobody can connect until the VM is started again");
		return false;
	}
	if (!S_ISSOCK(file.st_mode)) {
		miss(item, -ENOENT, "this is no socket any more");
		return false;
	}
	if (faccessat(AT_FDCWD, item->address, W_OK, AT_EACCESS) < 0 && errno == EACCES) {
		forbid(item);
		return false;
	}
	return true;
}

static void hold(const struct surroundings *host, struct found_monitor *item, pid_t pid)
{
	char who[96] = "another client", *name;
	size_t len;

	item->state = BALLOONCTL_MONITOR_STATE_HELD;
	item->holder_pid = pid;
	if (pid > 0) {
		snprintf(who, sizeof(who), "process %d", (int)pid);
		if (proc_read(host->proc, pid, "comm", 64, &name, &len) == 0) {
			name[strcspn(name, "\n")] = '\0';
			snprintf(who, sizeof(who), "process %d (%s)", (int)pid, name);
			item->holder_name = name;
		}
	}
	if (item->manager != NULL && item->manager->keeps)
		error_set(
			&item->error, -EBUSY, NULL,
			"%s: the monitor is in use by %s, and %s keeps it while the VM runs; give "
			"the VM a second -qmp option",
			item->address, who, item->manager->name);
	else
		explain_busy(&item->error, item->address, who);
	item->error.pid = pid;
}

/* Does a socket of that name listen here, and does it serve anybody? 1 and 2, 0 if not. */
static int look_up_name(const struct unix_table *sockets, const char *bound)
{
	bool listens = false, serves = false;

	for (size_t i = 0; i < sockets->n_rows; i++) {
		const struct unix_row *row = &sockets->rows[i];

		if (row->path == NULL || !string_equal(row->path, bound))
			continue;
		listens = listens || row->is_listening;
		serves = serves || (!row->is_listening && row->inode != 0);
	}
	return listens + (listens && serves);
}

/* The kernel does not tell by the file: the VM may be in another network namespace than we are, as
 * in a container. Its table of sockets says less, but enough. */
static int look_up(const struct surroundings *host, const struct found_monitor *item)
{
	struct unix_table sockets = { 0 };
	size_t len;
	char *text;
	int r;

	r = look_up_name(&host->sockets, item->bound);
	if (r > 0 || item->pid == 0)
		return r;
	r = proc_read(host->proc, item->pid, "net/unix", SOCKETS_MAX, &text, &len);
	if (r == 0)
		r = unix_table_parse(text, len, &sockets);
	if (r < 0)
		return r;
	r = look_up_name(&sockets, item->bound);
	unix_table_done(&sockets);
	return r;
}

static int judge(const struct surroundings *host, struct found_monitor *item,
		 const struct holder_query *query)
{
	int r = query->result;

	if (r == 1)
		hold(host, item, query->pid);
	else if (r == -ENOENT)
		check_file(item);
	else if (r < 0) {
		r = look_up(host, item);
		if (r == -ENOMEM)
			return r;
		if (r == 2)
			hold(host, item, 0);
		else if (r < 0)
			item->state = BALLOONCTL_MONITOR_STATE_UNKNOWN;
		else if (r == 0)
			miss(item, -ECONNREFUSED, "nobody listens there any more");
	}
	return 0;
}

/* One monitor and what the kernel said of it. */
struct pair {
	struct found_monitor *item;
	const struct holder_query *query;
};

static int compare(const void *a, const void *b)
{
	const struct pair *first = a, *second = b;

	return strcmp(first->item->address, second->item->address);
}

/* Of VMs that were given the same path the last one has it. Whom we connect to there must not be
 * called by the name of another. */
static void settle(const struct surroundings *host, struct pair *pairs, size_t count)
{
	qsort(pairs, count, sizeof(*pairs), compare);
	for (size_t i = 0; i < count; i++) {
		struct found_monitor *item = pairs[i].item;
		bool is_shared = (i > 0 && compare(&pairs[i - 1], &pairs[i]) == 0) ||
				 (i + 1 < count && compare(&pairs[i], &pairs[i + 1]) == 0);

		if (!is_shared || item->pid == 0 || pairs[i].query->server == 0 ||
		    item->state == BALLOONCTL_MONITOR_STATE_MISSING ||
		    proc_has_socket(host->proc, item->pid, pairs[i].query->server) != 0)
			continue;
		free(item->holder_name);
		item->holder_name = NULL;
		item->holder_pid = 0;
		miss(item, -ENOENT, "another VM was started with the same path and has taken it");
	}
}

int discover_states(const struct surroundings *host, struct balloonctl_discovery *discovery)
{
	struct holder_query *queries;
	struct pair *pairs;
	size_t n = 0;
	int r = -ENOMEM;

	queries = calloc(discovery->count + 1, sizeof(*queries));
	pairs = calloc(discovery->count + 1, sizeof(*pairs));
	for (size_t i = 0; queries != NULL && pairs != NULL && i < discovery->count; i++) {
		struct found_monitor *item = &discovery->items[i];

		if (!item->is_unix || !check_file(item))
			continue;
		queries[n].path = item->address;
		pairs[n] = (struct pair){ item, &queries[n] };
		n++;
	}
	if (queries != NULL && pairs != NULL)
		r = holder_find_all(queries, n, host->proc);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = judge(host, pairs[i].item, pairs[i].query);
	if (r == 0)
		settle(host, pairs, n);
	free(queries);
	free(pairs);
	return r;
}
