/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The heap of deadlines, against a plain search through all of them. */
#include <errno.h>
#include <stdlib.h>

#include "base/heap.h"
#include "base/util.h"
#include "scarce.h"
#include "suite.h"

enum {
	NUMBERS = 100,
	CHANGES = 20000,
};

static uint32_t draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Which are first and second, and are they, among equals, two of them? */
static void assert_first(const struct heap *heap, const int64_t *times)
{
	int64_t first = INT64_MAX, second = INT64_MAX;
	uint32_t number = NUMBERS, next = NUMBERS;

	for (size_t i = 0; i < NUMBERS; i++) {
		second = MIN(second, MAX(first, times[i]));
		first = MIN(first, times[i]);
	}
	CU_ASSERT_EQUAL_FATAL(heap_first(heap, &number), first);
	if (first == INT64_MAX) {
		CU_ASSERT_EQUAL(number, NUMBERS);
	} else {
		CU_ASSERT_EQUAL_FATAL(times[number], first);
	}
	CU_ASSERT_EQUAL_FATAL(heap_second(heap, &next), second);
	if (second == INT64_MAX) {
		CU_ASSERT_EQUAL(next, NUMBERS);
	} else {
		CU_ASSERT_EQUAL_FATAL(times[next], second);
		CU_ASSERT_NOT_EQUAL(next, number);
	}
}

static void test_order(void)
{
	int64_t times[NUMBERS];
	struct heap heap = { 0 };
	uint32_t seed = 1;

	for (size_t i = 0; i < NUMBERS; i++)
		times[i] = INT64_MAX;
	CU_ASSERT_EQUAL_FATAL(heap_reserve(&heap, NUMBERS), 0);
	for (int i = 0; i < CHANGES; i++) {
		uint32_t number = draw(&seed) % NUMBERS;

		if (draw(&seed) % 3 == 0) {
			heap_remove(&heap, number);
			times[number] = INT64_MAX;
		} else {
			times[number] = draw(&seed) % 500;
			heap_set(&heap, number, times[number]);
		}
		assert_first(&heap, times);
	}
	heap_done(&heap);
}

static void test_empty(void)
{
	struct heap heap = { 0 };
	uint32_t number = 7;

	CU_ASSERT_EQUAL(heap_first(&heap, &number), INT64_MAX);
	CU_ASSERT_EQUAL(number, 7);
	heap_remove(&heap, 0);
	heap_done(&heap);
}

static void test_growth(void)
{
	struct heap heap = { 0 };
	uint32_t number = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		CU_ASSERT_EQUAL_FATAL(heap_reserve(&heap, i + 1), 0);
		heap_set(&heap, i, 1000 - (int64_t)i);
	}
	for (uint32_t i = 0; i < 1000; i++) {
		CU_ASSERT_EQUAL(heap_first(&heap, &number), 1 + (int64_t)i);
		CU_ASSERT_EQUAL(number, 999 - i);
		heap_remove(&heap, number);
	}
	heap_done(&heap);
}

static void test_bounds(void)
{
	struct heap heap = { 0 };
	uint32_t number = 0;

	CU_ASSERT_EQUAL_FATAL(heap_reserve(&heap, HEAP_CAPACITY_MAX), 0);
	heap_set(&heap, HEAP_CAPACITY_MAX - 1, INT64_MAX);
	CU_ASSERT_EQUAL(heap_first(&heap, &number), HEAP_TIME_MAX);
	CU_ASSERT_EQUAL(number, HEAP_CAPACITY_MAX - 1);
	heap_set(&heap, 5, HEAP_TIME_MAX);
	CU_ASSERT_EQUAL(heap_first(&heap, &number), HEAP_TIME_MAX);
	CU_ASSERT_EQUAL(number, 5);
	heap_set(&heap, HEAP_CAPACITY_MAX - 1, 0);
	CU_ASSERT_EQUAL(heap_first(&heap, &number), 0);
	CU_ASSERT_EQUAL(number, HEAP_CAPACITY_MAX - 1);
	heap_done(&heap);
}

static void test_short_memory(void)
{
	struct heap heap = { 0 };
	uint32_t number = 0;

	CU_ASSERT_EQUAL_FATAL(heap_reserve(&heap, 2), 0);
	heap_set(&heap, 1, 5);
	for (long n = 0; n < 2; n++) {
		scarce_allow(n);
		CU_ASSERT_EQUAL(heap_reserve(&heap, 3), -ENOMEM);
	}
	scarce_allow(-1);
	CU_ASSERT_EQUAL(heap_first(&heap, &number), 5);
	CU_ASSERT_EQUAL(number, 1);
	CU_ASSERT_EQUAL(heap_reserve(&heap, 3), 0);
	CU_ASSERT_EQUAL(heap_reserve(&heap, HEAP_CAPACITY_MAX + 1), -ENOMEM);
	CU_ASSERT_EQUAL(heap_first(&heap, &number), 5);
	CU_ASSERT_EQUAL(number, 1);
	heap_done(&heap);
}

static CU_TestInfo tests[] = {
	{ "the first is the one with the earliest time", test_order },
	{ "an empty heap has no first", test_empty },
	{ "it grows", test_growth },
	{ "the largest numbers and the latest times keep their order", test_bounds },
	{ "a heap that can't grow is as it was", test_short_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("heap", tests, argc, argv);
}
