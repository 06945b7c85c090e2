/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where in a command line a word stands: before the command or behind it, an option, its value, or
 * an argument. Read from argp's tables as argp reads them, so that a new option needs no word here.
 */
#include "complete.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "command.h"
#include "complete-kind.h"

enum {
	OPTIONS_MAX = 128, /* of one command; more would not be completed */
	NAME_MAX_LEN = 64, /* of an argument in a help text */
};

void candidates_add(struct candidates *candidates, const char *word, const char *text,
		    const char *description)
{
	struct candidate *grown, added;

	if (strncmp(text, word, strlen(word)) != 0)
		return;
	for (size_t i = 0; i < candidates->count; i++)
		if (strcmp(candidates->items[i].text, text) == 0)
			return;
	added.text = strdup(text);
	added.description = strdup(description);
	grown = reallocarray(candidates->items, candidates->count + 1, sizeof(*grown));
	if (added.text == NULL || added.description == NULL || grown == NULL)
		out_of_memory();
	grown[candidates->count++] = added;
	candidates->items = grown;
}

void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->items[i].text);
		free(candidates->items[i].description);
	}
	free(candidates->items);
	*candidates = (struct candidates){ 0 };
}

/* ---- Options ---- */

struct option_view {
	const char *name; /* NULL: it has a letter only */
	int key;
	const char *arg; /* its value's name, NULL for none */
	bool is_optional;
	const char *doc;
};

struct view {
	struct option_view options[OPTIONS_MAX];
	size_t count;
};

static void add_option(struct view *view, const struct argp_option *option)
{
	struct option_view *before = view->count == 0 ? NULL : &view->options[view->count - 1];

	if (view->count == OPTIONS_MAX || (option->name == NULL && option->key == 0))
		return;
	view->options[view->count++] = (struct option_view){
		.name = option->name,
		.key = option->key,
		.arg = option->arg,
		.is_optional = option->flags & OPTION_ARG_OPTIONAL,
		.doc = option->doc == NULL ? "" : option->doc,
	};
	if ((option->flags & OPTION_ALIAS) && before != NULL) {
		view->options[view->count - 1] = *before;
		view->options[view->count - 1].name = option->name;
		view->options[view->count - 1].key = option->key;
	}
}

static void add_options(struct view *view, const struct argp *argp)
{
	const struct argp_option *option;

	for (option = argp->options;
	     option != NULL && (option->name != NULL || option->key != 0 || option->doc != NULL);
	     option++)
		if (!(option->flags & OPTION_HIDDEN))
			add_option(view, option);
	for (const struct argp_child *child = argp->children; child != NULL && child->argp != NULL;
	     child++)
		add_options(view, child->argp);
}

/* With the three that argp adds to all. */
static void make_view(struct view *view, const struct argp *argp)
{
	static const struct argp_option own[] = {
		{ "help", '?', NULL, 0, "Give this help list" },
		{ "usage", 0x7f00, NULL, 0, "Give a short usage message" },
		{ "version", 'V', NULL, 0, "Print program version" },
		{ 0 },
	};

	view->count = 0;
	add_options(view, argp);
	for (const struct argp_option *option = own; option->name != NULL; option++)
		add_option(view, option);
}

static const struct option_view *find_long(const struct view *view, const char *name, size_t len)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->options[i].name != NULL && strlen(view->options[i].name) == len &&
		    strncmp(view->options[i].name, name, len) == 0)
			return &view->options[i];
	return NULL;
}

static const struct option_view *find_short(const struct view *view, char key)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->options[i].key == key)
			return &view->options[i];
	return NULL;
}

/* The option of the word that takes a value, and where the value begins: at the word's end if the
 * next word is it, NULL if there is no such option. */
static const struct option_view *find_valued(const struct view *view, const char *word,
					     const char **ret_value)
{
	const struct option_view *option;
	size_t len;

	if (word[0] == '-' && word[1] == '-') {
		len = strcspn(word, "=");
		option = find_long(view, word + 2, len - 2);
		*ret_value = word[len] == '=' ? word + len + 1 : word + len;
		if (option == NULL || option->arg == NULL)
			return NULL;
		return word[len] == '=' || !option->is_optional ? option : NULL;
	}
	for (len = 1; word[0] == '-' && word[len] != '\0'; len++) {
		option = find_short(view, word[len]);
		if (option == NULL || option->arg == NULL)
			continue;
		*ret_value = word + len + 1;
		return option->is_optional ? NULL : option;
	}
	return NULL;
}

/* The first clause of a help text. */
static char *get_summary(const char *doc)
{
	struct buffer text = { 0 };
	size_t len = strcspn(doc, ":;");
	const char *bracket = strstr(doc, " (");

	if (bracket != NULL && (size_t)(bracket - doc) < len)
		len = (size_t)(bracket - doc);
	buffer_append(&text, doc, len);
	return buffer_steal(&text);
}

