/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BALLOONCTL_DEBUG=1: the conversation on standard error, for whoever has to find out. */
#ifndef CLIENT_TRACE_H
#define CLIENT_TRACE_H

#include <stdbool.h>
#include <stddef.h>

bool trace_is_wanted(void);

/* One line: the address, '>' for what we sent or '<' for what came, and the bytes, escaped. */
void trace_bytes(const char *address, char direction, const char *bytes, size_t len);

#endif
