/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * watch: a line for each sample as it comes, and for what QEMU tells in between. Nothing is kept
 * back: each line has left when its sample has been seen.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "document.h"
#include "live-view.h"
#include "output.h"
#include "parse.h"
#include "stream.h"

struct watch_options {
	struct options *common;
	struct stats_view view;
	const char *interval, *count; /* as written; NULL: not given */
};

struct watch {
	struct watch_options *options;
	struct live live;
	struct stream stream;
};

static const struct argp_option choices[] = {
	{ "interval", 'i', "SECONDS", 0,
	  "Have QEMU ask the guest every so many seconds, and put that back in the end (default: "
	  "leave the interval as it is or, if polling is off, 2)" },
	{ "count", 'n', "COUNT", 0, "Leave after so many samples of each VM" },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct watch_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		state->child_inputs[1] = &options->view.view;
		return 0;
	case 'i':
		options->interval = arg;
		return 0;
	case 'n':
		options->count = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &show_argp },
	{ &view_argp, 0, "Rows:", 0 },
	{ 0 },
};

const struct argp watch_argp = {
	.options = choices,
	.parser = parse,
	.doc = "Print a line for each sample as it comes from the guest, with the rates of counters, "
	       "and lines for what happens in between: a balloon that moves, a VM that stops, goes on "
	       "or is reset, a guest that falls silent. Connections that are lost are tried "
	       "again.\v"
	       "Polling that is off is switched on; in the end, also by Ctrl-C, it is as it was "
	       "found. QEMU serves one client at a time: others have to wait meanwhile.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp watch\n"
	       "  balloonctl -c /run/vm1.qmp -c /run/vm2.qmp watch -i 10 -o +actual\n"
	       "  balloonctl -c /run/vm.qmp watch -n 1 --json=lines | jq .stats",
	.children = children,
};

static int check(struct watch_options *options, struct live *live)
{
	struct stats_view *view = &options->view;
	int r;

	if (options->common->json == JSON_DOCUMENT)
		return usage_error("--json: what is watched has no end; give --json=lines");
	if (options->common->json != JSON_NONE && (view->view.is_raw || view->view.is_pairs))
		return usage_error("--json=lines and %s: give one of them",
				   view->view.is_raw ? "-r" : "-P");
	if (view->view.sort != NULL)
		return usage_error("--sort: samples are shown in the order they come");
	r = live_check_interval(options->interval, &live->interval);
	if (r == EXIT_DONE)
		r = live_check_count(options->count, &live->count);
	if (r == EXIT_DONE)
		r = view_check(&view->view, &view->set);
	view->exact = options->common->bytes;
	view->is_chosen = view_is_chosen(&view->view);
	live->wants_host_rss = options->common->json != JSON_NONE && !view->is_chosen;
	for (size_t i = 0; i < view->view.n_columns; i++)
		live->wants_host_rss |= stats_column_is_host_rss(view->view.columns[i]);
	return r;
}

/* ---- JSON ---- */

static const char *get_record(enum live_news news)
{
	switch (news) {
	case LIVE_SAMPLE:
		return "sample";
	case LIVE_EVENT:
		return "event";
	case LIVE_VERDICT:
		return "freshness";
	case LIVE_LOST:
		return "lost";
	case LIVE_BACK:
		return "back";
	case LIVE_CLAIMED:
	case LIVE_REARMED:
	case LIVE_LEFT:
		return "polling";
	case LIVE_FAILED:
		return "failed";
	case LIVE_SIZED:
		break;
	}
	return "unknown";
}

static bool is_wanted(const struct stats_view *view, const struct column *column)
{
	return !view->is_chosen || view_has_column(&view->view, column);
}

static void put_rates(struct json *json, const struct vm *vm, const struct stats_view *view)
{
	bool has_any = !view->is_chosen;

	for (size_t i = 0; i < view->view.n_columns; i++)
		has_any |= live_column_is_rate(view->view.columns[i]);
	if (!has_any)
		return;
	json_open_object(json, "rates");
	for (size_t i = 0; i < view->set.count; i++) {
		struct column column = view->set.columns[i];
		struct value value;

		if (!live_column_is_rate(&column) || !is_wanted(view, &view->set.columns[i]))
			continue;
		column.key = balloonctl_stat_get_key((enum balloonctl_stat)column.number);
		value = column.get(&column, vm);
		column_put(json, &column, &value);
	}
	json_close_object(json);
}

static void put_sample(struct json *json, const struct vm *vm, const struct stats_view *view)
{
	const struct live_vm *followed = vm->data;

	if (followed->before != NULL)
		json_put_u64(json, "elapsed_ms", followed->elapsed_ms);
	else
		json_put_null(json, "elapsed_ms");
	stats_put_members(json, vm, view);
	put_rates(json, vm, view);
}

static void put_event(struct json *json, const struct balloonctl_event *event)
{
	int64_t actual;

	json_put_string(json, "event", balloonctl_event_get_name(event));
	if (balloonctl_event_get_actual_bytes(event, &actual) == 0)
		json_put_i64(json, "actual_bytes", actual);
	json_put_text(json, "qmp", balloonctl_event_get_json(event));
}

