/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of a call: its questions go out, the answers come in, and what they say together is its
 * completion. A refresh takes several rounds, by the plan of refresh.
 */
#include "client/call.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/examination.h"
#include "client/info.h"
#include "client/question.h"
#include "client/stats.h"

static const struct question_row *get_row(const struct balloonctl_completion *call, size_t slot)
{
	return question_get(call->round, slot);
}

static const char *get_command(const struct balloonctl_completion *call,
			       const struct question_row *row)
{
	return *row->command == '\0' ? call->command : row->command;
}

void call_renew(struct balloonctl_completion *call, unsigned int operation, uint64_t value,
		void *user_data)
{
	*call = (struct balloonctl_completion){
		.operation = operation,
		.round = operation,
		.wake_ms = CALL_NEVER,
		.value = value,
		.user_data = user_data,
	};
}

void call_done(struct balloonctl_completion *call)
{
	error_done(&call->error);
	balloonctl_stats_free(call->stats);
	balloonctl_info_free(call->info);
	balloonctl_examination_free(call->examination);
	free(call->command);
	json_free(call->arguments);
	free(call->json);
}

struct balloonctl_completion *call_new(unsigned int operation, uint64_t value, void *user_data)
{
	struct balloonctl_completion *call = malloc(sizeof(*call));
	bool is_complete = true;

	if (call == NULL)
		return NULL;
	call_renew(call, operation, value, user_data);
	if (operation == BALLOONCTL_OPERATION_GET_INFO ||
	    operation == BALLOONCTL_OPERATION_EXAMINE) {
		call->info = calloc(1, sizeof(*call->info));
		is_complete = call->info != NULL;
	}
	if (operation == BALLOONCTL_OPERATION_EXAMINE) {
		call->examination = calloc(1, sizeof(*call->examination));
		is_complete = is_complete && call->examination != NULL;
	}
	if (is_complete)
		return call;
	balloonctl_completion_free(call);
	return NULL;
}

struct balloonctl_completion *call_new_execute(const char *command, struct json *arguments,
					       void *user_data)
{
	struct balloonctl_completion *call = call_new(BALLOONCTL_OPERATION_EXECUTE, 0, user_data);

	if (call == NULL)
		return NULL;
	call->command = strdup(command);
	if (call->command == NULL) {
		balloonctl_completion_free(call);
		return NULL;
	}
	call->arguments = arguments;
	return call;
}

bool call_needs_device(const struct balloonctl_completion *call)
{
	return question_needs_device(call->operation);
}

bool call_is_over(const struct balloonctl_completion *call)
{
	return call->error.code < 0 ||
	       (call->has_begun && call->n_waiting == 0 && call->wake_ms == CALL_NEVER);
}

const char *call_get_command(const struct balloonctl_completion *call, int id)
{
	for (size_t slot = 0; slot < CALL_QUESTIONS_MAX; slot++)
		if (call->ids[slot] == id)
			return get_command(call, get_row(call, slot));
	return NULL;
}

static uint64_t get_value(const struct balloonctl_completion *call, const struct question_row *row)
{
	switch (row->value) {
	case VALUE_OF_CALL:
		return call->value;
	case VALUE_FOUND:
		return call->refresh.interval;
	case VALUE_MOMENTARY:
		return REFRESH_INTERVAL;
	default:
		return 0;
	}
}

#define BACKEND "/virtio-backend"

/* The QOM path of the virtio device, which PCI and CCW keep behind a proxy; to be freed. */
static char *get_backend(const struct vm *vm)
{
	size_t len = strlen(vm->device), suffix = strlen(BACKEND);
	bool is_itself = (vm->device_type != NULL &&
			  string_equal(vm->device_type, "virtio-balloon-device")) ||
			 (len > suffix && string_equal(vm->device + len - suffix, BACKEND));
	char *path;

	if (is_itself)
		return strdup(vm->device);
	return asprintf(&path, "%s" BACKEND, vm->device) < 0 ? NULL : path;
}

static int ask_queue(const struct question_row *row, struct session *session, const struct vm *vm,
		     int64_t now)
{
	char *path = get_backend(vm);
	int id = -ENOMEM;

	if (path != NULL)
		id = session_execute(session, now, row->command,
				     (struct argument[]){ { "path", .string = path },
							  { "queue", .number = row->queue },
							  { 0 } });
	free(path);
	return id;
}

