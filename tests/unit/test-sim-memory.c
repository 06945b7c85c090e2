/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sparse guest memory: what is read back, what lies outside, and what it costs the host. */
#include "sim/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "scarce.h"
#include "suite.h"

#define SIZE (UINT64_C(1) << 40)

static bool is_all(const uint8_t *bytes, size_t len, uint8_t value)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static void test_zero_at_first(void)
{
	uint8_t bytes[3000];
	struct sim_memory memory;

	sim_memory_init(&memory, SIZE);
	memset(bytes, 0xee, sizeof(bytes));
	CU_ASSERT_EQUAL(sim_memory_read(&memory, 12345, bytes, sizeof(bytes)), 0);
	CU_ASSERT(is_all(bytes, sizeof(bytes), 0));
	CU_ASSERT_EQUAL(sim_memory_get_resident(&memory), 0);
	sim_memory_done(&memory);
}

static void test_across_granules(void)
{
	uint8_t written[5000], read[5002];
	struct sim_memory memory;

	sim_memory_init(&memory, SIZE);
	for (size_t i = 0; i < sizeof(written); i++)
		written[i] = (uint8_t)(i * 7 + 1);
	CU_ASSERT_EQUAL(sim_memory_write(&memory, 1023, written, sizeof(written)), 0);
	CU_ASSERT_EQUAL(sim_memory_read(&memory, 1022, read, sizeof(read)), 0);
	CU_ASSERT_EQUAL(read[0], 0);
	CU_ASSERT_EQUAL(memcmp(read + 1, written, sizeof(written)), 0);
	CU_ASSERT_EQUAL(read[sizeof(read) - 1], 0);
	sim_memory_done(&memory);
}

static void test_outside(void)
{
	uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct sim_memory memory;

	sim_memory_init(&memory, 4096);
	CU_ASSERT_EQUAL(sim_memory_write(&memory, 4092, bytes, 8), -EFAULT);
	CU_ASSERT_EQUAL(sim_memory_read(&memory, 4092, bytes, 8), -EFAULT);
	CU_ASSERT_EQUAL(memcmp(bytes, "\1\2\3\4\0\0\0\0", 8), 0);
	CU_ASSERT_EQUAL(sim_memory_read(&memory, 4096, bytes, 1), -EFAULT);
	CU_ASSERT_EQUAL(sim_memory_read(&memory, UINT64_MAX, bytes, 8), -EFAULT);
	CU_ASSERT(is_all(bytes, 8, 0));
	CU_ASSERT_EQUAL(sim_memory_write(&memory, UINT64_MAX - 3, bytes, 8), -EFAULT);
	CU_ASSERT_EQUAL(sim_memory_read(&memory, 4096, bytes, 0), 0);
	sim_memory_done(&memory);
}

static void test_zeros_cost_nothing(void)
{
	static const uint8_t zeros[100000];
	struct sim_memory memory;

	sim_memory_init(&memory, SIZE);
	CU_ASSERT_EQUAL(sim_memory_write(&memory, 0, zeros, sizeof(zeros)), 0);
	CU_ASSERT_EQUAL(sim_memory_get_resident(&memory), 0);
	sim_memory_done(&memory);
}

/* Two machines' worth of random writes and discards against a plain array. */
static void test_against_an_array(void)
{
	enum {
		SPAN = 64 << 10
	};
	static uint8_t plain[SPAN], bytes[SPAN];
	struct sim_memory memory;
	uint32_t random = 1;

	sim_memory_init(&memory, SPAN);
	for (int i = 0; i < 20000; i++) {
		uint32_t at, len;

		random = random * 1664525 + 1013904223;
		at = random >> 8 & (SPAN - 1);
		random = random * 1664525 + 1013904223;
		len = (random >> 8) % (i % 3 == 0 ? 5000 : 40);
		if (at + len > SPAN)
			len = SPAN - at;
		if (i % 3 == 0) {
			sim_memory_discard(&memory, at, len);
			memset(plain + at, 0, len);
		} else {
			memset(bytes, (int)(random >> 4), len);
			memcpy(plain + at, bytes, len);
			CU_ASSERT_EQUAL_FATAL(sim_memory_write(&memory, at, bytes, len), 0);
		}
		if (i % 200 == 0) {
			sim_memory_read(&memory, 0, bytes, SPAN);
			CU_ASSERT_EQUAL_FATAL(memcmp(bytes, plain, SPAN), 0);
		}
	}
	sim_memory_discard(&memory, 0, UINT64_MAX);
	CU_ASSERT_EQUAL(memory.n_used, 0);
	sim_memory_done(&memory);
}

static void test_discard(void)
{
	uint8_t bytes[4096];
	struct sim_memory memory;
	size_t resident;

	sim_memory_init(&memory, SIZE);
	memset(bytes, 0x55, sizeof(bytes));
	for (uint64_t page = 0; page < 100; page++)
		sim_memory_write(&memory, page << 30, bytes, sizeof(bytes));
	resident = sim_memory_get_resident(&memory);
	sim_memory_discard(&memory, UINT64_C(50) << 30, 4096);
	CU_ASSERT(sim_memory_get_resident(&memory) <= resident - 4096);
	for (uint64_t page = 0; page < 100; page++) {
		sim_memory_read(&memory, page << 30, bytes, sizeof(bytes));
		CU_ASSERT(is_all(bytes, sizeof(bytes), page == 50 ? 0 : 0x55));
	}
	sim_memory_discard(&memory, 1, SIZE);
	sim_memory_read(&memory, 0, bytes, 2);
	CU_ASSERT(bytes[0] == 0x55 && bytes[1] == 0);
	sim_memory_discard(&memory, SIZE, 1);
	sim_memory_discard(&memory, UINT64_MAX, UINT64_MAX);
	sim_memory_done(&memory);
}

static void test_scarce_memory(void)
{
	for (long n = 0; n < 3; n++) {
		struct sim_memory memory;
		uint8_t byte = 1;

		sim_memory_init(&memory, SIZE);
		scarce_allow(n);
		CU_ASSERT_EQUAL(sim_memory_write(&memory, 77, &byte, 1), n < 2 ? -ENOMEM : 0);
		scarce_allow(-1);
		CU_ASSERT_EQUAL(sim_memory_write(&memory, 77, &byte, 1), 0);
		byte = 0;
		sim_memory_read(&memory, 77, &byte, 1);
		CU_ASSERT_EQUAL(byte, 1);
		sim_memory_done(&memory);
	}
}

static CU_TestInfo tests[] = {
	{ "memory is zero at first, and reading takes none of the host's", test_zero_at_first },
	{ "bytes come back across granules, and their neighbours stay", test_across_granules },
	{ "outside, reads are zero, writes are lost, and both are told", test_outside },
	{ "zeros take none of the host's memory", test_zeros_cost_nothing },
	{ "writes and discards do what they do to an array", test_against_an_array },
	{ "discarding gives memory back and clears no neighbour", test_discard },
	{ "scarce memory is told and nothing is lost", test_scarce_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-memory", tests, argc, argv);
}
