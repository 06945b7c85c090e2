/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What proc(5) tells of a QEMU process. */
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "client/process.h"
#include "suite.h"

static void test_process(void)
{
	static const struct {
		const char *words; /* "|" for NUL */
		uint32_t interval;
	} lines[] = {
		{ "/usr/bin/qemu-system-x86_64|-S|", 0 },
		{ "qemu-kvm|-device|virtio-balloon,guest-stats-polling-interval=3,id=b|", 3 },
		{ "/usr/bin/kvm|-device|{\"driver\":\"virtio-balloon-pci\","
		  "\"guest-stats-polling-interval\": 10}|",
		  10 },
		{ "qemu|-device|x,guest-stats-polling-interval=4294967295|", 4294967295 },
		{ "qemu|-device|x,guest-stats-polling-interval=4294967296|", 0 },
		{ "qemu|-device|x,guest-stats-polling-interval=99999999999999999999999|", 0 },
		{ "qemu|guest-stats-polling-interval|", 0 },
		{ "qemu|guest-stats-polling-interval=|7|", 0 },
		{ "", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char words[256];
		size_t len = strlen(lines[i].words);

		memcpy(words, lines[i].words, len);
		for (size_t j = 0; j < len; j++)
			if (words[j] == '|')
				words[j] = '\0';
		CU_ASSERT_EQUAL(process_parse_interval(words, len), lines[i].interval);
	}
	CU_ASSERT_EQUAL(process_parse_swap("Name:\tx\nVmRSS:\t 7 kB\nVmSwap:\t  12 kB\n"), 12288);
	CU_ASSERT_EQUAL(process_parse_swap("Name:\tVmSwap:\t12 kB\n"), 0);
	CU_ASSERT_EQUAL(process_parse_swap(""), 0);
	/* This program is none, and a process that isn't there neither. */
	CU_ASSERT_EQUAL(process_look(getpid()).swapped_bytes, 0);
	CU_ASSERT_EQUAL(process_look(0x7fffffff).configured_interval, 0);
}

static CU_TestInfo tests[] = {
	{ "what a process tells", test_process },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("process", tests, argc, argv);
}