static int ask(const struct balloonctl_completion *call, const struct question_row *row,
	       struct session *session, const struct vm *vm, int64_t now)
{
	struct argument arguments[4] = { 0 };
	struct argument *next = arguments;

	if (row->has_queue)
		return ask_queue(row, session, vm, now);
	if (row->path != NULL)
		*next++ = (struct argument){ "path", .string = row->path };
	if (row->property != NULL) {
		*next++ = (struct argument){ "path", .string = vm->device };
		*next++ = (struct argument){ "property", .string = row->property };
	}
	if (row->value != NO_VALUE)
		*next++ = (struct argument){ "value", .number = get_value(call, row) };
	return session_execute(session, now, row->command, arguments);
}

/* The members of an object are the arguments of a command. */
static int ask_own(const struct balloonctl_completion *call, struct session *session, int64_t now)
{
	struct argument *arguments;
	const struct json *member;
	size_t n = 0;
	int id;

	json_for_each (member, call->arguments)
		n++;
	arguments = calloc(n + 1, sizeof(*arguments));
	if (arguments == NULL)
		return -ENOMEM;
	n = 0;
	json_for_each (member, call->arguments)
		arguments[n++] = (struct argument){ json_key(member), .value = member };
	id = session_execute(session, now, call->command, arguments);
	free(arguments);
	return id;
}

/* One answer serves the whole connection. */
static bool is_asked_already(const struct question_row *row, struct vm *vm)
{
	bool was_asked = vm->asked & row->fact;

	vm->asked |= row->fact;
	return was_asked;
}

static int ask_all(struct balloonctl_completion *call, struct session *session, struct vm *vm,
		   int64_t now)
{
	int id;

	for (size_t slot = 0; get_row(call, slot)->command != NULL; slot++) {
		assert(slot < CALL_QUESTIONS_MAX);
		if (is_asked_already(get_row(call, slot), vm))
			continue;
		if (call->command != NULL)
			id = ask_own(call, session, now);
		else
			id = ask(call, get_row(call, slot), session, vm, now);
		if (id == -EAGAIN)
			return error_set(&call->error, -EAGAIN, NULL,
					 "%s: QEMU owes %d replies already", vm->address,
					 SESSION_PENDING_MAX);
		if (id < 0)
			return error_set(&call->error, id, NULL, "%s: %s: %s", vm->address,
					 get_command(call, get_row(call, slot)), strerror(-id));
		call->ids[slot] = id;
		call->n_waiting++;
	}
	return 0;
}

/* All questions or none: half of those that switch polling off and on must not be sent. */
int call_begin(struct balloonctl_completion *call, struct session *session, struct vm *vm,
	       int64_t now)
{
	struct session_mark mark = session_get_mark(session);
	unsigned int asked = vm->asked;

	if (!call->has_begun)
		refresh_begin(&call->refresh, (uint32_t)call->value, now + call->timeout_ms);
	call->has_begun = true;
	call->wake_ms = CALL_NEVER;
	/* Another call may have found, between two rounds of this one, that the device has gone. */
	if (call_needs_device(call) && vm->device == NULL)
		return error_set(&call->error, -ENODEV, NULL, "%s: the balloon has gone",
				 vm->address);
	/* ... or may find it while this one still asks for it. */
	if (call->info != NULL && vm_set(&call->info->device, vm->device) < 0)
		return error_set(&call->error, -ENOMEM, NULL, "%s: out of memory", vm->address);
	if (ask_all(call, session, vm, now) == 0)
		return 0;
	session_take_back(session, mark);
	vm->asked = asked;
	return call->error.code;
}

static void refused(struct balloonctl_completion *call, const struct vm *vm,
		    const struct question_row *row, const struct message *message)
{
	bool no_device = string_equal(message->name, "DeviceNotFound") ||
			 string_equal(message->name, "DeviceNotActive");
	bool is_doubtful = vm->is_device_by_hand && row->property != NULL;

	/* QEMU's words are a sentence; somebody else's may be megabytes. */
	error_set(&call->error, no_device ? -ENODEV : -EREMOTEIO, message->name,
		  "%s: %s: %.500s (%.50s)%s%s%s", vm->address, get_command(call, row),
		  message->description, message->name, is_doubtful ? "; is " : "",
		  is_doubtful ? vm->device : "", is_doubtful ? " the path of a balloon?" : "");
}

