/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The object tree that a QMP client walks: paths to objects, objects to properties. The balloon is
 * alive; the rest of the machine is what QEMU showed when the tables were recorded.
 */
#ifndef SIM_QOM_H
#define SIM_QOM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "sim/board.h"
#include "sim/qmp/qom-table.h"
#include "sim/qmp/value.h"

struct sim_text {
	const char *start;
	size_t len;
};

/* An object: one of the table, or a child of it that has no entry of its own there. */
struct sim_place {
	const struct sim_qom_object *object;
	struct sim_text leaf, leaf_type; /* empty: the object itself */
};

struct sim_property {
	struct sim_text name, type, value;
	char write;
	bool is_balloon; /* the child that is the balloon */
};

enum sim_resolution {
	SIM_PATH_FOUND,
	SIM_PATH_UNKNOWN,
	SIM_PATH_AMBIGUOUS,
	SIM_PATH_ENDLESS,
};

enum {
	/* Of one command. Links can lead round in circles, a path may be as long as a message, and a
	 * partial one is tried from each of thirty objects; QEMU has no bound. */
	SIM_QOM_STEPS_MAX = 1 << 18,
};

/* Every step from an object to the next is taken from *steps; without any left the path is
 * endless. */
enum sim_resolution sim_qom_resolve(const struct sim_board *board, const char *path,
				    uint32_t *steps, struct sim_place *ret);

/* The balloon itself (on PCI: its proxy), if there is one. */
bool sim_qom_get_balloon(const struct sim_board *board, struct sim_place *ret);

/* The property behind the one that *cursor stands for; begin with a zeroed cursor. */
struct sim_cursor {
	const char *at;
	bool has_begun, has_balloon;
};
bool sim_qom_next(const struct sim_board *board, const struct sim_place *place,
		  struct sim_cursor *cursor, struct sim_property *ret);

bool sim_qom_find(const struct sim_board *board, const struct sim_place *place, const char *name,
		  struct sim_property *ret);

/* Is the object the balloon's device or its proxy, whose properties are alive? */
bool sim_qom_is_balloon(const struct sim_place *place);

/* Plain text: the object's type and path, and the property's type. */
void sim_qom_append_type(struct buf *buf, const struct sim_board *board,
			 const struct sim_place *place);
void sim_qom_append_path(struct buf *buf, const struct sim_board *board,
			 const struct sim_place *place);
void sim_qom_append_property_type(struct buf *buf, const struct sim_board *board,
				  const struct sim_property *property);

/* JSON: the property's value; false if QEMU can't read it either. */
bool sim_qom_append_value(struct buf *buf, const struct sim_board *board,
			  const struct sim_place *place, const struct sim_property *property);
void sim_qom_append_stats(struct buf *buf, const struct sim_board *board);

/* The balloon types. */
const char *sim_qom_get_bus_type(enum sim_bus bus);

const struct sim_qom_table *sim_qom_get_table(const struct sim_board *board);

/* JSON: what qom-list-properties or, with `is_device`, device-list-properties says of one of the
 * balloon types. */
void sim_qom_append_type_properties(struct buf *buf, const struct sim_board *board,
				    const char *type, bool is_device);

#endif
