/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frame of our JSON documents, described in balloonctl(1). */
#include "document.h"

#include <string.h>

#include "output.h"

static void put_error(struct json *json, int code, const char *class, const char *message)
{
	json_open_object(json, "error");
	json_put_string(json, "code", strerrorname_np(-code));
	json_put_string(json, "class", class);
	json_put_string(json, "message", message);
	json_close_object(json);
}

void document_put_error(struct json *json, const struct balloonctl_error *error)
{
	put_error(json, balloonctl_error_get_code(error), balloonctl_error_get_class(error),
		  balloonctl_error_get_message(error));
}

void document_open_vm(struct json *json, const struct vm *vm)
{
	json_open_object(json, NULL);
	if (json->is_line)
		json_put_string(json, "schema", DOCUMENT_SCHEMA);
	json_put_string(json, "address", vm->address);
}

static void put_vm(struct json *json, const struct vm *vm, document_members *members,
		   const void *arg)
{
	document_open_vm(json, vm);
	if (vm->refusal != NULL) {
		put_error(json, vm->refusal_code, NULL, vm->refusal);
	} else if (vm->error != NULL) {
		document_put_error(json, vm->error);
	} else {
		json_put_string(json, "name", balloonctl_monitor_get_name(vm->monitor));
		json_put_string(json, "device", balloonctl_monitor_get_device(vm->monitor));
		members(json, vm, arg);
	}
	json_close_object(json);
}

static void put_lines(struct buffer *out, const struct vms *vms, document_members *members,
		      const void *arg)
{
	for (size_t i = 0; i < vms->count; i++) {
		struct json json = { .out = out, .is_line = true };

		put_vm(&json, &vms->items[i], members, arg);
	}
}

static void put_document(struct buffer *out, const struct vms *vms, document_members *members,
			 const void *arg)
{
	struct json json = { .out = out };

	json_open_object(&json, NULL);
	json_put_string(&json, "schema", DOCUMENT_SCHEMA);
	json_open_array(&json, "vms");
	for (size_t i = 0; i < vms->count; i++)
		put_vm(&json, &vms->items[i], members, arg);
	json_close_array(&json);
	json_close_object(&json);
}

int document_write(const struct vms *vms, document_members *members, const void *arg)
{
	struct buffer out = { 0 };
	int status;

	if (vms->options->json == JSON_LINES)
		put_lines(&out, vms, members, arg);
	else
		put_document(&out, vms, members, arg);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

void document_put_polling(struct json *json, const struct balloonctl_stats *stats)
{
	uint64_t age;

	json_put_u64(json, "polling_interval", balloonctl_stats_get_polling_interval(stats));
	json_put_i64(json, "last_update", balloonctl_stats_get_last_update(stats));
	if (balloonctl_stats_get_age_seconds(stats, &age) == 0)
		json_put_u64(json, "age_seconds", age);
	else
		json_put_null(json, "age_seconds");
	json_put_string(json, "freshness",
			balloonctl_freshness_get_name(balloonctl_stats_get_freshness(stats)));
}

void document_put_size(struct json *json, const struct balloonctl_info *info)
{
	uint64_t maximum;

	json_put_i64(json, "actual_bytes", balloonctl_info_get_actual_bytes(info));
	if (balloonctl_info_get_maximum_bytes(info, &maximum) == 0)
		json_put_u64(json, "maximum_bytes", maximum);
	else
		json_put_null(json, "maximum_bytes");
}
