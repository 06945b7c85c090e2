/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What ails a real VM, and whether the diagnosis finds it: causes that only a real QEMU, a real
 * Linux guest or a real process can give. One guest serves the tests that leave it well.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "expect.h"
#include "suite.h"

enum {
	CAUSE_TIMEOUT_MS = 30000,
	NOBODY = 65534,
};

static struct vm *guest;

/* QEMU's command line has an interval of 1 s, which is not lost. */
#define BALLOON "virtio-balloon-pci,id=balloon0,guest-stats-polling-interval=1"

static struct vm *use_guest(void)
{
	if (guest == NULL) {
		guest = vm_start(&(struct vm_options){
			.balloon = BALLOON, .linux_guest = true, .guest_words = "balloon=no" });
		CU_ASSERT_PTR_NOT_NULL_FATAL(guest);
		CU_ASSERT_EQUAL_FATAL(vm_wait_boot(guest), 0);
	}
	return guest;
}

static void run_in_guest(const char *command)
{
	CU_ASSERT_EQUAL_FATAL(vm_run(guest, command, NULL, 0), 0);
}

/* The names of the problems and warnings, with blanks between; what is only good to know depends on
 * versions. Valid until the next call. */
static const char *tell(const struct balloonctl_diagnosis *diagnosis)
{
	static char text[512];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++) {
		enum balloonctl_cause cause = balloonctl_diagnosis_get_cause(diagnosis, i);

		if (balloonctl_cause_get_severity(cause) != BALLOONCTL_SEVERITY_NOTE)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len > 0 ? " " : "",
						balloonctl_cause_get_name(cause));
	}
	return text;
}

static struct balloonctl_diagnosis *judge_error(const struct balloonctl_monitor *monitor)
{
	struct balloonctl_diagnosis *diagnosis = NULL;

	CU_ASSERT_EQUAL_FATAL(balloonctl_diagnosis_new_from_error(
				      balloonctl_monitor_get_error(monitor),
				      balloonctl_monitor_get_address(monitor), &diagnosis),
			      0);
	return diagnosis;
}

/* As a program does: a second look where the first does not tell. */
static struct balloonctl_diagnosis *look(struct balloonctl_monitor *monitor,
					 const struct balloonctl_expectations *expectations)
{
	struct balloonctl_examination *first = NULL, *second = NULL;
	struct balloonctl_diagnosis *diagnosis = NULL;
	uint64_t wait_ms;

	if (balloonctl_monitor_examine(monitor, &first) < 0)
		return judge_error(monitor);
	CU_ASSERT_EQUAL_FATAL(balloonctl_diagnosis_new(NULL, first, expectations, &diagnosis), 0);
	wait_ms = balloonctl_diagnosis_get_wait_ms(diagnosis);
	if (wait_ms > 0) {
		balloonctl_diagnosis_free(diagnosis);
		client_pause((int)wait_ms);
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_examine(monitor, &second), 0);
		CU_ASSERT_EQUAL_FATAL(balloonctl_diagnosis_new(first, second, expectations,
							       &diagnosis),
				      0);
	}
	balloonctl_examination_free(first);
	balloonctl_examination_free(second);
	return diagnosis;
}

/* A connection of its own, as each run of the program has. */
static struct balloonctl_diagnosis *diagnose(const char *address,
					     const struct balloonctl_expectations *expectations)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_diagnosis *diagnosis;

	balloonctl_monitor_set_connect_timeout_ms(monitor, 1000);
	balloonctl_monitor_set_greeting_timeout_ms(monitor, 1000);
	balloonctl_monitor_set_reply_timeout_ms(monitor, 5000);
	if (balloonctl_monitor_connect(monitor, address) < 0)
		diagnosis = judge_error(monitor);
	else
		diagnosis = look(monitor, expectations);
	balloonctl_monitor_free(monitor);
	return diagnosis;
}

/* Wait until these are the causes: a guest and its host take their time. */
static bool has_causes(const char *address, const struct balloonctl_expectations *expectations,
		       const char *causes)
{
	int64_t end = client_now() + CAUSE_TIMEOUT_MS;
	bool is_right;

	do {
		struct balloonctl_diagnosis *diagnosis = diagnose(address, expectations);

		is_right = strcmp(tell(diagnosis), causes) == 0 || client_now() >= end;
		if (client_now() >= end)
			is_right = expect_equal(tell(diagnosis), causes);
		balloonctl_diagnosis_free(diagnosis);
		if (!is_right)
			client_pause(100);
	} while (!is_right && client_now() < end);
	return is_right;
}

