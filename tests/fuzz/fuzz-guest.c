/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hostile guest: the input is a program of register and memory accesses, kicks, time and QMP's
 * knobs, run on a board of any profile and properties. Nothing that a guest does may break a bound,
 * and two boards that are given the same must end alike.
 */
#include <string.h>

#include "base/util.h"
#include "fuzz.h"
#include "sim/board.h"

enum {
	RAM = 1 << 20,
	DESC = 0x1000, /* where the quick set-up puts the rings of queue 0; 0x1000 apart */
	AVAIL = 0x800, /* behind it */
	USED = 0xc00,
	QUEUE_SIZE = 8,
};

struct input {
	const uint8_t *at;
	size_t left;
};

static uint64_t take(struct input *input, size_t n)
{
	uint64_t number = 0;

	for (size_t i = 0; i < n && input->left > 0; i++, input->left--)
		number |= (uint64_t)*input->at++ << 8 * i;
	return number;
}

static void set_up(struct sim_board *board, struct input *input)
{
	uint64_t features =
		take(input, 1) & 1 ? UINT64_MAX : UINT64_MAX & ~SIM_FEATURE(SIM_F_EVENT_IDX);

	sim_board_write_register(board, SIM_MMIO_STATUS, 4, 0);
	sim_board_write_register(board, SIM_MMIO_STATUS, 4, 3);
	sim_board_write_register(board, SIM_MMIO_GUEST_PAGE_SIZE, 4, SIM_PAGE_SIZE);
	for (uint32_t half = 0; half < 2; half++) {
		sim_board_write_register(board, SIM_MMIO_DRIVER_FEATURES_SEL, 4, half);
		sim_board_write_register(board, SIM_MMIO_DRIVER_FEATURES, 4,
					 (uint32_t)(features >> 32 * half));
	}
	sim_board_write_register(board, SIM_MMIO_STATUS, 4, 0xb);
	for (uint32_t queue = 0; queue < SIM_QUEUES_MAX; queue++) {
		uint32_t desc = DESC * (queue + 1);

		sim_board_write_register(board, SIM_MMIO_QUEUE_SEL, 4, queue);
		sim_board_write_register(board, SIM_MMIO_QUEUE_NUM, 4, QUEUE_SIZE);
		sim_board_write_register(board, SIM_MMIO_QUEUE_DESC_LOW, 4, desc);
		sim_board_write_register(board, SIM_MMIO_QUEUE_DRIVER_LOW, 4, desc + AVAIL);
		sim_board_write_register(board, SIM_MMIO_QUEUE_DEVICE_LOW, 4, desc + USED);
		sim_board_write_register(board, SIM_MMIO_QUEUE_READY, 4, 1);
		sim_board_write_register(board, SIM_MMIO_QUEUE_PFN, 4, desc >> 12);
	}
	sim_board_write_register(board, SIM_MMIO_STATUS, 4, 0xf);
}

/* A descriptor in a ring or in a table, with fields of few bits so that they often fit. */
static void put_desc(struct sim_board *board, struct input *input)
{
	uint64_t place = DESC * (take(input, 1) % 8 + 1) + SIM_DESC_SIZE * (take(input, 1) % 64);
	uint8_t bytes[SIM_DESC_SIZE];
	uint64_t addr = take(input, 2) << take(input, 1) % 5;
	uint32_t len = (uint32_t)(take(input, 2) << take(input, 1) % 3);
	uint16_t flags = (uint16_t)take(input, 2);
	uint16_t next = (uint16_t)(take(input, 1) % 12);

	memcpy(bytes, &addr, 8);
	memcpy(bytes + 8, &len, 4);
	memcpy(bytes + 12, &flags, 2);
	memcpy(bytes + 14, &next, 2);
	sim_board_write(board, place, bytes, sizeof(bytes));
}

static void publish(struct sim_board *board, struct input *input)
{
	uint32_t queue = (uint32_t)(take(input, 1) % SIM_QUEUES_MAX);
	uint64_t avail = DESC * (queue + 1) + AVAIL;
	uint16_t idx, head = (uint16_t)(take(input, 1) % 12);

	sim_board_read(board, avail + 2, &idx, 2);
	sim_board_write(board, avail + 4 + 2 * (idx % QUEUE_SIZE), &head, 2);
	idx++;
	sim_board_write(board, avail + 2, &idx, 2);
	sim_board_write_register(board, SIM_MMIO_QUEUE_NOTIFY, 4, queue);
}

static void put_bytes(struct sim_board *board, struct input *input)
{
	uint64_t place = take(input, 3);
	size_t n = take(input, 1);

	n = MIN(n, input->left);
	sim_board_write(board, place, input->at, n);
	input->at += n;
	input->left -= n;
}

