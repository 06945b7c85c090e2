/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The error object. Which sentence belongs to which mistake is the business of those who make them;
 * here it is only kept and made safe to print.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"

void error_done(struct balloonctl_error *error)
{
	free(error->class);
	free(error->message);
	*error = (struct balloonctl_error){ 0 };
}

int error_set(struct balloonctl_error *error, int code, const char *class, const char *format, ...)
{
	struct buf message = { 0 };
	char *words = NULL;
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vasprintf(&words, format, arguments);
	va_end(arguments);
	/* The old sentence may be one of the arguments: it goes only now. */
	error_done(error);
	error->code = code;
	if (class != NULL)
		error->class = strdup(class);
	if (len >= 0) {
		text_append_escaped(&message, words, (size_t)len);
		error->message = buf_steal(&message);
		free(words);
	}
	return code;
}

void error_copy(struct balloonctl_error *error, const struct balloonctl_error *from)
{
	error_done(error);
	error->code = from->code;
	error->cause = from->cause;
	error->pid = from->pid;
	if (from->class != NULL)
		error->class = strdup(from->class);
	/* Not by error_set(): it would escape the escapes. */
	if (from->message != NULL)
		error->message = strdup(from->message);
}

const char *error_get_message(const struct balloonctl_error *error)
{
	if (error->code == 0)
		return "";
	return error->message != NULL ? error->message : "out of memory";
}
