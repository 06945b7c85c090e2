/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of a call that is over. */
#include <errno.h>
#include <stdlib.h>

#include "client/call.h"

void balloonctl_completion_free(struct balloonctl_completion *completion)
{
	if (completion == NULL)
		return;
	call_done(completion);
	free(completion);
}

enum balloonctl_operation
balloonctl_completion_get_operation(const struct balloonctl_completion *completion)
{
	return (enum balloonctl_operation)completion->operation;
}

void *balloonctl_completion_get_user_data(const struct balloonctl_completion *completion)
{
	return completion->user_data;
}

int balloonctl_completion_get_result(const struct balloonctl_completion *completion)
{
	return completion->error.code;
}

const struct balloonctl_error *
balloonctl_completion_get_error(const struct balloonctl_completion *completion)
{
	return &completion->error;
}

static bool is_success(const struct balloonctl_completion *completion, unsigned int operation)
{
	return completion->operation == operation && completion->error.code == 0;
}

/* What is not as new as was asked for is better than nothing. */
static bool has_stats(const struct balloonctl_completion *completion)
{
	return is_success(completion, BALLOONCTL_OPERATION_GET_STATS) ||
	       (completion->operation == BALLOONCTL_OPERATION_REFRESH_STATS &&
		(completion->error.code == 0 || completion->error.code == -ESTALE));
}

const struct balloonctl_stats *
balloonctl_completion_get_stats(const struct balloonctl_completion *completion)
{
	return has_stats(completion) ? completion->stats : NULL;
}

struct balloonctl_stats *balloonctl_completion_take_stats(struct balloonctl_completion *completion)
{
	struct balloonctl_stats *stats = NULL;

	if (has_stats(completion)) {
		stats = completion->stats;
		completion->stats = NULL;
	}
	return stats;
}

const struct balloonctl_info *
balloonctl_completion_get_info(const struct balloonctl_completion *completion)
{
	return is_success(completion, BALLOONCTL_OPERATION_GET_INFO) ? completion->info : NULL;
}

struct balloonctl_info *balloonctl_completion_take_info(struct balloonctl_completion *completion)
{
	struct balloonctl_info *info = NULL;

	if (is_success(completion, BALLOONCTL_OPERATION_GET_INFO)) {
		info = completion->info;
		completion->info = NULL;
	}
	return info;
}

const struct balloonctl_examination *
balloonctl_completion_get_examination(const struct balloonctl_completion *completion)
{
	return is_success(completion, BALLOONCTL_OPERATION_EXAMINE) ? completion->examination
								    : NULL;
}

struct balloonctl_examination *
balloonctl_completion_take_examination(struct balloonctl_completion *completion)
{
	struct balloonctl_examination *examination = NULL;

	if (is_success(completion, BALLOONCTL_OPERATION_EXAMINE)) {
		examination = completion->examination;
		completion->examination = NULL;
	}
	return examination;
}

uint32_t balloonctl_completion_get_polling_interval(const struct balloonctl_completion *completion)
{
	bool is_told = is_success(completion, BALLOONCTL_OPERATION_GET_POLLING_INTERVAL) ||
		       is_success(completion, BALLOONCTL_OPERATION_SET_POLLING_INTERVAL);

	return is_told ? completion->polling_interval : 0;
}

uint32_t
balloonctl_completion_get_previous_polling_interval(const struct balloonctl_completion *completion)
{
	if (!is_success(completion, BALLOONCTL_OPERATION_SET_POLLING_INTERVAL))
		return 0;
	return completion->previous_interval;
}

int64_t balloonctl_completion_get_actual_bytes(const struct balloonctl_completion *completion)
{
	if (!is_success(completion, BALLOONCTL_OPERATION_GET_ACTUAL_BYTES))
		return 0;
	return completion->actual_bytes;
}

const char *balloonctl_completion_get_json(const struct balloonctl_completion *completion)
{
	return is_success(completion, BALLOONCTL_OPERATION_EXECUTE) ? completion->json : NULL;
}
