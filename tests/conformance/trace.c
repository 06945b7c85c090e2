/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The trace of a rig: one line for each observation. Values that the facts give are compared at
 * once, and the line says so when they differ.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

static void add(struct rig *rig, const char *file, int line, bool is_wrong, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void add(struct rig *rig, const char *file, int line, bool is_wrong, const char *format, ...)
{
	struct rig_line *lines;
	va_list args;
	char *text;
	int ret;

	va_start(args, format);
	ret = vasprintf(&text, format, args);
	va_end(args);
	assert(ret >= 0);
	lines = realloc(rig->lines, (rig->n_lines + 1) * sizeof(*lines));
	assert(lines != NULL);
	rig->lines = lines;
	lines[rig->n_lines++] = (struct rig_line){
		.text = text,
		.file = file,
		.line = line,
		.is_wrong = is_wrong,
	};
	rig->n_wrong += is_wrong;
}

void rig_observe(struct rig *rig, const char *file, int line, const char *name, uint64_t value)
{
	add(rig, file, line, false, "%s = 0x%" PRIx64, name, value);
}

void rig_expect(struct rig *rig, const char *file, int line, const char *name, uint64_t value,
		uint64_t wanted)
{
	if (value == wanted)
		rig_observe(rig, file, line, name, value);
	else
		add(rig, file, line, true, "%s = 0x%" PRIx64 ", by the facts 0x%" PRIx64, name,
		    value, wanted);
}

void rig_observe_text(struct rig *rig, const char *file, int line, const char *name,
		      const char *text)
{
	add(rig, file, line, false, "%s: %s", name, text);
}

void rig_expect_text(struct rig *rig, const char *file, int line, const char *name,
		     const char *text, const char *wanted)
{
	if (strcmp(text, wanted) == 0)
		rig_observe_text(rig, file, line, name, text);
	else
		add(rig, file, line, true, "%s: %s\n\tby the facts %s", name, text, wanted);
}

void rig_observe_bytes(struct rig *rig, const char *file, int line, const char *name, uint64_t gpa,
		       size_t len)
{
	unsigned char *bytes = malloc(len);
	char *text = malloc(2 * len + 1);

	assert(bytes != NULL && text != NULL);
	text[0] = '\0';
	rig_load(rig, gpa, bytes, len);
	for (size_t i = 0; i < len; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	add(rig, file, line, false, "%s at 0x%" PRIx64 ": %s", name, gpa, text);
	free(bytes);
	free(text);
}

void rig_expect_error(struct rig *rig, const char *file, int line, const char *command,
		      const char *class, const char *desc)
{
	char *wanted;
	int ret = asprintf(&wanted, "{\"error\": {\"class\": \"%s\", \"desc\": \"%s\"}}", class,
			   desc);

	assert(ret >= 0);
	rig_expect_text(rig, file, line, command, rig_qmp(rig, command), wanted);
	free(wanted);
}

static char *take_events(struct rig *rig)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert(out != NULL);
	for (size_t i = 0; i < rig->n_events; i++) {
		fprintf(out, "%s%s", i > 0 ? "; " : "", rig->events[i]);
		free(rig->events[i]);
	}
	rig->n_events = 0;
	fclose(out);
	return text;
}

void rig_observe_events(struct rig *rig, const char *file, int line)
{
	char *text;

	rig_settle(rig);
	text = take_events(rig);
	rig_observe_text(rig, file, line, "events", text);
	free(text);
}

void rig_expect_events(struct rig *rig, const char *file, int line, const char *wanted)
{
	char *text;

	rig_settle(rig);
	text = take_events(rig);
	rig_expect_text(rig, file, line, "events", text, wanted);
	free(text);
}

void rig_observe_all(struct rig *rig, const char *file, int line)
{
	static const char *const names[] = { "guest-stats", "guest-stats-polling-interval" };
	uint32_t values[64];
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	rig_settle(rig);
	if (!rig->options.is_pci) {
		out = open_memstream(&text, &size);
		assert(out != NULL);
		rig->ops->read_registers(rig, values);
		for (int i = 0; i < 64; i++)
			if (values[i] != 0)
				fprintf(out, " %02x=%x", 4 * i, values[i]);
		for (uint32_t i = 0; i < 5; i++)
			fprintf(out, " %x=%x", 0x100 + 4 * i, rig_get(rig, 0x100 + 4 * i));
		fclose(out);
		rig_observe_text(rig, file, line, "registers", text);
		free(text);
		rig_observe(rig, file, line, "interrupt", rig->ops->has_interrupt(rig));
	}
	for (size_t i = 0; i < 2 && !rig->options.has_no_balloon; i++)
		rig_observe_text(rig, file, line, names[i],
				 rig_qmpf(rig,
					  "{'execute':'qom-get','arguments':{'path':'%s',"
					  "'property':'%s'}}",
					  rig->options.is_anonymous
						  ? "/machine/peripheral-anon/device[0]"
						  : "/machine/peripheral/b0",
					  names[i]));
	rig_observe_text(rig, file, line, "query-balloon",
			 rig_qmp(rig, "{'execute':'query-balloon'}"));
	rig_observe_text(rig, file, line, "query-status",
			 rig_qmp(rig, "{'execute':'query-status'}"));
	rig_observe_events(rig, file, line);
}
