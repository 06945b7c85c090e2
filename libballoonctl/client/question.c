/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See question.h. What becomes of the answers together is the call's. */
#include "client/question.h"

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
	*ret = seconds == REFRESH_INTERVAL ? 0 : (uint32_t)seconds;
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
	/* In one piece: between two of its commands QEMU runs timers, and at most one command of each
	 * other client. */
	[ROUND_ASK_OFF_AND_ON] = { true,
		{ GET_PREVIOUS_INTERVAL, SET_OFF, SET_FOUND_INTERVAL } },
	[ROUND_ASK_ON_AND_OFF] = { true,
		{ GET_PREVIOUS_INTERVAL, SET_MOMENTARY_INTERVAL, SET_OFF } },
	[ROUND_LOOK] = { true, { GET_INTERVAL, GET_GUEST_STATS } },
};
/* clang-format on */

const struct question_row *question_get(unsigned int round, size_t slot)
{
	return &questions[operations[round].questions[slot]];
}

bool question_needs_device(unsigned int operation)
{
	return operations[operation].needs_device;
}
