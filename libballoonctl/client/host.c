/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel tells of a QEMU process and its host. Sockets that are forwarded from elsewhere
 * (ssh -L) look local; nothing here can know better.
 */
#include "client/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_loopback(const struct in6_addr *address)
{
	return IN6_IS_ADDR_LOOPBACK(address) ||
	       (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == IN_LOOPBACKNET);
}

bool host_is_local(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_vm vm;
		struct sockaddr_storage space;
	} peer = { 0 };
	socklen_t len = sizeof(peer);

	if (getpeername(fd, &peer.any, &len) < 0)
		return false;
	switch (peer.any.sa_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		return ntohl(peer.in.sin_addr.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
	case AF_INET6:
		return is_loopback(&peer.in6.sin6_addr);
	case AF_VSOCK:
		return peer.vm.svm_cid == VMADDR_CID_LOCAL;
	default:
		return false;
	}
}

int host_get_rss_bytes(pid_t pid, uint64_t *ret)
{
	char path[40];
	uint64_t pages;
	FILE *file;
	int n;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return -errno;
	n = fscanf(file, "%*u %" SCNu64, &pages);
	fclose(file);
	if (n != 1 || pages > UINT64_MAX / (uint64_t)sysconf(_SC_PAGESIZE))
		return -ENODATA;
	*ret = pages * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}
