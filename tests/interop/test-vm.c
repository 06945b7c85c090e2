/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Proves the harness of vm.h on its own, without our library: that guests boot, obey and report,
 * that QEMU dies when it should and that a wait ends at its deadline.
 */
#include "suite.h"
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BALLOON "/machine/peripheral/balloon0"

static struct vm *boot(const char *machine, const char *balloon, const char *words)
{
	struct vm *vm = vm_start(&(struct vm_options){
		.machine = machine,
		.balloon = balloon,
		.linux_guest = true,
		.guest_words = words,
	});

	if (vm != NULL && vm_wait_boot(vm) < 0) {
		vm_stop(vm);
		vm = NULL;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	return vm;
}

static long long last_update(struct vm *vm)
{
	static const char member[] = "\"last-update\": ";
	char reply[2048] = "";
	const char *value;

	CU_ASSERT_EQUAL(vm_control(vm,
				   "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"" BALLOON
				   "\",\"property\":\"guest-stats\"}}\n",
				   reply, sizeof(reply)),
			0);
	value = strstr(reply, member);
	return value != NULL ? atoll(value + strlen(member)) : -1;
}

static void set_interval(struct vm *vm, int seconds)
{
	char command[256];

	snprintf(command, sizeof(command),
		 "{\"execute\":\"qom-set\",\"arguments\":{\"path\":\"" BALLOON
		 "\",\"property\":\"guest-stats-polling-interval\",\"value\":%d}}\n",
		 seconds);
	CU_ASSERT_EQUAL(vm_control(vm, command, NULL, 0), 0);
}

/* Whether last-update passes `time` within twenty seconds. */
static bool passes(struct vm *vm, long long time)
{
	const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };

	for (int i = 0; i < 400; i++) {
		if (last_update(vm) > time)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* Everything one booted guest can show, since booting is what takes the time. */
static void exercise_guest(struct vm *vm)
{
	char output[8192];
	char small[4];
	long long first;
	long free_before;
	long free_after;

	CU_ASSERT_EQUAL(vm_run(vm, "cat /proc/meminfo", output, sizeof(output)), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(output, "MemTotal:"));
	CU_ASSERT_EQUAL(vm_run(vm, "cat /proc/meminfo", small, sizeof(small)), 0);
	CU_ASSERT_STRING_EQUAL(small, "Mem");

	CU_ASSERT_EQUAL(vm_run(vm, "echo 'it'; exit 3", output, sizeof(output)), 3);
	CU_ASSERT_STRING_EQUAL(output, "it\n");
	CU_ASSERT_EQUAL(vm_run(vm, "printf abc", output, sizeof(output)), 0);
	CU_ASSERT_STRING_EQUAL(output, "abc");
	CU_ASSERT_EQUAL(vm_run(vm, ") no shell (", NULL, 0), 2);
	CU_ASSERT_EQUAL(vm_run(vm, "nosuchcommand", output, sizeof(output)), 127);
	CU_ASSERT_EQUAL(vm_run(vm, "cat", output, sizeof(output)), 0);
	CU_ASSERT_STRING_EQUAL(output, "");

	first = last_update(vm);
	set_interval(vm, 1);
	CU_ASSERT_TRUE(passes(vm, first));
	CU_ASSERT_TRUE(passes(vm, first + 1));

	CU_ASSERT_EQUAL(vm_run(vm, "rmmod virtio_balloon", NULL, 0), 0);
	CU_ASSERT_NOT_EQUAL(vm_run(vm, "test -d /sys/module/virtio_balloon", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_run(vm, "insmod /modules/virtio_balloon.ko", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_run(vm, "test -d /sys/module/virtio_balloon", NULL, 0), 0);

	CU_ASSERT_EQUAL(vm_run(vm, "awk '/MemFree/{print $2}' /proc/meminfo", output, 64), 0);
	free_before = atol(output);
	CU_ASSERT_EQUAL(vm_run(vm, "hold 40", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_run(vm, "awk '/MemFree/{print $2}' /proc/meminfo", output, 64), 0);
	free_after = atol(output);
	CU_ASSERT_TRUE(free_before - free_after > 36 * 1024);
	CU_ASSERT_TRUE(free_before - free_after < 50 * 1024);
	CU_ASSERT_EQUAL(vm_run(vm, "killall dd", NULL, 0), 0);
}

static void a_guest_on_pc_obeys_and_reports(void)
{
	struct vm *vm = boot("pc", "virtio-balloon-pci,id=balloon0", NULL);
	int status = 0;

	exercise_guest(vm);

	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"system_reset\"}\n", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_wait_event(vm, "RESET"), 0);
	CU_ASSERT_EQUAL(vm_wait_boot(vm), 0);
	CU_ASSERT_EQUAL(vm_run(vm, "true", NULL, 0), 0);

	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"quit\"}\n", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_wait_event(vm, "SHUTDOWN"), 0);
	CU_ASSERT_EQUAL(vm_wait_exit(vm, &status), 0);
	CU_ASSERT_TRUE(WIFEXITED(status));
	vm_stop(vm);
}

static void a_guest_on_microvm_obeys_and_reports(void)
{
	struct vm *vm = boot("microvm", "virtio-balloon-device,id=balloon0", NULL);

	exercise_guest(vm);
	vm_stop(vm);
}

static void a_guest_can_leave_the_balloon_alone(void)
{
	struct vm *vm = boot("microvm", "virtio-balloon-device,id=balloon0", "balloon=no");

	CU_ASSERT_NOT_EQUAL(vm_run(vm, "test -d /sys/module/virtio_balloon", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_run(vm, "test -d /sys/module/virtio_mmio", NULL, 0), 0);
	CU_ASSERT_EQUAL(last_update(vm), 0);
	CU_ASSERT_EQUAL(vm_run(vm, "insmod /modules/virtio_balloon.ko", NULL, 0), 0);
	CU_ASSERT_TRUE(passes(vm, 0));
	vm_stop(vm);
}

static void a_machine_without_guest_answers_at_once(void)
{
	static const char *const args[] = { "-name", "alice", NULL };
	struct vm *vm = vm_start(&(struct vm_options){
		.balloon = "virtio-balloon-pci,id=balloon0",
		.qmp_options = "pretty=on",
		.args = args,
	});
	char reply[256];
	char directory[64];
	int status = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT_EQUAL(last_update(vm), 0);
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"query-name\"}\n", reply, sizeof(reply)), 0);
	CU_ASSERT_STRING_EQUAL(reply, "{\"return\": {\"name\": \"alice\"}}");
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"nonsense\"}\n", reply, sizeof(reply)),
			-EREMOTEIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(reply, "CommandNotFound"));
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"cont\"}\n", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"stop\"}\n", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_wait_event(vm, "RESUME"), 0);
	CU_ASSERT_EQUAL(vm_wait_event(vm, "STOP"), 0);
	CU_ASSERT_EQUAL(access(vm_get_qmp(vm), R_OK | W_OK), 0);

	CU_ASSERT_EQUAL(vm_signal(vm, SIGSTOP), 0);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGCONT), 0);
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"query-name\"}\n", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGKILL), 0);
	CU_ASSERT_EQUAL(vm_wait_exit(vm, &status), 0);
	CU_ASSERT_TRUE(WIFSIGNALED(status));
	CU_ASSERT_EQUAL(vm_signal(vm, SIGKILL), -ESRCH);

	snprintf(directory, sizeof(directory), "%s", vm_get_directory(vm));
	vm_stop(vm);
	CU_ASSERT_NOT_EQUAL(access(directory, F_OK), 0);
}

