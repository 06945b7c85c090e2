/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* top: all VMs live on one screen; with --batch, frames of it for a pipe. */
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "output.h"
#include "parse.h"
#include "screen.h"
#include "top.h"

enum {
	OPTION_BATCH = 0x300,

	DRAW_MS = 250,    /* frames on a screen are so far apart, */
	REDRAW_MS = 1000, /* and no farther, because a clock is on it */
	FIRST_MS = 3000,  /* the first frame for a pipe waits so long for VMs that are slow */
	MESSAGE_MS = 10000,
	DEFAULT_SECONDS = 2,
	CTRL_L = 'L' & 0x1f,
};

struct top_options {
	struct options *common;
	const char *interval, *count; /* as written; NULL: not given */
	uint64_t frames;              /* 0: for ever */
	bool is_batch;
};

static const struct argp_option choices[] = {
	{ "interval", 'i', "SECONDS", 0,
	  "Have QEMU ask the guests every so many seconds, and put that back in the end (default: "
	  "leave the interval as it is or, if polling is off, 2)" },
	{ "batch", OPTION_BATCH, NULL, 0,
	  "Print frames, with all VMs, as often as the guests are asked" },
	{ "count", 'n', "COUNT", 0, "With --batch: leave after so many frames" },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct top_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		return 0;
	case 'i':
		options->interval = arg;
		return 0;
	case 'n':
		options->count = arg;
		return 0;
	case OPTION_BATCH:
		options->is_batch = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp top_argp = {
	.options = choices,
	.parser = parse,
	.doc = "Show all VMs live on one screen: used memory, what is available, caches, the balloon, "
	       "the host's memory, swap and faults in a second, and the history of available memory. "
	       "VMs can be sorted, filtered and looked at in detail, and interval and balloon can be "
	       "set; '?' explains the keys.\v"
	       "Polling that is off is switched on; in the end it is as it was found. QEMU serves one "
	       "client at a time: others have to wait meanwhile.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm1.qmp -c /run/vm2.qmp top\n"
	       "  balloonctl -c /run/vm1.qmp -c /run/vm2.qmp top --batch -n 1",
	.children = options_children,
};

/* ---- For a pipe ---- */

static bool has_all(const struct top *top)
{
	for (size_t i = 0; i < top->live.vms.count; i++) {
		const struct vm *vm = &top->live.vms.items[i];
		const struct live_vm *followed = vm->data;

		if (vm->error == NULL && followed->n_samples == 0)
			return false;
	}
	return true;
}

static int write_frame(struct top *top, bool is_first)
{
	struct frame frame = { 0 };
	struct buffer out = { 0 };
	int status;

	top_arrange(top);
	top_draw(top, &frame);
	if (!is_first)
		buffer_append_string(&out, "\n");
	frame_append(&frame, &out);
	status = live_wait_for_output(&top->live) ? output_write(&out) : EXIT_DONE;
	buffer_free(&out);
	frame_free(&frame);
	return status;
}

static int run_batch(struct top *top, const struct top_options *options)
{
	struct pollfd output = { .fd = STDOUT_FILENO };
	int64_t next = clock_now_ms() + FIRST_MS;
	uint32_t seconds = top->live.interval > 0 ? top->live.interval : DEFAULT_SECONDS;
	uint64_t frames = 0;
	bool goes_on = true;

	while (goes_on) {
		goes_on = live_wait(&top->live, &output, 1, clock_get_timeout(next));
		if (!live_has_reader(&top->live))
			return EXIT_FAILED;
		top_take_reports(top);
		if (clock_now_ms() < next && !(frames == 0 && (has_all(top) || !goes_on)))
			continue;
		if (write_frame(top, frames == 0) != EXIT_DONE) {
			live_has_reader(&top->live);
			return EXIT_FAILED;
		}
		frames++;
		next = clock_now_ms() + (int64_t)seconds * 1000;
		if (frames == options->frames)
			break;
	}
	return EXIT_DONE;
}

/* ---- On a screen ---- */

static void draw(struct top *top, struct screen *screen)
{
	struct frame frame = { 0 };

	if (clock_now_ms() - top->told_at > MESSAGE_MS)
		top->message[0] = '\0';
	screen_measure(screen, &frame);
	top_draw(top, &frame);
	screen_show(screen, &frame);
	frame_free(&frame);
}

/* True: the terminal has gone. */
static bool read_keys(struct top *top, struct screen *screen, const struct pollfd *input)
{
	int key;

	if ((input->revents & (POLLERR | POLLHUP | POLLNVAL)) != 0)
		return true;
	while (input->revents != 0 && (key = screen_read(screen)) >= 0)
		if (key == CTRL_L)
			screen_redraw(screen);
		else
			top_press(top, key);
	return false;
}

static int run_screen(struct top *top, struct screen *screen)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = screen_get_stop_fd(screen), .events = POLLIN },
	};
	int64_t drawn = 0;
	bool is_due = true, goes_on = true;

	while (goes_on && !top->wants_end) {
		if (is_due && clock_get_timeout(drawn + DRAW_MS) == 0) {
			draw(top, screen);
			drawn = clock_now_ms();
			is_due = false;
		}
		/* VMs that have all failed are still there to be looked at. */
		goes_on = live_wait(&top->live, fds, 2,
				    clock_get_timeout(drawn + (is_due ? DRAW_MS : REDRAW_MS)));
		if (read_keys(top, screen, &fds[0]))
			return EXIT_FAILED;
		if (fds[1].revents != 0)
			screen_stop(screen);
		is_due |= top_take_reports(top) || clock_get_timeout(drawn + REDRAW_MS) == 0;
		if (fds[0].revents != 0 || fds[1].revents != 0 || screen_is_resized(screen)) {
			is_due = true;
			drawn = 0;
		}
	}
	return EXIT_DONE;
}

