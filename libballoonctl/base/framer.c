/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The framer. RFC 8259 tells it only where strings begin and end and which bytes are brackets; a
 * frame that closes with the wrong bracket is still a frame, for json_parse() to refuse. Its work
 * is bounded by the bytes that arrived, however few a read brings.
 */
#include "base/framer.h"

#include <errno.h>

#include "base/json.h"
#include "base/util.h"
#include "base/word.h"

enum class {
	OTHER,
	OPEN,
	CLOSE,
	QUOTE,
};

static const unsigned char classes[256] = {
	['{'] = OPEN, ['['] = OPEN, ['}'] = CLOSE, [']'] = CLOSE, ['"'] = QUOTE,
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct buf *in)
{
	size_t spaces = 0;

	while (spaces < in->len && is_space(in->data[spaces]))
		spaces++;
	buf_consume(in, spaces);
}

/* To the next byte that means something inside a string, or to the end. */
static const char *skip_plain(const char *at, const char *end)
{
	for (; end - at >= 8; at += 8) {
		uint64_t word = word_load(at);
		uint64_t special = word_equal(word, '"') | word_equal(word, '\\');

		/* Bytes that aren't ASCII may be marked without cause: one step, and on. */
		if (special != 0)
			return at + word_first(special);
	}
	while (at < end && *at != '"' && *at != '\\')
		at++;
	return at;
}

/* From inside a string to behind its closing quote, or to the end of what there is. */
static const char *skip_string(struct framer *framer, const char *at, const char *end)
{
	while (at < end) {
		if (framer->escaped) {
			framer->escaped = false;
			at++;
			continue;
		}
		at = skip_plain(at, end);
		if (at == end)
			break;
		framer->escaped = *at == '\\';
		if (*at++ == '"') {
			framer->in_string = false;
			break;
		}
	}
	return at;
}

/* 1: the frame ends before *at; 0: it goes on behind the end; -E2BIG. */
static int scan(struct framer *framer, const char **at, const char *end)
{
	const char *p = *at;
	int result = 0;

	while (p < end && result == 0) {
		if (framer->in_string) {
			p = skip_string(framer, p, end);
			continue;
		}
		while (classes[(unsigned char)*p] == OTHER)
			if (++p == end)
				goto out;
		switch (classes[(unsigned char)*p]) {
		case OPEN:
			if (framer->depth == JSON_DEPTH_MAX) {
				result = -E2BIG;
				continue;
			}
			framer->depth++;
			break;
		case CLOSE:
			framer->depth--;
			result = framer->depth == 0;
			break;
		case QUOTE:
			framer->in_string = true;
			break;
		default:
			break;
		}
		p++;
	}
out:
	*at = p;
	return result;
}

int framer_next(struct framer *framer, struct buf *in, size_t *ret_len)
{
	const char *at;
	int result;

	if (framer->scanned == 0)
		skip_space(in);
	if (in->len == 0)
		return 0;
	if (in->data[0] != '{')
		return -EBADMSG;
	at = in->data + framer->scanned;
	result = scan(framer, &at, in->data + MIN(in->len, JSON_BYTES_MAX));
	framer->scanned = (size_t)(at - in->data);
	if (result == 0 && framer->scanned == JSON_BYTES_MAX)
		return -E2BIG;
	if (result == 1) {
		*ret_len = framer->scanned;
		*framer = (struct framer){ 0 };
	}
	return result;
}