/* QEMU makes the containers of devices when it first needs them. That a list is refused for any
 * other reason does not mean that there is no device. */
static bool may_refuse(const struct question_row *row, const struct message *message)
{
	return row->is_optional ||
	       (row->path != NULL && string_equal(message->name, "DeviceNotFound"));
}

static void answered(struct balloonctl_completion *call, struct vm *vm,
		     const struct question_row *row, const struct message *message)
{
	int r;

	/* The first failure is the one that tells. */
	if (call->error.code < 0)
		return;
	if (message->kind == MESSAGE_ERROR) {
		if (may_refuse(row, message))
			vm->known |= row->fact;
		else
			refused(call, vm, row, message);
		return;
	}
	r = row->decode(call, vm, message->body);
	if (r == -EPROTO)
		error_set(&call->error, r, NULL, "%s: %s%s%s: the answer is not what QEMU gives",
			  vm->address, get_command(call, row), row->property != NULL ? " " : "",
			  row->property != NULL ? row->property : "");
	else if (r < 0)
		error_set(&call->error, r, NULL, "%s: %s: %s", vm->address, get_command(call, row),
			  strerror(-r));
}

/* What is known of the VM besides the answers. */
static int complete_info(struct balloonctl_completion *call, const struct vm *vm)
{
	struct balloonctl_info *info = call->info;

	info->actual_bytes = call->actual_bytes;
	info->stats = call->stats;
	call->stats = NULL;
	if (vm_set(&info->version, vm->version) < 0 || vm_set(&info->package, vm->package) < 0 ||
	    vm_set(&info->name, vm->name) < 0)
		return -ENOMEM;
	info->maximum_bytes = vm->maximum_bytes;
	return 0;
}

static int complete_examination(struct balloonctl_completion *call, const struct vm *vm)
{
	struct balloonctl_examination *examination = call->examination;

	examination->clock_seconds = call->clocks.clock_ms / 1000;
	if (complete_info(call, vm) < 0 || vm_set(&examination->address, vm->address) < 0 ||
	    vm_set(&call->info->device_type, vm->device_type) < 0)
		return -ENOMEM;
	examination->info = call->info;
	call->info = NULL;
	return 0;
}

/* What the connection knows of the sample that has just come. */
static void judge(struct balloonctl_completion *call, struct vm *vm, bool is_demanded,
		  struct freshness_facts *ret)
{
	const struct freshness_look look = {
		.now_ms = call->clocks.now_ms,
		.clock_ms = call->clocks.clock_ms,
		.last_update = balloonctl_stats_get_last_update(call->stats),
		.digest = stats_get_digest(call->stats),
		.interval = call->polling_interval,
		.is_paused = vm->is_paused,
		.is_demanded = is_demanded,
	};

	freshness_look(&vm->freshness, &look, ret);
	stats_set_polling_interval(call->stats, call->polling_interval);
	stats_set_freshness(call->stats, freshness_judge(ret), ret->age_ms);
	stats_set_balloon(call->stats, !vm->is_paused, vm->has_actual ? &vm->actual_bytes : NULL,
			  vm->maximum_bytes);
}

static void fail_refresh(struct balloonctl_completion *call, const struct vm *vm)
{
	const char *never = balloonctl_stats_get_last_update(call->stats) != 0
				    ? ""
				    : ", and never has; is there a balloon driver in it?";

	if (vm->is_paused)
		error_set(&call->error, -ESTALE, NULL,
			  "%s: the VM is paused, and its guest can't answer; QMP's cont lets it go "
			  "on",
			  vm->address);
	else
		error_set(&call->error, -ESTALE, NULL,
			  "%s: the guest has not answered within %u ms%s", vm->address,
			  call->timeout_ms, never);
}

static void follow(struct balloonctl_completion *call, enum refresh_step step, int64_t at_ms)
{
	call->wake_ms = at_ms;
	if (step == REFRESH_LOOK)
		call->round = ROUND_LOOK;
	else if (call->refresh.interval == 0)
		call->round = ROUND_ASK_ON_AND_OFF;
	else
		call->round = ROUND_ASK_OFF_AND_ON;
}

