/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `stats` and `info` tell of a VM in the same words. */
#include "show.h"

#include <string.h>
#include <time.h>

#include "output.h"
#include "size.h"

enum {
	LABEL_WIDTH = 14,
};

void show_label(struct buffer *out, const char *label)
{
	buffer_printf(out, "%s:%*s", label, LABEL_WIDTH - 1 - (int)strlen(label), "");
}

void show_vm(struct buffer *out, const struct vm *vm)
{
	const char *name = balloonctl_monitor_get_name(vm->monitor);
	const char *type = balloonctl_monitor_get_device_type(vm->monitor);

	show_label(out, "address");
	buffer_append_escaped(out, vm->address);
	if (name != NULL) {
		buffer_append_string(out, "\n");
		show_label(out, "name");
		buffer_append_escaped(out, name);
	}
	buffer_append_string(out, "\n");
	show_label(out, "device");
	buffer_append_escaped(out, balloonctl_monitor_get_device(vm->monitor));
	if (type != NULL) {
		buffer_append_string(out, " (");
		buffer_append_escaped(out, type);
		buffer_append_string(out, ")");
	}
	buffer_append_string(out, "\n");
}

const char *show_skip(const char *address, const char *sentence)
{
	size_t len = address == NULL ? 0 : strlen(address);

	if (len > 0 && strncmp(sentence, address, len) == 0 &&
	    strncmp(sentence + len, ": ", 2) == 0)
		return sentence + len + 2;
	return sentence;
}

void show_age(struct buffer *out, uint64_t seconds)
{
	static const struct {
		uint64_t seconds;
		const char *name;
	} units[] = { { 86400, "days" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	size_t i = 0;

	/* Two of a unit at least: "90 s" tells more than "1 min". */
	while (units[i].seconds > 1 && seconds < 2 * units[i].seconds)
		i++;
	buffer_append_u64(out, seconds / units[i].seconds);
	buffer_printf(out, " %s", units[i].name);
}

void show_time(struct buffer *out, int64_t when)
{
	char text[64];
	time_t seconds = when;
	struct tm tm;
	size_t len;

	/* QEMU may say any number; not each has a year that fits. */
	if (localtime_r(&seconds, &tm) == NULL ||
	    (len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &tm)) < 2) {
		buffer_append_string(out, "second ");
		buffer_append_i64(out, when);
		return;
	}
	/* ISO 8601 has a colon in the offset, which strftime() leaves out. */
	buffer_append(out, text, len - 2);
	buffer_append_string(out, ":");
	buffer_append(out, text + len - 2, 2);
}

void show_clock(struct buffer *out, int64_t when)
{
	time_t seconds = when;
	char text[16];
	struct tm tm;

	if (localtime_r(&seconds, &tm) != NULL && strftime(text, sizeof(text), "%H:%M:%S", &tm) > 0)
		buffer_append_string(out, text);
	else
		buffer_append_string(out, "-");
}

void show_polling(struct buffer *out, const struct balloonctl_stats *stats)
{
	uint32_t interval = balloonctl_stats_get_polling_interval(stats);
	uint64_t age;

	show_label(out, "polling");
	if (interval > 0)
		buffer_printf(out, "every %u s\n", interval);
	else
		buffer_append_string(out, "off ('balloonctl enable' switches it on)\n");
	show_label(out, "last update");
	if (balloonctl_stats_get_last_update(stats) > 0) {
		show_time(out, balloonctl_stats_get_last_update(stats));
		if (balloonctl_stats_get_age_seconds(stats, &age) == 0) {
			buffer_append_string(out, " (");
			show_age(out, age);
			buffer_append_string(out, " ago)");
		}
		buffer_append_string(out, "\n");
	} else if (interval > 0) {
		buffer_append_string(out, "never: no balloon driver in the guest has answered\n");
	} else {
		buffer_append_string(out, "never\n");
	}
}

void show_size(struct buffer *out, const struct balloonctl_info *info, bool exact)
{
	uint64_t maximum;

	size_append(out, balloonctl_info_get_actual_bytes(info), exact);
	if (balloonctl_info_get_maximum_bytes(info, &maximum) < 0)
		return;
	buffer_append_string(out, " of ");
	size_append(out, (int64_t)maximum, exact);
}

/* Of other events the name says enough. */
void show_event(struct buffer *out, const struct balloonctl_event *event, bool exact)
{
	int64_t actual;

	buffer_append_escaped(out, balloonctl_event_get_name(event));
	if (balloonctl_event_get_actual_bytes(event, &actual) < 0)
		return;
	buffer_append_string(out, ": the balloon leaves ");
	size_append(out, actual, exact);
	buffer_append_string(out, " to the guest");
}

int show_lines(const struct vms *vms, show_append *append, const void *arg)
{
	struct buffer out = { 0 };
	int status;

	for (size_t i = 0; i < vms->count; i++) {
		const struct vm *vm = &vms->items[i];

		if (vm_has_failed(vm))
			continue;
		if (vms->count > 1 || vms->targets.are_all) {
			buffer_append_escaped(&out, vm->address);
			buffer_append_string(&out, "\t");
		}
		append(&out, vm, arg);
		buffer_append_string(&out, "\n");
	}
	status = output_write(&out);
	buffer_free(&out);
	return status;
}
