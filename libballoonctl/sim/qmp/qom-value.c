/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is told of the objects in QEMU's tree: types, paths and values, those of the balloon as it is
 * now, the rest out of the tables.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/util.h"
#include "sim/qmp/output.h"
#include "sim/qmp/qom.h"

#define STAT(name)                                                           \
	{                                                                    \
		", \"stat-" name "\": ", sizeof(", \"stat-" name "\": ") - 1 \
	}

/* By tag. */
static const struct {
	char text[32];
	uint8_t len;
} stat_members[SIM_STATS_MAX] = {
	STAT("swap-in"),          STAT("swap-out"),     STAT("major-faults"),
	STAT("minor-faults"),     STAT("free-memory"),  STAT("total-memory"),
	STAT("available-memory"), STAT("disk-caches"),  STAT("htlb-pgalloc"),
	STAT("htlb-pgfail"),      STAT("oom-kills"),    STAT("alloc-stalls"),
	STAT("async-scans"),      STAT("direct-scans"), STAT("async-reclaims"),
	STAT("direct-reclaims"),
};

enum {
	DIGITS_MAX = 20,
};

const char *sim_qom_get_bus_type(enum sim_bus bus)
{
	static const char *const types[] = {
		[SIM_BUS_NONE] = "",
		[SIM_BUS_MMIO] = "virtio-balloon-device",
		[SIM_BUS_PCI] = "virtio-balloon-pci",
		[SIM_BUS_PCI_TRANSITIONAL] = "virtio-balloon-pci-transitional",
		[SIM_BUS_PCI_NON_TRANSITIONAL] = "virtio-balloon-pci-non-transitional",
	};

	return types[bus];
}

static void append_balloon_path(struct buf *buf, const struct sim_board *board)
{
	const char *id = board->options.id;

	buf_append_string(buf, id != NULL ? "/machine/peripheral/" : "/machine/peripheral-anon/");
	buf_append_string(buf, id != NULL ? id : "device[0]");
}

/* As the PC's clock shows it. */
static void append_time(struct buf *buf, const struct sim_board *board)
{
	time_t seconds = (time_t)(board->clock.wall_ns / SIM_NS_PER_S);
	char text[160];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	snprintf(text, sizeof(text),
		 "{\"tm_year\": %d, \"tm_sec\": %d, \"tm_hour\": %d, \"tm_min\": %d, "
		 "\"tm_mon\": %d, \"tm_mday\": %d}",
		 tm.tm_year, tm.tm_sec, tm.tm_hour, tm.tm_min, tm.tm_mon, tm.tm_mday);
	buf_append_string(buf, text);
}

/* Table text with what stands for something in its place. */
static void append_expanded(struct buf *buf, const struct sim_board *board, struct sim_text text)
{
	static const char proxy[] = "virtio-balloon-pci";
	size_t len = sizeof(proxy) - 1;
	const char *end = text.start + text.len;

	for (const char *at = text.start; at < end; at++) {
		size_t left = (size_t)(end - at);

		if (*at == '@') {
			append_balloon_path(buf, board);
		} else if (left >= 4 && memcmp(at, "$ram", 4) == 0) {
			buf_append_u64(buf, board->options.ram_bytes);
			at += 3;
		} else if (left >= 5 && memcmp(at, "$time", 5) == 0) {
			append_time(buf, board);
			at += 4;
		} else if (left > len && memcmp(at, proxy, len) == 0 &&
			   (at[len] == '>' || at[len] == '"')) {
			buf_append_string(buf, sim_qom_get_bus_type(board->options.bus));
			at += len - 1;
		} else {
			buf_append(buf, at, 1);
		}
	}
}

void sim_qom_append_type(struct buf *buf, const struct sim_board *board,
			 const struct sim_place *place)
{
	if (place->leaf.len > 0)
		buf_append(buf, place->leaf_type.start, place->leaf_type.len);
	else if (string_equal(place->object->path, "@"))
		buf_append_string(buf, sim_qom_get_bus_type(board->options.bus));
	else
		buf_append_string(buf, place->object->type);
}

void sim_qom_append_path(struct buf *buf, const struct sim_board *board,
			 const struct sim_place *place)
{
	const char *path = place->object->path;

	append_expanded(buf, board, (struct sim_text){ path, strlen(path) });
	if (place->leaf.len == 0)
		return;
	buf_append_string(buf, "/");
	buf_append(buf, place->leaf.start, place->leaf.len);
}

void sim_qom_append_property_type(struct buf *buf, const struct sim_board *board,
				  const struct sim_property *property)
{
	if (property->is_balloon) {
		buf_append_string(buf, "child<");
		buf_append_string(buf, sim_qom_get_bus_type(board->options.bus));
		buf_append_string(buf, ">");
	} else {
		append_expanded(buf, board, property->type);
	}
}

/* Two digits at a time: most of what a polled machine does is to write these numbers. */
static char *write_number(char *to, uint64_t number)
{
	char digits[DIGITS_MAX];
	size_t first = DIGITS_MAX;

	while (number >= 100) {
		unsigned int pair = (unsigned int)(number % 100);

		number /= 100;
		digits[--first] = (char)('0' + pair % 10);
		digits[--first] = (char)('0' + pair / 10);
	}
	digits[--first] = (char)('0' + number % 10);
	if (number >= 10)
		digits[--first] = (char)('0' + number / 10);
	memcpy(to, digits + first, DIGITS_MAX - first);
	return to + (DIGITS_MAX - first);
}

