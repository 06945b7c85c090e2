/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client against a real QEMU without a guest: every kind of balloon device, every state of a
 * monitor, and QEMU's refusals in QEMU's words.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "expect.h"
#include "suite.h"

static struct vm *start(const struct vm_options *options)
{
	struct vm *vm = vm_start(options);

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	return vm;
}

/* Is the balloon found there, and does it do what a balloon does? */
static void check_device(const struct vm_options *options, const char *device, const char *type)
{
	struct vm *vm = start(options);
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_stats *stats = client_get_stats(monitor);
	uint32_t previous = 1, seconds = 0;
	struct balloonctl_info *info = NULL;

	CU_ASSERT(expect_equal(balloonctl_monitor_get_device(monitor), device));
	CU_ASSERT(expect_equal(balloonctl_monitor_get_device_type(monitor), type));
	CU_ASSERT_EQUAL(balloonctl_stats_get_last_update(stats), 0);
	CU_ASSERT(balloonctl_stats_has(stats, BALLOONCTL_STAT_HTLB_PGFAIL));
	balloonctl_stats_free(stats);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 7, &previous), 0);
	CU_ASSERT_EQUAL(previous, 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 7);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT(expect_equal(balloonctl_info_get_device_type(info), type));
	CU_ASSERT(expect_equal(balloonctl_info_get_status(info), "prelaunch"));
	balloonctl_info_free(info);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_pci(void)
{
	check_device(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=b0" },
		     "/machine/peripheral/b0", "virtio-balloon-pci");
}

static void test_transitional(void)
{
	check_device(&(struct vm_options){ .balloon = "virtio-balloon-pci-transitional,id=a-b.c_d",
					   .machine = "q35" },
		     "/machine/peripheral/a-b.c_d", "virtio-balloon-pci-transitional");
}

static void test_non_transitional(void)
{
	check_device(&(struct vm_options){ .balloon = "virtio-balloon-pci-non-transitional" },
		     "/machine/peripheral-anon/device[0]", "virtio-balloon-pci-non-transitional");
}

static void test_anonymous(void)
{
	const char *args[] = { "-device", "virtio-rng-pci", "-device", "virtio-balloon", NULL };

	check_device(&(struct vm_options){ .args = args }, "/machine/peripheral-anon/device[1]",
		     "virtio-balloon-pci");
}

static void test_microvm(void)
{
	check_device(&(struct vm_options){ .balloon = "virtio-balloon-device,id=b0",
					   .machine = "microvm" },
		     "/machine/peripheral/b0", "virtio-balloon-device");
}

static void test_pretty(void)
{
	check_device(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=b0",
					   .qmp_options = "pretty=on" },
		     "/machine/peripheral/b0", "virtio-balloon-pci");
}

static void plug_in(struct vm *vm, const char *id)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "{\"execute\":\"device_add\",\"arguments\":"
		 "{\"driver\":\"virtio-balloon-pci\",\"id\":\"%s\"}}",
		 id);
	CU_ASSERT_EQUAL_FATAL(vm_control(vm, command, NULL, 0), 0);
}

static void test_none(void)
{
	struct vm *vm = start(&(struct vm_options){ 0 });
	struct balloonctl_monitor *monitor = client_connect(vm);
	const struct balloonctl_error *error = balloonctl_monitor_get_error(monitor);
	struct balloonctl_stats *stats = NULL;
	int64_t actual;

	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENODEV);
	CU_ASSERT(expect_contains(client_message(monitor), "-device virtio-balloon"));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -ENODEV);
	CU_ASSERT(expect_equal(balloonctl_error_get_class(error), "DeviceNotActive"));
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	/* One that is plugged in later is found. */
	plug_in(vm, "late");
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT(expect_equal(balloonctl_monitor_get_device(monitor), "/machine/peripheral/late"));
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

/* Without a guest that agrees a device is unplugged by the next reset. QEMU 10.0.13 and 11.1.3 end
 * there with an assertion of their own ("resettable_container_child_foreach"), 7.2 does not. */
