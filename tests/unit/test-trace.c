/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BALLOONCTL_DEBUG: the conversation on standard error, and not a byte without it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "balloonctl.h"
#include "edges.h"
#include "peer.h"
#include "suite.h"

/* What one query prints with this value of the variable, NULL for none. */
static void query(const char *value, char *ret, size_t size)
{
	struct balloonctl_monitor *monitor;
	int before = dup(STDERR_FILENO);
	FILE *printed = tmpfile();
	struct peer peer;
	int64_t actual;

	CU_ASSERT_PTR_NOT_NULL_FATAL(printed);
	if (value != NULL)
		setenv("BALLOONCTL_DEBUG", value, 1);
	else
		unsetenv("BALLOONCTL_DEBUG");
	dup2(fileno(printed), STDERR_FILENO);
	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	peer_say(&peer, "{\"event\": \"a \x7f b\"}\r\n");
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	unsetenv("BALLOONCTL_DEBUG");
	rewind(printed);
	ret[fread(ret, 1, size - 1, printed)] = '\0';
	fclose(printed);
}

static void test_trace(void)
{
	static const char greeting[] = "< {\"QMP\": {\"version\": ";
	static const char request[] = "> {\"execute\":\"qmp_capabilities\"}"
				      "{\"execute\":\"query-balloon\",\"id\":1}\n";
	static const char event[] = "< {\"event\": \"a \\x7f b\"}\n";
	static const char reply[] = "\"actual\": 1073741824}, \"id\": 1}\n";
	char text[2000];
	char *line = text, *at;

	query("1", text, sizeof(text));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, greeting));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, request));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, event));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, reply));
	/* Each line begins with the address. */
	while ((at = strchr(line, '\n')) != NULL) {
		CU_ASSERT_EQUAL(strncmp(line, "fd:", 3), 0);
		line = at + 1;
	}
	CU_ASSERT_STRING_EQUAL(line, "");
}

static void test_silence(void)
{
	static const char *const values[] = { NULL, "", "0", "2", "yes" };
	char text[2000];

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		query(values[i], text, sizeof(text));
		CU_ASSERT_STRING_EQUAL(text, "");
	}
}

static CU_TestInfo tests[] = {
	{ "BALLOONCTL_DEBUG=1 prints both sides, escaped", test_trace },
	{ "nothing is printed otherwise", test_silence },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("trace", tests, argc, argv);
}
