/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The QMP commands: what arguments each takes and what it does. The server checks the arguments,
 * calls, and puts the reply around what comes back.
 */
#ifndef SIM_COMMAND_H
#define SIM_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/util.h"
#include "sim/board.h"
#include "sim/qmp/value.h"

enum {
	SIM_PARAMETERS_MAX = 4,
};

struct sim_server;

enum sim_parameter_type {
	SIM_PARAMETER_ANY,
	SIM_PARAMETER_STRING,
	SIM_PARAMETER_BOOLEAN,
	SIM_PARAMETER_INTEGER,
	SIM_PARAMETER_UINT16,
	SIM_PARAMETER_STRINGS, /* an array */
};

struct sim_parameter {
	const char *name;
	enum sim_parameter_type type;
	bool is_optional;
};

struct sim_call {
	struct sim_server *server;
	struct sim_board *board;
	const struct sim_tree *tree;
	uint32_t arguments;                  /* node of the object, 0 if there is none */
	uint32_t values[SIM_PARAMETERS_MAX]; /* nodes by parameter, 0 if not given */
	struct buf *output;
	size_t start;   /* of the reply in the output */
	uint32_t steps; /* that its paths may still take, from SIM_QOM_STEPS_MAX on */
	bool has_begun;
	const char *error_class; /* NULL: none */
	struct buf error;
};

struct sim_command {
	const char *name;
	void (*run)(struct sim_call *call);
	struct sim_parameter parameters[SIM_PARAMETERS_MAX];
	bool takes_more; /* arguments that are not in the list */
};

/* The command of that name in the board's version, or NULL. */
const struct sim_command *sim_command_find(const struct sim_board *board, const char *name);

/* Take the values out of the arguments in the command's order: false, with an error set, if they are
 * not what it takes. */
bool sim_command_check(const struct sim_command *command, struct sim_call *call);

/* For commands: where to put what they return, events first; without it that is "{}". Or an error,
 * which takes back what was put there. */
struct buf *sim_call_return(struct sim_call *call);
void sim_call_fail(struct sim_call *call, const char *class, const char *format, ...)
	PRINTF_FORMAT(3, 4);
/* No reply can be made: the conversation ends. */
void sim_call_fail_memory(struct sim_call *call);

#define SIM_GENERIC_ERROR     "GenericError"
#define SIM_DEVICE_NOT_FOUND  "DeviceNotFound"
#define SIM_DEVICE_NOT_ACTIVE "DeviceNotActive"
#define SIM_COMMAND_NOT_FOUND "CommandNotFound"

/* server.c's own */
void sim_command_negotiate(struct sim_call *call);
void sim_server_append_version(struct buf *buf, const struct sim_profile *profile);
bool *sim_server_get_unplug(struct sim_server *server);

/* command-qom.c */
void sim_command_qom_get(struct sim_call *call);
void sim_command_qom_set(struct sim_call *call);
void sim_command_qom_list(struct sim_call *call);
void sim_command_qom_list_get(struct sim_call *call);
void sim_command_qom_list_types(struct sim_call *call);
void sim_command_qom_list_properties(struct sim_call *call);
void sim_command_device_list_properties(struct sim_call *call);
void sim_command_device_add(struct sim_call *call);
void sim_command_device_del(struct sim_call *call);

/* command-virtio.c */
void sim_command_x_query_virtio(struct sim_call *call);
void sim_command_x_query_virtio_queue_status(struct sim_call *call);

#endif
