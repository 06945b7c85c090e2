/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of a screen of top: the list (top-list.c), and the rest (top-draw.c). */
#ifndef CLI_TOP_DRAW_H
#define CLI_TOP_DRAW_H

#include "top.h"

enum {
	TOP_HEAD = 2, /* rows above the list, and the one below it */
	TOP_FOOT = 1,
};

void top_draw_list(struct top *top, struct frame *frame);

/* What the VMs are sorted by, in words. */
const char *top_get_sort_name(enum top_sort sort);

/* The freshness of a VM, or that it is lost or failed. */
const char *top_get_state(const struct vm *vm, enum look *ret_look);

/* Its history, no wider than that; the latest is last. */
void top_append_spark(struct buffer *out, const struct top_history *history, size_t width,
		      bool is_ascii);

#endif
