/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON as QEMU writes it on a monitor: ": " and ", ", ASCII only, escapes with upper-case digits,
 * U+FFFD for what is not UTF-8. And QEMU's idea of UTF-8, which reading shares: noncharacters are
 * invalid, U+0000 is the two bytes c0 80.
 */
#ifndef SIM_OUTPUT_H
#define SIM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sim/qmp/value.h"

/* Decode one character of the `len` (> 0) bytes at `text`: how many bytes it takes (at least 1), in
 * *ret its code point, or -1 if those bytes are none. */
size_t sim_output_decode(const char *text, size_t len, int32_t *ret);

/* Is the code point one that QEMU takes? */
bool sim_output_is_character(uint32_t point);

/* A string with its quotes and escapes. */
void sim_output_string(struct buf *buf, const char *text, size_t len);

void sim_output_integer(struct buf *buf, int64_t number);

/* A value, members in QEMU's order. Without memory the buffer's error is set. */
void sim_output_value(struct buf *buf, const struct sim_tree *tree, uint32_t node);

#endif
