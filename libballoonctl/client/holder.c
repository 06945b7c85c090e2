/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Puts together what sock_diag(7) tells of sockets and proc(5) of processes. The walk over all
 * processes is what costs: it takes a millisecond for every hundred, or more.
 */
#include "client/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"

enum {
	/* For how long one look serves those who share it, and what its walk over the processes may
	 * take of their time. */
	VIEW_MS = 1000,
	WALK_MS = 20,

	/* The same for one that is shared with nobody. */
	WALK_ALONE_MS = 1000,
};

static int64_t get_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Processes ---- */

static int compare(const void *a, const void *b)
{
	const struct holder_end *first = a, *second = b;

	return (first->number > second->number) - (first->number < second->number);
}

static struct holder_end *find_end(const struct holder_ends *ends, uint32_t number)
{
	const struct holder_end key = { .number = number };

	return ends->n == 0 ? NULL : bsearch(&key, ends->items, ends->n, sizeof(key), compare);
}

/* Two questions may be about one socket, and so about one end. */
static void sort(struct holder_ends *ends)
{
	size_t n = 0;

	qsort(ends->items, ends->n, sizeof(*ends->items), compare);
	for (size_t i = 0; i < ends->n; i++)
		if (n == 0 || ends->items[n - 1].number != ends->items[i].number)
			ends->items[n++] = ends->items[i];
	ends->n = n;
}

/* Note the process at the ends that it has. Returns how many were found. */
static size_t look_at_process(struct holder_ends *ends, const char *proc, const char *pid)
{
	char path[PATH_MAX], link[64];
	const struct dirent *entry;
	struct holder_end *found;
	size_t n_found = 0;
	uint32_t number;
	DIR *fds;

	snprintf(path, sizeof(path), "%s/%.20s/fd", proc, pid);
	fds = opendir(path);
	if (fds == NULL)
		return 0;
	while ((entry = readdir(fds)) != NULL) {
		ssize_t len = readlinkat(dirfd(fds), entry->d_name, link, sizeof(link) - 1);

		link[MAX(len, 0)] = '\0';
		if (sscanf(link, "socket:[%" SCNu32 "]", &number) != 1)
			continue;
		found = find_end(ends, number);
		if (found == NULL || found->pid != 0)
			continue;
		found->pid = (pid_t)strtol(pid, NULL, 10);
		n_found++;
	}
	closedir(fds);
	return n_found;
}

