/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A connection for each VM that stays open, and a look at its statistics a few times in each polling
 * interval: QEMU does not tell when the guest has reported. Looks are timed so that a sample is seen
 * soon after it came, by two looks or three.
 */
#include "live.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "output.h"
#include "rates.h"
#include "session.h"

enum {
	MS_PER_SECOND = 1000,
	DEFAULT_INTERVAL = 2, /* seconds, as `enable` has it */
	LOOK_MIN_MS = 100,
	LOOK_MAX_MS = 1000,
	LOOKS = 4,            /* in an interval, around its end */
	BACKOFF_MAX = 30,     /* seconds */
	REARM_GAP_MS = 10000, /* two programs that want different intervals must not race */
	GRACE_MS = 3000,      /* and an interval: a guest that is newly asked may take so long */
};

static struct live_vm *get(const struct vm *vm)
{
	return vm->data;
}

/* ---- Reports ---- */

static struct live_report *report(struct live *live, enum live_news news, struct vm *vm)
{
	struct live_report *ret;

	if (live->n_reports == live->capacity) {
		size_t capacity = live->capacity == 0 ? 16 : 2 * live->capacity;

		ret = reallocarray(live->reports, capacity, sizeof(*ret));
		if (ret == NULL)
			out_of_memory();
		live->reports = ret;
		live->capacity = capacity;
	}
	ret = &live->reports[live->n_reports++];
	*ret = (struct live_report){ .news = news, .vm = vm, .time_ms = clock_wall_ms() };
	return ret;
}

static void forget_reports(struct live *live)
{
	for (size_t i = 0; i < live->n_reports; i++)
		balloonctl_event_free(live->reports[i].event);
	live->n_reports = live->next_report = 0;
}

const struct live_report *live_next(struct live *live)
{
	return live->next_report == live->n_reports ? NULL : &live->reports[live->next_report++];
}

/* ---- Connections ---- */

static bool can_connect_again(const struct vm *vm)
{
	return vm->sim.machine == NULL && strncmp(vm->address, "fd:", 3) != 0;
}

static void forget_sample(struct live_vm *followed)
{
	balloonctl_completion_free(followed->before);
	followed->before = NULL;
	followed->seen_at = 0;
}

/* Whatever a lost connection still has to say has been said. */
static void fail(struct live *live, struct vm *vm, const struct balloonctl_error *error)
{
	struct live_vm *followed = get(vm);

	forget_sample(followed);
	if (followed->state == LIVE_ENDING) {
		report(live, LIVE_LEFT, vm);
		followed->state = LIVE_OVER;
		return;
	}
	if (!followed->has_begun || !can_connect_again(vm)) {
		vm->error = error;
		followed->state = LIVE_OVER;
		live->has_failed = true;
		report(live, LIVE_FAILED, vm)->error = error;
		return;
	}
	if (!followed->is_lost)
		report(live, LIVE_LOST, vm)->error = error;
	followed->is_lost = true;
	followed->state = LIVE_WAITING;
	followed->next = clock_now_ms() + followed->backoff * MS_PER_SECOND;
	followed->backoff =
		followed->backoff < BACKOFF_MAX / 2 ? 2 * followed->backoff : BACKOFF_MAX;
}

static void drain(struct vm *vm)
{
	struct balloonctl_completion *done;

	while ((done = balloonctl_monitor_next_completion(vm->monitor)) != NULL)
		balloonctl_completion_free(done);
	vm->pending = 0;
}

static void started(struct live *live, struct vm *vm, int result)
{
	if (result < 0)
		fail(live, vm, balloonctl_monitor_get_error(vm->monitor));
	else
		vm->pending++;
}

static void look(struct live *live, struct vm *vm)
{
	get(vm)->next = 0;
	started(live, vm, balloonctl_monitor_start_get_stats(vm->monitor, NULL));
}

static void begin_to_connect(struct live *live, struct vm *vm)
{
	/* The old connection may stand and be of no use. */
	if (get(vm)->has_begun) {
		balloonctl_monitor_disconnect(vm->monitor);
		drain(vm);
	}
	get(vm)->state = LIVE_CONNECTING;
	if (vm_start_connect(vm) < 0)
		fail(live, vm, balloonctl_monitor_get_error(vm->monitor));
	else
		look(live, vm);
}

