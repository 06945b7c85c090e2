/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a monitor is, in QEMU's spelling. */
#ifndef CLIENT_ADDRESS_H
#define CLIENT_ADDRESS_H

#include "base/error.h"

enum address_kind {
	ADDRESS_UNIX,
	ADDRESS_TCP,
	ADDRESS_VSOCK,
	ADDRESS_FD,
};

/* A zeroed struct is no address. */
struct address {
	enum address_kind kind;
	char *path;        /* unix */
	char *host, *port; /* tcp; the brackets of an IPv6 address are gone */
	unsigned int cid;  /* vsock */
	unsigned int vsock_port;
	int fd; /* fd */
};

/* -EINVAL with a sentence in `error` that says what an address looks like; -ENOMEM. */
int address_parse(const char *text, struct address *ret, struct balloonctl_error *error);
void address_done(struct address *address);

#endif
