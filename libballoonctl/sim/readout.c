/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a machine's owner may look at and set without going through QMP. */
#include <errno.h>
#include <stdlib.h>

#include "sim/machine.h"

#define STRING(number)   #number
#define VERSION(a, b, c) STRING(a) "." STRING(b) "." STRING(c)

enum {
	REASON_MAX = 256, /* bytes; the longest of QEMU's sentences has 180 */
};

const char *balloonsim_get_version(void)
{
	return VERSION(BALLOONSIM_VERSION_MAJOR, BALLOONSIM_VERSION_MINOR,
		       BALLOONSIM_VERSION_MICRO);
}

int64_t balloonsim_machine_get_virtual_ns(const struct balloonsim_machine *machine)
{
	return machine->board.clock.virtual_ns;
}

int64_t balloonsim_machine_get_wall_us(const struct balloonsim_machine *machine)
{
	return machine->board.clock.wall_ns / 1000;
}

int balloonsim_machine_set_wall_us(struct balloonsim_machine *machine, int64_t us)
{
	if (!machine->is_started || !machine->is_manual || us < 0 || us >= SIM_NEVER / 1000)
		return error_set(&machine->error, -EINVAL, NULL,
				 "the wall clock can be set with clock=manual, from 1970 to 2261");
	machine->board.clock.wall_is_hosts = false;
	machine->board.clock.wall_ns = us * 1000;
	return 0;
}

struct balloonsim_guest *balloonsim_machine_get_guest(struct balloonsim_machine *machine)
{
	return machine->guest;
}

const struct balloonsim_window *balloonsim_machine_get_window(struct balloonsim_machine *machine)
{
	return &machine->window;
}

bool balloonsim_machine_has_interrupt(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.device.line;
}

void balloonsim_machine_reset(struct balloonsim_machine *machine)
{
	if (machine->is_started)
		sim_board_system_reset(&machine->board, true);
}

static int change_hints(struct balloonsim_machine *machine,
			void (*change)(struct sim_balloon *balloon))
{
	if (!machine->is_started || !machine->board.options.balloon.free_page_hint)
		return error_set(&machine->error, -ENODEV, NULL,
				 "the machine has no free-page-hint=on");
	change(&machine->board.balloon);
	return 0;
}

int balloonsim_machine_start_hints(struct balloonsim_machine *machine)
{
	return change_hints(machine, sim_balloon_start_hints);
}

int balloonsim_machine_stop_hints(struct balloonsim_machine *machine)
{
	return change_hints(machine, sim_balloon_stop_hints);
}

int balloonsim_machine_end_hints(struct balloonsim_machine *machine)
{
	return change_hints(machine, sim_balloon_end_hints);
}

uint64_t balloonsim_machine_get_stat(const struct balloonsim_machine *machine, unsigned int tag)
{
	if (!machine->is_started || tag >= SIM_STATS_MAX)
		return SIM_STAT_ABSENT;
	return machine->board.balloon.stats[tag];
}

int64_t balloonsim_machine_get_last_update(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.last_update_s;
}

uint32_t balloonsim_machine_get_interval(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.interval_s;
}

bool balloonsim_machine_holds_buffer(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.is_held;
}

uint64_t balloonsim_machine_get_samples(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.n_samples;
}

uint64_t balloonsim_machine_get_requests(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.n_requests;
}

uint32_t balloonsim_machine_get_num_pages(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.num_pages;
}

uint32_t balloonsim_machine_get_actual(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.actual;
}

bool balloonsim_machine_is_broken(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.device.is_broken;
}

uint32_t balloonsim_machine_get_breakages(const struct balloonsim_machine *machine)
{
	return machine->board.balloon.device.n_breakages;
}

const char *balloonsim_machine_get_broken_reason(struct balloonsim_machine *machine)
{
	if (!machine->is_started)
		return "";
	if (machine->reason == NULL)
		machine->reason = malloc(REASON_MAX);
	if (machine->reason == NULL)
		return "";
	sim_device_describe(&machine->board.balloon.device, machine->board.options.id,
			    machine->board.options.window_base, machine->reason, REASON_MAX);
	return machine->reason;
}

size_t balloonsim_machine_get_resident_bytes(const struct balloonsim_machine *machine)
{
	return sim_memory_get_resident(&machine->board.memory);
}
