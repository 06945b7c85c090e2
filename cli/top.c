/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What top knows: the VMs in an order, which one is selected, and what the keys change. */
#include "top.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "size.h"

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
	free(text);
}

bool top_take_reports(struct top *top)
{
	const struct live_report *report;
	bool has_any = false;

	while ((report = live_next(&top->live)) != NULL) {
		has_any = true;
		if (report->news == LIVE_SAMPLE)
			remember(top, report->vm);
		else if (report->news != LIVE_CLAIMED)
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

static size_t find_selected(const struct top *top)
{
	for (size_t i = 0; i < top->n_shown; i++)
		if (top->order[i] == top->selected)
			return i;
	return 0;
}

/* Keep the selected row on the screen. */
static void scroll(struct top *top)
{
	size_t at = find_selected(top);

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
	scroll(top);
}

/* ---- Keys ---- */

static void move(struct top *top, size_t by, bool is_down)
{
	size_t at = find_selected(top);

	if (top->n_shown == 0)
		return;
	if (is_down)
		at = by < top->n_shown - at ? at + by : top->n_shown - 1;
	else
		at = by < at ? at - by : 0;
	top->selected = top->order[at];
	scroll(top);
}

static void ask(struct top *top, enum top_mode mode)
{
	if (mode != TOP_FILTER && top->selected == NULL)
		return;
	top->back = top->mode;
	top->mode = mode;
	snprintf(top->input, sizeof(top->input), "%s", mode == TOP_FILTER ? top->filter : "");
}

static void refuse(struct top *top, const char *why)
{
	top->mode = top->back;
	snprintf(top->message, sizeof(top->message), "'%s': %s", top->input, why);
}

static void answer(struct top *top)
{
	uint64_t number;

	switch (top->mode) {
	case TOP_FILTER:
		memcpy(top->filter, top->input, sizeof(top->filter));
		top->mode = top->back;
		return;
	case TOP_INTERVAL:
		if (decimal_parse(top->input, strlen(top->input), 1, &number) < 0 || number < 1 ||
		    number > UINT32_MAX)
			refuse(top, "give whole seconds from 1 on");
		else
			top->mode = TOP_CONFIRM_INTERVAL;
		return;
	case TOP_SIZE:
		if (size_parse(top->input, &number) < 0 || number < 1 || number > INT64_MAX)
			refuse(top, "not a size; give one such as 512M or 1.5G");
		else
			top->mode = TOP_CONFIRM_SIZE;
		return;
	default:
		return;
	}
}

static void do_it(struct top *top)
{
	uint64_t number = 0;
	int r;

	if (top->mode == TOP_CONFIRM_INTERVAL) {
		(void)decimal_parse(top->input, strlen(top->input), 1, &number);
		r = live_set_interval(&top->live, top->selected, (uint32_t)number);
	} else {
		(void)size_parse(top->input, &number);
		r = live_set_target(&top->live, top->selected, number);
	}
	top->mode = top->back;
	snprintf(top->message, sizeof(top->message), "%s", r < 0 ? "this VM is not connected" : "");
}

static void type(struct top *top, int key)
{
	size_t len = strlen(top->input);

	if (key == TOP_KEY_ENTER) {
		answer(top);
	} else if (key == TOP_KEY_ESCAPE) {
		top->mode = top->back;
	} else if (key == TOP_KEY_BACKSPACE && len > 0) {
		top->input[len - 1] = '\0';
	} else if (key >= 0x20 && key < 0x7f && len + 1 < sizeof(top->input)) {
		top->input[len] = (char)key;
		top->input[len + 1] = '\0';
	}
}

static void command(struct top *top, int key)
{
	switch (key) {
	case 'q':
		if (top->mode == TOP_LIST)
			top->wants_end = true;
		top->mode = TOP_LIST;
		return;
	case TOP_KEY_ESCAPE:
		top->mode = TOP_LIST;
		return;
	case '?':
	case 'h':
		top->mode = top->mode == TOP_HELP ? TOP_LIST : TOP_HELP;
		return;
	case TOP_KEY_ENTER:
		top->mode = top->mode == TOP_LIST && top->selected != NULL ? TOP_DETAILS : TOP_LIST;
		return;
	case TOP_KEY_UP:
	case 'k':
		move(top, 1, false);
		return;
	case TOP_KEY_DOWN:
	case 'j':
		move(top, 1, true);
		return;
	case TOP_KEY_PAGE_UP:
		move(top, top->page, false);
		return;
	case TOP_KEY_PAGE_DOWN:
	case ' ':
		move(top, top->page, true);
		return;
	case TOP_KEY_HOME:
	case 'g':
		move(top, SIZE_MAX, false);
		return;
	case TOP_KEY_END:
	case 'G':
		move(top, SIZE_MAX, true);
		return;
	case '>':
		top->sort = (top->sort + 1) % TOP_SORTS;
		return;
	case '<':
		top->sort = (top->sort + TOP_SORTS - 1) % TOP_SORTS;
		return;
	case 'r':
		top->is_reversed = !top->is_reversed;
		return;
	case '/':
		ask(top, TOP_FILTER);
		return;
	case 'i':
		ask(top, TOP_INTERVAL);
		return;
	case 's':
		ask(top, TOP_SIZE);
		return;
	}
}

void top_press(struct top *top, int key)
{
	top->message[0] = '\0';
	switch (top->mode) {
	case TOP_FILTER:
	case TOP_INTERVAL:
	case TOP_SIZE:
		type(top, key);
		break;
	case TOP_CONFIRM_INTERVAL:
	case TOP_CONFIRM_SIZE:
		if (key == 'y')
			do_it(top);
		else
			top->mode = top->back;
		break;
	default:
		command(top, key);
		break;
	}
	top_arrange(top);
}
