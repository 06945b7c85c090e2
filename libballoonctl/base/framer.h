/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cuts a byte stream into frames. A frame is one JSON object, however many lines it spreads over
 * (pretty=on), however it was split into reads. The framer only counts brackets outside strings;
 * whether a frame is good JSON is for json_parse() to say.
 */
#ifndef BASE_FRAMER_H
#define BASE_FRAMER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct framer {
	size_t scanned; /* bytes of the buffer already looked at: none is looked at twice */
	size_t depth;   /* open brackets */
	bool in_string;
	bool escaped; /* the last byte was a backslash inside a string */
};

/*
 * Look for the next frame in `in`, whose first bytes are the ones that were not yet consumed.
 * 1: a frame begins at in->data and is `*ret_len` bytes long, white space before it has been
 * consumed; take it with buf_consume() before the next call. 0: more bytes are needed.
 * -EBADMSG: the stream holds something that is no JSON object; -E2BIG: a frame longer than
 * JSON_BYTES_MAX or deeper than JSON_DEPTH_MAX. After an error the stream can't be continued.
 * A zeroed struct is a new framer.
 */
int framer_next(struct framer *framer, struct buf *in, size_t *ret_len);

#endif
