/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * balloonsim: the machines that the command line asks for, each with its sockets, and then a loop
 * (balloonsim-host.c) until they have ended.
 */
#include <argp.h>
#include <balloonsim.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "balloonsim-host.h"
#include "balloonsim-options.h"
#include "balloonsim-plan.h"
#include "output.h"
#include "parse.h"
#include "program.h"

/* What one machine is unless it is told otherwise, as tests that drive QEMU over qtest have it. */
#define ONE_MACHINE "device=mmio,id=b0,ram=64,ioeventfd=off"

static int configure(struct balloonsim_machine *machine, const char *argument, const char *text)
{
	if (balloonsim_machine_configure(machine, text) == 0)
		return EXIT_DONE;
	return usage_error("%s%s", argument, balloonsim_machine_get_error(machine));
}

static int configure_as(struct balloonsim_machine *machine, const struct setting *setting)
{
	return configure(machine, setting->argument, setting->text);
}

/* What the program itself has to say, what the command line says of every machine, and what it says
 * of this kind of them. */
static int configure_all(struct balloonsim_machine *machine, const struct plan *plan,
			 const char *preset, const struct setting *kind)
{
	int status = configure(machine, "", preset);

	/* In QEMU's qtest the clock is the client's, and so is the guest. */
	if (status == EXIT_DONE && plan->qtest != NULL)
		status = configure(machine, "--qtest: ", "clock=qtest,guest=none");
	for (size_t i = 0; status == EXIT_DONE && i < plan->n_settings; i++)
		status = configure_as(machine, &plan->settings[i]);
	if (status == EXIT_DONE && kind != NULL)
		status = configure_as(machine, kind);
	return status;
}

/* Options that don't go together, or that only the guest understands, show here. */
static int start(struct balloonsim_machine *machine, const struct setting *kind)
{
	int r = balloonsim_machine_start(machine);

	if (r == 0)
		return EXIT_DONE;
	complain("%s%s", kind != NULL ? kind->argument : "", balloonsim_machine_get_error(machine));
	return r == -EINVAL ? EXIT_USAGE : EXIT_FAILED;
}

/* Here a clock moves by itself or by a qtest client, so it must be of the kind that fits. */
static int check_clock(struct balloonsim_machine *machine, const struct plan *plan,
		       const struct setting *kind)
{
	bool is_manual = balloonsim_machine_advance_ns(machine, 0) == 0;

	if (is_manual == (plan->qtest != NULL))
		return EXIT_DONE;
	if (plan->qtest != NULL)
		return usage_error("--qtest '%s': its client moves the clock; leave clock= away",
				   plan->qtest);
	return usage_error("%snobody would move this clock; leave clock= away, or take --qtest",
			   kind != NULL ? kind->argument : "");
}

static struct balloonsim_machine *new_machine(void)
{
	struct balloonsim_machine *machine = balloonsim_machine_new();

	if (machine == NULL)
		out_of_memory();
	return machine;
}

/* A machine that runs and listens, or NULL after saying why not. */
static struct balloonsim_machine *make_machine(const struct plan *plan, const char *preset,
					       const struct setting *kind, const char *path,
					       int *status)
{
	struct balloonsim_machine *machine = new_machine();

	*status = configure_all(machine, plan, preset, kind);
	if (*status == EXIT_DONE)
		*status = start(machine, kind);
	if (*status == EXIT_DONE)
		*status = check_clock(machine, plan, kind);
	if (*status == EXIT_DONE &&
	    (balloonsim_machine_listen_qmp(machine, path) < 0 ||
	     (plan->qtest != NULL && balloonsim_machine_listen_qtest(machine, plan->qtest) < 0))) {
		complain("%s", balloonsim_machine_get_error(machine));
		*status = EXIT_FAILED;
	}
	if (*status == EXIT_DONE)
		return machine;
	balloonsim_machine_free(machine);
	return NULL;
}

static int run(struct host *host, const struct plan *plan, const char *status)
{
	int r;

	if (!plan->quiet)
		complain("%s", status);
	ready_announce(plan->ready_fd, status);
	r = host_run(host);
	ready_withdraw();
	return r;
}