static void test_unplugged(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=b0" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_stats *stats = NULL;

	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"b0\"}}",
				   NULL, 0),
			0);
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"system_reset\"}", NULL, 0), 0);
	CU_ASSERT_EQUAL_FATAL(vm_wait_event(vm, "DEVICE_DELETED"), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENODEV);
	CU_ASSERT(expect_contains(client_message(monitor), "'/machine/peripheral/b0' not found"));
	plug_in(vm, "b1");
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT(expect_equal(balloonctl_monitor_get_device(monitor), "/machine/peripheral/b1"));
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_device_by_hand(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=b0" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	const struct balloonctl_error *error = balloonctl_monitor_get_error(monitor);
	struct balloonctl_info *info = NULL;
	uint32_t seconds;

	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor,
						      "/machine/peripheral/b0/virtio-backend"),
			0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT(expect_equal(balloonctl_info_get_device_type(info), "virtio-balloon-device"));
	balloonctl_info_free(info);

	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine/peripheral/b1"), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), -ENODEV);
	/* That one, and no search for another. */
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), -ENODEV);
	CU_ASSERT(expect_equal(balloonctl_error_get_class(error), "DeviceNotFound"));
	CU_ASSERT(expect_contains(client_message(monitor),
				  "Device '/machine/peripheral/b1' not found"));

	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine"), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), -EREMOTEIO);
	CU_ASSERT(expect_equal(balloonctl_error_get_class(error), "GenericError"));
	CU_ASSERT(expect_contains(client_message(monitor),
				  "guest-stats-polling-interval' not found (GenericError)"));

	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT(expect_equal(balloonctl_monitor_get_device(monitor), "/machine/peripheral/b0"));
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_intervals(void)
{
	static const uint32_t intervals[] = { 1, 2, UINT32_MAX, UINT32_MAX, 0, 0 };
	struct vm *vm = start(&(struct vm_options){
		.balloon = "virtio-balloon-pci,id=b0,guest-stats-polling-interval=0x10" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	uint32_t expected = 16, previous;

	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		previous = ~expected;
		CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, intervals[i],
									&previous),
				0);
		CU_ASSERT_EQUAL(previous, expected);
		expected = intervals[i];
	}
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_name(void)
{
	char name[300] = "w\xc3\xa4rme \x1b[31m \"\\1\" ";
	const char *args[] = { "-name", name, NULL };
	struct balloonctl_monitor *monitor;
	struct vm *vm;

	memset(name + strlen(name), 'x', sizeof(name) - 1 - strlen(name));
	vm = start(&(struct vm_options){ .balloon = "virtio-balloon", .args = args });
	monitor = client_connect(vm);
	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT(expect_equal(balloonctl_monitor_get_name(monitor), name));
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

/* Somebody else's connection, in another process: it sits on the monitor until it is told to use
 * it and leave. */
struct holder {
	pid_t pid;
	int fd;
};

static void hold(struct vm *vm, int fd)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (balloonctl_monitor_connect(monitor, vm_get_qmp(vm)) < 0 || write(fd, &byte, 1) != 1 ||
	    read(fd, &byte, 1) != 1 || balloonctl_monitor_get_stats(monitor, &stats) < 0)
		_exit(1);
	_exit(0);
}

static struct holder start_holder(struct vm *vm)
{
	struct holder holder;
	int fds[2];
	char byte;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	holder.fd = fds[0];
	holder.pid = fork();
	if (holder.pid == 0)
		hold(vm, fds[1]);
	close(fds[1]);
	CU_ASSERT_FATAL(holder.pid > 0);
	CU_ASSERT_EQUAL_FATAL(read(holder.fd, &byte, 1), 1);
	return holder;
}

/* True if the monitor served it to the end. */
static bool end_holder(const struct holder *holder)
{
	char byte = 0;
	int status;

	CU_ASSERT_EQUAL(write(holder->fd, &byte, 1), 1);
	CU_ASSERT_EQUAL_FATAL(waitpid(holder->pid, &status, 0), holder->pid);
	close(holder->fd);
	return status == 0;
}

/* Until something is wrong; 0 if nothing is after 10 seconds. */
static int wait_for_error(struct balloonctl_monitor *monitor)
{
	int64_t deadline = client_now() + 10000;
	int r = 0;

	while (r == 0 && client_now() < deadline)
		r = balloonctl_monitor_wait(monitor, 1000);
	return r;
}

