/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The operation for everything that has none of its own: any QMP command. The arguments are parsed
 * before anything is sent, so that a caller's mistake is not QEMU's to find.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/monitor.h"

enum {
	COMMAND_MAX = 255, /* QEMU's longest name has 32 letters */
};

/* Printable ASCII, as in all names of QEMU; what a name may hold besides that is QEMU's to say. */
static bool is_command(const char *text)
{
	size_t len = 0;

	while (text[len] > 0x20 && text[len] < 0x7f)
		len++;
	return len > 0 && len <= COMMAND_MAX && text[len] == '\0';
}

static int refuse_arguments(struct balloonctl_monitor *monitor, const char *command, int code,
			    const char *reason)
{
	return error_set(&monitor->error, code, NULL, "%s: %s: %s", monitor_get_subject(monitor),
			 command, reason);
}

static int parse_arguments(struct balloonctl_monitor *monitor, const char *command,
			   const char *text, struct json **ret)
{
	struct json *arguments = NULL;
	int r = json_parse(text, strlen(text), &arguments);

	if (r == -ENOMEM)
		return refuse_arguments(monitor, command, r, "out of memory");
	if (r == -E2BIG)
		return refuse_arguments(monitor, command, -EINVAL,
					"the arguments are too large or nested too deep");
	if (r < 0)
		return refuse_arguments(monitor, command, -EINVAL, "the arguments are no JSON");
	if (json_get_type(arguments) != JSON_OBJECT) {
		json_free(arguments);
		return refuse_arguments(monitor, command, -EINVAL,
					"the arguments are no JSON object, such as "
					"{\"path\": \"/machine\"}");
	}
	*ret = arguments;
	return 0;
}

static int start(struct balloonctl_monitor *monitor, const char *command, const char *arguments,
		 void *user_data, struct balloonctl_completion **ret)
{
	struct balloonctl_completion *call;
	struct json *parsed = NULL;
	int r = 0;

	if (!is_command(command))
		return error_set(&monitor->error, -EINVAL, NULL,
				 "%s: '%.300s' is no name of a QMP command; give one such as "
				 "query-status",
				 monitor_get_subject(monitor), command);
	if (arguments != NULL)
		r = parse_arguments(monitor, command, arguments, &parsed);
	if (r < 0)
		return r;
	call = call_new_execute(command, parsed, user_data);
	if (call == NULL)
		json_free(parsed);
	return dispatch_start_call(monitor, call, monitor_now(), ret);
}

int balloonctl_monitor_start_execute(struct balloonctl_monitor *monitor, const char *command,
				     const char *arguments, void *user_data)
{
	return start(monitor, command, arguments, user_data, NULL);
}

int balloonctl_monitor_execute(struct balloonctl_monitor *monitor, const char *command,
			       const char *arguments, char **ret)
{
	struct balloonctl_completion *call = NULL;
	int r = start(monitor, command, arguments, NULL, &call);

	if (r < 0)
		return r;
	r = operation_wait(monitor, call);
	if (r == 0) {
		*ret = call->json;
		call->json = NULL;
	}
	balloonctl_completion_free(call);
	return r;
}
