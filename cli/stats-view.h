/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics to be looked at: by a program, or by people. */
#ifndef CLI_STATS_VIEW_H
#define CLI_STATS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "view.h"
#include "vms.h"

/* The columns there are: rows are struct vm. */
void stats_columns_init(struct column_set *ret);
void stats_columns_free(struct column_set *set);

/* Is it a statistic of the guest? */
bool stats_column_is_stat(const struct column *column);

/* Is it the verdict, or the host's memory, which takes a look at /proc? */
bool stats_column_is_freshness(const struct column *column);
bool stats_column_is_host_rss(const struct column *column);

/* What colour a verdict has. */
enum look stats_get_look(enum balloonctl_freshness freshness);

/* A whole line, "freshness:    fresh: the guest answered when it was asked". */
void stats_append_freshness(struct buffer *out, const struct balloonctl_stats *stats,
			    const struct terminal *terminal);

/* How statistics are to be shown. */
struct stats_view {
	struct column_set set;
	struct view view;
	bool exact;     /* sizes in bytes */
	bool is_chosen; /* documents have only the columns of the view */
};

/* Write them to standard output, all or only some columns: EXIT_DONE, or EXIT_FAILED if that failed. */
int stats_write_json(const struct vms *vms, const struct stats_view *view);
int stats_write_list(const struct vm *vm, const struct stats_view *view);
int stats_write_rows(const struct vms *vms, const struct stats_view *view);

/* What a document has of a VM's statistics: a document_members, whose `arg` is the view. */
void stats_put_members(struct json *json, const struct vm *vm, const void *arg);

/* Say which VMs have statistics older than was demanded, by a refresh or because all must be fresh:
 * true if any has. With notes, also tell of others that are not fresh and will not become so by
 * themselves. */
bool stats_report_late(const struct vms *vms, bool requires_fresh, bool has_notes);

/* Is the value absent, but not in QEMU's way of saying so? The guest then failed to read it. */
bool stats_view_failed(const struct balloonctl_stats *stats, enum balloonctl_stat stat,
		       uint64_t *ret_raw);

/* The anomaly's name in JSON documents. Ended by a row without a name. */
struct anomaly_name {
	enum balloonctl_anomaly anomaly;
	const char *name;
};

extern const struct anomaly_name anomaly_names[];

#endif
