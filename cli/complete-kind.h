/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an argument may be, by its name in a help text. */
#ifndef CLI_COMPLETE_KIND_H
#define CLI_COMPLETE_KIND_H

#include "complete.h"

struct completion {
	struct candidates *candidates;
	const char *prefix;  /* what stands before the word and stays, such as "--device=" */
	const char *word;    /* what is there of it */
	const char *address; /* the VM to ask; NULL: the default */
	const struct command *command; /* whose columns are meant; NULL before it */
	struct session *session;
};

/* A candidate for the word. */
void completion_add(const struct completion *completion, const char *text, const char *description);

/* All that an argument of this name may be. */
void completion_add_kind(const struct completion *completion, const char *name);

#endif
