/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows as a table for people, or as lines for programs; the options are those of util-linux. */
#include "view.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

enum {
	OPTION_COLOR = 0x200,
	OPTION_LIST_COLUMNS,
	OPTION_SORT,
};

static const struct argp_option choices[] = {
	{ "output", 'o', "COLUMN,...", 0,
	  "Show rows with these columns; +COLUMN,... adds to the usual ones" },
	{ "output-all", 'O', NULL, 0, "Show all columns" },
	{ "list-columns", OPTION_LIST_COLUMNS, NULL, 0, "List the columns there are, and leave" },
	{ "noheadings", 'n', NULL, 0, "Print no headings" },
	{ "raw", 'r', NULL, 0,
	  "Rows for programs: a space between columns, sizes in bytes, times in seconds" },
	{ "pairs", 'P', NULL, 0, "Print rows of NAME=\"VALUE\", as shells read them" },
	{ "sort", OPTION_SORT, "COLUMN", 0, "Sort rows by this column; -COLUMN: downwards" },
	{ "color", OPTION_COLOR, "auto|always|never", 0,
	  "Colour what needs attention; auto: on a terminal" },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct view *view = state->input;

	switch (key) {
	case 'o':
		view->output = arg;
		return 0;
	case 'O':
		view->all = true;
		return 0;
	case 'n':
		view->has_no_headings = true;
		return 0;
	case 'r':
		view->is_raw = true;
		return 0;
	case 'P':
		view->is_pairs = true;
		return 0;
	case OPTION_LIST_COLUMNS:
		view->lists_columns = true;
		return 0;
	case OPTION_SORT:
		view->sort = arg;
		return 0;
	case OPTION_COLOR:
		view->color = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp view_argp = { .options = choices, .parser = parse };

/* ---- What was asked for ---- */

static int find(const struct view *view, const struct column_set *set, const char *where,
		const char *name, size_t len, const struct column **ret)
{
	char *guess;

	*ret = columns_find(set, name, len, view->libvirt);
	if (*ret != NULL)
		return EXIT_DONE;
	guess = columns_guess(set, name, len);
	usage_error("%s'%.*s': there is no such column%s", where, (int)len, name,
		    *guess != '\0' ? guess : "; --list-columns lists them");
	free(guess);
	return EXIT_USAGE;
}

static void add(struct view *view, const struct column *column)
{
	const struct column **grown = allocate(view->n_columns + 1, sizeof(*grown));

	if (view->n_columns > 0)
		memcpy(grown, view->columns, view->n_columns * sizeof(*grown));
	grown[view->n_columns++] = column;
	free(view->columns);
	view->columns = grown;
}

int view_add_column(struct view *view, const struct column_set *set, const char *where,
		    const char *name, size_t len)
{
	const struct column *column;
	int r;

	r = find(view, set, where, name, len, &column);
	if (r == EXIT_DONE)
		add(view, column);
	return r;
}

static void add_defaults(struct view *view, const struct column_set *set)
{
	const char *list = set->defaults;

	for (size_t len; *list != '\0'; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		add(view, columns_find(set, list, len, false));
	}
}

/* A column that is there already is not shown twice by +COLUMN. */
static int add_list(struct view *view, const struct column_set *set, const char *list, bool more)
{
	const struct column *column;
	int r = EXIT_DONE;

	while (r == EXIT_DONE) {
		size_t len = strcspn(list, ",");

		r = find(view, set, "-o ", list, len, &column);
		if (r == EXIT_DONE && !(more && view_has_column(view, column)))
			add(view, column);
		if (list[len] == '\0')
			break;
		list += len + 1;
	}
	return r;
}

static int choose(struct view *view, const struct column_set *set)
{
	bool more = view->output != NULL && view->output[0] == '+';
	int r = EXIT_DONE;

	if (view->n_columns > 0)
		return EXIT_DONE;
	if (view->all)
		for (size_t i = 0; i < set->count; i++)
			add(view, &set->columns[i]);
	else if (view->output == NULL || more)
		add_defaults(view, set);
	if (r == EXIT_DONE && view->output != NULL)
		r = add_list(view, set, view->output + more, more || view->all);
	return r;
}

static int check_color(struct view *view)
{
	static const char *const names[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};

	if (view->color == NULL)
		return EXIT_DONE;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(view->color, names[i]) == 0) {
			view->color_wish = (enum color_wish)i;
			return EXIT_DONE;
		}
	}
	return usage_error("--color '%s': give auto, always or never", view->color);
}

