/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads /proc/PID of a QEMU process. Only a diagnosis needs it, so it may take its time; what it
 * can't read is as if it were not there.
 */
#include "client/process.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/util.h"

enum {
	STATUS_MAX = 8 << 10,         /* has about 1500 bytes */
	COMMAND_LINE_MAX = 128 << 10, /* libvirt's have ten thousand */
};

#define INTERVAL "guest-stats-polling-interval"

uint64_t process_parse_swap(const char *status)
{
	const char *line = strstr(status, "\nVmSwap:");

	return line == NULL ? 0 : strtoull(line + strlen("\nVmSwap:"), NULL, 10) * 1024;
}

/* The number behind "=" or, in JSON, behind ":". */
uint32_t process_parse_interval(const char *words, size_t len)
{
	const char *end = words + len;
	const char *at = memmem(words, len, INTERVAL, strlen(INTERVAL));
	uint64_t seconds = 0;

	if (at == NULL)
		return 0;
	at += strlen(INTERVAL);
	while (at < end && *at != '\0' && strchr("\"=: ", *at) != NULL)
		at++;
	for (; at < end && *at >= '0' && *at <= '9' && seconds <= UINT32_MAX; at++)
		seconds = seconds * 10 + (uint64_t)(*at - '0');
	return seconds <= UINT32_MAX ? (uint32_t)seconds : 0;
}

/* "/usr/bin/qemu-system-x86_64", "/usr/libexec/qemu-kvm", "/usr/bin/kvm" */
int process_is_qemu(const char *words, size_t len)
{
	size_t first = strnlen(words, len);
	const char *slash = memrchr(words, '/', first);
	const char *name = slash == NULL ? words : slash + 1;

	first -= (size_t)(name - words);
	return (first >= 4 && memcmp(name, "qemu", 4) == 0) ||
	       (first == 3 && memcmp(name, "kvm", 3) == 0);
}

static size_t read_file(pid_t pid, const char *name, char *ret, size_t size)
{
	char path[64];
	size_t len = 0;
	ssize_t n = 1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		while (len < size - 1 && (n = read(fd, ret + len, size - 1 - len)) > 0)
			len += (size_t)n;
		close(fd);
	}
	ret[len] = '\0';
	return len;
}

struct process_facts process_look(pid_t pid)
{
	struct process_facts process = { 0 };
	char status[STATUS_MAX];
	char *words = malloc(COMMAND_LINE_MAX);
	size_t len;

	if (words == NULL)
		return process;
	len = read_file(pid, "cmdline", words, COMMAND_LINE_MAX);
	if (process_is_qemu(words, len)) {
		process.configured_interval = process_parse_interval(words, len);
		read_file(pid, "status", status, sizeof(status));
		process.swapped_bytes = process_parse_swap(status);
	}
	free(words);
	return process;
}
