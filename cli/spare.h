/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a guest could give away. */
#ifndef CLI_SPARE_H
#define CLI_SPARE_H

#include <balloonctl.h>

/* The memory that a guest has available, in bytes: its own word or, from older drivers, the nearest
 * thing to it, free memory and caches. -ENODATA: it does not report enough. */
int spare_get(const struct balloonctl_stats *stats, uint64_t *ret);

/* Why the figures of memory can't be true, in words; NULL if they can. */
const char *spare_get_contradiction(const struct balloonctl_stats *stats);

#endif
