/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two tables of the client: which QMP commands there are to ask and how each answer is read,
 * and which of them make an operation. The order of the questions is the order on the wire, and
 * QEMU works it off in that order.
 */
#include "client/call.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/examination.h"
#include "client/info.h"
#include "client/stats.h"

enum question {
	QUESTION_NONE, /* ends a list */
	LEARN_NAME,
	LEARN_STATUS,
	LEARN_ACTUAL,
	LEARN_MEMORY_SIZE,
	LIST_PERIPHERAL,
	LIST_PERIPHERAL_ANON,
	GET_GUEST_STATS,
	GET_INTERVAL,
	GET_PREVIOUS_INTERVAL,
	SET_INTERVAL,
	SET_FOUND_INTERVAL,
	SET_MOMENTARY_INTERVAL,
	SET_OFF,
	GET_TYPE,
	QUERY_BALLOON,
	BALLOON,
	QUERY_STATUS,
	QUERY_MEMORY_SIZE,
	GET_DEFLATE_ON_OOM,
	GET_FREE_PAGE_REPORTING,
	QUERY_INFLATE_QUEUE,
	QUERY_STATISTICS_QUEUE,
	EXECUTE,
};

enum {
	QOM_NAME_MAX = 1000, /* of an object or a type; those of devices are an id or device[N] */
};

#define PERIPHERAL      "/machine/peripheral"
#define PERIPHERAL_ANON "/machine/peripheral-anon"
#define INTERVAL        "guest-stats-polling-interval"
#define BACKEND         "/virtio-backend"
#define CHILD_PREFIX    "child<"
#define BALLOON_PREFIX  CHILD_PREFIX "virtio-balloon"

/* "child<virtio-balloon-pci>" is a device; its path is the container's and its name. */
static int remember_device(struct vm *vm, const char *container, const char *name, const char *type)
{
	char *path, *qom_type;
	size_t len = strlen(type);
	int r = -ENOMEM;

	if (type[len - 1] != '>' || len > QOM_NAME_MAX || strlen(name) > QOM_NAME_MAX)
		return -EPROTO;
	path = malloc(strlen(container) + 1 + strlen(name) + 1);
	qom_type = strndup(type + strlen(CHILD_PREFIX), len - strlen(CHILD_PREFIX) - 1);
	if (path != NULL && qom_type != NULL) {
		stpcpy(stpcpy(stpcpy(path, container), "/"), name);
		r = vm_set(&vm->device, path);
		if (r == 0)
			r = vm_set(&vm->device_type, qom_type);
	}
	free(path);
	free(qom_type);
	return r;
}

static int decode_list(struct vm *vm, const char *container, const struct json *list)
{
	const struct json *entry;
	const char *name, *type;

	if (list == NULL || json_get_type(list) != JSON_ARRAY)
		return -EPROTO;
	json_for_each (entry, list) {
		if (json_get_string(json_member(entry, "name"), &name) < 0 ||
		    json_get_string(json_member(entry, "type"), &type) < 0)
			return -EPROTO;
		if (string_starts_with(type, BALLOON_PREFIX))
			return remember_device(vm, container, name, type);
	}
	return 0;
}

static int decode_peripheral(struct balloonctl_completion *call, struct vm *vm,
			     const struct json *value)
{
	return decode_list(vm, PERIPHERAL, value);
}

static int decode_peripheral_anon(struct balloonctl_completion *call, struct vm *vm,
				  const struct json *value)
{
	return decode_list(vm, PERIPHERAL_ANON, value);
}

static int decode_name(struct balloonctl_completion *call, struct vm *vm, const struct json *value)
{
	const char *name = NULL;

	if (json_get_type(value) != JSON_OBJECT)
		return -EPROTO;
	json_get_string(json_member(value, "name"), &name);
	vm->known |= VM_NAME;
	return vm_set(&vm->name, name);
}

static int decode_type(struct balloonctl_completion *call, struct vm *vm, const struct json *value)
{
	const char *type;

	if (json_get_string(value, &type) < 0)
		return -EPROTO;
	if (vm_set(&call->info->device_type, type) < 0)
		return -ENOMEM;
	return vm_set(&vm->device_type, type);
}

