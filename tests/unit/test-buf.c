/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The growable buffer: contents, the sticky error, and what consuming costs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "scarce.h"
#include "suite.h"

static void assert_contents(const struct buf *buf, const char *expected)
{
	CU_ASSERT_EQUAL_FATAL(buf->len, strlen(expected));
	if (buf->len > 0)
		CU_ASSERT_EQUAL(memcmp(buf->data, expected, buf->len), 0);
}

static void test_append(void)
{
	struct buf buf = { 0 };

	buf_append(&buf, "", 0);
	CU_ASSERT_PTR_NULL(buf.data);
	buf_append_string(&buf, "ab");
	buf_append(&buf, "cdX", 2);
	buf_append_string(&buf, "");
	assert_contents(&buf, "abcd");
	CU_ASSERT_EQUAL(buf.error, 0);
	buf_done(&buf);
	CU_ASSERT_PTR_NULL(buf.data);
	CU_ASSERT_EQUAL(buf.len, 0);
	CU_ASSERT_EQUAL(buf.capacity, 0);
}

static void test_append_nothing_from_nowhere(void)
{
	struct buf buf = { 0 };

	buf_append(&buf, NULL, 0);
	CU_ASSERT_EQUAL(buf.len, 0);
	CU_ASSERT_EQUAL(buf.error, 0);
	buf_done(&buf);
}

static void test_append_u64(void)
{
	static const struct {
		uint64_t number;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 9, "9" },
		{ 10, "10" },
		{ 9007199254740993, "9007199254740993" },
		{ UINT64_MAX, "18446744073709551615" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf buf = { 0 };

		buf_append_u64(&buf, rows[i].number);
		assert_contents(&buf, rows[i].text);
		buf_done(&buf);
	}
}

static void test_contents_survive_growth(void)
{
	struct buf buf = { 0 };

	for (int i = 0; i < 100000; i++) {
		char c = (char)('a' + i % 26);

		buf_append(&buf, &c, 1);
	}
	CU_ASSERT_EQUAL_FATAL(buf.len, 100000);
	for (int i = 0; i < 100000; i++)
		if (buf.data[i] != 'a' + i % 26)
			CU_FAIL_FATAL("a byte has changed");
	buf_done(&buf);
}

static void test_growth_doubles(void)
{
	struct buf buf = { 0 };

	scarce_allow(-1);
	for (int i = 0; i < 1 << 20; i++)
		buf_append(&buf, "x", 1);
	CU_ASSERT(scarce_count() <= 20);
	CU_ASSERT(buf.capacity <= 2 << 20);
	buf_done(&buf);
}

static void test_large_reserve_small_fill(void)
{
	struct buf buf = { 0 };

	scarce_allow(-1);
	for (int i = 0; i < 10000; i++) {
		char *room = buf_reserve(&buf, 4096);

		CU_ASSERT_PTR_NOT_NULL_FATAL(room);
		*room = 'x';
		buf.len++;
	}
	CU_ASSERT(scarce_count() <= 10);
	CU_ASSERT(buf.capacity <= 4 * (10000 + 4096));
	buf_done(&buf);
}

static void test_reserve(void)
{
	struct buf buf = { 0 };
	char *room;

	buf_append_string(&buf, "ab");
	room = buf_reserve(&buf, 1000);
	CU_ASSERT_PTR_EQUAL(room, buf.data + 2);
	CU_ASSERT(buf.capacity >= 1002);
	assert_contents(&buf, "ab");
	memset(room, 'c', 1000);
	buf.len += 3;
	assert_contents(&buf, "abccc");
	buf_done(&buf);
}

static void test_error_is_sticky(void)
{
	struct buf buf = { 0 };

	buf_append_string(&buf, "kept");
	scarce_allow(0);
	CU_ASSERT_PTR_NULL(buf_reserve(&buf, 100000));
	scarce_allow(-1);
	CU_ASSERT_EQUAL(buf.error, -ENOMEM);
	buf_append_string(&buf, "ignored, though there is room");
	buf_append_u64(&buf, 1);
	CU_ASSERT_PTR_NULL(buf_reserve(&buf, 1));
	CU_ASSERT_PTR_NULL(buf_reserve(&buf, 100000));
	assert_contents(&buf, "kept");
	CU_ASSERT_PTR_NULL(buf_steal(&buf));
	CU_ASSERT_EQUAL(buf.error, 0);
	buf_append_string(&buf, "as new");
	assert_contents(&buf, "as new");
	buf_done(&buf);
}

static void test_absurd_reserve(void)
{
	struct buf buf = { 0 };

	buf_append_string(&buf, "ab");
	CU_ASSERT_PTR_NULL(buf_reserve(&buf, SIZE_MAX - 1));
	CU_ASSERT_EQUAL(buf.error, -ENOMEM);
	assert_contents(&buf, "ab");
	buf_done(&buf);
}

static void test_consume(void)
{
	struct buf buf = { 0 };

	buf_append_string(&buf, "abcdef");
	buf_consume(&buf, 0);
	buf_consume(&buf, 2);
	assert_contents(&buf, "cdef");
	buf_append_string(&buf, "g");
	assert_contents(&buf, "cdefg");
	buf_consume(&buf, 5);
	CU_ASSERT_EQUAL(buf.len, 0);
	buf_append_string(&buf, "h");
	assert_contents(&buf, "h");
	buf_done(&buf);
}

