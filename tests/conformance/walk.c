/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random walks: the same actions on the simulator and on QEMU, everything compared after each. A
 * walk that ends in a difference is made as short as it goes, and printed so that it can be run
 * again.
 *
 *	test-walk [--walks N] [--seconds N] [--seed S] [--steps K] [--jobs N] [--replay FILE]
 */
#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "known.h"
#include "walk.h"

#define MAX_STEPS   2000
#define MAX_JOBS    16
#define MAX_SECONDS 120 /* for one walk */

enum {
	SAME = 0,
	DIFFERENT = 1,
	DIED = 3,
};

struct walks {
	const char *qemu;
	enum rig_version version;
	bool is_stepped;
};

struct walk {
	uint64_t seed; /* the machine's options are its, too */
	struct walk_action actions[MAX_STEPS];
	size_t n;
};

static void make_walk(const struct walks *walks, struct walk *walk, uint64_t seed, size_t n)
{
	uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	struct rig_options options;
	bool is_packed, is_safe;

	walk_choose_options(seed, walks->version, &options);
	/* A ring that changes under a running device makes 7.2 abort, and a packed one every QEMU. */
	is_packed = options.device != NULL && strstr(options.device, "packed") != NULL;
	is_safe = walks->version == RIG_7_2 || is_packed;
	walk->seed = seed;
	walk->n = n;
	for (size_t i = 0; i < n; i++) {
		walk_choose_action(&state, is_safe, walks->is_stepped, &walk->actions[i]);
		if (is_packed && walk->actions[i].kind == WALK_QUEUE)
			walk->actions[i].kind = WALK_KICK;
	}
	/* Without a driver there is nothing to see. */
	for (size_t i = 1; i < n && walk->actions[0].kind != WALK_START; i++)
		if (walk->actions[i].kind == WALK_START)
			walk->actions[0] = walk->actions[i];
}

static bool compare_from(const struct rig *sim, const struct rig *qemu, size_t *at, bool is_loud)
{
	size_t first = *at, n = sim->n_lines > qemu->n_lines ? sim->n_lines : qemu->n_lines;
	bool is_same = true;

	for (size_t i = first; i < n; i++) {
		const char *a = i < sim->n_lines ? sim->lines[i].text : "nothing";
		const char *b = i < qemu->n_lines ? qemu->lines[i].text : "nothing";

		if (strcmp(a, b) == 0)
			continue;
		is_same = false;
		if (is_loud)
			printf("  simulator: %s\n  QEMU:      %s\n", a, b);
	}
	*at = n;
	return is_same;
}

/* In this process: how far are they the same? */
static int do_walk(const struct walks *walks, const struct walk *walk, bool is_loud)
{
	bool sim_is_running = true, qemu_is_running = true;
	bool with_changes = walks->is_stepped;
	struct rig_options options;
	struct rig *sim, *qemu;
	int ret = SAME;
	size_t at = 0;

	walk_choose_options(walk->seed, walks->version, &options);
	qemu = rig_start_qemu(walks->qemu, &options);
	sim = rig_start_sim(walks->version, &options);
	for (size_t i = 0; i < walk->n && ret == SAME; i++) {
		if (walk->actions[i].kind == WALK_STEP && !walks->is_stepped)
			continue;
		if (is_loud) {
			walk_print(stdout, &walk->actions[i]);
			fflush(stdout);
		}
		walk_do(qemu, &walk->actions[i], &qemu_is_running);
		walk_look(qemu, with_changes);
		walk_do(sim, &walk->actions[i], &sim_is_running);
		walk_look(sim, with_changes);
		if (!compare_from(sim, qemu, &at, is_loud))
			ret = DIFFERENT;
	}
	rig_free(qemu);
	rig_free(sim);
	fflush(stdout);
	return ret;
}

/* In a process of its own: machines may die. */
static pid_t fork_walk(const struct walks *walks, const struct walk *walk, bool is_loud)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	assert(pid >= 0);
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(DIED);
	alarm(MAX_SECONDS);
	if (!is_loud && freopen("/dev/null", "we", stderr) == NULL)
		_exit(DIED);
	exit(do_walk(walks, walk, is_loud));
}

