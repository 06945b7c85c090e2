/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The framer: where frames end, however the bytes arrive, and that its work is bounded. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/framer.h"
#include "base/json.h"
#include "base/util.h"
#include "suite.h"

/* The next frame is `expected`; it is consumed. */
static void assert_frame(struct framer *framer, struct buf *in, const char *expected)
{
	size_t len = 0;

	CU_ASSERT_EQUAL_FATAL(framer_next(framer, in, &len), 1);
	CU_ASSERT_EQUAL_FATAL(len, strlen(expected));
	CU_ASSERT_EQUAL(memcmp(in->data, expected, len), 0);
	buf_consume(in, len);
}

static void assert_more(struct framer *framer, struct buf *in)
{
	size_t len = 77;

	CU_ASSERT_EQUAL(framer_next(framer, in, &len), 0);
	CU_ASSERT_EQUAL(len, 77);
}

static int result_of(const char *text)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len;
	int result;

	buf_append_string(&in, text);
	result = framer_next(&framer, &in, &len);
	buf_done(&in);
	return result;
}

static const char *const frames[] = {
	"{}",
	"{\"QMP\": {\"capabilities\": [\"oob\"]}}",
	"{\n    \"return\": [\n        1\n    ]\n}",
	"{\"}\": \"]}{[\"}",
	"{\"a\": \"\\\"}\", \"b\": \"\\\\\"}",
	"{\"\\\\\\\"\": {\"long enough for a word or two\": \"and \\\\ \\\" more }\"}}",
	"{\"\xc3\xa9\xe2\x82\xac\": \"\xf0\x9f\x98\x80\xf0\x9f\x98\x80}\"}",
	"{]",
};

static void append_all(struct buf *in)
{
	static const char *const spaces[] = { "", "\r\n", " \t\r\n ", "\n" };

	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		buf_append_string(in, frames[i]);
		buf_append_string(in, spaces[i % ARRAY_SIZE(spaces)]);
	}
}

static void test_several_in_one_read(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };

	append_all(&in);
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		assert_frame(&framer, &in, frames[i]);
	assert_more(&framer, &in);
	CU_ASSERT_EQUAL(in.len, 0);
	buf_done(&in);
}

static void test_split_at_every_byte(void)
{
	struct buf all = { 0 };

	append_all(&all);
	for (size_t split = 0; split <= all.len; split++) {
		struct framer framer = { 0 };
		struct buf in = { 0 };
		size_t len, found = 0;

		buf_append(&in, all.data, split);
		for (; framer_next(&framer, &in, &len) == 1; found++)
			buf_consume(&in, len);
		buf_append(&in, all.data + split, all.len - split);
		for (; found < ARRAY_SIZE(frames); found++)
			assert_frame(&framer, &in, frames[found]);
		assert_more(&framer, &in);
		buf_done(&in);
	}
	buf_done(&all);
}

static void test_byte_by_byte(void)
{
	struct framer framer = { 0 };
	struct buf all = { 0 }, in = { 0 };
	size_t found = 0;

	append_all(&all);
	for (size_t i = 0; i < all.len; i++) {
		size_t len;

		buf_append(&in, all.data + i, 1);
		if (framer_next(&framer, &in, &len) != 1)
			continue;
		CU_ASSERT_EQUAL_FATAL(len, strlen(frames[found]));
		CU_ASSERT_EQUAL(memcmp(in.data, frames[found], len), 0);
		buf_consume(&in, len);
		found++;
	}
	CU_ASSERT_EQUAL(found, ARRAY_SIZE(frames));
	buf_done(&in);
	buf_done(&all);
}

static void test_no_byte_twice(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len = 0;

	/* What was scanned is spoilt behind the framer's back: it must not notice. */
	buf_append_string(&in, "{\"a\": [\"b");
	assert_more(&framer, &in);
	memset(in.data + 1, '}', in.len - 1);
	buf_append_string(&in, "c\\");
	assert_more(&framer, &in);
	memset(in.data + 1, '"', in.len - 1);
	buf_append_string(&in, "\"}\"]} ");
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), 1);
	CU_ASSERT_EQUAL(len, in.len - 1);
	buf_done(&in);
}

static void test_space_is_consumed(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };

	buf_append_string(&in, " \t\r\n");
	assert_more(&framer, &in);
	CU_ASSERT_EQUAL(in.len, 0);
	buf_append_string(&in, "\n {");
	assert_more(&framer, &in);
	CU_ASSERT_EQUAL(in.len, 1);
	buf_append_string(&in, "}");
	assert_frame(&framer, &in, "{}");
	buf_done(&in);
}

static void test_nothing_yet(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };

	assert_more(&framer, &in);
	assert_more(&framer, &in);
}

static void test_no_object(void)
{
	static const char *const rows[] = {
		"HTTP/1.1 400 Bad Request\r\n",
		"[",
		"]",
		"}",
		"\"",
		"1",
		"null",
		"\x0b{}",
		"\xff{}",
		"\xef\xbb\xbf{}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CU_ASSERT_EQUAL(result_of(rows[i]), -EBADMSG);
	CU_ASSERT_EQUAL(result_of(" \n x"), -EBADMSG);
}

static void test_nul_is_no_object(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len;

	buf_append(&in, "\0", 1);
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -EBADMSG);
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -EBADMSG);
	buf_done(&in);
}

