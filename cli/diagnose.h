/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `diagnose` found, and the three ways to tell it. */
#ifndef CLI_DIAGNOSE_H
#define CLI_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "view.h"
#include "vms.h"

/* What is known of a VM, in vm->data. */
struct patient {
	struct balloonctl_examination *earlier, *latest;
	struct balloonctl_diagnosis *diagnosis;
};

size_t diagnose_count(const struct balloonctl_diagnosis *diagnosis,
		      enum balloonctl_severity severity);

/* Neither a problem nor a warning. */
bool diagnose_is_healthy(const struct balloonctl_diagnosis *diagnosis);

/* What colour it has. */
enum look diagnose_get_look(enum balloonctl_severity severity);

/* Is this finding worth a line? */
bool diagnose_is_shown(const struct balloonctl_diagnosis *diagnosis, size_t index, bool with_notes);

/* "polling_interval 0, last_update 4102444800", as it came; nothing if there is none. */
void diagnose_append_evidence(struct buffer *out, const struct balloonctl_diagnosis *diagnosis,
			      size_t index);

/* "asked every 2 s, reported 1 s ago": of a healthy VM. */
void diagnose_append_health(struct buffer *out, const struct patient *patient);

/* Write to standard output: EXIT_DONE, or EXIT_FAILED if that failed. VMs that could not be judged
 * are left to vms_report(). A row is a finding; a healthy VM has one of its own. */
int diagnose_write_text(const struct vms *vms, const struct view *view, bool with_notes);
int diagnose_write_json(const struct vms *vms);
int diagnose_write_rows(const struct vms *vms, const struct view *view, bool with_notes);

/* The columns of the rows. */
extern const struct column_set diagnose_columns;
void diagnose_columns_init(struct column_set *ret);

#endif
