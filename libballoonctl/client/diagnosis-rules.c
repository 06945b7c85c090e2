/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From what was seen of a VM to what is wrong with it. Each rule looks at one cause, in the order in
 * which one explains another: where there is no driver, nobody asks why it is silent.
 */
#include "client/diagnosis-rules.h"

#include <errno.h>

enum {
	WATCH_MAX_SECONDS = 24 * 60 * 60, /* nobody watches for longer */
};

/* ---- The VM ---- */

static const struct state {
	const char *name;
	enum balloonctl_cause cause;
	bool is_settled;
	const char *message;
	const char *repair; /* words, or a command of ours that begins with "qmp" */
} states[] = {
	{ "paused", BALLOONCTL_CAUSE_VM_PAUSED, true,
	  "the VM is paused: QEMU does not poll, and its "
	  "last report grows old",
	  "qmp cont" },
	{ "prelaunch", BALLOONCTL_CAUSE_VM_PAUSED, false,
	  "the VM has not been started yet (QEMU's option -S)", "qmp cont" },
	{ "debug", BALLOONCTL_CAUSE_VM_PAUSED, true, "the VM is stopped by a debugger",
	  "let it go on from the debugger" },
	{ "watchdog", BALLOONCTL_CAUSE_VM_PAUSED, true, "the guest's watchdog has paused the VM",
	  "find out what hung in the guest, then QMP's system_reset and cont" },
	/* Linux gives the device's queues up before it sleeps. */
	{ "suspended", BALLOONCTL_CAUSE_VM_SUSPENDED, false,
	  "the guest has suspended itself to memory", "qmp system_wakeup" },
	{ "shutdown", BALLOONCTL_CAUSE_VM_SHUT_DOWN, false,
	  "the guest has shut down, and QEMU was told to stay",
	  "end it with QMP's quit, or start the "
	  "guest again with system_reset" },
	{ "inmigrate", BALLOONCTL_CAUSE_VM_MIGRATING, false,
	  "the VM waits for the state of one that migrates here",
	  "start the migration at its source, QMP's migrate" },
	{ "finish-migrate", BALLOONCTL_CAUSE_VM_MIGRATING, true,
	  "the VM is in the last phase of a migration", "wait for its end" },
	{ "postmigrate", BALLOONCTL_CAUSE_VM_MIGRATING, true,
	  "the VM has migrated away and runs elsewhere", "ask it at its destination" },
	{ "save-vm", BALLOONCTL_CAUSE_VM_MIGRATING, true, "a snapshot of the VM is being made",
	  "wait for its end" },
	{ "restore-vm", BALLOONCTL_CAUSE_VM_MIGRATING, false,
	  "a snapshot of the VM is being restored", "wait for its end" },
	{ "guest-panicked", BALLOONCTL_CAUSE_GUEST_PANICKED, true,
	  "the guest's kernel has crashed, and QEMU has stopped the VM",
	  "read the guest's console, then QMP's system_reset and cont" },
	{ "internal-error", BALLOONCTL_CAUSE_VM_FAILED, true,
	  "QEMU can't go on with the VM because of an internal error",
	  "read QEMU's log; the VM has to "
	  "be reset or started again" },
	{ "io-error", BALLOONCTL_CAUSE_VM_FAILED, true,
	  "QEMU has paused the VM because its storage failed or is full",
	  "mend the storage, then QMP's cont" },
	/* A state of the future, or of a kind of VM that we don't know. */
	{ NULL, BALLOONCTL_CAUSE_VM_PAUSED, true, "the VM does not run", "qmp cont" },
};

static void look_at_state(struct view *view)
{
	const char *status = balloonctl_info_get_status(view->newer->info);
	const struct state *state = states;

	if (view->is_running)
		return;
	while (state->name != NULL && !string_equal(state->name, status))
		state++;
	view->is_settled = state->is_settled;
	diagnosis_find(view->diagnosis, state->cause, "%s", state->message);
	diagnosis_add_words(view->diagnosis, "status", status);
	if (string_starts_with(state->repair, "qmp "))
		diagnosis_repair_by(view->diagnosis, "%s", state->repair);
	else
		diagnosis_repair(view->diagnosis, "%s", state->repair);
}

