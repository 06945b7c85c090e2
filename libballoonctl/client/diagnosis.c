/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of findings: how it is written, put into order and read. What makes a finding is the
 * business of diagnosis-rules and diagnosis-error.
 */
#include "client/diagnosis.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"

/* Safe in a shell without quotation marks. */
static bool is_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._:@%+=,-";

	return *text != '\0' && text[strspn(text, plain)] == '\0';
}

static char *quote(const char *text)
{
	struct buf quoted = { 0 };

	if (is_plain(text))
		return strdup(text);
	buf_append_string(&quoted, "'");
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buf_append_string(&quoted, "'\\''");
		else
			buf_append(&quoted, text, 1);
	}
	buf_append_string(&quoted, "'");
	return buf_steal(&quoted);
}

struct balloonctl_diagnosis *diagnosis_begin(const char *address)
{
	struct balloonctl_diagnosis *diagnosis = calloc(1, sizeof(*diagnosis));

	if (diagnosis == NULL)
		return NULL;
	diagnosis->quoted_address = quote(address);
	diagnosis->is_out_of_memory = diagnosis->quoted_address == NULL;
	return diagnosis;
}

static void finding_done(struct finding *finding)
{
	free(finding->message);
	free(finding->repair);
	for (size_t i = 0; i < finding->n_evidence; i++)
		free(finding->evidence[i].words);
}

void balloonctl_diagnosis_free(struct balloonctl_diagnosis *diagnosis)
{
	if (diagnosis == NULL)
		return;
	for (size_t i = 0; i < diagnosis->n; i++)
		finding_done(&diagnosis->findings[i]);
	free(diagnosis->quoted_address);
	free(diagnosis);
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int by_severity = (int)balloonctl_cause_get_severity(y->cause) -
			  (int)balloonctl_cause_get_severity(x->cause);

	return by_severity != 0 ? by_severity : (int)x->cause - (int)y->cause;
}

int diagnosis_end(struct balloonctl_diagnosis *diagnosis, struct balloonctl_diagnosis **ret)
{
	if (diagnosis->is_out_of_memory) {
		balloonctl_diagnosis_free(diagnosis);
		return -ENOMEM;
	}
	qsort(diagnosis->findings, diagnosis->n, sizeof(diagnosis->findings[0]), compare);
	*ret = diagnosis;
	return 0;
}

/* What a VM, a guest or a user may have put into words gets harmless here. */
static char *make_words(struct balloonctl_diagnosis *diagnosis, const char *words)
{
	struct buf escaped = { 0 };
	char *text;

	if (words != NULL)
		text_append_escaped(&escaped, words, strlen(words));
	text = words == NULL ? NULL : buf_steal(&escaped);
	diagnosis->is_out_of_memory = diagnosis->is_out_of_memory || text == NULL;
	return text;
}

PRINTF_FORMAT(2, 0)
static char *format_words(struct balloonctl_diagnosis *diagnosis, const char *format, va_list args)
{
	char *words, *text;

	if (vasprintf(&words, format, args) < 0)
		words = NULL;
	text = make_words(diagnosis, words);
	free(words);
	return text;
}

bool diagnosis_has(const struct balloonctl_diagnosis *diagnosis, enum balloonctl_cause cause)
{
	for (size_t i = 0; i < diagnosis->n; i++)
		if (diagnosis->findings[i].cause == cause)
			return true;
	return false;
}

static struct finding *add_finding(struct balloonctl_diagnosis *diagnosis,
				   enum balloonctl_cause cause)
{
	struct finding *finding = &diagnosis->findings[diagnosis->n];

	assert(!diagnosis_has(diagnosis, cause));
	diagnosis->n++;
	finding->cause = cause;
	return finding;
}

void diagnosis_find(struct balloonctl_diagnosis *diagnosis, enum balloonctl_cause cause,
		    const char *format, ...)
{
	struct finding *finding = add_finding(diagnosis, cause);
	va_list args;

	va_start(args, format);
	finding->message = format_words(diagnosis, format, args);
	va_end(args);
}

void diagnosis_find_escaped(struct balloonctl_diagnosis *diagnosis, enum balloonctl_cause cause,
			    const char *message)
{
	struct finding *finding = add_finding(diagnosis, cause);

	finding->message = strdup(message);
	diagnosis->is_out_of_memory = diagnosis->is_out_of_memory || finding->message == NULL;
}

