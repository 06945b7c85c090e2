/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A simulated machine as its owner has it: options, clients, clocks, its guest and its end. */
#include <balloonsim.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"
#include "suite.h"

#define SECOND INT64_C(1000000000)

static struct balloonsim_machine *make(const char *options)
{
	struct balloonsim_machine *machine = balloonsim_machine_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(machine);
	CU_ASSERT_EQUAL_FATAL(balloonsim_machine_configure(machine, "clock=manual"), 0);
	CU_ASSERT_EQUAL_FATAL(balloonsim_machine_configure(machine, options), 0);
	CU_ASSERT_EQUAL_FATAL(balloonsim_machine_start(machine), 0);
	return machine;
}

/* What has come for a client, NUL-terminated; "" for nothing. Valid until the next call. */
static const char *hear(struct balloonsim_machine *machine, int fd)
{
	static char bytes[64 << 10];
	ssize_t n;

	balloonsim_machine_process(machine);
	n = recv(fd, bytes, sizeof(bytes) - 1, MSG_DONTWAIT);
	bytes[n > 0 ? n : 0] = '\0';
	return bytes;
}

static const char *ask(struct balloonsim_machine *machine, int fd, const char *command)
{
	CU_ASSERT_EQUAL(send(fd, command, strlen(command), MSG_NOSIGNAL), (ssize_t)strlen(command));
	return hear(machine, fd);
}

/* A client that has been greeted and has negotiated. */
static int join(struct balloonsim_machine *machine)
{
	int fd = balloonsim_machine_connect(machine);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(machine, fd), "\"QMP\""));
	CU_ASSERT_STRING_EQUAL(ask(machine, fd, "{'execute':'qmp_capabilities'}"),
			       "{\"return\": {}}\r\n");
	return fd;
}

static void test_bad_options(void)
{
	static const struct {
		const char *options, *words;
	} rows[] = {
		{ "nonsense", "'nonsense': an option is written NAME=VALUE" },
		{ "color=red", "'color': there is no such option" },
		{ "profile=8.0", "profile='8.0': the value must be 7.2|10.0|11.1" },
		{ "ram=0", "ram='0'" },
		{ "ram=1K", "ram='1K'" },
		{ "ram=9T", "ram='9T'" },
		{ "ram=18446744073709551615T", "ram=" },
		{ "ram=-1", "ram='-1'" },
		{ "ram=1Gi", "ram='1Gi'" },
		{ "id=1b", "id='1b'" },
		{ "guest=beos", "guest" },
		{ "guest=linux,,fault=loop", "guest='linux,fault=loop'" },
		{ "name=a,ram=0", "ram='0': the value must be a size such as 512M" },
		{ "fault=gremlins", "fault" },
		{ "packed=yes", "packed='yes': the value must be on|off" },
		{ "base=0x10", "base='0x10'" },
		{ "guest-stats-polling-interval=4294967296", "guest-stats-polling-interval=" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct balloonsim_machine *machine = balloonsim_machine_new();

		CU_ASSERT_STRING_EQUAL(balloonsim_machine_get_error(machine), "");
		CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, rows[i].options), -EINVAL);
		/* Nothing of it counts. */
		CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, "ram=16M"), 0);
		CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, rows[i].options), -EINVAL);
		if (strstr(balloonsim_machine_get_error(machine), rows[i].words) !=
		    balloonsim_machine_get_error(machine)) {
			fprintf(stderr, "%s: %s\n", rows[i].options,
				balloonsim_machine_get_error(machine));
			CU_FAIL("the sentence does not begin with what is wrong");
		}
		balloonsim_machine_free(machine);
	}
}

/* What follows a mistake is as if it had not been made. */
static void test_mistake_is_forgotten(void)
{
	struct balloonsim_machine *machine = balloonsim_machine_new();

	CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, "ram=16M,workload=nonsense"),
			-EINVAL);
	CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, "workload=leaking,clock=manual"), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_start(machine), 0);
	/* Not the 16 MiB. */
	CU_ASSERT(balloonsim_machine_get_stat(machine, 5) > 512 << 20);
	CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, "ram=16M"), -EALREADY);
	CU_ASSERT_EQUAL(balloonsim_machine_start(machine), -EALREADY);
	balloonsim_machine_free(machine);
	CU_ASSERT(strlen(balloonsim_machine_get_error(NULL)) > 0);
}

