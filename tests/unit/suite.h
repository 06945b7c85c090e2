/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runner every CUnit suite shares: a table of named tests in, an exit status out. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <CUnit/CUnit.h>

/* Run `tests` (ended by CU_TEST_INFO_NULL), print CUnit's report, return main()'s status.
 * With names in argv[1..] only those tests run. */
int suite_run(const char *name, CU_TestInfo *tests, int argc, char **argv);

#endif
