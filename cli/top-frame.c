/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What top shows, drawn as texts at places. Only rows that are on the screen cost anything. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "size.h"
#include "top.h"
#include "width.h"

enum {
	HEAD = 2, /* rows above the list, and the one below it */
	FOOT = 1,
	NAME_WIDTH_MIN = 10,
	NAME_WIDTH_MAX = 32,
	BAR_MIN = 6,
	BAR_MAX = 20,
	SPARK_MIN = 6,
	SPARK_MAX = 40,
	USED_WIDTH = 11, /* "1023M/1023M" */
	AMOUNT_WIDTH = 5,
	SWAP_WIDTH = 6,
	FAULTS_WIDTH = 6,
	FRESH_WIDTH = 7,
	WIDTH_UNLIMITED = 132, /* of a frame for a pipe: bar and history have their share */
};

/* ---- Texts ---- */

static struct frame_text *put(struct frame *frame, size_t row, size_t column, struct buffer *text)
{
	struct frame_text *ret;

	if (frame->count == frame->capacity) {
		size_t capacity = frame->capacity == 0 ? 256 : 2 * frame->capacity;

		ret = reallocarray(frame->texts, capacity, sizeof(*ret));
		if (ret == NULL)
			out_of_memory();
		frame->texts = ret;
		frame->capacity = capacity;
	}
	ret = &frame->texts[frame->count++];
	*ret = (struct frame_text){ .row = row, .column = column, .text = buffer_steal(text) };
	return ret;
}

/* No wider than this, to the left or to the right of it. */
static struct frame_text *put_cell(struct frame *frame, size_t row, size_t column, size_t width,
				   bool right, struct buffer *text)
{
	struct frame_text *ret = put(frame, row, column, text);
	size_t shown = width_measure(ret->text);

	if (shown > width)
		ret->text[width_cut(ret->text, width)] = '\0';
	else if (right)
		ret->column += width - shown;
	return ret;
}

static struct frame_text *put_text(struct frame *frame, size_t row, size_t column, const char *text)
{
	size_t room = frame->columns == 0       ? SIZE_MAX
		      : frame->columns > column ? frame->columns - column
						: 0;
	struct buffer copy = { 0 };

	buffer_append_escaped(&copy, text);
	return put_cell(frame, row, column, room, false, &copy);
}

void frame_free(struct frame *frame)
{
	for (size_t i = 0; i < frame->count; i++)
		free(frame->texts[i].text);
	free(frame->texts);
	*frame = (struct frame){ 0 };
}

void frame_append(const struct frame *frame, struct buffer *out)
{
	size_t row = 0, column = 0;

	for (size_t i = 0; i < frame->count; i++) {
		const struct frame_text *text = &frame->texts[i];

		for (; row < text->row; row++, column = 0)
			buffer_append(out, "\n", 1);
		for (; column < text->column && *text->text != '\0'; column++)
			buffer_append(out, " ", 1);
		buffer_append_string(out, text->text);
		column += width_measure(text->text);
	}
	buffer_append(out, "\n", 1);
}

/* ---- Values ---- */

/* In five columns: "0", "512K", "9.8M", "857M", "1.5G". */
static void append_size(struct buffer *out, uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	unsigned int unit = 0;
	uint64_t rest = 0;

	while (bytes >= 1024 && unit + 2 < sizeof(units)) {
		rest = bytes % 1024;
		bytes /= 1024;
		unit++;
	}
	buffer_append_u64(out, bytes);
	if (unit > 0 && bytes < 10)
		buffer_printf(out, ".%u", (unsigned int)(rest * 10 / 1024));
	if (unit > 0)
		buffer_append(out, &units[unit], 1);
}

static void append_count(struct buffer *out, uint64_t count)
{
	if (count < 100000)
		buffer_append_u64(out, count);
	else if (count < UINT64_C(100000000))
		buffer_printf(out, "%uk", (unsigned int)(count / 1000));
	else
		buffer_append_string(out, ">1e8");
}

static bool get(const struct balloonctl_stats *stats, enum balloonctl_stat stat, uint64_t *ret)
{
	return stats != NULL && balloonctl_stats_get(stats, stat, ret) == 0;
}

