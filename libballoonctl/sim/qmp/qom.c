/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Paths to objects in QEMU's tree: absolute ones from the root, partial ones from every object, with
 * children and links as steps, and the properties that an object there has.
 */
#include "sim/qmp/qom.h"

#include <string.h>

#include "base/util.h"

#define ANONYMOUS_PATH  "/machine/peripheral-anon"
#define NAMED_PATH      "/machine/peripheral"
#define ANONYMOUS_CHILD "device[0]"

const struct sim_qom_table *sim_qom_get_table(const struct sim_board *board)
{
	static const struct sim_qom_table *const tables[] = {
		&sim_qom_table_7_2,
		&sim_qom_table_10_0,
		&sim_qom_table_11_1,
	};

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (string_equal(tables[i]->profile, board->options.profile->name))
			return tables[i];
	return tables[ARRAY_SIZE(tables) - 1];
}

static bool is_pci(enum sim_bus bus)
{
	return bus == SIM_BUS_PCI || bus == SIM_BUS_PCI_TRANSITIONAL ||
	       bus == SIM_BUS_PCI_NON_TRANSITIONAL;
}

static const struct sim_qom_object *get_objects(const struct sim_board *board)
{
	const struct sim_qom_table *table = sim_qom_get_table(board);

	return is_pci(board->options.bus) ? table->pci_objects : table->mmio_objects;
}

static bool text_equal(struct sim_text text, const char *word, size_t len)
{
	return text.len == len && memcmp(text.start, word, len) == 0;
}

static struct sim_text make_text(const char *text)
{
	return (struct sim_text){ text, strlen(text) };
}

static const struct sim_qom_object *find_object(const struct sim_board *board, const char *path,
						size_t len)
{
	if (len > 0 && path[0] == '@' && !sim_board_has_balloon(board))
		return NULL;
	for (const struct sim_qom_object *at = get_objects(board); at->path != NULL; at++)
		if (at->path[0] == path[0] && strlen(at->path) == len &&
		    memcmp(at->path, path, len) == 0)
			return at;
	return NULL;
}

static const char *get_balloon_name(const struct sim_board *board)
{
	return board->options.id != NULL ? board->options.id : ANONYMOUS_CHILD;
}

static const char *get_balloon_parent(const struct sim_board *board)
{
	return board->options.id != NULL ? NAMED_PATH : ANONYMOUS_PATH;
}

bool sim_qom_is_balloon(const struct sim_place *place)
{
	const char *path = place->object->path;

	return place->leaf.len == 0 && path[0] == '@' &&
	       (path[1] == '\0' || string_equal(path, "@/virtio-backend"));
}

/* One field of a line, up to a tab or the line's end. */
static struct sim_text take_field(const char **at)
{
	struct sim_text field = { *at, strcspn(*at, "\t\n") };

	*at += field.len + 1;
	return field;
}

static bool is_of_missing_balloon(const struct sim_board *board,
				  const struct sim_property *property)
{
	return !sim_board_has_balloon(board) &&
	       memmem(property->type.start, property->type.len, "virtio-balloon", 14) != NULL;
}

/* The fixed kinds of the PCI proxy lack properties of the common one, which the table shows. */
static bool is_of_other_kind(const struct sim_board *board, const struct sim_place *place,
			     const struct sim_property *property)
{
	enum sim_bus bus = board->options.bus;

	if (bus <= SIM_BUS_PCI || !string_equal(place->object->path, "@"))
		return false;
	return text_equal(property->name, "disable-legacy", 14) ||
	       text_equal(property->name, "disable-modern", 14) ||
	       (bus == SIM_BUS_PCI_NON_TRANSITIONAL &&
		text_equal(property->name, "virtio-pci[1]", 13));
}

bool sim_qom_next(const struct sim_board *board, const struct sim_place *place,
		  struct sim_cursor *cursor, struct sim_property *ret)
{
	if (place->leaf.len > 0) {
		*ret = (struct sim_property){
			make_text("type"), make_text("string"), { "", 0 }, 'r', false
		};
		ret->value = place->leaf_type;
		if (cursor->has_begun)
			return false;
		cursor->has_begun = true;
		return true;
	}
	if (!cursor->has_begun)
		cursor->at = place->object->properties;
	cursor->has_begun = true;
	while (*cursor->at != '\0') {
		ret->is_balloon = false;
		ret->name = take_field(&cursor->at);
		ret->type = take_field(&cursor->at);
		ret->write = *take_field(&cursor->at).start;
		ret->value = take_field(&cursor->at);
		if (!is_of_missing_balloon(board, ret) && !is_of_other_kind(board, place, ret))
			return true;
	}
	if (cursor->has_balloon || !sim_board_has_balloon(board) ||
	    !string_equal(place->object->path, get_balloon_parent(board)))
		return false;
	*ret = (struct sim_property){ .write = 'r', .is_balloon = true };
	cursor->has_balloon = true;
	ret->name = make_text(get_balloon_name(board));
	return true;
}

