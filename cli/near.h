/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words that somebody may have meant by another one. */
#ifndef CLI_NEAR_H
#define CLI_NEAR_H

#include <stddef.h>

enum {
	NEAR_LEN_MAX = 24, /* nobody misspells a name in more letters */
	NEAR_NONE = 1000,
};

/* How far the word, of 2 to NEAR_LEN_MAX letters, is from the name: 0 the same, 1 a letter or the end
 * is missing, 2 may still be meant, more is another word;
 * NEAR_NONE if not half of the letters are right. */
size_t near_measure(const char *word, const char *name);

#endif