static void test_garbage_behind_a_frame(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len;

	buf_append_string(&in, "{}x{}");
	assert_frame(&framer, &in, "{}");
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -EBADMSG);
	buf_done(&in);
}

static void test_depth(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len = 0;

	buf_append_string(&in, "{");
	for (int i = 1; i < JSON_DEPTH_MAX; i++)
		buf_append_string(&in, "[");
	assert_more(&framer, &in);
	for (int i = 1; i < JSON_DEPTH_MAX; i++)
		buf_append_string(&in, "]");
	buf_append_string(&in, "}");
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), 1);
	CU_ASSERT_EQUAL(len, 2 * JSON_DEPTH_MAX);
	buf_consume(&in, len);

	buf_append_string(&in, "{");
	for (int i = 1; i <= JSON_DEPTH_MAX; i++)
		buf_append_string(&in, "[");
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -E2BIG);
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -E2BIG);
	buf_done(&in);
}

/* A frame of `size` bytes, most of them in one string; without its last `missing` bytes. */
static void append_frame(struct buf *in, size_t size, size_t missing)
{
	size_t padding = size - strlen("{\"\"}");
	char *room;

	buf_append_string(in, "{\"");
	room = buf_reserve(in, padding);
	CU_ASSERT_PTR_NOT_NULL_FATAL(room);
	memset(room, 'x', padding);
	in->len += padding;
	buf_append_string(in, "\"}");
	in->len -= missing;
}

static void test_longest_frame(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len = 0;

	append_frame(&in, JSON_BYTES_MAX, 1);
	assert_more(&framer, &in);
	buf_append_string(&in, "}{}");
	CU_ASSERT_EQUAL_FATAL(framer_next(&framer, &in, &len), 1);
	CU_ASSERT_EQUAL(len, JSON_BYTES_MAX);
	buf_consume(&in, len);
	assert_frame(&framer, &in, "{}");
	buf_done(&in);
}

static void test_longer_frame(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len = 0;

	append_frame(&in, JSON_BYTES_MAX + 1, 1);
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -E2BIG);
	buf_append_string(&in, "}");
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -E2BIG);
	buf_done(&in);
}

static void test_endless_line(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	char chunk[8192];
	size_t sent = 0, len;
	int result = 0;

	memset(chunk, 'x', sizeof(chunk));
	buf_append_string(&in, "{\"");
	for (; result == 0 && sent < 100 << 20; sent += sizeof(chunk)) {
		buf_append(&in, chunk, sizeof(chunk));
		result = framer_next(&framer, &in, &len);
	}
	CU_ASSERT_EQUAL(result, -E2BIG);
	CU_ASSERT_EQUAL(sent, JSON_BYTES_MAX);
	CU_ASSERT(in.capacity <= 2 * (JSON_BYTES_MAX + sizeof(chunk)));
	buf_done(&in);
}

static void test_endless_space(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };

	for (int i = 0; i < 1 << 16; i++) {
		buf_append_string(&in, "        \r\n");
		assert_more(&framer, &in);
	}
	CU_ASSERT(in.capacity < 1024);
	buf_append_string(&in, "{}");
	assert_frame(&framer, &in, "{}");
	buf_done(&in);
}

static void test_space_inside_counts(void)
{
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t len;

	buf_append_string(&in, "{");
	CU_ASSERT_PTR_NOT_NULL_FATAL(buf_reserve(&in, JSON_BYTES_MAX));
	memset(in.data + 1, ' ', JSON_BYTES_MAX);
	in.len = JSON_BYTES_MAX + 1;
	CU_ASSERT_EQUAL(framer_next(&framer, &in, &len), -E2BIG);
	buf_done(&in);
}

static CU_TestInfo tests[] = {
	{ "several frames in one read come out one by one", test_several_in_one_read },
	{ "a stream split in two at any byte gives the same frames", test_split_at_every_byte },
	{ "a stream of single bytes gives the same frames", test_byte_by_byte },
	{ "no byte is looked at twice", test_no_byte_twice },
	{ "white space before a frame is consumed", test_space_is_consumed },
	{ "an empty stream needs more", test_nothing_yet },
	{ "a stream that holds no object is refused", test_no_object },
	{ "a NUL is refused", test_nul_is_no_object },
	{ "garbage behind a frame is refused after it", test_garbage_behind_a_frame },
	{ "the deepest frame passes and a deeper one does not", test_depth },
	{ "the longest frame passes", test_longest_frame },
	{ "a longer frame is refused, and stays so", test_longer_frame },
	{ "an endless line is refused at the bound", test_endless_line },
	{ "endless white space takes no memory", test_endless_space },
	{ "white space inside a frame counts", test_space_inside_counts },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("framer", tests, argc, argv);
}
