/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON to message and command to JSON. Only the shape of a single message is judged here; whether
 * it comes at the right time is for the session, and what its body means for the client's calls.
 */
#include "qmp/message.h"

#include <errno.h>
#include <stdlib.h>

#include "base/util.h"

static int parse_error(struct message *message, const struct json *error)
{
	message->kind = MESSAGE_ERROR;
	if (json_get_string(json_member(error, "class"), &message->name) < 0 ||
	    json_get_string(json_member(error, "desc"), &message->description) < 0)
		return -EPROTO;
	return 0;
}

/* QEMU writes -1 into both members if the host has no clock to offer. */
static int64_t parse_timestamp(const struct json *timestamp)
{
	int64_t seconds, microseconds;

	if (json_get_i64(json_member(timestamp, "seconds"), &seconds) < 0 ||
	    json_get_i64(json_member(timestamp, "microseconds"), &microseconds) < 0 ||
	    seconds < 0 || microseconds < 0 || microseconds >= 1000000 ||
	    seconds > INT64_MAX / 1000000 - 1)
		return -1;
	return seconds * 1000000 + microseconds;
}

static int parse_event(struct message *message, const struct json *event)
{
	message->kind = MESSAGE_EVENT;
	message->body = json_member(message->root, "data");
	message->timestamp_us = parse_timestamp(json_member(message->root, "timestamp"));
	return json_get_string(event, &message->name) < 0 ? -EPROTO : 0;
}

static int parse_greeting(struct message *message, const struct json *greeting)
{
	message->kind = MESSAGE_GREETING;
	message->body = json_member(greeting, "version");
	return message->body == NULL ? -EPROTO : 0;
}

static int parse_kind(struct message *message)
{
	const struct json *member = json_member(message->root, "id");

	message->has_id = member != NULL;
	if (json_get_u64(member, &message->id) < 0)
		message->id = 0;
	message->body = json_member(message->root, "return");
	if (message->body != NULL) {
		message->kind = MESSAGE_RETURN;
		return 0;
	}
	member = json_member(message->root, "event");
	if (member != NULL)
		return parse_event(message, member);
	member = json_member(message->root, "error");
	if (member != NULL)
		return parse_error(message, member);
	member = json_member(message->root, "QMP");
	if (member != NULL)
		return parse_greeting(message, member);
	return -EPROTO;
}

int message_parse(const char *text, size_t len, struct message *ret)
{
	struct message message = { .timestamp_us = -1 };
	int r;

	r = json_parse(text, len, &message.root);
	if (r < 0)
		return r;
	r = parse_kind(&message);
	if (r == 0 && message.kind == MESSAGE_EVENT) {
		message.text = strndup(text, len);
		if (message.text == NULL)
			r = -ENOMEM;
	}
	if (r < 0) {
		message_done(&message);
		return r;
	}
	*ret = message;
	return 0;
}

void message_done(struct message *message)
{
	json_free(message->root);
	message->root = NULL;
	free(message->text);
	message->text = NULL;
}

void message_append_command(struct buf *out, const char *command, const struct argument *arguments,
			    uint64_t id)
{
	const char *separator = ",\"arguments\":{";

	buf_append_string(out, "{\"execute\":");
	json_append_string(out, command);
	if (arguments != NULL && arguments->name != NULL) {
		for (; arguments->name != NULL; arguments++) {
			buf_append_string(out, separator);
			separator = ",";
			json_append_string(out, arguments->name);
			buf_append_string(out, ":");
			if (arguments->value != NULL)
				json_append(out, arguments->value);
			else if (arguments->string != NULL)
				json_append_string(out, arguments->string);
			else
				buf_append_u64(out, arguments->number);
		}
		buf_append_string(out, "}");
	}
	if (id != 0) {
		buf_append_string(out, ",\"id\":");
		buf_append_u64(out, id);
	}
	buf_append_string(out, "}");
}
