/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines about one VM, for people. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "buffer.h"
#include "vms.h"

/* The beginning of a line, "polling:      "; the value and the line's end are the caller's. */
void show_label(struct buffer *out, const char *label);

/* Whole lines: the address, the name if the VM has one, and the device. */
void show_vm(struct buffer *out, const struct vm *vm);

/* Whole lines: the interval and the last update. */
void show_polling(struct buffer *out, const struct balloonctl_stats *stats);

/* "512 MiB of 1 GiB", without an end of line. */
void show_size(struct buffer *out, const struct balloonctl_info *info, bool exact);

/* "BALLOON_CHANGE: the balloon leaves 512 MiB to the guest", or another event's name. */
void show_event(struct buffer *out, const struct balloonctl_event *event, bool exact);

/* Write a line for each VM that answered, with address and tab in front of what `append` says of it
 * if there are several. EXIT_DONE, or EXIT_FAILED if that failed. */
typedef void show_append(struct buffer *out, const struct vm *vm, const void *arg);
int show_lines(const struct vms *vms, show_append *append, const void *arg);

/* A sentence of the library without the address that it begins with, for where that stands already;
 * NULL: without none. */
const char *show_skip(const char *address, const char *sentence);

/* "3 s", "5 min", "2 h", "4 days": rounded down. */
void show_age(struct buffer *out, uint64_t seconds);

/* Local time as ISO 8601 writes it; "second N" if no calendar has it. */
void show_time(struct buffer *out, int64_t when);

/* Its time of day: "10:00:00". */
void show_clock(struct buffer *out, int64_t when);

#endif
