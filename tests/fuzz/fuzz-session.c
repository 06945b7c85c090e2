/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A hostile server: any bytes into a session and into the calls that run on it. The same bytes in
 * one piece, one by one, and in pieces that the first byte of the input chooses must end alike; what
 * comes out must keep the promises of balloonctl.h, and what goes to the server must be QMP.
 */
#include <errno.h>
#include <string.h>

#include "balloonctl.h"
#include "base/framer.h"
#include "base/text.h"
#include "base/util.h"
#include "client/call.h"
#include "client/event.h"
#include "fuzz.h"

enum {
	CALLS = 5, /* besides the search */
	NOW = 1000,
	REPLY_MS = 500,
};

#define ADDRESS "/run/vm1.qmp"

struct conversation {
	struct session session;
	struct vm vm;
	struct balloonctl_completion *finder, *calls[CALLS];
	struct event_queue events;
	struct buf story; /* what happened, to be compared */
};

static void tell(struct conversation *conversation, const char *word, uint64_t number)
{
	buf_append_string(&conversation->story, word);
	buf_append_string(&conversation->story, " ");
	buf_append_u64(&conversation->story, number);
	buf_append_string(&conversation->story, "\n");
}

static void check_text(const char *text)
{
	size_t len = strlen(text), size;
	uint32_t point = 0;

	for (; len > 0; len -= size, text += size) {
		size = text_decode(text, len, &point);
		MUST(size > 0);
		MUST(point >= 0x20 && (point < 0x7f || point >= 0xa0));
	}
}

static void check_stats(struct conversation *conversation, const struct balloonctl_stats *stats)
{
	uint64_t value = 0, raw = 0, age;

	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		enum balloonctl_stat stat = (enum balloonctl_stat)i;
		int r = balloonctl_stats_get(stats, stat, &value);

		MUST(r == 0 || r == -ENODATA);
		MUST((balloonctl_stats_get_raw(stats, stat, &raw) == 0) ==
		     balloonctl_stats_has(stats, stat));
		if (r == 0)
			MUST(value <= INT64_MAX && value == raw);
		tell(conversation, "stat", r == 0 ? value : UINT64_MAX);
	}
	for (size_t i = 0; i < balloonctl_stats_get_unknown_count(stats); i++) {
		MUST(balloonctl_stats_get_unknown_key(stats, i) != NULL);
		if (balloonctl_stats_get_unknown(stats, i, &value) == 0)
			MUST(value <= INT64_MAX);
	}
	MUST(balloonctl_stats_get_last_update(stats) >= 0);
	MUST((balloonctl_stats_get_age_seconds(stats, &age) == 0) ==
	     (balloonctl_stats_get_last_update(stats) > 0));
	tell(conversation, "anomalies", balloonctl_stats_get_anomalies(stats));
	tell(conversation, "interval", balloonctl_stats_get_polling_interval(stats));
}

static void check_info(struct conversation *conversation, const struct balloonctl_info *info)
{
	uint64_t bytes = 0;

	MUST(balloonctl_info_get_version(info) != NULL);
	MUST(balloonctl_info_get_package(info) != NULL);
	MUST(balloonctl_info_get_status(info) != NULL);
	MUST(balloonctl_info_get_device(info) != NULL);
	MUST(balloonctl_info_get_device_type(info) != NULL);
	MUST(balloonctl_info_get_stats(info) != NULL);
	check_stats(conversation, balloonctl_info_get_stats(info));
	tell(conversation, "actual", (uint64_t)balloonctl_info_get_actual_bytes(info));
	balloonctl_info_get_maximum_bytes(info, &bytes);
	tell(conversation, "maximum", bytes);
}

static void check_examination(struct conversation *conversation,
			      const struct balloonctl_examination *examination)
{
	struct balloonctl_diagnosis *diagnosis = NULL;

	MUST(balloonctl_diagnosis_new(examination, examination, NULL, &diagnosis) == 0);
	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++) {
		tell(conversation, "cause", balloonctl_diagnosis_get_cause(diagnosis, i));
		check_text(balloonctl_diagnosis_get_message(diagnosis, i));
		check_text(balloonctl_diagnosis_get_repair(diagnosis, i));
		for (size_t j = 0; j < balloonctl_diagnosis_get_evidence_count(diagnosis, i); j++)
			check_text(balloonctl_diagnosis_get_evidence_words(diagnosis, i, j));
	}
	balloonctl_diagnosis_free(diagnosis);
}

static void check_call(struct conversation *conversation, const struct balloonctl_completion *call)
{
	const struct balloonctl_error *error = balloonctl_completion_get_error(call);
	int r = balloonctl_completion_get_result(call);

	tell(conversation, "result", (uint64_t)-r);
	MUST(r == 0 || r == -EPROTO || r == -EREMOTEIO || r == -ENODEV);
	MUST((balloonctl_error_get_class(error) != NULL) <= (r == -EREMOTEIO || r == -ENODEV));
	MUST(r == 0 || string_starts_with(balloonctl_error_get_message(error), ADDRESS ": "));
	check_text(balloonctl_error_get_message(error));
	MUST(!call_is_over(call) || r < 0 || call->n_waiting == 0);
	if (r < 0 || !call_is_over(call))
		return;
	if (call->operation == BALLOONCTL_OPERATION_GET_STATS)
		check_stats(conversation, balloonctl_completion_get_stats(call));
	if (call->operation == BALLOONCTL_OPERATION_GET_INFO)
		check_info(conversation, balloonctl_completion_get_info(call));
	if (call->operation == BALLOONCTL_OPERATION_EXAMINE)
		check_examination(conversation, balloonctl_completion_get_examination(call));
}

