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
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "suite.h"

static struct vm *start(const struct vm_options *options)
{
	struct vm *vm = vm_start(options);

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	return vm;
}

static bool contains(const char *text, const char *part)
{
	bool found = strstr(text, part) != NULL;

	if (!found)
		fprintf(stderr, "'%s' is not in '%s'\n", part, text);
	return found;
}

/* Is the balloon found there, and does it do what a balloon does? */
static void check_device(const struct vm_options *options, const char *device, const char *type)
{
	struct vm *vm = start(options);
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_stats *stats = client_get_stats(monitor);
	uint32_t previous = 1, seconds = 0;
	struct balloonctl_info *info = NULL;

	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), device);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device_type(monitor), type);
	CU_ASSERT_EQUAL(balloonctl_stats_get_last_update(stats), 0);
	CU_ASSERT(balloonctl_stats_has(stats, BALLOONCTL_STAT_HTLB_PGFAIL));
	balloonctl_stats_free(stats);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 7, &previous), 0);
	CU_ASSERT_EQUAL(previous, 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 7);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device_type(info), type);
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_status(info), "prelaunch");
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

static void test_none(void)
{
	struct vm *vm = start(&(struct vm_options){ 0 });
	struct balloonctl_monitor *monitor = client_connect(vm);
	const struct balloonctl_error *error = balloonctl_monitor_get_error(monitor);
	struct balloonctl_stats *stats = NULL;
	int64_t actual;

	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENODEV);
	CU_ASSERT(contains(client_message(monitor), "-device virtio-balloon"));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -ENODEV);
	CU_ASSERT_STRING_EQUAL(balloonctl_error_get_class(error), "DeviceNotActive");
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	/* One that is plugged in later is found. */
	CU_ASSERT_EQUAL(vm_control(vm,
				   "{\"execute\":\"device_add\",\"arguments\":"
				   "{\"driver\":\"virtio-balloon-pci\",\"id\":\"late\"}}",
				   NULL, 0),
			0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), "/machine/peripheral/late");
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
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device_type(info), "virtio-balloon-device");
	balloonctl_info_free(info);

	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine/peripheral/b1"), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), -ENODEV);
	CU_ASSERT_STRING_EQUAL(balloonctl_error_get_class(error), "DeviceNotFound");
	CU_ASSERT(contains(client_message(monitor), "Device '/machine/peripheral/b1' not found"));

	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine"), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), -EREMOTEIO);
	CU_ASSERT_STRING_EQUAL(balloonctl_error_get_class(error), "GenericError");
	CU_ASSERT(contains(client_message(monitor),
			   "guest-stats-polling-interval' not found (GenericError)"));
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
	const char *args[] = { "-name", "w\xc3\xa4rme \x1b[31m", NULL };
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon", .args = args });
	struct balloonctl_monitor *monitor = client_connect(vm);

	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_name(monitor), args[1]);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

static void test_second_client(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon" });
	struct balloonctl_monitor *first = client_connect(vm);
	struct balloonctl_monitor *second = balloonctl_monitor_new();
	struct balloonctl_monitor *third = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;
	char pid[32];
	int r = 0;

	snprintf(pid, sizeof(pid), "process %d ", (int)getpid());
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(second, 300), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_connect_timeout_ms(third, 200), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(third, 100), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(second, vm_get_qmp(vm)), 0);
	/* The queue is full now, or at least somebody waits. */
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(third, vm_get_qmp(vm)), -EBUSY);
	CU_ASSERT(contains(client_message(third), pid));
	while (r == 0)
		r = balloonctl_monitor_wait(second, -1);
	CU_ASSERT_EQUAL(r, -EBUSY);
	CU_ASSERT(contains(client_message(second), "in use by"));
	CU_ASSERT(contains(client_message(second), pid));
	/* Nobody disturbed the first one, and when it leaves the next gets in. */
	balloonctl_stats_free(client_get_stats(first));
	balloonctl_monitor_free(first);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(second, 5000), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(second, vm_get_qmp(vm)), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(second, &stats), 0);
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(second);
	balloonctl_monitor_free(third);
	vm_stop(vm);
}

static void test_killed(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_completion *completion;
	int status, r = 0;

	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT_EQUAL(vm_signal(vm, SIGSTOP), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, vm), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGKILL), 0);
	while (r == 0)
		r = balloonctl_monitor_wait(monitor, -1);
	CU_ASSERT_EQUAL(r, -ENOTCONN);
	CU_ASSERT(contains(client_message(monitor), "QEMU closed the connection"));
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

static void test_stopped(void)
{
	struct vm *vm = start(&(struct vm_options){ .balloon = "virtio-balloon" });
	struct balloonctl_monitor *monitor = client_connect(vm);
	struct balloonctl_monitor *late = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;
	uint32_t seconds = 0;

	balloonctl_stats_free(client_get_stats(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_set_reply_timeout_ms(monitor, 200), 0);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGSTOP), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ETIMEDOUT);
	CU_ASSERT(contains(client_message(monitor), "no reply to qom-get after 200 ms"));
	CU_ASSERT(contains(client_message(monitor), "is stopped"));
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_EQUAL(vm_signal(vm, SIGCONT), 0);
	/* The late replies come first and are nobody's. */
	CU_ASSERT_EQUAL(balloonctl_monitor_set_reply_timeout_ms(monitor, 5000), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	balloonctl_stats_free(client_get_stats(monitor));
	balloonctl_monitor_free(monitor);

	/* Nobody else is served, so it is no busy monitor: QEMU itself does not answer. */
	client_pause(100);
	CU_ASSERT_EQUAL(vm_signal(vm, SIGSTOP), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_greeting_timeout_ms(late, 200), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(late, vm_get_qmp(vm)), -ETIMEDOUT);
	CU_ASSERT(contains(client_message(late), "no greeting after 200 ms"));
	CU_ASSERT(contains(client_message(late), "is stopped"));
	CU_ASSERT_EQUAL(vm_signal(vm, SIGCONT), 0);
	balloonctl_monitor_free(late);
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
	CU_ASSERT(contains(client_message(monitor), "is no QMP server"));
	CU_ASSERT(contains(client_message(monitor), "-qmp option"));
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
		{ "a device path given by hand is used as it is", test_device_by_hand },
		{ "every interval is taken, and the previous one told", test_intervals },
		{ "the name of the VM comes as it is", test_name },
		{ "a second and a third client are told who holds the monitor",
		  test_second_client },
		{ "QEMU killed in the middle of a request ends the call", test_killed },
		{ "a stopped QEMU costs one deadline, and goes on afterwards", test_stopped },
		{ "the human monitor is refused with what to use instead", test_human_monitor },
		{ "a monitor on TCP works", test_tcp },
		CU_TEST_INFO_NULL,
	};

	return suite_run("qemu", tests, argc, argv);
}
