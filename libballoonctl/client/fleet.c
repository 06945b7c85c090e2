/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many monitors in one loop: one epoll(7) says who is ready, one heap who is due, and nobody else is
 * looked at. What a member then does is its own affair (member.c).
 */
#include "client/fleet.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	INTERVAL_DEFAULT_MS = 10000,
	TIMEOUT_DEFAULT_MS = 5000,
	PAUSE_FIRST_MS = 1000,
	PAUSE_MAX_MS = 60000,
	TIME_MAX_MS = 24 * 60 * 60 * 1000,

	/* Descriptors that are not the members': the caller's, and some for look-ups. */
	DESCRIPTORS_SPARE = 16,

	PLACES_FIRST = 16,
};

struct balloonctl_fleet *balloonctl_fleet_new(void)
{
	struct balloonctl_fleet *fleet = calloc(1, sizeof(*fleet));

	if (fleet == NULL)
		return NULL;
	fleet->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (fleet->epoll < 0) {
		free(fleet);
		return NULL;
	}
	fleet->first_free = FLEET_NO_PLACE;
	fleet->interval_ms = INTERVAL_DEFAULT_MS;
	fleet->connect_timeout_ms = TIMEOUT_DEFAULT_MS;
	fleet->greeting_timeout_ms = TIMEOUT_DEFAULT_MS;
	fleet->reply_timeout_ms = TIMEOUT_DEFAULT_MS;
	fleet->first_pause_ms = PAUSE_FIRST_MS;
	fleet->max_pause_ms = PAUSE_MAX_MS;
	fleet->seed = (uint64_t)getpid();
	return fleet;
}

/* Members ---------------------------------------------------------------------------------------*/

static int grow(struct balloonctl_fleet *fleet)
{
	uint32_t capacity = MAX(fleet->places_capacity * 2, PLACES_FIRST);
	struct fleet_place *places;

	if (heap_reserve(&fleet->due, capacity) < 0)
		return -ENOMEM;
	places = realloc(fleet->places, capacity * sizeof(*places));
	if (places == NULL)
		return -ENOMEM;
	fleet->places = places;
	fleet->places_capacity = capacity;
	return 0;
}

static int take_place(struct balloonctl_fleet *fleet, struct balloonctl_member *member)
{
	uint32_t number = fleet->first_free;

	if (number != FLEET_NO_PLACE) {
		fleet->first_free = fleet->places[number].next_free;
	} else {
		if (fleet->n_places == fleet->places_capacity && grow(fleet) < 0)
			return -ENOMEM;
		number = fleet->n_places++;
		fleet->places[number].generation = 0;
	}
	fleet->places[number].member = member;
	member->number = number;
	member->generation = ++fleet->places[number].generation;
	fleet->count++;
	return 0;
}

static void leave_place(struct balloonctl_fleet *fleet, struct balloonctl_member *member)
{
	struct fleet_place *place = &fleet->places[member->number];

	place->member = NULL;
	place->next_free = fleet->first_free;
	fleet->first_free = member->number;
	fleet->count--;
}

static void fetch_ahead(const struct balloonctl_fleet *fleet, uint32_t number)
{
	const struct balloonctl_member *member = fleet->places[number].member;

	if (member != NULL)
		fleet_fetch(&member->fleet,
			    offsetof(struct balloonctl_member, monitor.vm.device_type) -
				    offsetof(struct balloonctl_member, fleet));
}

/* The one that an event is for. NULL if it has left: a process that was forked may have a duplicate
 * of its descriptor, and then the kernel goes on watching that. */
static struct balloonctl_member *find_member(const struct balloonctl_fleet *fleet, uint64_t data)
{
	struct balloonctl_member *member = fleet->places[data & UINT32_MAX].member;

	return member != NULL && member->generation == data >> 32 ? member : NULL;
}

static int check_descriptors(struct balloonctl_fleet *fleet, const struct balloonctl_member *member)
{
	unsigned int needed = fleet->descriptors + member_count_descriptors(member);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= needed + DESCRIPTORS_SPARE)
		return 0;
	return error_set(&fleet->error, -EMFILE, NULL,
			 "%s: a fleet of %zu VMs needs %u descriptors, and this process may have "
			 "%llu; raise RLIMIT_NOFILE ('ulimit -n')",
			 member->monitor.vm.address, fleet->count + 1, needed + DESCRIPTORS_SPARE,
			 (unsigned long long)limit.rlim_cur);
}

static void set_timeouts(const struct balloonctl_fleet *fleet, struct balloonctl_member *member)
{
	struct balloonctl_monitor *monitor = &member->monitor;

	balloonctl_monitor_set_connect_timeout_ms(monitor, fleet->connect_timeout_ms);
	balloonctl_monitor_set_greeting_timeout_ms(monitor, fleet->greeting_timeout_ms);
	balloonctl_monitor_set_reply_timeout_ms(monitor, fleet->reply_timeout_ms);
}

