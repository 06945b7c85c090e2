/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers as people write them: sizes with units, decimal fractions; and sizes to be read. */
#ifndef CLI_SIZE_H
#define CLI_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/* A decimal number such as "12", "1.5" or ".5" times `unit` (at most 2^60), rounded down, exact.
 * -EINVAL: no such number, or a fraction where unit is 1; -ERANGE: beyond 2^64-1. */
int decimal_parse(const char *text, size_t len, uint64_t unit, uint64_t *ret);

/*
 * A size in bytes. K M G T P E, also as KiB MiB ..., are powers of 1024, as QEMU takes them; KB MB
 * GB ... are powers of 1000, as in coreutils and libvirt; B or nothing is bytes. Case does not
 * matter. Fractions of a unit are rounded down to bytes. -EINVAL and -ERANGE as above.
 */
int size_parse(const char *text, uint64_t *ret);

/* A size for people: "512 MiB", "805.8 MiB", "1 GiB", rounded to a tenth; or its exact bytes. */
void size_append(struct buffer *out, int64_t bytes, bool exact);

#endif