static bool get_used(const struct balloonctl_stats *stats, uint64_t *ret)
{
	return stats != NULL && balloonctl_stats_get_used_bytes(stats, ret, NULL) == 0;
}

static const char *get_state(const struct vm *vm, enum look *ret_look)
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

static enum look get_available_look(const struct balloonctl_stats *stats)
{
	uint64_t available, total;

	if (!get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &available) ||
	    !get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total))
		return LOOK_PLAIN;
	return available < total / 20   ? LOOK_ALARM
	       : available < total / 10 ? LOOK_WARNING
					: LOOK_PLAIN;
}

static void append_bar(struct buffer *out, uint64_t part, uint64_t whole, size_t width)
{
	size_t inside = width - 2;
	size_t filled = whole == 0 ? 0 : (size_t)((double)part / (double)whole * (double)inside);

	buffer_append(out, "[", 1);
	for (size_t i = 0; i < inside; i++)
		buffer_append(out, i < filled ? "#" : " ", 1);
	buffer_append(out, "]", 1);
}

/* The latest is last. */
static void append_spark(struct buffer *out, const struct top_history *history, size_t width,
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

/* ---- The list ---- */

struct layout {
	size_t name, bar, spark;
};

static struct layout get_layout(const struct top *top, size_t columns)
{
	struct layout layout = { NAME_WIDTH_MIN, BAR_MIN, SPARK_MIN };
	size_t fixed = USED_WIDTH + 4 * (AMOUNT_WIDTH + 1) + SWAP_WIDTH + FAULTS_WIDTH +
		       FRESH_WIDTH + 6; /* gaps */
	size_t longest = NAME_WIDTH_MIN, room;

	for (size_t i = 0; i < top->n_shown && longest < NAME_WIDTH_MAX; i++) {
		size_t width = width_measure(top_get_name(top->order[i]));

		longest = width > longest ? width : longest;
	}
	longest = longest > NAME_WIDTH_MAX ? NAME_WIDTH_MAX : longest;
	if (columns == 0)
		columns = WIDTH_UNLIMITED;
	room = fixed + layout.name + layout.bar + layout.spark;
	if (room > columns && columns >= room - layout.spark) {
		layout.spark = columns - (room - layout.spark);
		return layout;
	}
	room = columns > room ? columns - room : 0;
	while (room > 0 &&
	       (layout.name < longest || layout.bar < BAR_MAX || layout.spark < SPARK_MAX)) {
		size_t *part = layout.name < longest                                ? &layout.name
			       : layout.bar < BAR_MAX && layout.bar <= layout.spark ? &layout.bar
			       : layout.spark < SPARK_MAX                           ? &layout.spark
										    : &layout.bar;

		++*part;
		room--;
	}
	return layout;
}

static const struct {
	const char *heading;
	const char *name; /* in words */
} sorts[] = {
	[TOP_SORT_NAME] = { "NAME", "name" },
	[TOP_SORT_USED] = { "USED/TOTAL", "used" },
	[TOP_SORT_AVAILABLE] = { "AVAIL", "available" },
	[TOP_SORT_CACHES] = { "CACHE", "caches" },
	[TOP_SORT_ACTUAL] = { "ACT", "actual" },
	[TOP_SORT_RSS] = { "RSS", "RSS" },
	[TOP_SORT_SWAP] = { "SWAP/S", "swap rate" },
	[TOP_SORT_FAULTS] = { "MAJF/S", "fault rate" },
	[TOP_SORT_FRESH] = { "FRESH", "freshness" },
};

/* Cells from left to right. */
struct cursor {
	struct frame *frame;
	size_t row, column;
	bool is_reversed;
};

static void put_next(struct cursor *at, size_t width, bool right, struct buffer *text,
		     enum look look)
{
	struct frame_text *put;

	if (at->frame->columns > 0 && at->column + width > at->frame->columns) {
		buffer_free(text);
		return;
	}
	put = put_cell(at->frame, at->row, at->column, width, right, text);
	put->look = look;
	put->is_reversed = at->is_reversed;
	at->column += width + 1;
}

static void put_heading(struct cursor *at, const struct top *top, enum top_sort sort, size_t width)
{
	struct buffer text = { 0 };
	size_t before = at->frame->count;

	buffer_append_string(&text, sorts[sort].heading);
	put_next(at, width, sort != TOP_SORT_NAME && sort != TOP_SORT_FRESH, &text, LOOK_PLAIN);
	if (at->frame->count > before)
		at->frame->texts[before].is_reversed = top->sort == sort;
	if (at->frame->count > before)
		at->frame->texts[before].is_bold = true;
}

static void put_headings(const struct top *top, struct frame *frame, size_t row,
			 const struct layout *layout)
{
	struct cursor at = { frame, row, 0, false };
	struct buffer text = { 0 };

	put_heading(&at, top, TOP_SORT_NAME, layout->name);
	at.column += layout->bar + 1;
	put_heading(&at, top, TOP_SORT_USED, USED_WIDTH);
	for (enum top_sort sort = TOP_SORT_AVAILABLE; sort <= TOP_SORT_RSS; sort++)
		put_heading(&at, top, sort, AMOUNT_WIDTH);
	put_heading(&at, top, TOP_SORT_SWAP, SWAP_WIDTH);
	put_heading(&at, top, TOP_SORT_FAULTS, FAULTS_WIDTH);
	put_heading(&at, top, TOP_SORT_FRESH, FRESH_WIDTH);
	buffer_append_string(&text, "HISTORY");
	put_next(&at, layout->spark, false, &text, LOOK_PLAIN);
}

static void put_size(struct cursor *at, bool is_there, uint64_t bytes, enum look look)
{
	struct buffer text = { 0 };

	if (is_there)
		append_size(&text, bytes);
	else
		buffer_append_string(&text, "-");
	put_next(at, AMOUNT_WIDTH, true, &text, is_there ? look : LOOK_ABSENT);
}

static void put_used(struct cursor *at, const struct balloonctl_stats *stats, size_t bar)
{
	struct buffer text = { 0 };
	enum look look = get_available_look(stats);
	uint64_t used, total;

	if (!get_used(stats, &used) || !get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total)) {
		at->column += bar + 1;
		buffer_append_string(&text, "-");
		put_next(at, USED_WIDTH, true, &text, LOOK_ABSENT);
		return;
	}
	append_bar(&text, used, total, bar);
	put_next(at, bar, false, &text, look);
	append_size(&text, used);
	buffer_append_string(&text, "/");
	append_size(&text, total);
	put_next(at, USED_WIDTH, true, &text, LOOK_PLAIN);
}