static int decode_guest_stats(struct balloonctl_completion *call, struct vm *vm,
			      const struct json *value)
{
	balloonctl_stats_free(call->stats);
	call->stats = NULL;
	return stats_decode(value, &call->stats);
}

static int decode_interval(const struct json *value, uint32_t *ret)
{
	uint64_t seconds;

	if (json_get_u64(value, &seconds) < 0 || seconds > UINT32_MAX)
		return -EPROTO;
	*ret = (uint32_t)seconds;
	return 0;
}

static int decode_current_interval(struct balloonctl_completion *call, struct vm *vm,
				   const struct json *value)
{
	return decode_interval(value, &call->polling_interval);
}

static int decode_previous_interval(struct balloonctl_completion *call, struct vm *vm,
				    const struct json *value)
{
	return decode_interval(value, &call->previous_interval);
}

static int decode_interval_is_set(struct balloonctl_completion *call, struct vm *vm,
				  const struct json *value)
{
	call->polling_interval = (uint32_t)call->value;
	return 0;
}

static int decode_actual(struct balloonctl_completion *call, struct vm *vm,
			 const struct json *value)
{
	if (json_get_i64(json_member(value, "actual"), &call->actual_bytes) < 0)
		return -EPROTO;
	vm->actual_bytes = call->actual_bytes;
	vm->has_actual = true;
	vm->known |= VM_ACTUAL;
	return 0;
}

static int decode_nothing(struct balloonctl_completion *call, struct vm *vm,
			  const struct json *value)
{
	return 0;
}

static int learn_status(struct balloonctl_completion *call, struct vm *vm, const struct json *value)
{
	return vm_set_status(vm, value);
}

static int decode_status(struct balloonctl_completion *call, struct vm *vm,
			 const struct json *value)
{
	const char *status;
	int r = vm_set_status(vm, value);

	if (r < 0)
		return r;
	json_get_string(json_member(value, "status"), &status);
	json_get_bool(json_member(value, "running"), &call->info->running);
	return vm_set(&call->info->status, status);
}

/* The balloon works on the machine's memory and on plugged DIMMs. */
static int decode_memory_size(struct balloonctl_completion *call, struct vm *vm,
			      const struct json *value)
{
	uint64_t base, plugged = 0;
	int r = json_get_u64(json_member(value, "plugged-memory"), &plugged);

	if (json_get_u64(json_member(value, "base-memory"), &base) < 0 || (r < 0 && r != -ENOENT) ||
	    base > INT64_MAX || plugged > INT64_MAX - base)
		return -EPROTO;
	vm->maximum_bytes = base + plugged;
	vm->known |= VM_MAXIMUM;
	return 0;
}

static int decode_answer(const struct json *value, enum answer *ret)
{
	bool is_on;

	if (json_get_bool(value, &is_on) < 0)
		return -EPROTO;
	*ret = is_on ? ANSWER_YES : ANSWER_NO;
	return 0;
}

static int decode_deflate_on_oom(struct balloonctl_completion *call, struct vm *vm,
				 const struct json *value)
{
	return decode_answer(value, &call->examination->deflate_on_oom);
}

static int decode_free_page_reporting(struct balloonctl_completion *call, struct vm *vm,
				      const struct json *value)
{
	return decode_answer(value, &call->examination->free_page_reporting);
}

static int decode_inflate_queue(struct balloonctl_completion *call, struct vm *vm,
				const struct json *value)
{
	examination_decode_queue(&call->examination->inflate, value);
	return 0;
}

static int decode_statistics_queue(struct balloonctl_completion *call, struct vm *vm,
				   const struct json *value)
{
	examination_decode_queue(&call->examination->statistics, value);
	return 0;
}

/* Every QEMU gives its balloon's queues these numbers. */
enum {
	INFLATE_QUEUE = 0,
	STATISTICS_QUEUE = 2,
};

static int decode_json(struct balloonctl_completion *call, struct vm *vm, const struct json *value)
{
	struct buf text = { 0 };

	json_append(&text, value);
	call->json = buf_steal(&text);
	return call->json == NULL ? -ENOMEM : 0;
}

