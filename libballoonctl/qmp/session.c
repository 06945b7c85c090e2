/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The states of a QMP conversation (QEMU's QMP specification, sections 2.2, 4 and 6). Sockets are
 * left to the monitor, the meaning of replies to its calls.
 */
#include "qmp/session.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/util.h"

static void forget_pending(struct session *session)
{
	if (session->pending != session->few)
		free(session->pending);
	session->pending = session->few;
	session->pending_capacity = SESSION_PENDING_FEW;
	session->n_pending = 0;
}

int session_init(struct session *session, unsigned int reply_timeout_ms)
{
	*session = (struct session){ .reply_timeout_ms = reply_timeout_ms };
	forget_pending(session);
	message_append_command(&session->out, "qmp_capabilities", NULL, 0);
	session->held = session->out.len;
	return session->out.error;
}

void session_done(struct session *session)
{
	buf_done(&session->in);
	buf_done(&session->out);
	forget_pending(session);
}

void session_rest(struct session *session)
{
	if (session->in.len == 0)
		buf_done(&session->in);
	if (session->out.len == 0)
		buf_done(&session->out);
	if (session->n_pending == 0)
		forget_pending(session);
}

static int fail(struct session *session, int code, const char *reason)
{
	session->state = SESSION_FAILED;
	session->reason = reason;
	return code;
}

static struct session_request *find(const struct session *session, uint64_t id)
{
	for (size_t i = 0; i < session->n_pending; i++)
		if (session->pending[i].id == id)
			return &session->pending[i];
	return NULL;
}

/* There are more ids than commands without an answer, so this ends. */
static uint32_t choose_id(struct session *session)
{
	uint32_t max =
		session->n_pending < SESSION_ID_MAX / 2 ? SESSION_ID_MAX : SESSION_LONG_ID_MAX;

	do
		session->last_id = session->last_id % max + 1;
	while (find(session, session->last_id) != NULL);
	return session->last_id;
}

static int grow(struct session *session)
{
	bool is_first = session->pending == session->few;
	size_t capacity = session->pending_capacity * 4;
	struct session_request *pending;

	pending = realloc(is_first ? NULL : session->pending, capacity * sizeof(*pending));
	if (pending == NULL)
		return -ENOMEM;
	if (is_first)
		memcpy(pending, session->few, sizeof(session->few));
	session->pending = pending;
	session->pending_capacity = capacity;
	return 0;
}

int session_execute(struct session *session, int64_t now, const char *command,
		    const struct argument *arguments)
{
	struct session_request *request;
	size_t before = session->out.len;

	if (session->state == SESSION_FAILED)
		return -ENOTCONN;
	if (session->n_pending == SESSION_PENDING_MAX)
		return -EAGAIN;
	if (session->n_pending == session->pending_capacity && grow(session) < 0)
		return -ENOMEM;
	request = &session->pending[session->n_pending];
	*request = (struct session_request){
		.id = choose_id(session),
		.deadline = session->state == SESSION_READY ? now + session->reply_timeout_ms
							    : INT64_MAX,
	};
	message_append_command(&session->out, command, arguments, request->id);
	if (session->out.error < 0) {
		/* Half a command must not be sent; what was there before is whole. */
		session->out.len = before;
		session->out.error = 0;
		return -ENOMEM;
	}
	session->n_pending++;
	return (int)request->id;
}

struct session_mark session_get_mark(const struct session *session)
{
	return (struct session_mark){ session->n_pending, session->out.len };
}

void session_take_back(struct session *session, struct session_mark mark)
{
	assert(mark.n_pending <= session->n_pending && mark.len <= session->out.len);
	session->n_pending = mark.n_pending;
	session->out.len = mark.len;
}

int session_receive(struct session *session, const void *bytes, size_t len)
{
	if (session->state == SESSION_FAILED)
		return 0;
	buf_append(&session->in, bytes, len);
	if (session->in.error < 0)
		return fail(session, -ENOMEM, "sent more than there is memory for");
	return 0;
}

static void greeted(struct session *session, int64_t now)
{
	session->state = SESSION_READY;
	for (size_t i = 0; i < session->n_pending; i++)
		session->pending[i].deadline = now + session->reply_timeout_ms;
}

/* Does this reply belong to a command that somebody waits for? */
static bool settle(struct session *session, const struct message *message)
{
	struct session_request *request;
	bool wanted;

	request = message->has_id ? find(session, message->id) : NULL;
	if (request == NULL)
		return false;
	wanted = !request->abandoned;
	session->n_pending--;
	memmove(request, request + 1,
		(size_t)(session->pending + session->n_pending - request) * sizeof(*request));
	return wanted;
}

/* 1: hand it over; 0: it was for the session itself or for nobody. */
static int sort_out(struct session *session, int64_t now, const struct message *message)
{
	if (session->state == SESSION_GREETING) {
		if (message->kind != MESSAGE_GREETING)
			return fail(session, -EPROTO, "spoke before it greeted");
		greeted(session, now);
		return 1;
	}
	switch (message->kind) {
	case MESSAGE_GREETING:
		return fail(session, -EPROTO, "greeted twice");
	case MESSAGE_EVENT:
		return 1;
	default:
		break;
	}
	/* The negotiation has no id: the first reply is its. */
	if (!session->negotiated && !message->has_id) {
		if (message->kind == MESSAGE_ERROR)
			return fail(session, -EPROTO, "refused the capabilities negotiation");
		session->negotiated = true;
		return 0;
	}
	/* An error without an id is the peer's parser failing: what it made of the rest of the
	 * stream can't be known. */
	if (message->kind == MESSAGE_ERROR && !message->has_id)
		return fail(session, -EPROTO, "could not parse what it was sent");
	return settle(session, message);
}

static int fail_frame(struct session *session, int code)
{
	if (code == -ENOMEM)
		return fail(session, code, "sent more than there is memory for");
	if (code == -E2BIG)
		return fail(session, -EPROTO,
			    "sent a message that is too large or nested too deep");
	return fail(session, -EPROTO,
		    session->state == SESSION_GREETING ? "is no QMP server"
						       : "sent something that is no QMP message");
}

/* QEMU writes each message as a line. What parses is a frame, so for a line nobody has to count
 * brackets first. What does not is left to the framer, and the rest of that line with it: each is
 * tried once. */
static bool parse_line(struct session *session, struct message *ret)
{
	struct buf *in = &session->in;
	const char *line_end;
	size_t len;

	if (session->is_mid_line || session->framer.scanned > 0 || in->len == 0 ||
	    in->data[0] != '{')
		return false;
	line_end = memchr(in->data, '\n', in->len);
	if (line_end == NULL)
		return false;
	len = (size_t)(line_end - in->data);
	len -= in->data[len - 1] == '\r';
	session->is_mid_line = true;
	if (message_parse(in->data, len, ret) < 0)
		return false;
	session->is_mid_line = false;
	buf_consume(in, (size_t)(line_end + 1 - in->data));
	return true;
}

/* 1: the next message; 0: it is not complete; or a negative errno. */
static int next_message(struct session *session, struct message *ret)
{
	size_t len;
	int r;

	if (parse_line(session, ret))
		return 1;
	r = framer_next(&session->framer, &session->in, &len);
	if (r <= 0)
		return r;
	session->is_mid_line = len == session->in.len ||
			       (session->in.data[len] != '\r' && session->in.data[len] != '\n');
	r = message_parse(session->in.data, len, ret);
	if (r < 0)
		return r;
	buf_consume(&session->in, len);
	return 1;
}

int session_next(struct session *session, int64_t now, struct message *ret)
{
	struct message message;
	int r;

	if (session->state == SESSION_FAILED)
		return -EPROTO;
	for (;;) {
		r = next_message(session, &message);
		if (r == 0)
			return 0;
		/* What can't be parsed stays: it may tell who the peer is. */
		if (r < 0)
			return fail_frame(session, r);
		r = sort_out(session, now, &message);
		if (r > 0) {
			*ret = message;
			return 1;
		}
		message_done(&message);
		if (r < 0)
			return r;
	}
}

size_t session_output(const struct session *session, bool with_negotiation, const char **ret)
{
	if (session->state != SESSION_READY)
		return 0;
	if (!with_negotiation && session->out.len == session->held)
		return 0;
	*ret = session->out.data;
	return session->out.len;
}

void session_sent(struct session *session, size_t len)
{
	assert(len <= session->out.len);
	if (len > 0)
		session->held = 0;
	buf_consume(&session->out, len);
}

int64_t session_get_deadline(const struct session *session)
{
	int64_t deadline = INT64_MAX;

	for (size_t i = 0; i < session->n_pending; i++)
		if (!session->pending[i].abandoned)
			deadline = MIN(deadline, session->pending[i].deadline);
	return deadline;
}

int session_expire(struct session *session, int64_t now)
{
	for (size_t i = 0; i < session->n_pending; i++) {
		struct session_request *request = &session->pending[i];

		if (!request->abandoned && request->deadline <= now) {
			request->abandoned = true;
			return (int)request->id;
		}
	}
	return 0;
}
