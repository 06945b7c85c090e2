/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON for output, written member by member. Integers keep every digit; strings may hold anything:
 * control characters are escaped and bytes that are no UTF-8 become U+FFFD.
 *
 * `key` is the member's name inside an object and NULL inside an array and for the document.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

struct json {
	struct buffer *out;
	unsigned int depth;
	bool has_members; /* the innermost object or array has */
	bool is_line;     /* all of it on one line */
};

void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);

void json_put_string(struct json *json, const char *key, const char *text); /* NULL: null */
void json_put_u64(struct json *json, const char *key, uint64_t number);
void json_put_i64(struct json *json, const char *key, int64_t number);
void json_put_bool(struct json *json, const char *key, bool truth);
void json_put_null(struct json *json, const char *key);

/* A value that is JSON already: laid out as the rest, its strings escaped as the others are. */
void json_put_text(struct json *json, const char *key, const char *text);

#endif
