/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the rules of a diagnosis share: two looks at a VM, and what follows from them at once. */
#ifndef CLIENT_DIAGNOSIS_RULES_H
#define CLIENT_DIAGNOSIS_RULES_H

#include "client/diagnosis.h"
#include "client/examination.h"

enum {
	MS_PER_SECOND = 1000,

	/* A guest answers within milliseconds; last-update has a resolution of a second, and the two
	 * are rounded. */
	SLACK_SECONDS = 2,
};

struct view {
	struct balloonctl_diagnosis *diagnosis;
	const struct balloonctl_examination *older, *newer; /* the older may be NULL */
	const struct balloonctl_stats *stats;               /* the newer ones */
	struct balloonctl_expectations expected;
	uint32_t interval;
	int64_t last_update;
	enum balloonctl_freshness freshness;
	bool has_age;
	uint64_t age;      /* in seconds */
	uint64_t apart_ms; /* the looks */
	bool is_running;
	bool is_settled;   /* the guest is there and had its chance */
	bool has_moved;    /* it reported between the looks */
	bool is_explained; /* why no reports come */
};

/* Has the guest reported any value at all? */
bool view_has_any_value(const struct balloonctl_stats *stats);

/* diagnosis-memory.c, diagnosis-values.c: rules that don't depend on each other. */
void view_look_at_memory(struct view *view);
void view_look_at_values(struct view *view);

#endif
