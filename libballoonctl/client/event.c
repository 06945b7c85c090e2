/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events and their bounded queue. What an event means for a VM is left to the reader. */
#include "client/event.h"

#include <errno.h>
#include <stdlib.h>

#include "balloonctl.h"
#include "base/util.h"

struct balloonctl_event {
	struct balloonctl_event *next;
	char *name;
	char *json;
	size_t bytes;
	int64_t timestamp_us;
	int64_t actual_bytes;
	bool has_actual;
};

static struct balloonctl_event *event_new(struct message *message)
{
	struct balloonctl_event *event = calloc(1, sizeof(*event));

	if (event == NULL)
		return NULL;
	event->name = strdup(message->name);
	if (event->name == NULL) {
		free(event);
		return NULL;
	}
	event->json = message->text;
	event->bytes = strlen(event->json);
	message->text = NULL;
	event->timestamp_us = message->timestamp_us;
	if (string_equal(event->name, "BALLOON_CHANGE"))
		event->has_actual = json_get_i64(json_member(message->body, "actual"),
						 &event->actual_bytes) == 0;
	return event;
}

void event_queue_add(struct event_queue *queue, struct message *message)
{
	struct balloonctl_event *event = event_new(message);

	if (event == NULL || event->bytes > EVENTS_BYTES_MAX) {
		balloonctl_event_free(event);
		queue->lost++;
		return;
	}
	while (queue->count == EVENTS_MAX || queue->bytes + event->bytes > EVENTS_BYTES_MAX) {
		balloonctl_event_free(event_queue_take(queue));
		queue->lost++;
	}
	if (queue->last != NULL)
		queue->last->next = event;
	else
		queue->first = event;
	queue->last = event;
	queue->count++;
	queue->bytes += event->bytes;
}

struct balloonctl_event *event_queue_take(struct event_queue *queue)
{
	struct balloonctl_event *event = queue->first;

	if (event == NULL)
		return NULL;
	queue->first = event->next;
	if (queue->first == NULL)
		queue->last = NULL;
	queue->count--;
	queue->bytes -= event->bytes;
	event->next = NULL;
	return event;
}

void event_queue_done(struct event_queue *queue)
{
	struct balloonctl_event *event;

	while ((event = event_queue_take(queue)) != NULL)
		balloonctl_event_free(event);
}

void balloonctl_event_free(struct balloonctl_event *event)
{
	if (event == NULL)
		return;
	free(event->name);
	free(event->json);
	free(event);
}

const char *balloonctl_event_get_name(const struct balloonctl_event *event)
{
	return event->name;
}

int64_t balloonctl_event_get_timestamp_us(const struct balloonctl_event *event)
{
	return event->timestamp_us;
}

int balloonctl_event_get_actual_bytes(const struct balloonctl_event *event, int64_t *ret)
{
	if (!event->has_actual)
		return -ENODATA;
	*ret = event->actual_bytes;
	return 0;
}

const char *balloonctl_event_get_json(const struct balloonctl_event *event)
{
	return event->json;
}
