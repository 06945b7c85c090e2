/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See expect.h. CUnit shows the expression of a failed assertion, not its value. */
#include "expect.h"

#include <stdio.h>
#include <string.h>

bool expect_equal(const char *text, const char *expected)
{
	bool is_met = text != NULL && strcmp(text, expected) == 0;

	if (!is_met)
		fprintf(stderr, "'%s' is not '%s'\n", text != NULL ? text : "(null)", expected);
	return is_met;
}

bool expect_contains(const char *text, const char *part)
{
	bool is_met = text != NULL && strstr(text, part) != NULL;

	if (!is_met)
		fprintf(stderr, "'%s' is not in '%s'\n", part, text != NULL ? text : "(null)");
	return is_met;
}
