/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stat table, for the one who decodes; everybody else finds it in balloonctl.h. */
#ifndef CLIENT_STAT_H
#define CLIENT_STAT_H

#include <stdbool.h>

#include "balloonctl.h"

/* The row with this key. A name alone won't do: a later QEMU may have a "free-memory" beside its
 * "stat-free-memory". */
bool stat_find_key(const char *key, enum balloonctl_stat *ret);

#endif