int view_check(struct view *view, const struct column_set *set)
{
	int r;

	if (view->is_raw && view->is_pairs)
		return usage_error("-r and -P: give one of them");
	if (view->is_json && (view->is_raw || view->is_pairs))
		return usage_error("--json and %s: give one of them", view->is_raw ? "-r" : "-P");
	r = check_color(view);
	if (r == EXIT_DONE)
		r = choose(view, set);
	if (r == EXIT_DONE && view->sort != NULL) {
		view->is_descending = view->sort[0] == '-';
		r = find(view, set, "--sort ", view->sort + view->is_descending,
			 strlen(view->sort) - view->is_descending, &view->sort_column);
	}
	return r;
}

bool view_wants_rows(const struct view *view)
{
	return view->output != NULL || view->all || view->has_no_headings || view->is_raw ||
	       view->is_pairs || view->sort != NULL;
}

bool view_is_chosen(const struct view *view)
{
	return view->output != NULL && view->output[0] != '+';
}

bool view_has_column(const struct view *view, const struct column *column)
{
	for (size_t i = 0; i < view->n_columns; i++)
		if (view->columns[i] == column)
			return true;
	return false;
}

void view_free(struct view *view)
{
	free(view->columns);
	*view = (struct view){ 0 };
}

/* ---- Order ---- */

struct sorted {
	const void *row;
	size_t index;
	struct value value;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct sorted *x = a, *y = b;
	const struct view *view = arg;
	int order = column_compare(&x->value, &y->value, view->is_descending);

	/* qsort() changes the order of equals. */
	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static struct sorted *sort(const struct view *view, const struct view_rows *rows)
{
	struct sorted *sorted = allocate(rows->count, sizeof(*sorted));

	for (size_t i = 0; i < rows->count; i++) {
		sorted[i].row = (const char *)rows->items + i * rows->size;
		sorted[i].index = i;
		if (view->sort_column != NULL)
			sorted[i].value = view->sort_column->get(view->sort_column, sorted[i].row);
	}
	if (view->sort_column != NULL)
		qsort_r(sorted, rows->count, sizeof(*sorted), compare, (void *)(uintptr_t)view);
	return sorted;
}

/* ---- Rows ---- */

/* In capitals; for a shell's variable, anything but letters and digits becomes '_'. */
static void append_name(struct buffer *out, const char *name, bool is_variable)
{
	for (; *name != '\0'; name++) {
		char c = (char)toupper((unsigned char)*name);

		if (is_variable && !isalnum((unsigned char)c))
			c = '_';
		buffer_append(out, &c, 1);
	}
}

static void append_raw(const struct view *view, const struct sorted *sorted, size_t count,
		       struct buffer *out)
{
	for (size_t i = 0; i < view->n_columns && !view->has_no_headings; i++) {
		append_name(out, column_get_name(view->columns[i], view->libvirt), false);
		buffer_append_string(out, i + 1 < view->n_columns ? " " : "\n");
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < view->n_columns; j++) {
			struct value value = view->columns[j]->get(view->columns[j], sorted[i].row);
			size_t before = out->len;

			column_append_exact(out, &value, " \\");
			if (out->len == before)
				buffer_append_string(out, "-");
			buffer_append_string(out, j + 1 < view->n_columns ? " " : "\n");
		}
	}
}

static void append_pairs(const struct view *view, const struct sorted *sorted, size_t count,
			 struct buffer *out)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < view->n_columns; j++) {
			struct value value = view->columns[j]->get(view->columns[j], sorted[i].row);

			append_name(out, column_get_name(view->columns[j], view->libvirt), true);
			buffer_append_string(out, "=\"");
			column_append_exact(out, &value, "\"\\$`");
			buffer_append_string(out, j + 1 < view->n_columns ? "\" " : "\"\n");
		}
	}
}

