/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stat table and the snapshot of QEMU's guest-stats. The public half is in balloonctl.h.
 */
#ifndef CLIENT_STATS_H
#define CLIENT_STATS_H

#include <stdint.h>

#include "balloonctl.h"
#include "base/json.h"

/* A snapshot from the value of guest-stats, as read at `received` (seconds since the epoch).
 * -EPROTO: it does not have the shape that QEMU gives it; -ENOMEM. */
int stats_decode(const struct json *guest_stats, int64_t received, struct balloonctl_stats **ret);

/* The interval is another property, read by another command. */
void stats_set_polling_interval(struct balloonctl_stats *stats, uint32_t seconds);

/* The age of a last-update at a time, never negative; -ENODATA for 0 (never). */
int stats_age_seconds(int64_t last_update, int64_t now, uint64_t *ret);

#endif
