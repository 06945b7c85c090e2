/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Growing text. Numbers have functions of their own because a document of statistics through
 * printf() would cost more than reading it from QEMU.
 */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

_Noreturn void out_of_memory(void)
{
	static const char message[] = "out of memory\n";

	if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		_exit(1);
	_exit(1);
}

void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count == 0 ? 1 : count, size);

	if (memory == NULL)
		out_of_memory();
	return memory;
}

static void grow(struct buffer *buffer, size_t len)
{
	size_t capacity = buffer->capacity == 0 ? 1024 : buffer->capacity;
	char *data;

	while (capacity - buffer->len < len) {
		if (capacity > SIZE_MAX / 2)
			out_of_memory();
		capacity *= 2;
	}
	data = realloc(buffer->data, capacity);
	if (data == NULL)
		out_of_memory();
	buffer->data = data;
	buffer->capacity = capacity;
}

static inline char *reserve(struct buffer *buffer, size_t len)
{
	if (len > buffer->capacity - buffer->len)
		grow(buffer, len);
	return buffer->data + buffer->len;
}

void buffer_append(struct buffer *buffer, const char *bytes, size_t len)
{
	if (len == 0)
		return;
	memcpy(reserve(buffer, len), bytes, len);
	buffer->len += len;
}

void buffer_append_string(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void buffer_append_start(struct buffer *buffer, const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	if (len > max)
		for (len = max; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--)
			;
	buffer_append(buffer, text, len);
}

void buffer_append_u64(struct buffer *buffer, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buffer_append(buffer, digits + at, sizeof(digits) - at);
}

void buffer_append_i64(struct buffer *buffer, int64_t number)
{
	if (number < 0)
		buffer_append(buffer, "-", 1);
	/* Negated as unsigned, because -INT64_MIN is no int64_t. */
	buffer_append_u64(buffer, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		out_of_memory();
	va_start(args, format);
	vsnprintf(reserve(buffer, (size_t)len + 1), (size_t)len + 1, format, args);
	va_end(args);
	buffer->len += (size_t)len;
}

void buffer_append_escaped(struct buffer *buffer, const char *text)
{
	buffer_append_escaped_also(buffer, text, "");
}

void buffer_append_escaped_also(struct buffer *buffer, const char *text, const char *special)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t point;
		size_t size = text_decode(text, left, &point);

		if (size == 0 || !text_is_harmless(point) || strchr(special, *text) != NULL) {
			if (size == 0)
				size = 1;
			for (size_t i = 0; i < size; i++)
				buffer_printf(buffer, "\\x%02x", (unsigned char)text[i]);
		} else {
			buffer_append(buffer, text, size);
		}
		text += size;
		left -= size;
	}
}

char *buffer_steal(struct buffer *buffer)
{
	char *text;

	*reserve(buffer, 1) = '\0';
	text = buffer->data;
	*buffer = (struct buffer){ 0 };
	return text;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){ 0 };
}
