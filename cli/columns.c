/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and values of columns. Which columns there are, the commands know. */
#include "columns.h"

#include <stdlib.h>
#include <string.h>

#include "near.h"
#include "show.h"
#include "size.h"

enum {
	GUESSES_MAX = 3,
};

/* ---- Names ---- */

static char fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '_' ? '-' : c;
}

static bool is_name(const char *name, const char *text, size_t len)
{
	if (name == NULL)
		return false;
	for (size_t i = 0; i < len; i++)
		if (name[i] != text[i] && (name[i] == '\0' || fold(name[i]) != fold(text[i])))
			return false;
	return name[len] == '\0';
}

const struct column *columns_find(const struct column_set *set, const char *name, size_t len,
				  bool libvirt)
{
	for (size_t i = 0; libvirt && i < set->count; i++)
		if (is_name(set->columns[i].libvirt, name, len))
			return &set->columns[i];
	for (size_t i = 0; i < set->count; i++) {
		const struct column *column = &set->columns[i];

		if (is_name(column->name, name, len) || is_name(column->alias, name, len) ||
		    is_name(column->key, name, len))
			return column;
	}
	return NULL;
}

static size_t measure(const struct column *column, const char *word)
{
	size_t by_name = near_measure(word, column->name);
	size_t by_alias = column->alias == NULL ? NEAR_NONE : near_measure(word, column->alias);

	return by_name < by_alias ? by_name : by_alias;
}

char *columns_guess(const struct column_set *set, const char *name, size_t len)
{
	struct buffer word = { 0 }, out = { 0 };
	size_t guesses = 0;
	char *text;

	buffer_append(&word, name, len);
	text = buffer_steal(&word);
	for (size_t distance = 0; distance < 3 && guesses == 0; distance++)
		for (size_t i = 0; i < set->count && guesses < GUESSES_MAX; i++)
			if (measure(&set->columns[i], text) == distance)
				buffer_printf(&out, "%s'%s'",
					      guesses++ == 0 ? "; did you mean " : " or ",
					      set->columns[i].name);
	if (guesses > 0)
		buffer_append_string(&out, "?");
	free(text);
	return buffer_steal(&out);
}

const char *column_get_name(const struct column *column, bool libvirt)
{
	return libvirt && column->libvirt != NULL ? column->libvirt : column->name;
}

bool column_is_number(const struct column *column)
{
	return column->unit != COLUMN_TEXT && column->unit != COLUMN_TIME &&
	       column->unit != COLUMN_CLOCK;
}

const char *column_get_unit_name(const struct column *column)
{
	switch (column->unit) {
	case COLUMN_BYTES:
		return "bytes";
	case COLUMN_COUNT:
		return "count";
	case COLUMN_NUMBER:
		return "number";
	case COLUMN_AGE:
	case COLUMN_INTERVAL:
	case COLUMN_CLOCK:
	case COLUMN_TIME:
		return "seconds";
	default:
		return "text";
	}
}

/* ---- Values ---- */

static void append_number(struct buffer *out, const struct value *value)
{
	if (value->type == VALUE_SIGNED)
		buffer_append_i64(out, (int64_t)value->number);
	else
		buffer_append_u64(out, value->number);
}

void column_append(struct buffer *out, const struct column *column, const struct value *value,
		   bool exact)
{
	if (value->type == VALUE_NONE || value->type == VALUE_ABSENT)
		buffer_append_string(out, "-");
	else if (value->type == VALUE_TEXT)
		buffer_append_escaped(out, value->text);
	else if (column->unit == COLUMN_BYTES)
		size_append(out, (int64_t)value->number, exact);
	else if (column->unit == COLUMN_AGE)
		show_age(out, value->number);
	else if (column->unit == COLUMN_INTERVAL && value->number == 0)
		buffer_append_string(out, "off");
	else if (column->unit == COLUMN_INTERVAL)
		buffer_printf(out, "%llu s", (unsigned long long)value->number);
	else if (column->unit == COLUMN_CLOCK)
		show_clock(out, (int64_t)value->number);
	else if (column->unit == COLUMN_TIME && value->number == 0)
		buffer_append_string(out, "never");
	else if (column->unit == COLUMN_TIME)
		show_time(out, (int64_t)value->number);
	else
		append_number(out, value);
}

void column_append_exact(struct buffer *out, const struct value *value, const char *special)
{
	if (value->type == VALUE_TEXT)
		buffer_append_escaped_also(out, value->text, special);
	else if (value->type != VALUE_NONE && value->type != VALUE_ABSENT)
		append_number(out, value);
}

void column_put(struct json *json, const struct column *column, const struct value *value)
{
	if (column->key == NULL || value->type == VALUE_NONE)
		return;
	if (value->type == VALUE_ABSENT)
		json_put_null(json, column->key);
	else if (value->type == VALUE_TEXT)
		json_put_string(json, column->key, value->text);
	else if (value->type == VALUE_SIGNED)
		json_put_i64(json, column->key, (int64_t)value->number);
	else
		json_put_u64(json, column->key, value->number);
}

static bool is_absent(const struct value *value)
{
	return value->type == VALUE_NONE || value->type == VALUE_ABSENT;
}

int column_compare(const struct value *a, const struct value *b, bool is_descending)
{
	int order;

	if (is_absent(a) || is_absent(b))
		return is_absent(a) - is_absent(b);
	if (a->type == VALUE_TEXT)
		order = strverscmp(a->text, b->text);
	else if (a->type == VALUE_SIGNED)
		order = ((int64_t)a->number > (int64_t)b->number) -
			((int64_t)a->number < (int64_t)b->number);
	else
		order = (a->number > b->number) - (a->number < b->number);
	return is_descending ? -order : order;
}
