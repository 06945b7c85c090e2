/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What went wrong: a negative errno, QEMU's error class if it was QEMU that said no, and one
 * sentence. Part of the public API by its name (balloonctl.h); everything else about it is here.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/util.h"

/* A zeroed struct is "nothing has failed". */
struct balloonctl_error {
	int code;
	char *class;
	char *message;
	/* For a diagnosis: an enum balloonctl_cause where the code alone doesn't tell it, and the
	 * process that is in the way; 0 if not known. error_set() forgets both. */
	unsigned int cause;
	int pid;
};

/* Forget the error and give its memory back. */
void error_done(struct balloonctl_error *error);

/* Set it, replacing what was there. Control characters in the sentence are escaped here, so callers
 * may put anything into it that a peer or a user sent. Out of memory leaves the code alone, with a
 * sentence that says so. Returns `code`. */
int error_set(struct balloonctl_error *error, int code, const char *class, const char *format, ...)
	PRINTF_FORMAT(4, 5);

/* The sentence; "" where nothing has failed, never NULL. */
const char *error_get_message(const struct balloonctl_error *error);

/* Copy `from`, replacing what was there. */
void error_copy(struct balloonctl_error *error, const struct balloonctl_error *from);

#endif
