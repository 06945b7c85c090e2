/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two tables of the client: which QMP commands there are to ask and how each answer is read,
 * and which of them make an operation. The order of the questions is the order on the wire, and
 * QEMU works it off in that order.
 */
#include "client/call.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "client/info.h"
#include "client/stats.h"

enum question {
	QUESTION_NONE, /* ends a list */
	QUERY_NAME,
	LIST_PERIPHERAL,
	LIST_PERIPHERAL_ANON,
	GET_GUEST_STATS,
	GET_INTERVAL,
	GET_PREVIOUS_INTERVAL,
	SET_INTERVAL,
	GET_TYPE,
	QUERY_BALLOON,
	BALLOON,
	QUERY_STATUS,
	QUERY_MEMORY_SIZE,
};

enum {
	QOM_NAME_MAX = 1000, /* of an object or a type; those of devices are an id or device[N] */
};

#define PERIPHERAL      "/machine/peripheral"
#define PERIPHERAL_ANON "/machine/peripheral-anon"
#define INTERVAL        "guest-stats-polling-interval"
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
	return stats_decode(value, call->clock_seconds, &call->stats);
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
	int r = json_get_i64(json_member(value, "actual"), &call->actual_bytes);

	return r < 0 ? -EPROTO : 0;
}

static int decode_nothing(struct balloonctl_completion *call, struct vm *vm,
			  const struct json *value)
{
	return 0;
}

static int decode_status(struct balloonctl_completion *call, struct vm *vm,
			 const struct json *value)
{
	const char *status;

	if (json_get_string(json_member(value, "status"), &status) < 0 ||
	    json_get_bool(json_member(value, "running"), &call->info->running) < 0)
		return -EPROTO;
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
	call->info->maximum_bytes = base + plugged;
	return 0;
}

struct question_row {
	const char *command;
	const char *path;     /* argument `path`, NULL for the balloon's */
	const char *property; /* argument `property`, which implies a path */
	bool has_value;       /* argument `value`: what is to be set */
	bool is_optional;     /* QEMU may refuse it; then nothing is decoded */
	int (*decode)(struct balloonctl_completion *call, struct vm *vm, const struct json *value);
};

/* clang-format off */
static const struct question_row questions[] = {
	[QUERY_NAME] = { "query-name", .is_optional = true, .decode = decode_name },
	[LIST_PERIPHERAL] = { "qom-list", .path = PERIPHERAL, .decode = decode_peripheral },
	[LIST_PERIPHERAL_ANON] = { "qom-list", .path = PERIPHERAL_ANON,
				   .decode = decode_peripheral_anon },
	[GET_GUEST_STATS] = { "qom-get", .property = "guest-stats",
			      .decode = decode_guest_stats },
	[GET_INTERVAL] = { "qom-get", .property = INTERVAL, .decode = decode_current_interval },
	[GET_PREVIOUS_INTERVAL] = { "qom-get", .property = INTERVAL,
				    .decode = decode_previous_interval },
	[SET_INTERVAL] = { "qom-set", .property = INTERVAL, .has_value = true,
			   .decode = decode_interval_is_set },
	[GET_TYPE] = { "qom-get", .property = "type", .decode = decode_type },
	[QUERY_BALLOON] = { "query-balloon", .decode = decode_actual },
	[BALLOON] = { "balloon", .has_value = true, .decode = decode_nothing },
	[QUERY_STATUS] = { "query-status", .decode = decode_status },
	[QUERY_MEMORY_SIZE] = { "query-memory-size-summary", .is_optional = true,
				.decode = decode_memory_size },
};

static const struct {
	bool needs_device;
	enum question questions[CALL_QUESTIONS_MAX + 1];
} operations[] = {
	[BALLOONCTL_OPERATION_GET_STATS] = { true, { QUERY_NAME, GET_GUEST_STATS, GET_INTERVAL } },
	[BALLOONCTL_OPERATION_GET_POLLING_INTERVAL] = { true, { GET_INTERVAL } },
	[BALLOONCTL_OPERATION_SET_POLLING_INTERVAL] = { true,
		{ GET_PREVIOUS_INTERVAL, SET_INTERVAL } },
	[BALLOONCTL_OPERATION_GET_ACTUAL_BYTES] = { false, { QUERY_BALLOON } },
	[BALLOONCTL_OPERATION_SET_TARGET_BYTES] = { false, { BALLOON } },
	[BALLOONCTL_OPERATION_GET_INFO] = { true,
		{ QUERY_NAME, GET_TYPE, GET_INTERVAL, GET_GUEST_STATS, QUERY_BALLOON,
		  QUERY_STATUS, QUERY_MEMORY_SIZE } },
	[OPERATION_FIND] = { false, { LIST_PERIPHERAL, LIST_PERIPHERAL_ANON, QUERY_NAME } },
};
/* clang-format on */