static void act(struct sim_board *board, struct input *input)
{
	uint8_t bytes[16];

	switch (take(input, 1) % 16) {
	case 0:
		set_up(board, input);
		break;
	case 1:
	case 2:
		put_desc(board, input);
		break;
	case 3:
	case 4:
		publish(board, input);
		break;
	case 5:
		put_bytes(board, input);
		break;
	case 6:
		sim_board_write_register(board, (uint32_t)(take(input, 1) * 4) % SIM_MMIO_SIZE, 4,
					 (uint32_t)take(input, 4));
		break;
	case 7:
		sim_board_write_register(board, (uint32_t)(SIM_MMIO_CONFIG + take(input, 1) % 24),
					 1U << take(input, 1) % 3, (uint32_t)take(input, 4));
		break;
	case 8:
		sim_board_write_register(board, SIM_MMIO_QUEUE_NOTIFY, 4, (uint32_t)take(input, 1));
		break;
	case 9:
		sim_board_step(board, (int64_t)(take(input, 8) >> take(input, 1) % 64 & INT64_MAX));
		break;
	case 10:
		sim_balloon_set_interval(&board->balloon,
					 (uint32_t)take(input, 4) >> take(input, 1) % 32);
		break;
	case 11:
		sim_balloon_set_target(&board->balloon, take(input, 3));
		break;
	case 12:
		sim_board_system_reset(board, false);
		break;
	case 13:
		if (take(input, 1) & 1)
			sim_board_stop(board);
		else
			sim_board_cont(board);
		break;
	case 14:
		sim_board_read(board, take(input, 8), bytes, sizeof(bytes));
		break;
	case 15:
		switch (take(input, 1) % 3) {
		case 0:
			sim_balloon_start_hints(&board->balloon);
			break;
		case 1:
			sim_balloon_stop_hints(&board->balloon);
			break;
		case 2:
			sim_balloon_end_hints(&board->balloon);
			break;
		}
		break;
	}
	sim_board_run(board);
}

static void check(const struct sim_board *board)
{
	const struct sim_balloon *balloon = &board->balloon;
	const struct sim_device *device = &balloon->device;

	MUST(device->rules.bounced <= 4096);
	MUST(device->isr <= 3);
	MUST((device->rules.features & ~device->offered) == 0);
	MUST(device->is_broken || device->line == (device->isr != 0));
	MUST(balloon->interval_s > 0 || board->clock.deadlines_ns[SIM_TIMER_POLL] == SIM_NEVER);
	MUST(board->n_events <= SIM_EVENTS_MAX);
	MUST(board->memory.n_used <= RAM / 1024);
	for (unsigned int i = 0; i < device->n_queues; i++) {
		const struct sim_virtq *vq = &device->queues[i];

		MUST(vq->size > 0 && vq->size <= SIM_QUEUE_SIZE_MAX);
		MUST(vq->n_outstanding <= SIM_QUEUE_SIZE_MAX);
	}
}

static int run(struct sim_board *board, struct input input)
{
	uint64_t switches;
	struct sim_board_options options = {
		.bus = SIM_BUS_MMIO,
		.ram_bytes = RAM,
		.window_base = 0xfeb00e00,
		.is_stepped = true,
	};

	options.profile = sim_profile_get((unsigned int)(take(&input, 1) % 3));
	switches = take(&input, 2);
	options.is_legacy = switches & 1;
	options.has_ioeventfd = switches >> 1 & 1;
	options.balloon = (struct sim_balloon_options){
		.deflate_on_oom = switches >> 2 & 1,
		.page_poison = switches >> 3 & 1,
		.free_page_reporting = switches >> 4 & 1,
		.free_page_hint = switches >> 5 & 1,
		.event_idx = switches >> 6 & 1,
		.indirect_desc = switches >> 7 & 1,
		.packed = switches >> 8 & 1,
		.in_order = switches >> 9 & 1,
		.polling_interval_s = switches >> 10 & 1,
	};
	if (sim_board_init(board, &options) < 0)
		return -1;
	while (input.left > 0) {
		act(board, &input);
		check(board);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct input input = { data, size };
	struct sim_board boards[2];
	char words[2][512];

	for (int i = 0; i < 2; i++) {
		MUST(run(&boards[i], input) == 0);
		sim_device_describe(&boards[i].balloon.device, NULL, 0, words[i], sizeof(words[i]));
	}
	MUST(strcmp(words[0], words[1]) == 0);
	MUST(memcmp(boards[0].balloon.stats, boards[1].balloon.stats,
		    sizeof(boards[0].balloon.stats)) == 0);
	MUST(boards[0].balloon.device.generation == boards[1].balloon.device.generation);
	MUST(boards[0].clock.virtual_ns == boards[1].clock.virtual_ns);
	for (int i = 0; i < 2; i++)
		sim_board_done(&boards[i]);
	return 0;
}