static void start(struct conversation *conversation)
{
	static const unsigned int operations[CALLS] = {
		BALLOONCTL_OPERATION_GET_STATS,
		BALLOONCTL_OPERATION_GET_INFO,
		BALLOONCTL_OPERATION_SET_POLLING_INTERVAL,
		BALLOONCTL_OPERATION_GET_ACTUAL_BYTES,
		BALLOONCTL_OPERATION_EXAMINE,
	};

	*conversation = (struct conversation){ 0 };
	MUST(session_init(&conversation->session, REPLY_MS) == 0);
	MUST(vm_set(&conversation->vm.address, ADDRESS) == 0);
	conversation->finder = call_new(OPERATION_FIND, 0, NULL);
	MUST(conversation->finder != NULL);
	MUST(call_begin(conversation->finder, &conversation->session, &conversation->vm, NOW) == 0);
	for (size_t i = 0; i < CALLS; i++) {
		conversation->calls[i] = call_new(operations[i], 5, NULL);
		MUST(conversation->calls[i] != NULL);
	}
}

/* As the monitor does: the calls begin when the device is known. */
static void begin_calls(struct conversation *conversation)
{
	for (size_t i = 0; i < CALLS; i++)
		if (!conversation->calls[i]->has_begun && conversation->vm.device != NULL)
			MUST(call_begin(conversation->calls[i], &conversation->session,
					&conversation->vm, NOW) == 0);
}

static void take_reply(struct conversation *conversation, const struct message *message)
{
	static const struct clocks clocks = { .now_ms = NOW, .clock_ms = NOW };
	struct balloonctl_completion *finder = conversation->finder;

	MUST(message->has_id);
	tell(conversation, message->kind == MESSAGE_RETURN ? "return" : "error", message->id);
	if (call_receive(finder, &conversation->vm, message, &clocks)) {
		begin_calls(conversation);
		return;
	}
	for (size_t i = 0; i < CALLS; i++)
		if (call_receive(conversation->calls[i], &conversation->vm, message, &clocks))
			return;
}

static int take_messages(struct conversation *conversation)
{
	struct message message;
	int r;

	while ((r = session_next(&conversation->session, NOW, &message)) == 1) {
		switch (message.kind) {
		case MESSAGE_GREETING:
			tell(conversation, "greeting", 0);
			if (vm_set_version(&conversation->vm, message.body) < 0)
				r = -EPROTO;
			break;
		case MESSAGE_EVENT:
			tell(conversation, "event", (uint64_t)message.timestamp_us);
			MUST(message.text[0] == '{');
			event_queue_add(&conversation->events, &message);
			break;
		default:
			take_reply(conversation, &message);
			break;
		}
		message_done(&message);
		if (r < 0)
			return r;
	}
	MUST(r == 0 || r == -EPROTO);
	MUST((r < 0) == (conversation->session.state == SESSION_FAILED));
	if (r < 0)
		buf_append_string(&conversation->story, conversation->session.reason);
	return r;
}

/* Whatever the server said, what we say is commands and nothing else. */
static void check_output(struct conversation *conversation)
{
	const char *bytes = NULL;
	size_t len = session_output(&conversation->session, true, &bytes);
	struct framer framer = { 0 };
	struct buf out = { 0 };
	struct json *json = NULL;
	size_t frame;

	buf_append(&out, bytes, len);
	while (framer_next(&framer, &out, &frame) == 1) {
		MUST(json_parse(out.data, frame, &json) == 0);
		MUST(json_member(json, "execute") != NULL);
		json_free(json);
		buf_consume(&out, frame);
	}
	MUST(out.len == 0);
	buf_done(&out);
	session_sent(&conversation->session, len);
}

static void finish(struct conversation *conversation)
{
	struct session *session = &conversation->session;
	int expired = 0;

	check_call(conversation, conversation->finder);
	balloonctl_completion_free(conversation->finder);
	for (size_t i = 0; i < CALLS; i++) {
		check_call(conversation, conversation->calls[i]);
		balloonctl_completion_free(conversation->calls[i]);
	}
	if (session->state == SESSION_READY) {
		MUST(session_expire(session, NOW + REPLY_MS - 1) == 0);
		while (session_expire(session, NOW + REPLY_MS) > 0)
			expired++;
		MUST(expired == (int)session->n_pending);
		MUST(session_get_deadline(session) == INT64_MAX);
	}
	tell(conversation, "events", conversation->events.count);
	event_queue_done(&conversation->events);
	session_done(session);
	vm_done(&conversation->vm);
}

static struct buf converse(const uint8_t *data, size_t size, size_t piece)
{
	struct conversation conversation;
	int r = 0;

	start(&conversation);
	for (size_t at = 0; at < size && r == 0; at += piece) {
		piece = MIN(piece, size - at);
		MUST(session_receive(&conversation.session, data + at, piece) == 0);
		r = take_messages(&conversation);
		check_output(&conversation);
	}
	finish(&conversation);
	return conversation.story;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf expected, found;
	size_t pieces[2] = { 1, 1 };

	if (size == 0)
		return 0;
	pieces[1] += data[0];
	expected = converse(data + 1, size - 1, size);
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		found = converse(data + 1, size - 1, pieces[i]);
		MUST(expected.len == found.len);
		MUST(memcmp(expected.data, found.data, found.len) == 0);
		buf_done(&found);
	}
	buf_done(&expected);
	return 0;
}
