/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A machine: a board, the servers in front of it and the guest behind it, and the one place where
 * they meet. Nobody calls anybody back: machine_turn() lets each work in turn until all are done,
 * so that every run on a manual clock is repeatable.
 */
#include "sim/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"
#include "sim/guest/guest.h"

enum {
	/* Runs of the guest in a millisecond: a driver that makes the device interrupt it for ever
	 * must keep neither clients nor clock waiting. It is enough to inflate 64 GiB a second. */
	RUNS_MAX = 64,
	/* Rounds of receiving in one turn, so that one busy socket doesn't starve the other. */
	ROUNDS_MAX = 64,
};

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
	return machine == NULL ? "" : error_get_message(&machine->error);
}

static int fail(struct balloonsim_machine *machine, int r, const char *what)
{
	if (what == NULL)
		return error_set(&machine->error, r, NULL, "%s", strerror(-r));
	return error_set(&machine->error, r, NULL, "%s: %s", what, strerror(-r));
}

/* A guest that is thrown away again, to have its opinion of the options. */
static int check_guest(struct balloonsim_machine *machine)
{
	const struct sim_options *options = machine->options;
	struct balloonsim_guest *guest;
	int r = 0;

	if (options->guest == NULL)
		return 0;
	guest = balloonsim_guest_new(&machine->window, options->board.ram_bytes);
	if (guest == NULL)
		return fail(machine, -ENOMEM, NULL);
	r = balloonsim_guest_configure(guest, options->guest);
	if (r < 0)
		error_set(&machine->error, r, NULL, "%s", balloonsim_guest_get_error(guest));
	balloonsim_guest_free(guest);
	return r;
}

int balloonsim_machine_configure(struct balloonsim_machine *machine, const char *options)
{
	int r;

	if (machine->is_started)
		return fail(machine, -EALREADY, "the machine runs");
	r = sim_options_parse(machine->options, options, &machine->error);
	return r < 0 ? r : check_guest(machine);
}

static int64_t read_clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * SIM_NS_PER_S + now.tv_nsec;
}

void machine_read_clocks(struct balloonsim_machine *machine)
{
	struct sim_clock *clock = &machine->board.clock;

	if (!machine->is_manual) {
		int64_t host_ns = read_clock_ns(CLOCK_MONOTONIC) - machine->monotonic_ns;

		sim_clock_step(clock, MAX(host_ns - clock->host_ns, 0));
	}
	if (clock->wall_is_hosts)
		clock->wall_ns = read_clock_ns(CLOCK_REALTIME);
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
	r = options->guest == NULL ? 0 : balloonsim_guest_configure(machine->guest, options->guest);
	return r;
}

static int build(struct balloonsim_machine *machine)
{
	int r = sim_board_init(&machine->board, &machine->options->board);

	if (r < 0)
		return r;
	machine->board.clock.wall_ns = read_clock_ns(CLOCK_REALTIME);
	machine->board.clock.wall_is_hosts = !machine->is_manual;
	machine->server = sim_server_new(&machine->board);
	return machine->server == NULL ? -ENOMEM : make_guest(machine);
}

int balloonsim_machine_start(struct balloonsim_machine *machine)
{
	int r;

	if (machine->is_started)
		return fail(machine, -EALREADY, "the machine runs");
	r = sim_options_finish(machine->options, &machine->error);
	if (r < 0)
		return r;
	machine->is_manual = machine->options->is_manual;
	machine->monotonic_ns = read_clock_ns(CLOCK_MONOTONIC);
	r = build(machine);
	if (r < 0) {
		take_apart(machine);
		return fail(machine, r, NULL);
	}
	free_options(machine);
	machine->is_started = true;
	machine_turn(machine);
	return 0;
}

/* Work ------------------------------------------------------------------------------------------- */

/* When the guest wants to run, on virtual time: at once if the interrupt line has risen, but not
 * while it has a rest. A stopped guest does nothing. */
static inline int64_t get_guest_deadline_ns(const struct balloonsim_machine *machine)
{
	const struct sim_device *device = &machine->board.balloon.device;
	int64_t at_ns;

	if (machine->guest == NULL || !machine->board.clock.is_running)
		return SIM_NEVER;
	if (device->line && device->n_edges != machine->n_edges_seen)
		at_ns = 0;
	else
		at_ns = sim_guest_get_deadline_ns(machine->guest);
	return MAX(at_ns, machine->guest_rests_until_ns);
}

