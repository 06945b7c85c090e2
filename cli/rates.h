/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happened between two samples of one guest, and when to look for the next. Pure: times are
 * arguments. */
#ifndef CLI_RATES_H
#define CLI_RATES_H

#include <balloonctl.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * How long to wait between two looks at a guest that is asked every `interval` seconds (0: nobody asks
 * it), and the time of the next one. QEMU does not tell when the guest has reported: looks are timed so
 * that a sample is seen soon after it came, by few of them. In milliseconds.
 */
unsigned int rates_get_look_ms(uint32_t interval);
int64_t rates_get_next_look(int64_t now, uint32_t interval, bool was_new);

/* Is the second the sample that we have already? last-update alone has seconds only. */
bool rates_is_same_sample(const struct balloonctl_stats *a, const struct balloonctl_stats *b);

/*
 * The milliseconds between two samples that were seen `seen_ms` apart by looking every `look_ms`.
 * QEMU asks the guest in steps of the interval, in seconds, so where a number of steps fits what was
 * seen it is right and the looking is not.
 */
uint64_t rates_get_elapsed_ms(uint64_t seen_ms, uint64_t look_ms, uint32_t interval);

/* By how much a counter rose in a second, rounded up: 0 is not at all. -ENODATA: no counter, absent
 * in one of them, or no time has passed; -ERANGE: it went backwards, as after a reboot. */
int rates_get(const struct balloonctl_stats *older, const struct balloonctl_stats *newer,
	      enum balloonctl_stat stat, uint64_t elapsed_ms, uint64_t *ret);

#endif
