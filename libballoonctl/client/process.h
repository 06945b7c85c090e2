/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What proc(5) tells of a QEMU process, for a diagnosis: proc(5). */
#ifndef CLIENT_PROCESS_H
#define CLIENT_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process_facts {
	uint64_t swapped_bytes;       /* of its memory; 0 also if that can't be read */
	uint32_t configured_interval; /* guest-stats-polling-interval of its command line, or 0 */
};

/* Look at the process: zeros if it is no QEMU or can't be seen. */
struct process_facts process_look(pid_t pid);

/* The parts that read. A command line is its words, each ended by NUL. */
uint64_t process_parse_swap(const char *status);
uint32_t process_parse_interval(const char *words, size_t len);

#endif
