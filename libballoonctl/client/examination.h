/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything about one VM at one moment that a diagnosis can be made of. The call that asks fills in
 * QEMU's part; what the host knows of the process is added when the call is over.
 */
#ifndef CLIENT_EXAMINATION_H
#define CLIENT_EXAMINATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "balloonctl.h"
#include "base/json.h"

enum answer {
	ANSWER_UNKNOWN,
	ANSWER_NO,
	ANSWER_YES,
};

/* One of the device's queues, as x-query-virtio-queue-status shows it. */
struct examined_queue {
	bool is_known;
	bool is_set_up; /* by the driver */
	uint16_t size;
	uint16_t taken;    /* how many buffers QEMU has taken out, modulo 2^16 or the size */
	uint16_t returned; /* and given back */
	uint16_t held;     /* and holds */
};

struct balloonctl_examination {
	char *address;
	struct balloonctl_info *info;
	struct examined_queue inflate, statistics;
	enum answer deflate_on_oom, free_page_reporting;
	int64_t clock_seconds; /* the host's, at the last answer */
	int64_t when_ms;       /* the same on a clock that does not jump */

	/* of the QEMU process, if it is on this host; zeros if not */
	pid_t pid;
	uint64_t swapped_bytes;
	uint32_t configured_interval; /* on its command line */
};

/* Learn from the reply about one queue; one of another shape than ours leaves it unknown. */
void examination_decode_queue(struct examined_queue *queue, const struct json *status);

/* Do the numbers of buffers taken, returned and held go together? They no longer do when QEMU has
 * given a queue up because of what it found there. */
bool examination_is_consistent(const struct examined_queue *queue);

#endif
