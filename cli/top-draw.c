/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What top shows around the list and instead of it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "size.h"
#include "top-draw.h"
#include "width.h"

const char *top_get_state(const struct vm *vm, enum look *ret_look)
{
	const struct live_vm *followed = vm->data;
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	*ret_look = LOOK_ALARM;
	if (vm->error != NULL)
		return "failed";
	if (followed->is_lost)
		return "lost";
	*ret_look = LOOK_WARNING;
	if (stats == NULL)
		return "...";
	*ret_look = stats_get_look(balloonctl_stats_get_freshness(stats));
	return balloonctl_freshness_get_name(balloonctl_stats_get_freshness(stats));
}

/* The latest is last. */
void top_append_spark(struct buffer *out, const struct top_history *history, size_t width,
		      bool is_ascii)
{
	static const char *const blocks[] = { "\u2581", "\u2582", "\u2583", "\u2584",
					      "\u2585", "\u2586", "\u2587", "\u2588" };
	static const char *const signs[] = { "_", ".", ":", "-", "=", "+", "*", "#" };
	size_t shown = history->count < width ? history->count : width;

	for (size_t i = 0; i < shown; i++) {
		size_t at = (history->at + TOP_HISTORY - shown + i) % TOP_HISTORY;
		size_t level = (size_t)history->percent[at] * 8 / 101;

		buffer_append_string(out, is_ascii ? signs[level] : blocks[level]);
	}
}

