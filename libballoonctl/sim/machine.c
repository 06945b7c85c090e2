/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A machine's life: its options, the board with the servers in front of it and the guest behind it,
 * its clients, its end. How they work together is in loop.c.
 */
#include "sim/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"

/* The window ------------------------------------------------------------------------------------- */

/* A naturally aligned access of 1, 2 or 4 bytes inside the window? */
static inline bool is_access(uint32_t offset, unsigned int width)
{
	return offset < SIM_MMIO_SIZE && (offset & (width - 1)) == 0 &&
	       (width == 4 || width == 2 || width == 1);
}

static uint32_t read_register(void *context, uint32_t offset, unsigned int width)
{
	return is_access(offset, width) ? sim_board_read_register(context, offset, width) : 0;
}

static void write_register(void *context, uint32_t offset, unsigned int width, uint32_t value)
{
	if (is_access(offset, width))
		sim_board_write_register(context, offset, width, value);
}

static void read_memory(void *context, uint64_t gpa, void *to, size_t len)
{
	struct sim_board *board = context;

	sim_memory_read(&board->memory, gpa, to, len);
}

static void write_memory(void *context, uint64_t gpa, const void *from, size_t len)
{
	struct sim_board *board = context;

	sim_memory_write(&board->memory, gpa, from, len);
}

/* Life ------------------------------------------------------------------------------------------- */

struct balloonsim_machine *balloonsim_machine_new(void)
{
	struct balloonsim_machine *machine = calloc(1, sizeof(*machine));

	if (machine == NULL)
		return NULL;
	machine->options = malloc(sizeof(*machine->options));
	machine->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	sim_front_init(&machine->qmp_front, machine->poll_fd);
	sim_front_init(&machine->qtest_front, machine->poll_fd);
	machine->window = (struct balloonsim_window){
		.context = &machine->board, /* all zeros before the start: registers of nothing */
		.read_register = read_register,
		.write_register = write_register,
		.read_memory = read_memory,
		.write_memory = write_memory,
	};
	if (machine->options == NULL || machine->poll_fd < 0) {
		free(machine->options);
		machine->options = NULL;
		balloonsim_machine_free(machine);
		return NULL;
	}
	sim_options_init(machine->options);
	return machine;
}

static void free_options(struct balloonsim_machine *machine)
{
	if (machine->options == NULL)
		return;
	sim_options_done(machine->options);
	free(machine->options);
	machine->options = NULL;
}

/* A machine that has ended is deaf, but can still be asked. */
static void end(struct balloonsim_machine *machine)
{
	sim_front_done(&machine->qmp_front);
	sim_front_done(&machine->qtest_front);
}

int machine_has_ended(struct balloonsim_machine *machine)
{
	end(machine);
	return error_set(&machine->error, -ESHUTDOWN, NULL, "the machine has ended");
}

static void take_apart(struct balloonsim_machine *machine)
{
	balloonsim_guest_free(machine->guest);
	machine->guest = NULL;
	sim_server_free(machine->server);
	machine->server = NULL;
	sim_board_done(&machine->board);
}

void balloonsim_machine_free(struct balloonsim_machine *machine)
{
	if (machine == NULL)
		return;
	end(machine);
	free_options(machine);
	take_apart(machine);
	if (machine->qtest != NULL)
		sim_qtest_done(machine->qtest);
	free(machine->qtest);
	if (machine->poll_fd >= 0)
		close(machine->poll_fd);
	error_done(&machine->error);
	free(machine->reason);
	free(machine);
}

const char *balloonsim_machine_get_error(const struct balloonsim_machine *machine)
{
	/* There was no memory for one. */
	return machine == NULL ? strerror(ENOMEM) : error_get_message(&machine->error);
}

int machine_fail(struct balloonsim_machine *machine, int r, const char *what)
{
	if (what == NULL)
		return error_set(&machine->error, r, NULL, "%s", strerror(-r));
	return error_set(&machine->error, r, NULL, "%s: %s", what, strerror(-r));
}

/* A guest that is thrown away again, to have its opinion of the options. */
static int check_guest(struct balloonsim_machine *machine, const struct sim_options *options)
{
	struct balloonsim_guest *guest;
	int r = 0;

	if (options->guest == NULL)
		return 0;
	guest = balloonsim_guest_new(&machine->window, options->board.ram_bytes);
	if (guest == NULL)
		return machine_fail(machine, -ENOMEM, NULL);
	r = balloonsim_guest_configure(guest, options->guest);
	if (r < 0)
		error_set(&machine->error, r, NULL, "%s", balloonsim_guest_get_error(guest));
	balloonsim_guest_free(guest);
	return r;
}

