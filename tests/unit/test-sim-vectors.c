/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What real QEMUs answered (tests/sim/qmp-vectors), byte for byte: the server says the same, however
 * the bytes are cut.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sim/qmp/server.h"
#include "suite.h"

/* What tests/sim/qmp.py sends behind each input. */
#define END "\n\xff\n{\"execute\":\"query-version\",\"id\":\"END\"}"

enum {
	LINE_MAX_BYTES = 16384,
};

struct replay {
	const char *profile, *machine;
	struct sim_board board;
	struct sim_server *server;
	FILE *inputs, *answers;
	char input[LINE_MAX_BYTES], answer[LINE_MAX_BYTES];
	size_t input_len;
	unsigned int n, n_different;
};

static FILE *open_file(const char *name, const char *suffix)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", VECTORS, name, suffix);
	file = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	return file;
}

static void begin(struct replay *replay, const char *profile, const char *machine, enum sim_bus bus)
{
	const struct sim_board_options options = {
		.profile = sim_profile_find(profile),
		.id = "b0",
		.bus = bus,
		.ram_bytes = 64 << 20,
		.window_base = 0xfeb00e00,
		.is_paused = true,
		.is_stepped = true,
		.balloon = { .page_poison = true, .event_idx = true, .indirect_desc = true },
	};
	char suffix[16];

	*replay = (struct replay){ .profile = profile, .machine = machine };
	CU_ASSERT_EQUAL_FATAL(sim_board_init(&replay->board, &options), 0);
	replay->server = sim_server_new(&replay->board);
	CU_ASSERT_PTR_NOT_NULL_FATAL(replay->server);
	snprintf(suffix, sizeof(suffix), "-%s", machine);
	replay->inputs = open_file(machine, "");
	replay->answers = open_file(profile, suffix);
	CU_ASSERT_PTR_NOT_NULL(fgets(replay->answer, LINE_MAX_BYTES, replay->answers));
}

static void end(struct replay *replay)
{
	fclose(replay->inputs);
	fclose(replay->answers);
	sim_server_free(replay->server);
	sim_board_done(&replay->board);
}

/* Undo the escapes of a line in place; its length. */
static size_t unescape(char *line)
{
	char *to = line, *from = line;

	while (*from != '\0' && *from != '\n') {
		if (from[0] == '\\' && from[1] == 'x') {
			char digits[3] = { from[2], from[3] };

			*to++ = (char)strtol(digits, NULL, 16);
			from += 4;
		} else {
			from += *from == '\\';
			*to++ = *from++;
		}
	}
	*to = '\0';
	return (size_t)(to - line);
}

static bool next_input(struct replay *replay)
{
	if (fgets(replay->input, LINE_MAX_BYTES - sizeof(END), replay->inputs) == NULL)
		return false;
	replay->input_len = unescape(replay->input);
	memcpy(replay->input + replay->input_len, END, sizeof(END) - 1);
	replay->input_len += sizeof(END) - 1;
	replay->n++;
	return true;
}

/* The answers up to the next input, lines ended as QEMU ends them. */
static void read_answers(struct replay *replay, struct buf *to)
{
	char number[32];

	snprintf(number, sizeof(number), "= %u\n", replay->n);
	CU_ASSERT_STRING_EQUAL_FATAL(replay->answer, number);
	while (fgets(replay->answer, LINE_MAX_BYTES, replay->answers) != NULL &&
	       !string_starts_with(replay->answer, "= ")) {
		buf_append(to, replay->answer, unescape(replay->answer));
		buf_append_string(to, "\r\n");
	}
}

/* Drop the line that the text ends with. */
static void drop_last_line(struct buf *text)
{
	CU_ASSERT_FATAL(text->len >= 2);
	text->len -= 2;
	while (text->len > 0 && text->data[text->len - 1] != '\n')
		text->len--;
}

static bool ends_in_reset(const struct buf *text)
{
	size_t start = text->len < 2 ? 0 : text->len - 2;

	while (start > 0 && text->data[start - 1] != '\n')
		start--;
	return memmem(text->data + start, text->len - start, "stray '\\uFFFD'", 14) != NULL;
}

/* All that the server says but greeting and END's answers, timestamps as they were recorded. */
static void converse(struct replay *replay, size_t piece, struct buf *to)
{
	struct buf *out = sim_server_get_output(replay->server);
	const char *greeting_end;

	sim_server_connect(replay->server);
	for (size_t at = 0; at < replay->input_len; at += piece)
		CU_ASSERT_EQUAL_FATAL(sim_server_receive(replay->server, replay->input + at,
							 MIN(piece, replay->input_len - at)),
				      0);
	greeting_end = memchr(out->data, '\n', out->len);
	buf_consume(out, (size_t)(greeting_end + 1 - out->data));
	drop_last_line(out);
	if (ends_in_reset(out))
		drop_last_line(out);
	buf_append(to, out->data, out->len);
	sim_server_disconnect(replay->server);
}

static void compare(struct replay *replay, const struct buf *expected, const struct buf *got)
{
	if (expected->len == got->len &&
	    (got->len == 0 || memcmp(expected->data, got->data, got->len) == 0))
		return;
	if (replay->n_different++ == 0)
		fprintf(stderr, "%s-%s, input %u:\nQEMU: %.*s\nhere: %.*s\n", replay->profile,
			replay->machine, replay->n, (int)expected->len, expected->data,
			(int)got->len, got->data);
}

static void replay_all(size_t piece)
{
	static const char *const profiles[] = { "7.2", "10.0", "11.1" };
	static const struct {
		const char *name;
		enum sim_bus bus;
	} machines[] = { { "mmio", SIM_BUS_MMIO }, { "pci", SIM_BUS_PCI } };
	static struct replay replay;

	for (size_t i = 0; i < ARRAY_SIZE(profiles) * ARRAY_SIZE(machines); i++) {
		begin(&replay, profiles[i / 2], machines[i % 2].name, machines[i % 2].bus);
		while (next_input(&replay)) {
			struct buf expected = { 0 }, got = { 0 };

			read_answers(&replay, &expected);
			converse(&replay, piece, &got);
			compare(&replay, &expected, &got);
			buf_done(&expected);
			buf_done(&got);
		}
		CU_ASSERT(replay.n > 300);
		CU_ASSERT_EQUAL(replay.n_different, 0);
		end(&replay);
	}
}

static void test_whole(void)
{
	replay_all(LINE_MAX_BYTES);
}

static void test_pieces(void)
{
	replay_all(1);
	replay_all(7);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "the server answers as QEMU did", test_whole },
		{ "also when bytes come one by one", test_pieces },
		CU_TEST_INFO_NULL,
	};

	return suite_run("sim-vectors", tests, argc, argv);
}
