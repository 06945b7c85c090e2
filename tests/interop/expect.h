/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts in assertions: a failing one prints what was there, and NULL is no crash. */
#ifndef TESTS_EXPECT_H
#define TESTS_EXPECT_H

#include <stdbool.h>

bool expect_equal(const char *text, const char *expected);
bool expect_contains(const char *text, const char *part);

#endif
