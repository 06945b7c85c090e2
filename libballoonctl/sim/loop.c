/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one place where board, servers and guest meet. Nobody calls anybody back: machine_turn() lets
 * each work in turn until all are done, so that every run on a manual clock is repeatable.
 */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "base/util.h"
#include "sim/guest/guest.h"
#include "sim/machine.h"

enum {
	/* Runs of the guest in a millisecond: a driver that makes the device interrupt it for ever
	 * must keep neither clients nor clock waiting. It is enough to inflate 64 GiB a second. */
	RUNS_MAX = 64,
};

/* How long one call serves the machine's clients: others wait, of this machine and of those that
 * share the process. */
#define SERVE_MAX_NS (10 * SIM_NS_PER_MS)

/* Clocks ----------------------------------------------------------------------------------------- */

int64_t machine_read_clock_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * SIM_NS_PER_S + now.tv_nsec;
}

/* The host's clocks, if the machine follows them. */
static void read_clocks(struct balloonsim_machine *machine)
{
	struct sim_clock *clock = &machine->board.clock;

	if (!machine->is_manual) {
		int64_t host_ns = machine_read_clock_ns(CLOCK_MONOTONIC) - machine->monotonic_ns;

		sim_clock_step(clock, MAX(host_ns - clock->host_ns, 0));
	}
	if (clock->wall_is_hosts)
		clock->wall_ns = machine_read_clock_ns(CLOCK_REALTIME);
}

/* Turns ------------------------------------------------------------------------------------------ */

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

/* A reset of the machine is one for the guest too. */
static void notice_reset(struct balloonsim_machine *machine)
{
	machine->n_resets_seen = machine->board.n_resets;
	if (machine->guest != NULL)
		balloonsim_guest_reset(machine->guest);
}

void machine_turn(struct balloonsim_machine *machine)
{
	const int64_t now_ns = machine->board.clock.virtual_ns;
	unsigned int runs = 0;

	if (machine->n_resets_seen != machine->board.n_resets)
		notice_reset(machine);
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

/* A round with one client: true if there may be more to do at once. */
static bool serve_qmp(struct balloonsim_machine *machine)
{
	struct sim_front *front = &machine->qmp_front;
	struct buf *output = sim_server_get_output(machine->server);
	char bytes[SIM_FRONT_CHUNK];
	int n;

	if (sim_front_accept(front, machine_read_clock_ns(CLOCK_MONOTONIC)))
		sim_server_connect(machine->server);
	if (front->client_fd < 0)
		return false;
	n = output->len < SIM_FRONT_OUTPUT_MAX ? sim_front_receive(front, bytes, sizeof(bytes)) : 0;
	if (n > 0 && (sim_front_has_left(front) ||
		      sim_server_receive(machine->server, bytes, (size_t)n) < 0))
		sim_front_hang_up(front);
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
	if (sim_front_accept(front, machine_read_clock_ns(CLOCK_MONOTONIC)))
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
	int64_t end_ns;
	bool more;

	if (!machine->is_started)
		return machine_fail(machine, -EINVAL, "the machine has not been started");
	if (machine->board.has_ended)
		return machine_has_ended(machine);
	read_clocks(machine);
	machine_turn(machine);
	end_ns = machine_read_clock_ns(CLOCK_MONOTONIC) + SERVE_MAX_NS;
	do {
		more = serve_qtest(machine);
		more |= serve_qmp(machine);
	} while (more && !machine->board.has_ended &&
		 machine_read_clock_ns(CLOCK_MONOTONIC) < end_ns);
	machine->has_more = more;
	if (machine->board.has_ended)
		return machine_has_ended(machine);
	sim_front_arrange(&machine->qmp_front, sim_server_get_output(machine->server));
	if (machine->qtest != NULL)
		sim_front_arrange(&machine->qtest_front, &machine->qtest->output);
	return 0;
}

/* The owner's loop ------------------------------------------------------------------------------- */

int balloonsim_machine_get_fd(const struct balloonsim_machine *machine)
{
	return machine->poll_fd;
}

short balloonsim_machine_get_events(const struct balloonsim_machine *machine)
{
	return POLLIN; /* the epoll has something to tell */
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
	int64_t now_ns = machine->monotonic_ns + machine->board.clock.host_ns;
	int64_t deadline_ns = MIN(machine->qmp_front.retry_ns, machine->qtest_front.retry_ns);
	int64_t wait_ns = INT64_MAX;

	if (!machine->is_started || machine->board.has_ended)
		return INT64_MAX;
	if (machine->has_more)
		return 0; /* has been due for long */
	if (!machine->is_manual)
		wait_ns = get_wait_ns(machine);
	if (wait_ns <= INT64_MAX - now_ns)
		deadline_ns = MIN(deadline_ns, now_ns + wait_ns);
	return deadline_ns;
}

int balloonsim_machine_get_timeout(const struct balloonsim_machine *machine)
{
	int64_t deadline_ns = balloonsim_machine_get_deadline_ns(machine);
	int64_t wait_ms;

	if (deadline_ns == INT64_MAX)
		return -1;
	/* Rounded up: waking a little early would only mean waiting again. */
	wait_ms =
		(MAX(deadline_ns - machine_read_clock_ns(CLOCK_MONOTONIC), 0) + SIM_NS_PER_MS - 1) /
		SIM_NS_PER_MS;
	return (int)MIN(wait_ms, (int64_t)INT32_MAX);
}

int balloonsim_machine_advance_ns(struct balloonsim_machine *machine, int64_t ns)
{
	if (!machine->is_started || !machine->is_manual || ns < 0)
		return machine_fail(machine, -EINVAL,
				    "only a manual clock can be advanced, and not back");
	if (machine->qtest != NULL)
		return machine_fail(machine, -EBUSY, "a qtest client has the clock");
	machine_turn(machine);
	while (ns > 0 && !machine->board.has_ended) {
		int64_t step_ns;

		if (!sim_balloon_can_ask(&machine->board.balloon))
			sim_board_skip_idle(&machine->board, ns);
		step_ns = MIN(get_wait_ns(machine), ns);
		sim_clock_step(&machine->board.clock, step_ns);
		machine_turn(machine);
		ns -= step_ns;
	}
	if (machine->board.has_ended)
		return machine_has_ended(machine);
	return sim_front_is_open(&machine->qmp_front) ? balloonsim_machine_process(machine) : 0;
}