static int run_one(const struct plan *plan)
{
	struct host *host = host_new(1);
	struct balloonsim_machine *machine;
	struct buffer preset = { 0 }, words = { 0 };
	char *text;
	int status;

	if (host == NULL)
		return EXIT_FAILED;
	buffer_printf(&preset, ONE_MACHINE ",seed=%" PRIu64, plan->seed);
	text = buffer_steal(&preset);
	machine = make_machine(plan, text, NULL, plan->qmp, &status);
	free(text);
	if (machine != NULL)
		status = host_add(host, machine, "");
	if (status == EXIT_DONE) {
		buffer_printf(&words, "balloonsim: QMP on %s", plan->qmp);
		if (plan->qtest != NULL)
			buffer_printf(&words, ", qtest on %s", plan->qtest);
		text = buffer_steal(&words);
		status = run(host, plan, text);
		free(text);
	}
	host_free(host);
	return status;
}

/* The machines of a host ------------------------------------------------------------------------- */

static int add_machine(struct host *host, const struct plan *plan, unsigned int number,
		       const struct setting *kind)
{
	struct balloonsim_machine *machine;
	struct buffer preset = { 0 }, path = { 0 };
	char *preset_text, *path_text, name[32];
	int status;

	snprintf(name, sizeof(name), "vm-%04u", number);
	buffer_printf(&preset, "name=%s,seed=%" PRIu64, name, plan->seed + number);
	buffer_printf(&path, "%s/%s.qmp", plan->directory, name);
	preset_text = buffer_steal(&preset);
	path_text = buffer_steal(&path);
	machine = make_machine(plan, preset_text, kind, path_text, &status);
	if (machine != NULL)
		status = host_add(host, machine, name);
	free(preset_text);
	free(path_text);
	return status;
}

static int add_machines(struct host *host, const struct plan *plan)
{
	size_t *kinds = NULL;
	int status = EXIT_DONE;

	if (plan->n_mixes > 0)
		kinds = mix_assign(plan->mixes, plan->n_mixes, plan->vms, plan->seed);
	for (unsigned int i = 0; status == EXIT_DONE && i < plan->vms; i++)
		status = add_machine(host, plan, i + 1,
				     kinds != NULL ? &plan->mixes[kinds[i]].setting : NULL);
	free(kinds);
	return status;
}

static int run_host(const struct plan *plan)
{
	bool made_directory = mkdir(plan->directory, 0777) == 0;
	struct host *host;
	struct buffer words = { 0 };
	char *text;
	int status;

	if (!made_directory && errno != EEXIST) {
		complain("--dir '%s': %s", plan->directory, strerror(errno));
		return EXIT_FAILED;
	}
	host = host_new(plan->vms);
	status = host == NULL ? EXIT_FAILED : host_raise_limit(plan->vms);
	if (status == EXIT_DONE)
		status = add_machines(host, plan);
	if (status == EXIT_DONE) {
		buffer_printf(&words, "balloonsim: %u machines, QMP on %s/vm-0001.qmp", plan->vms,
			      plan->directory);
		if (plan->vms > 1)
			buffer_printf(&words, " to vm-%04u.qmp", plan->vms);
		text = buffer_steal(&words);
		status = run(host, plan, text);
		free(text);
	}
	host_free(host);
	/* Ours, and empty unless somebody has put something there. */
	if (made_directory)
		rmdir(plan->directory);
	return status;
}

int main(int argc, char **argv)
{
	struct plan plan = { .ready_fd = -1, .seed = 1 };
	int status;

	program_begin("balloonsim", balloonsim_get_version(), argc, argv);
	if (parse_words(&balloonsim_argp, argc, argv, 0, &plan, &status)) {
		status = plan_check(&plan);
		if (status == EXIT_DONE)
			status = plan.vms > 0 ? run_host(&plan) : run_one(&plan);
	}
	plan_free(&plan);
	return status;
}
