/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables, drawn by libsmartcols. It is loaded by the first table and not linked: loading it takes
 * longer than a whole `stats --json`, which has no use for it.
 */
#include "table.h"

#include <dlfcn.h>
#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

#define LIBRARY "libsmartcols.so.1"
#define PACKAGE "libsmartcols1"

#define FUNCTIONS(f)                                                             \
	f(scols_new_table) f(scols_unref_table) f(scols_table_enable_noencoding) \
		f(scols_table_set_column_separator) f(scols_table_new_column)    \
			f(scols_table_new_line) f(scols_line_set_data)           \
				f(scols_print_table_to_string)

#define POINTER(name) __typeof__(&name) name;

struct smartcols {
	FUNCTIONS(POINTER)
};

/* POSIX lets data pointers hold functions, C does not: hence by way of the address. */
static bool load_function(void *library, const char *name, void *ret)
{
	*(void **)ret = dlsym(library, name);
	return *(void **)ret != NULL;
}

#define LOAD(name) &&load_function(library, #name, &ret->name)

static bool load(void *library, struct smartcols *ret)
{
	return library != NULL FUNCTIONS(LOAD);
}

void table_add(struct table *table, struct buffer *cell)
{
	if (table->n_cells == table->capacity) {
		size_t capacity = table->capacity == 0 ? 64 : table->capacity * 2;
		char **grown = allocate(capacity, sizeof(*grown));

		if (table->n_cells > 0)
			memcpy(grown, table->cells, table->n_cells * sizeof(*grown));
		free(table->cells);
		table->cells = grown;
		table->capacity = capacity;
	}
	table->cells[table->n_cells++] = buffer_steal(cell);
}

void table_add_text(struct table *table, const char *cell)
{
	struct buffer text = { 0 };

	buffer_append_string(&text, cell);
	table_add(table, &text);
}

/* The functions of libsmartcols fail for lack of memory only. */
static void draw(const struct smartcols *lib, const struct table *table, struct buffer *out)
{
	struct libscols_table *drawn = lib->scols_new_table();
	struct libscols_line *line = NULL;
	char *text;

	if (drawn == NULL)
		out_of_memory();
	lib->scols_table_enable_noencoding(drawn, 1);
	if (lib->scols_table_set_column_separator(drawn, "  ") < 0)
		out_of_memory();
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct table_column *column = &table->columns[i];
		int flags = column->right ? SCOLS_FL_RIGHT : 0;

		if (lib->scols_table_new_column(drawn, column->name, 0, flags) == NULL)
			out_of_memory();
	}
	for (size_t i = 0; i < table->n_cells; i++) {
		if (i % table->n_columns == 0)
			line = lib->scols_table_new_line(drawn, NULL);
		if (line == NULL ||
		    lib->scols_line_set_data(line, i % table->n_columns, table->cells[i]) < 0)
			out_of_memory();
	}
	if (lib->scols_print_table_to_string(drawn, &text) < 0)
		out_of_memory();
	buffer_append_string(out, text);
	buffer_append(out, "\n", 1);
	free(text);
	lib->scols_unref_table(drawn);
}

int table_append(const struct table *table, struct buffer *out)
{
	void *library;
	int status = EXIT_DONE;
	struct smartcols lib;

	if (table->n_cells == 0)
		return EXIT_DONE;
	library = dlopen(LIBRARY, RTLD_LAZY);
	if (load(library, &lib)) {
		/* For the width of characters, and for nothing else. */
		setlocale(LC_CTYPE, "");
		draw(&lib, table, out);
	} else {
		complain("a table needs %s (package %s); --json does without", LIBRARY, PACKAGE);
		status = EXIT_FAILED;
	}
	if (library != NULL)
		dlclose(library);
	return status;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cells[i]);
	free(table->cells);
	table->cells = NULL;
	table->n_cells = table->capacity = 0;
}