/* Letters are for those who know them; names tell what they do. */
static void add_option_names(const struct view *view, const struct completion *completion)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct option_view *option = &view->options[i];
		struct buffer name = { 0 };
		char *text, *summary;

		if (option->name == NULL)
			continue;
		buffer_append_string(&name, "--");
		buffer_append_string(&name, option->name);
		if (option->arg != NULL && !option->is_optional)
			buffer_append_string(&name, "=");
		text = buffer_steal(&name);
		summary = get_summary(option->doc);
		completion_add(completion, text, summary);
		free(summary);
		free(text);
	}
}

/* ---- Arguments ---- */

/* The word at `position` of "COMMAND [JSON]"; one with dots stands for all that follow. */
static void get_argument_name(const char *arguments, size_t position, char name[NAME_MAX_LEN])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-|";

	name[0] = '\0';
	while (arguments != NULL && *(arguments += strcspn(arguments, letters)) != '\0') {
		size_t len = strspn(arguments, letters);
		bool is_last = strncmp(arguments + len, "...", 3) == 0;

		if ((position == 0 || is_last) && len < NAME_MAX_LEN) {
			memcpy(name, arguments, len);
			name[len] = '\0';
			return;
		}
		position--;
		arguments += len;
	}
}

static void add_argument(const struct completion *completion, const char *arguments,
			 size_t position)
{
	char name[NAME_MAX_LEN];

	get_argument_name(arguments, position, name);
	if (name[0] != '\0')
		completion_add_kind(completion, name);
}

void complete_argument(struct candidates *ret, const char *arguments, size_t position,
		       const char *word, struct session *session)
{
	const struct completion completion = {
		.candidates = ret,
		.prefix = "",
		.word = word,
		.session = session,
	};

	add_argument(&completion, arguments, position);
}

/* ---- Command lines ---- */

/* What is known from the words before the one that is typed. */
struct place {
	const struct command *command; /* NULL before it */
	bool is_unknown;               /* there is one, but not of ours */
	size_t n_arguments;
	bool has_no_options;               /* behind -- */
	const struct option_view *waiting; /* its value is the next word */
	const char *address;
	struct view view;
};

static void take_value(struct place *place, const struct option_view *option, const char *value)
{
	if (option->name != NULL && strcmp(option->name, "connect") == 0)
		place->address = value;
}

static void take_word(struct place *place, const char *word)
{
	const struct option_view *option = NULL;
	const char *value = NULL;

	if (place->waiting != NULL) {
		take_value(place, place->waiting, word);
		place->waiting = NULL;
	} else if (!place->has_no_options && strcmp(word, "--") == 0) {
		place->has_no_options = true;
	} else if (!place->has_no_options && word[0] == '-' && word[1] != '\0') {
		option = find_valued(&place->view, word, &value);
		if (option == NULL)
			return;
		if (*value == '\0')
			place->waiting = option;
		else
			take_value(place, option, value);
	} else if (place->command == NULL) {
		place->command = command_find(word);
		place->is_unknown = place->command == NULL || place->command->argp == NULL;
		if (!place->is_unknown)
			make_view(&place->view, place->command->argp);
	} else {
		place->n_arguments++;
	}
}

static void add_candidates(const struct place *place, struct completion *completion)
{
	const struct option_view *option = place->waiting;
	const char *word = completion->word, *value = NULL;
	char *prefix = NULL;

	if (option == NULL && word[0] == '-' && !place->has_no_options) {
		option = find_valued(&place->view, word, &value);
		if (option == NULL || (*value == '\0' && value[-1] != '=')) {
			add_option_names(&place->view, completion);
			return;
		}
		prefix = strndup(word, (size_t)(value - word));
		if (prefix == NULL)
			out_of_memory();
		completion->prefix = prefix;
		completion->word = value;
	}
	if (option != NULL)
		completion_add_kind(completion, option->arg);
	else if (place->command == NULL)
		completion_add_kind(completion, "COMMAND");
	else
		add_argument(completion, place->command->argp->args_doc, place->n_arguments);
	free(prefix);
}

void complete_words(struct candidates *ret, char **words, size_t n_words, struct session *session)
{
	struct place place = { 0 };
	struct completion completion = { .candidates = ret, .prefix = "", .session = session };

	make_view(&place.view, &balloonctl_argp);
	for (size_t i = 0; i + 1 < n_words && !place.is_unknown; i++)
		take_word(&place, words[i]);
	if (n_words == 0 || place.is_unknown)
		return;
	completion.word = words[n_words - 1];
	completion.address = place.address;
	completion.command = place.command;
	add_candidates(&place, &completion);
}
