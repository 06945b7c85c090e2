/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commands that look at objects, properties and types, with QEMU's errors for what isn't there
 * or can't be written.
 */
#include <string.h>

#include "base/util.h"
#include "sim/qmp/command.h"
#include "sim/qmp/output.h"
#include "sim/qmp/qom.h"

#define INTERVAL "guest-stats-polling-interval"

enum {
	/* Of one reply of qom-list-get, whose request may name a million objects. QEMU has no bound, and
	 * so no sentence for it; it is two thousand times what the command is used for. */
	LIST_MAX = 16 << 20,
};

static const char *get_text(const struct sim_call *call, unsigned int parameter)
{
	return call->values[parameter] == 0 ? NULL
					    : sim_tree_text(call->tree, call->values[parameter]);
}

static void append_text(struct buf *buf, struct sim_text text)
{
	sim_output_string(buf, text.start, text.len);
}

static void append_property_type(struct buf *buf, const struct sim_board *board,
				 const struct sim_property *property)
{
	buf_append_string(buf, "\"");
	sim_qom_append_property_type(buf, board, property);
	buf_append_string(buf, "\"");
}

/* With `tells_ambiguity`; some commands don't. */
static bool resolve(struct sim_call *call, const char *path, bool tells_ambiguity,
		    struct sim_place *ret)
{
	switch (sim_qom_resolve(call->board, path, &call->steps, ret)) {
	case SIM_PATH_FOUND:
		return true;
	case SIM_PATH_ENDLESS:
		/* Ours: QEMU walks on. */
		sim_call_fail(call, SIM_GENERIC_ERROR,
			      "The simulator walks %d steps of paths for one command",
			      SIM_QOM_STEPS_MAX);
		return false;
	case SIM_PATH_AMBIGUOUS:
		if (tells_ambiguity) {
			sim_call_fail(call, SIM_GENERIC_ERROR, "Path '%s' is ambiguous", path);
			return false;
		}
		/* fall through */
	default:
		sim_call_fail(call, SIM_DEVICE_NOT_FOUND, "Device '%s' not found", path);
		return false;
	}
}

/* "Property 'TYPE.NAME' ..."; `property` is NULL where there is none. */
static void refuse(struct sim_call *call, const struct sim_place *place,
		   const struct sim_property *property, const char *name, const char *what)
{
	struct buf type = { 0 };

	if (property != NULL && property->write == 'R') {
		sim_call_fail(call, SIM_GENERIC_ERROR, "Property 'virtio-balloon-device.%s' %s",
			      name, what);
		return;
	}

	sim_qom_append_type(&type, call->board, place);
	sim_call_fail(call, SIM_GENERIC_ERROR, "Property '%.*s.%s' %s", (int)type.len,
		      type.len > 0 ? type.data : "", name, what);
	if (type.error < 0)
		call->error.error = type.error;
	buf_done(&type);
}

void sim_command_qom_get(struct sim_call *call)
{
	const char *name = get_text(call, 1);
	struct sim_property property;
	struct sim_place place;
	struct buf *out;

	if (!resolve(call, get_text(call, 0), false, &place))
		return;
	if (sim_qom_is_balloon(&place) && string_equal(name, "guest-stats")) {
		sim_qom_append_stats(sim_call_return(call), call->board);
		return;
	}
	if (!sim_qom_find(call->board, &place, name, &property)) {
		refuse(call, &place, NULL, name, "not found");
		return;
	}
	out = sim_call_return(call);
	if (!sim_qom_append_value(out, call->board, &place, &property))
		refuse(call, &place, &property, name, "is not readable");
}

static void refuse_type(struct sim_call *call, const char *name, const char *expected)
{
	sim_call_fail(call, SIM_GENERIC_ERROR, "Invalid parameter type for '%s', expected: %s",
		      name, expected);
}

static void set_interval(struct sim_call *call)
{
	const struct sim_node *value = &call->tree->nodes[call->values[2]];

	if (value->kind != SIM_INTEGER)
		refuse_type(call, INTERVAL, "integer");
	else if (value->integer < 0)
		sim_call_fail(call, SIM_GENERIC_ERROR, "timer value must be greater than zero");
	else if (value->integer > UINT32_MAX)
		sim_call_fail(call, SIM_GENERIC_ERROR, "timer value is too big");
	else
		sim_balloon_set_interval(&call->board->balloon, (uint32_t)value->integer);
}

static void refuse_realized(struct sim_call *call, const struct sim_place *place, const char *name,
			    bool is_backend)
{
	const char *id = call->board->options.id;
	bool is_proxy = string_equal(place->object->path, "@") && !is_backend;
	const char *type =
		is_proxy ? sim_qom_get_bus_type(call->board->options.bus) : "virtio-balloon-device";
	bool has_name = id != NULL && string_equal(place->object->path, "@") && !is_backend;

	sim_call_fail(call, SIM_GENERIC_ERROR,
		      "Attempt to set property '%s' on %s%s%s (type '%s') after it was realized",
		      name, has_name ? "device '" : "anonymous device", has_name ? id : "",
		      has_name ? "'" : "", type);
}

