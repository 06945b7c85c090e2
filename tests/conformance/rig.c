/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What both kinds of machine have in common: registers and memory by name, and the conversation in
 * QMP. The trace is in trace.c.
 */
#include "rig.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MS 20000 /* a deadline for broken machines, not a measure */

static const char *const profiles[RIG_VERSIONS] = { "7.2", "10.0", "11.1" };

const char *rig_get_profile(enum rig_version version)
{
	return profiles[version];
}

void rig_die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(3);
}

uint64_t rig_read(struct rig *rig, uint32_t offset, unsigned int width)
{
	return rig->ops->read(rig, rig->base + offset, width);
}

void rig_write(struct rig *rig, uint32_t offset, unsigned int width, uint64_t value)
{
	rig->ops->write(rig, rig->base + offset, width, value);
}

uint32_t rig_get(struct rig *rig, uint32_t offset)
{
	return (uint32_t)rig_read(rig, offset, 4);
}

void rig_set(struct rig *rig, uint32_t offset, uint32_t value)
{
	rig_write(rig, offset, 4, value);
}

void rig_load(struct rig *rig, uint64_t gpa, void *to, size_t len)
{
	rig->ops->read_memory(rig, gpa, to, len);
}

void rig_store(struct rig *rig, uint64_t gpa, const void *from, size_t len)
{
	rig->ops->write_memory(rig, gpa, from, len);
}

uint16_t rig_load16(struct rig *rig, uint64_t gpa)
{
	return (uint16_t)rig->ops->read(rig, gpa, 2);
}

uint32_t rig_load32(struct rig *rig, uint64_t gpa)
{
	return (uint32_t)rig->ops->read(rig, gpa, 4);
}

uint64_t rig_load64(struct rig *rig, uint64_t gpa)
{
	return rig->ops->read(rig, gpa, 8);
}

void rig_store16(struct rig *rig, uint64_t gpa, uint16_t value)
{
	rig->ops->write(rig, gpa, 2, value);
}

void rig_store32(struct rig *rig, uint64_t gpa, uint32_t value)
{
	rig->ops->write(rig, gpa, 4, value);
}

void rig_store64(struct rig *rig, uint64_t gpa, uint64_t value)
{
	rig->ops->write(rig, gpa, 8, value);
}

void rig_pass_ns(struct rig *rig, int64_t ns)
{
	rig->ops->pass_ns(rig, ns);
	rig_settle(rig);
}

void rig_pass(struct rig *rig, int ms)
{
	rig_pass_ns(rig, ms * INT64_C(1000000));
}

void rig_pass_wall(struct rig *rig, int ms)
{
	rig->ops->pass_wall_ms(rig, ms);
	rig_settle(rig);
}

/* ---- QMP ---- */

void rig_wire_open(struct rig *rig, struct rig_wire *wire)
{
	*wire = (struct rig_wire){ .fd = rig->ops->connect(rig) };
	if (wire->fd < 0)
		rig_die("no connection to the monitor");
}

void rig_freeze(struct rig *rig, bool is_frozen)
{
	rig->is_frozen = is_frozen;
	if (rig->ops->freeze != NULL)
		rig->ops->freeze(rig);
}

