/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One operation as QMP steps. A call asks all its questions at once, collects the answers in any
 * order and ends up as the completion that its caller gets. It knows a session, not a socket.
 */
#ifndef CLIENT_CALL_H
#define CLIENT_CALL_H

#include "balloonctl.h"
#include "base/error.h"
#include "client/refresh.h"
#include "client/vm.h"
#include "qmp/session.h"

enum {
	/* Looks for the balloon and for the VM's name; no caller sees its completion. */
	OPERATION_FIND = BALLOONCTL_OPERATION_EXECUTE + 1,

	/* The statistics, with a polling interval that was read before, the call's `value`: what a fleet
	 * asks most of the time. */
	OPERATION_GET_VALUES,

	CALL_QUESTIONS_MAX = 10,
};

/* The call has nothing to do before its answers come. */
#define CALL_NEVER INT64_MAX

struct clocks {
	int64_t now_ms;   /* one that does not jump */
	int64_t clock_ms; /* the host's, since the epoch */
};

struct balloonctl_completion {
	struct balloonctl_completion *next;
	unsigned int operation; /* enum balloonctl_operation or OPERATION_FIND */
	void *user_data;
	uint64_t value;              /* to be set: seconds or bytes */
	int64_t wake_ms;             /* when the next questions are due, CALL_NEVER for none */
	unsigned int round;          /* which ones are asked now; see call.c */
	unsigned int timeout_ms;     /* of a refresh */
	bool has_begun;              /* its questions are on the way */
	unsigned int n_waiting;      /* questions without an answer */
	int ids[CALL_QUESTIONS_MAX]; /* of those, 0 for the others */

	struct balloonctl_error error;
	struct clocks clocks; /* of the answer being read */
	struct balloonctl_stats *stats;
	uint32_t polling_interval;
	uint32_t previous_interval;
	int64_t actual_bytes;
	struct balloonctl_info *info;
	struct balloonctl_examination *examination;
	char *command; /* to be executed, with these arguments, NULL for none */
	struct json *arguments;
	char *json; /* what the command returned */
	struct refresh refresh;
};

struct balloonctl_completion *call_new(unsigned int operation, uint64_t value, void *user_data);

/* What it holds is given back; the call itself can be used again. */
void call_done(struct balloonctl_completion *call);

/* One that is done becomes another, of an operation that needs no memory of its own: neither
 * BALLOONCTL_OPERATION_GET_INFO nor _EXAMINE. */
void call_renew(struct balloonctl_completion *call, unsigned int operation, uint64_t value,
		void *user_data);

/* The same for a command of the caller's choice, which is copied; `arguments`, an object or NULL, is
 * the call's if there is one. */
struct balloonctl_completion *call_new_execute(const char *command, struct json *arguments,
					       void *user_data);

/* Does the operation have to know the balloon's path before it can ask? */
bool call_needs_device(const struct balloonctl_completion *call);

/* Ask; again when wake_ms has come. 0, or a negative errno with the sentence in call->error: nothing
 * was asked, and the call is over. */
int call_begin(struct balloonctl_completion *call, struct session *session, struct vm *vm,
	       int64_t now);

/* Take a return or an error. True if it belongs to this call. */
bool call_receive(struct balloonctl_completion *call, struct vm *vm, const struct message *message,
		  const struct clocks *clocks);

/* Has it got all the answers, or failed? */
bool call_is_over(const struct balloonctl_completion *call);

/* Has it sent the two writes of a refresh, and not heard of them? */
bool call_is_writing(const struct balloonctl_completion *call);

/* The command that this id was given to; NULL if it was none of this call's. */
const char *call_get_command(const struct balloonctl_completion *call, int id);

/* A queue of calls; a zeroed struct is empty. */
struct call_queue {
	struct balloonctl_completion *first, *last;
	unsigned int count;
};

void call_queue_add(struct call_queue *queue, struct balloonctl_completion *call);
void call_queue_remove(struct call_queue *queue, struct balloonctl_completion *call);

#endif
