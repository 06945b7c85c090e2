/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The UNIX sockets of a network namespace, as /proc/net/unix lists them. */
#ifndef CLIENT_UNIX_TABLE_H
#define CLIENT_UNIX_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unix_row {
	uint64_t inode;   /* 0: a client that nobody has accepted yet */
	const char *path; /* as it was bound, perhaps relative; NULL for none. The table's */
	bool is_listening;
};

/* A zeroed struct is an empty table. */
struct unix_table {
	struct unix_row *rows; /* by inode */
	size_t n_rows;
	char *text;
};

/* Read what /proc/net/unix says: takes over `text`, whose lines it cuts up. Lines of another shape
 * are left out. 0 or -ENOMEM, the text is freed then. */
int unix_table_parse(char *text, size_t len, struct unix_table *ret);
void unix_table_done(struct unix_table *table);

/* The row of a socket; NULL if there is none, or if there are two: a file's name may hold line
 * breaks and pretend to be lines of its own, so neither can be believed. */
const struct unix_row *unix_table_find(const struct unix_table *table, uint64_t inode);

#endif