/* A property that QEMU lets itself be told: the type is checked, nothing else happens here. */
static void accept(struct sim_call *call, const struct sim_property *property, const char *name)
{
	uint32_t value = call->values[2];
	enum sim_kind kind = call->tree->nodes[value].kind;
	struct sim_text type = property->type;
	bool is_link = type.len > 5 && memcmp(type.start, "link<", 5) == 0;

	if (type.len == 4 && memcmp(type.start, "bool", 4) == 0) {
		if (kind != SIM_TRUE && kind != SIM_FALSE)
			refuse_type(call, name, "boolean");
	} else if (memmem(type.start, type.len, "int", 3) != NULL && !is_link) {
		if (kind != SIM_INTEGER)
			refuse_type(call, name, "integer");
	} else if (kind != SIM_STRING) {
		refuse_type(call, name, "string");
	} else if (is_link) {
		struct sim_place place;

		resolve(call, sim_tree_text(call->tree, value), true, &place);
	}
}

void sim_command_qom_set(struct sim_call *call)
{
	const char *name = get_text(call, 1);
	struct sim_property property;
	struct sim_place place;

	if (!resolve(call, get_text(call, 0), false, &place))
		return;
	if (!sim_qom_find(call->board, &place, name, &property)) {
		refuse(call, &place, NULL, name, "not found");
	} else if (sim_qom_is_balloon(&place) && string_equal(name, INTERVAL)) {
		set_interval(call);
	} else if (property.write == 'r' || property.write == 'R') {
		refuse(call, &place, &property, name, "is not writable");
	} else if (property.write == 'd' || property.write == 'D') {
		refuse_realized(call, &place, name, property.write == 'D');
	} else {
		accept(call, &property, name);
	}
}

void sim_command_qom_list(struct sim_call *call)
{
	struct sim_cursor cursor = { 0 };
	struct sim_property property;
	struct sim_place place;
	bool is_first = true;
	struct buf *out;

	if (!resolve(call, get_text(call, 0), true, &place))
		return;
	out = sim_call_return(call);
	buf_append_string(out, "[");
	while (sim_qom_next(call->board, &place, &cursor, &property)) {
		buf_append_string(out, is_first ? "{\"name\": " : ", {\"name\": ");
		append_text(out, property.name);
		buf_append_string(out, ", \"type\": ");
		append_property_type(out, call->board, &property);
		buf_append_string(out, "}");
		is_first = false;
	}
	buf_append_string(out, "]");
}

static void append_properties(struct sim_call *call, struct buf *out, const struct sim_place *place)
{
	struct sim_cursor cursor = { 0 };
	struct sim_property property;
	bool is_first = true;

	buf_append_string(out, "{\"properties\": [");
	while (sim_qom_next(call->board, place, &cursor, &property)) {
		size_t before;

		buf_append_string(out, is_first ? "{\"name\": " : ", {\"name\": ");
		append_text(out, property.name);
		before = out->len;
		buf_append_string(out, ", \"value\": ");
		if (!sim_qom_append_value(out, call->board, place, &property))
			out->len = before;
		buf_append_string(out, ", \"type\": ");
		append_property_type(out, call->board, &property);
		buf_append_string(out, "}");
		is_first = false;
	}
	buf_append_string(out, "]}");
}

void sim_command_qom_list_get(struct sim_call *call)
{
	const struct sim_tree *tree = call->tree;
	uint32_t paths = call->values[0];
	struct buf *out = sim_call_return(call);
	struct sim_place place;

	buf_append_string(out, "[");
	for (uint32_t at = paths + 1; at < tree->nodes[paths].end; at++) {
		if (!resolve(call, sim_tree_text(tree, at), true, &place))
			return;
		if (at > paths + 1)
			buf_append_string(out, ", ");
		append_properties(call, out, &place);
		if (out->len - call->start > LIST_MAX) {
			sim_call_fail(call, SIM_GENERIC_ERROR,
				      "The simulator lists %d bytes of properties in one reply",
				      LIST_MAX);
			return;
		}
	}
	buf_append_string(out, "]");
}

/* The types around the balloon; QEMU has two thousand more. */
static const struct type {
	const char *name, *parent;
	bool is_abstract, is_device;
} types[] = {
	{ "virtio-balloon-pci-base", "virtio-pci", true, true },
	{ "virtio-balloon-pci", "virtio-balloon-pci-base", false, true },
	{ "virtio-balloon-pci-non-transitional", "virtio-balloon-pci-base", false, true },
	{ "virtio-balloon-pci-transitional", "virtio-balloon-pci-base", false, true },
	{ "virtio-balloon-device", "virtio-device", false, true },
	{ "virtio-pci", "pci-device", true, true },
	{ "pci-device", "device", true, true },
	{ "virtio-device", "device", true, true },
	{ "device", "object", true, true },
	{ "container", "object", false, false },
	{ "object", NULL, true, false },
};

