/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The snapshot behind balloonctl_info_*(); the call that asks for it fills it in. */
#ifndef CLIENT_INFO_H
#define CLIENT_INFO_H

#include <stdbool.h>
#include <stdint.h>

struct balloonctl_stats;

struct balloonctl_info {
	char *version, *package;
	char *name; /* NULL for none */
	char *status;
	bool running;
	char *device, *device_type;
	struct balloonctl_stats *stats;
	int64_t actual_bytes;
	uint64_t maximum_bytes; /* 0 for unknown */
};

#endif
