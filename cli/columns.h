/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The columns of what a command shows: one table says what there is, how it is called and where its
 * value comes from; tables, lists and documents all read it.
 */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "json.h"
#include "table.h"

enum value_type {
	VALUE_NONE,   /* there is no such thing here: a dash, and no member in documents */
	VALUE_ABSENT, /* nobody told it: a dash, and null in documents */
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_SIGNED,
};

struct value {
	enum value_type type;
	enum look look;
	const char *text; /* as it came: it is escaped when it is shown */
	uint64_t number;  /* also of VALUE_SIGNED, as its 64 bits */
};

/* How a value is shown to people. For programs all of them are whole numbers or texts. */
enum column_unit {
	COLUMN_TEXT,
	COLUMN_BYTES,    /* "857 MiB" */
	COLUMN_COUNT,    /* "1003456" */
	COLUMN_NUMBER,   /* "4711", which counts nothing */
	COLUMN_AGE,      /* seconds: "5 min" */
	COLUMN_INTERVAL, /* seconds: "2 s"; 0 is "off" */
	COLUMN_CLOCK,    /* seconds since 1970: "10:00:00" */
	COLUMN_TIME,     /* the same: "2026-11-21T10:00:00+00:00"; 0 is "never" */
};

struct column {
	const char *name;    /* in small letters: "free"; headings have it in capitals */
	const char *key;     /* of documents: "stat-free-memory"; NULL: in none */
	const char *alias;   /* understood too; NULL if there is none */
	const char *libvirt; /* what libvirt calls it; NULL if it does not know it */
	enum column_unit unit;
	const char *meaning;
	bool trim;  /* may be cut to fit the terminal */
	int number; /* for `get` */
	struct value (*get)(const struct column *column, const void *row);
};

struct column_set {
	const struct column *columns;
	size_t count;
	const char *defaults; /* as for -o */
};

/* The column of that name, alias or key, in any case of letters; '_' is '-'. With `libvirt`,
 * libvirt's words go first. NULL if there is none. */
const struct column *columns_find(const struct column_set *set, const char *name, size_t len,
				  bool libvirt);

/* Names that come close, in words: "; did you mean 'free'?" or "". To be freed. */
char *columns_guess(const struct column_set *set, const char *name, size_t len);

/* What a heading says, without a change of letters. */
const char *column_get_name(const struct column *column, bool libvirt);

/* Is it shown to the right? */
bool column_is_number(const struct column *column);

/* "bytes", "seconds", "count", "number" or "text". */
const char *column_get_unit_name(const struct column *column);

/* For people, with "-" for what is absent; escaped. With `exact`, sizes have all their digits. */
void column_append(struct buffer *out, const struct column *column, const struct value *value,
		   bool exact);

/* For programs: a whole number or the text, escaped together with the characters of `special`;
 * nothing for what is absent. */
void column_append_exact(struct buffer *out, const struct value *value, const char *special);

/* The member of a document, if the column has one in it. */
void column_put(struct json *json, const struct column *column, const struct value *value);

/* By size or by letters, numbers in names by size; what is absent comes last. As for qsort(). */
int column_compare(const struct value *a, const struct value *b, bool is_descending);

#endif
