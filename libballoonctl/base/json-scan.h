/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads JSON as RFC 8259 has it, one token a call, within the bounds of json.h on depth and number
 * of values. What follows a token that was handed out may still turn out to be bad. The scanner
 * builds nothing and compares no keys.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

struct json_token {
	enum json_type type; /* of the value; an array or object has a token at either end */
	bool closes;         /* the end of one */
	bool truth;          /* of a JSON_BOOL */
	const char *key;     /* NULL outside an object and at an end */
	size_t key_len;
	const char *text; /* a JSON_STRING unescaped; a number as it was written; else NULL */
};

enum {
	/* Zeros behind the text. None of them is JSON, so that no end has to be looked for, and they
	 * may be read eight at a time. */
	JSON_SCAN_PADDING = 8,
};

/* A zeroed struct with `at` and `end` set to a copy of the text that ends in JSON_SCAN_PADDING zeros
 * (`end` is the first of them). Strings are unescaped in place and end in a NUL there; a number ends
 * where its digits do. */
struct json_scan {
	char *at, *end;
	unsigned int values;
	unsigned int depth;
	bool opened; /* the last token opened an array or object: no comma comes next */
	bool in_object[JSON_DEPTH_MAX];
};

/* 1: the next token is in *ret. 0: the text has ended, and was good. -EBADMSG, -E2BIG. */
int json_scan_next(struct json_scan *scan, struct json_token *ret);

#endif
