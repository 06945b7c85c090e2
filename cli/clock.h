/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two clocks of the programs, in milliseconds. */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <stdint.h>

/* One that does not jump, for deadlines. */
int64_t clock_now_ms(void);

/* The host's, since the epoch. */
int64_t clock_wall_ms(void);

#endif