void rig_wire_close(struct rig_wire *wire)
{
	close(wire->fd);
	free(wire->text);
	*wire = (struct rig_wire){ .fd = -1 };
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Add what has come, waiting at most until the deadline: 1, 0 for the time being over, -1 at the
 * end of the stream. */
static int wire_fill(struct rig *rig, struct rig_wire *wire, long long deadline)
{
	struct pollfd pfd = { .fd = wire->fd, .events = POLLIN };
	long long left;
	ssize_t n;

	rig->ops->serve(rig);
	left = deadline - now_ms();
	if (poll(&pfd, 1, left > 0 ? (int)left : 0) <= 0)
		return 0;
	wire->text = realloc(wire->text, wire->length + 65536 + 1);
	assert(wire->text != NULL);
	n = recv(wire->fd, wire->text + wire->length, 65536, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 1;
	if (n <= 0)
		return -1;
	wire->length += n;
	wire->text[wire->length] = '\0';
	return 1;
}

void rig_wire_send(struct rig *rig, struct rig_wire *wire, const void *bytes, size_t len)
{
	struct pollfd pfd = { .fd = wire->fd, .events = POLLOUT };
	const char *at = bytes;
	ssize_t n;

	while (len > 0) {
		n = send(wire->fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN) {
			rig->ops->serve(rig);
			poll(&pfd, 1, 100);
			continue;
		}
		if (n < 0)
			return; /* told by what is then not received */
		at += n;
		len -= n;
	}
	rig->ops->serve(rig);
}

/* Cut `text` between the end of `before` and the first of `stops` behind it, put `instead` there. */
static void replace(char *text, const char *before, const char *stops, const char *instead)
{
	char *from = text;
	size_t gap, len = strlen(instead);

	while ((from = strstr(from, before)) != NULL) {
		from += strlen(before);
		gap = strcspn(from, stops);
		if (gap < len)
			continue; /* never with what we replace */
		memcpy(from, instead, len);
		memmove(from + len, from + gap, strlen(from + gap) + 1);
		from += len;
	}
}

/* What differs from run to run, and from build to build, goes. */
static void normalise(struct rig *rig, char *line)
{
	char *end = strstr(line, "\"last-update\": ");

	if (end != NULL)
		rig->last_update = strtoll(end + 15, NULL, 10);

	if (strncmp(line, "{\"timestamp\": {", 15) == 0 && (end = strstr(line, "}, ")) != NULL)
		memmove(line + 1, end + 3, strlen(end + 3) + 1);
	if (strstr(line, "\"last-update\": 0") == NULL)
		replace(line, "\"last-update\": ", ",}", "T");
	replace(line, "\"micro\": ", ",}", "M");
	replace(line, "\"package\": \"", "\"", "P");
}

char *rig_wire_line(struct rig *rig, struct rig_wire *wire, int timeout_ms)
{
	long long deadline = now_ms() + timeout_ms;
	char *begin, *end, *line;
	int ret;

	for (;;) {
		begin = wire->text != NULL ? wire->text + wire->taken : NULL;
		end = begin != NULL ? strstr(begin, "\r\n") : NULL;
		if (end != NULL)
			break;
		ret = wire_fill(rig, wire, deadline);
		if (ret < 0 || (ret == 0 && now_ms() >= deadline))
			return NULL;
	}
	line = strndup(begin, end - begin);
	assert(line != NULL);
	wire->taken = end + 2 - wire->text;
	if (wire->taken == wire->length) {
		wire->taken = wire->length = 0;
		wire->text[0] = '\0';
	}
	normalise(rig, line);
	return line;
}

static bool is_event(const char *line)
{
	return strncmp(line, "{\"event\"", 8) == 0;
}

/* The next line that is no event. */
static char *next_answer(struct rig *rig, const char *command)
{
	char *line;

	while ((line = rig_wire_line(rig, &rig->qmp, ANSWER_MS)) != NULL && is_event(line)) {
		assert(rig->n_events < sizeof(rig->events) / sizeof(rig->events[0]));
		rig->events[rig->n_events++] = line;
	}
	if (line == NULL)
		rig_die("# no answer to %s", command);
	return line;
}

const char *rig_qmp(struct rig *rig, const char *command)
{
	char *text = strdup(command);

	assert(text != NULL);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	rig_wire_send(rig, &rig->qmp, text, strlen(text));
	free(text);
	free(rig->reply);
	rig->reply = next_answer(rig, command);
	return rig->reply;
}

const char *rig_qmpf(struct rig *rig, const char *format, ...)
{
	const char *reply;
	va_list args;
	char *text;
	int ret;

	va_start(args, format);
	ret = vasprintf(&text, format, args);
	va_end(args);
	assert(ret >= 0);
	reply = rig_qmp(rig, text);
	free(text);
	return reply;
}

char *rig_qmp_raw(struct rig *rig, const void *bytes, size_t len)
{
	static const char mark[] = "\xff{\"execute\": \"query-name\", \"id\": \"the mark\"}";
	char *lines = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&lines, &size);
	bool is_mark;
	char *line;

	assert(out != NULL);
	rig_wire_send(rig, &rig->qmp, bytes, len);
	rig_wire_send(rig, &rig->qmp, mark, sizeof(mark) - 1);
	do {
		line = rig_wire_line(rig, &rig->qmp, ANSWER_MS);
		if (line == NULL)
			rig_die("# no answer to %.60s", (const char *)bytes);
		is_mark = strstr(line, "the mark") != NULL;
		fprintf(out, "%s\n", line);
		free(line);
	} while (!is_mark);
	fclose(out);
	return lines;
}

void rig_settle(struct rig *rig)
{
	/* By the second answer the main loop has gone round once with all timers looked at. The
	 * register read brings interrupts that are under way. */
	rig_qmp(rig, "{'execute':'query-name'}");
	rig_qmp(rig, "{'execute':'query-name'}");
	if (!rig->options.is_pci)
		rig_get(rig, 0);
}

void rig_begin(struct rig *rig)
{
	char *greeting;

	rig_wire_open(rig, &rig->qmp);
	greeting = rig_wire_line(rig, &rig->qmp, ANSWER_MS);
	if (greeting == NULL)
		rig_die("no greeting");
	if (strstr(greeting, "\"major\": 7}") != NULL)
		rig->version = RIG_7_2;
	else if (strstr(greeting, "\"major\": 10}") != NULL)
		rig->version = RIG_10_0;
	else if (strstr(greeting, "\"major\": 11}") != NULL)
		rig->version = RIG_11_1;
	else
		rig_die("a version that we have no facts of: %s", greeting);
	free(greeting);
	rig_qmp(rig, "{'execute':'qmp_capabilities'}");
}

void rig_reconnect(struct rig *rig)
{
	rig_wire_close(&rig->qmp);
	rig_begin(rig);
}

struct rig *rig_new(const struct rig_ops *ops, const struct rig_options *options, void *context)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	assert(rig != NULL);
	rig->ops = ops;
	rig->options = *options;
	rig->context = context;
	rig->base = 0xfeb00e00;
	rig->qmp.fd = -1;
	return rig;
}

void rig_stop(struct rig *rig)
{
	if (rig->context != NULL)
		rig->ops->stop(rig);
	rig->context = NULL;
}

void rig_free(struct rig *rig)
{
	if (rig == NULL)
		return;
	rig_stop(rig);
	if (rig->qmp.fd >= 0)
		rig_wire_close(&rig->qmp);
	for (size_t i = 0; i < rig->n_events; i++)
		free(rig->events[i]);
	for (size_t i = 0; i < rig->n_lines; i++)
		free(rig->lines[i].text);
	free(rig->lines);
	free(rig->reply);
	free(rig->kit);
	free(rig);
}
