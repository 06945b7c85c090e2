/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the programs that watch many VMs share: clock, limits, and what is printed. */
#ifndef BENCH_FLEET_H
#define BENCH_FLEET_H

#include <stdint.h>

struct fleet_meter {
	double wall_us, cpu_us;
};

int64_t fleet_now_ms(void);

/* As many descriptors as the system lets us have. */
void fleet_allow_descriptors(void);

/* Own CPU time in µs a sample, wall time in ms a sweep, samples a sweep, and peak RSS in KiB. */
struct fleet_meter fleet_begin(void);
void fleet_end(const struct fleet_meter *begin, unsigned int sweeps, unsigned int samples);

#endif
