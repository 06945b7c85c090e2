/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program itself against a real QEMU with a real Linux in it: what a person types, what comes
 * back, and that it is what the library reads. How it words things is for the tests in cli/.
 *
 * Environment: BALLOONCTL_PROGRAM is the program.
 */
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "expect.h"
#include "suite.h"

enum {
	MEMORY_MIB = 256,
	WORDS_MAX = 20,
	LIFE_SECONDS = 30, /* of one program: it is killed then */
};

#define NAME   "guest of the tests"
#define DEVICE "/machine/peripheral/balloon0"

static struct vm *guest;

struct outcome {
	int status; /* as waitpid() tells it */
	int64_t took_ms;
	char out[16384], err[4096];
};

/* The first test that needs the guest boots it. */
static const char *use_guest(void)
{
	if (guest == NULL) {
		const char *args[] = { "-name", NAME, NULL };

		guest = vm_start(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=balloon0",
						       .linux_guest = true,
						       .memory_mib = MEMORY_MIB,
						       .args = args });
		CU_ASSERT_PTR_NOT_NULL_FATAL(guest);
		CU_ASSERT_EQUAL_FATAL(vm_wait_boot(guest), 0);
	}
	return vm_get_qmp(guest);
}

/* Ready to be written by the program and read back. */
static int open_file(void)
{
	int fd = open(vm_get_directory(guest), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	CU_ASSERT_FATAL(fd >= 0);
	return fd;
}

static void read_back(int fd, char *text, size_t size)
{
	ssize_t len = pread(fd, text, size - 1, 0);

	CU_ASSERT_FATAL(len >= 0);
	text[len] = '\0';
	close(fd);
}

static void become_program(const char *const *words, int out, int err)
{
	const char *program = getenv("BALLOONCTL_PROGRAM");
	char *argv[WORDS_MAX + 2] = { strdup("balloonctl") };

	for (size_t i = 0; words[i] != NULL && i < WORDS_MAX; i++)
		argv[i + 1] = strdup(words[i]);
	if (program != NULL && dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0) {
		alarm(LIFE_SECONDS);
		execv(program, argv);
	}
	_exit(127);
}

static struct outcome run(const char *const *words)
{
	struct outcome outcome = { 0 };
	int64_t started = client_now();
	int out = open_file(), err = open_file();
	pid_t pid = fork();

	CU_ASSERT_FATAL(pid >= 0);
	if (pid == 0)
		become_program(words, out, err);
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, &outcome.status, 0), pid);
	outcome.took_ms = client_now() - started;
	read_back(out, outcome.out, sizeof(outcome.out));
	read_back(err, outcome.err, sizeof(outcome.err));
	return outcome;
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static bool has_exited(const struct outcome *outcome, int status)
{
	bool is_met = WIFEXITED(outcome->status) && WEXITSTATUS(outcome->status) == status;

	if (!is_met)
		fprintf(stderr, "balloonctl ended with status 0x%x and said: %s\n",
			(unsigned int)outcome->status, outcome->err);
	return is_met;
}

/* The document of a run that is expected to end so; freed by the caller. */
static cJSON *parse(const struct outcome *outcome, int status)
{
	cJSON *document;

	CU_ASSERT(has_exited(outcome, status));
	document = cJSON_Parse(outcome->out);
	CU_ASSERT_PTR_NOT_NULL_FATAL(document);
	return document;
}

static const cJSON *get_vm(const cJSON *document, int index)
{
	return cJSON_GetArrayItem(cJSON_GetObjectItem(document, "vms"), index);
}

/* The numbers of these tests are far below 2^53. A member that is no number is -1. */
static int64_t get_number(const cJSON *object, const char *key)
{
	const cJSON *member = cJSON_GetObjectItem(object, key);

	return cJSON_IsNumber(member) ? (int64_t)member->valuedouble : -1;
}

static const char *get_text(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItem(object, key));
}

/* One number of the guest in what a command prints with --json. */
static int64_t ask(const char *command, const char *key)
{
	struct outcome outcome = RUN("-c", use_guest(), command, "--json");
	cJSON *document = parse(&outcome, 0);
	int64_t number = get_number(get_vm(document, 0), key);

	cJSON_Delete(document);
	return number;
}

/* Wait until a number is beyond what it was; -1 if it is not within ten seconds. */
static int64_t wait_beyond(const char *command, const char *key, int64_t than)
{
	int64_t deadline = client_now() + 10000;
	int64_t number;

	while ((number = ask(command, key)) <= than) {
		if (client_now() >= deadline)
			return -1;
		client_pause(50);
	}
	return number;
}

