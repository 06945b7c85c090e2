/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading QMP: bounds, exact numbers, what is left in memory. What errors say, and when, is in the
 * recordings that test-sim-vectors replays.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/util.h"
#include "scarce.h"
#include "sim/qmp/input.h"
#include "suite.h"

/* Read all of `text`: how many values and errors there are. The last error stays. */
struct count {
	unsigned int n_values, n_errors;
	char error[128];
	int r;
};

static void read_text(struct sim_input *input, const char *text, size_t len, struct count *count)
{
	int r;

	while ((r = sim_input_next(input, &text, &len)) > 0) {
		count->n_values += r == SIM_MESSAGE_VALUE;
		count->n_errors += r == SIM_MESSAGE_ERROR;
		if (r == SIM_MESSAGE_ERROR)
			snprintf(count->error, sizeof(count->error), "%s", input->error.data);
		sim_input_clear(input);
	}
	count->r = r;
}

static struct count read_all(const char *text, size_t len, bool is_prompt)
{
	struct sim_input input;
	struct count count = { 0 };

	sim_input_init(&input, is_prompt);
	read_text(&input, text, len, &count);
	sim_input_done(&input);
	return count;
}

/* `n` times the same character. */
static char *repeat(char byte, size_t n, char then)
{
	char *text = malloc(n * 2);

	memset(text, byte, n);
	memset(text + n, then, n);
	return text;
}

static void test_depth(void)
{
	char *fits = repeat('[', SIM_INPUT_DEPTH_MAX, ']');
	char *deeper = repeat('[', SIM_INPUT_DEPTH_MAX + 1, ']');
	struct count count;

	for (unsigned int is_prompt = 0; is_prompt < 2; is_prompt++) {
		count = read_all(fits, 2 * SIM_INPUT_DEPTH_MAX, is_prompt != 0);
		CU_ASSERT(count.n_values == 1 && count.n_errors == 0);
		count = read_all(deeper, 2 * SIM_INPUT_DEPTH_MAX + 2, is_prompt != 0);
		CU_ASSERT_EQUAL(count.n_values, 0);
		/* Older QEMUs start anew and stumble over each bracket that is left. */
		CU_ASSERT_EQUAL(count.n_errors, is_prompt ? 1u : SIM_INPUT_DEPTH_MAX + 2u);
		count = read_all(deeper, SIM_INPUT_DEPTH_MAX + 1, is_prompt != 0);
		CU_ASSERT_STRING_EQUAL(count.error, "JSON nesting depth limit exceeded");
	}
	free(fits);
	free(deeper);
}

static void test_token_count(void)
{
	struct count count = { 0 };
	struct sim_input input;
	char text[2048];

	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "1,", 2);
	sim_input_init(&input, true);
	read_text(&input, "[", 1, &count);
	for (size_t i = 0; i < 2 << 20; i += sizeof(text))
		read_text(&input, text, sizeof(text), &count);
	CU_ASSERT_EQUAL(count.n_errors, 1);
	CU_ASSERT_STRING_EQUAL(count.error, "JSON token count limit exceeded");
	CU_ASSERT_PTR_NULL(input.tree.nodes);
	read_text(&input, "1]{}", 4, &count);
	CU_ASSERT(count.n_values == 1 && count.n_errors == 1);
	sim_input_done(&input);
}

