/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See place.h. What can't be set up is a fatal assertion. */
#include "place.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

void place_open(struct place *place)
{
	strcpy(place->directory, "/tmp/balloonctl-test-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(place->directory));
	CU_ASSERT_EQUAL_FATAL(chmod(place->directory, 0755), 0);
	snprintf(place->path, sizeof(place->path), "%s/qmp", place->directory);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	return remove(path);
}

void place_close(struct place *place)
{
	nftw(place->directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static struct sockaddr_un name(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	CU_ASSERT_FATAL(strlen(path) < sizeof(name.sun_path));
	strcpy(name.sun_path, path);
	return name;
}

int place_listen(const char *path, int backlog)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = name(path);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	CU_ASSERT_EQUAL_FATAL(listen(fd, backlog), 0);
	return fd;
}

int place_connect(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un to = name(path);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

void place_run_as(unsigned int id, void (*body)(int out, const void *argument),
		  const void *argument, char *ret, size_t size)
{
	ssize_t len;
	int fds[2];
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	pid = fork();
	CU_ASSERT_FATAL(pid >= 0);
	if (pid == 0) {
		if (getuid() == 0 && (setresgid(id, id, id) < 0 || setresuid(id, id, id) < 0))
			_exit(1);
		body(fds[1], argument);
		_exit(0);
	}
	close(fds[1]);
	len = read(fds[0], ret, size - 1);
	ret[len > 0 ? len : 0] = '\0';
	close(fds[0]);
	waitpid(pid, NULL, 0);
}

pid_t place_spawn(void (*body)(const void *argument), const void *argument)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	CU_ASSERT_FATAL(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		body(argument);
	for (;;)
		pause();
}

void place_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