/* The defaults that are told are those in use. */
static void test_told_defaults(void)
{
	struct balloonsim_machine *machine = balloonsim_machine_new(), *other = make("");

	for (int i = 0; i < balloonsim_option_get_count(); i++) {
		char text[200];

		snprintf(text, sizeof(text), "%s=%s", balloonsim_option_get_name(i),
			 balloonsim_option_get_default(i));
		CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, text), 0);
	}
	CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, "clock=manual"), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_start(machine), 0);
	for (int second = 0; second < 3; second++) {
		for (unsigned int tag = 0; tag < 16; tag++)
			CU_ASSERT_EQUAL(balloonsim_machine_get_stat(machine, tag),
					balloonsim_machine_get_stat(other, tag));
		balloonsim_machine_advance_ns(machine, SECOND);
		balloonsim_machine_advance_ns(other, SECOND);
	}
	balloonsim_machine_free(machine);
	balloonsim_machine_free(other);
}

static void test_options_together(void)
{
	static const char *const rows[] = { "free-page-hint=on", "in_order=on,profile=7.2",
					    "qemu-4-0-config-size=on,profile=11.1" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct balloonsim_machine *machine = balloonsim_machine_new();

		CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, rows[i]), 0);
		CU_ASSERT_EQUAL(balloonsim_machine_start(machine), -EINVAL);
		CU_ASSERT(strlen(balloonsim_machine_get_error(machine)) > 20);
		CU_ASSERT_EQUAL(balloonsim_machine_process(machine), -EINVAL);
		CU_ASSERT(balloonsim_machine_connect(machine) < 0);
		balloonsim_machine_free(machine);
	}
	balloonsim_machine_free(NULL);
}

static void test_option_table(void)
{
	int n = balloonsim_option_get_count();

	for (int i = 0; i < n; i++) {
		struct balloonsim_machine *machine = balloonsim_machine_new();
		char text[200];

		CU_ASSERT(strlen(balloonsim_option_get_meaning(i)) > 5);
		snprintf(text, sizeof(text), "%s=%s", balloonsim_option_get_name(i),
			 balloonsim_option_get_default(i));
		CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, text), 0);
		balloonsim_machine_free(machine);
	}
	CU_ASSERT_PTR_NULL(balloonsim_option_get_name(-1));
	CU_ASSERT_PTR_NULL(balloonsim_option_get_values(n));
	CU_ASSERT_PTR_NULL(balloonsim_option_get_default(n));
	CU_ASSERT_PTR_NULL(balloonsim_option_get_meaning(n));
	CU_ASSERT_FALSE(balloonsim_option_is_for_guest(n));
}

/* Each fault can be asked for by its name, and the machine lives on. */
static void test_faults(void)
{
	int n = 0;

	for (; balloonsim_fault_get_name(n) != NULL; n++) {
		struct balloonsim_machine *machine;
		char text[200];

		CU_ASSERT(strlen(balloonsim_fault_get_meaning(n)) > 5);
		snprintf(text, sizeof(text), "guest-stats-polling-interval=1,fault=%s",
			 balloonsim_fault_get_name(n));
		machine = make(text);
		CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 30 * SECOND), 0);
		balloonsim_machine_free(machine);
	}
	CU_ASSERT(n >= 20);
	CU_ASSERT_PTR_NULL(balloonsim_fault_get_name(-1));
	CU_ASSERT_PTR_NULL(balloonsim_fault_get_meaning(n));
}

static void test_polling(void)
{
	struct balloonsim_machine *machine = make("");
	uint64_t samples = balloonsim_machine_get_samples(machine);
	int fd = join(machine);

	/* Linux gives a buffer before it is asked. */
	CU_ASSERT_EQUAL(samples, 1);
	CU_ASSERT(balloonsim_machine_holds_buffer(machine));
	ask(machine, fd,
	    "{'execute':'qom-set','arguments':{'path':'/machine/peripheral/balloon0',"
	    "'property':'guest-stats-polling-interval','value':2}}");
	CU_ASSERT_EQUAL(balloonsim_machine_get_interval(machine), 2);
	CU_ASSERT_EQUAL(balloonsim_machine_get_requests(machine), 1);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 2 * SECOND - 1), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_get_requests(machine), 1);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 1), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_get_requests(machine), 2);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 100 * SECOND), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_get_requests(machine), 52);
	CU_ASSERT_EQUAL(balloonsim_machine_get_samples(machine), 53);
	ask(machine, fd, "{'execute':'stop'}");
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 100 * SECOND), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_get_virtual_ns(machine), 102 * SECOND);
	CU_ASSERT_EQUAL(balloonsim_machine_get_requests(machine), 52);
	close(fd);
	balloonsim_machine_free(machine);
}

