/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What top knows: the VMs in an order, which one is selected, and what they tell. */
#include "top.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

static struct top_history *get_history(struct top *top, const struct vm *vm)
{
	return &top->histories[vm - top->live.vms.items];
}

const char *top_get_name(const struct vm *vm)
{
	const char *name = balloonctl_monitor_get_name(vm->monitor);

	return name != NULL ? name : vm->address;
}

/* After live_open(). */
void top_init(struct top *top)
{
	top->histories = allocate(top->live.vms.count, sizeof(*top->histories));
	top->order = allocate(top->live.vms.count, sizeof(*top->order));
	top->page = 1;
}

void top_free(struct top *top)
{
	free(top->histories);
	free(top->order);
	top->histories = NULL;
	top->order = NULL;
}

/* ---- What the VMs tell ---- */

static void remember(struct top *top, const struct vm *vm)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	struct top_history *history = get_history(top, vm);
	uint64_t available, total, percent;

	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &available) < 0 ||
	    balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total) < 0 || total < 100)
		return;
	percent = available / (total / 100);
	history->percent[history->at] = (uint8_t)(percent > 100 ? 100 : percent);
	history->at = (history->at + 1) % TOP_HISTORY;
	history->count += history->count < TOP_HISTORY;
}

static void tell(struct top *top, const struct live_report *report)
{
	const char *name = top_get_name(report->vm);
	struct buffer words = { 0 };
	char *text;

	/* Errors begin with the address, which may be the name. */
	if (report->error == NULL || strcmp(name, report->vm->address) != 0) {
		buffer_append_escaped(&words, name);
		buffer_append_string(&words, ": ");
	}
	if (report->error != NULL)
		buffer_append_string(&words, balloonctl_error_get_message(report->error));
	else
		live_append_report(&words, report, false);
	text = buffer_steal(&words);
	snprintf(top->message, sizeof(top->message), "%s", text);
	top->told_at = clock_now_ms();
	free(text);
}

/* The list shows it, and somebody who balances a thousand VMs makes many. */
static bool is_balloon_change(const struct live_report *report)
{
	return report->news == LIVE_EVENT &&
	       strcmp(balloonctl_event_get_name(report->event), "BALLOON_CHANGE") == 0;
}

bool top_take_reports(struct top *top)
{
	const struct live_report *report;
	bool has_any = false;

	while ((report = live_next(&top->live)) != NULL) {
		has_any = true;
		if (report->news == LIVE_SAMPLE)
			remember(top, report->vm);
		else if (report->news != LIVE_CLAIMED && !is_balloon_change(report))
			tell(top, report);
	}
	return has_any;
}

/* ---- Order ---- */

static struct value get_stat(const struct vm *vm, enum balloonctl_stat stat)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	uint64_t number;

	if (stats == NULL || balloonctl_stats_get(stats, stat, &number) < 0)
		return (struct value){ VALUE_ABSENT };
	return (struct value){ VALUE_NUMBER, .number = number };
}

static struct value get_rates(const struct vm *vm, enum balloonctl_stat a, enum balloonctl_stat b)
{
	uint64_t x, y = 0;

	if (live_get_rate(vm, a, &x) < 0 || (b != a && live_get_rate(vm, b, &y) < 0))
		return (struct value){ VALUE_ABSENT };
	return (struct value){ VALUE_NUMBER, .number = x > UINT64_MAX - y ? UINT64_MAX : x + y };
}

static struct value get_key(const struct top *top, const struct vm *vm)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	struct value value = { VALUE_NUMBER };
	uint64_t total;
	int64_t actual;

	switch (top->sort) {
	case TOP_SORT_USED: /* in percent */
		if (stats == NULL ||
		    balloonctl_stats_get_used_bytes(stats, &value.number, NULL) < 0 ||
		    balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total) < 0 ||
		    total < 10000)
			break;
		value.number /= total / 10000;
		return value;
	case TOP_SORT_AVAILABLE:
		return get_stat(vm, BALLOONCTL_STAT_AVAILABLE_MEMORY);
	case TOP_SORT_CACHES:
		return get_stat(vm, BALLOONCTL_STAT_DISK_CACHES);
	case TOP_SORT_ACTUAL:
		if (stats == NULL || balloonctl_stats_get_actual_bytes(stats, &actual) < 0)
			break;
		return (struct value){ VALUE_SIGNED, .number = (uint64_t)actual };
	case TOP_SORT_RSS:
		if (!vm->has_host_rss)
			break;
		return (struct value){ VALUE_NUMBER, .number = vm->host_rss_bytes };
	case TOP_SORT_SWAP:
		return get_rates(vm, BALLOONCTL_STAT_SWAP_IN, BALLOONCTL_STAT_SWAP_OUT);
	case TOP_SORT_FAULTS:
		return get_rates(vm, BALLOONCTL_STAT_MAJOR_FAULTS, BALLOONCTL_STAT_MAJOR_FAULTS);
	case TOP_SORT_FRESH:
		value.number = stats == NULL ? UINT64_MAX : balloonctl_stats_get_freshness(stats);
		return value;
	default:
		return (struct value){ VALUE_TEXT, .text = top_get_name(vm) };
	}
	return (struct value){ VALUE_ABSENT };
}

/* The most of something is what people look for, but the first of names and the least available. */
static bool is_descending(const struct top *top)
{
	return (top->sort != TOP_SORT_NAME && top->sort != TOP_SORT_AVAILABLE) != top->is_reversed;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct vm *x = *(struct vm *const *)a, *y = *(struct vm *const *)b;
	const struct top *top = arg;
	struct value of_x = get_key(top, x), of_y = get_key(top, y);
	int order = column_compare(&of_x, &of_y, is_descending(top));

	return order != 0 ? order : (x > y) - (x < y);
}

size_t top_find_selected(const struct top *top)
{
	for (size_t i = 0; i < top->n_shown; i++)
		if (top->order[i] == top->selected)
			return i;
	return 0;
}

void top_scroll(struct top *top)
{
	size_t at = top_find_selected(top);

	if (at < top->first)
		top->first = at;
	if (at >= top->first + top->page)
		top->first = at - top->page + 1;
	if (top->first + top->page > top->n_shown)
		top->first = top->n_shown > top->page ? top->n_shown - top->page : 0;
}

void top_arrange(struct top *top)
{
	struct vms *vms = &top->live.vms;
	const char *filter = top->mode == TOP_FILTER ? top->input : top->filter;
	bool is_there = false;

	top->n_shown = 0;
	for (size_t i = 0; i < vms->count; i++) {
		struct vm *vm = &vms->items[i];

		if (*filter != '\0' && strcasestr(top_get_name(vm), filter) == NULL &&
		    strcasestr(vm->address, filter) == NULL)
			continue;
		top->order[top->n_shown++] = vm;
		is_there |= vm == top->selected;
	}
	if (top->n_shown > 0)
		qsort_r(top->order, top->n_shown, sizeof(*top->order), compare, top);
	/* What is asked about a VM stays about that VM. */
	if (!is_there &&
	    (top->mode == TOP_LIST || top->mode == TOP_HELP || top->mode == TOP_FILTER))
		top->selected = top->n_shown > 0 ? top->order[0] : NULL;
	top_scroll(top);
}