static void test_enable(void)
{
	struct outcome outcome = RUN("-c", use_guest(), "enable", "--interval", "2");
	int64_t first, second, third;

	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_equal(outcome.out, ""));
	CU_ASSERT(expect_contains(outcome.err, vm_get_qmp(guest)));
	CU_ASSERT(expect_contains(outcome.err, ": polling every 2 s (was off)\n"));
	CU_ASSERT_EQUAL(ask("stats", "polling_interval"), 2);
	first = wait_beyond("stats", "last_update", ask("stats", "last_update"));
	CU_ASSERT_FATAL(first > 0);
	second = wait_beyond("stats", "last_update", first);
	CU_ASSERT_FATAL(second > 0);
	third = wait_beyond("stats", "last_update", second);
	CU_ASSERT(third - second >= 2 && third - second <= 4);
	outcome = RUN("-c", use_guest(), "stats");
	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_contains(outcome.out, "every 2 s\n"));
	CU_ASSERT(expect_contains(outcome.out, "free-memory"));
	outcome = RUN("-c", use_guest(), "disable", "-q");
	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_equal(outcome.err, ""));
}

static void expect_same_stat(const cJSON *object, const struct balloonctl_stats *stats,
			     enum balloonctl_stat stat)
{
	const char *key = balloonctl_stat_get_key(stat);
	uint64_t value = 0;

	if (!balloonctl_stats_has(stats, stat)) {
		CU_ASSERT_PTR_NULL(cJSON_GetObjectItem(object, key));
	} else if (balloonctl_stats_get(stats, stat, &value) < 0) {
		CU_ASSERT(cJSON_IsNull(cJSON_GetObjectItem(object, key)));
	} else {
		CU_ASSERT_EQUAL(get_number(object, key), (int64_t)value);
	}
}

static void test_same_as_library(void)
{
	const char *address = use_guest();
	struct balloonctl_monitor *monitor = client_connect(guest);
	struct balloonctl_stats *stats;
	struct outcome outcome;
	const cJSON *vm;
	cJSON *document;

	/* Polling is off: the sample does not move between the two. */
	stats = client_get_stats(monitor);
	balloonctl_monitor_disconnect(monitor);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 0);
	outcome = RUN("-c", address, "stats", "--json");
	document = parse(&outcome, 0);
	CU_ASSERT(expect_equal(get_text(document, "schema"), "balloonctl/1"));
	CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItem(document, "vms")), 1);
	vm = get_vm(document, 0);
	CU_ASSERT(expect_equal(get_text(vm, "address"), address));
	CU_ASSERT(expect_equal(get_text(vm, "name"), NAME));
	CU_ASSERT(expect_equal(get_text(vm, "device"), DEVICE));
	CU_ASSERT_EQUAL(get_number(vm, "polling_interval"), 0);
	CU_ASSERT_EQUAL(get_number(vm, "last_update"), balloonctl_stats_get_last_update(stats));
	CU_ASSERT(get_number(vm, "age_seconds") >= 0);
	CU_ASSERT(get_number(cJSON_GetObjectItem(vm, "stats"), "stat-total-memory") > 0);
	for (int stat = 0; stat < balloonctl_stat_get_count(); stat++)
		expect_same_stat(cJSON_GetObjectItem(vm, "stats"), stats,
				 (enum balloonctl_stat)stat);
	cJSON_Delete(document);
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
}

static void test_disable(void)
{
	struct outcome outcome = RUN("-c", use_guest(), "enable", "-i", "1");
	int64_t last_update;

	CU_ASSERT(has_exited(&outcome, 0));
	last_update = wait_beyond("stats", "last_update", ask("stats", "last_update"));
	CU_ASSERT(last_update > 0);
	outcome = RUN("-c", use_guest(), "disable");
	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_contains(outcome.err, ": polling off (was every 1 s)"));
	outcome = RUN("-c", use_guest(), "interval");
	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_equal(outcome.out, "0\n"));
	/* An answer may have been under way. */
	client_pause(500);
	last_update = ask("stats", "last_update");
	client_pause(2500);
	CU_ASSERT_EQUAL(ask("stats", "last_update"), last_update);
}

static void test_size(void)
{
	struct outcome outcome = RUN("-c", use_guest(), "size", "192M");
	int64_t actual = 0;

	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_contains(outcome.err, ": target 192"));
	for (int64_t deadline = client_now() + 20000; client_now() < deadline; client_pause(50)) {
		actual = ask("size", "actual_bytes");
		if (actual == (int64_t)(192 * MIB))
			break;
	}
	CU_ASSERT_EQUAL(actual, (int64_t)(192 * MIB));
	CU_ASSERT_EQUAL(ask("size", "maximum_bytes"), (int64_t)(MEMORY_MIB * MIB));
	outcome = RUN("-c", use_guest(), "size", "--bytes");
	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_contains(outcome.out, "actual 201326592 of 268435456"));
	outcome = RUN("-c", use_guest(), "size", "256MiB");
	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT_EQUAL(wait_beyond("size", "actual_bytes", (int64_t)(MEMORY_MIB * MIB) - 1),
			(int64_t)(MEMORY_MIB * MIB));
}

