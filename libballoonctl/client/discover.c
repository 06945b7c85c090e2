/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which monitors there are: the processes of a host one by one, and then the listening sockets at
 * known places whose process can't be seen, or whose command line does not tell of them. Paths mean
 * what they mean to their process, which may have another root and another directory than we have.
 */
#include "client/discover.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/util.h"
#include "client/proc.h"
#include "client/qemu-args.h"

enum {
	CMDLINE_MAX = 1 << 20,  /* a VM with a hundred disks has some 50 KiB */
	SOCKETS_MAX = 32 << 20, /* of /proc/net/unix, 100 bytes a socket */
	FOUND_MAX = 1 << 16,
};

struct scan {
	struct surroundings host;
	struct balloonctl_discovery *found;
	size_t n_processes, n_qemus;
	bool is_complete; /* no bound was met */
};

static char *join(const char *a, const char *b, const char *c)
{
	struct buf text = { 0 };

	buf_append_string(&text, a);
	buf_append_string(&text, b);
	buf_append_string(&text, c);
	return buf_steal(&text);
}

/* ---- Paths of another process ---- */

static bool is_same_file(const char *a, const char *b)
{
	struct stat first, second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* The directory that a daemon was started in: by now it is in another one. */
static char *get_first_directory(const struct scan *scan, pid_t pid)
{
	char *text, *directory = NULL;
	size_t len;

	if (proc_read(scan->host.proc, pid, "environ", CMDLINE_MAX, &text, &len) < 0)
		return NULL;
	for (const char *at = text; at < text + len && directory == NULL; at += strlen(at) + 1)
		if (string_starts_with(at, "PWD=/"))
			directory = strdup(at + strlen("PWD="));
	free(text);
	return directory;
}

/* An absolute path of the process as we can use it: through its own root if that differs from
 * ours. */
static char *translate(const struct scan *scan, pid_t pid, const char *path)
{
	char number[32], *inside, *outside, *root;

	snprintf(number, sizeof(number), "/%d/root", (int)pid);
	root = join(scan->host.proc, number, "");
	inside = root == NULL ? NULL : join(root, path, "");
	outside = join(scan->host.root, path, "");
	free(root);
	if (inside == NULL || outside == NULL) {
		free(inside);
		free(outside);
		return NULL;
	}
	if (access(inside, F_OK) == 0 && !is_same_file(inside, outside)) {
		free(outside);
		return inside;
	}
	free(inside);
	return outside;
}

/* 0 or a negative errno: where a relative path begins can't be seen of another user's process. */
static int resolve(const struct scan *scan, pid_t pid, const char *path, bool is_daemon, char **ret)
{
	char *directory, *absolute;
	int r;

	if (*path == '/') {
		*ret = translate(scan, pid, path);
		return *ret == NULL ? -ENOMEM : 0;
	}
	directory = is_daemon ? get_first_directory(scan, pid) : NULL;
	if (directory == NULL) {
		r = proc_read_link(scan->host.proc, pid, "cwd", &directory);
		if (r < 0)
			return r;
	}
	absolute = join(directory, string_equal(directory, "/") ? "" : "/", path);
	free(directory);
	*ret = absolute == NULL ? NULL : translate(scan, pid, absolute);
	free(absolute);
	return *ret == NULL ? -ENOMEM : 0;
}

/* ---- One monitor ---- */

static char *copy(const char *text, int *r)
{
	char *copied = text == NULL ? NULL : strdup(text);

	if (text != NULL && copied == NULL)
		*r = -ENOMEM;
	return copied;
}

/* Where it is can't be told; `why` says so behind "pid:N: ". */
static int hide(struct found_monitor *item, enum balloonctl_monitor_state state, int code,
		const char *why, const char *detail)
{
	item->state = state;
	error_set(&item->error, code, NULL, "pid:%d: %s%s", (int)item->pid, why, detail);
	if (code == -ENOTSUP)
		item->error.cause = BALLOONCTL_CAUSE_NO_SOCKET;
	return 0;
}

static int put_path(const struct scan *scan, struct found_monitor *item, const char *path,
		    bool is_daemon)
{
	int r = resolve(scan, item->pid, path, is_daemon, &item->address);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return hide(item, BALLOONCTL_MONITOR_STATE_FORBIDDEN, -EACCES,
			    "only its user and root can see in which directory its monitor is: ",
			    path);
	item->is_unix = true;
	item->bound = strdup(path);
	if (item->manager == NULL)
		item->manager = manager_of_socket(path, NULL);
	return item->bound == NULL ? -ENOMEM : 0;
}

/* Servers on "any address" are reached at the loopback one. */
static int put_tcp(struct found_monitor *item, const struct qemu_monitor *monitor)
{
	const char *host = monitor->host == NULL ? "" : monitor->host;
	struct buf address = { 0 };
	bool is_v6;

	if (*host == '\0' || string_equal(host, "0.0.0.0"))
		host = "127.0.0.1";
	else if (string_equal(host, "::"))
		host = "::1";
	is_v6 = strchr(host, ':') != NULL;
	buf_append_string(&address, is_v6 ? "tcp:[" : "tcp:");
	buf_append_string(&address, host);
	buf_append_string(&address, is_v6 ? "]:" : ":");
	buf_append_string(&address, monitor->port);
	item->address = buf_steal(&address);
	item->state = BALLOONCTL_MONITOR_STATE_UNKNOWN;
	return item->address == NULL ? -ENOMEM : 0;
}

/* A socket that a manager has opened and QEMU has inherited. */
static int put_fd(const struct scan *scan, struct found_monitor *item, int fd)
{
	const struct unix_row *row;
	uint64_t inode;
	int r;

	if (fd < 0)
		return hide(item, BALLOONCTL_MONITOR_STATE_UNKNOWN, -ENOTSUP,
			    "its monitor is a descriptor that was passed to it", "");
	r = proc_get_socket(scan->host.proc, item->pid, fd, &inode);
	if (r == -ENOMEM)
		return r;
	if (r == -EACCES || r == -EPERM)
		return hide(item, BALLOONCTL_MONITOR_STATE_FORBIDDEN, -EACCES,
			    "only its user and root can see which socket its monitor is", "");
	row = r < 0 ? NULL : unix_table_find(&scan->host.sockets, inode);
	if (row == NULL || row->path == NULL || !row->is_listening)
		return hide(item, BALLOONCTL_MONITOR_STATE_UNKNOWN, -ENOTSUP,
			    "its monitor is a descriptor that nobody can connect to", "");
	return put_path(scan, item, row->path, false);
}

static int put_monitor(const struct scan *scan, struct found_monitor *item,
		       const struct qemu_monitor *monitor, bool is_daemon)
{
	if (monitor->kind == QEMU_MONITOR_FD)
		return put_fd(scan, item, monitor->fd);
	if (!monitor->is_server)
		return hide(item, BALLOONCTL_MONITOR_STATE_HELD, -EBUSY,
			    "its monitor is no server, but has connected to ",
			    monitor->kind == QEMU_MONITOR_TCP ? monitor->port : monitor->path);
	if (monitor->kind == QEMU_MONITOR_TCP)
		return put_tcp(item, monitor);
	if (monitor->is_abstract)
		return hide(item, BALLOONCTL_MONITOR_STATE_UNKNOWN, -ENOTSUP,
			    "its monitor is an abstract socket, for which there is no address: ",
			    monitor->path);
	return put_path(scan, item, monitor->path, is_daemon);
}

/* ---- Processes ---- */

static const struct manager *find_manager(const char *cmdline, size_t len)
{
	const struct manager *manager = NULL;

	for (const char *at = cmdline; at < cmdline + len && manager == NULL; at += strlen(at) + 1)
		manager = manager_of_word(at);
	return manager;
}

static int add_item(struct scan *scan, pid_t pid, const char *name, const struct manager *manager,
		    struct found_monitor **ret)
{
	int r = 0;

	if (scan->found->count >= FOUND_MAX) {
		scan->is_complete = false;
		return -ENOSPC;
	}
	*ret = discovery_add(scan->found);
	if (*ret == NULL)
		return -ENOMEM;
	(*ret)->pid = pid;
	(*ret)->manager = manager;
	(*ret)->name = copy(name, &r);
	return r;
}

/* A VM without a monitor is worth a word, but only if it is one: user-mode emulators and scripts are
 * called qemu, too. */
static bool is_machine(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strstr(program, "qemu-system") != NULL || strstr(program, "qemu-kvm") != NULL ||
	       string_equal(slash == NULL ? program : slash + 1, "kvm");
}

static int add_qemu(struct scan *scan, pid_t pid, const char *program, const char *cmdline,
		    size_t len)
{
	const struct manager *manager = find_manager(cmdline, len);
	struct found_monitor *item;
	struct qemu_args args;
	int r;

	r = qemu_args_parse(cmdline, len, &args);
	if (r < 0)
		return r;
	scan->n_qemus += args.n_monitors > 0 || is_machine(program);
	if (args.n_monitors == 0 && is_machine(program)) {
		r = add_item(scan, pid, args.name, manager, &item);
		if (r == 0)
			r = hide(item, BALLOONCTL_MONITOR_STATE_NONE, -ENOTSUP,
				 "this QEMU has no QMP monitor on a socket; give it "
				 "-qmp unix:/run/vm.qmp,server=on,wait=off",
				 "");
	}
	for (size_t i = 0; r == 0 && i < args.n_monitors; i++) {
		r = add_item(scan, pid, args.name, manager, &item);
		if (r == 0) {
			item->order = i;
			r = put_monitor(scan, item, &args.monitors[i], args.is_daemon);
		}
	}
	qemu_args_done(&args);
	return r;
}

static int look_at_process(struct scan *scan, pid_t pid)
{
	char *cmdline, *exe = NULL;
	const char *program;
	size_t len;
	int r = 0;

	/* It may have ended since; a kernel thread has no words. */
	if (proc_read(scan->host.proc, pid, "cmdline", CMDLINE_MAX, &cmdline, &len) < 0)
		return 0;
	scan->n_processes++;
	program = cmdline;
	if (len > 0 && !qemu_args_is_program(program) &&
	    proc_read_link(scan->host.proc, pid, "exe", &exe) == 0)
		program = exe;
	if (len > 0 && qemu_args_is_program(program))
		r = add_qemu(scan, pid, program, cmdline, len);
	free(cmdline);
	free(exe);
	return r;
}

static int look_at_processes(struct scan *scan)
{
	const struct dirent *entry;
	DIR *processes;
	int r = 0;

	processes = opendir(scan->host.proc);
	if (processes == NULL)
		return -errno;
	while (r == 0 && (entry = readdir(processes)) != NULL) {
		char *end;
		long pid;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pid = strtol(entry->d_name, &end, 10);
		if (*end == '\0' && pid > 0 && pid <= 0x7fffffff)
			r = look_at_process(scan, (pid_t)pid);
	}
	closedir(processes);
	return r == -ENOSPC ? 0 : r;
}

/* ---- Known places ---- */

static int compare_bound(const void *a, const void *b)
{
	const char *first = *(const char *const *)a, *second = *(const char *const *)b;

	return strcmp(first, second);
}

/* The VM of that name whose monitor could not be seen: Incus tells of it in a file, libvirt by a
 * descriptor. */
static struct found_monitor *find_lost(struct scan *scan, const struct manager_vm *vm)
{
	for (size_t i = 0; i < scan->found->count; i++) {
		struct found_monitor *item = &scan->found->items[i];

		if (item->pid != 0 && item->address == NULL && item->name != NULL &&
		    strlen(item->name) == vm->len && strncmp(item->name, vm->text, vm->len) == 0 &&
		    item->state != BALLOONCTL_MONITOR_STATE_HELD)
			return item;
	}
	return NULL;
}

static int add_place(struct scan *scan, const char *path)
{
	struct found_monitor *item;
	struct manager_vm vm;
	const struct manager *manager = manager_of_socket(path, &vm);
	int r = 0;

	item = find_lost(scan, &vm);
	if (item == NULL) {
		r = add_item(scan, 0, NULL, manager, &item);
		if (r < 0)
			return r;
		item->name = strndup(vm.text, vm.len);
	}
	error_done(&item->error);
	item->error = (struct balloonctl_error){ 0 };
	item->manager = manager;
	item->state = BALLOONCTL_MONITOR_STATE_FREE;
	item->is_unix = true;
	item->bound = copy(path, &r);
	item->address = join(scan->host.root, path, "");
	return item->name == NULL || item->address == NULL ? -ENOMEM : r;
}

static int look_at_places(struct scan *scan)
{
	const struct unix_table *sockets = &scan->host.sockets;
	size_t n_bound = 0, n_processes = scan->found->count;
	const char **bound, *path;
	int r = 0;

	bound = calloc(n_processes + 1, sizeof(*bound));
	if (bound == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n_processes; i++)
		if (scan->found->items[i].bound != NULL)
			bound[n_bound++] = scan->found->items[i].bound;
	qsort(bound, n_bound, sizeof(*bound), compare_bound);
	for (size_t i = 0; r == 0 && i < sockets->n_rows; i++) {
		path = sockets->rows[i].path;
		if (sockets->rows[i].is_listening && path != NULL &&
		    manager_of_socket(path, NULL) != NULL &&
		    bsearch(&path, bound, n_bound, sizeof(*bound), compare_bound) == NULL)
			r = add_place(scan, path);
	}
	free(bound);
	return r == -ENOSPC ? 0 : r;
}

/* ---- All of it ---- */

static char *summarize(const struct scan *scan)
{
	struct buf text = { 0 };
	size_t n_listening = 0;

	for (size_t i = 0; i < scan->host.sockets.n_rows; i++)
		n_listening += scan->host.sockets.rows[i].is_listening;
	buf_append_u64(&text, scan->n_processes);
	buf_append_string(&text, " processes, ");
	if (scan->n_qemus == 0)
		buf_append_string(&text, "none");
	else
		buf_append_u64(&text, scan->n_qemus);
	buf_append_string(&text, " of them QEMU, and ");
	buf_append_u64(&text, n_listening);
	buf_append_string(&text, " listening sockets");
	if (!scan->is_complete)
		buf_append_string(&text, ", and gave up before the end");
	return buf_steal(&text);
}

/* Without it there is less to find, and that is all. */
static int read_sockets(struct scan *scan)
{
	const char *proc = scan->host.proc;
	size_t len;
	char *text;
	int r = -ENOENT;

	/* Below another root, "net" would be that of our own process. */
	if (*scan->host.root != '\0')
		r = proc_read(proc, 1, "net/unix", SOCKETS_MAX, &text, &len);
	if (r < 0)
		r = proc_read(proc, 0, "net/unix", SOCKETS_MAX, &text, &len);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (len >= SOCKETS_MAX)
		scan->is_complete = false;
	return unix_table_parse(text, len, &scan->host.sockets);
}

static int look_around(struct scan *scan)
{
	int r;

	if (scan->host.root == NULL || scan->host.proc == NULL)
		return -ENOMEM;
	r = read_sockets(scan);
	if (r == 0)
		r = look_at_processes(scan);
	if (r == 0)
		r = look_at_places(scan);
	if (r == 0)
		r = discover_states(&scan->host, scan->found);
	if (r < 0)
		return r;
	discovery_sort(scan->found);
	scan->found->summary = summarize(scan);
	return scan->found->summary == NULL ? -ENOMEM : 0;
}

int balloonctl_discovery_run(const char *root, struct balloonctl_discovery **ret)
{
	struct scan scan = { .is_complete = true };
	size_t len = root == NULL ? 0 : strlen(root);
	int r;

	while (len > 0 && root[len - 1] == '/')
		len--;
	scan.found = calloc(1, sizeof(*scan.found));
	if (scan.found == NULL)
		return -ENOMEM;
	scan.host.root = strndup(root == NULL ? "" : root, len);
	scan.host.proc = scan.host.root == NULL ? NULL : join(scan.host.root, "/proc", "");
	r = look_around(&scan);
	free(scan.host.root);
	free(scan.host.proc);
	unix_table_done(&scan.host.sockets);
	if (r < 0)
		balloonctl_discovery_free(scan.found);
	else
		*ret = scan.found;
	return r;
}
