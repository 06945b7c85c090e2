/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See unix-diag.h. One request, and answers of some hundred sockets each. */
#include "client/unix-diag.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/util.h"

enum {
	/* TCP_ESTABLISHED and TCP_LISTEN, which sock_diag uses for every family */
	STATE_ESTABLISHED = 1,
	STATE_LISTEN = 10,
	KERNEL_MINOR_BITS = 20,
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

static int add(struct unix_sockets *sockets, const struct unix_socket *socket)
{
	if (sockets->n == sockets->capacity) {
		size_t capacity = MAX(sockets->capacity * 2, (size_t)64);
		struct unix_socket *grown =
			realloc(sockets->items, capacity * sizeof(*sockets->items));

		if (grown == NULL)
			return -ENOMEM;
		sockets->items = grown;
		sockets->capacity = capacity;
	}
	sockets->items[sockets->n++] = *socket;
	return 0;
}

/* A connection that nobody has accepted yet waits in the queue, and has inode 0. That is the
 * difference between a monitor in use and a QEMU that hangs. */
static int look_at(struct unix_sockets *sockets, struct unix_diag_msg *entry, size_t len)
{
	struct unix_socket socket = { .number = entry->udiag_ino,
				      .is_listening = entry->udiag_state == STATE_LISTEN };
	struct rtattr *attribute = (struct rtattr *)(entry + 1);
	struct unix_diag_vfs file = { 0 };

	for (len -= sizeof(*entry); RTA_OK(attribute, len); attribute = RTA_NEXT(attribute, len)) {
		if (attribute->rta_type == UNIX_DIAG_VFS && RTA_PAYLOAD(attribute) >= sizeof(file))
			memcpy(&file, RTA_DATA(attribute), sizeof(file));
		if (attribute->rta_type == UNIX_DIAG_PEER &&
		    RTA_PAYLOAD(attribute) >= sizeof(socket.peer))
			memcpy(&socket.peer, RTA_DATA(attribute), sizeof(socket.peer));
	}
	socket.device = file.udiag_vfs_dev;
	socket.inode = file.udiag_vfs_ino;
	return socket.inode == 0 || socket.number == 0 ? 0 : add(sockets, &socket);
}

/* 1: more to come; 0: the end; or a negative errno. */
static int receive_some(int netlink, struct unix_sockets *sockets)
{
	alignas(struct nlmsghdr) char bytes[16 << 10];
	struct nlmsghdr *header = (struct nlmsghdr *)bytes;
	ssize_t received = recv(netlink, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t len;
	int r = 0;

	if (received < 0)
		return errno == EINTR ? 1 : -errno;
	for (len = (size_t)received; NLMSG_OK(header, len); header = NLMSG_NEXT(header, len)) {
		if (header->nlmsg_type == NLMSG_DONE)
			return 0;
		if (header->nlmsg_type == NLMSG_ERROR)
			return -EOPNOTSUPP;
		if (header->nlmsg_len >= NLMSG_LENGTH(sizeof(struct unix_diag_msg)))
			r = look_at(sockets, NLMSG_DATA(header), NLMSG_PAYLOAD(header, 0));
		if (r < 0)
			return r;
	}
	return received > 0;
}

static int compare(const void *a, const void *b)
{
	const struct unix_socket *first = a, *second = b;

	if (first->device != second->device)
		return first->device < second->device ? -1 : 1;
	return (first->inode > second->inode) - (first->inode < second->inode);
}

int unix_diag_read(struct unix_sockets *ret)
{
	struct unix_sockets sockets = { 0 };
	int netlink, r;

	netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (netlink < 0)
		return -errno;
	r = send_request(netlink);
	if (r == 0)
		do
			r = receive_some(netlink, &sockets);
		while (r > 0);
	close(netlink);
	if (r < 0) {
		unix_sockets_done(&sockets);
		return r;
	}
	if (sockets.n > 0)
		qsort(sockets.items, sockets.n, sizeof(*sockets.items), compare);
	*ret = sockets;
	return 0;
}

void unix_sockets_done(struct unix_sockets *sockets)
{
	free(sockets->items);
	*sockets = (struct unix_sockets){ 0 };
}

const struct unix_socket *unix_sockets_find(const struct unix_sockets *sockets,
					    const struct stat *file, size_t *ret_n)
{
	const struct unix_socket wanted = {
		.device = major(file->st_dev) << KERNEL_MINOR_BITS | minor(file->st_dev),
		.inode = (uint32_t)file->st_ino,
	};
	const struct unix_socket *end, *first, *last;

	*ret_n = 0;
	if (sockets->n == 0)
		return NULL;
	end = sockets->items + sockets->n;
	first = bsearch(&wanted, sockets->items, sockets->n, sizeof(wanted), compare);
	if (first == NULL)
		return NULL;
	while (first > sockets->items && compare(first - 1, &wanted) == 0)
		first--;
	for (last = first; last < end && compare(last, &wanted) == 0; last++)
		++*ret_n;
	return first;
}