static int add(struct balloonctl_fleet *fleet, const char *address, int fd, void *user_data,
	       struct balloonctl_member **ret)
{
	struct balloonctl_member *member = member_new(fleet, address, fd);
	int r;

	if (member == NULL)
		return fleet->error.code;
	r = check_descriptors(fleet, member);
	if (r == 0 && take_place(fleet, member) < 0)
		r = error_set(&fleet->error, -ENOMEM, NULL, "%s: out of memory", address);
	if (r < 0) {
		member_free(member);
		return r;
	}
	member->user_data = user_data;
	fleet->descriptors += member_count_descriptors(member);
	set_timeouts(fleet, member);
	member_plan(member, monitor_now());
	if (ret != NULL)
		*ret = member;
	return 0;
}

int balloonctl_fleet_add(struct balloonctl_fleet *fleet, const char *address, void *user_data,
			 struct balloonctl_member **ret)
{
	return add(fleet, address, -1, user_data, ret);
}

int balloonctl_fleet_add_fd(struct balloonctl_fleet *fleet, int fd, const char *address,
			    void *user_data, struct balloonctl_member **ret)
{
	if (fd < 0)
		return error_set(&fleet->error, -EBADF, NULL, "%s: descriptor %d: %s", address, fd,
				 strerror(EBADF));
	return add(fleet, address, fd, user_data, ret);
}

void balloonctl_fleet_remove(struct balloonctl_fleet *fleet, struct balloonctl_member *member)
{
	if (member == NULL)
		return;
	assert(member->fleet == fleet);
	sample_drop(member);
	heap_remove(&fleet->due, member->number);
	fleet->descriptors -= member_count_descriptors(member);
	leave_place(fleet, member);
	member_free(member);
}

size_t balloonctl_fleet_get_count(const struct balloonctl_fleet *fleet)
{
	return fleet->count;
}

void balloonctl_fleet_free(struct balloonctl_fleet *fleet)
{
	struct balloonctl_completion *call;

	if (fleet == NULL)
		return;
	for (uint32_t i = 0; i < fleet->n_places; i++)
		balloonctl_fleet_remove(fleet, fleet->places[i].member);
	close(fleet->epoll);
	heap_done(&fleet->due);
	while ((call = fleet->spare_calls) != NULL) {
		fleet->spare_calls = call->next;
		balloonctl_completion_free(call);
	}
	holder_view_done(&fleet->holders);
	error_done(&fleet->error);
	free(fleet->places);
	free(fleet);
}

/* Settings --------------------------------------------------------------------------------------*/

static int set_time(struct balloonctl_fleet *fleet, unsigned int *time_ms, const char *name,
		    unsigned int ms)
{
	if (ms < 1 || ms > TIME_MAX_MS)
		return error_set(&fleet->error, -EINVAL, NULL,
				 "%s: %u ms is no such time; give 1 to %d", name, ms, TIME_MAX_MS);
	*time_ms = ms;
	return 0;
}

int balloonctl_fleet_set_interval_ms(struct balloonctl_fleet *fleet, unsigned int ms)
{
	int64_t now = monitor_now();
	int r = set_time(fleet, &fleet->interval_ms, "interval", ms);

	for (uint32_t i = 0; i < fleet->n_places && r == 0; i++)
		if (fleet->places[i].member != NULL)
			member_plan(fleet->places[i].member, now);
	return r;
}

static int set_timeout(struct balloonctl_fleet *fleet, unsigned int *timeout_ms, const char *name,
		       unsigned int ms)
{
	int r = set_time(fleet, timeout_ms, name, ms);

	for (uint32_t i = 0; i < fleet->n_places && r == 0; i++)
		if (fleet->places[i].member != NULL)
			set_timeouts(fleet, fleet->places[i].member);
	return r;
}

int balloonctl_fleet_set_connect_timeout_ms(struct balloonctl_fleet *fleet, unsigned int ms)
{
	return set_timeout(fleet, &fleet->connect_timeout_ms, "connect time-out", ms);
}

int balloonctl_fleet_set_greeting_timeout_ms(struct balloonctl_fleet *fleet, unsigned int ms)
{
	return set_timeout(fleet, &fleet->greeting_timeout_ms, "greeting time-out", ms);
}

int balloonctl_fleet_set_reply_timeout_ms(struct balloonctl_fleet *fleet, unsigned int ms)
{
	return set_timeout(fleet, &fleet->reply_timeout_ms, "reply time-out", ms);
}

