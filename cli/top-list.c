/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of top: a row for each VM. Only rows that are on the screen cost anything. */
#include <string.h>

#include "size.h"
#include "top-draw.h"
#include "width.h"

enum {
	NAME_WIDTH_MAX = 32,
	BAR_MIN = 6,
	BAR_MAX = 20,
	SPARK_MIN = 6,
	SPARK_MAX = 40,
	WIDTH_UNLIMITED = 132, /* of a frame for a pipe: bar and history have their share */
};

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
	double share = part < whole ? (double)part / (double)whole : whole > 0;
	size_t filled = (size_t)(share * (double)inside + 0.5);

	buffer_append(out, "[", 1);
	for (size_t i = 0; i < inside; i++)
		buffer_append(out, i < filled ? "#" : " ", 1);
	buffer_append(out, "]", 1);
}

/* ---- The list ---- */

static const struct {
	const char *heading;
	const char *name; /* in words */
	size_t width;     /* of the column */
} sorts[] = {
	[TOP_SORT_NAME] = { "NAME", "name", 10 },
	[TOP_SORT_USED] = { "USED/TOTAL", "used", 11 }, /* "1023M/1023M" */
	[TOP_SORT_AVAILABLE] = { "AVAIL", "available", 5 },
	[TOP_SORT_CACHES] = { "CACHE", "caches", 5 },
	[TOP_SORT_ACTUAL] = { "ACT", "actual", 5 },
	[TOP_SORT_RSS] = { "RSS", "RSS", 5 },
	[TOP_SORT_SWAP] = { "SWAP/S", "swap rate", 6 },
	[TOP_SORT_FAULTS] = { "MAJF/S", "fault rate", 6 },
	[TOP_SORT_FRESH] = { "FRESH", "freshness", 7 },
};

/* Widths; 0: it has no place. */
struct layout {
	size_t columns[TOP_SORTS];
	size_t bar, spark;
};

static size_t get_width(const struct layout *layout)
{
	size_t width = layout->bar + (layout->bar > 0) + layout->spark + (layout->spark > 0);

	for (size_t i = 0; i < TOP_SORTS; i++)
		width += layout->columns[i] + (layout->columns[i] > 0);
	return width - 1; /* the last one has no gap */
}

static void shrink(struct layout *layout, size_t columns)
{
	static const enum top_sort dispensable[] = {
		TOP_SORT_RSS,  TOP_SORT_CACHES,    TOP_SORT_FAULTS, TOP_SORT_ACTUAL,
		TOP_SORT_SWAP, TOP_SORT_AVAILABLE, TOP_SORT_USED,   TOP_SORT_FRESH,
	};
	size_t surplus = get_width(layout) - columns;

	layout->spark = surplus < layout->spark ? layout->spark - surplus : 0;
	if (get_width(layout) > columns)
		layout->bar = 0;
	for (size_t i = 0; i < sizeof(dispensable) / sizeof(dispensable[0]); i++)
		if (get_width(layout) > columns)
			layout->columns[dispensable[i]] = 0;
	if (get_width(layout) > columns)
		layout->columns[TOP_SORT_NAME] = columns;
}

static void stretch(struct layout *layout, size_t columns, size_t longest)
{
	size_t *name = &layout->columns[TOP_SORT_NAME];
	size_t room = columns - get_width(layout);

	while (room > 0 &&
	       (*name < longest || layout->bar < BAR_MAX || layout->spark < SPARK_MAX)) {
		size_t *part = *name < longest ? name
			       : layout->bar < BAR_MAX && layout->bar <= layout->spark
				       ? &layout->bar
			       : layout->spark < SPARK_MAX ? &layout->spark
							   : &layout->bar;

		++*part;
		room--;
	}
}

static struct layout get_layout(const struct top *top, size_t columns)
{
	struct layout layout = { .bar = BAR_MIN, .spark = SPARK_MIN };
	size_t longest = 0;

	for (size_t i = 0; i < TOP_SORTS; i++)
		layout.columns[i] = sorts[i].width;
	for (size_t i = 0; i < top->n_shown && longest < NAME_WIDTH_MAX; i++) {
		size_t width = width_measure(top_get_name(top->order[i]));

		longest = width > longest ? width : longest;
	}
	if (columns == 0)
		columns = WIDTH_UNLIMITED;
	if (get_width(&layout) > columns)
		shrink(&layout, columns);
	else
		stretch(&layout, columns, longest > NAME_WIDTH_MAX ? NAME_WIDTH_MAX : longest);
	return layout;
}

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

	if (width == 0 || (at->frame->columns > 0 && at->column + width > at->frame->columns)) {
		buffer_free(text);
		return;
	}
	put = frame_put(at->frame, at->row, at->column, width, right, text);
	put->look = look;
	put->is_reversed = at->is_reversed;
	at->column += width + 1;
}

static void put_heading(struct cursor *at, const struct top *top, enum top_sort sort,
			const struct layout *layout)
{
	struct buffer text = { 0 };
	size_t before = at->frame->count;

	buffer_append_string(&text, sorts[sort].heading);
	put_next(at, layout->columns[sort], sort != TOP_SORT_NAME && sort != TOP_SORT_FRESH, &text,
		 LOOK_PLAIN);
	if (at->frame->count == before)
		return;
	at->frame->texts[before].is_reversed = top->sort == sort;
	at->frame->texts[before].is_bold = true;
}