static void test_driver(void)
{
	const char *address = vm_get_qmp(use_guest());

	CU_ASSERT(has_causes(address, NULL, "no-driver"));
	run_in_guest("insmod /modules/virtio_balloon.ko");
	CU_ASSERT(has_causes(address, NULL, ""));
	run_in_guest("rmmod virtio_balloon");
	CU_ASSERT(has_causes(address, NULL, "no-driver"));
	run_in_guest("insmod /modules/virtio_balloon.ko");
	CU_ASSERT(has_causes(address, NULL, ""));
}

static void test_polling(void)
{
	const struct balloonctl_expectations three = { .polling_interval = 3 };
	const char *address = vm_get_qmp(use_guest());
	struct balloonctl_diagnosis *diagnosis;

	CU_ASSERT(has_causes(address, &three, "interval-lost"));
	/* What the command line says was lost. */
	CU_ASSERT_EQUAL(vm_control(guest,
				   "{\"execute\": \"qom-set\", \"arguments\": {\"path\": "
				   "\"/machine/peripheral/balloon0\", \"property\": "
				   "\"guest-stats-polling-interval\", \"value\": 0}}",
				   NULL, 0),
			0);
	diagnosis = diagnose(address, NULL);
	CU_ASSERT(expect_equal(tell(diagnosis), "interval-lost"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(balloonctl_diagnosis_get_repair(diagnosis, 0), "enable --interval 1"));
	balloonctl_diagnosis_free(diagnosis);
	CU_ASSERT_EQUAL(vm_control(guest,
				   "{\"execute\": \"qom-set\", \"arguments\": {\"path\": "
				   "\"/machine/peripheral/balloon0\", \"property\": "
				   "\"guest-stats-polling-interval\", \"value\": 1}}",
				   NULL, 0),
			0);
	CU_ASSERT(has_causes(address, NULL, ""));
}

static void test_paused(void)
{
	const char *address = vm_get_qmp(use_guest());

	CU_ASSERT_EQUAL(vm_control(guest, "{\"execute\": \"stop\"}", NULL, 0), 0);
	CU_ASSERT(has_causes(address, NULL, "vm-paused"));
	client_pause(4000);
	CU_ASSERT(has_causes(address, NULL, "vm-paused"));
	CU_ASSERT_EQUAL(vm_control(guest, "{\"execute\": \"cont\"}", NULL, 0), 0);
	CU_ASSERT(has_causes(address, NULL, ""));
}

static void test_target(void)
{
	const struct balloonctl_expectations most = { .target_bytes = 192 * MIB };
	const char *address = vm_get_qmp(use_guest());

	CU_ASSERT(has_causes(address, &most, "target-not-reached"));
	CU_ASSERT_EQUAL(vm_control(guest,
				   "{\"execute\": \"balloon\", \"arguments\": {\"value\": "
				   "201326592}}",
				   NULL, 0),
			0);
	CU_ASSERT(has_causes(address, &most, ""));
	CU_ASSERT_EQUAL(vm_control(guest,
				   "{\"execute\": \"balloon\", \"arguments\": {\"value\": "
				   "268435456}}",
				   NULL, 0),
			0);
}

static void test_busy(void)
{
	struct balloonctl_monitor *other = client_connect(use_guest());
	struct balloonctl_diagnosis *diagnosis = diagnose(vm_get_qmp(guest), NULL);
	int64_t pid = 0;

	CU_ASSERT(expect_equal(tell(diagnosis), "monitor-busy"));
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_evidence_number(diagnosis, 0, 1, &pid), 0);
	CU_ASSERT_EQUAL(pid, getpid());
	balloonctl_diagnosis_free(diagnosis);
	balloonctl_monitor_free(other);
	CU_ASSERT(has_causes(vm_get_qmp(guest), NULL, ""));
}

static void test_stopped(void)
{
	struct balloonctl_diagnosis *diagnosis;
	char repair[64];
	struct balloonctl_monitor *other = client_connect(use_guest());

	CU_ASSERT_EQUAL(vm_signal(guest, SIGSTOP), 0);
	/* It is not busy with a client that it did not see leave. */
	balloonctl_monitor_free(other);
	diagnosis = diagnose(vm_get_qmp(guest), NULL);
	CU_ASSERT(expect_equal(tell(diagnosis), "qemu-stopped"));
	snprintf(repair, sizeof(repair), "kill -CONT %d", (int)vm_get_pid(guest));
	CU_ASSERT(expect_equal(balloonctl_diagnosis_get_repair(diagnosis, 0), repair));
	balloonctl_diagnosis_free(diagnosis);
	CU_ASSERT_EQUAL(vm_signal(guest, SIGCONT), 0);
	CU_ASSERT(has_causes(vm_get_qmp(guest), NULL, ""));
}