static void test_consume_nothing_of_nothing(void)
{
	struct buf buf = { 0 };

	buf_consume(&buf, 0);
	CU_ASSERT_PTR_NULL(buf.data);
}

static void test_consume_moves_nothing(void)
{
	struct buf buf = { 0 };
	const char *start;

	buf_append_string(&buf, "0123456789");
	start = buf.data;
	for (int i = 1; i < 10; i++) {
		buf_consume(&buf, 1);
		CU_ASSERT_PTR_EQUAL(buf.data, start + i);
		CU_ASSERT_EQUAL(buf.data[0], '0' + i);
	}
	buf_done(&buf);
}

static void test_consumed_room_is_used_again(void)
{
	struct buf buf = { 0 };

	/* A buffer that is never quite empty, as when each read ends inside a frame. */
	scarce_allow(-1);
	buf_append_string(&buf, "x");
	for (int i = 0; i < 100000; i++) {
		buf_append_string(&buf, "0123456789");
		buf_consume(&buf, 10);
	}
	assert_contents(&buf, "9");
	CU_ASSERT_EQUAL(scarce_count(), 1);
	buf_done(&buf);
}

static void test_full_buffer_moves_rarely(void)
{
	struct buf buf = { 0 };
	const char *start;
	size_t full;
	int moves = 0;

	/* The bytes that stay are many and what is consumed is little: the worst for moving. */
	do
		buf_append(&buf, "x", 1);
	while (buf.len < buf.capacity || buf.len < 100000);
	full = buf.len;
	for (size_t i = 0; i < full; i++) {
		start = buf.data + 1;
		buf_consume(&buf, 1);
		buf_append(&buf, "y", 1);
		moves += buf.data != start;
	}
	CU_ASSERT(moves <= 3);
	CU_ASSERT(buf.capacity + buf.consumed <= 2 * full);
	CU_ASSERT_EQUAL(buf.len, full);
	CU_ASSERT_EQUAL(buf.data[0], 'y');
	buf_done(&buf);
}

static void test_emptied_large_buffer_gives_back(void)
{
	struct buf buf = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(buf_reserve(&buf, 100000));
	buf.len = 100000;
	memset(buf.data, 'x', buf.len);
	buf_consume(&buf, 99999);
	CU_ASSERT_PTR_NOT_NULL(buf.data);
	buf_consume(&buf, 1);
	CU_ASSERT_PTR_NULL(buf.data);
	CU_ASSERT_EQUAL(buf.capacity, 0);
	CU_ASSERT_EQUAL(buf.consumed, 0);
	buf_append_string(&buf, "again");
	assert_contents(&buf, "again");
	buf_done(&buf);
}

static void test_emptied_small_buffer_keeps(void)
{
	struct buf buf = { 0 };

	scarce_allow(-1);
	for (int i = 0; i < 100; i++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(buf_reserve(&buf, 16 << 10));
		buf.len += 1;
		buf_consume(&buf, 1);
	}
	CU_ASSERT_EQUAL(scarce_count(), 1);
	CU_ASSERT_EQUAL(buf.capacity, 16 << 10);
	buf_done(&buf);
}

static void test_steal(void)
{
	struct buf buf = { 0 };
	char *text;

	buf_append_string(&buf, "Xtext");
	buf_consume(&buf, 1);
	text = buf_steal(&buf);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(text, "text");
	CU_ASSERT_PTR_NULL(buf.data);
	CU_ASSERT_EQUAL(buf.len, 0);
	free(text);
	text = buf_steal(&buf);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(text, "");
	free(text);
	scarce_allow(0);
	CU_ASSERT_PTR_NULL(buf_steal(&buf));
	scarce_allow(-1);
}

static CU_TestInfo tests[] = {
	{ "appended bytes follow each other", test_append },
	{ "appending nothing is harmless", test_append_nothing_from_nowhere },
	{ "numbers are written with all digits", test_append_u64 },
	{ "contents survive growth", test_contents_survive_growth },
	{ "growth doubles", test_growth_doubles },
	{ "a large reserve filled little does not grow each time", test_large_reserve_small_fill },
	{ "reserve gives room behind the contents", test_reserve },
	{ "an error sticks and keeps the contents", test_error_is_sticky },
	{ "an absurd reserve is no overflow", test_absurd_reserve },
	{ "consumed bytes are gone", test_consume },
	{ "an untouched buffer may be consumed by nothing", test_consume_nothing_of_nothing },
	{ "consuming moves nothing", test_consume_moves_nothing },
	{ "consumed room is used again", test_consumed_room_is_used_again },
	{ "a full buffer moves rarely", test_full_buffer_moves_rarely },
	{ "an emptied large buffer gives its memory back", test_emptied_large_buffer_gives_back },
	{ "an emptied small buffer keeps its memory", test_emptied_small_buffer_keeps },
	{ "a stolen string is terminated and the buffer as new", test_steal },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("buf", tests, argc, argv);
}
