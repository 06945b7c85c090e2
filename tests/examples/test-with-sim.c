/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How to test a tool against the simulator: a guest that answers and one that stops to, two minutes
 * of their lives in no time, and the question whether the tool tells one from the other.
 */
#include <balloonctl.h>
#include <balloonsim.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

/* The tool: how much memory is free? A number that is older than ten seconds is none. */
static int tell_free_memory(const struct balloonctl_stats *stats, uint64_t *ret_bytes)
{
	uint64_t age;

	if (balloonctl_stats_get_age_seconds(stats, &age) < 0 || age > 10)
		return -ESTALE;
	return balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, ret_bytes);
}

/* A simulated VM that has run for two minutes and is asked for statistics every two seconds. Its
 * driver loads in the first second, when the clock has been set. */
static struct balloonsim_machine *make_vm(const char *qemu, const char *guest)
{
	struct balloonsim_machine *machine = balloonsim_machine_new();
	char options[256];

	if (machine == NULL)
		return NULL;
	snprintf(options, sizeof(options),
		 "clock=manual,boot=1000,guest-stats-polling-interval=2,profile=%s,%s", qemu,
		 guest);
	if (balloonsim_machine_configure(machine, options) < 0 ||
	    balloonsim_machine_start(machine) < 0 ||
	    /* Begin two minutes ago, so that the VM's clock ends where ours stands. */
	    balloonsim_machine_set_wall_us(machine, ((int64_t)time(NULL) - 120) * 1000000) < 0 ||
	    balloonsim_machine_advance_ns(machine, 120 * NS_PER_S) < 0) {
		fprintf(stderr, "%s\n", balloonsim_machine_get_error(machine));
		balloonsim_machine_free(machine);
		return NULL;
	}
	return machine;
}

/* Both sides live in this thread: each in turn does what it can, and neither waits. */
static struct balloonctl_completion *exchange(struct balloonsim_machine *machine,
					      struct balloonctl_monitor *monitor)
{
	struct balloonctl_completion *done = NULL;

	for (int i = 0; i < 1000 && done == NULL; i++) {
		balloonsim_machine_process(machine);
		balloonctl_monitor_process(monitor);
		done = balloonctl_monitor_next_completion(monitor);
	}
	return done;
}

static int ask(struct balloonsim_machine *machine, uint64_t *ret_bytes)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_completion *done = NULL;
	int fd = balloonsim_machine_connect(machine);
	int r = -ENOMEM;

	if (monitor == NULL || fd < 0)
		goto out;
	r = balloonctl_monitor_start_connect_fd(monitor, fd, "the simulated VM");
	if (r == 0)
		r = balloonctl_monitor_start_get_stats(monitor, NULL);
	if (r < 0)
		goto out;
	done = exchange(machine, monitor);
	r = done == NULL ? -ETIMEDOUT : balloonctl_completion_get_result(done);
	if (r == 0)
		r = tell_free_memory(balloonctl_completion_get_stats(done), ret_bytes);
out:
	balloonctl_completion_free(done);
	balloonctl_monitor_free(monitor);
	if (fd >= 0)
		close(fd);
	return r;
}

/* What the tool should say of such a guest; of 0 also that the number is the guest's own. */
static int check(const char *qemu, const char *guest, int expected)
{
	struct balloonsim_machine *machine = make_vm(qemu, guest);
	uint64_t bytes = 0;
	int r, is_right;

	if (machine == NULL)
		return 1;
	r = ask(machine, &bytes);
	is_right = r == expected &&
		   (r < 0 ||
		    bytes == balloonsim_machine_get_stat(machine, BALLOONCTL_STAT_FREE_MEMORY));
	printf("%s: QEMU %s, %s\n", is_right ? "ok" : "FAILED", qemu, guest);
	balloonsim_machine_free(machine);
	return !is_right;
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: %s QEMU_VERSION...\n", argv[0]);
		return 1;
	}
	for (int i = 1; i < argc; i++) {
		failed += check(argv[i], "workload=leaking", 0);
		failed += check(argv[i], "latency=3000", 0);
		failed += check(argv[i], "fault=never-answers@60s", -ESTALE);
		failed += check(argv[i], "fault=no-driver", -ESTALE);
		failed += check(argv[i], "guest=windows-no-service", -ESTALE);
	}
	return failed > 0;
}
