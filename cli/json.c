/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON writer (RFC 8259): one member on each line, two spaces for each level. */
#include "json.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

/* All that need one have at most four digits. */
static void append_escape(struct buffer *out, uint32_t point)
{
	static const char digits[] = "0123456789abcdef";
	char escape[6] = { '\\',
			   'u',
			   digits[point >> 12 & 15],
			   digits[point >> 8 & 15],
			   digits[point >> 4 & 15],
			   digits[point & 15] };

	if (point == '"' || point == '\\') {
		escape[1] = (char)point;
		buffer_append(out, escape, 2);
	} else {
		buffer_append(out, escape, sizeof(escape));
	}
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* JSON itself asks for fewer escapes, but the document may meet a terminal. */
static void append_quoted(struct buffer *out, const char *text)
{
	size_t left = strlen(text);

	buffer_append(out, "\"", 1);
	while (left > 0) {
		size_t size = 0;
		uint32_t point;

		while (size < left && is_plain(text[size]))
			size++;
		if (size > 0) {
			buffer_append(out, text, size);
		} else if ((size = text_decode(text, left, &point)) == 0) {
			buffer_append_string(out, "\\ufffd");
			size = 1;
		} else if (text_is_harmless(point) && point != '"' && point != '\\') {
			buffer_append(out, text, size);
		} else {
			append_escape(out, point);
		}
		text += size;
		left -= size;
	}
	buffer_append(out, "\"", 1);
}

static void indent(struct json *json)
{
	static const char spaces[] = "\n                ";
	size_t len = 1 + (size_t)json->depth * 2;

	assert(len < sizeof(spaces));
	buffer_append(json->out, spaces, len);
}

static void begin(struct json *json, const char *key)
{
	if (json->has_members)
		buffer_append(json->out, ",", 1);
	if (json->depth > 0)
		indent(json);
	json->has_members = true;
	if (key == NULL)
		return;
	append_quoted(json->out, key);
	buffer_append(json->out, ": ", 2);
}

static void open_level(struct json *json, const char *key, const char *bracket)
{
	begin(json, key);
	buffer_append(json->out, bracket, 1);
	json->depth++;
	json->has_members = false;
}

static void close_level(struct json *json, const char *bracket)
{
	json->depth--;
	if (json->has_members)
		indent(json);
	buffer_append(json->out, bracket, 1);
	if (json->depth == 0)
		buffer_append(json->out, "\n", 1);
	json->has_members = true;
}

void json_open_object(struct json *json, const char *key)
{
	open_level(json, key, "{");
}

void json_close_object(struct json *json)
{
	close_level(json, "}");
}

void json_open_array(struct json *json, const char *key)
{
	open_level(json, key, "[");
}

void json_close_array(struct json *json)
{
	close_level(json, "]");
}

void json_put_string(struct json *json, const char *key, const char *text)
{
	if (text == NULL) {
		json_put_null(json, key);
		return;
	}
	begin(json, key);
	append_quoted(json->out, text);
}

void json_put_u64(struct json *json, const char *key, uint64_t number)
{
	begin(json, key);
	buffer_append_u64(json->out, number);
}

void json_put_i64(struct json *json, const char *key, int64_t number)
{
	begin(json, key);
	buffer_append_i64(json->out, number);
}

void json_put_bool(struct json *json, const char *key, bool truth)
{
	begin(json, key);
	buffer_append_string(json->out, truth ? "true" : "false");
}

void json_put_null(struct json *json, const char *key)
{
	begin(json, key);
	buffer_append_string(json->out, "null");
}
