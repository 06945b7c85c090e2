/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The samples of a fleet, from their making to the caller. A member has one at a time: a caller that
 * stops fetching gets the newest ones when it goes on, and memory has a bound.
 */
#include <stdlib.h>

#include "client/fleet.h"
#include "client/stats.h"

static void enqueue(struct balloonctl_member *member)
{
	struct balloonctl_fleet *fleet = member->fleet;

	member->previous_sampled = fleet->last_sampled;
	member->next_sampled = NULL;
	if (fleet->last_sampled != NULL)
		fleet->last_sampled->next_sampled = member;
	else
		fleet->first_sampled = member;
	fleet->last_sampled = member;
}

static void dequeue(struct balloonctl_member *member)
{
	struct balloonctl_fleet *fleet = member->fleet;

	if (member->previous_sampled != NULL)
		member->previous_sampled->next_sampled = member->next_sampled;
	else
		fleet->first_sampled = member->next_sampled;
	if (member->next_sampled != NULL)
		member->next_sampled->previous_sampled = member->previous_sampled;
	else
		fleet->last_sampled = member->previous_sampled;
}

void sample_drop(struct balloonctl_member *member)
{
	if (member->sample == NULL)
		return;
	dequeue(member);
	balloonctl_sample_free(member->sample);
	member->sample = NULL;
}

void sample_deliver(struct balloonctl_member *member, struct balloonctl_stats *stats,
		    const struct balloonctl_error *error, bool was_rearmed)
{
	struct balloonctl_sample *sample = malloc(sizeof(*sample));

	/* Without memory for it the sample is lost; the next interval brings another. */
	if (sample == NULL) {
		balloonctl_stats_free(stats);
		return;
	}
	if (member->sample != NULL)
		was_rearmed |= member->sample->was_rearmed;
	sample_drop(member);
	*sample = (struct balloonctl_sample){
		.member = member,
		.user_data = member->user_data,
		.stats = stats,
		.was_rearmed = was_rearmed,
	};
	if (error != NULL)
		error_copy(&sample->error, error);
	member->sample = sample;
	enqueue(member);
}

struct balloonctl_sample *balloonctl_fleet_next_sample(struct balloonctl_fleet *fleet)
{
	struct balloonctl_member *member;
	struct balloonctl_sample *sample;

	fleet_receive(fleet);
	member = fleet->first_sampled;
	if (member == NULL)
		return NULL;
	dequeue(member);
	sample = member->sample;
	member->sample = NULL;
	return sample;
}

void balloonctl_sample_free(struct balloonctl_sample *sample)
{
	if (sample == NULL)
		return;
	balloonctl_stats_free(sample->stats);
	error_done(&sample->error);
	free(sample);
}

struct balloonctl_member *balloonctl_sample_get_member(const struct balloonctl_sample *sample)
{
	return sample->member;
}

void *balloonctl_sample_get_user_data(const struct balloonctl_sample *sample)
{
	return sample->user_data;
}

int balloonctl_sample_get_result(const struct balloonctl_sample *sample)
{
	return sample->error.code;
}

const struct balloonctl_error *balloonctl_sample_get_error(const struct balloonctl_sample *sample)
{
	return &sample->error;
}

const struct balloonctl_stats *balloonctl_sample_get_stats(const struct balloonctl_sample *sample)
{
	return sample->stats;
}

struct balloonctl_stats *balloonctl_sample_take_stats(struct balloonctl_sample *sample)
{
	struct balloonctl_stats *stats = sample->stats;

	sample->stats = NULL;
	return stats;
}

bool balloonctl_sample_was_rearmed(const struct balloonctl_sample *sample)
{
	return sample->was_rearmed;
}