static struct evidence *add_evidence(struct balloonctl_diagnosis *diagnosis, const char *key)
{
	struct finding *finding = &diagnosis->findings[diagnosis->n - 1];
	struct evidence *evidence = &finding->evidence[finding->n_evidence];

	assert(finding->n_evidence < EVIDENCE_MAX);
	finding->n_evidence++;
	evidence->key = key;
	return evidence;
}

void diagnosis_add_number(struct balloonctl_diagnosis *diagnosis, const char *key, int64_t number)
{
	struct evidence *evidence = add_evidence(diagnosis, key);
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	evidence->is_number = true;
	evidence->number = number;
	evidence->words = make_words(diagnosis, text);
}

void diagnosis_add_words(struct balloonctl_diagnosis *diagnosis, const char *key, const char *words)
{
	add_evidence(diagnosis, key)->words = make_words(diagnosis, words);
}

void diagnosis_repair(struct balloonctl_diagnosis *diagnosis, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diagnosis->findings[diagnosis->n - 1].repair = format_words(diagnosis, format, args);
	va_end(args);
}

void diagnosis_repair_by(struct balloonctl_diagnosis *diagnosis, const char *format, ...)
{
	const char *address = diagnosis->quoted_address;
	va_list args;
	char *rest;
	int len;

	va_start(args, format);
	len = vasprintf(&rest, format, args);
	va_end(args);
	if (len < 0)
		rest = NULL;
	if (rest != NULL && address != NULL)
		diagnosis_repair(diagnosis, "balloonctl -c %s %s", address, rest);
	else
		diagnosis->is_out_of_memory = true;
	free(rest);
}

void diagnosis_wait(struct balloonctl_diagnosis *diagnosis, uint64_t ms)
{
	diagnosis->wait_ms = MAX(diagnosis->wait_ms, ms);
}

uint64_t balloonctl_diagnosis_get_wait_ms(const struct balloonctl_diagnosis *diagnosis)
{
	return diagnosis->wait_ms;
}

enum balloonctl_pressure
balloonctl_diagnosis_get_pressure(const struct balloonctl_diagnosis *diagnosis)
{
	return diagnosis->pressure;
}

size_t balloonctl_diagnosis_get_count(const struct balloonctl_diagnosis *diagnosis)
{
	return diagnosis->n;
}

/* Those beyond the count are zeroed. */
static const struct finding *get(const struct balloonctl_diagnosis *diagnosis, size_t index)
{
	static const struct finding none = { 0 };

	return index < diagnosis->n ? &diagnosis->findings[index] : &none;
}

enum balloonctl_cause balloonctl_diagnosis_get_cause(const struct balloonctl_diagnosis *diagnosis,
						     size_t index)
{
	return get(diagnosis, index)->cause;
}

const char *balloonctl_diagnosis_get_message(const struct balloonctl_diagnosis *diagnosis,
					     size_t index)
{
	return get(diagnosis, index)->message;
}

const char *balloonctl_diagnosis_get_repair(const struct balloonctl_diagnosis *diagnosis,
					    size_t index)
{
	return get(diagnosis, index)->repair;
}

size_t balloonctl_diagnosis_get_evidence_count(const struct balloonctl_diagnosis *diagnosis,
					       size_t index)
{
	return get(diagnosis, index)->n_evidence;
}

static const struct evidence *get_evidence(const struct balloonctl_diagnosis *diagnosis,
					   size_t index, size_t item)
{
	static const struct evidence none = { 0 };
	const struct finding *finding = get(diagnosis, index);

	return item < finding->n_evidence ? &finding->evidence[item] : &none;
}

const char *balloonctl_diagnosis_get_evidence_key(const struct balloonctl_diagnosis *diagnosis,
						  size_t index, size_t item)
{
	return get_evidence(diagnosis, index, item)->key;
}

int balloonctl_diagnosis_get_evidence_number(const struct balloonctl_diagnosis *diagnosis,
					     size_t index, size_t item, int64_t *ret)
{
	const struct evidence *evidence = get_evidence(diagnosis, index, item);

	if (!evidence->is_number)
		return -ENODATA;
	*ret = evidence->number;
	return 0;
}

const char *balloonctl_diagnosis_get_evidence_words(const struct balloonctl_diagnosis *diagnosis,
						    size_t index, size_t item)
{
	return get_evidence(diagnosis, index, item)->words;
}