/* ---- The command ---- */

/* What went wrong was said on the screen only. */
static void end(struct top *top)
{
	live_put_back(&top->live);
	for (size_t i = 0; i < top->live.vms.count; i++)
		if (top->live.vms.items[i].error != NULL)
			complain("%s", balloonctl_error_get_message(top->live.vms.items[i].error));
}

static int check(struct top_options *options, struct live *live)
{
	int r = live_check_interval(options->interval, &live->interval);

	if (r == EXIT_DONE)
		r = live_check_count(options->count, &options->frames);
	if (r == EXIT_DONE && options->count != NULL && !options->is_batch)
		r = usage_error("--count: frames are counted with --batch only");
	if (r == EXIT_DONE && !options->is_batch &&
	    (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0))
		r = usage_error("top: this is no terminal; give --batch");
	live->wants_host_rss = true;
	return r;
}

static int run(struct top *top, struct top_options *options)
{
	struct screen *screen = NULL;
	int status = live_open(&top->live, options->common);

	if (status != EXIT_DONE)
		return status;
	top_init(top);
	if (options->is_batch) {
		status = run_batch(top, options);
	} else {
		screen = screen_open(COLOR_AUTO, &top->is_ascii);
		status = screen == NULL ? EXIT_FAILED : run_screen(top, screen);
		screen_close(screen);
	}
	end(top);
	return top->live.has_failed ? EXIT_FAILED : status;
}

int cmd_top(struct options *common, int argc, char **argv)
{
	struct top_options options = { .common = common };
	locale_t utf8 = NULL, before = NULL;
	struct top top = { 0 };
	int status;

	if (!parse_words(&top_argp, argc, argv, 0, &options, &status))
		return status;
	status = check(&options, &top.live);
	if (status == EXIT_DONE) {
		/* For the width of characters. */
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
		before = utf8 == NULL ? NULL : uselocale(utf8);
		status = run(&top, &options);
		if (utf8 != NULL) {
			uselocale(before);
			freelocale(utf8);
		}
	}
	top_free(&top);
	live_close(&top.live);
	return status;
}