static void put_rates(struct cursor *at, const struct vm *vm)
{
	struct buffer text = { 0 };
	uint64_t in, out, faults;
	bool is_there = live_get_rate(vm, BALLOONCTL_STAT_SWAP_IN, &in) == 0 &&
			live_get_rate(vm, BALLOONCTL_STAT_SWAP_OUT, &out) == 0 &&
			in <= UINT64_MAX - out;

	if (is_there)
		append_size(&text, in + out);
	else
		buffer_append_string(&text, "-");
	put_next(at, SWAP_WIDTH, true, &text, is_there ? LOOK_PLAIN : LOOK_ABSENT);
	is_there = live_get_rate(vm, BALLOONCTL_STAT_MAJOR_FAULTS, &faults) == 0;
	if (is_there)
		append_count(&text, faults);
	else
		buffer_append_string(&text, "-");
	put_next(at, FAULTS_WIDTH, true, &text, is_there ? LOOK_PLAIN : LOOK_ABSENT);
}

static void put_vm(const struct top *top, struct frame *frame, size_t row,
		   const struct layout *layout, const struct vm *vm)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	struct cursor at = { frame, row, 0, frame->rows > 0 && vm == top->selected };
	struct buffer text = { 0 };
	uint64_t number = 0;
	int64_t actual = 0;
	enum look look;
	bool is_there;

	buffer_append_escaped(&text, top_get_name(vm));
	put_next(&at, layout->name, false, &text, LOOK_PLAIN);
	at.is_reversed = false;
	put_used(&at, stats, layout->bar);
	is_there = get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &number);
	put_size(&at, is_there, number, get_available_look(stats));
	is_there = get(stats, BALLOONCTL_STAT_DISK_CACHES, &number);
	put_size(&at, is_there, number, LOOK_PLAIN);
	is_there = stats != NULL && balloonctl_stats_get_actual_bytes(stats, &actual) == 0;
	put_size(&at, is_there && actual >= 0, (uint64_t)actual, LOOK_PLAIN);
	put_size(&at, vm->has_host_rss, vm->host_rss_bytes, LOOK_PLAIN);
	put_rates(&at, vm);
	buffer_append_string(&text, get_state(vm, &look));
	put_next(&at, FRESH_WIDTH, false, &text, look);
	append_spark(&text, &top->histories[vm - top->live.vms.items], layout->spark,
		     top->is_ascii);
	put_next(&at, layout->spark, false, &text, LOOK_PLAIN);
}

