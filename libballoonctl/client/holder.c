/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asks the kernel through sock_diag(7) and proc(5). A connection that its server has accepted shows
 * up as an established socket with an inode of its own; one that waits in the queue has inode 0.
 * That is the difference between a monitor in use and a QEMU that hangs.
 */
#include "client/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/util.h"

enum {
	/* TCP_ESTABLISHED and TCP_LISTEN, which sock_diag uses for every family */
	STATE_ESTABLISHED = 1,
	STATE_LISTEN = 10,
	KERNEL_MINOR_BITS = 20,
};

struct search {
	struct holder_query **queries; /* by device and inode of the socket's file */
	size_t n_queries;
	uint32_t own_inode; /* our own end, not to be counted; 0 for none */
};

static int send_request(int netlink)
{
	struct {
		struct nlmsghdr header;
		struct unix_diag_req body;
	} request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.body = {
			.sdiag_family = AF_UNIX,
			.udiag_states = 1 << STATE_ESTABLISHED | 1 << STATE_LISTEN,
			.udiag_show = UDIAG_SHOW_VFS | UDIAG_SHOW_PEER,
		},
	};

	return send(netlink, &request, sizeof(request), 0) < 0 ? -errno : 0;
}

static int compare(const void *a, const void *b)
{
	const struct holder_query *first = *(struct holder_query *const *)a;
	const struct holder_query *second = *(struct holder_query *const *)b;

	if (first->device != second->device)
		return first->device < second->device ? -1 : 1;
	return (first->inode > second->inode) - (first->inode < second->inode);
}

/* The first of the queries for this file: one path may be asked for twice. */
static struct holder_query **find_query(const struct search *search, uint32_t device,
					uint32_t inode)
{
	struct holder_query wanted = { .device = device, .inode = inode };
	struct holder_query *key = &wanted, **found;

	found = bsearch(&key, search->queries, search->n_queries, sizeof(key), compare);
	while (found != NULL && found > search->queries && compare(found - 1, found) == 0)
		found--;
	return found;
}

static void look_at(struct search *search, struct unix_diag_msg *entry, size_t len)
{
	struct rtattr *attribute = (struct rtattr *)(entry + 1);
	struct unix_diag_vfs file = { 0 };
	struct holder_query **query, **end = search->queries + search->n_queries;
	uint32_t peer = 0;

	for (len -= sizeof(*entry); RTA_OK(attribute, len); attribute = RTA_NEXT(attribute, len)) {
		if (attribute->rta_type == UNIX_DIAG_VFS && RTA_PAYLOAD(attribute) >= sizeof(file))
			memcpy(&file, RTA_DATA(attribute), sizeof(file));
		if (attribute->rta_type == UNIX_DIAG_PEER && RTA_PAYLOAD(attribute) >= sizeof(peer))
			memcpy(&peer, RTA_DATA(attribute), sizeof(peer));
	}
	query = find_query(search, file.udiag_vfs_dev, file.udiag_vfs_ino);
	for (; query != NULL && query < end && (*query)->device == file.udiag_vfs_dev &&
	       (*query)->inode == file.udiag_vfs_ino;
	     query++) {
		if (entry->udiag_state == STATE_LISTEN) {
			(*query)->sees_server = true;
			(*query)->server_inode = entry->udiag_ino;
		} else if (entry->udiag_ino == 0) {
			continue;
		} else if (peer != 0 && peer == search->own_inode) {
			(*query)->is_served = true;
		} else {
			(*query)->is_held = true;
			(*query)->peer_inode = peer;
		}
	}
}