static void look(struct balloonctl_completion *call, struct vm *vm)
{
	struct freshness_facts facts;
	struct refresh_look look = {
		.now_ms = call->clocks.now_ms,
		.clock_ms = call->clocks.clock_ms,
		.last_update = balloonctl_stats_get_last_update(call->stats),
		.digest = stats_get_digest(call->stats),
		.interval = call->polling_interval,
		.n_resumes = vm->n_resumes,
		.is_paused = vm->is_paused,
	};
	enum refresh_step step;
	int64_t at_ms;

	judge(call, vm, false, &facts);
	look.age_ms = facts.age_ms;
	look.is_bygone = facts.is_bygone;
	step = refresh_look(&call->refresh, &look, &at_ms);
	call->polling_interval = call->refresh.interval;
	if (step == REFRESH_DONE)
		judge(call, vm, true, &facts);
	else if (step == REFRESH_FAILED)
		fail_refresh(call, vm);
	else
		follow(call, step, at_ms);
}

static bool is_asking(const struct balloonctl_completion *call)
{
	return call->round == ROUND_ASK_OFF_AND_ON || call->round == ROUND_ASK_ON_AND_OFF;
}

bool call_is_writing(const struct balloonctl_completion *call)
{
	return is_asking(call) && call->n_waiting > 0;
}

static void go_on(struct balloonctl_completion *call, struct vm *vm)
{
	enum refresh_step step;
	int64_t at_ms;

	if (!is_asking(call)) {
		look(call, vm);
		return;
	}
	step = refresh_asked(&call->refresh, call->previous_interval, call->clocks.now_ms, &at_ms);
	call->polling_interval = call->refresh.interval;
	follow(call, step, at_ms);
}

static void complete(struct balloonctl_completion *call, struct vm *vm)
{
	struct freshness_facts facts;

	if (call->operation == BALLOONCTL_OPERATION_REFRESH_STATS) {
		go_on(call, vm);
		return;
	}
	if (call->operation == OPERATION_GET_VALUES)
		call->polling_interval = (uint32_t)call->value;
	if (call->stats != NULL)
		judge(call, vm, false, &facts);
	switch (call->operation) {
	case BALLOONCTL_OPERATION_GET_INFO:
		if (complete_info(call, vm) < 0)
			error_set(&call->error, -ENOMEM, NULL, "%s: out of memory", vm->address);
		break;
	case BALLOONCTL_OPERATION_EXAMINE:
		if (complete_examination(call, vm) < 0)
			error_set(&call->error, -ENOMEM, NULL, "%s: out of memory", vm->address);
		break;
	case OPERATION_FIND:
		if (vm->device == NULL)
			error_set(&call->error, -ENODEV, NULL,
				  "%s: this VM has no virtio-balloon device; add '-device "
				  "virtio-balloon' to QEMU's command line",
				  vm->address);
		break;
	default:
		break;
	}
}

bool call_receive(struct balloonctl_completion *call, struct vm *vm, const struct message *message,
		  const struct clocks *clocks)
{
	for (size_t slot = 0; slot < CALL_QUESTIONS_MAX; slot++) {
		if (call->ids[slot] == 0 || (uint64_t)call->ids[slot] != message->id)
			continue;
		call->ids[slot] = 0;
		call->n_waiting--;
		call->clocks = *clocks;
		answered(call, vm, get_row(call, slot), message);
		if (call->n_waiting == 0 && call->error.code == 0)
			complete(call, vm);
		return true;
	}
	return false;
}

void call_queue_add(struct call_queue *queue, struct balloonctl_completion *call)
{
	call->next = NULL;
	if (queue->last != NULL)
		queue->last->next = call;
	else
		queue->first = call;
	queue->last = call;
	queue->count++;
}

void call_queue_remove(struct call_queue *queue, struct balloonctl_completion *call)
{
	struct balloonctl_completion **at = &queue->first;
	struct balloonctl_completion *before = NULL;

	while (*at != call) {
		before = *at;
		at = &(*at)->next;
	}
	*at = call->next;
	if (queue->last == call)
		queue->last = before;
	call->next = NULL;
	queue->count--;
}
