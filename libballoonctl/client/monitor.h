/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One monitor, as the files that make it up see it: monitor.c (the object and the caller's loop),
 * link.c (the connection), dispatch.c (the calls under way) and operation.c (the public names of
 * the operations).
 */
#ifndef CLIENT_MONITOR_H
#define CLIENT_MONITOR_H

#include "balloonctl.h"
#include "client/address.h"
#include "client/call.h"
#include "client/dial.h"
#include "client/event.h"
#include "client/holder.h"
#include "client/vm.h"
#include "qmp/session.h"

enum monitor_state {
	MONITOR_IDLE,    /* no connection */
	MONITOR_DIALING, /* a socket is being connected */
	MONITOR_OPEN,    /* connected; the session knows whether QEMU has greeted */
};

struct balloonctl_monitor {
	enum monitor_state state;
	int fd;
	int64_t deadline;                     /* for the connection, then for the greeting */
	struct call_queue calls;              /* pending, in the order they were started */
	struct balloonctl_completion *finder; /* looks for the device while calls wait for it */
	struct call_queue completions;
	struct event_queue events;
	unsigned int connect_timeout_ms;
	unsigned int greeting_timeout_ms;
	unsigned int reply_timeout_ms;
	unsigned int guest_timeout_ms;
	struct holder_view *holders; /* shared with other monitors; NULL: it looks for itself */
	bool is_traced;
	bool has_more; /* the last read may have left something */
	struct session session;
	struct vm vm;

	/* What follows, and the end of `vm`, is not touched by a call that succeeds. */
	struct balloonctl_error error;
	struct address address;
	struct dial dial;
};

/* One that is part of something else; what balloonctl_monitor_new() and _free() do. */
void monitor_init(struct balloonctl_monitor *monitor);
void monitor_done(struct balloonctl_monitor *monitor);

/* Whom a sentence is about: the address, or words for a monitor that was never given one. */
const char *monitor_get_subject(const struct balloonctl_monitor *monitor);

/* Milliseconds on a clock that does not jump. */
int64_t monitor_now(void);

/* Milliseconds since the epoch, by the host's clock. */
int64_t monitor_clock(void);

/* When it wants to be processed though nothing came, as monitor_now() counts; INT64_MAX: not at all. */
int64_t monitor_get_deadline(const struct balloonctl_monitor *monitor);

/* link.c: the connection. Each returns 0, or the negative errno of a connection that it ended, with
 * the sentence in monitor->error. */
int link_start(struct balloonctl_monitor *monitor);
int link_process(struct balloonctl_monitor *monitor, int64_t now);
/* Send what may be sent; see session_output() for the negotiation. */
int link_flush(struct balloonctl_monitor *monitor, bool with_negotiation);
/* End it; pending calls complete with monitor->error, or with this one. */
void link_end(struct balloonctl_monitor *monitor);
int link_lose(struct balloonctl_monitor *monitor, int code, const char *reason);

/* operation.c: wait for the end of a call that was started, and take it out of the completions. It
 * is the caller's then; returns its result. */
int operation_wait(struct balloonctl_monitor *monitor, struct balloonctl_completion *call);

/* dispatch.c: the calls under way. */
int dispatch_start(struct balloonctl_monitor *monitor, enum balloonctl_operation operation,
		   uint64_t value, void *user_data, struct balloonctl_completion **ret);
/* The same for a call that has been made, or could not be for lack of memory (NULL); it is the
 * monitor's from now on, also on failure. */
int dispatch_start_call(struct balloonctl_monitor *monitor, struct balloonctl_completion *call,
			int64_t now, struct balloonctl_completion **ret);
void dispatch_reply(struct balloonctl_monitor *monitor, const struct message *message, int64_t now);
void dispatch_expired(struct balloonctl_monitor *monitor, int64_t now);
/* Further questions of calls that go on by time, and when the next are due (CALL_NEVER: none). */
void dispatch_due(struct balloonctl_monitor *monitor, int64_t now);
int64_t dispatch_get_deadline(const struct balloonctl_monitor *monitor);
/* Is there a refresh whose writes QEMU may have read in part? */
bool dispatch_is_writing(const struct balloonctl_monitor *monitor);
/* All of them have failed, as monitor->error says. */
void dispatch_failure(struct balloonctl_monitor *monitor);

#endif
