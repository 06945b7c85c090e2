/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be shown of a VM that is followed: the columns of `stats`, and what only time tells. */
#ifndef CLI_LIVE_VIEW_H
#define CLI_LIVE_VIEW_H

#include "live.h"
#include "stats-view.h"

/* The columns there are: rows are VMs of a struct live. */
void live_columns_init(struct column_set *ret);
void live_columns_free(struct column_set *set);

/* Is it a counter's rate? */
bool live_column_is_rate(const struct column *column);

/* -i and -n as written, which may be NULL: 0, or the exit status after saying what is wrong. */
int live_check_interval(const char *text, uint32_t *ret);
int live_check_count(const char *text, uint64_t *ret);

/* A report in one clause, such as "the guest is silent: ..."; nothing of a sample. */
void live_append_report(struct buffer *out, const struct live_report *report, bool exact);

/* Say on standard error what is no data: lost connections and the like. */
void live_talk(const struct live_report *report, const struct options *options);

/* The end: put polling back, and say where that can't be done. */
void live_put_back(struct live *live);

#endif
