/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The edge to proc(5): whatever is there is read up to a bound and without waiting. */
#include "client/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/util.h"

enum {
	CHUNK = 16 << 10,
};

static void make_path(const char *proc, pid_t pid, const char *file, char *ret)
{
	if (pid > 0)
		snprintf(ret, PATH_MAX, "%s/%d/%s", proc, (int)pid, file);
	else
		snprintf(ret, PATH_MAX, "%s/%s", proc, file);
}

static int read_some(int fd, size_t max, struct buf *text)
{
	char *space = buf_reserve(text, MIN(max, (size_t)CHUNK));
	ssize_t n;

	if (space == NULL)
		return -ENOMEM;
	n = read(fd, space, MIN(max, (size_t)CHUNK));
	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	text->len += (size_t)n;
	return n > 0;
}

int proc_read(const char *proc, pid_t pid, const char *file, size_t max, char **ret,
	      size_t *ret_len)
{
	struct buf text = { 0 };
	char path[PATH_MAX];
	size_t len;
	int fd, r;

	make_path(proc, pid, file, path);
	/* A made-up tree may hold anything, a FIFO too. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	do
		r = text.len < max ? read_some(fd, max - text.len, &text) : 0;
	while (r > 0);
	close(fd);
	len = text.len;
	if (r < 0) {
		buf_done(&text);
		return r;
	}
	*ret = buf_steal(&text);
	if (*ret == NULL)
		return -ENOMEM;
	*ret_len = len;
	return 0;
}

int proc_read_link(const char *proc, pid_t pid, const char *link, char **ret)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t len;

	make_path(proc, pid, link, path);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return -errno;
	target[len] = '\0';
	*ret = strdup(target);
	return *ret == NULL ? -ENOMEM : 0;
}

int proc_has_socket(const char *proc, pid_t pid, uint64_t inode)
{
	char path[PATH_MAX], link[64];
	const struct dirent *entry;
	uint64_t found;
	DIR *fds;
	int r = 0;

	make_path(proc, pid, "fd", path);
	fds = opendir(path);
	if (fds == NULL)
		return -errno;
	while (r == 0 && (entry = readdir(fds)) != NULL) {
		ssize_t len = readlinkat(dirfd(fds), entry->d_name, link, sizeof(link) - 1);

		link[MAX(len, 0)] = '\0';
		r = sscanf(link, "socket:[%" SCNu64 "]", &found) == 1 && found == inode;
	}
	closedir(fds);
	return r;
}

int proc_get_socket(const char *proc, pid_t pid, int fd, uint64_t *ret)
{
	char link[32], *target;
	uint64_t inode;
	int r, n;

	snprintf(link, sizeof(link), "fd/%d", fd);
	r = proc_read_link(proc, pid, link, &target);
	if (r < 0)
		return r;
	n = sscanf(target, "socket:[%" SCNu64 "]", &inode);
	free(target);
	if (n != 1)
		return -ENOTSOCK;
	*ret = inode;
	return 0;
}