bool sim_qom_find(const struct sim_board *board, const struct sim_place *place, const char *name,
		  struct sim_property *ret)
{
	struct sim_cursor cursor = { 0 };
	size_t len = strlen(name);

	while (sim_qom_next(board, place, &cursor, ret))
		if (text_equal(ret->name, name, len))
			return true;
	return false;
}

/* The object at a path as tables write it. */
static bool find_place(const struct sim_board *board, const char *path, size_t len,
		       struct sim_place *ret)
{
	const char *slash = memrchr(path, '/', len);
	struct sim_property property;
	struct sim_cursor cursor = { 0 };

	*ret = (struct sim_place){ .object = find_object(board, path, len) };
	if (ret->object != NULL)
		return true;
	if (slash == NULL || slash == path)
		return false;
	ret->object = find_object(board, path, (size_t)(slash - path));
	if (ret->object == NULL)
		return false;
	while (sim_qom_next(board, ret, &cursor, &property)) {
		if (!text_equal(property.name, slash + 1, len - (size_t)(slash + 1 - path)) ||
		    property.type.len < 7 || memcmp(property.type.start, "child<", 6) != 0)
			continue;
		ret->leaf = property.name;
		ret->leaf_type =
			(struct sim_text){ property.type.start + 6, property.type.len - 7 };
		return true;
	}
	return false;
}

bool sim_qom_get_balloon(const struct sim_board *board, struct sim_place *ret)
{
	return find_place(board, "@", 1, ret);
}

static void step_to_child(const struct sim_board *board, struct sim_place *place,
			  const struct sim_property *property)
{
	const char *parent = place->object->path;
	size_t len = string_equal(parent, "/") ? 0 : strlen(parent);

	for (const struct sim_qom_object *at = get_objects(board); at->path != NULL; at++)
		if (strncmp(at->path, parent, len) == 0 && at->path[len] == '/' &&
		    text_equal(property->name, at->path + len + 1, strlen(at->path + len + 1))) {
			place->object = at;
			return;
		}
	place->leaf = property->name;
	place->leaf_type = (struct sim_text){ property->type.start + 6, property->type.len - 7 };
}

/* One component of a path. */
static bool step(const struct sim_board *board, struct sim_place *place, struct sim_text name)
{
	struct sim_property property;
	struct sim_cursor cursor = { 0 };

	if (place->leaf.len > 0)
		return false;
	do {
		if (!sim_qom_next(board, place, &cursor, &property))
			return false;
	} while (!text_equal(property.name, name.start, name.len));
	if (property.is_balloon)
		return sim_qom_get_balloon(board, place);
	if (property.type.len > 7 && memcmp(property.type.start, "child<", 6) == 0) {
		step_to_child(board, place, &property);
		return true;
	}
	if (property.type.len > 5 && memcmp(property.type.start, "link<", 5) == 0 &&
	    property.value.len > 2)
		return find_place(board, property.value.start + 1, property.value.len - 2, place);
	return false;
}

static bool walk(const struct sim_board *board, const char *path, uint32_t *steps,
		 struct sim_place *place)
{
	while (*path != '\0') {
		struct sim_text name = { path, strcspn(path, "/") };

		path += name.len;
		if (*path == '/')
			path++;
		if (name.len == 0)
			continue;
		if (*steps == 0)
			return false;
		--*steps;
		if (!step(board, place, name))
			return false;
	}
	return true;
}

/* The commonest path by far. */
static bool is_balloon_path(const struct sim_board *board, const char *path)
{
	const char *parent = get_balloon_parent(board);
	size_t len = strlen(parent);

	return sim_board_has_balloon(board) && strncmp(path, parent, len) == 0 &&
	       path[len] == '/' && string_equal(path + len + 1, get_balloon_name(board));
}

enum sim_resolution sim_qom_resolve(const struct sim_board *board, const char *path,
				    uint32_t *steps, struct sim_place *ret)
{
	struct sim_place place;
	unsigned int n = 0;

	if (is_balloon_path(board, path))
		return sim_qom_get_balloon(board, ret) ? SIM_PATH_FOUND : SIM_PATH_UNKNOWN;
	if (path[0] == '/') {
		find_place(board, "/", 1, ret);
		if (walk(board, path, steps, ret))
			return SIM_PATH_FOUND;
		return *steps == 0 ? SIM_PATH_ENDLESS : SIM_PATH_UNKNOWN;
	}
	if (path[0] == '\0')
		return SIM_PATH_AMBIGUOUS;
	for (const struct sim_qom_object *at = get_objects(board); at->path != NULL; at++) {
		if (at->path[0] == '@' && !sim_board_has_balloon(board))
			continue;
		place = (struct sim_place){ .object = at };
		if (!walk(board, path, steps, &place)) {
			if (*steps == 0)
				return SIM_PATH_ENDLESS;
			continue;
		}
		if (++n > 1)
			return SIM_PATH_AMBIGUOUS;
		*ret = place;
	}
	return n == 1 ? SIM_PATH_FOUND : SIM_PATH_UNKNOWN;
}
