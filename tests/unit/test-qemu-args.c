/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines of QEMU, as people and managers write them and as nobody should. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"
#include "client/qemu-args.h"
#include "scarce.h"
#include "suite.h"

/* What was understood, on one line: the name, then a word for each monitor. */
static char *describe(const struct qemu_args *args)
{
	struct buf text = { 0 };

	buf_append_string(&text, args->name == NULL ? "-" : args->name);
	for (size_t i = 0; i < args->n_monitors; i++) {
		const struct qemu_monitor *monitor = &args->monitors[i];
		char word[8192];

		if (monitor->kind == QEMU_MONITOR_UNIX)
			snprintf(word, sizeof(word), " %s:%s",
				 monitor->is_abstract ? "abstract" : "unix", monitor->path);
		else if (monitor->kind == QEMU_MONITOR_TCP)
			snprintf(word, sizeof(word), " tcp:%s:%s",
				 monitor->host == NULL ? "" : monitor->host, monitor->port);
		else
			snprintf(word, sizeof(word), " fd:%d", monitor->fd);
		buf_append_string(&text, word);
		if (!monitor->is_server)
			buf_append_string(&text, "(client)");
	}
	return buf_steal(&text);
}

/* Words are separated by '|'. */
static char *parse(const char *line)
{
	char *bytes = strdup(line), *text;
	size_t len = strlen(line);
	struct qemu_args args;

	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '|')
			bytes[i] = '\0';
	CU_ASSERT_EQUAL_FATAL(qemu_args_parse(bytes, len, &args), 0);
	text = describe(&args);
	qemu_args_done(&args);
	free(bytes);
	return text;
}

struct row {
	const char *line, *expected;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *text = parse(rows[i].line);

		CU_ASSERT_STRING_EQUAL(text, rows[i].expected);
		if (strcmp(text, rows[i].expected) != 0)
			printf("\n  %s: %s, not %s", rows[i].line, text, rows[i].expected);
		free(text);
	}
}