/* ---- Polling ---- */

static void set_interval(struct live *live, struct vm *vm, uint32_t seconds)
{
	struct live_vm *followed = get(vm);

	followed->set_at = clock_now_ms();
	started(live, vm,
		balloonctl_monitor_start_set_polling_interval(vm->monitor, seconds, NULL));
}

/* On a new connection. Polling that is on is left alone, unless an interval was asked for. */
static void claim(struct live *live, struct vm *vm, uint32_t interval)
{
	struct live_vm *followed = get(vm);

	if (live->interval == 0 && interval > 0)
		return;
	followed->is_set = true;
	followed->found = interval;
	followed->wanted = live->interval > 0 ? live->interval : DEFAULT_INTERVAL;
	if (interval == followed->wanted)
		return;
	report(live, LIVE_CLAIMED, vm)->interval = interval;
	set_interval(live, vm, followed->wanted);
}

/* Migration, another QEMU or another program: what we had set is gone. */
static void rearm(struct live *live, struct vm *vm, uint32_t interval)
{
	struct live_vm *followed = get(vm);

	if (!followed->is_set || interval == followed->wanted ||
	    (followed->n_rearmed > 0 && clock_now_ms() - followed->set_at < REARM_GAP_MS))
		return;
	followed->n_rearmed++;
	live->n_rearmed++;
	report(live, LIVE_REARMED, vm)->interval = interval;
	set_interval(live, vm, followed->wanted);
}

int live_set_interval(struct live *live, struct vm *vm, uint32_t seconds)
{
	struct live_vm *followed = get(vm);

	if (followed->state != LIVE_CONNECTED)
		return -ENOTCONN;
	followed->is_set = true;
	followed->found = followed->wanted = seconds;
	set_interval(live, vm, seconds);
	return 0;
}

int live_set_target(struct live *live, struct vm *vm, uint64_t bytes)
{
	if (get(vm)->state != LIVE_CONNECTED)
		return -ENOTCONN;
	started(live, vm, balloonctl_monitor_start_set_target_bytes(vm->monitor, bytes, NULL));
	return 0;
}

/* ---- Samples ---- */

static uint64_t get_look_ms(uint32_t interval)
{
	uint64_t ms = (uint64_t)interval * MS_PER_SECOND / LOOKS;

	return interval == 0 || ms > LOOK_MAX_MS ? LOOK_MAX_MS
	       : ms < LOOK_MIN_MS                ? LOOK_MIN_MS
						 : ms;
}

/* Shortly before the next sample may come, and then again and again. */
static void plan(struct live_vm *followed, uint32_t interval, bool is_new)
{
	uint64_t look_ms = get_look_ms(interval), ms = look_ms;

	if (is_new && interval > 0)
		ms = (uint64_t)interval * MS_PER_SECOND - look_ms / 2;
	followed->next = clock_now_ms() + (int64_t)(ms < LOOK_MAX_MS ? ms : LOOK_MAX_MS);
}

static void end_vm(struct live *live, struct vm *vm);

static void take_sample(struct live *live, struct vm *vm, struct balloonctl_completion *done)
{
	const struct balloonctl_stats *stats = balloonctl_completion_get_stats(done);
	struct live_vm *followed = get(vm);
	int64_t now = clock_now_ms();
	uint32_t interval = balloonctl_stats_get_polling_interval(stats);

	balloonctl_completion_free(followed->before);
	followed->before = NULL;
	if (followed->seen_at != 0) {
		followed->before = vm->done[BALLOONCTL_OPERATION_GET_STATS];
		vm->done[BALLOONCTL_OPERATION_GET_STATS] = NULL;
		followed->elapsed_ms = rates_get_elapsed_ms((uint64_t)(now - followed->seen_at),
							    get_look_ms(interval), interval);
	}
	balloonctl_completion_free(vm->done[BALLOONCTL_OPERATION_GET_STATS]);
	vm->done[BALLOONCTL_OPERATION_GET_STATS] = done;
	followed->seen_at = now;
	followed->time_ms = clock_wall_ms();
	followed->n_samples++;
	vm->has_host_rss =
		live->wants_host_rss &&
		balloonctl_monitor_get_host_rss_bytes(vm->monitor, &vm->host_rss_bytes) == 0;
}

