/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The door itself: a document is one array of values in the order of the text, built from the
 * tokens of json-scan.h in one pass, and one piece of memory for its strings. A value's first child
 * stands right behind it, and it tells how far away its next sibling is; so walking goes forward in
 * memory, and a document takes two allocations however many values it has.
 */
#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json-scan.h"
#include "base/text.h"
#include "base/util.h"
#include "base/word.h"

struct json {
	const char *key;   /* NULL outside an object */
	const char *text;  /* a string; a number, which ends where its digits do */
	uint32_t next;     /* the next sibling is so many values on; 0: there is none */
	uint8_t type;      /* enum json_type */
	bool truth;        /* of a JSON_BOOL */
	bool has_children; /* the first one comes next */
};

/* What json_free() gets back from the root. */
struct document {
	char *texts;
	struct json values[];
};

static struct document *get_document(struct json *root)
{
	return (struct document *)((char *)root - offsetof(struct document, values));
}

/* Duplicate keys --------------------------------------------------------------------------------*/

enum {
	SMALL_OBJECT = 32
};

/* One of 64 bits, from where the keys of one object differ most. */
static uint64_t get_key_bit(const struct json_token *token)
{
	unsigned int sum = (unsigned int)token->key_len;

	if (token->key_len > 0)
		sum += 5 * (unsigned char)token->key[token->key_len - 1] +
		       11 * (unsigned char)token->key[token->key_len / 2];
	return UINT64_C(1) << (sum & 63);
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that a hostile object of 100,000 members costs no 5,000,000,000 comparisons. */
static int large_check_duplicates(const struct json *object, size_t members)
{
	const char **keys = calloc(members, sizeof(*keys));
	const struct json *child;
	size_t n = 0;
	int result = 0;

	if (keys == NULL)
		return -ENOMEM;
	json_for_each (child, object)
		keys[n++] = child->key;
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < n && result == 0; i++)
		if (string_equal(keys[i - 1], keys[i]))
			result = -EBADMSG;
	free(keys);
	return result;
}

/* Documents -------------------------------------------------------------------------------------*/

/* Values are named by their number here: growing moves them. */
struct builder {
	struct document *document;
	uint32_t count, capacity;
	unsigned int depth;
	/* The arrays and objects that are open. */
	struct {
		uint32_t value, last; /* its number, and its last child's */
		uint32_t members;
		uint64_t key_bits;
		bool is_doubtful; /* there may be two that are the same */
	} open[JSON_DEPTH_MAX];
};

static int grow(struct builder *builder, uint32_t capacity)
{
	struct document *document = builder->document;

	document = realloc(document, sizeof(*document) + capacity * sizeof(document->values[0]));
	if (document == NULL)
		return -ENOMEM;
	builder->document = document;
	builder->capacity = capacity;
	return 0;
}

/* A key is compared with those before it only if its bit is one of theirs, and not at once if there
 * are many. */
static int check_key(struct builder *builder, const struct json_token *token)
{
	const struct json *values = builder->document->values;
	unsigned int top = builder->depth - 1;
	uint64_t bit = get_key_bit(token);

	if (builder->open[top].key_bits & bit) {
		if (builder->open[top].members >= SMALL_OBJECT)
			builder->open[top].is_doubtful = true;
		else if (json_member(&values[builder->open[top].value], token->key) != NULL)
			return -EBADMSG;
	}
	builder->open[top].key_bits |= bit;
	return 0;
}

static void link_to_parent(struct builder *builder, uint32_t value)
{
	struct json *values = builder->document->values;
	unsigned int top = builder->depth - 1;

	if (builder->open[top].members++ == 0)
		values[builder->open[top].value].has_children = true;
	else
		values[builder->open[top].last].next = value - builder->open[top].last;
	builder->open[top].last = value;
}

static int add_value(struct builder *builder, const struct json_token *token)
{
	uint32_t value = builder->count;

	if (token->key != NULL && check_key(builder, token) < 0)
		return -EBADMSG;
	if (value == builder->capacity && grow(builder, builder->capacity * 2) < 0)
		return -ENOMEM;
	builder->document->values[value] = (struct json){
		.key = token->key,
		.text = token->text,
		.type = (uint8_t)token->type,
		.truth = token->truth,
	};
	builder->count++;
	if (builder->depth > 0)
		link_to_parent(builder, value);
	if (token->type == JSON_ARRAY || token->type == JSON_OBJECT) {
		builder->open[builder->depth].value = value;
		builder->open[builder->depth].members = 0;
		builder->open[builder->depth].key_bits = 0;
		builder->open[builder->depth].is_doubtful = false;
		builder->depth++;
	}
	return 0;
}

static int close_value(struct builder *builder)
{
	unsigned int top = --builder->depth;

	if (!builder->open[top].is_doubtful)
		return 0;
	return large_check_duplicates(&builder->document->values[builder->open[top].value],
				      builder->open[top].members);
}

static int build(struct builder *builder, struct json_scan *scan)
{
	struct json_token token;
	int result;

	while ((result = json_scan_next(scan, &token)) > 0) {
		result = token.closes ? close_value(builder) : add_value(builder, &token);
		if (result < 0)
			return result;
	}
	return result;
}

enum {
	/* QEMU's replies have a value every 20 to 30 bytes: these need not grow, and the document of
	 * a guest's statistics is small enough for malloc() to have one at hand. */
	BYTES_PER_VALUE = 20,
	CAPACITY_MIN = 4,
};

int json_parse(const char *text, size_t len, struct json **ret)
{
	struct json_scan scan;
	struct builder builder;
	char *texts;
	int result;

	if (len > JSON_BYTES_MAX)
		return -E2BIG;
	builder.document = NULL;
	builder.count = builder.depth = 0;
	if (grow(&builder, CAPACITY_MIN + (uint32_t)len / BYTES_PER_VALUE) < 0)
		return -ENOMEM;
	texts = malloc(len + JSON_SCAN_PADDING);
	if (texts == NULL) {
		free(builder.document);
		return -ENOMEM;
	}
	memcpy(texts, text, len);
	memset(texts + len, 0, JSON_SCAN_PADDING);
	scan.at = texts;
	scan.end = texts + len;
	scan.values = scan.depth = 0;
	scan.opened = false;
	result = build(&builder, &scan);
	if (result < 0) {
		free(texts);
		free(builder.document);
		return result;
	}
	builder.document->texts = texts;
	*ret = builder.document->values;
	return 0;
}

void json_free(struct json *json)
{
	struct document *document;

	if (json == NULL)
		return;
	document = get_document(json);
	free(document->texts);
	free(document);
}

/* Values ----------------------------------------------------------------------------------------*/

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
	*ret = json->truth;
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
	digits = json->text;
	*ret_negative = digits[0] == '-';
	for (digits += *ret_negative; *digits >= '0' && *digits <= '9'; digits++)
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
		buf_append_string(buf, json->truth ? "true" : "false");
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