static void test_qmp(void)
{
	static const struct row rows[] = {
		{ "qemu|-qmp|unix:/run/vm.qmp,server=on,wait=off", "- unix:/run/vm.qmp" },
		{ "qemu|--qmp|unix:/run/vm.qmp,server,nowait", "- unix:/run/vm.qmp" },
		{ "qemu|-qmp-pretty|unix:vm.qmp,server=yes", "- unix:vm.qmp" },
		{ "qemu|-qmp|unix:path=/a,server=true", "- unix:/a" },
		{ "qemu|-qmp|unix:/a,noserver", "- unix:/a(client)" },
		{ "qemu|-qmp|unix:/a,server=on,server=off", "- unix:/a(client)" },
		{ "qemu|-qmp|unix:/a,,b,,,,c,server=on", "- unix:/a,b,,c" },
		{ "qemu|-qmp|unix:vm,server=on,abstract=on", "- abstract:vm" },
		{ "qemu|-qmp|unix:fd=7,server=on", "- fd:7" },
		{ "qemu|-qmp|tcp:localhost:4444,server=on,wait=off", "- tcp:localhost:4444" },
		{ "qemu|-qmp|tcp::4444,server", "- tcp::4444" },
		{ "qemu|-qmp|unix:/a,server=on|-qmp|unix:/b,server=on", "- unix:/a unix:/b" },
		{ "qemu|-qmp|chardev:c|-chardev|socket,id=c,path=/a,server=on", "- unix:/a" },
		{ "qemu|-qmp|stdio|-qmp|none|-qmp|pty|-qmp|file:/a|-qmp|unix:|-qmp|tcp:x", "-" },
		{ "qemu|-qmp|tcp:[::]:1,server=on|-qmp|tcp:localhost:http,server=on", "-" },
		{ "qemu|-qmp|telnet:localhost:1,server=on", "-" },
		{ "qemu|-qmp|tcp:localhost:1,server=on,websocket=on", "-" },
		{ "qemu|-qmp|{\"path\":\"/a\"}", "-" },
		{ "qemu|-qmp", "-" },
		{ "-qmp|unix:/a", "-" },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static void test_mon(void)
{
	static const struct row rows[] = {
		{ "qemu|-chardev|socket,id=c,path=/a,server=on|-mon|chardev=c,mode=control",
		  "- unix:/a" },
		{ "qemu|-mon|mode=control,chardev=c|-chardev|socket,path=/a,server,id=c",
		  "- unix:/a" },
		{ "qemu|-mon|c,mode=control,pretty=on|-chardev|backend=socket,id=c,path=/a,server",
		  "- unix:/a" },
		{ "qemu|-chardev|socket,id=charmonitor,fd=24,server=on,wait=off|"
		  "-mon|chardev=charmonitor,id=monitor,mode=control",
		  "- fd:24" },
		{ "qemu|-chardev|socket,id=c,fd=name,server=on|-mon|c,mode=control", "- fd:-1" },
		{ "qemu|-chardev|socket,id=c,host=::1,port=5,server=on|-mon|c,mode=control",
		  "- tcp:::1:5" },
		{ "qemu|-chardev|socket,id=c,port=5,server=on|-mon|c,mode=control", "- tcp::5" },
		{ "qemu|-chardev|socket,id=c,path=/a,,b,server=on|-mon|c,mode=control",
		  "- unix:/a,b" },
		/* libxl's connects nowhere, two monitors share nothing */
		{ "qemu|-chardev|socket,id=a,path=/a,server=on|-chardev|socket,id=b,path=/b,"
		  "server=on|-mon|b,mode=control",
		  "- unix:/b" },
		{ "qemu|-chardev|socket,id=c,path=/a,server=on,tls-creds=t|-mon|c,mode=control",
		  "-" },
		{ "qemu|-mon|c,mode=control|-chardev|pty,id=c", "-" },
		{ "qemu|-mon|missing,mode=control", "-" },
		{ "qemu|-mon|mode=control", "-" },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static void test_others(void)
{
	static const struct row rows[] = {
		/* the monitor of people */
		{ "qemu|-chardev|socket,id=c,path=/a,server=on|-mon|chardev=c,mode=readline", "-" },
		{ "qemu|-chardev|socket,id=c,path=/a,server=on|-mon|chardev=c", "-" },
		{ "qemu|-monitor|unix:/a,server=on", "-" },
		/* the guest agent and a console */
		{ "qemu|-chardev|socket,path=/a,server=on,id=qga0|-device|virtio-serial|"
		  "-device|virtserialport,chardev=qga0,name=org.qemu.guest_agent.0",
		  "-" },
		{ "qemu|-serial|unix:/a,server=on", "-" },
		/* a kernel's words */
		{ "qemu|-append|-qmp|unix:/a,server=on", "-" },
		{ "qemu|-append|x -qmp unix:/a,server=on", "-" },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static void test_name(void)
{
	static const struct row rows[] = {
		{ "qemu|-name|web1", "web1" },
		{ "qemu|-name|guest=web1,debug-threads=on", "web1" },
		{ "qemu|-name|web1,process=qemu-web1", "web1" },
		{ "qemu|-name|debug-threads=on,guest=a,,b", "a,b" },
		{ "qemu|-name|one|-name|two", "two" },
		{ "qemu|-name|one|-name|process=x", "one" },
		{ "qemu|-name|process=x", "-" },
		{ "qemu|-name|a b\n\x1b[31m", "a b\n\x1b[31m" },
		{ "qemu|-name", "-" },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

static void test_daemon(void)
{
	static const char line[] = "qemu\0-daemonize";
	struct qemu_args args;

	CU_ASSERT_EQUAL(qemu_args_parse(line, sizeof(line) - 1, &args), 0);
	CU_ASSERT(args.is_daemon);
	qemu_args_done(&args);
}

static void test_too_many(void)
{
	struct buf line = { 0 };
	struct qemu_args args;

	buf_append(&line, "qemu", 5);
	for (int i = 0; i < 1000; i++) {
		buf_append(&line, "-qmp", 5);
		buf_append(&line, "unix:/a", 8);
	}
	buf_append(&line, "", 1);
	CU_ASSERT_EQUAL(qemu_args_parse(line.data, line.len - 1, &args), 0);
	CU_ASSERT_EQUAL(args.n_monitors, QEMU_MONITORS_MAX);
	qemu_args_done(&args);
	buf_done(&line);
}

/* Ten megabytes of one word, of references to nothing, of commas and of bytes by chance: each is
 * read in a moment. */
static void test_huge(void)
{
	static const char *const pieces[] = { "x",    "-mon\0x,mode=control\0", ",,", "-qmp\0",
					      "a=b,", "-chardev\0socket,id=x\0" };
	static const size_t sizes[] = { 1, 20, 2, 5, 4, 21 };
	enum {
		SIZE = 10 << 20
	};
	char *bytes = malloc(SIZE + 1);
	unsigned int seed = 1;
	struct qemu_args args;

	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		memcpy(bytes, "qemu\0-name", sizeof("qemu\0-name"));
		for (size_t at = sizeof("qemu\0-name"); at < SIZE; at++)
			bytes[at] = pieces[i][(at - sizeof("qemu\0-name")) % sizes[i]];
		bytes[SIZE] = '\0';
		CU_ASSERT_EQUAL(qemu_args_parse(bytes, SIZE, &args), 0);
		qemu_args_done(&args);
	}
	for (size_t at = 0; at < SIZE; at++)
		bytes[at] = "-qmonpchardev=:,/\0\0"[rand_r(&seed) % 19];
	CU_ASSERT_EQUAL(qemu_args_parse(bytes, SIZE, &args), 0);
	qemu_args_done(&args);
	free(bytes);
}

static void test_nothing(void)
{
	struct qemu_args args;

	CU_ASSERT_EQUAL(qemu_args_parse("", 0, &args), 0);
	CU_ASSERT_EQUAL(args.n_monitors, 0);
	CU_ASSERT_PTR_NULL(args.name);
	qemu_args_done(&args);
}

static void test_memory(void)
{
	static const char line[] = "qemu\0-name\0web\0-qmp\0tcp:a:1,server\0-mon\0c,mode=control\0"
				   "-chardev\0socket,id=c,path=/a,server=on\0-qmp\0unix:fd=3";
	struct qemu_args args = { 0 };
	long n = 0;
	int r;

	do {
		scarce_allow(n++);
		r = qemu_args_parse(line, sizeof(line) - 1, &args);
		scarce_allow(-1);
		CU_ASSERT(r == 0 || r == -ENOMEM);
	} while (r < 0 && n < 1000);
	CU_ASSERT(n > 5);
	CU_ASSERT_EQUAL(args.n_monitors, 3);
	qemu_args_done(&args);
}

static void test_program(void)
{
	CU_ASSERT(qemu_args_is_program("qemu-system-x86_64"));
	CU_ASSERT(qemu_args_is_program("/usr/bin/qemu-system-aarch64"));
	CU_ASSERT(qemu_args_is_program("/usr/libexec/qemu-kvm"));
	CU_ASSERT(qemu_args_is_program("/usr/bin/kvm"));
	CU_ASSERT(qemu_args_is_program("/opt/my-qemu10"));
	CU_ASSERT(qemu_args_is_program(".qemu-system-x86_64-wrapped"));
	CU_ASSERT_FALSE(qemu_args_is_program("/usr/bin/qemu-img"));
	CU_ASSERT_FALSE(qemu_args_is_program("qemu-storage-daemon"));
	CU_ASSERT_FALSE(qemu_args_is_program("/qemu/bin/bash"));
	CU_ASSERT_FALSE(qemu_args_is_program("kvmtool"));
	CU_ASSERT_FALSE(qemu_args_is_program(""));
	CU_ASSERT_FALSE(qemu_args_is_program("/"));
}

static CU_TestInfo tests[] = {
	{ "-qmp with a socket is a monitor", test_qmp },
	{ "-mon is one in control mode, with the socket of its -chardev", test_mon },
	{ "monitors of people, guest agents and kernel words are none", test_others },
	{ "the name is what -name says last", test_name },
	{ "-daemonize is seen", test_daemon },
	{ "a VM with a thousand monitors has sixteen", test_too_many },
	{ "ten megabytes of nonsense are read in a moment", test_huge },
	{ "an empty command line has nothing", test_nothing },
	{ "each lack of memory is an error", test_memory },
	{ "QEMU is known by its name, and its tools are told apart", test_program },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("qemu-args", tests, argc, argv);
}
