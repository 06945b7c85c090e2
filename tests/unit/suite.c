/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See suite.h. A suite that ran no test has failed, so that a misspelt name can't pass. */
#include "suite.h"

#include <CUnit/Basic.h>
#include <string.h>

static CU_TestFunc find(const CU_TestInfo *tests, const char *name)
{
	for (; tests->pName != NULL; tests++)
		if (strcmp(tests->pName, name) == 0)
			return tests->pTestFunc;
	return NULL;
}

int suite_run(const char *name, CU_TestInfo *tests, int argc, char **argv)
{
	CU_pSuite suite;
	int failed = 1;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	suite = CU_add_suite(name, NULL, NULL);
	if (suite == NULL)
		goto out;
	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			if (CU_add_test(suite, argv[i], find(tests, argv[i])) == NULL)
				goto out;
	} else {
		for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
			if (CU_add_test(suite, test->pName, test->pTestFunc) == NULL)
				goto out;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures() > 0 || CU_get_number_of_tests_run() == 0;
out:
	if (CU_get_error() != CUE_SUCCESS)
		fprintf(stderr, "%s: %s\n", name, CU_get_error_msg());
	CU_cleanup_registry();
	return failed;
}