/* ---- The driver ---- */

/* Who has set up no queue for statistics has no driver, or one that knows of none. */
static void look_for_driver(struct view *view)
{
	const struct examined_queue *inflate = &view->newer->inflate;
	const struct examined_queue *statistics = &view->newer->statistics;

	if (!view->is_settled || !inflate->is_known || !statistics->is_known ||
	    statistics->is_set_up)
		return;
	view->is_explained = true;
	if (!inflate->is_set_up) {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_NO_DRIVER,
			       "no balloon driver is active in the guest: it has none, has not "
			       "loaded it, or has not come that far in booting");
		diagnosis_add_number(view->diagnosis, "inflate_queue_set_up", 0);
		diagnosis_repair(view->diagnosis,
				 "Linux: modprobe virtio_balloon; Windows: install the balloon "
				 "driver and service of virtio-win");
	} else {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_NO_STATS_QUEUE,
			       "the guest's balloon driver works but has no statistics queue, as "
			       "that of FreeBSD");
		diagnosis_add_number(view->diagnosis, "inflate_queue_set_up", inflate->is_set_up);
		diagnosis_repair(view->diagnosis,
				 "the guest needs a driver that reports statistics; "
				 "the balloon's size can be set all the same");
	}
	diagnosis_add_number(view->diagnosis, "statistics_queue_set_up", statistics->is_set_up);
	diagnosis_add_number(view->diagnosis, "last_update", view->last_update);
}

static void look_at_rings(struct view *view)
{
	const struct examined_queue *queue = &view->newer->statistics;
	const char *name = "statistics";

	if (view->is_explained)
		return;
	if (!queue->is_known || examination_is_consistent(queue)) {
		queue = &view->newer->inflate;
		name = "inflate";
	}
	if (!queue->is_known || examination_is_consistent(queue))
		return;
	view->is_explained = true;
	diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_RINGS_BROKEN,
		       "the guest's driver put something into the %s queue that QEMU can't take; "
		       "until the driver is loaded again the balloon does nothing",
		       name);
	diagnosis_add_words(view->diagnosis, "queue", name);
	diagnosis_add_number(view->diagnosis, "buffers_taken", queue->taken);
	diagnosis_add_number(view->diagnosis, "buffers_returned", queue->returned);
	diagnosis_add_number(view->diagnosis, "buffers_held", queue->held);
	diagnosis_repair(view->diagnosis, "Linux: rmmod virtio_balloon && modprobe virtio_balloon; "
					  "else reset the guest");
}

/* ---- The polling ---- */

static void look_at_interval(struct view *view)
{
	uint32_t expected = view->expected.polling_interval;

	if (expected > 0 && expected != view->interval) {
		diagnosis_find(
			view->diagnosis, BALLOONCTL_CAUSE_INTERVAL_LOST,
			"the guest should be asked every %u s and is %s: a migration, a restore "
			"or another program changed it",
			expected, view->interval == 0 ? "not asked" : "asked otherwise");
		diagnosis_add_number(view->diagnosis, "expected_interval", expected);
		diagnosis_repair_by(view->diagnosis, "enable --interval %u", expected);
	} else if (view->interval == 0) {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_POLLING_OFF,
			       "QEMU does not ask the guest for statistics%s",
			       view->last_update > 0 ? "; the last ones stay readable" : "");
		diagnosis_repair_by(view->diagnosis, "enable");
	} else {
		return;
	}
	diagnosis_add_number(view->diagnosis, "polling_interval", view->interval);
	diagnosis_add_number(view->diagnosis, "last_update", view->last_update);
}

