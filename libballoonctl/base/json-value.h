/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A document, as the files that make up json.h see it: json-parse.c makes it, json.c reads it. It is
 * one array of values in the order of the text, and one piece of memory for the strings. A value's
 * first child stands right behind it, and it tells how far away its next sibling is; so walking goes
 * forward in memory, and a document takes two allocations however many values it has.
 */
#ifndef BASE_JSON_VALUE_H
#define BASE_JSON_VALUE_H

#include "base/json.h"

struct json {
	const char *key;   /* NULL outside an object */
	const char *text;  /* a string; a number, which ends where its digits do */
	uint64_t number;   /* the magnitude of a JSON_INTEGER; 1 or 0 for a JSON_BOOL */
	uint32_t next;     /* the next sibling is so many values on; 0: there is none */
	uint8_t type;      /* enum json_type */
	bool has_children; /* the first one comes next */
	bool is_negative;  /* of a number */
	bool is_too_long;  /* a magnitude of more than 64 bits */
};

/* What json_free() gets back from the root. */
struct document {
	char *texts;
	struct json values[];
};

#endif
