/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fleet, as the files that make it up see it: fleet.c (the object, its settings and the caller's
 * loop), member.c (the life of one VM in it) and sample.c (what comes out).
 */
#ifndef CLIENT_FLEET_H
#define CLIENT_FLEET_H

#include <sys/epoll.h>

#include "balloonctl.h"
#include "base/heap.h"
#include "client/monitor.h"
#include "client/pace.h"

struct balloonctl_sample {
	struct balloonctl_member *member;
	void *user_data;
	struct balloonctl_stats *stats; /* or an error */
	struct balloonctl_error error;
	bool was_rearmed;
};

enum member_stage {
	MEMBER_RESTS,    /* until its next sweep */
	MEMBER_IS_ASKED, /* its statistics are on the way, or the connection for them is */
	MEMBER_IS_ARMED, /* its statistics are here, and polling is being switched on */
};

struct balloonctl_member {
	uint64_t rearms;
	uint64_t connections; /* on which it answered */
	struct balloonctl_error error;
	int64_t retry_at; /* no connection is tried before */

	/* What each sweep touches, from here to the end of monitor.vm.freshness. */
	struct balloonctl_fleet *fleet;
	void *user_data;
	uint32_t number;     /* its place in the fleet, from which its phase comes */
	uint32_t generation; /* tells apart those who had the place */
	enum member_stage stage;

	/* The connection: it is watched as fd and events say, -1 and 0 while it isn't. */
	int own_fd; /* of a member that was added connected; else -1 */
	int watched_fd;
	short watched_events;
	bool is_up;            /* a connection is there or being made */
	bool has_answered;     /* on this connection */
	bool is_kept;          /* its polling interval has been what the fleet keeps */
	unsigned int failures; /* connections that ended since one gave a sample */
	unsigned int timeouts; /* questions in a row that got no reply */

	int64_t sweep_at;
	int64_t due_at; /* its time in the fleet's heap */
	struct pace_polling polling;
	struct balloonctl_stats *stats; /* of MEMBER_IS_ARMED */

	/* At most one sample waits to be fetched. */
	struct balloonctl_sample *sample;
	struct balloonctl_member *previous_sampled, *next_sampled;

	/* Not by a pointer: of ten thousand members each step from one place in memory to another costs. */
	struct balloonctl_monitor monitor;
};

#define FLEET_NO_PLACE UINT32_MAX

enum {
	FLEET_EVENTS = 256, /* one turn; what is ready beyond that still is at the next */
};

struct fleet_place {
	struct balloonctl_member *member; /* NULL: free */
	uint32_t generation;              /* of whoever had the place last */
	uint32_t next_free;
};

struct balloonctl_fleet {
	int epoll;
	struct fleet_place *places; /* by a member's number */
	uint32_t n_places, places_capacity;
	uint32_t first_free; /* of the places that were left; FLEET_NO_PLACE: none */
	size_t count;
	unsigned int descriptors; /* that the members need */
	struct heap due;          /* numbers of members */
	/* Calls that are over, for those to come: more are under way at once than malloc() keeps at
	 * hand. The last one is the first to be used again, as it is still in the processor's caches. */
	struct balloonctl_completion *spare_calls;
	unsigned int n_spare_calls;
	/* Members that are ready, from epoll_wait(), and how many of them had their turn. */
	struct epoll_event events[FLEET_EVENTS];
	int n_events, n_received;
	struct balloonctl_member *first_sampled, *last_sampled;
	struct holder_view holders; /* why monitors don't answer: looked up for all of them */
	struct balloonctl_error error;
	uint64_t seed;
	unsigned int interval_ms;
	unsigned int connect_timeout_ms, greeting_timeout_ms, reply_timeout_ms;
	unsigned int first_pause_ms, max_pause_ms;
	uint32_t kept_interval; /* seconds; 0: polling is left alone */
};

/* Of ten thousand VMs next to nothing is in the processor's caches. Waiting for it, line by line, would
 * cost more than all that is done with it: it is asked for a while before it is needed. NULL does no
 * harm. */
static inline void fleet_fetch(const void *at, size_t size)
{
	const uintptr_t begin = (uintptr_t)at;

	for (uintptr_t address = begin; address < begin + size; address += 64)
		__builtin_prefetch((const void *)address);
}

/* member.c */

/* A member that is not planned yet, with the address, or connected already at `fd` (else -1). NULL
 * with the sentence in `fleet->error`. */
struct balloonctl_member *member_new(struct balloonctl_fleet *fleet, const char *address, int fd);
void member_free(struct balloonctl_member *member);
/* How many descriptors it needs at most. */
unsigned int member_count_descriptors(const struct balloonctl_member *member);
/* Its sweeps come at its place in each interval. */
void member_plan(struct balloonctl_member *member, int64_t now);
/* Its descriptor is ready; it is due. */
void member_receive(struct balloonctl_member *member, int64_t now);
void member_be_due(struct balloonctl_member *member, int64_t now);

/* fleet.c: members that are ready get their turn, until one has a sample. */
void fleet_receive(struct balloonctl_fleet *fleet);

/* sample.c: samples wait in the order in which they came. */
void sample_deliver(struct balloonctl_member *member, struct balloonctl_stats *stats,
		    const struct balloonctl_error *error, bool was_rearmed);
void sample_drop(struct balloonctl_member *member);

#endif