/* All of the text counts, or nothing. */
int balloonsim_machine_configure(struct balloonsim_machine *machine, const char *options)
{
	struct sim_options changed;
	int r;

	if (machine->is_started)
		return machine_fail(machine, -EALREADY, "the machine runs");
	if (sim_options_copy(&changed, machine->options) < 0)
		return machine_fail(machine, -ENOMEM, NULL);
	r = sim_options_parse(&changed, options, &machine->error);
	if (r == 0)
		r = check_guest(machine, &changed);
	if (r < 0) {
		sim_options_done(&changed);
		return r;
	}
	sim_options_done(machine->options);
	*machine->options = changed;
	return 0;
}

static int make_guest(struct balloonsim_machine *machine)
{
	const struct sim_options *options = machine->options;
	int r;

	if (!options->has_guest)
		return 0;
	machine->guest = balloonsim_guest_new(&machine->window, options->board.ram_bytes);
	if (machine->guest == NULL)
		return -ENOMEM;
	/* The options have been looked over before. */
	r = options->guest == NULL ? 0 : balloonsim_guest_configure(machine->guest, options->guest);
	return r;
}

static int build(struct balloonsim_machine *machine)
{
	int r = sim_board_init(&machine->board, &machine->options->board);

	if (r < 0)
		return r;
	machine->board.clock.wall_ns = machine_read_clock_ns(CLOCK_REALTIME);
	machine->board.clock.wall_is_hosts = !machine->is_manual;
	machine->server = sim_server_new(&machine->board);
	return machine->server == NULL ? -ENOMEM : make_guest(machine);
}

int balloonsim_machine_start(struct balloonsim_machine *machine)
{
	int r;

	if (machine->is_started)
		return machine_fail(machine, -EALREADY, "the machine runs");
	r = sim_options_finish(machine->options, &machine->error);
	if (r < 0)
		return r;
	machine->is_manual = machine->options->is_manual;
	machine->monotonic_ns = machine_read_clock_ns(CLOCK_MONOTONIC);
	r = build(machine);
	if (r < 0) {
		take_apart(machine);
		return machine_fail(machine, r, NULL);
	}
	free_options(machine);
	machine->is_started = true;
	machine_turn(machine);
	return 0;
}

/* Clients ---------------------------------------------------------------------------------------- */

int balloonsim_machine_connect(struct balloonsim_machine *machine)
{
	int fd;

	if (!machine->is_started)
		return machine_fail(machine, -EINVAL, "the machine has not been started");
	if (machine->board.has_ended)
		return machine_has_ended(machine);
	fd = sim_front_connect(&machine->qmp_front);
	if (fd == -EAGAIN)
		return error_set(&machine->error, fd, NULL,
				 "%d clients wait for the machine's monitor already; close one",
				 SIM_FRONT_WAITING_MAX);
	if (fd < 0)
		return machine_fail(machine, fd, "a connection to the machine");
	balloonsim_machine_process(machine);
	return fd;
}

static int listen_at(struct balloonsim_machine *machine, struct sim_front *front, const char *path)
{
	int r;

	if (machine->board.has_ended)
		return machine_has_ended(machine);
	if (front->path != NULL)
		return error_set(&machine->error, -EALREADY, NULL,
				 "%s: the machine listens at %s already", path, front->path);
	r = sim_front_listen(front, path);
	switch (r) {
	case 0:
		balloonsim_machine_process(machine);
		return 0;
	case -EINVAL:
		return error_set(&machine->error, r, NULL, "the path of a socket is empty");
	case -EADDRINUSE:
		return error_set(&machine->error, r, NULL,
				 "%s: another program listens there; take another path", path);
	case -EEXIST:
		return error_set(&machine->error, r, NULL,
				 "%s: is there already and is no socket; take another path", path);
	default:
		return machine_fail(machine, r, path);
	}
}

int balloonsim_machine_listen_qmp(struct balloonsim_machine *machine, const char *path)
{
	if (!machine->is_started)
		return machine_fail(machine, -EINVAL, "the machine has not been started");
	return listen_at(machine, &machine->qmp_front, path);
}

/* Steps move virtual time from then on, and last-update is the host's time. */
static int make_qtest(struct balloonsim_machine *machine)
{
	machine->qtest = malloc(sizeof(*machine->qtest));
	if (machine->qtest == NULL)
		return machine_fail(machine, -ENOMEM, NULL);
	sim_qtest_init(machine->qtest, &machine->board);
	machine->board.clock.is_stepped = true;
	machine->board.clock.wall_is_hosts = true;
	return 0;
}

int balloonsim_machine_listen_qtest(struct balloonsim_machine *machine, const char *path)
{
	if (!machine->is_started || !machine->is_manual || machine->guest != NULL)
		return error_set(&machine->error, -EINVAL, NULL,
				 "%s: a qtest client is guest and clock of its machine, so this "
				 "takes a started one with guest=none,clock=qtest",
				 path);
	if (machine->qtest == NULL && make_qtest(machine) < 0)
		return -ENOMEM;
	return listen_at(machine, &machine->qtest_front, path);
}
