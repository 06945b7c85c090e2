/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times as people write them, in options and in files. */
#ifndef CLI_SECONDS_H
#define CLI_SECONDS_H

#include <stdint.h>

#define SECONDS_RULE  "give seconds from 0.001 to 86400, such as 2 or 0.5"
#define INTERVAL_RULE "give whole seconds from 1 to 4294967295, such as 2"

/* How long to wait, up to a day, which is the library's limit. -EINVAL: SECONDS_RULE tells. */
int seconds_parse_ms(const char *text, unsigned int *ret);

/* An interval of polling. -EINVAL: INTERVAL_RULE tells. */
int seconds_parse_interval(const char *text, uint32_t *ret);

#endif
