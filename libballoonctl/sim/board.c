/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hardware put together, and the part of QEMU around it that can be seen: run state, resets,
 * and the events with the rate limit of BALLOON_CHANGE, which belongs to the whole QEMU and not to
 * a client (B91).
 */
#include "sim/board.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

/* Construction ----------------------------------------------------------------------------------- */

static int copy_string(const char **string)
{
	if (*string == NULL)
		return 0;
	*string = strdup(*string);
	return *string == NULL ? -ENOMEM : 0;
}

int sim_board_init(struct sim_board *board, const struct sim_board_options *options)
{
	*board = (struct sim_board){ .options = *options };
	board->options.name = board->options.id = NULL;
	sim_clock_init(&board->clock, options->is_stepped);
	sim_memory_init(&board->memory, options->ram_bytes);
	sim_balloon_init(&board->balloon, &options->balloon, options->profile, &board->memory,
			 &board->clock);
	sim_mmio_init(&board->mmio, sim_board_has_balloon(board) ? &board->balloon : NULL,
		      options->is_legacy, options->has_ioeventfd);
	board->has_run = board->clock.is_running = !options->is_paused;
	board->options.name = options->name;
	board->options.id = options->id;
	if (copy_string(&board->options.name) < 0) {
		board->options.id = NULL;
		return -ENOMEM;
	}
	return copy_string(&board->options.id);
}

/* They were borrowed before the copy and are our own since. */
static void free_string(const char *string)
{
	free((void *)(uintptr_t)string);
}

void sim_board_done(struct sim_board *board)
{
	sim_memory_done(&board->memory);
	free_string(board->options.name);
	free_string(board->options.id);
	*board = (struct sim_board){ 0 };
}

/* Events ----------------------------------------------------------------------------------------- */

/* Nobody takes them while no server is asked to: then the oldest are lost. */
static void emit(struct sim_board *board, const struct sim_event *event)
{
	unsigned int last = (board->first_event + board->n_events) % SIM_EVENTS_MAX;

	board->events[last] = *event;
	if (board->n_events < SIM_EVENTS_MAX)
		board->n_events++;
	else
		board->first_event = (board->first_event + 1) % SIM_EVENTS_MAX;
}

static void emit_kind(struct sim_board *board, enum sim_event_kind kind, bool is_guest)
{
	const struct sim_event event = {
		.kind = kind,
		.is_guest = is_guest,
		.wall_us = board->clock.wall_ns / 1000,
	};

	emit(board, &event);
}

bool sim_board_next_event(struct sim_board *board, struct sim_event *ret)
{
	if (board->n_events == 0)
		return false;
	*ret = board->events[board->first_event];
	board->first_event = (board->first_event + 1) % SIM_EVENTS_MAX;
	board->n_events--;
	return true;
}

static void open_window(struct sim_board *board)
{
	int64_t now_ns = sim_clock_get_now_ns(&board->clock, SIM_TIMER_WINDOW);

	board->window_is_open = true;
	sim_clock_arm(&board->clock, SIM_TIMER_WINDOW, sim_clock_add_ns(now_ns, SIM_NS_PER_S));
}

/* At most one BALLOON_CHANGE a second: the first at once, then the latest at the end of each
 * second. A delayed one keeps the time at which it happened. */
static void emit_change(struct sim_board *board)
{
	const struct sim_event event = {
		.kind = SIM_EVENT_BALLOON_CHANGE,
		.actual = sim_balloon_get_actual_bytes(&board->balloon),
		.wall_us = board->clock.wall_ns / 1000,
	};

	if (board->window_is_open) {
		board->kept = event;
		board->change_is_kept = true;
		return;
	}
	emit(board, &event);
	open_window(board);
}

static void end_window(struct sim_board *board)
{
	board->window_is_open = false;
	if (!board->change_is_kept)
		return;
	board->change_is_kept = false;
	emit(board, &board->kept);
	open_window(board);
}

/* Commands --------------------------------------------------------------------------------------- */

void sim_board_stop(struct sim_board *board)
{
	if (!board->clock.is_running)
		return;
	board->clock.is_running = false;
	sim_mmio_stop(&board->mmio);
	emit_kind(board, SIM_EVENT_STOP, false);
}

