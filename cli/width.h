/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How wide a terminal shows a text. The thread's locale (uselocale()) must have UTF-8, unless the
 * text is ASCII. */
#ifndef CLI_WIDTH_H
#define CLI_WIDTH_H

#include <stddef.h>

/* The columns of a text without control characters; and of its first `len` bytes. */
size_t width_measure(const char *text);
size_t width_measure_start(const char *text, size_t len);

/* How many bytes of it fit into so many columns: whole characters, with what combines with the last
 * one. */
size_t width_cut(const char *text, size_t columns);

#endif