struct question_row {
	const char *command;  /* "" for the call's own */
	const char *path;     /* argument `path`, NULL for the balloon's */
	const char *property; /* argument `property`, which implies a path */
	enum {
		NO_VALUE,
		VALUE_OF_CALL,
		VALUE_FOUND,
		VALUE_MOMENTARY,
		VALUE_OFF,
	} value;        /* argument `value`: what is to be set */
	bool has_queue; /* arguments `path`, of the device behind the proxy, and `queue` */
	uint16_t queue;
	bool is_optional;  /* QEMU may refuse it; then nothing is decoded */
	enum vm_fact fact; /* it is asked once for all calls of a connection */
	int (*decode)(struct balloonctl_completion *call, struct vm *vm, const struct json *value);
};

/* clang-format off */
static const struct question_row questions[] = {
	[LEARN_NAME] = { "query-name", .is_optional = true, .fact = VM_NAME,
			 .decode = decode_name },
	[LEARN_STATUS] = { "query-status", .is_optional = true, .fact = VM_RUN_STATE,
			   .decode = learn_status },
	[LEARN_ACTUAL] = { "query-balloon", .is_optional = true, .fact = VM_ACTUAL,
			   .decode = decode_actual },
	[LEARN_MEMORY_SIZE] = { "query-memory-size-summary", .is_optional = true,
				.fact = VM_MAXIMUM, .decode = decode_memory_size },
	[LIST_PERIPHERAL] = { "qom-list", .path = PERIPHERAL, .decode = decode_peripheral },
	[LIST_PERIPHERAL_ANON] = { "qom-list", .path = PERIPHERAL_ANON,
				   .decode = decode_peripheral_anon },
	[GET_GUEST_STATS] = { "qom-get", .property = "guest-stats",
			      .decode = decode_guest_stats },
	[GET_INTERVAL] = { "qom-get", .property = INTERVAL, .decode = decode_current_interval },
	[GET_PREVIOUS_INTERVAL] = { "qom-get", .property = INTERVAL,
				    .decode = decode_previous_interval },
	[SET_INTERVAL] = { "qom-set", .property = INTERVAL, .value = VALUE_OF_CALL,
			   .decode = decode_interval_is_set },
	[SET_FOUND_INTERVAL] = { "qom-set", .property = INTERVAL, .value = VALUE_FOUND,
				 .decode = decode_nothing },
	[SET_MOMENTARY_INTERVAL] = { "qom-set", .property = INTERVAL, .value = VALUE_MOMENTARY,
				     .decode = decode_nothing },
	[SET_OFF] = { "qom-set", .property = INTERVAL, .value = VALUE_OFF,
		      .decode = decode_nothing },
	[GET_TYPE] = { "qom-get", .property = "type", .decode = decode_type },
	[QUERY_BALLOON] = { "query-balloon", .decode = decode_actual },
	[BALLOON] = { "balloon", .value = VALUE_OF_CALL, .decode = decode_nothing },
	[QUERY_STATUS] = { "query-status", .decode = decode_status },
	[QUERY_MEMORY_SIZE] = { "query-memory-size-summary", .is_optional = true,
				.decode = decode_memory_size },
	[GET_DEFLATE_ON_OOM] = { "qom-get", .property = "deflate-on-oom", .is_optional = true,
				 .decode = decode_deflate_on_oom },
	[GET_FREE_PAGE_REPORTING] = { "qom-get", .property = "free-page-reporting",
				      .is_optional = true, .decode = decode_free_page_reporting },
	/* Unstable by its name. Not x-query-virtio-status, which makes QEMU 11.1 abort. */
	[QUERY_INFLATE_QUEUE] = { "x-query-virtio-queue-status", .has_queue = true,
				  .queue = INFLATE_QUEUE, .is_optional = true,
				  .decode = decode_inflate_queue },
	[QUERY_STATISTICS_QUEUE] = { "x-query-virtio-queue-status", .has_queue = true,
				     .queue = STATISTICS_QUEUE, .is_optional = true,
				     .decode = decode_statistics_queue },
	[EXECUTE] = { "", .decode = decode_json },
};

/* Further rounds of questions, behind those that operations begin with. */
enum {
	ROUND_ASK_OFF_AND_ON = OPERATION_GET_VALUES + 1,
	ROUND_ASK_ON_AND_OFF,
	ROUND_LOOK,
};