static void test_token_size(void)
{
	struct count count = { 0 };
	struct sim_input input;
	size_t n = 1 << 20;
	char *text = repeat('x', n, 'x');

	sim_input_init(&input, false);
	read_text(&input, "[\"", 2, &count);
	for (size_t i = 0; i < 64 << 20 && count.n_errors == 0; i += n)
		read_text(&input, text, n, &count);
	CU_ASSERT_EQUAL(count.n_errors, 1);
	CU_ASSERT_STRING_EQUAL(count.error, "JSON token size limit exceeded");
	read_text(&input, "\xff{}", 3, &count);
	CU_ASSERT_EQUAL(count.n_values, 1);
	CU_ASSERT(input.lexer.text.capacity < 8192);
	sim_input_done(&input);
	free(text);
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		struct sim_node node;
	} rows[] = {
		{ "0 ", { .kind = SIM_INTEGER, .integer = 0 } },
		{ "-0 ", { .kind = SIM_INTEGER, .integer = 0 } },
		{ "9007199254740993 ", { .kind = SIM_INTEGER, .integer = 9007199254740993 } },
		{ "9223372036854775807 ", { .kind = SIM_INTEGER, .integer = INT64_MAX } },
		{ "-9223372036854775808 ", { .kind = SIM_INTEGER, .integer = INT64_MIN } },
		{ "9223372036854775808 ", { .kind = SIM_UNSIGNED, .number = UINT64_C(1) << 63 } },
		{ "18446744073709551615 ", { .kind = SIM_UNSIGNED, .number = UINT64_MAX } },
		{ "18446744073709551616 ", { .kind = SIM_DOUBLE, .real = 18446744073709551616.0 } },
		{ "-9223372036854775809 ", { .kind = SIM_DOUBLE, .real = -9223372036854775808.0 } },
		{ "1.0 ", { .kind = SIM_DOUBLE, .real = 1.0 } },
		{ "1e2 ", { .kind = SIM_DOUBLE, .real = 100.0 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t len = strlen(rows[i].text);
		const char *text = rows[i].text;
		struct sim_input input;

		sim_input_init(&input, true);
		CU_ASSERT_EQUAL_FATAL(sim_input_next(&input, &text, &len), SIM_MESSAGE_VALUE);
		CU_ASSERT_EQUAL(input.tree.nodes[0].kind, rows[i].node.kind);
		CU_ASSERT_EQUAL(input.tree.nodes[0].number, rows[i].node.number);
		sim_input_done(&input);
	}
}

/* An object with `n` members and then one whose name is that of member `again`. */
static struct count read_members(unsigned int n, unsigned int again)
{
	struct buf text = { 0 };
	struct count count;

	buf_append_string(&text, "{");
	for (unsigned int i = 0; i <= n; i++) {
		buf_append_string(&text, i == 0 ? "\"k" : ",\"k");
		buf_append_u64(&text, i < n ? i : again);
		/* Objects inside use the table in between. */
		buf_append_string(&text, i % 100 == 99 ? "\":{\"a\":1}" : "\":[]");
	}
	buf_append_string(&text, "}");
	count = read_all(text.data, text.len, false);
	buf_done(&text);
	return count;
}

static void test_duplicate_keys(void)
{
	static const unsigned int sizes[] = { 1, 63, 64, 65, 600, 3000 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned int n = sizes[i];

		CU_ASSERT_EQUAL(read_members(n, n).n_values, 1);
		CU_ASSERT_EQUAL(read_members(n, 0).n_errors, 1);
		CU_ASSERT_EQUAL(read_members(n, n / 2).n_errors, 1);
		CU_ASSERT_EQUAL(read_members(n, n - 1).n_errors, 1);
	}
}

static void append_members(struct buf *text, unsigned int n, const char *value)
{
	for (unsigned int i = 0; i < n; i++) {
		buf_append_string(text, i == 0 ? "{\"k" : ",\"k");
		buf_append_u64(text, i);
		buf_append_string(text, "\":");
		buf_append_string(text, value);
	}
	buf_append_string(text, "}");
}

/* Large objects inside a large one share its table: it isn't made anew for each. */
static void test_large_objects_inside(void)
{
	struct buf inner = { 0 }, outer = { 0 };
	struct count count;

	append_members(&inner, 70, "1");
	buf_append(&inner, "", 1);
	append_members(&outer, 400, inner.data);
	scarce_allow(-1);
	count = read_all(outer.data, outer.len, false);
	CU_ASSERT_EQUAL(count.n_values, 1);
	CU_ASSERT(scarce_count() < 100);
	buf_done(&inner);
	buf_done(&outer);
}

/* Keys that are all alike to QEMU's hash, in which "aa" and "Ab" weigh the same. */
static void test_colliding_keys(void)
{
	clock_t begin = clock();
	struct buf text = { 0 };

	for (unsigned int i = 0; i < 100000; i++) {
		buf_append_string(&text, i == 0 ? "{\"" : ",\"");
		for (unsigned int bit = 0; bit < 18; bit++) {
			buf_append_string(&text, i >> bit & 1 ? "aa" : "Ab");
			buf_append_string(&text, bit % 2 == 1 ? "-" : "");
		}
		buf_append_string(&text, "\":1");
	}
	buf_append_string(&text, "}");
	CU_ASSERT_EQUAL(read_all(text.data, text.len, false).n_values, 1);
	/* It takes a tenth of a second, and many if each key is compared with all others. */
	CU_ASSERT((clock() - begin) / CLOCKS_PER_SEC < 8);
	buf_done(&text);
}

static void test_idle(void)
{
	struct count count = { 0 };
	struct sim_input input;

	sim_input_init(&input, true);
	read_text(&input, "{\"a\":[1,\"x\"]} [}", 16, &count);
	CU_ASSERT(count.n_values == 1 && count.n_errors == 1);
	CU_ASSERT_PTR_NULL(input.tree.nodes);
	CU_ASSERT_PTR_NULL(input.tree.text.data);
	CU_ASSERT_PTR_NULL(input.error.data);
	CU_ASSERT_PTR_NULL(input.lexer.text.data);
	sim_input_done(&input);
}

static void test_no_memory(void)
{
	static const char text[] = "{\"a\":[1,2,3,[\"x\",{\"b\":\"\\u00e9\"}]]} [nope,] ";
	struct count count;
	long n;

	for (n = 0; n < 100; n++) {
		scarce_fail_one(n);
		count = read_all(text, sizeof(text) - 1, false);
		scarce_allow(-1);
		if (count.r == 0)
			break;
		CU_ASSERT_EQUAL(count.r, -ENOMEM);
	}
	CU_ASSERT(n > 3 && n < 100);
	CU_ASSERT(count.n_values == 1 && count.n_errors == 1);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "1024 brackets may be open", test_depth },
		{ "a message has two million tokens at most", test_token_count },
		{ "and 64 MiB of them", test_token_size },
		{ "integers of 64 bits are exact", test_numbers },
		{ "a key may not come twice", test_duplicate_keys },
		{ "large objects inside a large one cost no more", test_large_objects_inside },
		{ "keys can't be chosen to collide", test_colliding_keys },
		{ "between messages nothing is kept", test_idle },
		{ "memory may run out anywhere", test_no_memory },
		CU_TEST_INFO_NULL,
	};

	return suite_run("sim-input", tests, argc, argv);
}