/* A guest that has just been asked for the first time is not silent yet. */
static void judge(struct live *live, struct vm *vm, const struct balloonctl_stats *stats)
{
	enum balloonctl_freshness now = balloonctl_stats_get_freshness(stats);
	struct live_vm *followed = get(vm);

	if (now == followed->told || now == BALLOONCTL_FRESHNESS_UNKNOWN ||
	    (followed->is_set && now != BALLOONCTL_FRESHNESS_FRESH &&
	     now != BALLOONCTL_FRESHNESS_PAUSED &&
	     clock_now_ms() - followed->set_at <
		     (int64_t)followed->wanted * MS_PER_SECOND + GRACE_MS))
		return;
	followed->told = now;
	report(live, LIVE_VERDICT, vm);
}

/* What was reported before we came counts if somebody had asked for it. */
static bool is_new_sample(const struct vm *vm, const struct balloonctl_stats *stats, bool is_first)
{
	const struct balloonctl_stats *known = vm_get_stats(vm);

	if (balloonctl_stats_get_last_update(stats) == 0 ||
	    (is_first && balloonctl_stats_get_polling_interval(stats) == 0))
		return false;
	return known == NULL || !rates_is_same_sample(known, stats);
}

static void take_look(struct live *live, struct vm *vm, struct balloonctl_completion *done)
{
	const struct balloonctl_stats *stats = balloonctl_completion_get_stats(done);
	uint32_t interval = balloonctl_stats_get_polling_interval(stats);
	struct live_vm *followed = get(vm);
	bool is_first = !followed->has_begun || followed->is_lost; /* on this connection */
	bool is_new = is_new_sample(vm, stats, is_first);

	followed->state = LIVE_CONNECTED;
	followed->has_begun = true;
	if (followed->is_lost)
		report(live, LIVE_BACK, vm);
	followed->is_lost = false;
	followed->backoff = 1;
	if (is_new) {
		take_sample(live, vm, done);
	} else {
		balloonctl_completion_free(vm->done[BALLOONCTL_OPERATION_GET_STATS]);
		vm->done[BALLOONCTL_OPERATION_GET_STATS] = done;
	}
	if (followed->is_set)
		rearm(live, vm, interval);
	else if (is_first)
		claim(live, vm, interval);
	if (followed->state != LIVE_CONNECTED)
		return;
	judge(live, vm, stats);
	plan(followed, followed->is_set ? followed->wanted : interval, is_new);
	if (is_new)
		report(live, LIVE_SAMPLE, vm);
	if (is_new && live->count > 0 && followed->n_samples >= live->count)
		end_vm(live, vm);
}

int live_get_rate(const struct vm *vm, enum balloonctl_stat stat, uint64_t *ret)
{
	const struct live_vm *followed = get(vm);
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	if (stats == NULL || followed->before == NULL)
		return -ENODATA;
	return rates_get(balloonctl_completion_get_stats(followed->before), stats, stat,
			 followed->elapsed_ms, ret);
}

enum balloonctl_pressure live_get_pressure(const struct vm *vm)
{
	const struct live_vm *followed = get(vm);
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	if (stats == NULL || followed->before == NULL)
		return BALLOONCTL_PRESSURE_UNKNOWN;
	return balloonctl_pressure_judge(balloonctl_completion_get_stats(followed->before), stats,
					 followed->elapsed_ms);
}

/* ---- The end of a VM ---- */

/* Let the next client in, unless the shell keeps the connection. */
static void leave(struct vm *vm)
{
	get(vm)->state = LIVE_OVER;
	if (vm->session != NULL)
		return;
	balloonctl_monitor_disconnect(vm->monitor);
	drain(vm);
}

static void end_vm(struct live *live, struct vm *vm)
{
	struct live_vm *followed = get(vm);
	bool is_set = followed->is_set && followed->found != followed->wanted;

	if (followed->state == LIVE_ENDING || followed->state == LIVE_OVER)
		return;
	if (is_set && followed->state == LIVE_CONNECTED) {
		followed->state = LIVE_ENDING;
		set_interval(live, vm, followed->found);
		return;
	}
	if (is_set)
		report(live, LIVE_LEFT, vm);
	if (followed->is_lost)
		live->has_failed = true;
	leave(vm);
}

