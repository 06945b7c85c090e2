/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clock of the loops: wall time and the program's own CPU time since loop_begin(). */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

struct loop {
	double wall_us, cpu_us;
};

struct loop loop_begin(void);

/* Print both, in µs a query. */
void loop_end(const struct loop *begin, unsigned int queries);

#endif
