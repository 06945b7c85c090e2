/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulator in this process: a manual clock, no guest of its own, the scenario at its window.
 * Only accesses that are no single register's go to the board itself: the public header has none.
 */
#include <assert.h>
#include <balloonsim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"
#include "sim/board.h"
#include "sim/machine.h"

static struct balloonsim_machine *machine(const struct rig *rig)
{
	return rig->context;
}

static void sim_serve(struct rig *rig)
{
	if (!rig->is_frozen)
		balloonsim_machine_process(machine(rig));
}

/* Is [gpa, gpa + width) one naturally aligned register access? */
static bool is_register(const struct rig *rig, uint64_t gpa, unsigned int width)
{
	return gpa >= rig->base && gpa < rig->base + 0x200 && width <= 4 && gpa % width == 0;
}

static uint64_t sim_read(struct rig *rig, uint64_t gpa, unsigned int width)
{
	const struct balloonsim_window *window = balloonsim_machine_get_window(machine(rig));
	unsigned char bytes[8];
	uint64_t value = 0;

	if (is_register(rig, gpa, width))
		return window->read_register(window->context, (uint32_t)(gpa - rig->base), width);
	sim_board_read(&machine(rig)->board, gpa, bytes, width);
	for (unsigned int i = 0; i < width; i++)
		value |= (uint64_t)bytes[i] << (8 * i);
	return value;
}

static void sim_write(struct rig *rig, uint64_t gpa, unsigned int width, uint64_t value)
{
	const struct balloonsim_window *window = balloonsim_machine_get_window(machine(rig));
	unsigned char bytes[8];

	if (is_register(rig, gpa, width)) {
		if (width < 4)
			value &= (1u << (8 * width)) - 1;
		window->write_register(window->context, (uint32_t)(gpa - rig->base), width,
				       (uint32_t)value);
	} else {
		for (unsigned int i = 0; i < width; i++)
			bytes[i] = (unsigned char)(value >> (8 * i));
		sim_board_write(&machine(rig)->board, gpa, bytes, width);
	}
	sim_serve(rig);
}

static void sim_read_memory(struct rig *rig, uint64_t gpa, void *to, size_t len)
{
	const struct balloonsim_window *window = balloonsim_machine_get_window(machine(rig));

	window->read_memory(window->context, gpa, to, len);
}

static void sim_write_memory(struct rig *rig, uint64_t gpa, const void *from, size_t len)
{
	const struct balloonsim_window *window = balloonsim_machine_get_window(machine(rig));

	window->write_memory(window->context, gpa, from, len);
}

static void sim_read_registers(struct rig *rig, uint32_t values[64])
{
	for (uint32_t i = 0; i < 64; i++)
		values[i] = (uint32_t)sim_read(rig, rig->base + 4 * i, 4);
}

static bool sim_has_interrupt(struct rig *rig)
{
	return balloonsim_machine_has_interrupt(machine(rig));
}

static int sim_connect(struct rig *rig)
{
	return balloonsim_machine_connect(machine(rig));
}

static void sim_pass_ns(struct rig *rig, int64_t ns)
{
	if (balloonsim_machine_advance_ns(machine(rig), ns) < 0)
		rig_die("the simulator's clock: %s", balloonsim_machine_get_error(machine(rig)));
	sim_serve(rig);
}

static void sim_pass_wall_ms(struct rig *rig, int ms)
{
	int64_t us = balloonsim_machine_get_wall_us(machine(rig));

	balloonsim_machine_set_wall_us(machine(rig), us + ms * INT64_C(1000));
}

static void sim_stop(struct rig *rig)
{
	balloonsim_machine_free(machine(rig));
}

static const struct rig_ops sim_ops = {
	.read = sim_read,
	.write = sim_write,
	.read_memory = sim_read_memory,
	.write_memory = sim_write_memory,
	.read_registers = sim_read_registers,
	.has_interrupt = sim_has_interrupt,
	.connect = sim_connect,
	.serve = sim_serve,
	.pass_ns = sim_pass_ns,
	.pass_wall_ms = sim_pass_wall_ms,
	.stop = sim_stop,
};

/* The simulator's words for a machine: its options are the balloon's own ones and a few more. */
static char *describe(enum rig_version version, const struct rig_options *options)
{
	char *text;
	int ret;

	ret = asprintf(&text,
		       "clock=manual,guest=none,profile=%s,ram=%uM,device=%s,id=%s%s%s%s%s%s",
		       rig_get_profile(version), options->ram_mib != 0 ? options->ram_mib : 64,
		       options->has_no_balloon ? "none"
		       : options->is_pci       ? "pci"
					       : "mmio",
		       options->is_anonymous ? "" : "b0", options->is_legacy ? ",legacy=on" : "",
		       options->is_paused || options->is_pci ? ",paused=on" : "",
		       options->has_ioeventfd ? ",ioeventfd=on" : ",ioeventfd=off",
		       options->device != NULL ? "," : "",
		       options->device != NULL ? options->device : "");
	assert(ret >= 0);
	return text;
}

struct rig *rig_start_sim(enum rig_version version, const struct rig_options *options)
{
	struct balloonsim_machine *sim = balloonsim_machine_new();
	struct rig *rig = rig_new(&sim_ops, options, sim);
	char *words = describe(version, options);

	if (sim == NULL || balloonsim_machine_configure(sim, words) < 0 ||
	    balloonsim_machine_start(sim) < 0)
		rig_die("# no simulator with %s: %s", words,
			sim != NULL ? balloonsim_machine_get_error(sim) : "no memory");
	free(words);
	rig->is_stepped = true;
	rig_begin(rig);
	return rig;
}