void sim_board_cont(struct sim_board *board)
{
	if (board->clock.is_running)
		return;
	board->clock.is_running = board->has_run = true;
	/* A poll that is due goes out before the kicks of resuming put it off. */
	sim_board_run(board);
	sim_mmio_resume(&board->mmio);
	emit_kind(board, SIM_EVENT_RESUME, false);
}

void sim_board_system_reset(struct sim_board *board, bool is_guest)
{
	sim_mmio_system_reset(&board->mmio);
	board->n_resets++;
	/* A machine that is reset while it does not run is as one that never has. */
	if (!board->clock.is_running)
		board->has_run = false;
	emit_kind(board, SIM_EVENT_RESET, is_guest);
}

void sim_board_quit(struct sim_board *board)
{
	if (board->has_ended)
		return;
	board->has_ended = true;
	emit_kind(board, SIM_EVENT_SHUTDOWN, false);
}

/* Accesses --------------------------------------------------------------------------------------- */

uint32_t sim_board_read_register(struct sim_board *board, uint32_t offset, unsigned int width)
{
	return sim_mmio_read(&board->mmio, offset, width);
}

void sim_board_write_register(struct sim_board *board, uint32_t offset, unsigned int width,
			      uint32_t value)
{
	sim_mmio_write(&board->mmio, offset, width, value);
	if (board->balloon.actual_has_changed) {
		board->balloon.actual_has_changed = false;
		emit_change(board);
	}
}

/* The next part of an access that is all inside the window or all outside: its length, and whether
 * it is inside. Inside, it is one register access. */
static size_t get_part(const struct sim_board *board, uint64_t gpa, size_t len, bool *is_register)
{
	uint64_t base = board->options.window_base;

	*is_register = gpa >= base && gpa - base < SIM_MMIO_SIZE;
	if (!*is_register)
		return gpa < base ? (size_t)MIN((uint64_t)len, base - gpa) : len;
	for (size_t width = 4; width > 1; width /= 2)
		if (gpa % width == 0 && len >= width)
			return width;
	return 1;
}

void sim_board_read(struct sim_board *board, uint64_t gpa, void *to, size_t len)
{
	uint8_t *at = to;

	while (len > 0) {
		bool is_register;
		size_t n = get_part(board, gpa, len, &is_register);

		if (is_register) {
			uint32_t offset = (uint32_t)(gpa - board->options.window_base);
			uint32_t value = sim_board_read_register(board, offset, (unsigned int)n);

			value = htole32(value);
			memcpy(at, &value, n);
		} else {
			sim_memory_read(&board->memory, gpa, at, n);
		}
		at += n;
		gpa += n;
		len -= n;
	}
}

void sim_board_write(struct sim_board *board, uint64_t gpa, const void *from, size_t len)
{
	const uint8_t *at = from;

	while (len > 0) {
		bool is_register;
		size_t n = get_part(board, gpa, len, &is_register);

		if (is_register) {
			uint32_t offset = (uint32_t)(gpa - board->options.window_base);
			uint32_t value = 0;

			memcpy(&value, at, n);
			sim_board_write_register(board, offset, (unsigned int)n, le32toh(value));
		} else {
			sim_memory_write(&board->memory, gpa, at, n);
		}
		at += n;
		gpa += n;
		len -= n;
	}
}

/* Time ------------------------------------------------------------------------------------------- */

void sim_board_run(struct sim_board *board)
{
	enum sim_timer timer;

	while (sim_board_has_work(board)) {
		if (board->mmio.kicked != 0)
			sim_mmio_serve(&board->mmio);
		else if (!sim_clock_take_due(&board->clock, &timer))
			continue;
		else if (timer == SIM_TIMER_POLL)
			sim_balloon_poll(&board->balloon);
		else
			end_window(board);
	}
}

void sim_board_skip_idle(struct sim_board *board, int64_t ns)
{
	if (board->clock.is_running && !sim_balloon_can_ask(&board->balloon))
		sim_balloon_skip_idle(&board->balloon,
				      sim_clock_add_ns(board->clock.virtual_ns, ns));
}

void sim_board_step(struct sim_board *board, int64_t ns)
{
	sim_board_run(board);
	do {
		int64_t wait_ns;

		sim_board_skip_idle(board, ns);
		wait_ns = MIN(sim_clock_get_wait_ns(&board->clock), ns);
		sim_clock_step(&board->clock, wait_ns);
		sim_board_run(board);
		ns -= wait_ns;
	} while (ns > 0);
}