/* Nobody may connect but root, who becomes somebody else. */
static void test_permission(void)
{
	pid_t child;
	int status = 0;

	CU_ASSERT_EQUAL(chmod(vm_get_qmp(use_guest()), 0), 0);
	CU_ASSERT_EQUAL(chmod(vm_get_directory(guest), 0755), 0);
	child = fork();
	CU_ASSERT_FATAL(child >= 0);
	if (child == 0) {
		struct balloonctl_diagnosis *diagnosis;
		int is_right;

		if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
			_exit(2);
		diagnosis = diagnose(vm_get_qmp(guest), NULL);
		is_right = expect_equal(tell(diagnosis), "no-permission");
		_exit(is_right ? 0 : 1);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(chmod(vm_get_qmp(guest), 0600), 0);
}

static void test_suspended(void)
{
	const char *address = vm_get_qmp(use_guest());

	CU_ASSERT_EQUAL(vm_run(guest, "(sleep 0.3; echo mem >/sys/power/state) >/dev/null 2>&1 &",
			       NULL, 0),
			0);
	CU_ASSERT(has_causes(address, NULL, "vm-suspended"));
	CU_ASSERT_EQUAL(vm_control(guest, "{\"execute\": \"system_wakeup\"}", NULL, 0), 0);
	CU_ASSERT(has_causes(address, NULL, ""));
}

/* The guest's real-time tasks leave nothing for the rest, which the driver's work is part of. */
static void test_silent(void)
{
	const char *address = vm_get_qmp(use_guest());

	run_in_guest("echo -1 >/proc/sys/kernel/sched_rt_runtime_us; stick &");
	CU_ASSERT(has_causes(address, NULL, "guest-silent"));
	vm_stop(guest);
	guest = NULL;
}

static void test_gone(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = BALLOON });
	char address[256];

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	snprintf(address, sizeof(address), "%s", vm_get_qmp(vm));
	CU_ASSERT(has_causes(address, NULL, "vm-paused")); /* prelaunch */
	CU_ASSERT_EQUAL(vm_signal(vm, SIGKILL), 0);
	CU_ASSERT_EQUAL(vm_wait_exit(vm, &(int){ 0 }), 0);
	CU_ASSERT(has_causes(address, NULL, "not-listening"));
	vm_stop(vm);
	CU_ASSERT(has_causes(address, NULL, "no-socket"));
}

static void test_no_balloon(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ 0 });

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "no-balloon"));
	vm_stop(vm);
}

/* QEMU waits for a VM that never comes. */
static void test_incoming(void)
{
	const char *args[] = { "-incoming", "defer", NULL };
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = BALLOON, .args = args });

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "vm-migrating"));
	vm_stop(vm);
}

static void test_shut_down(void)
{
	const char *args[] = { "-no-shutdown", NULL };
	struct vm *vm = vm_start(
		&(struct vm_options){ .balloon = BALLOON, .linux_guest = true, .args = args });

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT_EQUAL_FATAL(vm_wait_boot(vm), 0);
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\": \"system_powerdown\"}", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_run(vm, "(sleep 0.3; poweroff -f) >/dev/null 2>&1 &", NULL, 0), 0);
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "vm-shut-down"));
	vm_stop(vm);
}

/* For a socket that QEMU's arguments name, before the VM has a directory. */
static void make_path(char *path, size_t size, const char *name)
{
	const char *directory = getenv("TMPDIR");

	snprintf(path, size, "%s/%s-%d", directory != NULL ? directory : "/tmp", name,
		 (int)getpid());
}

/* The guest's kernel says so to QEMU by a port, which a test can reach from outside. */
static void write_port(const char *path, const char *command)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char reply[16] = "";

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CU_ASSERT_EQUAL(write(fd, command, strlen(command)), (ssize_t)strlen(command));
	CU_ASSERT(read(fd, reply, sizeof(reply) - 1) > 0);
	CU_ASSERT(strncmp(reply, "OK", 2) == 0);
	close(fd);
}

static void test_panicked(void)
{
	char path[100], option[128];
	const char *args[] = { "-device", "pvpanic",    "-action", "panic=pause", "-qtest",
			       option,    "-qtest-log", "none",    NULL };
	struct vm *vm;

	make_path(path, sizeof(path), "qtest");
	snprintf(option, sizeof(option), "unix:%s,server=on,wait=off", path);
	vm = vm_start(&(struct vm_options){ .balloon = BALLOON, .args = args });
	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\": \"cont\"}", NULL, 0), 0);
	write_port(path, "outb 0x505 0x1\n");
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "guest-panicked no-driver"));
	vm_stop(vm);
	unlink(path);
}