/* 1: more to come; 0: the end; or a negative errno. */
static int receive_some(int netlink, struct search *search)
{
	alignas(struct nlmsghdr) char bytes[16 << 10];
	struct nlmsghdr *header = (struct nlmsghdr *)bytes;
	ssize_t received = recv(netlink, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t len;

	if (received < 0)
		return errno == EINTR ? 1 : -errno;
	for (len = (size_t)received; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
		if (header->nlmsg_type == NLMSG_DONE)
			return 0;
		if (header->nlmsg_type == NLMSG_ERROR)
			return -EOPNOTSUPP;
		if (header->nlmsg_len >= NLMSG_LENGTH(sizeof(struct unix_diag_msg)))
			look_at(search, NLMSG_DATA(header), NLMSG_PAYLOAD(header, 0));
	}
	return received > 0;
}

static int ask_kernel(struct search *search)
{
	int netlink, r;

	netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (netlink < 0)
		return -errno;
	r = send_request(netlink);
	if (r == 0)
		do
			r = receive_some(netlink, search);
		while (r > 0);
	close(netlink);
	return r;
}

static int compare_peers(const void *a, const void *b)
{
	const struct holder_query *first = *(struct holder_query *const *)a;
	const struct holder_query *second = *(struct holder_query *const *)b;

	return (first->peer_inode > second->peer_inode) - (first->peer_inode < second->peer_inode);
}

/* Two queries may be about one socket, and so about one end. */
static size_t note_process(const struct search *search, struct holder_query **found,
			   const char *pid)
{
	struct holder_query **end = search->queries + search->n_queries;
	uint32_t peer = found == NULL ? 0 : (*found)->peer_inode;
	size_t n_found = 0;

	if (peer == 0 || (*found)->pid != 0)
		return 0;
	while (found > search->queries && found[-1]->peer_inode == peer)
		found--;
	for (; found < end && (*found)->peer_inode == peer; found++, n_found++)
		(*found)->pid = (pid_t)strtol(pid, NULL, 10);
	return n_found;
}

/* Note the process at the ends that it has. Returns how many were found. */
static size_t look_at_process(struct search *search, const char *proc, const char *pid)
{
	char path[PATH_MAX], link[64];
	struct holder_query wanted = { 0 };
	struct holder_query *key = &wanted, **found;
	const struct dirent *entry;
	size_t n_found = 0;
	DIR *fds;

	snprintf(path, sizeof(path), "%s/%.20s/fd", proc, pid);
	fds = opendir(path);
	if (fds == NULL)
		return 0;
	while ((entry = readdir(fds)) != NULL) {
		ssize_t len = readlinkat(dirfd(fds), entry->d_name, link, sizeof(link) - 1);

		link[MAX(len, 0)] = '\0';
		if (sscanf(link, "socket:[%" SCNu32 "]", &wanted.peer_inode) != 1)
			continue;
		found = bsearch(&key, search->queries, search->n_queries, sizeof(key),
				compare_peers);
		n_found += note_process(search, found, pid);
	}
	closedir(fds);
	return n_found;
}

/* The processes at the other ends, in one walk over all of them. */
static void find_processes(struct search *search, const char *proc)
{
	const struct dirent *entry;
	size_t missing = 0;
	DIR *processes;

	for (size_t i = 0; i < search->n_queries; i++)
		missing += search->queries[i]->peer_inode != 0;
	processes = missing > 0 ? opendir(proc) : NULL;
	if (processes == NULL)
		return;
	qsort(search->queries, search->n_queries, sizeof(*search->queries), compare_peers);
	while (missing > 0 && (entry = readdir(processes)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			missing -= look_at_process(search, proc, entry->d_name);
	closedir(processes);
}

static int get_result(const struct holder_query *query)
{
	if (query->is_served)
		return HOLDER_IS_US;
	/* sock_diag shows one network namespace: a server in another may have clients there, too. */
	if (!query->is_held)
		return query->sees_server ? 0 : -EOPNOTSUPP;
	return 1;
}

int holder_find_all(struct holder_query *queries, size_t count, int fd, const char *proc)
{
	struct search search = { 0 };
	struct stat file, own;
	int r;

	search.queries = calloc(count + 1, sizeof(struct holder_query *));
	if (search.queries == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const char *path = queries[i].path;

		queries[i] = (struct holder_query){ .path = path };
		if (stat(path, &file) < 0) {
			queries[i].result = -errno;
			continue;
		}
		queries[i].inode = (uint32_t)file.st_ino;
		queries[i].device = major(file.st_dev) << KERNEL_MINOR_BITS | minor(file.st_dev);
		search.queries[search.n_queries++] = &queries[i];
	}
	if (fd >= 0 && fstat(fd, &own) == 0)
		search.own_inode = (uint32_t)own.st_ino;
	qsort(search.queries, search.n_queries, sizeof(*search.queries), compare);
	r = ask_kernel(&search);
	for (size_t i = 0; i < search.n_queries; i++)
		search.queries[i]->result = r < 0 ? r : get_result(search.queries[i]);
	if (r == 0)
		find_processes(&search, proc);
	free(search.queries);
	return 0;
}

int holder_find(const char *path, int fd, pid_t *ret)
{
	struct holder_query query = { .path = path };
	int r = holder_find_all(&query, 1, fd, "/proc");

	if (r < 0)
		return r;
	if (query.result == 1)
		*ret = query.pid;
	return query.result;
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
