/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libballoonsim's guests on a QEMU, over its qtest socket, and the same on the simulator: what is
 * seen must be the same, in TAP. Each scenario is a process of its own, a few at a time. In real
 * time only what doesn't depend on it is compared.
 *
 *	test-guests [--jobs N] [--verbose] [--list] [NAME...]
 *
 * The environment's QEMU names the program; balloonsim may stand there too.
 */
#include <assert.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guests.h"

#define MAX_SECONDS 60 /* for one scenario */

static const struct scenario *const tables[] = {
	scenarios_guest_life,
	scenarios_guest_faults,
	scenarios_guest_polling,
};

struct suite {
	const char *qemu;
	enum rig_version version;
	bool is_verbose;
};

struct job {
	const struct scenario *scenario;
	pid_t pid;
	FILE *output;
	int status; /* of the process; -1 before it has ended */
};

static void print_trace(const char *name, const struct rig *rig, bool all)
{
	for (size_t i = 0; i < rig->n_lines; i++)
		if (all || rig->lines[i].is_wrong)
			printf("# line %d: %s: %s\n", rig->lines[i].line, name, rig->lines[i].text);
}

static bool compare(const struct rig *sim, const struct rig *qemu)
{
	size_t n = sim->n_lines < qemu->n_lines ? sim->n_lines : qemu->n_lines;
	bool is_same = sim->n_lines == qemu->n_lines;

	if (!is_same)
		printf("# the simulator's trace has %zu lines, QEMU's %zu\n", sim->n_lines,
		       qemu->n_lines);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(sim->lines[i].text, qemu->lines[i].text) == 0)
			continue;
		printf("# line %d:\n#   simulator: %s\n#   QEMU:      %s\n", qemu->lines[i].line,
		       sim->lines[i].text, qemu->lines[i].text);
		is_same = false;
	}
	return is_same;
}

/* A process of its own: a machine that dies takes only its scenario along. */
static int run_scenario(const struct suite *suite, const struct scenario *scenario)
{
	struct rig *sim, *qemu;
	bool is_good;

	qemu = rig_start_qemu(suite->qemu, &scenario->options);
	visit_set_exact(qemu->is_stepped);
	scenario->run(qemu);
	rig_stop(qemu);
	sim = rig_start_sim(suite->version, &scenario->options);
	visit_set_simulator(sim->context);
	scenario->run(sim);
	print_trace("QEMU", qemu, suite->is_verbose);
	print_trace("simulator", sim, suite->is_verbose);
	is_good = compare(sim, qemu) && sim->n_wrong == 0 && qemu->n_wrong == 0;
	rig_free(sim);
	rig_free(qemu);
	fflush(stdout);
	return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void begin(const struct suite *suite, struct job *job)
{
	pid_t parent = getpid();

	job->output = tmpfile();
	assert(job->output != NULL);
	fflush(NULL);
	job->pid = fork();
	assert(job->pid >= 0);
	if (job->pid > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	alarm(MAX_SECONDS);
	dup2(fileno(job->output), STDOUT_FILENO);
	dup2(fileno(job->output), STDERR_FILENO);
	exit(run_scenario(suite, job->scenario));
}

/* Migrations take real time, and the program of our own has none. */
static bool can_run(const struct suite *suite, const struct scenario *scenario)
{
	return !scenario->options.in_real_time || !rig_is_balloonsim(suite->qemu);
}

/* One line of TAP, and the reasons if it isn't good. */
static bool report(const struct suite *suite, struct job *job, size_t number)
{
	bool is_good = job->status == 0;
	char line[4096];

	if (job->output == NULL) {
		printf("ok %zu - %s # SKIP not without real time\n", number, job->scenario->name);
		return true;
	}
	printf("%s %zu - %s\n", is_good ? "ok" : "not ok", number, job->scenario->name);
	if (WIFSIGNALED(job->status))
		printf("# ended by signal %d\n", WTERMSIG(job->status));
	rewind(job->output);
	while ((!is_good || suite->is_verbose) && fgets(line, sizeof(line), job->output) != NULL)
		printf("%s%s", line[0] == '#' ? "" : "# ", line);
	fflush(stdout);
	fclose(job->output);
	return is_good;
}

static void wait_for_one(struct job *jobs, size_t n)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	assert(pid > 0);
	for (size_t i = 0; i < n; i++)
		if (jobs[i].pid == pid)
			jobs[i].status = status;
}

static int run_all(const struct suite *suite, struct job *jobs, size_t n, size_t at_once)
{
	size_t n_begun = 0, n_ended = 0, n_reported = 0, n_bad = 0;

	printf("1..%zu\n", n);
	while (n_reported < n) {
		while (n_begun < n && n_begun - n_ended < at_once) {
			if (can_run(suite, jobs[n_begun].scenario)) {
				begin(suite, &jobs[n_begun++]);
			} else {
				jobs[n_begun++].status = 0;
				n_ended++;
			}
		}
		if (n_ended < n_begun && jobs[n_reported].status < 0) {
			wait_for_one(jobs, n_begun);
			n_ended++;
		}
		while (n_reported < n_begun && jobs[n_reported].status >= 0) {
			n_bad += !report(suite, &jobs[n_reported], n_reported + 1);
			n_reported++;
		}
	}
	printf("# %zu scenarios: %zu good, %zu bad\n", n, n - n_bad, n_bad);
	return n_bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool is_wanted(const struct scenario *scenario, char **names)
{
	if (*names == NULL)
		return true;
	for (; *names != NULL; names++)
		if (strncmp(scenario->name, *names, strlen(*names)) == 0)
			return true;
	return false;
}

static struct job *choose(char **names, size_t *n)
{
	struct job *jobs = NULL;

	*n = 0;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct scenario *s = tables[i]; s->name != NULL; s++) {
			if (!is_wanted(s, names))
				continue;
			jobs = realloc(jobs, (*n + 1) * sizeof(*jobs));
			assert(jobs != NULL);
			jobs[(*n)++] = (struct job){ .scenario = s, .status = -1 };
		}
	return jobs;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "jobs", required_argument, NULL, 'j' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "list", no_argument, NULL, 'l' },
		{ 0 },
	};
	struct suite suite = { .qemu = getenv("QEMU") };
	bool only_list = false;
	int c, at_once = 4, ret = 0;
	struct job *jobs;
	char words[256];
	size_t n;

	if (suite.qemu == NULL)
		suite.qemu = "qemu-system-x86_64";
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			at_once = atoi(optarg);
			break;
		case 'v':
			suite.is_verbose = true;
			break;
		case 'l':
			only_list = true;
			break;
		default:
			return 2;
		}
	}
	jobs = choose(argv + optind, &n);
	for (size_t i = 0; i < n && only_list; i++)
		puts(jobs[i].scenario->name);
	if (!only_list) {
		if (!rig_ask_version(suite.qemu, &suite.version, words, sizeof(words)))
			rig_die("Bail out! %s doesn't start", suite.qemu);
		printf("# the simulator and %s\n", words);
		ret = run_all(&suite, jobs, n, at_once > 0 ? (size_t)at_once : 1);
	}
	free(jobs);
	return ret;
}
