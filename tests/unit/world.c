/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See world.h. */
#include "world.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "place.h"
#include "suite.h"

char world_root[64];

char *world_path(const char *path)
{
	static char joined[PATH_MAX];

	snprintf(joined, sizeof(joined), "%s%s", world_root, path);
	return joined;
}

void world_make_directories(const char *path)
{
	char *full = strdup(world_path(path));

	for (char *at = full + strlen(world_root) + 1; (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		mkdir(full, 0755);
		*at = '/';
	}
	free(full);
}

void world_write(const char *path, const char *bytes, size_t len)
{
	int fd;

	world_make_directories(path);
	fd = open(world_path(path), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

void world_link(const char *path, const char *target)
{
	char *where = strdup(target); /* which may be world_path()'s */

	world_make_directories(path);
	CU_ASSERT_EQUAL_FATAL(symlink(where, world_path(path)), 0);
	free(where);
}

/* A process, with '|' between its words. */
void world_add_process(int pid, const char *line)
{
	char *words = strdup(line), path[64];
	size_t len = strlen(words);

	for (size_t i = 0; i < len; i++)
		if (words[i] == '|')
			words[i] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	world_write(path, words, len + 1);
	free(words);
}

void world_add_sockets(const char *lines)
{
	static const char title[] = "Num       RefCount Protocol Flags    Type St Inode Path\n";
	struct buf text = { 0 };

	buf_append_string(&text, title);
	buf_append_string(&text, lines);
	world_write("/proc/net/unix", text.data, text.len);
	buf_done(&text);
}

/* Where anybody gets to: some tests are somebody else. */
static const char *get_place(void)
{
	const char *place = getenv("TMPDIR");
	struct stat file;

	return place == NULL || strlen(place) > 30 || stat(place, &file) < 0 ||
			       (file.st_mode & S_IXOTH) == 0
		       ? "/tmp"
		       : place;
}

void world_open(void)
{
	snprintf(world_root, sizeof(world_root), "%s/balloonctl-XXXXXX", get_place());
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(world_root));
	world_make_directories("/proc/");
	world_make_directories("/run/");
}

static int remove_one(const char *path, const struct stat *file, int type, struct FTW *walk)
{
	return remove(path);
}

void world_close(void)
{
	nftw(world_root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int world_listen(const char *path)
{
	world_make_directories(path);
	return place_listen(world_path(path), 5);
}