/* ---- The loop ---- */

static void take(struct live *live, struct vm *vm, struct balloonctl_completion *done)
{
	enum balloonctl_operation operation = balloonctl_completion_get_operation(done);
	struct live_vm *followed = get(vm);

	vm->pending -= vm->pending > 0;
	if (followed->state == LIVE_WAITING || followed->state == LIVE_OVER) {
		balloonctl_completion_free(done);
	} else if (operation == BALLOONCTL_OPERATION_SET_TARGET_BYTES &&
		   followed->state != LIVE_ENDING) {
		/* QEMU may refuse that and nothing else. */
		balloonctl_completion_free(followed->failed);
		followed->failed = done;
		report(live, LIVE_SIZED, vm)->error =
			balloonctl_completion_get_result(done) < 0
				? balloonctl_completion_get_error(done)
				: NULL;
	} else if (balloonctl_completion_get_result(done) < 0) {
		balloonctl_completion_free(followed->failed);
		followed->failed = done;
		fail(live, vm, balloonctl_completion_get_error(done));
	} else if (operation == BALLOONCTL_OPERATION_GET_STATS && followed->state != LIVE_ENDING) {
		take_look(live, vm, done);
	} else {
		/* Changes of the interval happen in order: the last one is what was found. */
		if (followed->state == LIVE_ENDING && vm->pending == 0)
			leave(vm);
		balloonctl_completion_free(done);
	}
}

static void take_events(struct live *live, struct vm *vm)
{
	struct balloonctl_event *event;

	while ((event = balloonctl_monitor_next_event(vm->monitor)) != NULL) {
		/* Counters begin again. */
		if (strcmp(balloonctl_event_get_name(event), "RESET") == 0)
			forget_sample(get(vm));
		report(live, LIVE_EVENT, vm)->event = event;
	}
}

static void process(struct live *live, struct vm *vm)
{
	struct live_vm *followed = get(vm);
	struct balloonctl_completion *done;
	int r;

	if (vm->sim.machine != NULL)
		balloonsim_machine_process(vm->sim.machine);
	if (followed->state == LIVE_OVER)
		return;
	if (followed->state == LIVE_WAITING) {
		if (followed->next <= clock_now_ms())
			begin_to_connect(live, vm);
		return;
	}
	r = balloonctl_monitor_process(vm->monitor);
	/* Events came first where the connection is lost: SHUTDOWN is why. */
	take_events(live, vm);
	while ((done = balloonctl_monitor_next_completion(vm->monitor)) != NULL)
		take(live, vm, done);
	if (r < 0 && followed->state != LIVE_WAITING && followed->state != LIVE_OVER)
		fail(live, vm, balloonctl_monitor_get_error(vm->monitor));
	if (followed->state == LIVE_CONNECTED && followed->next != 0 &&
	    followed->next <= clock_now_ms())
		look(live, vm);
}

