/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hostile QMP client: any bytes into the simulator's server, under each profile. In one piece or in
 * pieces they must be answered alike, in lines of ASCII that end as QEMU's do, and what is answered
 * must be JSON, which another parser checks.
 */
#include <string.h>

#include "base/json.h"
#include "base/util.h"
#include "fuzz.h"
#include "sim/qmp/server.h"

static void check_line(const char *line, size_t len)
{
	struct json *json;

	for (size_t i = 0; i < len; i++)
		MUST(line[i] >= 0x20 && line[i] < 0x7f);
	/* An id is echoed as deep as it came, deeper than the other parser goes. */
	if (json_parse(line, len, &json) == 0) {
		MUST(json_get_type(json) == JSON_OBJECT);
		json_free(json);
	}
}

static void check_lines(const struct buf *said)
{
	size_t begin = 0;

	for (size_t i = 0; i < said->len; i++) {
		if (said->data[i] != '\n')
			continue;
		MUST(i > begin && said->data[i - 1] == '\r');
		check_line(said->data + begin, i - 1 - begin);
		begin = i + 1;
	}
	MUST(begin == said->len);
}

static void talk(struct buf *said, const uint8_t *data, size_t size, size_t piece)
{
	struct sim_board_options options = {
		.profile = sim_profile_get(data[0] % 3),
		.bus = data[0] & 4   ? SIM_BUS_PCI
		       : data[0] & 8 ? SIM_BUS_NONE
				     : SIM_BUS_MMIO,
		.id = data[0] & 16 ? NULL : "b0",
		.name = "vm",
		.ram_bytes = 1 << 20,
		.window_base = 0xfeb00e00,
		.is_stepped = true,
		.balloon = { .page_poison = true, .event_idx = true, .indirect_desc = true },
	};
	struct sim_server *server;
	struct sim_board board;

	MUST(sim_board_init(&board, &options) == 0);
	server = sim_server_new(&board);
	MUST(server != NULL);
	sim_server_connect(server);
	/* Half of the inputs begin after the negotiation. */
	if (data[0] & 32)
		MUST(sim_server_receive(server, "{'execute':'qmp_capabilities'}", 30) == 0);
	data++;
	size--;
	while (size > 0) {
		size_t n = MIN(size, piece);

		MUST(sim_server_receive(server, data, n) == 0);
		data += n;
		size -= n;
	}
	sim_server_deliver(server);
	buf_append(said, sim_server_get_output(server)->data, sim_server_get_output(server)->len);
	sim_server_disconnect(server);
	sim_server_free(server);
	sim_board_done(&board);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, pieces = { 0 };

	if (size < 1)
		return 0;
	talk(&whole, data, size, SIZE_MAX);
	talk(&pieces, data, size, size > 1 ? data[1] % 7 + 1 : 1);
	check_lines(&whole);
	MUST(whole.len == pieces.len && memcmp(whole.data, pieces.data, whole.len) == 0);
	buf_done(&whole);
	buf_done(&pieces);
	return 0;
}
