/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's -device for a balloon, in the words of machine options, so that a command line that starts
 * QEMU in a test needs few changes.
 */
#include <stdlib.h>
#include <string.h>

#include "balloonsim-plan.h"
#include "output.h"

static const struct {
	const char *type, *plug;
} types[] = {
	{ "virtio-balloon-device", "mmio" },
	{ "virtio-balloon-pci", "pci" },
	{ "virtio-balloon", "pci" }, /* QEMU's alias, on a PC */
	{ "virtio-balloon-pci-transitional", "pci-transitional" },
	{ "virtio-balloon-pci-non-transitional", "pci-non-transitional" },
	{ "none", "none" },
};

/* They have the same names as machine options. */
static const char *const properties[] = {
	"id",
	"deflate-on-oom",
	"event_idx",
	"free-page-hint",
	"free-page-reporting",
	"guest-stats-polling-interval",
	"in_order",
	"indirect_desc",
	"ioeventfd",
	"iothread",
	"packed",
	"page-poison",
	"qemu-4-0-config-size",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void option_append(struct buffer *options, const char *name, const char *value)
{
	if (options->len > 0)
		buffer_append_string(options, ",");
	buffer_append_string(options, name);
	buffer_append_string(options, "=");
	for (; *value != '\0'; value++)
		buffer_append(options, *value == ',' ? ",," : value, *value == ',' ? 2 : 1);
}

/* QEMU takes more words for yes and no than it tells. */
static const char *get_plain_word(const char *name, const char *value)
{
	static const char *const words[][2] = {
		{ "yes", "on" }, { "true", "on" },   { "y", "on" },
		{ "no", "off" }, { "false", "off" }, { "n", "off" },
	};

	if (strcmp(name, "id") == 0 || strcmp(name, "iothread") == 0)
		return value;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(value, words[i][0]) == 0)
			return words[i][1];
	return value;
}

static int translate_type(const char *type, struct buffer *options)
{
	for (size_t i = 0; i < COUNT(types); i++) {
		if (strcmp(type, types[i].type) == 0) {
			option_append(options, "device", types[i].plug);
			return EXIT_DONE;
		}
	}
	return usage_error("--device '%s': there is no such type; take virtio-balloon-device, "
			   "virtio-balloon-pci, virtio-balloon-pci-transitional, "
			   "virtio-balloon-pci-non-transitional or none",
			   type);
}

static int translate_property(char *property, struct buffer *options, bool *has_id)
{
	char *value = strchr(property, '=');

	if (value == NULL)
		return usage_error("--device: '%s': a property is written NAME=VALUE, such as "
				   "packed=on",
				   property);
	*value++ = '\0';
	for (size_t i = 0; i < COUNT(properties); i++) {
		if (strcmp(property, properties[i]) != 0)
			continue;
		if (i == 0)
			*has_id = true;
		option_append(options, property, get_plain_word(property, value));
		return EXIT_DONE;
	}
	return usage_error("--device: '%s': a balloon has no such property; "
			   "balloonsim(1) lists them",
			   property);
}

int device_translate(const char *device, struct buffer *options)
{
	char *copy, *rest, *word;
	bool has_id = false;
	int status;

	copy = rest = strdup(device);
	if (copy == NULL)
		out_of_memory();
	word = strsep(&rest, ",");
	status = translate_type(word, options);
	while (status == EXIT_DONE && (word = strsep(&rest, ",")) != NULL)
		status = translate_property(word, options, &has_id);
	/* QEMU gives no id to a device that was given none. */
	if (status == EXIT_DONE && !has_id)
		option_append(options, "id", "");
	free(copy);
	return status;
}
