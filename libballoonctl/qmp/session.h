/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One QMP conversation, without the socket and without a clock: bytes and the time come in as
 * arguments, bytes to send and messages come out. It greets and negotiates, gives each command an
 * id and a deadline, hands over replies and events in order, and drops replies that nobody waits
 * for any more.
 *
 * Times are milliseconds on any clock that does not jump; negative ones do not occur.
 */
#ifndef QMP_SESSION_H
#define QMP_SESSION_H

#include "base/buf.h"
#include "base/framer.h"
#include "qmp/message.h"

enum {
	/* Commands without an answer at a time: enough for all the calls that a monitor may have
	 * pending. QEMU stops reading a monitor long before it has that many; the bound is for one
	 * that hangs while its client goes on asking. */
	SESSION_PENDING_MAX = 128,
	/* So many are usual. */
	SESSION_PENDING_FEW = 2,
	/* Ids go round, because each digit of an id costs QEMU time; beyond two digits only when
	 * these run short. */
	SESSION_ID_MAX = 99,
	SESSION_LONG_ID_MAX = 199,
};

enum session_state {
	SESSION_GREETING, /* waiting for the peer's first message */
	SESSION_READY,    /* commands may travel; the negotiation goes in front of the first */
	SESSION_FAILED,   /* the peer broke the protocol; nothing more will come out */
};

struct session_request {
	int64_t deadline; /* set when the command may travel */
	uint32_t id;
	bool abandoned; /* expired: kept so that its id is not used again before its reply */
};

/* Not to be copied: it points into itself. */
struct session {
	enum session_state state;
	bool negotiated;    /* the reply to qmp_capabilities is here */
	const char *reason; /* of SESSION_FAILED: a clause that goes on from "the peer " */
	struct framer framer;
	bool is_mid_line;                /* where a message begins; see parse_line() */
	struct buf in;                   /* received and not yet taken apart */
	struct buf out;                  /* to be sent; starts with the negotiation */
	size_t held;                     /* length of the negotiation while nothing has been sent */
	struct session_request *pending; /* in the order they were sent */
	size_t n_pending, pending_capacity;
	struct session_request few[SESSION_PENDING_FEW]; /* where they are as long as they fit */
	uint32_t last_id;
	unsigned int reply_timeout_ms;
};

/* A conversation at its beginning. 0 or -ENOMEM; session_done() is due in either case. */
int session_init(struct session *session, unsigned int reply_timeout_ms);
void session_done(struct session *session);

/* Nothing will be said for a while: memory that holds nothing is given back. */
void session_rest(struct session *session);

/* Ask something. Returns the id of the reply (1 and up), -EAGAIN with SESSION_PENDING_MAX commands
 * unanswered, -ENOTCONN after a failure, -ENOMEM. May be called before the greeting. */
int session_execute(struct session *session, int64_t now, const char *command,
		    const struct argument *arguments);

/* Where the requests end; and take back those from there on, of which nothing may have been sent. */
struct session_mark {
	size_t n_pending, len;
};
struct session_mark session_get_mark(const struct session *session);
void session_take_back(struct session *session, struct session_mark mark);

/* Take bytes from the peer. 0 or -ENOMEM. */
int session_receive(struct session *session, const void *bytes, size_t len);

/* The next message that matters to the caller: 1 with a greeting, return, error or event in `ret`
 * (to be given to message_done()), 0 if more bytes are needed, or -EPROTO, -ENOMEM: the session has
 * failed, and `reason` says why. */
int session_next(struct session *session, int64_t now, struct message *ret);

/* Bytes that may be sent now, and how many of them have been. A negotiation that nothing follows
 * is held back when `with_negotiation` is false, so that it can travel with the first command. */
size_t session_output(const struct session *session, bool with_negotiation, const char **ret);
void session_sent(struct session *session, size_t len);

/* The earliest time at which session_expire() has something to say; INT64_MAX for never. */
int64_t session_get_deadline(const struct session *session);

/* An unanswered command whose time has run out: its id, each one once, or 0. Its reply, should it
 * come after all, will be dropped. */
int session_expire(struct session *session, int64_t now);

#endif