static int get_result(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int try_walk(const struct walks *walks, const struct walk *walk, bool is_loud)
{
	pid_t pid = fork_walk(walks, walk, is_loud);
	int status;

	waitpid(pid, &status, 0);
	return get_result(status);
}

/* Leave out ever smaller pieces, as long as the walk ends in the same way. */
static void remove_actions(const struct walks *walks, struct walk *walk, int result)
{
	struct walk *shorter = malloc(sizeof(*shorter));
	size_t piece = walk->n;

	assert(shorter != NULL);
	while (piece > 0) {
		bool is_shorter = false;

		for (size_t from = 0; from < walk->n;) {
			size_t len = walk->n - from < piece ? walk->n - from : piece;

			*shorter = *walk;
			memmove(shorter->actions + from, shorter->actions + from + len,
				(walk->n - from - len) * sizeof(walk->actions[0]));
			shorter->n -= len;
			if (shorter->n > 0 && try_walk(walks, shorter, false) == result) {
				*walk = *shorter;
				is_shorter = true;
			} else {
				from += len;
			}
		}
		if (!is_shorter || piece > walk->n)
			piece /= 2;
	}
	free(shorter);
}

/* Make numbers 0, or small, where it changes nothing. */
static void simplify_actions(const struct walks *walks, struct walk *walk, int result)
{
	for (size_t i = 0; i < walk->n; i++) {
		uint64_t *const values[] = { &walk->actions[i].a, &walk->actions[i].b,
					     &walk->actions[i].c, &walk->actions[i].d };

		for (size_t v = 0; v < 4; v++) {
			const uint64_t simpler[] = { 0, 1, *values[v] & 0xffffffff,
						     *values[v] / 2 };
			uint64_t old = *values[v];

			for (size_t s = 0; s < 4; s++) {
				if (simpler[s] >= old)
					continue;
				*values[v] = simpler[s];
				if (try_walk(walks, walk, false) == result)
					break;
				*values[v] = old;
			}
		}
	}
}

static void shrink(const struct walks *walks, struct walk *walk, int result)
{
	struct rig_options options;

	walk_choose_options(walk->seed, walks->version, &options);
	printf("\nwalk %" PRIu64 " (%s%s) %s after %zu actions; shrinking\n", walk->seed,
	       options.device != NULL ? options.device : "", options.is_legacy ? "legacy" : "",
	       result == DIFFERENT ? "differs" : "ends a machine", walk->n);
	remove_actions(walks, walk, result);
	simplify_actions(walks, walk, result);
	printf("# walk %" PRIu64 ", %zu actions (for --replay):\n", walk->seed, walk->n);
	try_walk(walks, walk, true);
	fflush(stdout);
}

static int replay(const struct walks *walks, const char *path)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	FILE *file = fopen(path, "re");
	int ret;

	assert(walk != NULL);
	if (file == NULL || fscanf(file, "# walk %" SCNu64 "%*[^\n]", &walk->seed) != 1)
		rig_die("%s: not a walk", path);
	while (walk->n < MAX_STEPS && walk_scan(file, &walk->actions[walk->n]))
		walk->n++;
	fclose(file);
	ret = try_walk(walks, walk, true);
	free(walk);
	return ret;
}

static int run_walks(const struct walks *walks, uint64_t seed, size_t n, size_t steps, int seconds,
		     unsigned int at_once)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	struct {
		pid_t pid;
		uint64_t seed;
	} running[MAX_JOBS] = { 0 };
	size_t n_begun = 0, n_done = 0, n_bad = 0, n_died = 0;
	time_t end = time(NULL) + seconds;
	unsigned int n_running = 0, slot;
	int status, result;
	pid_t pid;

	assert(walk != NULL);
	for (;;) {
		while (n_running < at_once && n_begun < n && n_bad < 5 &&
		       (seconds == 0 || time(NULL) < end)) {
			for (slot = 0; running[slot].pid != 0; slot++)
				;
			make_walk(walks, walk, seed + n_begun, steps);
			running[slot].seed = seed + n_begun++;
			running[slot].pid = fork_walk(walks, walk, false);
			n_running++;
		}
		if (n_running == 0)
			break;
		pid = wait(&status);
		for (slot = 0; running[slot].pid != pid; slot++)
			assert(slot < MAX_JOBS - 1);
		running[slot].pid = 0;
		n_running--;
		n_done++;
		result = get_result(status);
		if (result == SAME)
			continue;
		n_bad += result == DIFFERENT;
		n_died += result != DIFFERENT;
		make_walk(walks, walk, running[slot].seed, steps);
		/* Others go on meanwhile; they are waited for by their own ids. */
		if (n_running == 0 || at_once == 1) {
			shrink(walks, walk, result);
			continue;
		}
		printf("walk %" PRIu64 " %s; run it alone: --seed %" PRIu64
		       " --walks 1 --steps %zu\n",
		       running[slot].seed, result == DIFFERENT ? "differs" : "ends a machine",
		       running[slot].seed, steps);
		shrink(walks, walk, result);
	}
	printf("%zu walks of %zu steps: %zu the same, %zu different, %zu ended a machine\n", n_done,
	       steps, n_done - n_bad - n_died, n_bad, n_died);
	free(walk);
	return n_bad + n_died == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "walks", required_argument, NULL, 'w' },
		{ "seconds", required_argument, NULL, 't' },
		{ "seed", required_argument, NULL, 's' },
		{ "steps", required_argument, NULL, 'k' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "replay", required_argument, NULL, 'r' },
		{ 0 },
	};
	struct walks walks = { .qemu = getenv("QEMU") };
	size_t n = SIZE_MAX, steps = 60;
	const char *path = NULL;
	unsigned int at_once = 2;
	uint64_t seed = 1;
	char words[256];
	int seconds = 0;
	int c;

	if (walks.qemu == NULL)
		walks.qemu = "qemu-system-x86_64";
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'w':
			n = strtoull(optarg, NULL, 0);
			break;
		case 't':
			seconds = atoi(optarg);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0);
			break;
		case 'k':
			steps = strtoull(optarg, NULL, 0);
			break;
		case 'j':
			at_once = (unsigned int)atoi(optarg);
			break;
		case 'r':
			path = optarg;
			break;
		default:
			return 2;
		}
	}
	if (n == SIZE_MAX && seconds == 0)
		n = 100;
	if (steps == 0 || steps > MAX_STEPS || at_once == 0 || at_once > MAX_JOBS)
		return 2;
	if (!rig_ask_version(walks.qemu, &walks.version, words, sizeof(words)))
		rig_die("%s doesn't start", walks.qemu);
	walks.is_stepped = strstr(words, "stepped") != NULL;
	printf("the simulator and %s\n", words);
	if (path != NULL)
		return replay(&walks, path);
	return run_walks(&walks, seed, n, steps, seconds, at_once);
}
