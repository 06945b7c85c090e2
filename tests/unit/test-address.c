/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses: every spelling, every refusal, and what the refusals say. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "balloonctl.h"
#include "base/util.h"
#include "client/address.h"
#include "scarce.h"
#include "suite.h"

static struct address parse(const char *text)
{
	struct balloonctl_error error = { 0 };
	struct address address = { 0 };

	CU_ASSERT_EQUAL_FATAL(address_parse(text, &address, &error), 0);
	CU_ASSERT_EQUAL(error.code, 0);
	return address;
}

static void test_paths(void)
{
	static const struct {
		const char *text, *path;
	} rows[] = {
		{ "unix:/run/vm1.qmp", "/run/vm1.qmp" },
		{ "/run/vm1.qmp", "/run/vm1.qmp" },
		{ "vm1.qmp", "vm1.qmp" },
		{ "./a:b", "./a:b" },
		{ "unix:tcp:1:2", "tcp:1:2" },
		{ "unix:unix:x", "unix:x" },
		{ "unix: ", " " },
		{ "tcp", "tcp" },
		{ "TCP:host:1", "TCP:host:1" },
		{ "fd", "fd" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct address address = parse(rows[i].text);

		CU_ASSERT_EQUAL(address.kind, ADDRESS_UNIX);
		CU_ASSERT_STRING_EQUAL(address.path, rows[i].path);
		address_done(&address);
		CU_ASSERT_PTR_NULL(address.path);
	}
}

static void test_longest_path(void)
{
	struct balloonctl_error error = { 0 };
	char text[PATH_MAX + 1];
	struct address address;

	memset(text, 'x', sizeof(text));
	text[PATH_MAX - 1] = '\0';
	address = parse(text);
	CU_ASSERT_EQUAL(strlen(address.path), PATH_MAX - 1);
	address_done(&address);
	text[PATH_MAX - 1] = 'x';
	text[PATH_MAX] = '\0';
	CU_ASSERT_EQUAL(address_parse(text, &address, &error), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "longer than a path can be"));
	error_done(&error);
}

