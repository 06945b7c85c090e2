/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The queue of events: in order, bounded, and what is dropped is counted. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "balloonctl.h"
#include "base/util.h"
#include "client/event.h"
#include "scarce.h"
#include "suite.h"

static void add(struct event_queue *queue, const char *text)
{
	struct message message;

	CU_ASSERT_EQUAL_FATAL(message_parse(text, strlen(text), &message), 0);
	event_queue_add(queue, &message);
	message_done(&message);
}

static void add_number(struct event_queue *queue, int number)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"event\": \"E%d\"}", number);
	add(queue, text);
}

static void assert_next(struct event_queue *queue, int number)
{
	struct balloonctl_event *event = event_queue_take(queue);
	char name[16];

	snprintf(name, sizeof(name), "E%d", number);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT_STRING_EQUAL(balloonctl_event_get_name(event), name);
	balloonctl_event_free(event);
}

static void test_order(void)
{
	struct event_queue queue = { 0 };
	int in = 0, out = 0;

	CU_ASSERT_PTR_NULL(event_queue_take(&queue));
	/* Emptied and filled again in all the ways there are. */
	for (int round = 1; round < 8; round++) {
		for (int i = 0; i < round; i++)
			add_number(&queue, in++);
		for (int i = 0; i < round - round % 2; i++)
			assert_next(&queue, out++);
	}
	while (out < in)
		assert_next(&queue, out++);
	CU_ASSERT_PTR_NULL(event_queue_take(&queue));
	CU_ASSERT_EQUAL(queue.lost, 0);
	event_queue_done(&queue);
}

static void test_bound(void)
{
	struct event_queue queue = { 0 };

	for (int i = 0; i < EVENTS_MAX; i++)
		add_number(&queue, i);
	CU_ASSERT_EQUAL(queue.lost, 0);
	for (int i = 0; i < 3; i++)
		add_number(&queue, EVENTS_MAX + i);
	CU_ASSERT_EQUAL(queue.count, EVENTS_MAX);
	CU_ASSERT_EQUAL(queue.lost, 3);
	for (int i = 3; i < EVENTS_MAX + 3; i++)
		assert_next(&queue, i);
	CU_ASSERT_PTR_NULL(event_queue_take(&queue));
	event_queue_done(&queue);
}

/* An event whose text is this long. */
static void add_long(struct event_queue *queue, size_t bytes)
{
	static const char start[] = "{\"event\": \"", end[] = "\"}";
	char *text = malloc(bytes + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, 'x', bytes);
	memcpy(text, start, strlen(start));
	strcpy(text + bytes - strlen(end), end);
	add(queue, text);
	free(text);
}

static void test_bound_in_bytes(void)
{
	struct event_queue queue = { 0 };

	add_number(&queue, 1);
	add_long(&queue, EVENTS_BYTES_MAX + 1);
	CU_ASSERT_EQUAL(queue.lost, 1);
	assert_next(&queue, 1);
	CU_ASSERT_PTR_NULL(event_queue_take(&queue));

	add_long(&queue, EVENTS_BYTES_MAX / 2);
	add_long(&queue, EVENTS_BYTES_MAX / 2);
	CU_ASSERT_EQUAL(queue.lost, 1);
	add_number(&queue, 2);
	CU_ASSERT_EQUAL(queue.lost, 2);
	CU_ASSERT_EQUAL(queue.count, 2);
	add_long(&queue, EVENTS_BYTES_MAX);
	CU_ASSERT_EQUAL(queue.lost, 4);
	CU_ASSERT_EQUAL(queue.count, 1);
	balloonctl_event_free(event_queue_take(&queue));
	for (int i = 0; i < EVENTS_MAX; i++)
		add_number(&queue, i);
	CU_ASSERT_EQUAL(queue.lost, 4);
	event_queue_done(&queue);
	CU_ASSERT_EQUAL(queue.bytes, 0);
}

static void test_size_of_the_balloon(void)
{
	static const struct {
		const char *text;
		int r;
		int64_t actual;
	} rows[] = {
		{ "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 5}}", 0, 5 },
		{ "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": -5}}", 0, -5 },
		{ "{\"event\": \"BALLOON_CHANGE\", \"data\": {}}", -ENODATA, 77 },
		{ "{\"event\": \"BALLOON_CHANGE\"}", -ENODATA, 77 },
		{ "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": \"5\"}}", -ENODATA, 77 },
		{ "{\"event\": \"BALLOON_CHANGE\", \"data\": [5]}", -ENODATA, 77 },
		{ "{\"event\": \"OTHER\", \"data\": {\"actual\": 5}}", -ENODATA, 77 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event_queue queue = { 0 };
		struct balloonctl_event *event;
		int64_t actual = 77;

		add(&queue, rows[i].text);
		event = event_queue_take(&queue);
		CU_ASSERT_PTR_NOT_NULL_FATAL(event);
		CU_ASSERT_EQUAL(balloonctl_event_get_actual_bytes(event, &actual), rows[i].r);
		CU_ASSERT_EQUAL(actual, rows[i].actual);
		CU_ASSERT_EQUAL(balloonctl_event_get_timestamp_us(event), -1);
		CU_ASSERT_STRING_EQUAL(balloonctl_event_get_json(event), rows[i].text);
		balloonctl_event_free(event);
		event_queue_done(&queue);
	}
	balloonctl_event_free(NULL);
}

static void test_done(void)
{
	struct event_queue queue = { 0 };

	add_number(&queue, 1);
	add_number(&queue, 2);
	event_queue_done(&queue);
	CU_ASSERT_EQUAL(queue.count, 0);
	add_number(&queue, 3);
	assert_next(&queue, 3);
	event_queue_done(&queue);
}

static void test_scarce_memory(void)
{
	static const char text[] = "{\"event\": \"E1\"}";
	struct event_queue queue = { 0 };

	for (long n = 0; n < 3; n++) {
		struct message message;

		CU_ASSERT_EQUAL_FATAL(message_parse(text, strlen(text), &message), 0);
		scarce_allow(n);
		event_queue_add(&queue, &message);
		scarce_allow(-1);
		CU_ASSERT_EQUAL(queue.lost, (uint64_t)MIN(n + 1, 2));
		CU_ASSERT_EQUAL(queue.count, n == 2);
		message_done(&message);
	}
	assert_next(&queue, 1);
	event_queue_done(&queue);
}

static CU_TestInfo tests[] = {
	{ "events come out in the order they came in", test_order },
	{ "256 are kept, the oldest go, and are counted", test_bound },
	{ "a megabyte of them is kept", test_bound_in_bytes },
	{ "only BALLOON_CHANGE tells a size", test_size_of_the_balloon },
	{ "a queue can be emptied and used again", test_done },
	{ "an event without memory is lost, and counted", test_scarce_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("event", tests, argc, argv);
}
