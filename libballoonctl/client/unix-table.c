/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * /proc/net/unix (proc(5)): a title, and then for each socket
 *
 *	address: references protocol flags type state inode path
 *
 * with hexadecimal numbers up to the state. Which sockets are whose is for others to find out.
 */
#include "client/unix-table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/util.h"

enum {
	FLAG_LISTENING = 0x10000, /* __SO_ACCEPTCON of linux/net.h */
	FIELDS_BEFORE_INODE = 6,
};

/* Behind the field at `at` and the spaces that follow it; NULL if there is no more. */
static char *skip_field(char *at)
{
	at += strcspn(at, " ");
	if (*at != ' ')
		return NULL;
	return at + strspn(at, " ");
}

static bool parse_line(char *line, struct unix_row *ret)
{
	unsigned long flags = 0;
	char *end;

	for (int field = 0; field < FIELDS_BEFORE_INODE; field++) {
		if (field == 3)
			flags = strtoul(line, NULL, 16);
		line = skip_field(line);
		if (line == NULL)
			return false;
	}
	if (*line < '0' || *line > '9')
		return false;
	ret->inode = strtoull(line, &end, 10);
	ret->is_listening = flags & FLAG_LISTENING;
	/* '@' stands for the NUL ahead of an abstract name. */
	ret->path = end[0] == ' ' && end[1] != '\0' && end[1] != '@' ? end + 1 : NULL;
	return *end == ' ' || *end == '\0';
}

static int compare(const void *a, const void *b)
{
	const struct unix_row *first = a, *second = b;

	return (first->inode > second->inode) - (first->inode < second->inode);
}

int unix_table_parse(char *text, size_t len, struct unix_table *ret)
{
	struct unix_table table = { .text = text };
	size_t n_lines = 0;
	char *at, *end;

	for (size_t i = 0; i < len; i++)
		n_lines += text[i] == '\n';
	table.rows = calloc(n_lines + 1, sizeof(*table.rows));
	if (table.rows == NULL) {
		free(text);
		return -ENOMEM;
	}
	/* A line without its end has been cut off. */
	for (at = text; (end = memchr(at, '\n', (size_t)(text + len - at))) != NULL; at = end + 1) {
		*end = '\0';
		if (parse_line(at, &table.rows[table.n_rows]))
			table.n_rows++;
	}
	qsort(table.rows, table.n_rows, sizeof(*table.rows), compare);
	*ret = table;
	return 0;
}

void unix_table_done(struct unix_table *table)
{
	free(table->rows);
	free(table->text);
	*table = (struct unix_table){ 0 };
}

const struct unix_row *unix_table_find(const struct unix_table *table, uint64_t inode)
{
	const struct unix_row wanted = { .inode = inode };
	const struct unix_row *found, *end = table->rows + table->n_rows;

	if (inode == 0 || table->n_rows == 0)
		return NULL;
	found = bsearch(&wanted, table->rows, table->n_rows, sizeof(*table->rows), compare);
	if (found == NULL || (found > table->rows && found[-1].inode == inode) ||
	    (found + 1 < end && found[1].inode == inode))
		return NULL;
	return found;
}