static void test_second_client(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon" });
	struct holder first = start_holder(vm);
	struct balloonctl_monitor *second = balloonctl_monitor_new();
	struct balloonctl_monitor *third = balloonctl_monitor_new();
	struct balloonctl_monitor *fourth = balloonctl_monitor_new();
	char in_use_by[64];
	int r = 0;

	snprintf(in_use_by, sizeof(in_use_by), "in use by process %d ", (int)first.pid);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(second, 500), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(third, 100), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_connect_timeout_ms(fourth, 100), 0);
	/* Two wait in the kernel's queue, the next one finds it full. */
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(second, vm_get_qmp(vm)), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(third, vm_get_qmp(vm)), -EBUSY);
	CU_ASSERT(expect_contains(client_message(third), in_use_by));
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(fourth, vm_get_qmp(vm)), -EBUSY);
	CU_ASSERT(expect_contains(client_message(fourth), in_use_by));
	CU_ASSERT_EQUAL(wait_for_error(second), -EBUSY);
	CU_ASSERT(expect_contains(client_message(second), in_use_by));
	/* Nobody disturbed the first one, and when it leaves the next gets in. */
	CU_ASSERT_EQUAL(balloonctl_monitor_set_connect_timeout_ms(fourth, 5000), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(fourth, vm_get_qmp(vm)), 0);
	CU_ASSERT(end_holder(&first));
	while (r == 0 && !balloonctl_monitor_is_connected(fourth))
		r = balloonctl_monitor_wait(fourth, -1);
	CU_ASSERT_EQUAL_FATAL(r, 0);
	balloonctl_stats_free(client_get_stats(fourth));
	balloonctl_monitor_free(second);
	balloonctl_monitor_free(third);
	balloonctl_monitor_free(fourth);
	vm_stop(vm);
}

static void test_killed(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_completion *completion;
	int status;

	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT_EQUAL_FATAL(vm_signal(vm, SIGSTOP), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, vm), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGKILL), 0);
	CU_ASSERT_EQUAL(wait_for_error(monitor), -ENOTCONN);
	CU_ASSERT(expect_contains(client_message(monitor), "QEMU closed the connection"));
	completion = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(completion);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(completion), -ENOTCONN);
	CU_ASSERT_PTR_EQUAL(balloonctl_completion_get_user_data(completion), vm);
	balloonctl_completion_free(completion);
	CU_ASSERT_EQUAL(vm_wait_exit(vm, &status), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, vm_get_qmp(vm)), -ECONNREFUSED);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_quit(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_event *event;

	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"quit\"}", NULL, 0), 0);
	CU_ASSERT_EQUAL(wait_for_error(monitor), -ENOTCONN);
	CU_ASSERT(expect_contains(client_message(monitor), "QEMU closed the connection"));
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	event = balloonctl_monitor_next_event(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT(expect_equal(balloonctl_event_get_name(event), "SHUTDOWN"));
	CU_ASSERT(expect_contains(balloonctl_event_get_json(event), "host-qmp-quit"));
	balloonctl_event_free(event);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENOTCONN);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_stopped(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=b0" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_stats *stats = NULL;
	uint32_t previous = 0, seconds = 0;
	int64_t started;

	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 7, NULL), 0);
	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_set_reply_timeout_ms(monitor, 1000), 0);
	CU_ASSERT_EQUAL_FATAL(vm_signal(vm, SIGSTOP), 0);
	started = client_now();
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ETIMEDOUT);
	CU_ASSERT(client_now() - started >= 1000);
	CU_ASSERT(client_now() - started < 1900);
	CU_ASSERT(expect_contains(client_message(monitor), "no reply to qom-get after 1000 ms"));
	CU_ASSERT(expect_contains(client_message(monitor), "is stopped"));
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_EQUAL(vm_signal(vm, SIGCONT), 0);
	/* The late replies come first and are nobody's. QEMU takes turns between its monitors: once
	 * it has answered the harness so often, the interval they tell is an old one. */
	for (int i = 0; i < 8; i++)
		CU_ASSERT_EQUAL(vm_control(vm, "{\"execute\":\"query-status\"}", NULL, 0), 0);
	CU_ASSERT_EQUAL(vm_control(vm,
				   "{\"execute\":\"qom-set\",\"arguments\":"
				   "{\"path\":\"/machine/peripheral/b0\",\"property\":"
				   "\"guest-stats-polling-interval\",\"value\":8}}",
				   NULL, 0),
			0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_reply_timeout_ms(monitor, 5000), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 9, &previous), 0);
	CU_ASSERT_EQUAL(previous, 8);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 9);
	balloonctl_stats_free(client_get_stats(monitor));
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

