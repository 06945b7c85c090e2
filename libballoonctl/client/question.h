/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two tables of the client: which QMP commands there are to ask and how each answer is read,
 * and which of them make an operation. The order of an operation's questions is the order on the
 * wire, and QEMU works it off in that order.
 */
#ifndef CLIENT_QUESTION_H
#define CLIENT_QUESTION_H

#include "client/call.h"

/* Further rounds of questions, behind those that operations begin with. */
enum {
	ROUND_ASK_OFF_AND_ON = OPERATION_GET_VALUES + 1,
	ROUND_ASK_ON_AND_OFF,
	ROUND_LOOK,
};

struct question_row {
	const char *command;  /* "" for the call's own */
	const char *path;     /* argument `path`, NULL for the balloon's */
	const char *property; /* argument `property`, which implies a path */
	enum {
		NO_VALUE,
		VALUE_OF_CALL,
		VALUE_FOUND,
		VALUE_MOMENTARY,
		VALUE_OFF,
	} value;        /* argument `value`: what is to be set */
	bool has_queue; /* arguments `path`, of the device behind the proxy, and `queue` */
	uint16_t queue;
	bool is_optional;  /* QEMU may refuse it; then nothing is decoded */
	enum vm_fact fact; /* it is asked once for all calls of a connection */
	int (*decode)(struct balloonctl_completion *call, struct vm *vm, const struct json *value);
};

/* The questions of an operation, or of a further round, by their place; one without a command ends
 * them. */
const struct question_row *question_get(unsigned int round, size_t slot);

/* Does the operation ask the balloon by its path? */
bool question_needs_device(unsigned int operation);

#endif