/* The statistics come last, so that they are judged when they are read. */
static const struct {
	bool needs_device;
	enum question questions[CALL_QUESTIONS_MAX + 1];
} operations[] = {
	[BALLOONCTL_OPERATION_GET_STATS] = { true,
		{ LEARN_NAME, LEARN_STATUS, LEARN_ACTUAL, LEARN_MEMORY_SIZE, GET_INTERVAL,
		  GET_GUEST_STATS } },
	[BALLOONCTL_OPERATION_GET_POLLING_INTERVAL] = { true, { GET_INTERVAL } },
	[BALLOONCTL_OPERATION_SET_POLLING_INTERVAL] = { true,
		{ GET_PREVIOUS_INTERVAL, SET_INTERVAL } },
	[BALLOONCTL_OPERATION_GET_ACTUAL_BYTES] = { false, { QUERY_BALLOON } },
	[BALLOONCTL_OPERATION_SET_TARGET_BYTES] = { false, { BALLOON } },
	[BALLOONCTL_OPERATION_GET_INFO] = { true,
		{ LEARN_NAME, GET_TYPE, QUERY_BALLOON, QUERY_STATUS, QUERY_MEMORY_SIZE,
		  GET_INTERVAL, GET_GUEST_STATS } },
	[BALLOONCTL_OPERATION_REFRESH_STATS] = { true,
		{ LEARN_NAME, LEARN_STATUS, LEARN_ACTUAL, LEARN_MEMORY_SIZE, GET_INTERVAL,
		  GET_GUEST_STATS } },
	[BALLOONCTL_OPERATION_EXAMINE] = { true,
		{ LEARN_NAME, QUERY_BALLOON, QUERY_STATUS, QUERY_MEMORY_SIZE,
		  QUERY_STATISTICS_QUEUE, QUERY_INFLATE_QUEUE, GET_DEFLATE_ON_OOM,
		  GET_FREE_PAGE_REPORTING, GET_INTERVAL, GET_GUEST_STATS } },
	[BALLOONCTL_OPERATION_EXECUTE] = { false, { EXECUTE } },
	[OPERATION_GET_VALUES] = { true, { GET_GUEST_STATS } },
	[OPERATION_FIND] = { false, { LIST_PERIPHERAL, LIST_PERIPHERAL_ANON, LEARN_NAME } },
	/* In one piece: QEMU's timers run between two commands, and nothing can come between. */
	[ROUND_ASK_OFF_AND_ON] = { true,
		{ GET_PREVIOUS_INTERVAL, SET_OFF, SET_FOUND_INTERVAL } },
	[ROUND_ASK_ON_AND_OFF] = { true,
		{ GET_PREVIOUS_INTERVAL, SET_MOMENTARY_INTERVAL, SET_OFF } },
	[ROUND_LOOK] = { true, { GET_GUEST_STATS } },
};
/* clang-format on */

static const struct question_row *get_row(const struct balloonctl_completion *call, size_t slot)
{
	return &questions[operations[call->round].questions[slot]];
}

static const char *get_command(const struct balloonctl_completion *call,
			       const struct question_row *row)
{
	return row == &questions[EXECUTE] ? call->command : row->command;
}

struct balloonctl_completion *call_new(unsigned int operation, uint64_t value, void *user_data)
{
	/* Of each sample a call, its statistics and itself are made: glibc keeps freed memory at hand
	 * for malloc(), but not for calloc(). */
	struct balloonctl_completion *call = malloc(sizeof(*call));
	bool is_complete = true;

	if (call == NULL)
		return NULL;
	*call = (struct balloonctl_completion){
		.operation = operation,
		.round = operation,
		.wake_ms = CALL_NEVER,
		.value = value,
		.user_data = user_data,
	};
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
	return operations[call->operation].needs_device;
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

int call_begin(struct balloonctl_completion *call, struct session *session, struct vm *vm,
	       int64_t now)
{
	int id;

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

static void go_on(struct balloonctl_completion *call, struct vm *vm)
{
	enum refresh_step step;
	int64_t at_ms;

	if (call->round != ROUND_ASK_OFF_AND_ON && call->round != ROUND_ASK_ON_AND_OFF) {
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
