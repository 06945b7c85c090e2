/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * VMs to be followed for a while: each sample as it comes, what QEMU tells in between, connections
 * that are lost and found again. Polling that is off is switched on, and in the end everything is as
 * it was found.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <balloonctl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vms.h"

enum live_state {
	LIVE_CONNECTING,
	LIVE_CONNECTED,
	LIVE_WAITING, /* to connect again */
	LIVE_ENDING,  /* polling is being put back */
	LIVE_OVER,
};

/* What vm->data points to. */
struct live_vm {
	enum live_state state;
	bool has_begun; /* there was an answer, once */
	bool is_lost;   /* and that has been told */
	int64_t next; /* when to look or to connect, in milliseconds; 0: an answer will come first */
	unsigned int backoff; /* seconds */

	/* Polling: the interval that was found and the one we have set, if we have. */
	bool is_set;
	uint32_t found, wanted;
	int64_t set_at;
	unsigned int n_rearmed;
	unsigned int n_changes; /* that QEMU has not answered yet */

	/* The latest sample; the statistics themselves are those of the VM. */
	struct balloonctl_completion *before; /* the one before it; NULL: nothing to compare with */
	uint64_t elapsed_ms;                  /* between the two */
	int64_t seen_at;
	int64_t time_ms; /* by the host's clock, since 1970 */
	uint64_t n_samples;
	enum balloonctl_freshness told;

	struct balloonctl_completion *failed; /* holds the words of why it was given up */
};

enum live_news {
	LIVE_SAMPLE,  /* the guest has reported: vm_get_stats() */
	LIVE_EVENT,   /* QEMU tells something */
	LIVE_VERDICT, /* the freshness has changed */
	LIVE_LOST,    /* the connection; it is tried again */
	LIVE_BACK,    /* and stands again */
	LIVE_CLAIMED, /* the interval is set, for as long as the VM is followed */
	LIVE_REARMED, /* the interval was another than the one we had set, and is set again */
	LIVE_FAILED,  /* the VM is given up */
	LIVE_LEFT,    /* polling could not be put back */
	LIVE_SIZED,   /* live_set_target() has been answered */
};

struct live_report {
	enum live_news news;
	struct vm *vm;
	int64_t time_ms;                /* of the host's clock, since 1970 */
	struct balloonctl_event *event; /* of LIVE_EVENT */
	const struct balloonctl_error
		*error;    /* of LIVE_LOST and LIVE_FAILED; of LIVE_SIZED, or NULL */
	uint32_t interval; /* of LIVE_CLAIMED and LIVE_REARMED: what was found */
	struct balloonctl_completion *done; /* holds the words of `error`; NULL: the VM does */
};

struct live {
	struct vms vms;
	uint32_t interval;   /* to be set; 0: only where polling is off */
	uint64_t count;      /* samples of each VM; 0: for ever */
	bool wants_host_rss; /* with each sample */
	bool has_failed;     /* a VM was given up, or the output */

	struct pollfd *fds;
	struct live_report *reports;
	size_t n_reports, capacity, next_report;
	int interrupt_fd; /* readable when the user wants the end; -1: never */
	bool is_interrupted, is_ending;
	int64_t end_at;      /* milliseconds */
	bool is_output_gone; /* nobody reads standard output any more */
	struct sigaction old_pipe;
};

/* How many more descriptors live_wait() may be given. */
enum {
	LIVE_EXTRA_MAX = 4,
};

/* Open the VMs and begin. 0, or the exit status after saying what is wrong. What was asked for is set
 * already. */
int live_open(struct live *live, struct options *options);

/* Wait until something may have happened, `timeout` milliseconds at most (-1: no limit), or until one
 * of the descriptors in `extra` is ready. False: it is over, because all VMs are done or failed or
 * because a signal came. Reports are to be fetched first. */
bool live_wait(struct live *live, struct pollfd *extra, size_t n_extra, int timeout);

/* The next report, until the next wait; NULL if there is none. */
const struct live_report *live_next(struct live *live);

/* Put polling back; the reports of that are to be fetched. */
void live_end(struct live *live);

/* Nobody reads standard output any more, or soon: known at once, not only with the next write. The
 * program then ends by SIGPIPE, as others do, when polling has been put back. */
bool live_has_reader(struct live *live);

/* Wait until standard output takes something: whoever reads it may be slow, or stopped. False: a signal
 * wants the end before that. */
bool live_wait_for_output(struct live *live);

/* Free all, and end the program if a signal wants that. */
void live_close(struct live *live);

/* Of a VM: set another interval, which stays. -ENOTCONN. */
int live_set_interval(struct live *live, struct vm *vm, uint32_t seconds);

/* And set the balloon's target. */
int live_set_target(struct live *live, struct vm *vm, uint64_t bytes);

/* By how much a counter of the latest sample rises in a second; as rates_get(). And the pressure. */
int live_get_rate(const struct vm *vm, enum balloonctl_stat stat, uint64_t *ret);
enum balloonctl_pressure live_get_pressure(const struct vm *vm);

#endif