void sim_qom_append_stats(struct buf *buf, const struct sim_board *board)
{
	static const char head[] = "{\"stats\": {", tail[] = "}, \"last-update\": ";
	const struct sim_profile *profile = board->options.profile;
	const struct sim_balloon *balloon = &board->balloon;
	char *start = buf_reserve(buf, sizeof(head) + SIM_STATS_MAX * (sizeof(stat_members[0]) +
								       DIGITS_MAX));
	char *to = start;

	if (start == NULL)
		return;
	to = mempcpy(to, head, sizeof(head) - 1);
	for (unsigned int i = 0; i < profile->n_stats; i++) {
		unsigned int tag = profile->stat_order[i], skipped = i == 0 ? 2 : 0;

		to = mempcpy(to, stat_members[tag].text + skipped, stat_members[tag].len - skipped);
		to = write_number(to, balloon->stats[tag]);
	}
	buf->len += (size_t)(to - start);
	buf_append(buf, tail, sizeof(tail) - 1);
	sim_output_integer(buf, balloon->last_update_s);
	buf_append_string(buf, "}");
}

/* A property of the balloon that isn't what the tables show: true if it was one. */
static bool append_own_value(struct buf *buf, const struct sim_board *board, struct sim_text name)
{
	const struct sim_balloon_options *options = &board->options.balloon;
	const struct {
		const char *name;
		bool value;
	} rows[] = {
		{ "deflate-on-oom", options->deflate_on_oom },
		{ "page-poison", options->page_poison },
		{ "free-page-reporting", options->free_page_reporting },
		{ "free-page-hint", options->free_page_hint },
		{ "event_idx", options->event_idx },
		{ "indirect_desc", options->indirect_desc },
		{ "packed", options->packed },
		{ "in_order", options->in_order },
		{ "qemu-4-0-config-size", options->old_config_size },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strlen(rows[i].name) == name.len &&
		    memcmp(rows[i].name, name.start, name.len) == 0) {
			buf_append_string(buf, rows[i].value ? "true" : "false");
			return true;
		}
	if (name.len == 11 && memcmp(name.start, "guest-stats", 11) == 0) {
		sim_qom_append_stats(buf, board);
		return true;
	}
	if (name.len == 28 && memcmp(name.start, "guest-stats-polling-interval", 28) == 0) {
		buf_append_u64(buf, board->balloon.interval_s);
		return true;
	}
	return false;
}

static void append_child_path(struct buf *buf, const struct sim_board *board,
			      const struct sim_place *place, struct sim_text name)
{
	struct buf path = { 0 };

	if (!string_equal(place->object->path, "/"))
		sim_qom_append_path(&path, board, place);
	buf_append_string(&path, "/");
	buf_append(&path, name.start, name.len);
	if (path.error == 0)
		sim_output_string(buf, path.data, path.len);
	else
		buf->error = path.error;
	buf_done(&path);
}

bool sim_qom_append_value(struct buf *buf, const struct sim_board *board,
			  const struct sim_place *place, const struct sim_property *property)
{
	if (property->is_balloon ||
	    (property->type.len > 6 && memcmp(property->type.start, "child<", 6) == 0)) {
		append_child_path(buf, board, place, property->name);
		return true;
	}
	if (place->leaf.len > 0) {
		sim_output_string(buf, property->value.start, property->value.len);
		return true;
	}
	if (sim_qom_is_balloon(place) && append_own_value(buf, board, property->name))
		return true;
	if (property->value.len == 1 && *property->value.start == '!')
		return false;
	append_expanded(buf, board, property->value);
	return true;
}

/* One line of a type's properties. */
struct row {
	struct sim_text fields[5]; /* name, type, marks, description, default */
};

static const char *read_row(const char *at, struct row *row)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(row->fields); i++) {
		row->fields[i] = (struct sim_text){ at, strcspn(at, "\t\n") };
		at += row->fields[i].len + 1;
	}
	return at;
}

static void append_row(struct buf *buf, const struct row *row, bool with_default)
{
	buf_append_string(buf, "{");
	if (with_default && row->fields[4].len > 0) {
		buf_append_string(buf, "\"default-value\": ");
		buf_append(buf, row->fields[4].start, row->fields[4].len);
		buf_append_string(buf, ", ");
	}
	buf_append_string(buf, "\"name\": ");
	sim_output_string(buf, row->fields[0].start, row->fields[0].len);
	if (row->fields[3].len > 0) {
		buf_append_string(buf, ", \"description\": ");
		sim_output_string(buf, row->fields[3].start, row->fields[3].len);
	}
	buf_append_string(buf, ", \"type\": ");
	sim_output_string(buf, row->fields[1].start, row->fields[1].len);
	buf_append_string(buf, "}");
}

static bool is_named(struct sim_text text, const char *name)
{
	return text.len == strlen(name) && memcmp(text.start, name, text.len) == 0;
}

void sim_qom_append_type_properties(struct buf *buf, const struct sim_board *board,
				    const char *type, bool is_device)
{
	const struct sim_qom_table *table = sim_qom_get_table(board);
	bool is_proxy = string_starts_with(type, "virtio-balloon-pci");
	bool is_base = string_equal(type, "virtio-balloon-pci-base");
	bool is_fixed = is_proxy && !is_base && !string_equal(type, "virtio-balloon-pci");
	const char *at = is_proxy ? table->pci_properties : table->mmio_properties;
	bool is_first = true;

	buf_append_string(buf, "[");
	while (*at != '\0') {
		struct row row;

		at = read_row(at, &row);
		if ((is_device && *row.fields[2].start == '-') ||
		    (is_base && row.fields[2].len < 2) ||
		    (is_fixed && (is_named(row.fields[0], "disable-legacy") ||
				  is_named(row.fields[0], "disable-modern"))))
			continue;
		if (!is_first)
			buf_append_string(buf, ", ");
		is_first = false;
		append_row(buf, &row, is_device || table->types_show_defaults);
	}
	buf_append_string(buf, "]");
}