static void test_clients_one_at_a_time(void)
{
	struct balloonsim_machine *machine = make("guest=none");
	int first = join(machine);
	int second = balloonsim_machine_connect(machine);
	int others[8];

	CU_ASSERT_STRING_EQUAL(hear(machine, second), "");
	close(first);
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(machine, second), "\"QMP\""));
	/* Each conversation begins anew. */
	CU_ASSERT_PTR_NOT_NULL(
		strstr(ask(machine, second, "{'execute':'query-status'}"), "CommandNotFound"));
	for (int i = 0; i < 8; i++) {
		others[i] = balloonsim_machine_connect(machine);
		CU_ASSERT(others[i] >= 0);
	}
	CU_ASSERT_EQUAL(balloonsim_machine_connect(machine), -EAGAIN);
	CU_ASSERT_STRING_EQUAL(balloonsim_machine_get_error(machine),
			       "8 clients wait for the machine's monitor already; close one");
	for (int i = 0; i < 8; i++)
		close(others[i]);
	close(second);
	CU_ASSERT_EQUAL(balloonsim_machine_process(machine), 0);
	balloonsim_machine_free(machine);
}

static void test_client_that_does_not_read(void)
{
	static const char command[] = "{'execute':'query-commands'}";
	struct balloonsim_machine *machine = make("guest=none");
	int fd = join(machine);
	int sent = 0;

	/* At some time it is not listened to any more: its replies lie in the way. */
	while (sent < 100000 && send(fd, command, strlen(command), MSG_DONTWAIT) > 0) {
		CU_ASSERT_EQUAL_FATAL(balloonsim_machine_process(machine), 0);
		sent++;
	}
	CU_ASSERT(sent < 100000);
	close(fd);
	CU_ASSERT_EQUAL(balloonsim_machine_process(machine), 0);
	balloonsim_machine_free(machine);
}

static void test_quit(void)
{
	struct balloonsim_machine *machine = make("guest-stats-polling-interval=1");
	int fd = join(machine);
	uint64_t samples;
	char byte;

	CU_ASSERT_EQUAL(send(fd, "{'execute':'quit'}", 18, MSG_NOSIGNAL), 18);
	CU_ASSERT_EQUAL(balloonsim_machine_process(machine), -ESHUTDOWN);
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(machine, fd), "SHUTDOWN"));
	CU_ASSERT_EQUAL(recv(fd, &byte, 1, MSG_DONTWAIT), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_process(machine), -ESHUTDOWN);
	CU_ASSERT_EQUAL(balloonsim_machine_connect(machine), -ESHUTDOWN);
	CU_ASSERT_EQUAL(balloonsim_machine_get_timeout(machine), -1);
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(machine, "/nowhere"), -ESHUTDOWN);
	/* Nothing goes on in it. */
	samples = balloonsim_machine_get_samples(machine);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 10 * SECOND), -ESHUTDOWN);
	CU_ASSERT_EQUAL(balloonsim_machine_get_samples(machine), samples);
	close(fd);
	balloonsim_machine_free(machine);
}

/* One that is met while the clock is moved ends that. */
static void test_quit_while_advancing(void)
{
	struct balloonsim_machine *machine = make("guest-stats-polling-interval=1");
	int fd = join(machine);

	CU_ASSERT_EQUAL(send(fd, "{'execute':'quit'}", 18, MSG_NOSIGNAL), 18);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, SECOND), -ESHUTDOWN);
	close(fd);
	balloonsim_machine_free(machine);
}