/* The firmware reads the disk to boot from it. */
static void test_failed(void)
{
	const char *args[] = { "-blockdev",
			       "{\"driver\": \"blkdebug\", \"node-name\": \"bad\", "
			       "\"image\": {\"driver\": \"null-co\", \"size\": 1048576}, "
			       "\"inject-error\": [{\"event\": \"none\", \"iotype\": \"read\", "
			       "\"errno\": 5}]}",
			       "-device", "ide-hd,drive=bad,rerror=stop", NULL };
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = BALLOON, .args = args });

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "vm-paused")); /* prelaunch */
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\": \"cont\"}", NULL, 0), 0);
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "vm-failed no-driver"));
	vm_stop(vm);
}

/* QEMU opens a pipe that nobody reads, and does nothing else meanwhile. */
static void test_hung(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = BALLOON });
	struct balloonctl_diagnosis *diagnosis;
	char pipe[256], command[512];
	int64_t pid = 0;
	int fd;

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	snprintf(pipe, sizeof(pipe), "%s/pipe", vm_get_directory(vm));
	CU_ASSERT_EQUAL_FATAL(mkfifo(pipe, 0600), 0);
	snprintf(command, sizeof(command),
		 "{\"execute\": \"dump-guest-memory\", \"arguments\": {\"paging\": false, "
		 "\"protocol\": \"file:%s\"}}",
		 pipe);
	CU_ASSERT_EQUAL(vm_control_begin(vm, command), 0);
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "qemu-hung"));
	diagnosis = diagnose(vm_get_qmp(vm), NULL);
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_evidence_number(diagnosis, 0, 1, &pid), 0);
	CU_ASSERT_EQUAL(pid, vm_get_pid(vm));
	balloonctl_diagnosis_free(diagnosis);
	fd = open(pipe, O_RDONLY | O_NONBLOCK);
	CU_ASSERT(fd >= 0);
	close(fd);
	CU_ASSERT_EQUAL(vm_control_end(vm, NULL, 0), -EREMOTEIO);
	CU_ASSERT(has_causes(vm_get_qmp(vm), NULL, "vm-paused"));
	vm_stop(vm);
}

/* Two other sockets of a QEMU: one says something else than a QMP monitor, and one nothing. */
static void test_not_qmp(void)
{
	char human[100], serial[100], option[128], other_option[128];
	const char *args[] = { "-monitor", option, "-serial", other_option, NULL };
	struct vm *vm;

	make_path(human, sizeof(human), "human");
	make_path(serial, sizeof(serial), "serial");
	snprintf(option, sizeof(option), "unix:%s,server=on,wait=off", human);
	snprintf(other_option, sizeof(other_option), "unix:%s,server=on,wait=off", serial);
	vm = vm_start(&(struct vm_options){ .balloon = BALLOON, .args = args });
	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT(has_causes(human, NULL, "not-qmp"));
	CU_ASSERT(has_causes(serial, NULL, "not-qmp"));
	vm_stop(vm);
	unlink(human);
	unlink(serial);
}

/* It is stopped first, so that no answer comes before its end. */
static void test_killed(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = BALLOON });
	struct balloonctl_diagnosis *diagnosis;
	struct balloonctl_monitor *monitor;

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	monitor = client_connect(vm);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGSTOP), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_examine(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGKILL), 0);
	while (balloonctl_monitor_is_connected(monitor))
		CU_ASSERT_FATAL(balloonctl_monitor_wait(monitor, CAUSE_TIMEOUT_MS) != 0);
	diagnosis = judge_error(monitor);
	CU_ASSERT(expect_equal(tell(diagnosis), "unreachable"));
	balloonctl_diagnosis_free(diagnosis);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

/* --device with the path of something else, and of nothing. */
static void test_refused(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = BALLOON });
	struct balloonctl_diagnosis *diagnosis;
	struct balloonctl_monitor *monitor;

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	monitor = client_connect(vm);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine/peripheral"), 0);
	diagnosis = look(monitor, NULL);
	CU_ASSERT(expect_equal(tell(diagnosis), "qemu-refused"));
	CU_ASSERT(expect_equal(balloonctl_diagnosis_get_evidence_words(diagnosis, 0, 1),
			       "GenericError"));
	balloonctl_diagnosis_free(diagnosis);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine/peripheral/balloon1"), 0);
	diagnosis = look(monitor, NULL);
	CU_ASSERT(expect_equal(tell(diagnosis), "no-balloon"));
	balloonctl_diagnosis_free(diagnosis);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, NULL), 0);
	diagnosis = look(monitor, NULL);
	CU_ASSERT(expect_equal(tell(diagnosis), "vm-paused"));
	balloonctl_diagnosis_free(diagnosis);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

