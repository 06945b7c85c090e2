/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the balloon shall leave to the guest, as people write it: so much, more or less than now, or
 * a share. */
#ifndef CLI_WISH_H
#define CLI_WISH_H

#include <stdbool.h>
#include <stdint.h>

struct wish {
	char sign;       /* '+' or '-': from what the guest has now; '\0': that much */
	bool is_percent; /* of what it has now or, without a sign, of the machine's memory */
	uint64_t amount; /* in bytes, or in hundredths of a percent */
};

/* "512M", "+1G", "-512M", "50%", "-12.5%". -EINVAL: nothing of the kind; -ERANGE: too large. */
int wish_parse(const char *text, struct wish *ret);

/* In bytes, rounded down, of a guest that has `actual` bytes, 0 or more, on a machine of `maximum`.
 * 0 where it would take all and more; -ERANGE: more than 2^63-1. */
int wish_get_bytes(const struct wish *wish, uint64_t actual, uint64_t maximum, uint64_t *ret);

#endif
