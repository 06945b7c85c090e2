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
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdalign.h>
#include <stdint.h>
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
	uint32_t socket_inode; /* the socket's file */
	uint32_t socket_device;
	uint32_t own_inode;  /* our own end, not to be counted; 0 for none */
	uint32_t peer_inode; /* found: the other client's end, 0 if the kernel did not say */
	bool found;
	bool is_served;   /* our own connection has been accepted */
	bool sees_server; /* the listening socket is in our network namespace */
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

static void look_at(struct search *search, struct unix_diag_msg *entry, size_t len)
{
	struct rtattr *attribute = (struct rtattr *)(entry + 1);
	struct unix_diag_vfs file = { 0 };
	uint32_t peer = 0;

	for (len -= sizeof(*entry); RTA_OK(attribute, len); attribute = RTA_NEXT(attribute, len)) {
		if (attribute->rta_type == UNIX_DIAG_VFS && RTA_PAYLOAD(attribute) >= sizeof(file))
			memcpy(&file, RTA_DATA(attribute), sizeof(file));
		if (attribute->rta_type == UNIX_DIAG_PEER && RTA_PAYLOAD(attribute) >= sizeof(peer))
			memcpy(&peer, RTA_DATA(attribute), sizeof(peer));
	}
	if (file.udiag_vfs_ino != search->socket_inode ||
	    file.udiag_vfs_dev != search->socket_device)
		return;
	if (entry->udiag_state == STATE_LISTEN) {
		search->sees_server = true;
		return;
	}
	if (entry->udiag_ino == 0)
		return;
	if (peer != 0 && peer == search->own_inode) {
		search->is_served = true;
		return;
	}
	search->found = true;
	search->peer_inode = peer;
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

static bool has_socket(const char *pid, const char *wanted)
{
	char path[64], link[64];
	const struct dirent *entry;
	bool found = false;
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	fds = opendir(path);
	if (fds == NULL)
		return false;
	while (!found && (entry = readdir(fds)) != NULL) {
		ssize_t len = readlinkat(dirfd(fds), entry->d_name, link, sizeof(link) - 1);

		if (len > 0) {
			link[len] = '\0';
			found = string_equal(link, wanted);
		}
	}
	closedir(fds);
	return found;
}

static pid_t find_process(uint32_t socket_inode)
{
	const struct dirent *entry;
	char wanted[32];
	pid_t pid = 0;
	DIR *proc;

	proc = opendir("/proc");
	if (proc == NULL)
		return 0;
	snprintf(wanted, sizeof(wanted), "socket:[%u]", socket_inode);
	while (pid == 0 && (entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) && has_socket(entry->d_name, wanted))
			pid = (pid_t)strtol(entry->d_name, NULL, 10);
	closedir(proc);
	return pid;
}

int holder_find(const char *path, int fd, pid_t *ret)
{
	struct search search = { 0 };
	struct stat file, own;
	int r;

	if (stat(path, &file) < 0)
		return -errno;
	search.socket_inode = (uint32_t)file.st_ino;
	search.socket_device = major(file.st_dev) << KERNEL_MINOR_BITS | minor(file.st_dev);
	if (fd >= 0 && fstat(fd, &own) == 0)
		search.own_inode = (uint32_t)own.st_ino;
	r = ask_kernel(&search);
	if (r < 0)
		return r;
	if (search.is_served)
		return HOLDER_IS_US;
	/* sock_diag shows one network namespace: a server in another may have clients there, too. */
	if (!search.found)
		return search.sees_server ? 0 : -EOPNOTSUPP;
	*ret = search.peer_inode != 0 ? find_process(search.peer_inode) : 0;
	return 1;
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
