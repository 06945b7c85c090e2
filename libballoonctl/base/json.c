/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the values of a document, and writes strings and values as JSON. */
#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json-value.h"
#include "base/text.h"
#include "base/util.h"
#include "base/word.h"

void json_free(struct json *json)
{
	struct document *document;

	if (json == NULL)
		return;
	document = (struct document *)((char *)json - offsetof(struct document, values));
	free(document->texts);
	free(document);
}

enum json_type json_get_type(const struct json *json)
{
	return (enum json_type)json->type;
}

const struct json *json_member(const struct json *object, const char *key)
{
	const struct json *child;

	if (object == NULL || json_get_type(object) != JSON_OBJECT)
		return NULL;
	json_for_each (child, object)
		if (string_equal(child->key, key))
			return child;
	return NULL;
}

const struct json *json_first(const struct json *array_or_object)
{
	if (array_or_object == NULL || !array_or_object->has_children)
		return NULL;
	return array_or_object + 1;
}

const struct json *json_next(const struct json *child)
{
	return child != NULL && child->next > 0 ? child + child->next : NULL;
}

const char *json_key(const struct json *child)
{
	return child != NULL ? child->key : NULL;
}

int json_get_string(const struct json *json, const char **ret)
{
	if (json == NULL)
		return -ENOENT;
	if (json_get_type(json) != JSON_STRING)
		return -EINVAL;
	*ret = json->text;
	return 0;
}

int json_get_bool(const struct json *json, bool *ret)
{
	if (json == NULL)
		return -ENOENT;
	if (json_get_type(json) != JSON_BOOL)
		return -EINVAL;
	*ret = json->number == 1;
	return 0;
}

int json_get_i64(const struct json *json, int64_t *ret)
{
	if (json == NULL)
		return -ENOENT;
	if (json_get_type(json) != JSON_INTEGER)
		return -EINVAL;
	if (json->is_too_long || json->number > (uint64_t)INT64_MAX + json->is_negative)
		return -ERANGE;
	*ret = (int64_t)(json->is_negative ? 0 - json->number : json->number);
	return 0;
}

int json_get_u64(const struct json *json, uint64_t *ret)
{
	if (json == NULL)
		return -ENOENT;
	if (json_get_type(json) != JSON_INTEGER)
		return -EINVAL;
	if (json->is_too_long || (json->is_negative && json->number > 0))
		return -ERANGE;
	*ret = json->number;
	return 0;
}

/* Writing ---------------------------------------------------------------------------------------*/

static void append_escape(struct buf *buf, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	char escape[6] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };

	buf_append(buf, escape, sizeof(escape));
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static size_t count_plain(const char *text, const char *end)
{
	const char *at = text;

	for (; end - at >= 8; at += 8) {
		uint64_t word = word_load(at);

		if (word_below(word, 0x20) | word_equal(word, '"') | word_equal(word, '\\') |
		    word_equal(word, 0x7f) | (word & WORD_HIGH))
			break;
	}
	while (at < end && is_plain(*at))
		at++;
	return (size_t)(at - text);
}

/* Most of what we write is plain. */
static bool append_plain_string(struct buf *buf, const char *text, size_t len)
{
	char *room;

	if (count_plain(text, text + len) < len)
		return false;
	room = buf_reserve(buf, len + 2);
	if (room == NULL)
		return true;
	room[0] = '"';
	memcpy(room + 1, text, len);
	room[len + 1] = '"';
	buf->len += len + 2;
	return true;
}

void json_append_string(struct buf *buf, const char *text)
{
	size_t len = strlen(text), size;
	const char *end = text + len;

	if (append_plain_string(buf, text, len))
		return;
	buf_append(buf, "\"", 1);
	for (; text < end; text += size) {
		size = count_plain(text, end);
		if (size > 0) {
			buf_append(buf, text, size);
			continue;
		}
		size = text_decode(text, (size_t)(end - text), NULL);
		if (size == 0) {
			buf_append_string(buf, "\xef\xbf\xbd");
			size = 1;
		} else if (*text == '"' || *text == '\\') {
			char escape[2] = { '\\', *text };

			buf_append(buf, escape, sizeof(escape));
		} else if ((unsigned char)*text < 0x20) {
			append_escape(buf, (unsigned char)*text);
		} else {
			buf_append(buf, text, size);
		}
	}
	buf_append(buf, "\"", 1);
}

/* At most JSON_DEPTH_MAX levels: deeper ones have not been parsed. */
static void append_children(struct buf *buf, const struct json *parent, const char brackets[2])
{
	const struct json *child;

	buf_append(buf, &brackets[0], 1);
	json_for_each (child, parent) {
		if (child != json_first(parent))
			buf_append(buf, ",", 1);
		if (json_key(child) != NULL) {
			json_append_string(buf, json_key(child));
			buf_append(buf, ":", 1);
		}
		json_append(buf, child);
	}
	buf_append(buf, &brackets[1], 1);
}

void json_append(struct buf *buf, const struct json *json)
{
	switch (json == NULL ? JSON_NULL : json_get_type(json)) {
	case JSON_NULL:
		buf_append_string(buf, "null");
		break;
	case JSON_BOOL:
		buf_append_string(buf, json->number == 1 ? "true" : "false");
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		buf_append(buf, json->text, strspn(json->text, "+-.0123456789Ee"));
		break;
	case JSON_STRING:
		json_append_string(buf, json->text);
		break;
	case JSON_ARRAY:
		append_children(buf, json, "[]");
		break;
	case JSON_OBJECT:
		append_children(buf, json, "{}");
		break;
	}
}