/* Another client waits as well, but none is served: QEMU is not busy, it does not answer. */
static void test_stopped_before_greeting(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon" });
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_monitor *other = balloonctl_monitor_new();

	CU_ASSERT_EQUAL_FATAL(vm_signal(vm, SIGSTOP), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(other, vm_get_qmp(vm)), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(monitor, 200), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, vm_get_qmp(vm)), -ETIMEDOUT);
	CU_ASSERT(expect_contains(client_message(monitor), "no greeting after 200 ms"));
	CU_ASSERT(expect_contains(client_message(monitor), "is stopped"));
	balloonctl_monitor_free(other);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGCONT), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(monitor, 5000), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, vm_get_qmp(vm)), 0);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_human_monitor(void)
{
	char args1[256];
	struct vm *vm;
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	char path[] = "/tmp/balloonctl-hmp.XXXXXX";
	const char *args[] = { "-monitor", args1, NULL };
	int r;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(path));
	snprintf(args1, sizeof(args1), "unix:%s/hmp,server=on,wait=off", path);
	vm = start(&(struct vm_options){ .args = args });
	snprintf(args1, sizeof(args1), "%s/hmp", path);
	r = balloonctl_monitor_connect(monitor, args1);
	CU_ASSERT_EQUAL(r, -EPROTO);
	CU_ASSERT(expect_contains(client_message(monitor), "is no QMP server"));
	CU_ASSERT(expect_contains(client_message(monitor), "-qmp option"));
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
	unlink(args1);
	rmdir(path);
}

/* A port that nobody uses at this moment. */
static unsigned int find_port(void)
{
	struct sockaddr_in6 name = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = sizeof(name);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CU_ASSERT_EQUAL_FATAL(bind(fd, (const struct sockaddr *)&name, len), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(fd, (struct sockaddr *)&name, &len), 0);
	close(fd);
	return ntohs(name.sin6_port);
}

static void test_tcp(void)
{
	char address[64], option[128];
	const char *args[] = { "-chardev", option, "-mon", "chardev=tcp,mode=control", NULL };
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;
	unsigned int port = find_port();
	struct vm *vm;

	snprintf(address, sizeof(address), "tcp:[::1]:%u", port);
	snprintf(option, sizeof(option), "socket,id=tcp,host=::1,port=%u,server=on,wait=off", port);
	vm = start(&(struct vm_options){ .balloon = "virtio-balloon", .args = args });
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, address), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "a PCI balloon is found and works", test_pci },
		{ "a transitional balloon with any id is found and works", test_transitional },
		{ "a non-transitional balloon is found and works", test_non_transitional },
		{ "an anonymous balloon behind another device is found and works", test_anonymous },
		{ "a balloon on virtio-mmio is found and works", test_microvm },
		{ "a monitor with pretty=on is understood", test_pretty },
		{ "a machine without balloon says what to add, and finds one plugged in later",
		  test_none },
		{ "a balloon that was unplugged is forgotten, and the next one found",
		  test_unplugged },
		{ "a device path given by hand is used as it is", test_device_by_hand },
		{ "every interval is taken, and the previous one told", test_intervals },
		{ "the name of the VM comes as it is", test_name },
		{ "a second, third and fourth client are told who holds the monitor",
		  test_second_client },
		{ "QEMU killed in the middle of a request ends the call", test_killed },
		{ "QEMU that quits says so and the connection ends", test_quit },
		{ "a stopped QEMU costs one deadline, and goes on afterwards", test_stopped },
		{ "a stopped QEMU that does not greet is told from a busy one",
		  test_stopped_before_greeting },
		{ "the human monitor is refused with what to use instead", test_human_monitor },
		{ "a monitor on TCP works", test_tcp },
		CU_TEST_INFO_NULL,
	};

	return suite_run("qemu", tests, argc, argv);
}