/* A copy of what the kernel says of the process, but for the memory that it has swapped out. */
static void write_status(const char *path, const char *from, unsigned int swapped_kib)
{
	FILE *in = fopen(from, "re"), *out = fopen(path, "we");
	bool is_replaced = false;
	char line[1024];

	CU_ASSERT_FATAL(in != NULL && out != NULL);
	while (fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, "VmSwap:", 7) == 0) {
			snprintf(line, sizeof(line), "VmSwap:\t%8u kB\n", swapped_kib);
			is_replaced = true;
		}
		fputs(line, out);
	}
	CU_ASSERT(is_replaced);
	fclose(in);
	CU_ASSERT_EQUAL(fclose(out), 0);
}

/* In the child: see the file in the place of the other, which nobody else does. */
static bool cover(const char *covered, const char *by)
{
	return (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
	       mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount(by, covered, "none", MS_BIND, NULL) == 0;
}

static bool has_causes_if_swapped(struct vm *vm, unsigned int swapped_kib, const char *causes)
{
	char status_path[64], path[256];
	int status = -1;
	pid_t child;

	snprintf(status_path, sizeof(status_path), "/proc/%d/status", (int)vm_get_pid(vm));
	snprintf(path, sizeof(path), "%s/status", vm_get_directory(vm));
	write_status(path, status_path, swapped_kib);
	child = fork();
	CU_ASSERT_FATAL(child >= 0);
	if (child == 0) {
		if (!cover(status_path, path)) {
			perror("covering a process's status, in a mount namespace");
			_exit(2);
		}
		_exit(has_causes(vm_get_qmp(vm), NULL, causes) ? 0 : 1);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	return status == 0;
}

/* A host of tests has no swap, and what the kernel says of the process is changed instead. Where that
 * is forbidden, too, this test fails. */
static void test_swapped(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = BALLOON });

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT(has_causes_if_swapped(vm, 100 << 10, "vm-paused host-swaps"));
	CU_ASSERT(has_causes_if_swapped(vm, 1 << 10, "vm-paused"));
	vm_stop(vm);
	vm = vm_start(&(struct vm_options){ .balloon = BALLOON ",free-page-reporting=on" });
	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT(has_causes_if_swapped(vm, 100 << 10, "vm-paused"));
	vm_stop(vm);
}

/* A microvm's balloon has no proxy: its queues are found all the same. */
static void test_microvm(void)
{
	guest = vm_start(&(struct vm_options){ .machine = "microvm",
					       .balloon = "virtio-balloon-device,"
							  "guest-stats-polling-interval=1",
					       .linux_guest = true,
					       .guest_words = "balloon=no" });
	CU_ASSERT_PTR_NOT_NULL_FATAL(guest);
	CU_ASSERT_EQUAL_FATAL(vm_wait_boot(guest), 0);
	CU_ASSERT(has_causes(vm_get_qmp(guest), NULL, "no-driver"));
	run_in_guest("insmod /modules/virtio_balloon.ko");
	CU_ASSERT(has_causes(vm_get_qmp(guest), NULL, ""));
	vm_stop(guest);
	guest = NULL;
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "no driver, before it is loaded and after it is removed", test_driver },
		{ "an interval that was lost", test_polling },
		{ "a VM that is paused", test_paused },
		{ "a target that was never set, and one that was", test_target },
		{ "a monitor in use, and by whom", test_busy },
		{ "a QEMU that is stopped", test_stopped },
		{ "a socket that is somebody else's", test_permission },
		{ "a guest that sleeps", test_suspended },
		{ "a guest that is stuck is silent", test_silent },
		{ "a VM that has gone, and its socket after it", test_gone },
		{ "a VM without a balloon", test_no_balloon },
		{ "a VM that waits for a migration", test_incoming },
		{ "a guest that has shut down", test_shut_down },
		{ "a guest that has crashed", test_panicked },
		{ "a VM whose disk fails", test_failed },
		{ "a QEMU that hangs", test_hung },
		{ "a human monitor, and a serial port", test_not_qmp },
		{ "a QEMU that is killed while it is asked", test_killed },
		{ "a device that is no balloon, and one that is not there", test_refused },
		{ "memory of a VM that its host has swapped out", test_swapped },
		{ "the queues of a microvm", test_microvm },
		CU_TEST_INFO_NULL,
	};
	int status = suite_run("diagnosis", tests, argc, argv);

	vm_stop(guest);
	return status;
}
