/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Repeatable randomness: splitmix64 (Steele, Lea, Flood 2014), a 64-bit counter whose steps are
 * mixed. Small, good enough for choosing faults, and any state is a good one. Seeds come from the
 * `seed` option alone, never from the host.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

#define SIM_RANDOM_STEP UINT64_C(0x9e3779b97f4a7c15)

/* A number that looks random, the same for the same input. */
static inline uint64_t sim_random_mix(uint64_t n)
{
	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

/* The next number of the sequence that `state` is in. */
static inline uint64_t sim_random_next(uint64_t *state)
{
	return sim_random_mix(*state += SIM_RANDOM_STEP);
}

#endif