static void test_tcp(void)
{
	static const struct {
		const char *text, *host, *port;
	} rows[] = {
		{ "tcp:localhost:4444", "localhost", "4444" },
		{ "tcp:127.0.0.1:1", "127.0.0.1", "1" },
		{ "tcp:[::1]:65535", "::1", "65535" },
		{ "tcp:[fe80::1%eth0]:7", "fe80::1%eth0", "7" },
		{ "tcp:[host]:7", "host", "7" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct address address = parse(rows[i].text);

		CU_ASSERT_EQUAL(address.kind, ADDRESS_TCP);
		CU_ASSERT_STRING_EQUAL(address.host, rows[i].host);
		CU_ASSERT_STRING_EQUAL(address.port, rows[i].port);
		address_done(&address);
	}
}

static void test_vsock(void)
{
	struct address address = parse("vsock:3:4444");

	CU_ASSERT_EQUAL(address.kind, ADDRESS_VSOCK);
	CU_ASSERT_EQUAL(address.cid, 3);
	CU_ASSERT_EQUAL(address.vsock_port, 4444);
	address_done(&address);
	address = parse("vsock:4294967295:4294967295");
	CU_ASSERT_EQUAL(address.cid, UINT_MAX);
	CU_ASSERT_EQUAL(address.vsock_port, UINT_MAX);
	address_done(&address);
}

static void test_fd(void)
{
	struct address address = parse("fd:0");

	CU_ASSERT_EQUAL(address.kind, ADDRESS_FD);
	CU_ASSERT_EQUAL(address.fd, 0);
	address_done(&address);
	address = parse("fd:2147483647");
	CU_ASSERT_EQUAL(address.fd, INT_MAX);
	address_done(&address);
}

static void test_refusals(void)
{
	static const struct {
		const char *text, *advice;
	} rows[] = {
		{ "unix:", "path" },
		{ "tcp:", "tcp:HOST:PORT" },
		{ "tcp:host", "tcp:HOST:PORT" },
		{ "tcp:host:", "tcp:HOST:PORT" },
		{ "tcp::1", "tcp:HOST:PORT" },
		{ "tcp:[]:1", "tcp:HOST:PORT" },
		{ "tcp:host:0", "tcp:HOST:PORT" },
		{ "tcp:host:65536", "tcp:HOST:PORT" },
		{ "tcp:host:99999999999999999999", "tcp:HOST:PORT" },
		{ "tcp:host:-1", "tcp:HOST:PORT" },
		{ "tcp:host:+1", "tcp:HOST:PORT" },
		{ "tcp:host: 1", "tcp:HOST:PORT" },
		{ "tcp:host:1 ", "tcp:HOST:PORT" },
		{ "tcp:host:0x1", "tcp:HOST:PORT" },
		{ "tcp:host:qmp", "tcp:HOST:PORT" },
		{ "tcp:host:1,server=on", "tcp:HOST:PORT" },
		{ "tcp:::1:1", "tcp:[IPV6]:PORT" },
		{ "tcp:fe80::1:1", "tcp:[IPV6]:PORT" },
		{ "tcp:[::1", "tcp:[IPV6]:PORT" },
		{ "tcp:[::1]", "tcp:[IPV6]:PORT" },
		{ "tcp:[::1]1", "tcp:[IPV6]:PORT" },
		{ "tcp:[::1]:", "tcp:[IPV6]:PORT" },
		{ "vsock:", "vsock:CID:PORT" },
		{ "vsock:3", "vsock:CID:PORT" },
		{ "vsock:3:", "vsock:CID:PORT" },
		{ "vsock::3", "vsock:CID:PORT" },
		{ "vsock:-1:3", "vsock:CID:PORT" },
		{ "vsock:3:-1", "vsock:CID:PORT" },
		{ "vsock:4294967296:1", "vsock:CID:PORT" },
		{ "vsock:1:4294967296", "vsock:CID:PORT" },
		{ "vsock:00000000000000000003:1", "vsock:CID:PORT" },
		{ "vsock:x:1", "vsock:CID:PORT" },
		{ "vsock:1:2:3", "vsock:CID:PORT" },
		{ "fd:", "fd:N" },
		{ "fd:-1", "fd:N" },
		{ "fd:x", "fd:N" },
		{ "fd:3x", "fd:N" },
		{ "fd:2147483648", "fd:N" },
		{ "fd:18446744073709551616", "fd:N" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_error error = { 0 };
		struct address address = { .cid = 77 };
		size_t len = strlen(rows[i].text);

		CU_ASSERT_EQUAL(address_parse(rows[i].text, &address, &error), -EINVAL);
		CU_ASSERT_EQUAL(error.code, -EINVAL);
		CU_ASSERT(strncmp(error.message, rows[i].text, len) == 0);
		CU_ASSERT(strncmp(error.message + len, ": ", 2) == 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message + len, rows[i].advice));
		CU_ASSERT_EQUAL(address.cid, 77);
		error_done(&error);
	}
}

static void test_empty(void)
{
	struct balloonctl_error error = { 0 };
	struct address address;

	CU_ASSERT_EQUAL(address_parse("", &address, &error), -EINVAL);
	CU_ASSERT(string_starts_with(error.message, "empty address: give the path"));
	CU_ASSERT_EQUAL(address_parse(NULL, &address, &error), -EINVAL);
	CU_ASSERT(string_starts_with(error.message, "empty address: give the path"));
	error_done(&error);
}

static void test_control_characters(void)
{
	struct balloonctl_error error = { 0 };
	struct address address;

	CU_ASSERT_EQUAL(address_parse("tcp:\x1b[2J\n", &address, &error), -EINVAL);
	CU_ASSERT(string_starts_with(error.message, "tcp:\\x1b[2J\\x0a: write"));
	error_done(&error);
}

static void test_scarce_memory(void)
{
	static const struct {
		const char *text;
		long needed;
	} rows[] = { { "/run/vm1.qmp", 1 }, { "tcp:localhost:1", 2 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (long n = 0; n < rows[i].needed; n++) {
			struct balloonctl_error error = { 0 };
			struct address address = { 0 };

			scarce_allow(n);
			CU_ASSERT_EQUAL(address_parse(rows[i].text, &address, &error), -ENOMEM);
			scarce_allow(-1);
			CU_ASSERT_EQUAL(error.code, -ENOMEM);
			CU_ASSERT_PTR_NOT_NULL(
				strstr(balloonctl_error_get_message(&error), "out of memory"));
			error_done(&error);
		}
	}
}

static CU_TestInfo tests[] = {
	{ "a path, with unix: or bare", test_paths },
	{ "the longest path", test_longest_path },
	{ "tcp: with a name, an IPv4 and an IPv6 address", test_tcp },
	{ "vsock: with two numbers", test_vsock },
	{ "fd: with a number", test_fd },
	{ "each refusal begins with the address and says what to write", test_refusals },
	{ "an empty address is told what addresses there are", test_empty },
	{ "control characters do not reach the sentence", test_control_characters },
	{ "an address survives scarce memory", test_scarce_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("address", tests, argc, argv);
}