int balloonctl_fleet_set_pause_ms(struct balloonctl_fleet *fleet, unsigned int first_ms,
				  unsigned int max_ms)
{
	unsigned int first = 0;
	int r;

	if (first_ms > max_ms)
		return error_set(&fleet->error, -EINVAL, NULL,
				 "pause: the first one of %u ms is longer than the longest of %u",
				 first_ms, max_ms);
	r = set_time(fleet, &first, "first pause", first_ms);
	if (r == 0)
		r = set_time(fleet, &fleet->max_pause_ms, "longest pause", max_ms);
	if (r == 0)
		fleet->first_pause_ms = first;
	return r;
}

void balloonctl_fleet_set_seed(struct balloonctl_fleet *fleet, uint64_t seed)
{
	fleet->seed = seed;
}

void balloonctl_fleet_keep_polling_interval(struct balloonctl_fleet *fleet, uint32_t seconds)
{
	fleet->kept_interval = seconds;
	for (uint32_t i = 0; i < fleet->n_places; i++) {
		struct balloonctl_member *member = fleet->places[i].member;

		if (member == NULL)
			continue;
		/* What changes now is our own doing. */
		member->is_kept = false;
		member->polling.is_known = false;
	}
}

const struct balloonctl_error *balloonctl_fleet_get_error(const struct balloonctl_fleet *fleet)
{
	return &fleet->error;
}

/* The caller's loop -----------------------------------------------------------------------------*/

int balloonctl_fleet_get_fd(const struct balloonctl_fleet *fleet)
{
	return fleet->epoll;
}

static bool has_ready(const struct balloonctl_fleet *fleet)
{
	return fleet->n_received < fleet->n_events;
}

int balloonctl_fleet_get_timeout(const struct balloonctl_fleet *fleet)
{
	uint32_t number;
	int64_t at, now;

	if (fleet->first_sampled != NULL || has_ready(fleet))
		return 0;
	at = heap_first(&fleet->due, &number);
	if (at == INT64_MAX)
		return -1;
	now = monitor_now();
	return at <= now ? 0 : (int)MIN(at - now, INT_MAX);
}

static void receive_one(struct balloonctl_fleet *fleet, int64_t now)
{
	uint64_t data = fleet->events[fleet->n_received++].data.u64;
	struct balloonctl_member *member = find_member(fleet, data);

	if (has_ready(fleet))
		fetch_ahead(fleet, fleet->events[fleet->n_received].data.u64 & UINT32_MAX);
	if (member != NULL)
		member_receive(member, now);
}

/* A sample is made when the caller asks for it, in the memory that the last one has left. */
void fleet_receive(struct balloonctl_fleet *fleet)
{
	int64_t now;

	if (fleet->first_sampled != NULL || !has_ready(fleet))
		return;
	now = monitor_now();
	while (fleet->first_sampled == NULL && has_ready(fleet))
		receive_one(fleet, now);
}

static int take_turn(struct balloonctl_fleet *fleet, int timeout_ms)
{
	uint32_t number, next;
	int64_t now;
	int n;

	/* What the caller did not fetch. */
	while (has_ready(fleet))
		receive_one(fleet, monitor_now());
	n = epoll_wait(fleet->epoll, fleet->events, FLEET_EVENTS, timeout_ms);
	if (n < 0)
		return -errno;
	fleet->n_events = n;
	fleet->n_received = 0;
	now = monitor_now();
	while (heap_first(&fleet->due, &number) <= now) {
		if (heap_second(&fleet->due, &next) <= now)
			fetch_ahead(fleet, next);
		member_be_due(fleet->places[number].member, now);
	}
	return 0;
}

int balloonctl_fleet_process(struct balloonctl_fleet *fleet)
{
	int r;

	do
		r = take_turn(fleet, 0);
	while (r == -EINTR);
	return r;
}

int balloonctl_fleet_wait(struct balloonctl_fleet *fleet, int timeout_ms)
{
	int timeout = balloonctl_fleet_get_timeout(fleet);

	if (timeout < 0 || (timeout_ms >= 0 && timeout_ms < timeout))
		timeout = timeout_ms;
	return take_turn(fleet, timeout);
}

/* Getters of a member ---------------------------------------------------------------------------*/

void *balloonctl_member_get_user_data(const struct balloonctl_member *member)
{
	return member->user_data;
}

const struct balloonctl_monitor *
balloonctl_member_get_monitor(const struct balloonctl_member *member)
{
	return &member->monitor;
}

uint64_t balloonctl_member_get_rearms(const struct balloonctl_member *member)
{
	return member->rearms;
}

uint64_t balloonctl_member_get_reconnects(const struct balloonctl_member *member)
{
	return member->connections > 0 ? member->connections - 1 : 0;
}

const struct balloonctl_error *balloonctl_member_get_error(const struct balloonctl_member *member)
{
	return &member->error;
}
