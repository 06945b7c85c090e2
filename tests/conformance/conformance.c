/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs scenarios on the simulator and on QEMU, each pair in a process of its own and several at a
 * time, compares what was seen line by line, and reports in TAP. A scenario that real time ran away
 * from is repeated.
 *
 *	test-conformance [--sim PROFILE | --qemu] [--jobs N] [--verbose] [--list] [NAME...]
 *
 * Without --sim and --qemu both are run. The environment's QEMU names the program; balloonsim may
 * stand there too.
 */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "known.h"
#include "scenario.h"

#define MAX_TRIES   6
#define MAX_SECONDS 60 /* for one scenario; a simulator that goes round in circles ends so */

static const struct scenario *const tables[] = {
	scenarios_registers, scenarios_status,  scenarios_config, scenarios_size,
	scenarios_inside,    scenarios_polling, scenarios_timing, scenarios_parsing,
	scenarios_notify,    scenarios_queues,  scenarios_reset,  scenarios_rings,
	scenarios_broken,    scenarios_packed,  scenarios_legacy, scenarios_qmp,
	scenarios_qmp_input, scenarios_qom,
};

/* How the process of a scenario ends. */
enum {
	SAME = 0,
	DIFFERENT = 1,
	LATE = 2,
	DIED = 3, /* rig_die */
};

struct suite {
	const char *qemu; /* NULL: not run */
	bool with_sim;
	enum rig_version version;
	bool qemu_is_stepped;
	bool is_verbose;
};

struct job {
	const struct scenario *scenario;
	unsigned int tries;
	pid_t pid;
	FILE *output;
	int status; /* -1 before it has ended */
};

static void run(struct rig *rig, const struct scenario *scenario)
{
	scenario->run(rig);
	if (!scenario->ends_machine)
		observe_all(rig);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void print_trace(const char *name, const struct rig *rig, bool all)
{
	if (rig == NULL)
		return;
	for (size_t i = 0; i < rig->n_lines; i++)
		if (all || rig->lines[i].is_wrong)
			printf("# %s:%d: %s: %s\n", base_name(rig->lines[i].file),
			       rig->lines[i].line, name, rig->lines[i].text);
}

static bool compare(const struct rig *sim, const struct rig *qemu)
{
	size_t n = sim->n_lines < qemu->n_lines ? sim->n_lines : qemu->n_lines;
	size_t n_differences = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(sim->lines[i].text, qemu->lines[i].text) == 0)
			continue;
		if (n_differences++ < 8)
			printf("# %s:%d:\n#   simulator: %s\n#   QEMU:      %s\n",
			       base_name(qemu->lines[i].file), qemu->lines[i].line,
			       sim->lines[i].text, qemu->lines[i].text);
	}
	if (sim->n_lines != qemu->n_lines)
		printf("# the simulator's trace has %zu lines, QEMU's %zu\n", sim->n_lines,
		       qemu->n_lines);
	return n_differences == 0 && sim->n_lines == qemu->n_lines;
}

/* Has that QEMU the clock for it? */
static bool can_run(const struct suite *suite, const struct scenario *scenario)
{
	if (scenario->is_exact)
		return suite->qemu_is_stepped;
	return !scenario->options.in_real_time || !rig_is_balloonsim(suite->qemu);
}

/* A process of its own: a machine that dies takes only its scenario along. */
static int run_scenario(const struct suite *suite, const struct scenario *scenario)
{
	bool with_qemu = suite->qemu != NULL && can_run(suite, scenario);
	struct rig *sim = NULL, *qemu = NULL;
	bool is_late, is_good = true;

	if (with_qemu) {
		qemu = rig_start_qemu(suite->qemu, &scenario->options);
		run(qemu, scenario);
	}
	if (suite->with_sim) {
		sim = rig_start_sim(suite->version, &scenario->options);
		run(sim, scenario);
	}
	print_trace("QEMU", qemu, suite->is_verbose);
	print_trace("simulator", sim, suite->is_verbose);
	if (sim != NULL && qemu != NULL)
		is_good = compare(sim, qemu);
	is_good = is_good && (sim == NULL || sim->n_wrong == 0);
	is_good = is_good && (qemu == NULL || qemu->n_wrong == 0);
	if (qemu != NULL)
		rig_stop(qemu);
	is_late = qemu != NULL && qemu->is_late;
	rig_free(sim);
	rig_free(qemu);
	fflush(stdout);
	return is_good ? SAME : is_late ? LATE : DIFFERENT;
}

static void begin(const struct suite *suite, struct job *job)
{
	pid_t parent = getpid();

	job->tries++;
	job->status = -1;
	job->output = tmpfile();
	assert(job->output != NULL);
	fflush(NULL);
	job->pid = fork();
	assert(job->pid >= 0);
	if (job->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(DIED);
		alarm(MAX_SECONDS);
		dup2(fileno(job->output), STDOUT_FILENO);
		dup2(fileno(job->output), STDERR_FILENO);
		exit(run_scenario(suite, job->scenario));
	}
}

