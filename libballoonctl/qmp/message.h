/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One QMP message, from and to JSON (QEMU's QMP specification, sections 2.2 to 2.5): greeting,
 * return, error and event come in, commands go out.
 */
#ifndef QMP_MESSAGE_H
#define QMP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"

enum message_kind {
	MESSAGE_GREETING,
	MESSAGE_RETURN,
	MESSAGE_ERROR,
	MESSAGE_EVENT,
};

/* The const pointers are borrowed from `root`. */
struct message {
	enum message_kind kind;
	struct json *root;
	bool has_id;             /* return and error */
	uint64_t id;             /* ours are small integers, 1 and up; 0 for any other kind */
	const struct json *body; /* greeting: version; return: its value; event: data or NULL */
	const char *name;        /* error: class; event: its name */
	const char *description; /* error: QEMU's words */
	int64_t timestamp_us;    /* event: since the epoch, -1 for unknown */
	char *text;              /* event: as it was sent; whoever takes it sets it to NULL */
};

/* -EBADMSG, -E2BIG, -ENOMEM as json_parse(); -EPROTO: good JSON that is no QMP message. */
int message_parse(const char *text, size_t len, struct message *ret);
void message_done(struct message *message);

/* A named argument: a parsed value if `value` is not NULL, else a string if `string` is not NULL,
 * else a number. */
struct argument {
	const char *name; /* NULL ends an array of them */
	const char *string;
	uint64_t number;
	const struct json *value;
};

/* Append a command, as short as JSON allows: QEMU takes about 3 µs for each byte.
 * `arguments` may be NULL; an id of 0 is left out. */
void message_append_command(struct buf *out, const char *command, const struct argument *arguments,
			    uint64_t id);

#endif