/* ---- Around it ---- */

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
		(void)get_state(&top->live.vms.items[i], &look);
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
	buffer_printf(&line, "  by %s%s", sorts[top->sort].name,
		      top->is_reversed ? ", reversed" : "");
	if (top->filter[0] != '\0')
		buffer_printf(&line, "  filter '%s': %zu", top->filter, top->n_shown);
	text = buffer_steal(&line);
	put_text(frame, 0, 0, text)->is_bold = true;
	free(text);
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
		buffer_printf(&line, "%s: set the balloon's target to %s? (y/n)", name, top->input);
		break;
	default:
		buffer_append_string(
			&line,
			top->message[0] != '\0'
				? top->message
				: "? help  q quit  Enter details  / filter  < > r sort  i interval  "
				  "s size");
		break;
	}
	text = buffer_steal(&line);
	put = put_text(frame, row, 0, text);
	put->is_reversed = top->message[0] == '\0' && top->mode < TOP_FILTER;
	frame->has_cursor = top->mode >= TOP_FILTER;
	frame->cursor_row = row;
	frame->cursor_column = width_measure(put->text);
	free(text);
}

static void draw_list(struct top *top, struct frame *frame)
{
	struct layout layout = get_layout(top, frame->columns);
	size_t last = top->n_shown;

	if (frame->rows > 0) {
		top->page = frame->rows > HEAD + FOOT ? frame->rows - HEAD - FOOT : 1;
		top_arrange(top);
		last = top->first + top->page < last ? top->first + top->page : last;
	}
	put_headings(top, frame, HEAD - 1, &layout);
	for (size_t i = frame->rows > 0 ? top->first : 0; i < last; i++)
		put_vm(top, frame, HEAD + i - (frame->rows > 0 ? top->first : 0), &layout,
		       top->order[i]);
}

static void draw_lines(struct frame *frame, const char *const *lines)
{
	for (size_t i = 0; lines[i] != NULL && HEAD - 1 + i + FOOT < frame->rows; i++)
		put_text(frame, HEAD - 1 + i, 0, lines[i]);
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
	size_t row = HEAD - 1, last = frame->rows - FOOT;
	struct column_set set;
	struct buffer text = { 0 };
	enum look look;

	buffer_append_escaped(&text, top_get_name(vm));
	buffer_append_string(&text, "  ");
	buffer_append_escaped(&text, vm->address);
	buffer_printf(&text, "  %s", get_state(vm, &look));
	put_cell(frame, row++, 0, frame->columns, false, &text)->is_bold = true;
	if (stats != NULL && row < last) {
		buffer_printf(&text, "polling every %u s, %llu samples seen, set again %u times",
			      balloonctl_stats_get_polling_interval(stats),
			      (unsigned long long)followed->n_samples, followed->n_rearmed);
		put_cell(frame, row++, 0, frame->columns, false, &text);
	}
	if (row < last) {
		append_spark(&text, &top->histories[vm - top->live.vms.items],
			     frame->columns < TOP_HISTORY ? frame->columns : TOP_HISTORY,
			     top->is_ascii);
		put_cell(frame, row++, 0, frame->columns, false, &text);
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
		put_cell(frame, row, 0, 20, false, &text);
		column_append(&text, column, &value, false);
		put_cell(frame, row, 19, 12, true, &text)->look = value.look;
		if (live_get_rate(vm, column->number, &rate) == 0) {
			value = (struct value){ VALUE_NUMBER, .number = rate };
			column_append(&text, column, &value, false);
			buffer_append_string(&text, "/s");
			put_cell(frame, row, 33, 13, true, &text);
		}
		put_text(frame, row++, 48, column->meaning);
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
		draw_list(top, frame);
	if (frame->rows > 0)
		draw_foot(top, frame);
}
