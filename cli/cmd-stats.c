/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stats: what the guest reported last, in whichever shape is asked for. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "output.h"
#include "parse.h"
#include "seconds.h"
#include "show.h"
#include "size.h"
#include "stats-view.h"
#include "vms.h"

enum {
	OPTION_MAX_AGE = 0x300,
	OPTION_NAMES,
	OPTION_REFRESH,
	OPTION_REQUIRE_FRESH,

	REFRESH_DEFAULT_MS = 5000,
};

struct stats_options {
	struct options *common;
	struct stats_view view;
	bool refreshes; /* --refresh or --max-age */
	bool requires_fresh;
	const char *refresh, *max_age; /* as written; NULL: the default */
	unsigned int refresh_ms;
	uint32_t max_age_seconds;
	bool wants_host_rss;
	const char *names; /* of --names, as written */
	char **wanted;     /* the statistics to show, by name */
	int n_wanted;
};

static const struct argp_option choices[] = {
	{ "refresh", OPTION_REFRESH, "SECONDS", OPTION_ARG_OPTIONAL,
	  "Have the guest asked now, and wait for its answer, so many seconds at most (default: 5)" },
	{ "max-age", OPTION_MAX_AGE, "SECONDS", 0,
	  "Have the guest asked now, but only if what QEMU has is older than this" },
	{ "require-fresh", OPTION_REQUIRE_FRESH, NULL, 0,
	  "Exit with 3 if what is shown of a VM is anything but fresh" },
	{ "names", OPTION_NAMES, "qemu|libvirt", 0,
	  "Whose names statistics have (libvirt: those of virsh dommemstat)" },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct stats_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		state->child_inputs[1] = &options->view.view;
		return 0;
	case OPTION_REFRESH:
		options->refreshes = true;
		options->refresh = arg;
		return 0;
	case OPTION_MAX_AGE:
		options->refreshes = true;
		options->max_age = arg;
		return 0;
	case OPTION_REQUIRE_FRESH:
		options->requires_fresh = true;
		return 0;
	case OPTION_NAMES:
		options->names = arg;
		return 0;
	case ARGP_KEY_ARGS:
		options->wanted = state->argv + state->next;
		options->n_wanted = state->argc - state->next;
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

const struct argp stats_argp = {
	.options = choices,
	.parser = parse,
	.args_doc = "[COLUMN...]",
	.doc = "Show what the guest's balloon driver reported last, and how long ago: one VM as a "
	       "list, several as one row each. '-' is what the guest did not report. With "
	       "COLUMNs, such as free-memory, print just these values.\v"
	       "QEMU asks the guest only while polling is on: see 'balloonctl enable'. The "
	       "freshness tells whether the statistics are worth trusting.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp stats\n"
	       "  balloonctl -c /run/vm.qmp stats --refresh --bytes free-memory\n"
	       "  balloonctl -c /run/vm.qmp stats --refresh --require-fresh\n"
	       "  balloonctl -c /run/vm.qmp stats --json | jq '.vms[0].stats'\n"
	       "  balloonctl -c /run/vm1.qmp -c /run/vm2.qmp stats --sort available",
	.children = children,
};

/* ---- Asking ---- */

static bool wants_host_rss(const struct stats_options *options)
{
	const struct view *view = &options->view.view;

	/* The list and a whole document have all there is. */
	if (!options->view.is_chosen &&
	    (options->common->json != JSON_NONE || !view_wants_rows(view)))
		return true;
	for (size_t i = 0; i < view->n_columns; i++)
		if (stats_column_is_host_rss(view->columns[i]))
			return true;
	return false;
}

static void step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	const struct stats_options *options = arg;

	if (done != NULL) {
		/* Now, because the way to the process is the connection. */
		vm->has_host_rss = options->wants_host_rss &&
				   balloonctl_monitor_get_host_rss_bytes(vm->monitor,
									 &vm->host_rss_bytes) == 0;
	} else if (options->refreshes) {
		balloonctl_monitor_set_guest_timeout_ms(vm->monitor, options->refresh_ms);
		vm_started(vm,
			   balloonctl_monitor_start_refresh_stats(vm->monitor,
								  options->max_age_seconds, NULL));
	} else {
		vm_started(vm, balloonctl_monitor_start_get_stats(vm->monitor, NULL));
	}
}

/* ---- What was asked for ---- */

static int check_names(struct stats_options *options)
{
	struct view *view = &options->view.view;

	if (options->names == NULL || strcmp(options->names, "qemu") == 0)
		return EXIT_DONE;
	view->libvirt = strcmp(options->names, "libvirt") == 0;
	return view->libvirt ? EXIT_DONE
			     : usage_error("--names '%s': give qemu or libvirt", options->names);
}

static int check_refresh(struct stats_options *options)
{
	const char *age = options->max_age;
	uint64_t number = 0;

	options->refresh_ms = REFRESH_DEFAULT_MS;
	if (options->refresh != NULL &&
	    seconds_parse_ms(options->refresh, &options->refresh_ms) < 0)
		return usage_error("--refresh='%s': " SECONDS_RULE, options->refresh);
	if (age != NULL && (decimal_parse(age, strlen(age), 1, &number) < 0 || number > UINT32_MAX))
		return usage_error("--max-age '%s': give whole seconds, such as 10", age);
	options->max_age_seconds = (uint32_t)number;
	return EXIT_DONE;
}

static bool is_number(const char *word)
{
	return strspn(word, "0123456789.") == strlen(word);
}