void machine_turn(struct balloonsim_machine *machine)
{
	const int64_t now_ns = machine->board.clock.virtual_ns;
	unsigned int runs = 0;

	if (sim_board_has_work(&machine->board))
		sim_board_run(&machine->board);
	while (get_guest_deadline_ns(machine) <= now_ns) {
		if (runs++ == RUNS_MAX) {
			machine->guest_rests_until_ns = sim_clock_add_ns(now_ns, SIM_NS_PER_MS);
			break;
		}
		machine->n_edges_seen = machine->board.balloon.device.n_edges;
		balloonsim_guest_run(machine->guest, now_ns);
		if (sim_board_has_work(&machine->board))
			sim_board_run(&machine->board);
	}
	if (machine->board.n_events > 0)
		sim_server_deliver(machine->server);
}

/* A reset by QMP is one for the guest too. */
static void notice_reset(struct balloonsim_machine *machine)
{
	if (machine->n_resets_seen == machine->board.n_resets)
		return;
	machine->n_resets_seen = machine->board.n_resets;
	if (machine->guest == NULL)
		return;
	balloonsim_guest_reset(machine->guest);
}

/* A round with one client: true if there may be more to do at once. */
static bool serve_qmp(struct balloonsim_machine *machine)
{
	struct sim_front *front = &machine->qmp_front;
	struct buf *output = sim_server_get_output(machine->server);
	char bytes[SIM_FRONT_CHUNK];
	int n;

	if (sim_front_accept(front))
		sim_server_connect(machine->server);
	if (front->client_fd < 0)
		return false;
	n = output->len < SIM_FRONT_OUTPUT_MAX ? sim_front_receive(front, bytes, sizeof(bytes)) : 0;
	if (n > 0 && sim_server_receive(machine->server, bytes, (size_t)n) < 0)
		sim_front_hang_up(front);
	notice_reset(machine);
	machine_turn(machine);
	sim_front_send(front, output);
	if (front->client_fd < 0)
		sim_server_disconnect(machine->server);
	return n != 0;
}

static bool serve_qtest(struct balloonsim_machine *machine)
{
	struct sim_front *front = &machine->qtest_front;
	struct sim_qtest *qtest = machine->qtest;
	char bytes[SIM_FRONT_CHUNK];
	int n;

	if (qtest == NULL)
		return false;
	if (sim_front_accept(front))
		sim_qtest_connect(qtest);
	if (front->client_fd < 0)
		return false;
	n = qtest->output.len < SIM_FRONT_OUTPUT_MAX && !sim_qtest_is_behind(qtest)
		    ? sim_front_receive(front, bytes, sizeof(bytes))
		    : 0;
	if (n >= 0 && sim_qtest_receive(qtest, bytes, (size_t)n) < 0) {
		sim_front_send(front, &qtest->output);
		sim_front_hang_up(front);
	}
	machine_turn(machine);
	sim_qtest_deliver(qtest);
	sim_front_send(front, &qtest->output);
	if (front->client_fd < 0) {
		sim_qtest_disconnect(qtest);
		return n != 0;
	}
	return n != 0 || (sim_qtest_is_behind(qtest) && qtest->output.len < SIM_QTEST_OUTPUT_MAX);
}

int balloonsim_machine_process(struct balloonsim_machine *machine)
{
	bool more = true;

	if (!machine->is_started)
		return -EINVAL;
	machine_read_clocks(machine);
	machine_turn(machine);
	for (int round = 0; more && round < ROUNDS_MAX && !machine->board.has_ended; round++) {
		more = serve_qtest(machine);
		more |= serve_qmp(machine);
	}
	machine->has_more = more;
	if (machine->board.has_ended) {
		end(machine);
		return -ESHUTDOWN;
	}
	sim_front_arrange(&machine->qmp_front, sim_server_get_output(machine->server));
	if (machine->qtest != NULL)
		sim_front_arrange(&machine->qtest_front, &machine->qtest->output);
	return 0;
}

/* Clients ---------------------------------------------------------------------------------------- */

int balloonsim_machine_connect(struct balloonsim_machine *machine)
{
	int fd;

	if (!machine->is_started)
		return fail(machine, -EINVAL, "the machine has not been started");
	if (machine->board.has_ended)
		return fail(machine, -ESHUTDOWN, "the machine has ended");
	fd = sim_front_connect(&machine->qmp_front);
	if (fd < 0)
		return fail(machine, fd, "a connection to the machine");
	balloonsim_machine_process(machine);
	return fd;
}