/* The harness says much on stderr when it fails; here it shall fail, and silently. */
static int mute(void)
{
	int saved = dup(STDERR_FILENO);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	fflush(stderr);
	dup2(null, STDERR_FILENO);
	close(null);
	return saved;
}

static void unmute(int saved)
{
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
}

static void a_qemu_that_does_not_start_is_an_error(void)
{
	int saved = mute();
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = "no-such-device" });

	unmute(saved);
	CU_ASSERT_PTR_NULL(vm);
	vm_stop(vm);
}

static void a_silent_qemu_ends_the_wait_at_its_deadline(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ .timeout_ms = 2000 });
	int saved;

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGSTOP), 0);
	saved = mute();
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"query-name\"}\n", NULL, 0), -ETIMEDOUT);
	CU_ASSERT_EQUAL(vm_wait_boot(vm), -ETIMEDOUT);
	unmute(saved);
	vm_stop(vm);
}

static void a_qemu_dies_with_its_test(void)
{
	char directory[64] = "";
	char remove[80];
	int fds[2];
	pid_t child;
	char byte;

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		struct vm *vm = vm_start(&(struct vm_options){ .balloon = "virtio-balloon-pci" });

		if (vm == NULL ||
		    write(fds[1], vm_get_directory(vm), strlen(vm_get_directory(vm))) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	close(fds[1]);
	CU_ASSERT_TRUE(read(fds[0], directory, sizeof(directory) - 1) > 0);
	waitpid(child, NULL, 0);
	/* QEMU has the writing end too: the end of file is its end. */
	CU_ASSERT_EQUAL_FATAL(poll(&(struct pollfd){ .fd = fds[0], .events = POLLIN }, 1, 20000),
			      1);
	CU_ASSERT_EQUAL(read(fds[0], &byte, 1), 0);
	close(fds[0]);
	/* A test that dies leaves its files; this one shall not. */
	snprintf(remove, sizeof(remove), "rm -r %s", directory);
	CU_ASSERT_EQUAL(system(remove), 0);
}

static CU_TestInfo tests[] = {
	{ "a guest on pc obeys and reports", a_guest_on_pc_obeys_and_reports },
	{ "a guest on microvm obeys and reports", a_guest_on_microvm_obeys_and_reports },
	{ "a guest can leave the balloon alone", a_guest_can_leave_the_balloon_alone },
	{ "a machine without guest answers at once", a_machine_without_guest_answers_at_once },
	{ "a QEMU that doesn't start is an error", a_qemu_that_does_not_start_is_an_error },
	{ "a silent QEMU ends the wait at its deadline",
	  a_silent_qemu_ends_the_wait_at_its_deadline },
	{ "a QEMU dies with its test", a_qemu_dies_with_its_test },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("vm", tests, argc, argv);
}