/* The processes at these ends, in one walk over all of them, `max_ms` at most. */
static void find_processes(struct holder_ends *ends, const char *proc, int64_t max_ms)
{
	int64_t begin_ms = get_now_ms();
	const struct dirent *entry;
	size_t missing;
	DIR *processes = ends->n > 0 ? opendir(proc) : NULL;

	if (processes == NULL)
		return;
	sort(ends);
	missing = ends->n;
	while (missing > 0 && get_now_ms() - begin_ms <= max_ms &&
	       (entry = readdir(processes)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			missing -= look_at_process(ends, proc, entry->d_name);
	closedir(processes);
}

/* ---- Sockets ---- */

/* `error`, where the kernel did not tell, is less than what the file itself says. */
static int look_up(const struct unix_sockets *sockets, int error, struct holder_query *query,
		   uint32_t own)
{
	bool is_held = false, is_served = false;
	const struct unix_socket *found;
	struct stat file;
	size_t n;

	if (stat(query->path, &file) < 0)
		return -errno;
	if (error < 0)
		return error;
	for (found = unix_sockets_find(sockets, &file, &n); n > 0; n--, found++) {
		if (found->is_listening) {
			query->server = found->number;
		} else if (own != 0 && found->peer == own) {
			is_served = true;
		} else {
			is_held = true;
			query->peer = found->peer;
		}
	}
	if (is_served)
		return HOLDER_IS_US;
	/* sock_diag shows one network namespace: a server in another may have clients there, too. */
	if (!is_held)
		return query->server != 0 ? 0 : -EOPNOTSUPP;
	return 1;
}

int holder_find_all(struct holder_query *queries, size_t count, const char *proc)
{
	struct unix_sockets sockets = { 0 };
	struct holder_ends ends = { .items = calloc(count + 1, sizeof(struct holder_end)) };
	int r;

	if (ends.items == NULL)
		return -ENOMEM;
	r = unix_diag_read(&sockets);
	for (size_t i = 0; i < count; i++) {
		queries[i] = (struct holder_query){ .path = queries[i].path };
		queries[i].result = look_up(&sockets, r, &queries[i], 0);
		if (queries[i].peer != 0)
			ends.items[ends.n++].number = queries[i].peer;
	}
	find_processes(&ends, proc, INT64_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct holder_end *found = find_end(&ends, queries[i].peer);

		queries[i].pid = found == NULL ? 0 : found->pid;
	}
	free(ends.items);
	unix_sockets_done(&sockets);
	return 0;
}

/* ---- One socket at a time ---- */

void holder_view_done(struct holder_view *view)
{
	unix_sockets_done(&view->sockets);
	free(view->ends.items);
	*view = (struct holder_view){ 0 };
}

static void take(struct holder_view *view)
{
	int64_t now_ms = get_now_ms();

	if (view->is_taken && now_ms - view->taken_ms < VIEW_MS)
		return;
	holder_view_done(view);
	view->is_taken = true;
	view->taken_ms = now_ms;
	view->error = unix_diag_read(&view->sockets);
}

/* All that are served, so that one walk will do. */
static void walk(struct holder_view *view)
{
	view->ends.items = calloc(view->sockets.n + 1, sizeof(*view->ends.items));
	if (view->ends.items == NULL)
		return;
	for (size_t i = 0; i < view->sockets.n; i++)
		if (view->sockets.items[i].peer != 0)
			view->ends.items[view->ends.n++].number = view->sockets.items[i].peer;
	find_processes(&view->ends, "/proc", WALK_MS);
}

static uint32_t get_inode(int fd)
{
	struct stat own;

	return fd >= 0 && fstat(fd, &own) == 0 ? (uint32_t)own.st_ino : 0;
}

static int find_in(struct holder_view *view, const char *path, int fd, pid_t *ret)
{
	struct holder_query query = { .path = path };
	const struct holder_end *found;
	int r;

	take(view);
	r = look_up(&view->sockets, view->error, &query, get_inode(fd));
	if (r != 1)
		return r;
	if (view->ends.items == NULL)
		walk(view);
	found = find_end(&view->ends, query.peer);
	*ret = found == NULL ? 0 : found->pid;
	return 1;
}

static int find_alone(const char *path, int fd, pid_t *ret)
{
	struct unix_sockets sockets = { 0 };
	struct holder_query query = { .path = path };
	struct holder_end end = { 0 };
	struct holder_ends ends = { .items = &end, .n = 1 };
	int r = unix_diag_read(&sockets);

	r = look_up(&sockets, r, &query, get_inode(fd));
	unix_sockets_done(&sockets);
	if (r != 1)
		return r;
	end.number = query.peer;
	if (query.peer != 0)
		find_processes(&ends, "/proc", WALK_ALONE_MS);
	*ret = end.pid;
	return 1;
}

int holder_find(struct holder_view *view, const char *path, int fd, pid_t *ret)
{
	return view != NULL ? find_in(view, path, fd, ret) : find_alone(path, fd, ret);
}

pid_t holder_get_server(int fd)
{
	struct ucred credentials = { 0 };
	socklen_t len = sizeof(credentials);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) < 0)
		return 0;
	return credentials.pid;
}

/* The first bytes of a file below /proc/PID, 0 bytes on any failure. */
static size_t read_proc(pid_t pid, const char *file, char *ret, size_t size)
{
	char path[64];
	ssize_t len = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, ret, size - 1);
		close(fd);
	}
	ret[MAX(len, 0)] = '\0';
	return (size_t)MAX(len, 0);
}

struct holder_name holder_describe(pid_t pid)
{
	struct holder_name name;
	char command[32];

	read_proc(pid, "comm", command, sizeof(command));
	command[strcspn(command, "\n")] = '\0';
	if (command[0] != '\0')
		snprintf(name.text, sizeof(name.text), "process %d (%s)", (int)pid, command);
	else
		snprintf(name.text, sizeof(name.text), "process %d", (int)pid);
	return name;
}

int holder_is_stopped(pid_t pid)
{
	char text[256];
	const char *after_name;

	read_proc(pid, "stat", text, sizeof(text));
	after_name = strrchr(text, ')');
	return after_name != NULL && after_name[1] == ' ' &&
	       (after_name[2] == 'T' || after_name[2] == 't');
}
