/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any stream, split in any way, into the framer. The same stream in one piece, byte by byte, and
 * in pieces that the first bytes of the input choose must give the same frames and the same end;
 * and a plain second framer, slow and simple, must agree.
 */
#include <errno.h>
#include <string.h>

#include "base/framer.h"
#include "base/json.h"
#include "base/util.h"
#include "fuzz.h"

/* The frames' ends as offsets in the stream, as a string of numbers, and how it ended. */
struct outcome {
	struct buf ends;
	int result;
};

static struct outcome frame_in_pieces(const char *stream, size_t len, const uint8_t *pieces,
				      size_t pieces_len)
{
	struct outcome outcome = { 0 };
	struct framer framer = { 0 };
	struct buf in = { 0 };
	size_t at = 0, piece = 0;

	while (at < len && outcome.result == 0) {
		size_t size = pieces_len > 0 ? (size_t)1 + pieces[piece++ % pieces_len] : len;
		size_t frame;

		size = MIN(size, len - at);
		buf_append(&in, stream + at, size);
		at += size;
		while ((outcome.result = framer_next(&framer, &in, &frame)) == 1) {
			MUST(frame >= 2 && frame <= in.len && frame <= JSON_BYTES_MAX);
			MUST(in.data[0] == '{');
			buf_append_u64(&outcome.ends, at - in.len + frame);
			buf_append_string(&outcome.ends, " ");
			buf_consume(&in, frame);
		}
		MUST(framer.scanned <= in.len);
	}
	MUST(in.error == 0);
	buf_done(&in);
	return outcome;
}

static struct outcome frame_simply(const char *stream, size_t len)
{
	struct outcome outcome = { 0 };
	bool in_string = false, escaped = false;
	size_t depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = stream[i];

		if (depth == 0 && c != '{') {
			if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
				continue;
			outcome.result = -EBADMSG;
			break;
		}
		if (escaped) {
			escaped = false;
		} else if (in_string) {
			escaped = c == '\\';
			in_string = c != '"';
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH_MAX) {
				outcome.result = -E2BIG;
				break;
			}
		} else if (c == '}' || c == ']') {
			if (--depth == 0) {
				buf_append_u64(&outcome.ends, i + 1);
				buf_append_string(&outcome.ends, " ");
			}
		}
	}
	return outcome;
}

static void must_agree(const struct outcome *expected, struct outcome found)
{
	MUST(expected->result == found.result);
	MUST(expected->ends.len == found.ends.len);
	MUST(found.ends.len == 0 ||
	     memcmp(expected->ends.data, found.ends.data, found.ends.len) == 0);
	buf_done(&found.ends);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t single[] = { 0 };
	size_t pieces_len = MIN(size, 4);
	const char *stream = (const char *)data + pieces_len;
	size_t len = size - pieces_len;
	struct outcome expected;

	expected = frame_simply(stream, len);
	must_agree(&expected, frame_in_pieces(stream, len, NULL, 0));
	must_agree(&expected, frame_in_pieces(stream, len, single, sizeof(single)));
	must_agree(&expected, frame_in_pieces(stream, len, data, pieces_len));
	buf_done(&expected.ends);
	return 0;
}
