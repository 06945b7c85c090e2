/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads /proc/PID of a QEMU process. Only a diagnosis needs it, so it may take its time; what it
 * can't read is as if it were not there.
 */
#include "client/process.h"

#include <stdlib.h>

#include "base/util.h"
#include "client/proc.h"
#include "client/qemu-args.h"

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

struct process_facts process_look(pid_t pid)
{
	struct process_facts facts = { 0 };
	char *words = NULL, *status = NULL;
	size_t len;

	if (proc_read("/proc", pid, "cmdline", COMMAND_LINE_MAX, &words, &len) == 0 &&
	    qemu_args_is_program(words)) {
		facts.configured_interval = process_parse_interval(words, len);
		if (proc_read("/proc", pid, "status", STATUS_MAX, &status, &len) == 0)
			facts.swapped_bytes = process_parse_swap(status);
	}
	free(words);
	free(status);
	return facts;
}
