/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /proc/net/unix, as kernels write it and as a file's name may spoil it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "client/unix-table.h"
#include "scarce.h"
#include "suite.h"

#define TITLE "Num       RefCount Protocol Flags    Type St Inode Path\n"

static struct unix_table parse(const char *text)
{
	struct unix_table table;

	CU_ASSERT_EQUAL_FATAL(unix_table_parse(strdup(text), strlen(text), &table), 0);
	return table;
}

static void test_rows(void)
{
	struct unix_table table = parse(
		TITLE "0000000000000000: 00000002 00000000 00010000 0001 01    17 /run/vm 1.qmp\n"
		      "0000000000000000: 00000003 00000000 00000000 0001 03    12 relative.qmp\n"
		      "0000000000000000: 00000003 00000000 00000000 0001 03    13\n"
		      "0000000000000000: 00000002 00000000 00010000 0001 01    14 @abstract\n"
		      "0000000000000000: 00000002 00000000 00000000 0001 02     0 /run/vm 1.qmp\n");
	const struct unix_row *row = unix_table_find(&table, 17);

	CU_ASSERT_EQUAL(table.n_rows, 5);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT_STRING_EQUAL(row->path, "/run/vm 1.qmp");
	CU_ASSERT(row->is_listening);
	row = unix_table_find(&table, 12);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT_STRING_EQUAL(row->path, "relative.qmp");
	CU_ASSERT_FALSE(row->is_listening);
	row = unix_table_find(&table, 13);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT_PTR_NULL(row->path);
	row = unix_table_find(&table, 14);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT_PTR_NULL(row->path);
	CU_ASSERT_PTR_NULL(unix_table_find(&table, 0));
	CU_ASSERT_PTR_NULL(unix_table_find(&table, 15));
	unix_table_done(&table);
}

/* Somebody binds a socket whose name goes on in a line of its own. */
static void test_false_line(void)
{
	struct unix_table table =
		parse(TITLE "0: 00000002 00000000 00010000 0001 01 17 /run/vm.qmp\n"
			    "0: 00000002 00000000 00010000 0001 01 18 /tmp/x\n"
			    "0: 00000002 00000000 00010000 0001 01 17 /tmp/evil\n");

	CU_ASSERT_PTR_NULL(unix_table_find(&table, 17));
	CU_ASSERT_PTR_NOT_NULL(unix_table_find(&table, 18));
	unix_table_done(&table);
}

static void test_nonsense(void)
{
	static const char *const texts[] = {
		"",
		"\n",
		"\n\n\n",
		TITLE,
		"a b c d e f g h\n",
		"a b c d e f 5",
		"a b c d e f -5 /x\n",
		"a b c d e f 5x /x\n",
		"          \n",
		"a b c d e f \n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct unix_table table = parse(texts[i]);

		CU_ASSERT_EQUAL(table.n_rows, 0);
		CU_ASSERT_PTR_NULL(unix_table_find(&table, 5));
		unix_table_done(&table);
	}
}

static void test_memory(void)
{
	struct unix_table table;
	char *text = strdup(TITLE);

	scarce_allow(0);
	CU_ASSERT_EQUAL(unix_table_parse(text, strlen(TITLE), &table), -ENOMEM);
	scarce_allow(-1);
}

static CU_TestInfo tests[] = {
	{ "listening sockets and their paths are found by inode", test_rows },
	{ "of two lines for one inode neither is believed", test_false_line },
	{ "lines of another shape are left out", test_nonsense },
	{ "lack of memory is an error", test_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("unix-table", tests, argc, argv);
}
