/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See rig.h. Every loop has an end, so that a guest that never rests fails the test. */
#include "rig.h"

#include "base/util.h"
#include "suite.h"

enum {
	BASE = 0xfeb00e00,
	TURNS_MAX = 100000,
};

static uint32_t read_register(void *context, uint32_t offset, unsigned int width)
{
	return sim_board_read_register(context, offset, width);
}

static void write_register(void *context, uint32_t offset, unsigned int width, uint32_t value)
{
	sim_board_write_register(context, offset, width, value);
}

/* No guest reaches past the memory that it has been told, whatever is wrong with it. */
static void assert_inside(const struct sim_board *board, uint64_t gpa, size_t len)
{
	uint64_t ram_bytes = board->options.ram_bytes;

	CU_ASSERT_FATAL(gpa <= ram_bytes && len <= ram_bytes - gpa);
}

static void read_memory(void *context, uint64_t gpa, void *to, size_t len)
{
	struct sim_board *board = context;

	assert_inside(board, gpa, len);
	sim_memory_read(&board->memory, gpa, to, len);
}

static void write_memory(void *context, uint64_t gpa, const void *from, size_t len)
{
	struct sim_board *board = context;

	assert_inside(board, gpa, len);
	sim_memory_write(&board->memory, gpa, from, len);
}

struct sim_board_options rig_get_options(const char *profile)
{
	return (struct sim_board_options){
		.profile = sim_profile_find(profile),
		.id = "b0",
		.bus = SIM_BUS_MMIO,
		.ram_bytes = RIG_RAM,
		.window_base = BASE,
		.is_stepped = true,
		.balloon = { .page_poison = true, .event_idx = true, .indirect_desc = true },
	};
}

void rig_make(struct rig *rig, const struct sim_board_options *options)
{
	*rig = (struct rig){ .n_runs = 0 };
	CU_ASSERT_EQUAL_FATAL(sim_board_init(&rig->board, options), 0);
	rig->board.clock.wall_ns = INT64_C(1700000000) * SIM_NS_PER_S;
	rig->window = (struct balloonsim_window){
		.context = &rig->board,
		.read_register = read_register,
		.write_register = write_register,
		.read_memory = read_memory,
		.write_memory = write_memory,
	};
	rig->guest = balloonsim_guest_new(&rig->window, options->ram_bytes);
	CU_ASSERT_PTR_NOT_NULL_FATAL(rig->guest);
}

void rig_done(struct rig *rig)
{
	balloonsim_guest_free(rig->guest);
	sim_board_done(&rig->board);
}

void rig_start(struct rig *rig, const char *profile, const char *options)
{
	const struct sim_board_options board = rig_get_options(profile);

	rig_make(rig, &board);
	CU_ASSERT_EQUAL_FATAL(balloonsim_guest_configure(rig->guest, options), 0);
	rig_turn(rig);
}

static bool is_due(const struct rig *rig)
{
	const struct sim_device *device = &rig->board.balloon.device;

	return (device->line && device->n_edges != rig->n_edges_seen) ||
	       sim_guest_get_deadline_ns(rig->guest) <= rig->board.clock.virtual_ns;
}

void rig_turn(struct rig *rig)
{
	unsigned int n = 0;

	sim_board_run(&rig->board);
	while (is_due(rig)) {
		CU_ASSERT_FATAL(n++ < TURNS_MAX);
		rig->n_edges_seen = rig->board.balloon.device.n_edges;
		rig->n_runs++;
		balloonsim_guest_run(rig->guest, rig->board.clock.virtual_ns);
		sim_board_run(&rig->board);
	}
}

void rig_go_ms(struct rig *rig, int64_t ms)
{
	struct sim_clock *clock = &rig->board.clock;
	int64_t end_ns = sim_clock_add_ns(clock->virtual_ns, ms * SIM_NS_PER_MS);
	unsigned int n = 0;

	for (;;) {
		int64_t wait_ns, guest_ns;

		rig_turn(rig);
		if (clock->virtual_ns >= end_ns)
			return;
		CU_ASSERT_FATAL(n++ < TURNS_MAX);
		wait_ns = sim_clock_get_wait_ns(clock);
		guest_ns = sim_guest_get_deadline_ns(rig->guest) - clock->virtual_ns;
		wait_ns = MIN(wait_ns, guest_ns);
		sim_clock_step(clock, MIN(wait_ns, end_ns - clock->virtual_ns));
	}
}

const char *rig_get_reason(const struct rig *rig)
{
	static char text[300];

	sim_device_describe(&rig->board.balloon.device, rig->board.options.id, BASE, text,
			    sizeof(text));
	return text;
}