/* The shorter of two time-outs in milliseconds, where -1 is none. */
static int get_shorter(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int get_next_timeout(const struct live_vm *followed, int64_t now)
{
	if (followed->next == 0)
		return -1;
	if (followed->next <= now)
		return 0;
	return followed->next - now > INT_MAX ? INT_MAX : (int)(followed->next - now);
}

static nfds_t prepare(const struct live *live, nfds_t n, int *timeout)
{
	int64_t now = clock_now_ms();

	for (size_t i = 0; i < live->vms.count; i++) {
		const struct vm *vm = &live->vms.items[i];
		const struct balloonsim_machine *machine = vm->sim.machine;
		struct pollfd *fds = live->fds;

		if (get(vm)->state == LIVE_OVER)
			continue;
		*timeout = get_shorter(*timeout, get_next_timeout(get(vm), now));
		if (get(vm)->state == LIVE_WAITING)
			continue;
		fds[n].fd = balloonctl_monitor_get_fd(vm->monitor);
		fds[n].events = balloonctl_monitor_get_events(vm->monitor);
		n += fds[n].fd >= 0;
		*timeout = get_shorter(*timeout, balloonctl_monitor_get_timeout(vm->monitor));
		if (machine == NULL)
			continue;
		fds[n].fd = balloonsim_machine_get_fd(machine);
		fds[n].events = balloonsim_machine_get_events(machine);
		n++;
		*timeout = get_shorter(*timeout, balloonsim_machine_get_timeout(machine));
	}
	return n;
}

static bool is_over(const struct live *live)
{
	for (size_t i = 0; i < live->vms.count; i++)
		if (get(&live->vms.items[i])->state != LIVE_OVER)
			return false;
	return true;
}

static void read_signals(struct live *live)
{
	struct signalfd_siginfo info;

	if (!live->is_signal_fd_ours) {
		live->last_signal = SIGINT;
		return;
	}
	while (read(live->signal_fd, &info, sizeof(info)) == sizeof(info))
		live->last_signal = (int)info.ssi_signo;
}

bool live_wait(struct live *live, struct pollfd *extra, size_t n_extra, int timeout)
{
	nfds_t n = 0;
	int r;

	forget_reports(live);
	if (is_over(live) || (live->last_signal != 0 && !live->is_ending))
		return false;
	/* The end takes no longer than a reply may, and some send a signal twice. */
	live->fds[n++] = (struct pollfd){
		.fd = live->is_ending ? -1 : live->signal_fd,
		.events = POLLIN,
	};
	for (size_t i = 0; i < n_extra; i++)
		live->fds[n++] = extra[i];
	n = prepare(live, n, &timeout);
	r = poll(live->fds, n, timeout);
	for (size_t i = 0; i < n_extra; i++)
		extra[i].revents = r > 0 ? live->fds[i + 1].revents : 0;
	if (r > 0 && live->fds[0].revents != 0)
		read_signals(live);
	for (size_t i = 0; i < live->vms.count; i++)
		process(live, &live->vms.items[i]);
	return true;
}

/* ---- The beginning and the end ---- */

static void catch_signals(struct live *live, const struct session *session)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	/* A reader that has gone is seen by the write, and polling has to be put back then. */
	sigaction(SIGPIPE, &ignore, &live->old_pipe);
	live->signal_fd = session == NULL ? -1 : session->signal_fd;
	sigprocmask(SIG_SETMASK, NULL, &live->old_mask);
	if (live->signal_fd >= 0)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	live->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	live->is_signal_fd_ours = true;
}

int live_open(struct live *live, struct options *options)
{
	size_t n;
	int r;

	r = vms_open(&live->vms, options);
	if (r != EXIT_DONE)
		return r;
	catch_signals(live, options->session);
	n = live->vms.count;
	live->fds = allocate(1 + LIVE_EXTRA_MAX + 2 * n, sizeof(*live->fds));
	for (size_t i = 0; i < n; i++) {
		struct live_vm *followed = allocate(1, sizeof(*followed));

		followed->backoff = 1;
		followed->told = BALLOONCTL_FRESHNESS_FRESH;
		live->vms.items[i].data = followed;
		/* What was found may be known to be of no use. */
		if (live->vms.items[i].error != NULL)
			fail(live, &live->vms.items[i], live->vms.items[i].error);
		else
			begin_to_connect(live, &live->vms.items[i]);
	}
	return EXIT_DONE;
}

void live_end(struct live *live)
{
	live->is_ending = true;
	for (size_t i = 0; i < live->vms.count; i++)
		end_vm(live, &live->vms.items[i]);
}

void live_close(struct live *live)
{
	int last_signal = live->is_signal_fd_ours ? live->last_signal : 0;

	forget_reports(live);
	for (size_t i = 0; i < live->vms.count; i++) {
		struct live_vm *followed = get(&live->vms.items[i]);

		if (followed == NULL)
			continue;
		forget_sample(followed);
		balloonctl_completion_free(followed->failed);
		free(followed);
	}
	vms_free(&live->vms);
	if (live->fds != NULL) {
		if (live->is_signal_fd_ours)
			close(live->signal_fd);
		sigaction(SIGPIPE, &live->old_pipe, NULL);
		sigprocmask(SIG_SETMASK, &live->old_mask, NULL);
	}
	free(live->fds);
	free(live->reports);
	*live = (struct live){ 0 };
	/* What was killed shall look so. */
	if (last_signal != 0)
		raise(last_signal);
}