static void test_info(void)
{
	struct outcome outcome = RUN("-c", use_guest(), "info", "--json");
	cJSON *document = parse(&outcome, 0);
	const cJSON *vm = get_vm(document, 0);

	CU_ASSERT(expect_equal(get_text(vm, "name"), NAME));
	CU_ASSERT(expect_equal(get_text(vm, "device"), DEVICE));
	CU_ASSERT(expect_equal(get_text(vm, "device_type"), "virtio-balloon-pci"));
	CU_ASSERT(expect_equal(get_text(vm, "state"), "running"));
	CU_ASSERT(expect_contains(get_text(vm, "qemu_version"), "."));
	CU_ASSERT_EQUAL(get_number(vm, "actual_bytes"), (int64_t)(MEMORY_MIB * MIB));
	CU_ASSERT_EQUAL(get_number(vm, "maximum_bytes"), (int64_t)(MEMORY_MIB * MIB));
	CU_ASSERT(get_number(vm, "last_update") > 0);
	cJSON_Delete(document);
	outcome = RUN("-c", use_guest(), "info");
	CU_ASSERT(has_exited(&outcome, 0));
	CU_ASSERT(expect_contains(outcome.out, NAME "\n"));
	CU_ASSERT(expect_contains(outcome.out, DEVICE " (virtio-balloon-pci)\n"));
	CU_ASSERT(expect_contains(outcome.out, "running\n"));
}

static void expect_error(const cJSON *vm, const char *address, const char *code)
{
	CU_ASSERT(expect_equal(get_text(vm, "address"), address));
	CU_ASSERT(expect_equal(get_text(cJSON_GetObjectItem(vm, "error"), "code"), code));
	CU_ASSERT_PTR_NULL(cJSON_GetObjectItem(vm, "stats"));
}

/* One VM is not there, four hang, one is well. */
static void test_several(void)
{
	const char *healthy = use_guest();
	struct vm *stopped[4];
	struct outcome outcome;
	const cJSON *vm;
	cJSON *document;

	for (size_t i = 0; i < 4; i++) {
		stopped[i] = vm_start(&(struct vm_options){ .balloon = "virtio-balloon" });
		CU_ASSERT_PTR_NOT_NULL_FATAL(stopped[i]);
		CU_ASSERT_EQUAL_FATAL(vm_signal(stopped[i], SIGSTOP), 0);
	}
	outcome = RUN("-c", "/nonexistent/qmp", "-c", vm_get_qmp(stopped[0]), "-c",
		      vm_get_qmp(stopped[1]), "-c", vm_get_qmp(stopped[2]), "-c",
		      vm_get_qmp(stopped[3]), "-c", healthy, "--timeout", "0.5", "stats", "--json");
	/* All at once: one after another they would take 4 times 0.5 s. */
	CU_ASSERT(outcome.took_ms >= 500);
	CU_ASSERT(outcome.took_ms < 2000);
	document = parse(&outcome, 1);
	expect_error(get_vm(document, 0), "/nonexistent/qmp", "ENOENT");
	for (int i = 0; i < 4; i++) {
		expect_error(get_vm(document, i + 1), vm_get_qmp(stopped[i]), "ETIMEDOUT");
		CU_ASSERT(expect_contains(outcome.err, vm_get_qmp(stopped[i])));
	}
	CU_ASSERT(expect_contains(outcome.err, ": no greeting after 500 ms"));
	CU_ASSERT_PTR_NULL(strstr(outcome.err, healthy));
	vm = get_vm(document, 5);
	CU_ASSERT(expect_equal(get_text(vm, "address"), healthy));
	CU_ASSERT_PTR_NULL(cJSON_GetObjectItem(vm, "error"));
	CU_ASSERT(get_number(cJSON_GetObjectItem(vm, "stats"), "stat-total-memory") > 0);
	cJSON_Delete(document);
	for (size_t i = 0; i < 4; i++)
		vm_stop(stopped[i]);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "stats --json shows exactly what the library reads", test_same_as_library },
		{ "enable --interval 2 polls the guest every two seconds", test_enable },
		{ "disable stops the polling and keeps the sample", test_disable },
		{ "size shrinks the guest, shows it and gives the memory back", test_size },
		{ "info tells the machine, the device and the sizes", test_info },
		{ "stopped QEMUs cost one deadline together and spoil no other's data",
		  test_several },
		CU_TEST_INFO_NULL,
	};
	int status = suite_run("program", tests, argc, argv);

	vm_stop(guest);
	return status;
}
