/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vm:NAME and pid:N: one VM out of all that were found, and the best of its monitors. A name that fits
 * nobody, or several, is answered with those to choose from.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/util.h"
#include "client/discovery.h"

enum {
	NAMES_SHOWN = 8,
};

/* What is looked for: a name or a process. */
struct wanted {
	const char *name; /* NULL: the process */
	pid_t pid;
};

static bool parse(const char *address, struct wanted *ret)
{
	char *end;
	long pid;

	if (string_starts_with(address, "vm:")) {
		ret->name = address + strlen("vm:");
		return *ret->name != '\0';
	}
	if (!string_starts_with(address, "pid:"))
		return false;
	address += strlen("pid:");
	if (*address < '0' || *address > '9')
		return false;
	errno = 0;
	pid = strtol(address, &end, 10);
	ret->pid = (pid_t)pid;
	return *end == '\0' && errno == 0 && pid > 0 && pid <= 0x7fffffff;
}

static bool fits(const struct found_monitor *item, const struct wanted *wanted)
{
	if (wanted->name != NULL)
		return item->name != NULL && string_equal(item->name, wanted->name);
	return item->pid == wanted->pid;
}

/* Are they monitors of one VM? Without a process each stands for its own. */
static bool is_same_vm(const struct found_monitor *a, const struct found_monitor *b)
{
	return a == b || (a->pid != 0 && a->pid == b->pid);
}

/* How far it is from being usable. */
static int get_distance(const struct found_monitor *item)
{
	static const int distances[] = {
		[BALLOONCTL_MONITOR_STATE_FREE] = 0,    [BALLOONCTL_MONITOR_STATE_UNKNOWN] = 1,
		[BALLOONCTL_MONITOR_STATE_HELD] = 2,    [BALLOONCTL_MONITOR_STATE_FORBIDDEN] = 3,
		[BALLOONCTL_MONITOR_STATE_MISSING] = 4, [BALLOONCTL_MONITOR_STATE_NONE] = 5,
	};

	return distances[item->state] + (item->address == NULL ? 10 : 0);
}

/* The first so many that fit, or of all, each VM once: "pid:12 (web1), pid:15 (web2), ...". */
static char *list(const struct balloonctl_discovery *discovery, const struct wanted *wanted)
{
	struct buf text = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < discovery->count && n <= NAMES_SHOWN; i++) {
		const struct found_monitor *item = &discovery->items[i];

		if ((wanted != NULL && !fits(item, wanted)) ||
		    (i > 0 && is_same_vm(item, &discovery->items[i - 1])))
			continue;
		buf_append_string(&text, n == 0 ? "" : ", ");
		if (n++ == NAMES_SHOWN) {
			buf_append_string(&text, "...");
			break;
		}
		if (wanted == NULL && item->name != NULL) {
			buf_append_string(&text, "vm:");
			buf_append_string(&text, item->name);
		} else if (item->pid != 0) {
			buf_append_string(&text, "pid:");
			buf_append_u64(&text, (uint64_t)item->pid);
		} else if (item->address != NULL) {
			buf_append_string(&text, item->address);
		}
	}
	return buf_steal(&text);
}

static int fail(struct balloonctl_discovery *discovery, int code, const char *address,
		const struct wanted *wanted, const struct balloonctl_error **ret_error)
{
	struct found_nothing *failure;
	char *names;

	if (ret_error == NULL)
		return code;
	failure = calloc(1, sizeof(*failure));
	names = code == -EINVAL ? NULL : list(discovery, code == -ENOTUNIQ ? wanted : NULL);
	if (failure == NULL || (names == NULL && code != -EINVAL)) {
		free(failure);
		free(names);
		return -ENOMEM;
	}
	if (code == -EINVAL)
		error_set(&failure->error, code, NULL,
			  "%s: write vm:NAME, the name of a VM, or pid:N, its process", address);
	else if (code == -ENOTUNIQ)
		error_set(&failure->error, code, NULL, "%s: several VMs are called so: %s", address,
			  names);
	else if (discovery->count > 0)
		error_set(&failure->error, code, NULL, "%s: there is no such VM; found: %s",
			  address, names);
	else
		error_set(&failure->error, code, NULL, "%s: there is no such VM, nor any other: %s",
			  address, discovery->summary);
	free(names);
	failure->next = discovery->failures;
	discovery->failures = failure;
	*ret_error = &failure->error;
	return code;
}

int balloonctl_discovery_find(struct balloonctl_discovery *discovery, const char *address,
			      size_t *ret, const struct balloonctl_error **ret_error)
{
	const struct found_monitor *best = NULL;
	struct wanted wanted = { 0 };

	if (!parse(address, &wanted))
		return fail(discovery, -EINVAL, address, &wanted, ret_error);
	for (size_t i = 0; i < discovery->count; i++) {
		const struct found_monitor *item = &discovery->items[i];

		if (!fits(item, &wanted))
			continue;
		if (best != NULL && !is_same_vm(item, best))
			return fail(discovery, -ENOTUNIQ, address, &wanted, ret_error);
		if (best == NULL || get_distance(item) < get_distance(best))
			best = item;
	}
	if (best == NULL)
		return fail(discovery, -ENOENT, address, &wanted, ret_error);
	*ret = (size_t)(best - discovery->items);
	return 0;
}