/* A child has copies of all descriptors; what the parent closes must be closed all the same. */
static void test_fork(void)
{
	struct balloonsim_machine *machine = make(""), *other = make("");
	int fd = join(machine), other_fd = join(other), wait_fd[2];
	struct pollfd pfd = { .events = POLLIN };
	char byte;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, wait_fd), 0);
	pid = fork();
	if (pid == 0) {
		close(wait_fd[1]);
		close(fd);
		/* Tell that it is closed here, and stay until the test is over. */
		_exit(write(wait_fd[0], "x", 1) == 1 && read(wait_fd[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(fd);
	CU_ASSERT_EQUAL(read(wait_fd[1], &byte, 1), 1);
	CU_ASSERT_EQUAL(balloonsim_machine_process(machine), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_process(machine), 0);
	pfd.fd = balloonsim_machine_get_fd(machine);
	CU_ASSERT_EQUAL(poll(&pfd, 1, 0), 0);
	balloonsim_machine_free(machine);
	/* The other way round: a machine hangs up on its client. */
	balloonsim_machine_free(other);
	CU_ASSERT_EQUAL(recv(other_fd, &byte, 1, MSG_DONTWAIT), 0);
	close(other_fd);
	close(wait_fd[1]);
	close(wait_fd[0]);
	CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
}

/* A client that can't be taken must not wake us for ever. */
static void test_no_descriptors(void)
{
	struct balloonsim_machine *machine = make("");
	struct rlimit limit, none;
	struct pollfd pfd = { .events = POLLIN };
	struct place place;
	int client;

	place_open(&place);
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(machine, place.path), 0);
	client = place_connect(place.path);
	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_NOFILE, &none), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_process(machine), 0);
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_NOFILE, &limit), 0);
	pfd.fd = balloonsim_machine_get_fd(machine);
	CU_ASSERT_EQUAL(poll(&pfd, 1, 0), 0);
	CU_ASSERT(balloonsim_machine_get_timeout(machine) > 0);
	CU_ASSERT(balloonsim_machine_get_timeout(machine) <= 1000);
	close(client);
	balloonsim_machine_free(machine);
	place_close(&place);
}

static void test_wall_clock(void)
{
	struct balloonsim_machine *machine = make("guest-stats-polling-interval=1");

	CU_ASSERT_EQUAL(balloonsim_machine_set_wall_us(machine, -1), -EINVAL);
	CU_ASSERT_EQUAL(balloonsim_machine_set_wall_us(machine, INT64_MAX), -EINVAL);
	CU_ASSERT_EQUAL(balloonsim_machine_set_wall_us(machine, 1000000000000), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 5 * SECOND), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_get_wall_us(machine), 1000005000000);
	CU_ASSERT_EQUAL(balloonsim_machine_get_last_update(machine), 1000005);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, -1), -EINVAL);
	balloonsim_machine_free(machine);
}

static void test_real_time(void)
{
	struct balloonsim_machine *machine = balloonsim_machine_new();

	CU_ASSERT_EQUAL(balloonsim_machine_configure(machine, "guest-stats-polling-interval=1"), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_start(machine), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 1), -EINVAL);
	CU_ASSERT_EQUAL(balloonsim_machine_set_wall_us(machine, 1), -EINVAL);
	balloonsim_machine_process(machine);
	/* The first poll found no buffer; the next is a second after the first sample. */
	CU_ASSERT_EQUAL(balloonsim_machine_get_samples(machine), 1);
	CU_ASSERT_EQUAL(balloonsim_machine_get_requests(machine), 0);
	CU_ASSERT(balloonsim_machine_get_timeout(machine) > 0);
	CU_ASSERT(balloonsim_machine_get_timeout(machine) <= 1000);
	CU_ASSERT(balloonsim_machine_get_events(machine) == POLLIN);
	balloonsim_machine_free(machine);
}

static void test_listen(void)
{
	struct balloonsim_machine *machine = make("guest=none"), *other = make("guest=none");
	struct place place;
	char file[200];

	place_open(&place);
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(machine, place.path), 0);
	CU_ASSERT_EQUAL(access(place.path, F_OK), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(machine, "elsewhere"), -EALREADY);
	CU_ASSERT_PTR_NOT_NULL(strstr(balloonsim_machine_get_error(machine), place.path));
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(other, ""), -EINVAL);
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(other, place.path), -EADDRINUSE);
	CU_ASSERT_PTR_NOT_NULL(strstr(balloonsim_machine_get_error(other), "another program"));
	balloonsim_machine_free(machine);
	CU_ASSERT_EQUAL(access(place.path, F_OK), -1);
	/* What is no socket is not touched. */
	snprintf(file, sizeof(file), "%s.file", place.path);
	fclose(fopen(file, "w"));
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(other, file), -EEXIST);
	CU_ASSERT_EQUAL(unlink(file), 0);
	memset(file, 'x', sizeof(file) - 1);
	file[sizeof(file) - 1] = '\0';
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qmp(other, file), -ENAMETOOLONG);
	balloonsim_machine_free(other);
	place_close(&place);
}