/* The value of an option that needs none stands behind '=', which is easily forgotten. */
static int check_wanted(struct stats_options *options)
{
	struct stats_view *view = &options->view;
	int r = EXIT_DONE;

	if (options->n_wanted > 0 && options->refreshes && options->refresh == NULL &&
	    options->max_age == NULL && is_number(options->wanted[0]))
		return usage_error(
			"'%s': there is no such column; seconds are written --refresh=%s",
			options->wanted[0], options->wanted[0]);
	if (options->n_wanted > 0 && options->common->json == JSON_DOCUMENT &&
	    strcmp(options->wanted[0], "lines") == 0)
		return usage_error("'lines': there is no such column; write --json=lines");
	if (options->n_wanted > 0 && (view->view.output != NULL || view->view.all))
		return usage_error("'%s': give columns as words, or -o or -O, not both",
				   options->wanted[0]);
	for (int i = 0; i < options->n_wanted && r == EXIT_DONE; i++)
		r = view_add_column(&view->view, &view->set, "", options->wanted[i],
				    strlen(options->wanted[i]));
	return r;
}

static int check(struct stats_options *options)
{
	struct stats_view *view = &options->view;
	int r;

	view->view.is_json = options->common->json != JSON_NONE;
	r = check_refresh(options);
	if (r == EXIT_DONE)
		r = check_names(options);
	if (r == EXIT_DONE)
		r = check_wanted(options);
	if (r == EXIT_DONE)
		r = view_check(&view->view, &view->set);
	view->exact = options->common->bytes;
	view->is_chosen = options->n_wanted > 0 || view_is_chosen(&view->view);
	options->wants_host_rss = wants_host_rss(options);
	return r;
}

/* ---- What it shows ---- */

static void append_values(struct buffer *out, const struct vm *vm, const void *arg)
{
	const struct stats_view *view = arg;

	for (size_t i = 0; i < view->view.n_columns; i++) {
		const struct column *column = view->view.columns[i];
		struct value value = column->get(column, vm);

		if (i > 0)
			buffer_append(out, "\t", 1);
		column_append(out, column, &value, view->exact);
	}
}

/* Who asks for a value by its name expects one. */
static int report_absent(const struct vms *vms, const struct view *view)
{
	int status = EXIT_DONE;

	for (size_t i = 0; i < vms->count; i++) {
		for (size_t j = 0; j < view->n_columns && vms->items[i].error == NULL; j++) {
			const struct column *column = view->columns[j];
			struct value value = column->get(column, &vms->items[i]);

			if (value.type != VALUE_ABSENT && value.type != VALUE_NONE)
				continue;
			complain("%s: '%s' is %s", vms->items[i].address,
				 column_get_name(column, view->libvirt),
				 !stats_column_is_stat(column) ? "not known"
				 : value.type == VALUE_NONE
					 ? "absent: this QEMU does not know it"
					 : "absent: the guest did not report it");
			status = EXIT_FOUND;
		}
	}
	return status;
}

static int write_values(const struct vms *vms, const struct stats_view *view)
{
	int status = show_lines(vms, append_values, view);
	int absent = report_absent(vms, &view->view);

	return status != EXIT_DONE ? status : absent;
}

static int write_out(const struct vms *vms, const struct stats_options *options)
{
	const struct stats_view *view = &options->view;

	if (options->common->json != JSON_NONE)
		return stats_write_json(vms, view);
	if (options->n_wanted > 0 && !view_wants_rows(&view->view))
		return write_values(vms, view);
	if (vms->count > 1 || vms->targets.are_all || view_wants_rows(&view->view))
		return stats_write_rows(vms, view);
	return stats_write_list(&vms->items[0], view);
}

/* ---- What it says of freshness ---- */

/* Nobody who reads the list or a column of verdicts needs to be told. */
static bool shows_freshness(const struct vms *vms, const struct stats_options *options)
{
	const struct view *view = &options->view.view;

	if (!options->view.is_chosen &&
	    (options->common->json != JSON_NONE ||
	     (vms->count == 1 && !vms->targets.are_all && !view_wants_rows(view))))
		return true;
	for (size_t i = 0; i < view->n_columns; i++)
		if (stats_column_is_freshness(view->columns[i]))
			return true;
	return false;
}

static bool report_late(const struct vms *vms, const struct stats_options *options)
{
	bool has_notes = !options->common->quiet && !options->refreshes &&
			 !options->requires_fresh && !shows_freshness(vms, options);

	return stats_report_late(vms, options->requires_fresh, has_notes);
}

static int run(struct stats_options *options)
{
	/* Leaving has to wait for what a refresh has begun. */
	struct vms vms = { .survives_interrupt = options->refreshes };
	int status;

	if (options->view.view.lists_columns)
		return view_list_columns(&options->view.view, &options->view.set);
	status = check(options);
	if (status != EXIT_DONE)
		return status;
	status = vms_ask(&vms, options->common, step, options);
	if (vms.survives_interrupt && vms.is_interrupted) {
		status = EXIT_FAILED;
	} else if (status == EXIT_DONE) {
		status = write_out(&vms, options);
		if (report_late(&vms, options) && status == EXIT_DONE)
			status = EXIT_FOUND;
		status = vms_report(&vms, status);
	}
	vms_free(&vms);
	return status;
}

int cmd_stats(struct options *common, int argc, char **argv)
{
	struct stats_options options = { .common = common };
	int status;

	if (!parse_words(&stats_argp, argc, argv, 0, &options, &status))
		return status;
	stats_columns_init(&options.view.set);
	status = run(&options);
	view_free(&options.view.view);
	stats_columns_free(&options.view.set);
	return status;
}
