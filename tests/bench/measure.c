/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * measure PROGRAM ARGUMENT...: run it and print its wall time and CPU time in µs and its peak RSS
 * in KiB, the latter two as wait4() tells. The kernel lets a program's peak begin with the one of
 * the process that became it, so this file is linked statically and stays small.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double to_us(struct timeval time)
{
	return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	double begin, wall;
	int status, null;
	pid_t pid;

	if (argc < 2)
		return 2;
	begin = now_us();
	pid = vfork();
	if (pid == 0) {
		null = open("/dev/null", O_RDWR);
		dup2(null, STDOUT_FILENO);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return EXIT_FAILURE;
	wall = now_us() - begin;
	if (status != 0) {
		fprintf(stderr, "measure: %s failed\n", argv[1]);
		return EXIT_FAILURE;
	}
	printf("%.0f %.0f %ld\n", wall, to_us(usage.ru_utime) + to_us(usage.ru_stime),
	       usage.ru_maxrss);
	return EXIT_SUCCESS;
}
