/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a host's machines are shared out among its kinds, the same way each time for one seed. */
#include <stdlib.h>

#include "balloonsim-plan.h"

/* splitmix64: small, and good enough to shuffle. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void shuffle(size_t *kinds, size_t n, uint64_t seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t other = (size_t)(next_random(&seed) % i), kind = kinds[i - 1];

		kinds[i - 1] = kinds[other];
		kinds[other] = kind;
	}
}

/* The boundaries between kinds are rounded, so that the shares always add up to n. */
size_t *mix_assign(const struct mix *mixes, size_t n_mixes, size_t n, uint64_t seed)
{
	size_t *kinds = allocate(n, sizeof(*kinds));
	uint64_t sum = 0, passed = 0;
	size_t done = 0;

	for (size_t kind = 0; kind < n_mixes; kind++)
		sum += mixes[kind].weight;
	for (size_t kind = 0; kind < n_mixes; kind++) {
		size_t end;

		passed += mixes[kind].weight;
		end = (size_t)((passed * n + sum / 2) / sum);
		while (done < end)
			kinds[done++] = kind;
	}
	shuffle(kinds, n, seed);
	return kinds;
}