static void put_polling(struct json *json, const struct live_report *report)
{
	const struct live_vm *followed = report->vm->data;

	json_put_u64(json, "polling_interval", followed->wanted);
	if (report->news != LIVE_LEFT)
		json_put_u64(json, "found_interval", report->interval);
	json_put_u64(json, "rearmed", followed->n_rearmed);
}

static void append_json(struct buffer *out, const struct live_report *report,
			const struct stats_view *view)
{
	struct json json = { .out = out, .is_line = true };
	const struct vm *vm = report->vm;
	const struct live_vm *followed = vm->data;

	document_open_vm(&json, vm);
	if (report->error == NULL) {
		json_put_string(&json, "name", balloonctl_monitor_get_name(vm->monitor));
		json_put_string(&json, "device", balloonctl_monitor_get_device(vm->monitor));
	}
	json_put_string(&json, "record", get_record(report->news));
	json_put_i64(&json, "time_ms", report->time_ms);
	if (report->error != NULL)
		document_put_error(&json, report->error);
	else if (report->news == LIVE_SAMPLE)
		put_sample(&json, vm, view);
	else if (report->news == LIVE_EVENT)
		put_event(&json, report->event);
	else if (report->news == LIVE_VERDICT)
		json_put_string(&json, "freshness", balloonctl_freshness_get_name(followed->told));
	else if (report->news != LIVE_BACK)
		put_polling(&json, report);
	json_close_object(&json);
}

/* ---- Text ---- */

/* For programs there are rows only. */
static void append_row(struct buffer *out, const struct live_report *report, struct view *view,
		       bool exact)
{
	const struct view_rows rows = { report->vm, 1, sizeof(*report->vm), exact };

	if (report->news != LIVE_SAMPLE)
		return;
	view_append(view, &rows, out);
	view->has_no_headings = true;
}

static const char *get_shown_name(const struct vm *vm)
{
	const char *name = balloonctl_monitor_get_name(vm->monitor);

	return name != NULL ? name : vm->address;
}

/* All that are known by then: most VMs answer at once. */
static void expect_names(struct watch *watch)
{
	const struct vms *vms = &watch->live.vms;

	for (size_t i = 0; i < vms->count; i++)
		if (((const struct live_vm *)vms->items[i].data)->has_begun)
			stream_expect(&watch->stream, "vm", strlen(get_shown_name(&vms->items[i])));
}

static void append_text(struct buffer *out, const struct live_report *report, struct watch *watch)
{
	struct buffer words = { 0 };
	char *text;

	if (report->news == LIVE_SAMPLE) {
		if (!watch->stream.has_begun)
			expect_names(watch);
		stream_append_row(&watch->stream, report->vm, out);
	} else if (report->news == LIVE_EVENT || report->news == LIVE_VERDICT) {
		live_append_report(&words, report, watch->options->view.exact);
		text = buffer_steal(&words);
		stream_append_line(&watch->stream, report->time_ms / 1000,
				   get_shown_name(report->vm), text, out);
		free(text);
	}
}

/* ---- The loop ---- */

static int write_reports(struct watch *watch)
{
	struct stats_view *view = &watch->options->view;
	struct options *common = watch->options->common;
	const struct live_report *report;
	struct buffer out = { 0 };
	int status = EXIT_DONE;

	while (status == EXIT_DONE && (report = live_next(&watch->live)) != NULL) {
		if (common->json != JSON_NONE)
			append_json(&out, report, view);
		else if (view->view.is_raw || view->view.is_pairs)
			append_row(&out, report, &view->view, view->exact);
		else
			append_text(&out, report, watch);
		if (out.len > 0 && live_wait_for_output(&watch->live))
			status = output_write(&out);
		out.len = 0;
		live_talk(report, common);
	}
	buffer_free(&out);
	return status;
}

static int run_live(struct watch *watch)
{
	/* Without events: only that the reader has gone ends the waiting. */
	struct pollfd output = { .fd = STDOUT_FILENO };
	int status;

	do
		status = write_reports(watch);
	while (status == EXIT_DONE && live_has_reader(&watch->live) &&
	       live_wait(&watch->live, &output, 1, -1));
	live_put_back(&watch->live);
	return watch->live.has_failed || !live_has_reader(&watch->live) ? EXIT_FAILED : status;
}

static int run(struct watch_options *options)
{
	struct watch watch = { .options = options };
	int status;

	if (options->view.view.lists_columns)
		return view_list_columns(&options->view.view, &options->view.set);
	status = check(options, &watch.live);
	if (status == EXIT_DONE)
		status = live_open(&watch.live, options->common);
	if (status == EXIT_DONE) {
		stream_init(&watch.stream, &options->view.view, options->view.exact);
		status = run_live(&watch);
		stream_free(&watch.stream);
	}
	live_close(&watch.live);
	return status;
}

int cmd_watch(struct options *common, int argc, char **argv)
{
	struct watch_options options = { .common = common };
	int status;

	if (!parse_words(&watch_argp, argc, argv, 0, &options, &status))
		return status;
	live_columns_init(&options.view.set);
	status = run(&options);
	view_free(&options.view.view);
	live_columns_free(&options.view.set);
	return status;
}
