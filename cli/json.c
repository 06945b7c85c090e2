/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON writer (RFC 8259): one member on each line with two spaces for each level, or all on one
 * line. */
#include "json.h"

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

	if (json->is_line)
		return;
	buffer_append(json->out, spaces, len < sizeof(spaces) ? len : sizeof(spaces) - 1);
	for (; len >= sizeof(spaces); len--) /* other people's values may be deep */
		buffer_append(json->out, " ", 1);
}

static void begin(struct json *json, const char *key)
{
	if (json->has_members)
		buffer_append(json->out, ", ", json->is_line ? 2 : 1);
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

/* The string that begins here, with its quotes; characters that drive a terminal are escaped, and
 * none of them is beyond U+FFFF. Returns its end. */
static const char *append_string_token(struct buffer *out, const char *text)
{
	const char *end = text + strlen(text);
	bool is_escaped = false, is_open = true;
	uint32_t point;
	size_t size;

	for (size_t at = 0; text < end && is_open; at++, text += size) {
		size = text_decode(text, (size_t)(end - text), &point);
		is_open = at == 0 || is_escaped || *text != '"';
		is_escaped = *text == '\\' && !is_escaped;
		if (size > 0 && !text_is_harmless(point))
			append_escape(out, point);
		else
			buffer_append(out, text, size);
		size += size == 0; /* what is no UTF-8 is left out, and the library sends none */
	}
	return text;
}

/* White space in it is ours to choose. */
static const char *append_token(struct json *json, const char *text)
{
	static const char ends[] = " \t\n\r,:]}";
	size_t len;

	switch (*text) {
	case '"':
		return append_string_token(json->out, text);
	case '{':
	case '[':
		buffer_append(json->out, text, 1);
		json->depth++;
		len = 1 + strspn(text + 1, " \t\n\r");
		if (text[len] != '}' && text[len] != ']')
			indent(json);
		return text + 1;
	case ',':
		buffer_append(json->out, ",", 1);
		indent(json);
		return text + 1;
	case ':':
		buffer_append(json->out, ": ", 2);
		return text + 1;
	default:
		len = strcspn(text, ends);
		buffer_append(json->out, text, len);
		return text + len;
	}
}

void json_put_text(struct json *json, const char *key, const char *text)
{
	bool is_empty = false; /* a bracket has just been opened */

	begin(json, key);
	while (*(text += strspn(text, " \t\n\r")) != '\0') {
		if (*text == '}' || *text == ']') {
			json->depth--;
			if (!is_empty)
				indent(json);
			buffer_append(json->out, text++, 1);
			is_empty = false;
		} else {
			is_empty = *text == '{' || *text == '[';
			text = append_token(json, text);
		}
	}
}
