/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text that grows: a document or table is put together here and leaves in one write. The program
 * ends with a message when there is no memory, so nothing returns an error.
 */
#ifndef CLI_BUFFER_H
#define CLI_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *data; /* not terminated; NULL while empty */
	size_t len, capacity;
};

/* Say so and end the program. */
_Noreturn void out_of_memory(void);

/* calloc() that gives up the program instead of returning NULL. */
void *allocate(size_t count, size_t size);

void buffer_append(struct buffer *buffer, const char *bytes, size_t len);
void buffer_append_string(struct buffer *buffer, const char *text);

/* The beginning of a UTF-8 text, so many bytes at most and no half character. */
void buffer_append_start(struct buffer *buffer, const char *text, size_t max);

void buffer_append_u64(struct buffer *buffer, uint64_t number);
void buffer_append_i64(struct buffer *buffer, int64_t number);
__attribute__((format(printf, 2, 3))) void buffer_printf(struct buffer *buffer, const char *format,
							 ...);

/* Text that somebody else chose, made fit for a terminal: bytes that are control characters, that
 * turn the direction of writing or that are no UTF-8 become \xNN. Escaping twice does no harm. */
void buffer_append_escaped(struct buffer *buffer, const char *text);

/* The same, and the (ASCII) characters of `special` as well. With a backslash among them the text can
 * be had back. */
void buffer_append_escaped_also(struct buffer *buffer, const char *text, const char *special);

/* The contents as a string to be freed with free(); the buffer is empty then. */
char *buffer_steal(struct buffer *buffer);

void buffer_free(struct buffer *buffer);

#endif
