/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The distance of two words (Levenshtein), in which a word that is not finished is near. */
#include "near.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t min = a < b ? a : b;

	return min < c ? min : c;
}

/* Letters to insert, drop or replace to get from one word to the other. */
static size_t measure(const char *from, const char *to, size_t len)
{
	size_t row[NEAR_LEN_MAX + 1];

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; from[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];
			int differs = tolower((unsigned char)from[i - 1]) !=
				      tolower((unsigned char)to[j - 1]);

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (size_t)differs);
			diagonal = above;
		}
	}
	return row[len];
}

size_t near_measure(const char *word, const char *name)
{
	size_t len = strlen(word), name_len = strlen(name), distance;

	if (len < 2 || len > NEAR_LEN_MAX || name_len > NEAR_LEN_MAX)
		return NEAR_NONE;
	if (strncasecmp(word, name, len) == 0)
		return len == name_len ? 0 : 1;
	distance = measure(word, name, name_len);
	/* Of a short name so many letters are nearly all. */
	return 2 * distance <= name_len ? distance : NEAR_NONE;
}