static int listen_at(struct balloonsim_machine *machine, struct sim_front *front, const char *path)
{
	int r = sim_front_listen(front, path);

	if (r == -EADDRINUSE)
		return error_set(&machine->error, r, NULL,
				 "%s: another program listens there; take another path", path);
	if (r == -EEXIST)
		return error_set(&machine->error, r, NULL,
				 "%s: is there already and is no socket; take another path", path);
	if (r < 0)
		return fail(machine, r, path);
	if (sim_front_is_open(&machine->qmp_front) || machine->qtest != NULL)
		balloonsim_machine_process(machine);
	return 0;
}

int balloonsim_machine_listen_qmp(struct balloonsim_machine *machine, const char *path)
{
	if (!machine->is_started)
		return fail(machine, -EINVAL, "the machine has not been started");
	return listen_at(machine, &machine->qmp_front, path);
}

int balloonsim_machine_listen_qtest(struct balloonsim_machine *machine, const char *path)
{
	if (!machine->is_started || !machine->is_manual || machine->guest != NULL)
		return error_set(&machine->error, -EINVAL, NULL,
				 "%s: a qtest client is guest and clock of its machine, so this "
				 "takes a started one with guest=none,clock=qtest",
				 path);
	if (machine->qtest == NULL) {
		machine->qtest = malloc(sizeof(*machine->qtest));
		if (machine->qtest == NULL)
			return fail(machine, -ENOMEM, NULL);
		sim_qtest_init(machine->qtest, &machine->board);
		/* Steps move virtual time; last-update is the host's. */
		machine->board.clock.is_stepped = true;
		machine->board.clock.wall_is_hosts = true;
	}
	return listen_at(machine, &machine->qtest_front, path);
}

/* Loop and clock --------------------------------------------------------------------------------- */

int balloonsim_machine_get_fd(const struct balloonsim_machine *machine)
{
	return machine->poll_fd;
}

short balloonsim_machine_get_events(const struct balloonsim_machine *machine)
{
	return 1; /* POLLIN: the epoll has something to tell */
}

/* How long until something is due, in nanoseconds. */
static int64_t get_wait_ns(const struct balloonsim_machine *machine)
{
	int64_t guest_ns = get_guest_deadline_ns(machine);

	if (guest_ns != SIM_NEVER)
		guest_ns = MAX(guest_ns - machine->board.clock.virtual_ns, 0);
	return MIN(sim_clock_get_wait_ns(&machine->board.clock), guest_ns);
}

int64_t balloonsim_machine_get_deadline_ns(const struct balloonsim_machine *machine)
{
	int64_t wait_ns, now_ns;

	if (!machine->is_started || machine->board.has_ended)
		return INT64_MAX;
	wait_ns = machine->has_more ? 0 : get_wait_ns(machine);
	if (wait_ns == SIM_NEVER || (machine->is_manual && !machine->has_more))
		return INT64_MAX;
	now_ns = machine->monotonic_ns + machine->board.clock.host_ns;
	return wait_ns > INT64_MAX - now_ns ? INT64_MAX : now_ns + wait_ns;
}

int balloonsim_machine_get_timeout(const struct balloonsim_machine *machine)
{
	int64_t deadline_ns = balloonsim_machine_get_deadline_ns(machine);
	int64_t wait_ms;

	if (deadline_ns == INT64_MAX)
		return -1;
	/* Rounded up: waking a little early would only mean waiting again. */
	wait_ms = (MAX(deadline_ns - read_clock_ns(CLOCK_MONOTONIC), 0) + SIM_NS_PER_MS - 1) /
		  SIM_NS_PER_MS;
	return (int)MIN(wait_ms, (int64_t)INT32_MAX);
}

int balloonsim_machine_advance_ns(struct balloonsim_machine *machine, int64_t ns)
{
	if (!machine->is_started || !machine->is_manual || ns < 0)
		return fail(machine, -EINVAL, "only a manual clock can be advanced, and not back");
	if (machine->board.clock.wall_is_hosts)
		machine_read_clocks(machine);
	machine_turn(machine);
	while (ns > 0) {
		int64_t step_ns;

		if (!sim_balloon_can_ask(&machine->board.balloon))
			sim_board_skip_idle(&machine->board, ns);
		step_ns = MIN(get_wait_ns(machine), ns);
		sim_clock_step(&machine->board.clock, step_ns);
		machine_turn(machine);
		ns -= step_ns;
	}
	if (sim_front_is_open(&machine->qmp_front) || machine->qtest != NULL)
		balloonsim_machine_process(machine);
	return 0;
}
