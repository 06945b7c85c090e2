/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes into json_parse(). What passes is walked with every getter, written out again from the
 * tree and parsed once more: both trees must say the same. So strings, keys and integers are
 * checked against a second way of making them, and not only for crashes.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/util.h"
#include "fuzz.h"

static void check_text(const char *text)
{
	size_t len = strlen(text), size;

	for (; len > 0; len -= size, text += size) {
		size = text_decode(text, len, NULL);
		MUST(size > 0);
	}
}

static void append_integer(struct buf *out, const struct json *json)
{
	uint64_t u64 = 0;
	int64_t i64 = 0;
	int as_u64 = json_get_u64(json, &u64), as_i64 = json_get_i64(json, &i64);

	MUST(as_u64 == 0 || as_u64 == -ERANGE);
	MUST(as_i64 == 0 || as_i64 == -ERANGE);
	if (as_u64 == 0 && as_i64 == 0)
		MUST((int64_t)u64 == i64 && i64 >= 0);
	if (as_u64 == 0) {
		buf_append_u64(out, u64);
	} else if (as_i64 == 0) {
		MUST(i64 < 0);
		buf_append_string(out, "-");
		buf_append_u64(out, 0 - (uint64_t)i64);
	} else {
		buf_append_string(out, "99999999999999999999");
	}
}

static void append(struct buf *out, const struct json *json)
{
	const struct json *child;
	enum json_type type = json_get_type(json);
	const char *text;
	bool truth;

	switch (type) {
	case JSON_NULL:
		buf_append_string(out, "null");
		break;
	case JSON_BOOL:
		MUST(json_get_bool(json, &truth) == 0);
		buf_append_string(out, truth ? "true" : "false");
		break;
	case JSON_INTEGER:
		append_integer(out, json);
		break;
	case JSON_REAL:
		buf_append_string(out, "0.5");
		break;
	case JSON_STRING:
		MUST(json_get_string(json, &text) == 0);
		check_text(text);
		json_append_string(out, text);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_append_string(out, type == JSON_ARRAY ? "[" : "{");
		json_for_each (child, json) {
			if (child != json_first(json))
				buf_append_string(out, ",");
			MUST((json_key(child) != NULL) == (type == JSON_OBJECT));
			if (type == JSON_OBJECT) {
				check_text(json_key(child));
				MUST(json_member(json, json_key(child)) == child);
				json_append_string(out, json_key(child));
				buf_append_string(out, ":");
			}
			append(out, child);
		}
		buf_append_string(out, type == JSON_ARRAY ? "]" : "}");
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = { 0 }, twice = { 0 };
	struct json *json = NULL, *again = NULL;
	int result = json_parse((const char *)data, size, &json);

	if (result < 0) {
		MUST(result == -EBADMSG || result == -E2BIG);
		MUST(json == NULL);
		return 0;
	}
	append(&once, json);
	MUST(once.error == 0 && once.len < JSON_BYTES_MAX);
	MUST(json_parse(once.data, once.len, &again) == 0);
	append(&twice, again);
	MUST(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
	json_free(json);
	json_free(again);
	buf_done(&once);
	buf_done(&twice);
	return 0;
}