/* Does the guest hold the buffer in which it should answer? */
static bool owes_answer(const struct examined_queue *queue)
{
	return queue->is_known && queue->is_set_up && queue->taken != 0 && queue->held == 0;
}

static void add_silence(struct view *view)
{
	const struct examined_queue *queue = &view->newer->statistics;

	diagnosis_add_number(view->diagnosis, "polling_interval", view->interval);
	diagnosis_add_number(view->diagnosis, "last_update", view->last_update);
	if (view->has_age)
		diagnosis_add_number(view->diagnosis, "age_seconds", (int64_t)view->age);
	diagnosis_add_number(view->diagnosis, "watched_ms", (int64_t)view->apart_ms);
	if (queue->is_known)
		diagnosis_add_number(view->diagnosis, "owes_answer", owes_answer(queue));
}

/* The buffer of the driver has been with QEMU all the time, and QEMU did not ask with it. */
static bool is_never_asked(const struct view *view)
{
	const struct examined_queue *before = &view->older->statistics;
	const struct examined_queue *now = &view->newer->statistics;

	return before->is_known && now->is_known && now->held > 0 && before->held > 0 &&
	       before->returned == now->returned;
}

/* Two looks, far enough apart, and nothing came in between. */
static void find_silence(struct view *view)
{
	if (is_never_asked(view)) {
		diagnosis_find(
			view->diagnosis, BALLOONCTL_CAUSE_NO_STATS_QUEUE,
			"the guest's driver has set up a statistics queue, but did not accept "
			"the feature: QEMU does not ask it");
		diagnosis_repair(view->diagnosis, "the guest needs another balloon driver");
	} else if (view->last_update == 0) {
		diagnosis_find(
			view->diagnosis, BALLOONCTL_CAUSE_NEVER_REPORTED,
			"the guest is asked and has never reported: it has no balloon driver, "
			"one without statistics, or hangs");
		diagnosis_repair(view->diagnosis, "look at the guest's console; Linux: modprobe "
						  "virtio_balloon");
	} else if (view->freshness != BALLOONCTL_FRESHNESS_SILENT) {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_GUEST_LATE,
			       "the guest should have reported by now");
		diagnosis_repair(view->diagnosis, "ask again in a while; a guest that is short of "
						  "processor time answers late");
	} else {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_GUEST_SILENT,
			       "the guest is asked every %u s and no longer answers: it hangs, has "
			       "crashed, or its driver does",
			       view->interval);
		diagnosis_repair(view->diagnosis,
				 "look at the guest's console; if it lives, load its "
				 "driver again (Linux: rmmod virtio_balloon && "
				 "modprobe virtio_balloon)");
	}
	add_silence(view);
}

/* Whether the guest reports can only be seen by waiting for a report. */
static void look_for_reports(struct view *view)
{
	uint64_t needed_ms = ((uint64_t)view->interval + SLACK_SECONDS) * MS_PER_SECOND;
	bool is_late = view->freshness != BALLOONCTL_FRESHNESS_FRESH;

	if (!view->is_running || view->is_explained || view->interval == 0 || !is_late ||
	    view->has_moved)
		return;
	/* It has been asked: no need to wait until it is asked again. */
	if (owes_answer(&view->newer->statistics))
		needed_ms = SLACK_SECONDS * MS_PER_SECOND;
	if (view->older != NULL && view->apart_ms >= needed_ms) {
		find_silence(view);
		return;
	}
	/* What can be said as yet. */
	diagnosis_wait(view->diagnosis, needed_ms - view->apart_ms);
	diagnosis_find(
		view->diagnosis, BALLOONCTL_CAUSE_GUEST_LATE,
		"the guest's report is overdue, or is not due yet: it was not watched for long "
		"enough");
	if (needed_ms / MS_PER_SECOND < WATCH_MAX_SECONDS)
		diagnosis_repair_by(view->diagnosis, "diagnose --wait %llu",
				    (unsigned long long)(needed_ms / MS_PER_SECOND + 1));
	else
		diagnosis_repair_by(view->diagnosis, "stats --refresh");
	add_silence(view);
}

