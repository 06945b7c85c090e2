/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stat table and the snapshot of QEMU's guest-stats. The public half is in balloonctl.h.
 */
#ifndef CLIENT_STATS_H
#define CLIENT_STATS_H

#include <stdint.h>

#include "balloonctl.h"
#include "base/json.h"

/* A snapshot from the value of guest-stats. -EPROTO: it does not have the shape that QEMU gives it;
 * -ENOMEM. */
int stats_decode(const struct json *guest_stats, struct balloonctl_stats **ret);

/* The interval is another property, read by another command. */
void stats_set_polling_interval(struct balloonctl_stats *stats, uint32_t seconds);

/* The verdict, and the age in milliseconds, negative for not known. */
void stats_set_freshness(struct balloonctl_stats *stats, enum balloonctl_freshness freshness,
			 int64_t age_ms);

/* What is known of the VM: `actual_bytes` may be NULL, `maximum_bytes` 0. */
void stats_set_balloon(struct balloonctl_stats *stats, bool is_running, const int64_t *actual_bytes,
		       uint64_t maximum_bytes);

/* A number that differs, as good as always, when the values do. */
uint64_t stats_get_digest(const struct balloonctl_stats *stats);

#endif
