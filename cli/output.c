/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last step of every byte we print, and the only one that may fail for reasons outside. */
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report(int error)
{
	if (error != EPIPE)
		complain("standard output: %s", strerror(error));
}

/* Help texts go through stdio, whose last error shows when it is flushed. */
static void check_stdio(void)
{
	if (fflush(stdout) != 0) {
		report(errno);
		_exit(EXIT_FAILED);
	}
}

void output_init(void)
{
	atexit(check_stdio);
}

int output_write(const struct buffer *buffer)
{
	size_t done = 0;

	while (done < buffer->len) {
		ssize_t n = write(STDOUT_FILENO, buffer->data + done, buffer->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			report(errno);
			return EXIT_FAILED;
		}
		done += (size_t)n;
	}
	return EXIT_DONE;
}

#define CLEAR "\r\x1b[K"

static bool is_silent;
static bool has_status; /* the cursor stands behind a status line */

/* If that fails there is nobody left to tell. */
static void write_error(const struct buffer *text)
{
	ssize_t ignored = write(STDERR_FILENO, text->data, text->len);

	(void)ignored;
}

void output_status(const char *text)
{
	struct buffer line = { 0 };

	if (text == NULL && !has_status)
		return;
	buffer_append_string(&line, CLEAR);
	if (text != NULL)
		buffer_append_escaped(&line, text);
	write_error(&line);
	buffer_free(&line);
	has_status = text != NULL;
}

void output_mute(bool is_muted)
{
	is_silent = is_muted;
}

/* As a line of its own and in one write, because several programs may share standard error. */
__attribute__((format(printf, 1, 0))) static void write_line(const char *format, va_list args)
{
	struct buffer line = { 0 };
	char *text;

	if (is_silent || vasprintf(&text, format, args) < 0)
		return;
	if (has_status)
		buffer_append_string(&line, CLEAR);
	has_status = false;
	buffer_append_escaped(&line, text);
	buffer_append(&line, "\n", 1);
	write_error(&line);
	buffer_free(&line);
	free(text);
}

int usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(format, args);
	va_end(args);
	return EXIT_USAGE;
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(format, args);
	va_end(args);
}
