/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * top: many VMs on one screen. What is shown and what keys do is here, as a frame;
 * a screen or a pipe shows it.
 */
#ifndef CLI_TOP_H
#define CLI_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live-view.h"
#include "top-frame.h"

enum {
	TOP_HISTORY = 240, /* samples that are remembered of a VM */
	TOP_INPUT_MAX = 64,
};

/* Available memory in percent of the total; the latest is at `at` - 1. */
struct top_history {
	uint8_t percent[TOP_HISTORY];
	unsigned int count, at;
};

enum top_mode {
	TOP_LIST,
	TOP_DETAILS,
	TOP_HELP,
	TOP_FILTER, /* something is being typed, from here on */
	TOP_INTERVAL,
	TOP_SIZE,
	TOP_CONFIRM_INTERVAL, /* what was typed is to be confirmed */
	TOP_CONFIRM_SIZE,
};

enum top_sort {
	TOP_SORT_NAME,
	TOP_SORT_USED,
	TOP_SORT_AVAILABLE,
	TOP_SORT_CACHES,
	TOP_SORT_ACTUAL,
	TOP_SORT_RSS,
	TOP_SORT_SWAP,
	TOP_SORT_FAULTS,
	TOP_SORT_FRESH,
	TOP_SORTS,
};

/* Keys that are no characters. */
enum top_key {
	TOP_KEY_UP = 0x110000,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_ENTER,
	TOP_KEY_ESCAPE,
	TOP_KEY_BACKSPACE,
	TOP_KEY_OTHER,
};

struct top {
	struct live live;
	struct top_history *histories; /* of each VM */
	struct vm **order;             /* those that are shown, in the order shown */
	size_t n_shown;
	struct vm *selected;      /* NULL: none is shown */
	size_t first;             /* of `order`, on the screen */
	size_t page;              /* rows that fit */
	enum top_mode mode, back; /* and the one to go back to */
	enum top_sort sort;
	bool is_reversed;
	bool is_ascii; /* the terminal has no others */
	char filter[TOP_INPUT_MAX], input[TOP_INPUT_MAX];
	uint32_t seconds; /* what is to be confirmed */
	uint64_t target;
	char message[200];
	int64_t told_at; /* milliseconds */
	bool wants_end;
};

void top_init(struct top *top);
void top_free(struct top *top);

/* Behind live_wait(): take the reports. True if there was any. */
bool top_take_reports(struct top *top);

/* Filter and sort again, when values or wishes have changed. */
void top_arrange(struct top *top);

/* Where the selected VM is in that order, 0 if it is not; and keep that row on the screen. */
size_t top_find_selected(const struct top *top);
void top_scroll(struct top *top);

/* A character or an enum top_key has been typed. */
void top_press(struct top *top, int key);

/* What a VM is called. */
const char *top_get_name(const struct vm *vm);

/* Draw a frame whose rows and columns are set. The thread's locale must have UTF-8. */
void top_draw(struct top *top, struct frame *frame);

#endif