static void test_qtest_wants_the_machine_for_itself(void)
{
	struct balloonsim_machine *machine = make("");
	struct place place;

	place_open(&place);
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qtest(machine, place.path), -EINVAL);
	balloonsim_machine_free(machine);
	machine = make("guest=none");
	CU_ASSERT_EQUAL(balloonsim_machine_listen_qtest(machine, place.path), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 1), -EBUSY);
	balloonsim_machine_free(machine);
	place_close(&place);
}

/* Somebody else's guest: a buffer with one entry, through the window alone. */
static void test_own_guest(void)
{
	struct balloonsim_machine *machine = make("guest=none,ram=1M,ioeventfd=off");
	const struct balloonsim_window *window = balloonsim_machine_get_window(machine);
	static const uint32_t writes[][2] = {
		{ 0x70, 3 },      { 0x24, 0 }, { 0x20, 2 },  { 0x24, 1 },      { 0x20, 1 },
		{ 0x70, 11 },     { 0x30, 2 }, { 0x38, 8 },  { 0x80, 0x1000 }, { 0x90, 0x2000 },
		{ 0xa0, 0x3000 }, { 0x44, 1 }, { 0x70, 15 },
	};
	static const uint8_t entry[10] = { 4, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t desc[16] = { 0, 0x40, 0, 0, 0, 0, 0, 0, 10 };
	static const uint8_t avail[6] = { 0, 0, 1, 0, 0, 0 };

	CU_ASSERT_PTR_NULL(balloonsim_machine_get_guest(machine));
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		window->write_register(window->context, writes[i][0], 4, writes[i][1]);
	window->write_memory(window->context, 0x4000, entry, sizeof(entry));
	window->write_memory(window->context, 0x1000, desc, sizeof(desc));
	window->write_memory(window->context, 0x2000, avail, sizeof(avail));
	window->write_register(window->context, 0x50, 4, 2);
	CU_ASSERT_EQUAL(balloonsim_machine_get_stat(machine, 4), 0x0807060504030201);
	CU_ASSERT_EQUAL(balloonsim_machine_get_stat(machine, 5), UINT64_MAX);
	CU_ASSERT_EQUAL(balloonsim_machine_get_stat(machine, 99), UINT64_MAX);
	/* Accesses that no bus makes do nothing. */
	CU_ASSERT_EQUAL(window->read_register(window->context, 1, 4), 0);
	CU_ASSERT_EQUAL(window->read_register(window->context, 0, 3), 0);
	CU_ASSERT_EQUAL(window->read_register(window->context, 0x200, 4), 0);
	window->write_register(window->context, UINT32_MAX, 4, 1);
	/* A length of 0 is no buffer. */
	window->write_memory(window->context, 0x1008, "\0", 1);
	window->write_memory(window->context, 0x2002, "\2", 1);
	CU_ASSERT_FALSE(balloonsim_machine_is_broken(machine));
	CU_ASSERT_STRING_EQUAL(balloonsim_machine_get_broken_reason(machine), "");
	window->write_register(window->context, 0x50, 4, 2);
	CU_ASSERT(balloonsim_machine_is_broken(machine));
	CU_ASSERT(balloonsim_machine_has_interrupt(machine));
	CU_ASSERT_STRING_EQUAL(balloonsim_machine_get_broken_reason(machine),
			       "virtio: zero sized buffers are not allowed");
	balloonsim_machine_reset(machine);
	CU_ASSERT_FALSE(balloonsim_machine_is_broken(machine));
	balloonsim_machine_free(machine);
}

static void test_size(void)
{
	struct balloonsim_machine *machine = make("ram=256M");
	int fd = join(machine);

	ask(machine, fd, "{'execute':'balloon','arguments':{'value':134217728}}");
	CU_ASSERT_EQUAL(balloonsim_machine_get_num_pages(machine), 32768);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, 10 * SECOND), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_get_actual(machine), 32768);
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(machine, fd), "BALLOON_CHANGE"));
	CU_ASSERT_PTR_NOT_NULL(strstr(ask(machine, fd, "{'execute':'query-balloon'}"),
				      "{\"return\": {\"actual\": 134217728}}"));
	close(fd);
	balloonsim_machine_free(machine);
}

static void test_reset(void)
{
	struct balloonsim_machine *machine = make("guest-stats-polling-interval=1,boot=500");
	int fd = join(machine);

	balloonsim_machine_advance_ns(machine, SECOND);
	CU_ASSERT(balloonsim_machine_get_last_update(machine) > 0);
	ask(machine, fd, "{'execute':'system_reset'}");
	/* 11.1 forgets; the guest boots again and speaks up. */
	CU_ASSERT_EQUAL(balloonsim_machine_get_last_update(machine), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_get_stat(machine, 4), UINT64_MAX);
	balloonsim_machine_advance_ns(machine, SECOND);
	CU_ASSERT(balloonsim_machine_get_last_update(machine) > 0);
	close(fd);
	balloonsim_machine_free(machine);
}