static void append_table(const struct view *view, const struct sorted *sorted, size_t count,
			 bool exact, struct buffer *out)
{
	struct table_column *headings = allocate(view->n_columns, sizeof(*headings));
	struct table table = {
		.columns = headings,
		.n_columns = view->n_columns,
		.has_no_headings = view->has_no_headings,
	};

	terminal_init(&table.terminal, view->color_wish);
	for (size_t i = 0; i < view->n_columns; i++) {
		struct buffer name = { 0 };

		append_name(&name, column_get_name(view->columns[i], view->libvirt), false);
		headings[i].name = buffer_steal(&name);
		headings[i].right = column_is_number(view->columns[i]);
		headings[i].trim = view->columns[i]->trim;
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < view->n_columns; j++) {
			struct value value = view->columns[j]->get(view->columns[j], sorted[i].row);
			struct buffer cell = { 0 };

			column_append(&cell, view->columns[j], &value, exact);
			table_add(&table, &cell);
			table_set_look(&table, value.look);
		}
	}
	table_append(&table, out);
	table_free(&table);
	for (size_t i = 0; i < view->n_columns; i++)
		free((char *)(uintptr_t)headings[i].name);
	free(headings);
}

void view_append(const struct view *view, const struct view_rows *rows, struct buffer *out)
{
	struct sorted *sorted = sort(view, rows);

	if (view->is_raw)
		append_raw(view, sorted, rows->count, out);
	else if (view->is_pairs)
		append_pairs(view, sorted, rows->count, out);
	else
		append_table(view, sorted, rows->count, rows->exact, out);
	free(sorted);
}

int view_write(const struct view *view, const struct view_rows *rows)
{
	struct buffer out = { 0 };
	int status;

	view_append(view, rows, &out);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

/* ---- The columns themselves ---- */

enum {
	COLUMN_NAME,
	COLUMN_UNIT,
	COLUMN_KEY,
	COLUMN_LIBVIRT,
	COLUMN_MEANING,
};

static struct value get_of_column(const struct column *column, const void *row)
{
	const struct column *described = row;
	const char *text = NULL;

	switch (column->number) {
	case COLUMN_NAME:
		text = described->name;
		break;
	case COLUMN_UNIT:
		text = column_get_unit_name(described);
		break;
	case COLUMN_KEY:
		text = described->key;
		break;
	case COLUMN_LIBVIRT:
		text = described->libvirt;
		break;
	case COLUMN_MEANING:
		text = described->meaning;
		break;
	}
	return text == NULL ? (struct value){ VALUE_ABSENT, LOOK_ABSENT }
			    : (struct value){ VALUE_TEXT, .text = text };
}

static const struct column columns_of_columns[] = {
	{ .name = "column", .number = COLUMN_NAME, .get = get_of_column },
	{ .name = "unit", .number = COLUMN_UNIT, .get = get_of_column },
	{ .name = "json", .number = COLUMN_KEY, .get = get_of_column },
	{ .name = "libvirt", .number = COLUMN_LIBVIRT, .get = get_of_column },
	{ .name = "meaning", .number = COLUMN_MEANING, .trim = true, .get = get_of_column },
};

static bool has_libvirt(const struct column_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->columns[i].libvirt != NULL)
			return true;
	return false;
}

int view_list_columns(const struct view *view, const struct column_set *set)
{
	struct view of_columns = {
		.output = has_libvirt(set) ? NULL : "column,unit,json,meaning",
		.has_no_headings = view->has_no_headings,
		.is_raw = view->is_raw,
		.is_pairs = view->is_pairs,
		.color = view->color,
	};
	const struct column_set all = {
		columns_of_columns,
		sizeof(columns_of_columns) / sizeof(columns_of_columns[0]),
		"column,unit,json,libvirt,meaning",
	};
	const struct view_rows rows = { set->columns, set->count, sizeof(*set->columns), false };
	int status;

	status = view_check(&of_columns, &all);
	if (status == EXIT_DONE)
		status = view_write(&of_columns, &rows);
	view_free(&of_columns);
	return status;
}
