/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * __complete WORD...: for the completions of shells, which are small files that ask. Prints a
 * candidate a line, and behind a tab what it is. The name is no command for people.
 */
#include "command.h"
#include "complete.h"
#include "output.h"

int cmd_complete(struct options *options, int argc, char **argv)
{
	struct candidates candidates = { 0 };
	struct buffer out = { 0 };
	int status;

	complete_words(&candidates, argv + 1, (size_t)argc - 1, options->session);
	for (size_t i = 0; i < candidates.count; i++) {
		buffer_append_string(&out, candidates.items[i].text);
		if (candidates.items[i].description[0] != '\0') {
			buffer_append_string(&out, "\t");
			buffer_append_string(&out, candidates.items[i].description);
		}
		buffer_append_string(&out, "\n");
	}
	candidates_free(&candidates);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}
