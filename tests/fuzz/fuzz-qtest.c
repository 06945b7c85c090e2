/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hostile qtest client: any bytes, in one piece and in pieces, must be answered alike, line by
 * line, and may neither take much memory nor much time.
 */
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "fuzz.h"
#include "sim/qtest.h"

/* The client reads all that is there. */
static void hear(struct buf *said, struct sim_qtest *qtest)
{
	MUST(qtest->output.len <= SIM_QTEST_OUTPUT_MAX + 2 * SIM_QTEST_SIZE_MAX + 64);
	buf_append(said, qtest->output.data, qtest->output.len);
	buf_consume(&qtest->output, qtest->output.len);
}

/* What it says to the bytes, cut into pieces of `piece`. */
static void talk(struct buf *said, const uint8_t *data, size_t size, size_t piece)
{
	struct sim_board_options options = {
		.profile = sim_profile_get(size % 3),
		.bus = SIM_BUS_MMIO,
		.ram_bytes = 1 << 20,
		.window_base = 0xfeb00e00,
		.is_stepped = true,
		.balloon = { .page_poison = true, .event_idx = true, .indirect_desc = true },
	};
	struct sim_board board;
	struct sim_qtest qtest;
	int r = 0;

	MUST(sim_board_init(&board, &options) == 0);
	sim_qtest_init(&qtest, &board);
	while (size > 0 && r == 0) {
		size_t n = MIN(size, piece);

		r = sim_qtest_receive(&qtest, data, n);
		hear(said, &qtest);
		while (r == 0 && sim_qtest_is_behind(&qtest)) {
			r = sim_qtest_receive(&qtest, NULL, 0);
			hear(said, &qtest);
		}
		MUST(r == 0 || r == -E2BIG);
		data += n;
		size -= n;
	}
	MUST(said->len == 0 || said->data[said->len - 1] == '\n');
	sim_qtest_done(&qtest);
	sim_board_done(&board);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, pieces = { 0 };

	talk(&whole, data, size, SIZE_MAX);
	talk(&pieces, data, size, size > 0 ? data[0] % 7 + 1 : 1);
	MUST(whole.len == pieces.len);
	MUST(whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0);
	buf_done(&whole);
	buf_done(&pieces);
	return 0;
}