/* Its guest boots with it, whether or not anybody listens. */
static void test_reset_from_inside(void)
{
	struct balloonsim_machine *machine = make("guest-stats-polling-interval=1");
	uint64_t samples;

	balloonsim_machine_advance_ns(machine, 5 * SECOND);
	samples = balloonsim_machine_get_samples(machine);
	balloonsim_machine_reset(machine);
	CU_ASSERT_FALSE(balloonsim_machine_holds_buffer(machine));
	balloonsim_machine_advance_ns(machine, 10 * SECOND);
	CU_ASSERT(balloonsim_machine_get_samples(machine) >= samples + 10);
	balloonsim_machine_free(machine);
}

/* What the configuration space says of hints. */
static uint32_t get_hint_id(struct balloonsim_machine *machine)
{
	const struct balloonsim_window *window = balloonsim_machine_get_window(machine);

	return window->read_register(window->context, 0x108, 4);
}

static void test_hints(void)
{
	struct balloonsim_machine *machine = make("free-page-hint=on,iothread=io0");

	CU_ASSERT_EQUAL(get_hint_id(machine), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_start_hints(machine), 0);
	CU_ASSERT_EQUAL(get_hint_id(machine), 0x80000001);
	CU_ASSERT_EQUAL(balloonsim_machine_advance_ns(machine, SECOND), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_stop_hints(machine), 0);
	CU_ASSERT_EQUAL(get_hint_id(machine), 0);
	CU_ASSERT_EQUAL(balloonsim_machine_end_hints(machine), 0);
	CU_ASSERT_EQUAL(get_hint_id(machine), 1);
	CU_ASSERT_EQUAL(balloonsim_machine_start_hints(machine), 0);
	CU_ASSERT_EQUAL(get_hint_id(machine), 0x80000002);
	CU_ASSERT_FALSE(balloonsim_machine_is_broken(machine));
	balloonsim_machine_free(machine);
	machine = make("");
	CU_ASSERT_EQUAL(balloonsim_machine_start_hints(machine), -ENODEV);
	balloonsim_machine_free(machine);
}

/* The aim of 16 KiB for a machine leaves few for its guest's memory. */
static void test_memory_taken(void)
{
	struct balloonsim_machine *machine = make("guest-stats-polling-interval=1");

	balloonsim_machine_advance_ns(machine, 2000 * SECOND);
	CU_ASSERT(balloonsim_machine_get_resident_bytes(machine) <= 6 * 1024);
	balloonsim_machine_free(machine);
}

static CU_TestInfo tests[] = {
	{ "an option that is wrong is named, with what would be right", test_bad_options },
	{ "a text with a mistake in it counts for nothing", test_mistake_is_forgotten },
	{ "the defaults that are told are those in use", test_told_defaults },
	{ "options that don't go together are refused at the start", test_options_together },
	{ "the table of options describes itself and takes its own defaults", test_option_table },
	{ "every fault can be had by its name", test_faults },
	{ "a manual clock polls to the nanosecond and stands still while stopped", test_polling },
	{ "one client is served at a time and begins anew", test_clients_one_at_a_time },
	{ "a client that does not read is not read from", test_client_that_does_not_read },
	{ "quit ends the machine, and nothing goes on in it", test_quit },
	{ "quit ends an advance of the clock", test_quit_while_advancing },
	{ "what is closed is closed, though a child has a copy", test_fork },
	{ "a client for whom there is no descriptor waits without waking us", test_no_descriptors },
	{ "the wall clock can be set and is last-update's", test_wall_clock },
	{ "in real time the machine says when it wants to run", test_real_time },
	{ "a socket is made, never stolen, and removed", test_listen },
	{ "a qtest client is the guest", test_qtest_wants_the_machine_for_itself },
	{ "somebody else's guest works through the window", test_own_guest },
	{ "the guest follows the balloon's target", test_size },
	{ "a system reset forgets the statistics and boots the guest again", test_reset },
	{ "a reset from inside boots the guest too", test_reset_from_inside },
	{ "hints can be asked for only where they are offered", test_hints },
	{ "an idle guest's memory costs next to nothing", test_memory_taken },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-machine", tests, argc, argv);
}
