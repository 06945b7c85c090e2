/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The door itself. cJSON keeps the tree and this file builds it, from the tokens of json-scan.h:
 * cJSON's own parser knows only doubles, is lax where the header promises to be strict, and takes
 * a malloc for every string. A struct json is a cJSON behind a cast; a number is a cJSON_Raw, its
 * text as it came and its JSON_INTEGER or JSON_REAL in valueint.
 */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json-scan.h"
#include "base/text.h"
#include "base/util.h"

static const cJSON *node(const struct json *json)
{
	return (const cJSON *)(const void *)json;
}

static const struct json *from_node(const cJSON *item)
{
	return (const struct json *)(const void *)item;
}

/* Duplicate keys --------------------------------------------------------------------------------*/

enum {
	SMALL_OBJECT = 32
};

/* One of 64 bits, from where the keys of one object differ most. A peer that aims at one bit gets
 * no more than SMALL_OBJECT squared. */
static uint64_t key_bit(const char *key)
{
	size_t len = strlen(key);
	unsigned int sum = (unsigned int)len;

	if (len > 0)
		sum += 5 * (unsigned char)key[len - 1] + 11 * (unsigned char)key[len / 2];
	return UINT64_C(1) << (sum & 63);
}

/* A key is compared with the ones before it only if its hash has a bit in common with theirs. */
static bool small_has_duplicates(const cJSON *object)
{
	uint64_t seen = 0;

	for (const cJSON *child = object->child; child != NULL; child = child->next) {
		uint64_t bit = key_bit(child->string);

		if (seen & bit)
			for (const cJSON *other = object->child; other != child;
			     other = other->next)
				if (string_equal(other->string, child->string))
					return true;
		seen |= bit;
	}
	return false;
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that a hostile object of 100,000 members costs no 5,000,000,000 comparisons. */
static int large_check_duplicates(const cJSON *object, size_t members)
{
	const char **keys = calloc(members, sizeof(*keys));
	size_t n = 0;
	int result = 0;

	if (keys == NULL)
		return -ENOMEM;
	for (const cJSON *child = object->child; child != NULL; child = child->next)
		keys[n++] = child->string;
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < n && result == 0; i++)
		if (string_equal(keys[i - 1], keys[i]))
			result = -EBADMSG;
	free(keys);
	return result;
}

static int check_duplicates(const cJSON *object)
{
	size_t members = 0;

	for (const cJSON *child = object->child; child != NULL; child = child->next)
		members++;
	if (members > SMALL_OBJECT)
		return large_check_duplicates(object, members);
	return small_has_duplicates(object) ? -EBADMSG : 0;
}

/* Documents -------------------------------------------------------------------------------------*/

/* The text of the node stays where the scanner wrote it. */
static cJSON *create_node(const struct json_token *token)
{
	cJSON *item = NULL;

	switch (token->type) {
	case JSON_NULL:
		return cJSON_CreateNull();
	case JSON_BOOL:
		return cJSON_CreateBool(token->truth);
	case JSON_STRING:
		return cJSON_CreateStringReference(token->text);
	case JSON_INTEGER:
	case JSON_REAL:
		item = cJSON_CreateStringReference(token->text);
		if (item != NULL) {
			item->type = cJSON_Raw | cJSON_IsReference;
			item->valueint = (int)token->type;
		}
		return item;
	case JSON_ARRAY:
		return cJSON_CreateArray();
	case JSON_OBJECT:
		return cJSON_CreateObject();
	}
	return item;
}

static void add_child(cJSON *parent, const char *key, cJSON *item)
{
	if (key != NULL)
		cJSON_AddItemToObjectCS(parent, key, item);
	else
		cJSON_AddItemToArray(parent, item);
}

/* Whatever is returned, *root is what was built so far, for the caller to delete. */
static int build(struct json_scan *scan, cJSON **root)
{
	cJSON *open[JSON_DEPTH_MAX + 1];
	size_t depth = 0;
	struct json_token token;
	int result;

	while ((result = json_scan_next(scan, &token)) > 0) {
		cJSON *item;

		if (token.closes) {
			depth--;
			if (token.type == JSON_OBJECT)
				result = check_duplicates(open[depth]);
			if (result < 0)
				return result;
			continue;
		}
		item = create_node(&token);
		if (item == NULL)
			return -ENOMEM;
		if (depth == 0)
			*root = item;
		else
			add_child(open[depth - 1], token.key, item);
		if (token.type == JSON_ARRAY || token.type == JSON_OBJECT)
			open[depth++] = item;
	}
	return result;
}

