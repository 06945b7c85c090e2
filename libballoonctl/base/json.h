/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one door for JSON that comes in, and for strings that go out as JSON. It is strict and exact:
 * integers of any size keep every digit, strings are valid UTF-8, trailing garbage, duplicate keys
 * (look-up is by exact case), single quotes, comments, NaN, leading zeros, raw control characters
 * and lone surrogates are refused, and depth, size and number of values are bounded. U+0000 in a
 * string becomes U+FFFD, because a C string would end there.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Bounds on one document. QEMU's deepest reply (query-qmp-schema aside, about ten levels) and its
 * largest (query-qmp-schema, about 30,000 values in 300 KiB) are far below. */
enum {
	JSON_DEPTH_MAX = 128,
	JSON_BYTES_MAX = 4 << 20,
	JSON_VALUES_MAX = 128 << 10,
};

struct json; /* one value inside a parsed document */

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INTEGER, /* a number token without fraction and exponent, of any length */
	JSON_REAL,    /* a number token with one of them */
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* Parse exactly one value, white space around it allowed. `*ret` is owned by the caller.
 * -EBADMSG: not JSON, or JSON that the door refuses; -E2BIG: beyond a bound; -ENOMEM. */
int json_parse(const char *text, size_t len, struct json **ret);
void json_free(struct json *json); /* the document, by its root; NULL is fine */

enum json_type json_get_type(const struct json *json);

/* Look-ups take NULL for a missing value and hand it on, so that a path can be written as nested
 * calls and checked once: member and child look-ups give NULL, the getters -ENOENT.
 * A value of another type gives NULL or -EINVAL. What they return is borrowed from the root. */
const struct json *json_member(const struct json *object, const char *key);
const struct json *json_first(const struct json *array_or_object);
const struct json *json_next(const struct json *child);
const char *json_key(const struct json *child); /* NULL outside an object */

int json_get_string(const struct json *json, const char **ret);
int json_get_bool(const struct json *json, bool *ret);
/* -ERANGE if the integer does not fit; a JSON_REAL is -EINVAL even when it is integral, as QEMU
 * itself refuses 1.0 for an integer. "-0" is 0. */
int json_get_i64(const struct json *json, int64_t *ret);
int json_get_u64(const struct json *json, uint64_t *ret);

/* Append `text` as a JSON string with its quotes, everything escaped that must be.
 * Invalid UTF-8 becomes U+FFFD. */
void json_append_string(struct buf *buf, const char *text);

/* Append a parsed value as JSON, without white space: numbers with the digits they came with,
 * members in their order. NULL is null. */
void json_append(struct buf *buf, const struct json *json);

#define json_for_each(child, parent) \
	for ((child) = json_first(parent); (child) != NULL; (child) = json_next(child))

#endif
