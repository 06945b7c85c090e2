/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The history file. Another shell may have written it meanwhile, hence it is read again before it is
 * written, and replaced in one step. */
#include "history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"

enum {
	LINES_MAX = 1000,
	LINE_BYTES_MAX = 4096,
	FILE_BYTES_MAX = 1 << 20, /* what is beyond is not ours */
};

static char *join(const char *directory, const char *rest)
{
	struct buffer path = { 0 };

	buffer_append_string(&path, directory);
	buffer_append_string(&path, rest);
	return buffer_steal(&path);
}

char *history_get_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	/* The XDG specification ignores what is no absolute path. */
	if (state != NULL && state[0] == '/')
		return join(state, "/balloonctl/history");
	if (home != NULL && home[0] == '/')
		return join(home, "/.local/state/balloonctl/history");
	return NULL;
}

static void drop(struct history *history, size_t i)
{
	free(history->lines[i]);
	history->count--;
	memmove(&history->lines[i], &history->lines[i + 1],
		(history->count - i) * sizeof(*history->lines));
}

static bool is_kept(const char *line)
{
	size_t len = strlen(line);

	if (len == 0 || len > LINE_BYTES_MAX || line[0] == ' ' || line[0] == '\t')
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 && line[i] != '\t')
			return false;
	return true;
}

bool history_add(struct history *history, const char *line)
{
	char **grown;

	if (!is_kept(line))
		return false;
	for (size_t i = 0; i < history->count; i++) {
		if (strcmp(history->lines[i], line) != 0)
			continue;
		drop(history, i);
		break;
	}
	if (history->count == LINES_MAX)
		drop(history, 0);
	grown = reallocarray(history->lines, history->count + 1, sizeof(*grown));
	if (grown == NULL)
		out_of_memory();
	history->lines = grown;
	grown[history->count] = strdup(line);
	if (grown[history->count++] == NULL)
		out_of_memory();
	return true;
}

void history_read(struct history *history, const char *path)
{
	char *text = NULL, *rest, *line;
	struct stat stat;
	ssize_t len = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	if (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode)) {
		text = allocate(1, FILE_BYTES_MAX + 1);
		len = read(fd, text, FILE_BYTES_MAX);
	}
	close(fd);
	rest = text;
	while (len > 0 && (line = strsep(&rest, "\n")) != NULL)
		history_add(history, line);
	free(text);
}

/* Those above the file, for their owner. */
static void make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

static bool write_all(int fd, const struct history *history)
{
	struct buffer text = { 0 };
	bool is_written;

	for (size_t i = 0; i < history->count; i++) {
		buffer_append_string(&text, history->lines[i]);
		buffer_append_string(&text, "\n");
	}
	is_written = write(fd, text.data, text.len) == (ssize_t)text.len;
	buffer_free(&text);
	return is_written;
}

static void replace(char *path, const struct history *history)
{
	char *new = join(path, ".XXXXXX");
	bool is_written;
	int fd;

	make_directories(path);
	fd = mkostemp(new, O_CLOEXEC); /* 0600 */
	if (fd >= 0) {
		is_written = write_all(fd, history);
		is_written &= close(fd) == 0;
		if (!is_written || rename(new, path) < 0)
			unlink(new);
	}
	free(new);
}

void history_append(const char *path, const struct history *added)
{
	struct history all = { 0 };
	struct stat stat;
	char *copy;

	if (added->count == 0)
		return;
	/* A device, a pipe or a link in its place is somebody's wish for no history, or to have it
	 * elsewhere, which a rename would undo; so is a file that nobody may write. */
	if (lstat(path, &stat) == 0 && (!S_ISREG(stat.st_mode) || !(stat.st_mode & S_IWUSR)))
		return;
	history_read(&all, path);
	for (size_t i = 0; i < added->count; i++)
		history_add(&all, added->lines[i]);
	copy = join(path, "");
	replace(copy, &all);
	free(copy);
	history_free(&all);
}

void history_free(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->lines[i]);
	free(history->lines);
	*history = (struct history){ 0 };
}
