/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that runs out when a test says so. The linker sends the malloc, calloc, realloc, strdup and
 * strndup of the program and the static core here (--wrap).
 */
#ifndef TESTS_SCARCE_H
#define TESTS_SCARCE_H

/* From now on `n` more allocations succeed, and then none. Negative: all do. */
void scarce_allow(long n);

/* The same, but only one allocation fails, the one behind `n` others. */
void scarce_fail_one(long n);

/* Allocations asked for since the last of these calls. */
long scarce_count(void);

#endif
