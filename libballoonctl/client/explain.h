/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why there is no connection, in words, with what the kernel knows about it: owners and modes of
 * files, the process behind a socket, the client that a busy monitor serves. Only failures come
 * here, so it may take its time.
 */
#ifndef CLIENT_EXPLAIN_H
#define CLIENT_EXPLAIN_H

#include "client/address.h"
#include "client/holder.h"

/* The views, which may be NULL, are for holder_find(). `code` is what dial_step() gave, or -ETIMEDOUT after `waited_ms`. Sets the sentence, which begins
 * with `name`, and returns the code that the caller of the library gets: -EAGAIN, the full queue of
 * a monitor, becomes -EBUSY, or -ETIMEDOUT if nobody is being served. */
int explain_no_connection(struct balloonctl_error *error, const char *name,
			  const struct address *address, struct holder_view *view, int code,
			  unsigned int waited_ms);

/* Connected, but no greeting: -EBUSY if another client holds the monitor or may hold it,
 * -ETIMEDOUT if the peer hangs for another reason. */
int explain_no_greeting(struct balloonctl_error *error, const char *name,
			const struct address *address, struct holder_view *view, int fd,
			unsigned int waited_ms);

/* Connected and greeted, but no reply to `command`: -ETIMEDOUT. */
int explain_no_reply(struct balloonctl_error *error, const char *name, const char *command, int fd,
		     unsigned int waited_ms);

/* The socket at `path` may not be connected to: -EACCES, with its owner or that of the directory
 * that is in the way. */
int explain_permission(struct balloonctl_error *error, const char *name, const char *path);

/* The monitor serves `holder`, such as "process 12 (virtqemud)": -EBUSY. */
int explain_busy(struct balloonctl_error *error, const char *name, const char *holder);

#endif