static void print_output(FILE *output)
{
	char line[4096];

	rewind(output);
	while (fgets(line, sizeof(line), output) != NULL)
		printf("%s%s", line[0] == '#' ? "" : "# ", line);
}

/* One line of TAP. Is it good? */
static bool report(const struct suite *suite, struct job *job, size_t number)
{
	const char *known = known_difference(job->scenario->name, suite->version);
	bool is_good = job->status == SAME;

	if ((job->scenario->not_on & ON(suite->version)) != 0) {
		printf("ok %zu - %s # SKIP not on %s\n", number, job->scenario->name,
		       rig_get_profile(suite->version));
		return true;
	}
	if (known != NULL) {
		printf("ok %zu - %s # SKIP known difference: %s\n", number, job->scenario->name,
		       known);
		return true;
	}
	printf("%s %zu - %s\n", is_good ? "ok" : "not ok", number, job->scenario->name);
	if (job->status == DIED || (!is_good && job->status > DIED))
		printf("# the machine has ended\n");
	if (!is_good || suite->is_verbose)
		print_output(job->output);
	fflush(stdout);
	return is_good;
}

static struct job *find_by_pid(struct job *jobs, size_t n, pid_t pid)
{
	for (size_t i = 0; i < n; i++)
		if (jobs[i].pid == pid)
			return &jobs[i];
	return NULL;
}

static int run_all(const struct suite *suite, struct job *jobs, size_t n, unsigned int at_once)
{
	size_t n_begun = 0, n_reported = 0, n_bad = 0, n_skipped = 0, n_repeated = 0;
	unsigned int n_running = 0;
	struct job *job;
	int status;

	printf("1..%zu\n", n);
	while (n_reported < n) {
		while (n_begun < n && n_running < at_once) {
			job = &jobs[n_begun++];
			if ((job->scenario->not_on & ON(suite->version)) != 0) {
				job->status = SAME;
				n_skipped++;
				continue;
			}
			begin(suite, job);
			n_running++;
		}
		while (n_reported < n_begun && jobs[n_reported].status >= 0) {
			n_bad += !report(suite, &jobs[n_reported], n_reported + 1);
			n_reported++;
		}
		if (n_running == 0)
			continue;
		job = find_by_pid(jobs, n, waitpid(-1, &status, 0));
		if (job == NULL)
			continue;
		job->pid = 0;
		job->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (job->status == LATE && job->tries < MAX_TRIES) {
			fclose(job->output);
			n_repeated++;
			begin(suite, job);
			continue;
		}
		n_running--;
	}
	printf("# %zu scenarios: %zu good, %zu bad, %zu not for this version; %zu runs repeated "
	       "because real time ran away\n",
	       n, n - n_bad - n_skipped, n_bad, n_skipped, n_repeated);
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

static bool find_version(const char *profile, enum rig_version *ret)
{
	for (enum rig_version version = 0; version < RIG_VERSIONS; version++)
		if (strcmp(profile, rig_get_profile(version)) == 0) {
			*ret = version;
			return true;
		}
	return false;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "sim", required_argument, NULL, 's' },  { "qemu", no_argument, NULL, 'q' },
		{ "jobs", required_argument, NULL, 'j' }, { "verbose", no_argument, NULL, 'v' },
		{ "list", no_argument, NULL, 'l' },       { 0 },
	};
	struct suite suite = { .qemu = getenv("QEMU"), .with_sim = true };
	unsigned int at_once = 6;
	struct job *jobs = NULL;
	bool only_list = false;
	char words[256] = "";
	size_t n = 0;
	int c, ret;

	if (suite.qemu == NULL)
		suite.qemu = "qemu-system-x86_64";
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 's':
			suite.qemu = NULL;
			if (!find_version(optarg, &suite.version))
				return 2;
			break;
		case 'q':
			suite.with_sim = false;
			break;
		case 'j':
			at_once = (unsigned int)atoi(optarg);
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
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct scenario *s = tables[i]; s->name != NULL; s++) {
			if (!is_wanted(s, argv + optind))
				continue;
			jobs = realloc(jobs, (n + 1) * sizeof(*jobs));
			assert(jobs != NULL);
			jobs[n++] = (struct job){ .scenario = s, .status = -1 };
			if (only_list)
				puts(s->name);
		}
	if (only_list)
		return 0;
	if (suite.qemu != NULL &&
	    !rig_ask_version(suite.qemu, &suite.version, words, sizeof(words)))
		rig_die("Bail out! %s doesn't start", suite.qemu);
	suite.qemu_is_stepped = strstr(words, "stepped") != NULL;
	printf("# the simulator %s %s\n", suite.with_sim ? "and" : "is left out, only",
	       suite.qemu != NULL ? words : "alone");
	ret = run_all(&suite, jobs, n, at_once > 0 ? at_once : 1);
	known_print(suite.version);
	for (size_t i = 0; i < n; i++)
		if (jobs[i].output != NULL)
			fclose(jobs[i].output);
	free(jobs);
	return ret;
}