static void draw_summary(const struct top *top, struct frame *frame)
{
	size_t n_fresh = 0, n_other = 0;
	struct buffer line = { 0 };
	struct timespec now;
	struct column column = { .unit = COLUMN_CLOCK };
	struct value value = { VALUE_SIGNED };
	enum look look;
	char *text;

	for (size_t i = 0; i < top->live.vms.count; i++) {
		(void)top_get_state(&top->live.vms.items[i], &look);
		if (look == LOOK_PLAIN)
			n_fresh++;
		else
			n_other++;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	value.number = (uint64_t)now.tv_sec;
	buffer_append_string(&line, "balloonctl top - ");
	column_append(&line, &column, &value, false);
	buffer_printf(&line, "  %zu VM%s, %zu fresh", n_fresh + n_other,
		      n_fresh + n_other == 1 ? "" : "s", n_fresh);
	if (n_other > 0)
		buffer_printf(&line, ", %zu not", n_other);
	buffer_printf(&line, "  by %s%s", top_get_sort_name(top->sort),
		      top->is_reversed ? ", reversed" : "");
	if (top->filter[0] != '\0')
		buffer_printf(&line, "  filter '%s': %zu", top->filter, top->n_shown);
	text = buffer_steal(&line);
	frame_put_text(frame, 0, 0, text)->is_bold = true;
	free(text);
}

static void append_change(struct buffer *out, const struct top *top)
{
	const struct balloonctl_stats *stats = vm_get_stats(top->selected);
	int64_t actual;

	buffer_printf(out, "%s: set the balloon's target to ", top_get_name(top->selected));
	size_append(out, (int64_t)top->target, false);
	if (stats != NULL && balloonctl_stats_get_actual_bytes(stats, &actual) == 0) {
		buffer_append_string(out, ", from ");
		size_append(out, actual, false);
	}
	buffer_append_string(out, "? (y/n)");
}

/* What the keys do now. */
static const char *get_hints(const struct top *top)
{
	switch (top->mode) {
	case TOP_HELP:
		return "q back";
	case TOP_DETAILS:
		return "q back  Up Down another VM  i interval  s size  ? help";
	default:
		return "? help  q quit  Enter details  / filter  < > r sort  i interval  s size";
	}
}

static void draw_foot(const struct top *top, struct frame *frame)
{
	const char *name = top->selected == NULL ? "" : top_get_name(top->selected);
	size_t row = frame->rows - 1;
	struct buffer line = { 0 };
	struct frame_text *put;
	char *text;

	switch (top->mode) {
	case TOP_FILTER:
		buffer_printf(&line, "Show names with: %s", top->input);
		break;
	case TOP_INTERVAL:
		buffer_printf(&line, "%s: ask every how many seconds? %s", name, top->input);
		break;
	case TOP_SIZE:
		buffer_printf(&line, "%s: leave how much to the guest? %s", name, top->input);
		break;
	case TOP_CONFIRM_INTERVAL:
		buffer_printf(&line,
			      "%s: poll every %s s from now on, also when top has ended? (y/n)",
			      name, top->input);
		break;
	case TOP_CONFIRM_SIZE:
		append_change(&line, top);
		break;
	default:
		buffer_append_string(&line,
				     top->message[0] != '\0' ? top->message : get_hints(top));
		break;
	}
	text = buffer_steal(&line);
	put = frame_put_text(frame, row, 0, text);
	put->is_reversed = top->message[0] == '\0' && top->mode < TOP_FILTER;
	frame->has_cursor = top->mode >= TOP_FILTER;
	frame->cursor_row = row;
	frame->cursor_column = width_measure(put->text);
	free(text);
}

static void draw_lines(struct frame *frame, const char *const *lines)
{
	for (size_t i = 0; lines[i] != NULL && TOP_HEAD - 1 + i + TOP_FOOT < frame->rows; i++)
		frame_put_text(frame, TOP_HEAD - 1 + i, 0, lines[i]);
}

static void draw_help(struct frame *frame)
{
	static const char *const lines[] = {
		"Up Down PgUp PgDn Home End   select a VM (also j k g G)",
		"Enter                        its details and history, and back",
		"<  >                         sort by another column",
		"r                            the other way round",
		"/                            only names with these letters; nothing: all",
		"i                            set how often its guest is asked; that stays",
		"s                            set what its balloon leaves to the guest",
		"q                            quit; other polling is put back as it was",
		"",
		"[### ]    used of total memory, without caches",
		"SWAP/S    swapped in and out in a second; MAJF/S: major faults",
		"FRESH     is that live? fresh, stale, silent, never, off, paused; lost, failed",
		"HISTORY   of available memory: a full block is all there is",
		NULL,
	};

	draw_lines(frame, lines);
}

static void draw_details(const struct top *top, struct frame *frame)
{
	const struct vm *vm = top->selected;
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	const struct live_vm *followed = vm->data;
	const struct balloonctl_error *error;
	size_t row = TOP_HEAD - 1, last = frame->rows - TOP_FOOT;
	struct column_set set;
	struct buffer text = { 0 };
	enum look look;

	buffer_append_escaped(&text, top_get_name(vm));
	buffer_append_string(&text, "  ");
	buffer_append_escaped(&text, vm->address);
	buffer_printf(&text, "  %s", top_get_state(vm, &look));
	frame_put(frame, row++, 0, frame->columns, false, &text)->is_bold = true;
	error = vm->error != NULL   ? vm->error
		: followed->is_lost ? balloonctl_monitor_get_error(vm->monitor)
				    : NULL;
	if (error != NULL && row < last)
		frame_put_text(frame, row++, 0, balloonctl_error_get_message(error))->look =
			LOOK_ALARM;
	if (stats != NULL && row < last) {
		buffer_printf(&text, "polling every %u s, %llu samples seen, set again %u times",
			      balloonctl_stats_get_polling_interval(stats),
			      (unsigned long long)followed->n_samples, followed->n_rearmed);
		frame_put(frame, row++, 0, frame->columns, false, &text);
	}
	if (row < last) {
		top_append_spark(&text, &top->histories[vm - top->live.vms.items],
				 frame->columns < TOP_HISTORY ? frame->columns : TOP_HISTORY,
				 top->is_ascii);
		frame_put(frame, row++, 0, frame->columns, false, &text);
	}
	stats_columns_init(&set);
	for (size_t i = 0; i < set.count && row < last; i++) {
		const struct column *column = &set.columns[i];
		struct value value;
		uint64_t rate;

		if (!stats_column_is_stat(column))
			continue;
		value = column->get(column, vm);
		buffer_printf(&text, "%-18s", balloonctl_stat_get_name(column->number));
		frame_put(frame, row, 0, 20, false, &text);
		column_append(&text, column, &value, false);
		frame_put(frame, row, 19, 12, true, &text)->look = value.look;
		if (live_get_rate(vm, column->number, &rate) == 0) {
			value = (struct value){ VALUE_NUMBER, .number = rate };
			column_append(&text, column, &value, false);
			buffer_append_string(&text, "/s");
			frame_put(frame, row, 33, 13, true, &text);
		}
		frame_put_text(frame, row++, 48, column->meaning);
	}
	free((void *)(uintptr_t)set.columns);
}

void top_draw(struct top *top, struct frame *frame)
{
	draw_summary(top, frame);
	if (top->mode == TOP_HELP)
		draw_help(frame);
	else if (frame->rows > 0 && top->selected != NULL &&
		 (top->mode == TOP_DETAILS || (top->mode > TOP_FILTER && top->back == TOP_DETAILS)))
		draw_details(top, frame);
	else
		top_draw_list(top, frame);
	if (frame->rows > 0)
		draw_foot(top, frame);
}