int json_parse(const char *text, size_t len, struct json **ret)
{
	struct json_scan scan = { .at = text, .end = text + len };
	cJSON *root = NULL;
	char *texts;
	int result;

	if (len > JSON_BYTES_MAX)
		return -E2BIG;
	texts = cJSON_malloc(json_scan_room(len));
	if (texts == NULL)
		return -ENOMEM;
	scan.out = texts;
	result = build(&scan, &root);
	if (result < 0) {
		cJSON_Delete(root);
		cJSON_free(texts);
		return result;
	}
	/* The root has no key: there the memory of all texts waits for cJSON_Delete(). */
	root->string = texts;
	*ret = (struct json *)(void *)root;
	return 0;
}

void json_free(struct json *json)
{
	cJSON_Delete((cJSON *)(void *)json);
}

/* Values ----------------------------------------------------------------------------------------*/

enum json_type json_get_type(const struct json *json)
{
	const cJSON *item = node(json);

	switch (item->type & 0xff) {
	case cJSON_False:
	case cJSON_True:
		return JSON_BOOL;
	case cJSON_Raw:
		return (enum json_type)item->valueint;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

const struct json *json_member(const struct json *object, const char *key)
{
	const struct json *child;

	if (object == NULL || json_get_type(object) != JSON_OBJECT)
		return NULL;
	json_for_each (child, object)
		if (string_equal(node(child)->string, key))
			return child;
	return NULL;
}

const struct json *json_first(const struct json *array_or_object)
{
	return array_or_object != NULL ? from_node(node(array_or_object)->child) : NULL;
}

const struct json *json_next(const struct json *child)
{
	return child != NULL ? from_node(node(child)->next) : NULL;
}

const char *json_key(const struct json *child)
{
	/* cJSON gives every child a prev (the first one's is the last), and the root none. */
	if (child == NULL || node(child)->prev == NULL)
		return NULL;
	return node(child)->string;
}

int json_get_string(const struct json *json, const char **ret)
{
	if (json == NULL)
		return -ENOENT;
	if (json_get_type(json) != JSON_STRING)
		return -EINVAL;
	*ret = node(json)->valuestring;
	return 0;
}

int json_get_bool(const struct json *json, bool *ret)
{
	if (json == NULL)
		return -ENOENT;
	if (json_get_type(json) != JSON_BOOL)
		return -EINVAL;
	*ret = cJSON_IsTrue(node(json));
	return 0;
}

/* An integer's sign and magnitude; -ERANGE if the magnitude needs more than 64 bits. */
static int get_magnitude(const struct json *json, bool *ret_negative, uint64_t *ret)
{
	const char *digits;
	uint64_t magnitude = 0;

	if (json == NULL)
		return -ENOENT;
	if (json_get_type(json) != JSON_INTEGER)
		return -EINVAL;
	digits = node(json)->valuestring;
	*ret_negative = digits[0] == '-';
	for (digits += *ret_negative; *digits != '\0'; digits++)
		if (__builtin_mul_overflow(magnitude, 10, &magnitude) ||
		    __builtin_add_overflow(magnitude, (unsigned int)*digits - '0', &magnitude))
			return -ERANGE;
	*ret = magnitude;
	return 0;
}

int json_get_i64(const struct json *json, int64_t *ret)
{
	uint64_t magnitude;
	bool negative;
	int result = get_magnitude(json, &negative, &magnitude);

	if (result < 0)
		return result;
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*ret = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return 0;
}

int json_get_u64(const struct json *json, uint64_t *ret)
{
	uint64_t magnitude;
	bool negative;
	int result = get_magnitude(json, &negative, &magnitude);

	if (result < 0)
		return result;
	if (negative && magnitude > 0)
		return -ERANGE;
	*ret = magnitude;
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

/* Most of what we write is plain: it goes in one piece. */
static size_t append_plain(struct buf *buf, const char *text)
{
	size_t len = 0;

	while (is_plain(text[len]))
		len++;
	buf_append(buf, text, len);
	return len;
}

void json_append_string(struct buf *buf, const char *text)
{
	const char *end = text + strlen(text);

	buf_append(buf, "\"", 1);
	for (text += append_plain(buf, text); text < end; text += append_plain(buf, text)) {
		size_t size = text_decode(text, (size_t)(end - text), NULL);

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
		text += size;
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
		buf_append_string(buf, cJSON_IsTrue(node(json)) ? "true" : "false");
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		buf_append_string(buf, node(json)->valuestring);
		break;
	case JSON_STRING:
		json_append_string(buf, node(json)->valuestring);
		break;
	case JSON_ARRAY:
		append_children(buf, json, "[]");
		break;
	case JSON_OBJECT:
		append_children(buf, json, "{}");
		break;
	}
}
