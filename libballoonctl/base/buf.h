/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A growable run of bytes with a sticky error: append as often as you like, ask once at the end.
 * A zeroed struct is an empty buffer that owns no memory.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	char *data;      /* the first byte not yet consumed; NULL while there is no memory */
	size_t len;      /* bytes in use */
	size_t capacity; /* bytes allocated from data on */
	size_t consumed; /* bytes allocated before data: consumed, and not yet worth a move */
	int error;       /* 0, or -ENOMEM: appends have been ignored since */
};

/* Forget the contents and the error and give the memory back. */
void buf_done(struct buf *buf);

/* Room for at least `len` more bytes behind data + len, or NULL (the error is then set).
 * The caller writes there and adds to len what it wrote. */
char *buf_reserve(struct buf *buf, size_t len);

/* Inline, because most of what is appended has a length that the compiler knows. */
static inline void buf_append(struct buf *buf, const void *bytes, size_t len)
{
	char *room = len > 0 ? buf_reserve(buf, len) : NULL;

	if (room == NULL)
		return;
	memcpy(room, bytes, len);
	buf->len += len;
}

static inline void buf_append_string(struct buf *buf, const char *text)
{
	buf_append(buf, text, strlen(text));
}

void buf_append_u64(struct buf *buf, uint64_t number);

/* Drop the first `len` bytes, at no cost: nothing is moved before room is needed. An emptied buffer
 * that has grown large gives its memory back. */
void buf_consume(struct buf *buf, size_t len);

/* Hand over the contents as a NUL-terminated string, to be freed with free(); the buffer is as new
 * afterwards. NULL if an append failed. */
char *buf_steal(struct buf *buf);

#endif