/* ---- The reports ---- */

bool view_has_any_value(const struct balloonctl_stats *stats)
{
	uint64_t value;

	for (int i = 0; i < balloonctl_stat_get_count(); i++)
		if (balloonctl_stats_get_raw(stats, (enum balloonctl_stat)i, &value) == 0 &&
		    value != UINT64_MAX)
			return true;
	return false;
}

/* Without the service the Windows driver gives QEMU one buffer that says nothing, and then waits; what
 * Linux 4.19 gives first may say nothing, too, but it answers when it is asked. */
static void look_at_absence(struct view *view)
{
	if (view->last_update == 0 || view->interval == 0 || view->is_explained ||
	    view_has_any_value(view->stats))
		return;
	if (view->older == NULL && view->is_running)
		diagnosis_wait(view->diagnosis,
			       ((uint64_t)view->interval + SLACK_SECONDS) * MS_PER_SECOND);
	view->is_explained = true;
	diagnosis_find(
		view->diagnosis, BALLOONCTL_CAUSE_SERVICE_MISSING,
		"the guest's driver has reported, but without a single value: on Windows the "
		"balloon service, which knows them, does not run");
	diagnosis_add_number(view->diagnosis, "polling_interval", view->interval);
	diagnosis_add_number(view->diagnosis, "last_update", view->last_update);
	diagnosis_add_number(view->diagnosis, "values", 0);
	diagnosis_add_number(view->diagnosis, "reported_again", view->has_moved);
	diagnosis_repair(view->diagnosis, "in the guest, as administrator: blnsvr.exe -i");
}

/* ---- All of them ---- */

static bool has_moved(const struct view *view)
{
	const struct balloonctl_stats *before;

	if (view->older == NULL)
		return false;
	before = balloonctl_info_get_stats(view->older->info);
	/* Two reports may come in one second. */
	return balloonctl_stats_get_last_update(before) != view->last_update ||
	       (view->older->statistics.is_known && view->newer->statistics.is_known &&
		view->older->statistics.taken != view->newer->statistics.taken);
}

static void open_view(struct view *view, const struct balloonctl_expectations *expectations)
{
	view->stats = balloonctl_info_get_stats(view->newer->info);
	if (expectations != NULL)
		view->expected = *expectations;
	if (view->expected.polling_interval == 0)
		view->expected.polling_interval = view->newer->configured_interval;
	view->interval = balloonctl_stats_get_polling_interval(view->stats);
	view->last_update = balloonctl_stats_get_last_update(view->stats);
	view->freshness = balloonctl_stats_get_freshness(view->stats);
	view->has_age = balloonctl_stats_get_age_seconds(view->stats, &view->age) == 0;
	if (view->older != NULL && view->newer->when_ms > view->older->when_ms)
		view->apart_ms = (uint64_t)(view->newer->when_ms - view->older->when_ms);
	view->is_running = balloonctl_info_is_running(view->newer->info);
	view->is_settled = true;
	view->has_moved = has_moved(view);
	view->is_explained = false;
}

int balloonctl_diagnosis_new(const struct balloonctl_examination *older,
			     const struct balloonctl_examination *newer,
			     const struct balloonctl_expectations *expectations,
			     struct balloonctl_diagnosis **ret)
{
	struct view view = { .older = older, .newer = newer };

	view.diagnosis = diagnosis_begin(newer->address);
	if (view.diagnosis == NULL)
		return -ENOMEM;
	open_view(&view, expectations);
	look_at_state(&view);
	look_for_driver(&view);
	look_at_rings(&view);
	look_at_interval(&view);
	look_at_absence(&view);
	look_for_reports(&view);
	view_look_at_values(&view);
	view_look_at_memory(&view);
	return diagnosis_end(view.diagnosis, ret);
}