static const struct question_row *get_row(const struct balloonctl_completion *call, size_t slot)
{
	return &questions[operations[call->operation].questions[slot]];
}

struct balloonctl_completion *call_new(unsigned int operation, uint64_t value, void *user_data)
{
	struct balloonctl_completion *call = calloc(1, sizeof(*call));

	if (call == NULL)
		return NULL;
	call->operation = operation;
	call->value = value;
	call->user_data = user_data;
	if (operation == BALLOONCTL_OPERATION_GET_INFO) {
		call->info = calloc(1, sizeof(*call->info));
		if (call->info == NULL) {
			free(call);
			return NULL;
		}
	}
	return call;
}

bool call_needs_device(const struct balloonctl_completion *call)
{
	return operations[call->operation].needs_device;
}

bool call_is_over(const struct balloonctl_completion *call)
{
	return call->error.code < 0 || (call->has_begun && call->n_waiting == 0);
}

const char *call_get_command(const struct balloonctl_completion *call, int id)
{
	for (size_t slot = 0; slot < CALL_QUESTIONS_MAX; slot++)
		if (call->ids[slot] == id)
			return get_row(call, slot)->command;
	return NULL;
}

static int ask(const struct question_row *row, uint64_t value, struct session *session,
	       const struct vm *vm, int64_t now)
{
	struct argument arguments[4] = { 0 };
	struct argument *next = arguments;

	if (row->path != NULL)
		*next++ = (struct argument){ "path", .string = row->path };
	if (row->property != NULL) {
		*next++ = (struct argument){ "path", .string = vm->device };
		*next++ = (struct argument){ "property", .string = row->property };
	}
	if (row->has_value)
		*next++ = (struct argument){ "value", .number = value };
	return session_execute(session, now, row->command, arguments);
}

/* The name does not change: one answer serves the whole connection. */
static bool is_asked_already(const struct question_row *row, struct vm *vm)
{
	bool was_asked = vm->is_name_asked;

	if (row != &questions[QUERY_NAME])
		return false;
	vm->is_name_asked = true;
	return was_asked;
}

int call_begin(struct balloonctl_completion *call, struct session *session, struct vm *vm,
	       int64_t now)
{
	int id;

	call->has_begun = true;
	/* Another call may find that the device has gone, while this one still asks for it. */
	if (call->info != NULL && vm_set(&call->info->device, vm->device) < 0)
		return error_set(&call->error, -ENOMEM, NULL, "%s: out of memory", vm->address);
	for (size_t slot = 0; get_row(call, slot)->command != NULL; slot++) {
		assert(slot < CALL_QUESTIONS_MAX);
		if (is_asked_already(get_row(call, slot), vm))
			continue;
		id = ask(get_row(call, slot), call->value, session, vm, now);
		if (id == -EAGAIN)
			return error_set(&call->error, -EAGAIN, NULL,
					 "%s: QEMU owes %d replies already", vm->address,
					 SESSION_PENDING_MAX);
		if (id < 0)
			return error_set(&call->error, id, NULL, "%s: %s: %s", vm->address,
					 get_row(call, slot)->command, strerror(-id));
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
		  "%s: %s: %.500s (%.50s)%s%s%s", vm->address, row->command, message->description,
		  message->name, is_doubtful ? "; is " : "", is_doubtful ? vm->device : "",
		  is_doubtful ? " the path of a balloon?" : "");
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
		if (!may_refuse(row, message))
			refused(call, vm, row, message);
		return;
	}
	r = row->decode(call, vm, message->body);
	if (r == -EPROTO)
		error_set(&call->error, r, NULL, "%s: %s%s%s: the answer is not what QEMU gives",
			  vm->address, row->command, row->property != NULL ? " " : "",
			  row->property != NULL ? row->property : "");
	else if (r < 0)
		error_set(&call->error, r, NULL, "%s: %s: %s", vm->address, row->command,
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
	return 0;
}

static void complete(struct balloonctl_completion *call, const struct vm *vm)
{
	if (call->stats != NULL)
		stats_set_polling_interval(call->stats, call->polling_interval);
	switch (call->operation) {
	case BALLOONCTL_OPERATION_GET_INFO:
		if (complete_info(call, vm) < 0)
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
		  int64_t clock_seconds)
{
	for (size_t slot = 0; slot < CALL_QUESTIONS_MAX; slot++) {
		if (call->ids[slot] == 0 || (uint64_t)call->ids[slot] != message->id)
			continue;
		call->ids[slot] = 0;
		call->n_waiting--;
		call->clock_seconds = clock_seconds;
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