static const struct type *find_type(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (name != NULL && string_equal(types[i].name, name))
			return &types[i];
	return NULL;
}

static bool is_a(const struct type *type, const char *name)
{
	while (type != NULL && !string_equal(type->name, name))
		type = find_type(type->parent);
	return type != NULL;
}

void sim_command_qom_list_types(struct sim_call *call)
{
	const char *implements = get_text(call, 0);
	bool with_abstract =
		call->values[1] != 0 && call->tree->nodes[call->values[1]].kind == SIM_TRUE;
	struct buf *out = sim_call_return(call);
	bool is_first = true;

	buf_append_string(out, "[");
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if ((types[i].is_abstract && !with_abstract) ||
		    (implements != NULL && !is_a(&types[i], implements)))
			continue;
		buf_append_string(out, is_first ? "{" : ", {");
		buf_append_string(out, types[i].is_abstract ? "\"abstract\": true, " : "");
		buf_append_string(out, "\"name\": \"");
		buf_append_string(out, types[i].name);
		buf_append_string(out, "\"");
		if (types[i].parent != NULL) {
			buf_append_string(out, ", \"parent\": \"");
			buf_append_string(out, types[i].parent);
			buf_append_string(out, "\"");
		}
		buf_append_string(out, "}");
		is_first = false;
	}
	buf_append_string(out, "]");
}

static bool is_listed(const struct type *type)
{
	return type->is_device && !type->is_abstract;
}

void sim_command_qom_list_properties(struct sim_call *call)
{
	const char *name = get_text(call, 0);
	const struct type *type = find_type(name);

	if (type == NULL)
		sim_call_fail(call, SIM_DEVICE_NOT_FOUND, "Class '%s' not found", name);
	else if (string_starts_with(name, "virtio-balloon-"))
		sim_qom_append_type_properties(sim_call_return(call), call->board, name, false);
	else
		buf_append_string(sim_call_return(call),
				  "[{\"name\": \"type\", \"type\": \"string\"}]");
}

void sim_command_device_list_properties(struct sim_call *call)
{
	const char *name = get_text(call, 0);
	const struct type *type = find_type(name);

	if (type == NULL)
		sim_call_fail(call, SIM_DEVICE_NOT_FOUND, "Device '%s' not found", name);
	else if (is_listed(type))
		sim_qom_append_type_properties(sim_call_return(call), call->board, name, true);
	else
		sim_call_fail(call, SIM_GENERIC_ERROR,
			      "Parameter 'typename' expects a non-abstract device type");
}

void sim_command_device_add(struct sim_call *call)
{
	const char *driver =
		call->tree->nodes[call->values[0]].kind == SIM_STRING ? get_text(call, 0) : NULL;
	const struct type *type;

	if (driver != NULL && string_equal(driver, "virtio-balloon"))
		driver = "virtio-balloon-pci";
	type = find_type(driver);
	if (driver == NULL)
		sim_call_fail(call, SIM_GENERIC_ERROR, "Parameter 'driver' is missing");
	else if (type == NULL)
		sim_call_fail(call, SIM_GENERIC_ERROR, "'%s' is not a valid device model name",
			      driver);
	else if (!is_listed(type))
		sim_call_fail(call, SIM_GENERIC_ERROR,
			      "Parameter 'driver' expects a non-abstract device type");
	else if (string_equal(driver, "virtio-balloon-device"))
		sim_call_fail(call, SIM_GENERIC_ERROR,
			      call->board->options.bus == SIM_BUS_MMIO
				      ? "Bus 'virtio-mmio-bus.6' does not support hotplugging"
				      : "A 'virtio-bus' bus was found but is full");
	else if (call->board->options.bus <= SIM_BUS_MMIO)
		sim_call_fail(call, SIM_GENERIC_ERROR, "No 'PCI' bus found for device '%s'",
			      driver);
	else
		sim_call_fail(call, SIM_GENERIC_ERROR, "Only one balloon device is supported");
}

/* The guest never lets the device go. */
void sim_command_device_del(struct sim_call *call)
{
	const char *id = get_text(call, 0);
	bool *is_unplugging = sim_server_get_unplug(call->server);
	struct sim_place place, balloon;

	if (!sim_qom_get_balloon(call->board, &balloon) ||
	    sim_qom_resolve(call->board, id, &call->steps, &place) != SIM_PATH_FOUND)
		sim_call_fail(call, SIM_DEVICE_NOT_FOUND, "Device '%s' not found", id);
	else if (place.object != balloon.object || place.leaf.len > 0)
		sim_call_fail(call, SIM_GENERIC_ERROR, "%s is not a hotpluggable device", id);
	else if (call->board->options.bus == SIM_BUS_MMIO)
		sim_call_fail(call, SIM_GENERIC_ERROR,
			      "Bus 'virtio-mmio-bus.7' does not support hotplugging");
	else if (*is_unplugging)
		sim_call_fail(call, SIM_GENERIC_ERROR,
			      "Device %s is already in the process of unplug", id);
	else
		*is_unplugging = true;
}
