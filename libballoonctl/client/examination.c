/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The examination's own parts: its end, and what the numbers of a queue mean. */
#include "client/examination.h"

#include <stdlib.h>

#include "client/info.h"

void balloonctl_examination_free(struct balloonctl_examination *examination)
{
	if (examination == NULL)
		return;
	free(examination->address);
	balloonctl_info_free(examination->info);
	free(examination);
}

const struct balloonctl_info *
balloonctl_examination_get_info(const struct balloonctl_examination *examination)
{
	return examination->info;
}

static bool get_u16(const struct json *status, const char *key, uint16_t *ret)
{
	uint64_t number;

	if (json_get_u64(json_member(status, key), &number) < 0 || number > UINT16_MAX)
		return false;
	*ret = (uint16_t)number;
	return true;
}

void examination_decode_queue(struct examined_queue *queue, const struct json *status)
{
	uint64_t descriptors;

	*queue = (struct examined_queue){ 0 };
	if (json_get_u64(json_member(status, "vring-desc"), &descriptors) < 0 ||
	    !get_u16(status, "vring-num", &queue->size) ||
	    !get_u16(status, "last-avail-idx", &queue->taken) ||
	    !get_u16(status, "used-idx", &queue->returned) ||
	    !get_u16(status, "inuse", &queue->held))
		return;
	queue->is_set_up = descriptors != 0;
	queue->is_known = true;
}

bool examination_is_consistent(const struct examined_queue *queue)
{
	uint16_t out = (uint16_t)(queue->taken - queue->returned);

	/* The indexes of a split ring go round at 2^16, those of a packed one at its size. */
	return out == queue->held ||
	       (queue->size > 0 && queue->taken < queue->size && queue->returned < queue->size &&
		(queue->taken + queue->size - queue->returned) % queue->size == queue->held);
}
