/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list that a look around leaves, and its public face. How it is filled is discover.c. */
#include "client/discovery.h"

#include <stdlib.h>

#include "base/util.h"

static void item_done(struct found_monitor *item)
{
	free(item->name);
	free(item->address);
	free(item->bound);
	free(item->holder_name);
	error_done(&item->error);
}

struct found_monitor *discovery_add(struct balloonctl_discovery *discovery)
{
	if (discovery->count == discovery->capacity) {
		size_t capacity = MAX(discovery->capacity * 2, (size_t)16);
		struct found_monitor *grown =
			realloc(discovery->items, capacity * sizeof(*discovery->items));

		if (grown == NULL)
			return NULL;
		discovery->items = grown;
		discovery->capacity = capacity;
	}
	discovery->items[discovery->count] = (struct found_monitor){ 0 };
	return &discovery->items[discovery->count++];
}

void discovery_drop(struct balloonctl_discovery *discovery, size_t index)
{
	item_done(&discovery->items[index]);
	discovery->count--;
	memmove(&discovery->items[index], &discovery->items[index + 1],
		(discovery->count - index) * sizeof(*discovery->items));
}

static int compare_addresses(const struct found_monitor *a, const struct found_monitor *b)
{
	if (a->address == NULL || b->address == NULL)
		return (a->address == NULL) - (b->address == NULL);
	return strcmp(a->address, b->address);
}

static int compare(const void *first, const void *second)
{
	const struct found_monitor *a = first, *b = second;

	if (a->pid != b->pid) {
		if (a->pid == 0 || b->pid == 0)
			return (a->pid == 0) - (b->pid == 0);
		return a->pid < b->pid ? -1 : 1;
	}
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return compare_addresses(a, b);
}

void discovery_sort(struct balloonctl_discovery *discovery)
{
	if (discovery->count > 1)
		qsort(discovery->items, discovery->count, sizeof(*discovery->items), compare);
}

void balloonctl_discovery_free(struct balloonctl_discovery *discovery)
{
	struct found_nothing *failure;

	if (discovery == NULL)
		return;
	for (size_t i = 0; i < discovery->count; i++)
		item_done(&discovery->items[i]);
	free(discovery->items);
	while ((failure = discovery->failures) != NULL) {
		discovery->failures = failure->next;
		error_done(&failure->error);
		free(failure);
	}
	free(discovery->summary);
	free(discovery);
}

size_t balloonctl_discovery_get_count(const struct balloonctl_discovery *discovery)
{
	return discovery->count;
}

const char *balloonctl_discovery_get_summary(const struct balloonctl_discovery *discovery)
{
	return discovery->summary;
}

static const struct found_monitor *get_item(const struct balloonctl_discovery *discovery,
					    size_t index)
{
	static const struct found_monitor nothing = { .state = BALLOONCTL_MONITOR_STATE_NONE };

	return index < discovery->count ? &discovery->items[index] : &nothing;
}

const char *balloonctl_discovery_get_name(const struct balloonctl_discovery *discovery,
					  size_t index)
{
	return get_item(discovery, index)->name;
}

pid_t balloonctl_discovery_get_pid(const struct balloonctl_discovery *discovery, size_t index)
{
	return get_item(discovery, index)->pid;
}

const char *balloonctl_discovery_get_address(const struct balloonctl_discovery *discovery,
					     size_t index)
{
	return get_item(discovery, index)->address;
}

const char *balloonctl_discovery_get_manager(const struct balloonctl_discovery *discovery,
					     size_t index)
{
	const struct manager *manager = get_item(discovery, index)->manager;

	return manager == NULL ? NULL : manager->name;
}

bool balloonctl_discovery_is_kept(const struct balloonctl_discovery *discovery, size_t index)
{
	const struct manager *manager = get_item(discovery, index)->manager;

	return manager != NULL && manager->keeps;
}

enum balloonctl_monitor_state
balloonctl_discovery_get_state(const struct balloonctl_discovery *discovery, size_t index)
{
	return get_item(discovery, index)->state;
}

pid_t balloonctl_discovery_get_holder_pid(const struct balloonctl_discovery *discovery,
					  size_t index)
{
	return get_item(discovery, index)->holder_pid;
}

const char *balloonctl_discovery_get_holder_name(const struct balloonctl_discovery *discovery,
						 size_t index)
{
	return get_item(discovery, index)->holder_name;
}

const struct balloonctl_error *
balloonctl_discovery_get_error(const struct balloonctl_discovery *discovery, size_t index)
{
	return index < discovery->count ? &discovery->items[index].error : NULL;
}

const char *balloonctl_monitor_state_get_name(enum balloonctl_monitor_state state)
{
	static const char *const names[] = {
		[BALLOONCTL_MONITOR_STATE_FREE] = "free",
		[BALLOONCTL_MONITOR_STATE_HELD] = "held",
		[BALLOONCTL_MONITOR_STATE_FORBIDDEN] = "forbidden",
		[BALLOONCTL_MONITOR_STATE_MISSING] = "missing",
		[BALLOONCTL_MONITOR_STATE_UNKNOWN] = "unknown",
		[BALLOONCTL_MONITOR_STATE_NONE] = "none",
	};

	return (size_t)state < ARRAY_SIZE(names) ? names[state] : NULL;
}
