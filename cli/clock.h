/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two clocks of the programs, in milliseconds, and time-outs as poll() takes them: -1 is none. */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <stdint.h>

/* One that does not jump, for deadlines. */
int64_t clock_now_ms(void);

/* From now until that time on it; 0 if it has passed. */
int clock_get_timeout(int64_t at);

/* The shorter of two time-outs. */
int clock_get_shorter(int a, int b);

/* The host's, since the epoch. */
int64_t clock_wall_ms(void);

#endif
