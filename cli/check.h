/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `check` knows of a VM, and how it puts that. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "buffer.h"
#include "check-limits.h"
#include "vms.h"

struct check_options {
	struct options *common;
	struct check_limits limits;
	const char *wrong; /* what was wrong with limits, of which option; NULL: nothing */
	size_t wrong_len;
	const char *wrong_option;
};

/* Of a VM, in vm->data. */
struct checkup {
	enum {
		CHECKUP_FOUND,  /* what QEMU had when we came */
		CHECKUP_FIRST,  /* a new report */
		CHECKUP_SECOND, /* a second one */
	} phase;
	bool has_age;
	uint64_t age_seconds; /* of what was found */
	struct balloonctl_stats *older, *newer;
	int64_t older_ms, newer_ms; /* when they came */
};

/* One value, or why there is none. */
struct reading {
	enum check_state state;
	uint64_t value, limit; /* limit: the one it is beyond */
	bool is_wanted;        /* there is a limit for it */
	const char *trouble;   /* NULL: there is a value */
};

/* A VM, judged. */
struct verdict {
	enum check_state state;
	struct reading readings[CHECK_MEASURES];
	const char *trouble; /* why nothing can be said, or NULL */
	uint64_t available, total;
};

void check_judge(struct verdict *ret, const struct vm *vm, const struct check_limits *limits);

/* The plugin's output: the state, what was found and the performance data. */
void check_append(struct buffer *out, const struct vms *vms, const struct verdict *verdicts,
		  const struct check_limits *limits);

#endif
