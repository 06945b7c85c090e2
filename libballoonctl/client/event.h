/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What QEMU tells unasked, kept in the order it came. */
#ifndef CLIENT_EVENT_H
#define CLIENT_EVENT_H

#include <stdint.h>

#include "qmp/message.h"

enum {
	/* A client that never asks for events must not grow without end, whatever their size. QEMU's
	 * have a few hundred bytes. */
	EVENTS_MAX = 256,
	EVENTS_BYTES_MAX = 1 << 20,
};

/* A zeroed struct is an empty queue. */
struct event_queue {
	struct balloonctl_event *first, *last;
	unsigned int count;
	size_t bytes;  /* of their texts */
	uint64_t lost; /* the oldest ones, dropped to make room, and what was too large to keep */
};

/* Queue the event of a message, whose text it takes. */
void event_queue_add(struct event_queue *queue, struct message *message);
struct balloonctl_event *event_queue_take(struct event_queue *queue); /* NULL if empty */
void event_queue_done(struct event_queue *queue);

#endif
