/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Times of a guest, in nanoseconds of the machine's virtual time. They end one before INT64_MAX,
 * which means never: what would be due later than that is never due.
 */
#ifndef SIM_DEADLINE_H
#define SIM_DEADLINE_H

#include <stdint.h>

#define SIM_DEADLINE_MAX_NS (INT64_MAX - 1)

/* The time so much later, or never; `ns` is >= 0. */
static inline int64_t sim_deadline_add_ns(int64_t time_ns, int64_t ns)
{
	return time_ns > SIM_DEADLINE_MAX_NS - ns ? INT64_MAX : time_ns + ns;
}

#endif
