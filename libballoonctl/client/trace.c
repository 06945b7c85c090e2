/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where the library prints. */
#include "client/trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/util.h"

bool trace_is_wanted(void)
{
	const char *value = secure_getenv("BALLOONCTL_DEBUG");

	return value != NULL && string_equal(value, "1");
}

void trace_bytes(const char *address, char direction, const char *bytes, size_t len)
{
	struct buf line = { 0 };
	char *text;

	text_append_escaped(&line, address, strlen(address));
	buf_append(&line, (const char[]){ ' ', direction, ' ' }, 3);
	while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		len--;
	text_append_escaped(&line, bytes, len);
	text = buf_steal(&line);
	if (text != NULL)
		fprintf(stderr, "%s\n", text);
	free(text);
}