static void put_headings(const struct top *top, struct frame *frame, size_t row,
			 const struct layout *layout)
{
	struct cursor at = { frame, row, 0, false };
	struct buffer text = { 0 };

	put_heading(&at, top, TOP_SORT_NAME, layout);
	at.column += layout->bar + (layout->bar > 0);
	for (enum top_sort sort = TOP_SORT_USED; sort < TOP_SORTS; sort++)
		put_heading(&at, top, sort, layout);
	buffer_append_string(&text, "HISTORY");
	put_next(&at, layout->spark, false, &text, LOOK_PLAIN);
}

static void put_size(struct cursor *at, size_t width, bool is_there, uint64_t bytes, enum look look)
{
	struct buffer text = { 0 };

	if (is_there)
		append_size(&text, bytes);
	else
		buffer_append_string(&text, "-");
	put_next(at, width, true, &text, is_there ? look : LOOK_ABSENT);
}

static void put_used(struct cursor *at, const struct layout *layout,
		     const struct balloonctl_stats *stats)
{
	struct buffer text = { 0 };
	uint64_t used, total;
	bool is_there = get_used(stats, &used) && get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total);

	if (layout->bar > 0) {
		if (is_there)
			append_bar(&text, used, total, layout->bar);
		put_next(at, layout->bar, false, &text, get_available_look(stats));
	}
	if (is_there) {
		append_size(&text, used);
		buffer_append_string(&text, "/");
		append_size(&text, total);
	} else {
		buffer_append_string(&text, "-");
	}
	put_next(at, layout->columns[TOP_SORT_USED], true, &text,
		 is_there ? LOOK_PLAIN : LOOK_ABSENT);
}

static void put_rates(struct cursor *at, const struct layout *layout, const struct vm *vm)
{
	struct buffer text = { 0 };
	uint64_t in = 0, out = 0, faults;
	bool is_there = live_get_rate(vm, BALLOONCTL_STAT_SWAP_IN, &in) == 0 &&
			live_get_rate(vm, BALLOONCTL_STAT_SWAP_OUT, &out) == 0 &&
			in <= UINT64_MAX - out;

	put_size(at, layout->columns[TOP_SORT_SWAP], is_there, in + out, LOOK_PLAIN);
	is_there = live_get_rate(vm, BALLOONCTL_STAT_MAJOR_FAULTS, &faults) == 0;
	if (is_there)
		append_count(&text, faults);
	else
		buffer_append_string(&text, "-");
	put_next(at, layout->columns[TOP_SORT_FAULTS], true, &text,
		 is_there ? LOOK_PLAIN : LOOK_ABSENT);
}

static void put_vm(const struct top *top, struct frame *frame, size_t row,
		   const struct layout *layout, const struct vm *vm)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	struct cursor at = { frame, row, 0, frame->rows > 0 && vm == top->selected };
	const size_t *columns = layout->columns;
	struct buffer text = { 0 };
	uint64_t number = 0;
	int64_t actual = 0;
	enum look look;
	bool is_there;

	buffer_append_escaped(&text, top_get_name(vm));
	put_next(&at, columns[TOP_SORT_NAME], false, &text, LOOK_PLAIN);
	at.is_reversed = false;
	put_used(&at, layout, stats);
	is_there = get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &number);
	put_size(&at, columns[TOP_SORT_AVAILABLE], is_there, number, get_available_look(stats));
	is_there = get(stats, BALLOONCTL_STAT_DISK_CACHES, &number);
	put_size(&at, columns[TOP_SORT_CACHES], is_there, number, LOOK_PLAIN);
	is_there = stats != NULL && balloonctl_stats_get_actual_bytes(stats, &actual) == 0;
	put_size(&at, columns[TOP_SORT_ACTUAL], is_there && actual >= 0, (uint64_t)actual,
		 LOOK_PLAIN);
	put_size(&at, columns[TOP_SORT_RSS], vm->has_host_rss, vm->host_rss_bytes, LOOK_PLAIN);
	put_rates(&at, layout, vm);
	buffer_append_string(&text, top_get_state(vm, &look));
	put_next(&at, columns[TOP_SORT_FRESH], false, &text, look);
	top_append_spark(&text, &top->histories[vm - top->live.vms.items], layout->spark,
			 top->is_ascii);
	put_next(&at, layout->spark, false, &text, LOOK_PLAIN);
}

void top_draw_list(struct top *top, struct frame *frame)
{
	struct layout layout = get_layout(top, frame->columns);
	size_t last = top->n_shown;

	if (frame->rows > 0) {
		top->page =
			frame->rows > TOP_HEAD + TOP_FOOT ? frame->rows - TOP_HEAD - TOP_FOOT : 1;
		top_arrange(top);
		last = top->first + top->page < last ? top->first + top->page : last;
	}
	put_headings(top, frame, TOP_HEAD - 1, &layout);
	for (size_t i = frame->rows > 0 ? top->first : 0; i < last; i++)
		put_vm(top, frame, TOP_HEAD + i - (frame->rows > 0 ? top->first : 0), &layout,
		       top->order[i]);
}

const char *top_get_sort_name(enum top_sort sort)
{
	return sorts[sort].name;
}
