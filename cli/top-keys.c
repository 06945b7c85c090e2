/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the keys of top do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "seconds.h"
#include "size.h"
#include "spare.h"
#include "top.h"
#include "wish.h"

static void move(struct top *top, size_t by, bool is_down)
{
	size_t at = top_find_selected(top);

	if (top->n_shown == 0)
		return;
	if (is_down)
		at = by < top->n_shown - at ? at + by : top->n_shown - 1;
	else
		at = by < at ? at - by : 0;
	top->selected = top->order[at];
	top_scroll(top);
}

/* From details to the list, from help to where it was asked for. */
static void go_back(struct top *top)
{
	top->mode = top->mode == TOP_HELP ? top->back : TOP_LIST;
}

/* ---- Questions ---- */

static void ask(struct top *top, enum top_mode mode)
{
	if (mode != TOP_FILTER && top->selected == NULL)
		return;
	if (top->mode == TOP_HELP)
		go_back(top);
	top->back = top->mode;
	top->mode = mode;
	snprintf(top->input, sizeof(top->input), "%s", mode == TOP_FILTER ? top->filter : "");
}

static void refuse(struct top *top, const char *why)
{
	top->mode = top->back;
	snprintf(top->message, sizeof(top->message), "'%s': %s", top->input, why);
}

/* As `size` refuses, whose --force is not for a key that is pressed in passing. */
static void refuse_to_take(struct top *top, uint64_t taken, uint64_t spare)
{
	struct buffer why = { 0 };
	char *text;

	buffer_append_string(&why, "not set: this takes ");
	size_append(&why, (int64_t)taken, false);
	buffer_append_string(&why, ", and the guest has ");
	size_append(&why, (int64_t)spare, false);
	buffer_append_string(&why, " available; see 'size --force'");
	text = buffer_steal(&why);
	refuse(top, text);
	free(text);
}

static void answer_size(struct top *top)
{
	const struct balloonctl_stats *stats = vm_get_stats(top->selected);
	uint64_t maximum = 0, spare, taken;
	int64_t actual = 0;
	struct wish wish;

	if (wish_parse(top->input, &wish) < 0) {
		refuse(top, "not a size; give one such as 512M, +1G or 50%");
		return;
	}
	if (stats != NULL) {
		(void)balloonctl_stats_get_actual_bytes(stats, &actual);
		(void)balloonctl_stats_get_maximum_bytes(stats, &maximum);
	}
	if ((wish.sign != '\0' && actual <= 0) ||
	    (wish.is_percent && wish.sign == '\0' && maximum == 0)) {
		refuse(top, "what this guest has is not known; give a size such as 512M");
		return;
	}
	actual = actual > 0 ? actual : 0;
	if (wish_get_bytes(&wish, (uint64_t)actual, maximum, &top->target) < 0 ||
	    top->target == 0) {
		refuse(top, "the guest can't be left so much, or so little");
		return;
	}
	if (maximum > 0 && top->target > maximum)
		top->target = maximum;
	taken = top->target < (uint64_t)actual ? (uint64_t)actual - top->target : 0;
	if (taken > 0 && spare_get(stats, &spare) == 0 && taken > spare)
		refuse_to_take(top, taken, spare);
	else
		top->mode = TOP_CONFIRM_SIZE;
}

static void answer_interval(struct top *top)
{
	if (seconds_parse_interval(top->input, &top->seconds) < 0)
		refuse(top, "give whole seconds from 1 on");
	else
		top->mode = TOP_CONFIRM_INTERVAL;
}

static void answer(struct top *top)
{
	if (top->mode == TOP_INTERVAL) {
		answer_interval(top);
	} else if (top->mode == TOP_SIZE) {
		answer_size(top);
	} else {
		memcpy(top->filter, top->input, sizeof(top->filter));
		top->mode = top->back;
	}
}

static void do_it(struct top *top)
{
	int r;

	if (top->mode == TOP_CONFIRM_INTERVAL)
		r = live_set_interval(&top->live, top->selected, top->seconds);
	else
		r = live_set_target(&top->live, top->selected, top->target);
	top->mode = top->back;
	if (r < 0)
		snprintf(top->message, sizeof(top->message), "this VM is not connected");
}

static void type(struct top *top, int key)
{
	size_t len = strlen(top->input);

	if (key == TOP_KEY_ENTER) {
		answer(top);
	} else if (key == TOP_KEY_ESCAPE) {
		top->mode = top->back;
	} else if (key == TOP_KEY_BACKSPACE && len > 0) {
		/* All bytes of a character. */
		while (len > 1 && (top->input[len - 1] & 0xc0) == 0x80)
			len--;
		top->input[len - 1] = '\0';
	} else if (key >= 0x20 && key <= 0xff && key != 0x7f && len + 1 < sizeof(top->input)) {
		top->input[len] = (char)key;
		top->input[len + 1] = '\0';
	}
}

/* ---- Keys ---- */

static void command(struct top *top, int key)
{
	switch (key) {
	case 'q':
		if (top->mode == TOP_LIST)
			top->wants_end = true;
		go_back(top);
		return;
	case TOP_KEY_ESCAPE:
		go_back(top);
		return;
	case '?':
	case 'h':
		if (top->mode == TOP_HELP) {
			go_back(top);
			return;
		}
		top->back = top->mode;
		top->mode = TOP_HELP;
		return;
	case TOP_KEY_ENTER:
		if (top->mode != TOP_LIST)
			go_back(top);
		else if (top->selected != NULL)
			top->mode = TOP_DETAILS;
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
	top->told_at = clock_now_ms();
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
