/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The growable buffer. Both ends are cheap: growth doubles, and consuming only moves a pointer, so
 * that a read that brought a thousand small frames costs no thousand moves of what follows them.
 */
#include "base/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum {
	CAPACITY_FIRST = 256,
	/* What an empty buffer may keep. A usual reply has 500 bytes, a rare one megabytes. */
	CAPACITY_KEPT = 16 << 10,
};

static char *allocation(const struct buf *buf)
{
	return buf->data != NULL ? buf->data - buf->consumed : NULL;
}

/* Back to the start of the allocation. */
static void rewind_data(struct buf *buf)
{
	char *start = allocation(buf);

	if (buf->len > 0)
		memmove(start, buf->data, buf->len);
	buf->data = start;
	buf->capacity += buf->consumed;
	buf->consumed = 0;
}

void buf_done(struct buf *buf)
{
	free(allocation(buf));
	*buf = (struct buf){ 0 };
}

/* Doubles what there was, not what is in use: a reader that reserves much and gets little each time
 * would otherwise come here each time. */
static int grow(struct buf *buf, size_t len)
{
	size_t capacity;
	char *data;

	rewind_data(buf);
	if (len > SIZE_MAX - buf->len || buf->capacity > SIZE_MAX / 2)
		return -ENOMEM;
	capacity = MAX(MAX(buf->capacity * 2, buf->len + len), CAPACITY_FIRST);
	data = realloc(buf->data, capacity);
	if (data == NULL)
		return -ENOMEM;
	buf->data = data;
	buf->capacity = capacity;
	return 0;
}

char *buf_reserve(struct buf *buf, size_t len)
{
	if (buf->error < 0)
		return NULL;
	/* A move is paid for by the bytes consumed since the last one: at least as many. */
	if (len > buf->capacity - buf->len && buf->consumed >= buf->len && buf->consumed > 0)
		rewind_data(buf);
	if (buf->data == NULL || len > buf->capacity - buf->len)
		buf->error = grow(buf, len);
	return buf->error < 0 ? NULL : buf->data + buf->len;
}

void buf_append_u64(struct buf *buf, uint64_t number)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buf_append(buf, digits + first, sizeof(digits) - first);
}

void buf_consume(struct buf *buf, size_t len)
{
	assert(len <= buf->len);
	if (len == 0)
		return;
	buf->data += len;
	buf->len -= len;
	buf->capacity -= len;
	buf->consumed += len;
	if (buf->len > 0)
		return;
	rewind_data(buf);
	if (buf->capacity > CAPACITY_KEPT) {
		free(buf->data);
		buf->data = NULL;
		buf->capacity = 0;
	}
}

char *buf_steal(struct buf *buf)
{
	char *text = NULL;

	buf_append(buf, "", 1);
	if (buf->error == 0) {
		rewind_data(buf);
		text = buf->data;
		buf->data = NULL;
	}
	buf_done(buf);
	return text;
}
