/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One poll() loop over all VMs of a command. Deadlines are the library's: each monitor says when it
 * wants to be called again.
 */
#include "vms.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "buffer.h"
#include "clock.h"
#include "output.h"
#include "progress.h"
#include "session.h"

enum {
	DESCRIPTORS_SURE = 200,    /* so many are always allowed */
	DESCRIPTORS_SPARE = 64,    /* for the C library and what we were started with */
	TIMEOUT_DEFAULT_MS = 5000, /* the library's; a connection of the shell may have another */
};

bool vm_has_failed(const struct vm *vm)
{
	return vm->error != NULL || vm->refusal != NULL;
}

static bool is_finished(const struct vm *vm)
{
	return vm_has_failed(vm) || (vm->pending == 0 && vm->wake_at == 0);
}

void vm_started(struct vm *vm, int result)
{
	if (result < 0)
		vm->error = balloonctl_monitor_get_error(vm->monitor);
	else
		vm->pending++;
}

void vm_refuse(struct vm *vm, int code, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		out_of_memory();
	va_end(args);
	if (asprintf(&vm->refusal, "%s: %s", vm->address, text) < 0)
		out_of_memory();
	vm->refusal_code = code;
	free(text);
}

void vm_wait(struct vm *vm, uint64_t ms)
{
	vm->wake_at = clock_now_ms() + (int64_t)ms;
}

static void keep(struct vm *vm, struct balloonctl_completion *done)
{
	enum balloonctl_operation operation = balloonctl_completion_get_operation(done);

	balloonctl_completion_free(vm->done[operation]);
	vm->done[operation] = done;
}

static void process(struct vm *vm, vm_step *step, const void *arg)
{
	struct balloonctl_completion *done;
	int r;

	if (vm->sim.machine != NULL)
		balloonsim_machine_process(vm->sim.machine);
	r = balloonctl_monitor_process(vm->monitor);
	while (!is_finished(vm)) {
		done = balloonctl_monitor_next_completion(vm->monitor);
		if (done == NULL)
			break;
		vm->pending--;
		keep(vm, done);
		if (balloonctl_completion_get_result(done) < 0 &&
		    balloonctl_completion_get_stats(done) == NULL)
			vm->error = balloonctl_completion_get_error(done);
		else
			step(vm, done, arg);
	}
	if (r < 0 && !is_finished(vm))
		vm->error = balloonctl_monitor_get_error(vm->monitor);
	if (!is_finished(vm) && vm->wake_at != 0 && vm->wake_at <= clock_now_ms()) {
		vm->wake_at = 0;
		step(vm, NULL, arg);
	}
	/* QEMU serves one client at a time: let the next one in while we wait for other VMs. */
	if (is_finished(vm) && vm->session == NULL)
		balloonctl_monitor_disconnect(vm->monitor);
}

static int get_wake_timeout(const struct vm *vm)
{
	return vm->wake_at == 0 ? -1 : clock_get_timeout(vm->wake_at);
}

/* Wait for whichever unfinished VM comes first, `timeout` milliseconds at most, -1 for no limit.
 * True: the user wants no more of it. */
static bool wait_for_any(struct vms *vms, const struct session *session, struct pollfd *fds,
			 int timeout)
{
	nfds_t n = 1;

	fds[0] = (struct pollfd){ .fd = session != NULL ? session->signal_fd : vms->interrupt_fd,
				  .events = POLLIN };
	for (size_t i = 0; i < vms->count; i++) {
		struct vm *vm = &vms->items[i];

		if (is_finished(vm))
			continue;
		vm->fds = &fds[n];
		/* poll() takes no more entries than descriptors may be open, used or not. */
		fds[n].fd = balloonctl_monitor_get_fd(vm->monitor);
		fds[n].events = balloonctl_monitor_get_events(vm->monitor);
		n += fds[n].fd >= 0;
		timeout = clock_get_shorter(timeout, balloonctl_monitor_get_timeout(vm->monitor));
		timeout = clock_get_shorter(timeout, get_wake_timeout(vm));
		if (vm->sim.machine != NULL) {
			fds[n].fd = balloonsim_machine_get_fd(vm->sim.machine);
			fds[n].events = balloonsim_machine_get_events(vm->sim.machine);
			n++;
			timeout =
				clock_get_shorter(timeout,
						  balloonsim_machine_get_timeout(vm->sim.machine));
		}
		vm->n_fds = (unsigned int)(&fds[n] - vm->fds);
	}
	/* By other signals interrupted or not, the monitors know what is to be done. */
	return poll(fds, n, timeout) > 0 && fds[0].revents != 0;
}

/* The signals that end a program, of those that are not ignored. */
static void get_interrupts(sigset_t *ret)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;

	sigemptyset(ret);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(ret, signals[i]);
}

/* They stay pending, and end the program when they are let through. */
static void hold_interrupts(struct vms *vms)
{
	sigset_t set;
	int fd;

	vms->interrupt_fd = -1;
	if (!vms->survives_interrupt || vms->options->session != NULL)
		return;
	get_interrupts(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	/* Not in the place of a standard output that is closed. */
	vms->interrupt_fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd >= 0)
		close(fd);
	if (vms->interrupt_fd >= 0)
		sigprocmask(SIG_BLOCK, &set, NULL);
}

static void release_interrupts(struct vms *vms)
{
	sigset_t set;

	if (!vms->survives_interrupt || vms->interrupt_fd < 0 || vms->options == NULL ||
	    vms->options->session != NULL)
		return;
	close(vms->interrupt_fd);
	get_interrupts(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Has one of its descriptors something, or has a time come? Of a thousand VMs few have, each time:
 * the others must cost next to nothing. */
static bool is_ready(const struct vm *vm)
{
	for (unsigned int i = 0; i < vm->n_fds; i++)
		if (vm->fds[i].revents != 0)
			return true;
	return balloonctl_monitor_get_timeout(vm->monitor) == 0 || get_wake_timeout(vm) == 0 ||
	       (vm->sim.machine != NULL && balloonsim_machine_get_timeout(vm->sim.machine) == 0);
}

/* Their calls end at once. */
static void cancel(struct vms *vms, vm_step *step, const void *arg)
{
	vms->is_interrupted = true;
	for (size_t i = 0; i < vms->count; i++) {
		if (is_finished(&vms->items[i]))
			continue;
		balloonctl_monitor_disconnect(vms->items[i].monitor);
		process(&vms->items[i], step, arg);
	}
}

static const struct vm *find_unfinished(const struct vms *vms)
{
	for (size_t i = 0; i < vms->count; i++)
		if (!is_finished(&vms->items[i]))
			return &vms->items[i];
	return NULL;
}

static void show_progress(struct progress *progress, const struct vms *vms)
{
	const struct vm *vm = find_unfinished(vms);
	struct buffer text = { 0 };
	size_t unfinished = 0;
	char *line;

	if (vm == NULL || !progress_is_due(progress))
		return;
	for (size_t i = 0; i < vms->count; i++)
		unfinished += !is_finished(&vms->items[i]);
	progress->is_fast = vm->status != NULL;
	if (vm->status != NULL)
		buffer_append_string(&text, vm->status);
	else
		buffer_printf(&text, "waiting for %s", vm->address);
	if (unfinished > 1)
		buffer_printf(&text, " and %zu more of %zu VMs", unfinished - 1, vms->count);
	if (vm->status == NULL)
		buffer_append_string(&text, " ...");
	line = buffer_steal(&text);
	progress_show(progress, line);
	free(line);
}

static void discard(struct vm *vm)
{
	balloonctl_monitor_free(vm->monitor);
	vm->monitor = NULL;
	sim_close(&vm->sim);
}

/* In the shell: unless another of this command's VMs is the same, which has to wait for its turn. */
static bool may_stay_open(const struct vm *vm, const struct vms *vms)
{
	unsigned int times = 0;

	for (size_t i = 0; i < vms->count; i++)
		times += strcmp(vm->address, vms->targets.items[i].address) == 0;
	return vm->error == NULL && times == 1;
}

static void set_timeouts(struct balloonctl_monitor *monitor, unsigned int ms)
{
	balloonctl_monitor_set_connect_timeout_ms(monitor, ms);
	balloonctl_monitor_set_greeting_timeout_ms(monitor, ms);
	balloonctl_monitor_set_reply_timeout_ms(monitor, ms);
}

static int open_vm(struct vm *vm, const struct vms *vms, const struct options *options)
{
	const struct target *target = vm->target;

	vm->error = target->error;
	if (options->session != NULL)
		vm->monitor = session_take(options->session, vm->address, &vm->sim);
	if (options->session != NULL && may_stay_open(vm, vms))
		vm->session = options->session;
	else
		discard(vm);
	if (vm->monitor == NULL)
		vm->monitor = balloonctl_monitor_new();
	if (vm->monitor == NULL) {
		complain("%s: %s", vm->address, strerror(ENOMEM));
		return EXIT_FAILED;
	}
	if (target->timeout_ms > 0)
		set_timeouts(vm->monitor, target->timeout_ms);
	else if (vm->session != NULL)
		set_timeouts(vm->monitor, TIMEOUT_DEFAULT_MS);
	vm->is_device_given = target->device != NULL;
	if (target->device != NULL &&
	    balloonctl_monitor_set_device(vm->monitor, target->device) < 0)
		return usage_error("--device '%s': give a QOM path, such as "
				   "/machine/peripheral/balloon0",
				   target->device);
	if (vm->sim.machine != NULL || !sim_is_address(vm->address))
		return EXIT_DONE;
	return sim_open(&vm->sim, vm->address);
}

int vm_start_connect(struct vm *vm)
{
	if (balloonctl_monitor_is_connected(vm->monitor))
		return 0;
	if (vm->sim.machine != NULL)
		return balloonctl_monitor_start_connect_fd(vm->monitor, vm->sim.fd, vm->address);
	return balloonctl_monitor_start_connect(vm->monitor, vm->address);
}

/* One descriptor a VM, and some for the C library. The default limit of 1024 is for programs that
 * use select(). */
static void allow_descriptors(size_t count)
{
	struct rlimit limit;

	if (count < DESCRIPTORS_SURE || getrlimit(RLIMIT_NOFILE, &limit) < 0 ||
	    limit.rlim_cur >= count + DESCRIPTORS_SPARE)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int vms_open(struct vms *vms, struct options *options)
{
	int r;

	r = options_check(options);
	if (r != 0)
		return r;
	r = targets_find(&vms->targets, options, vms->changes);
	if (r != 0)
		return r;
	vms->count = vms->targets.count;
	vms->options = options;
	vms->items = allocate(vms->count, sizeof(*vms->items));
	allow_descriptors(vms->count);
	hold_interrupts(vms);
	for (size_t i = 0; i < vms->count; i++) {
		vms->items[i].target = &vms->targets.items[i];
		vms->items[i].address = vms->targets.items[i].address;
		vms->items[i].is_alone = vms->count == 1;
		r = open_vm(&vms->items[i], vms, options);
		if (r != 0)
			return r;
	}
	return 0;
}

int vms_ask(struct vms *vms, struct options *options, vm_step *step, const void *arg)
{
	struct progress progress = { .is_unwanted = options->quiet };
	struct pollfd *fds;
	int r;

	r = vms_open(vms, options);
	if (r != 0)
		return r;
	for (size_t i = 0; i < vms->count; i++) {
		struct vm *vm = &vms->items[i];

		if (vm->error != NULL)
			continue;
		if (vm_start_connect(vm) < 0)
			vm->error = balloonctl_monitor_get_error(vm->monitor);
		else
			step(vm, NULL, arg);
	}
	fds = allocate(2 * vms->count + 1, sizeof(*fds)); /* a simulated VM has one too */
	while (find_unfinished(vms) != NULL) {
		if (wait_for_any(vms, options->session, fds, progress_get_timeout(&progress)))
			cancel(vms, step, arg);
		for (size_t i = 0; i < vms->count; i++)
			if (!is_finished(&vms->items[i]) && is_ready(&vms->items[i]))
				process(&vms->items[i], step, arg);
		show_progress(&progress, vms);
	}
	progress_end(&progress);
	free(fds);
	return 0;
}

static void close_vm(struct vm *vm)
{
	if (vm->session == NULL || vm->monitor == NULL) {
		discard(vm);
		return;
	}
	/* A call that nobody waits for any more would puzzle the next command. */
	if (vm->pending > 0)
		balloonctl_monitor_disconnect(vm->monitor);
	if (vm->is_device_given)
		balloonctl_monitor_set_device(vm->monitor, NULL);
	session_give(vm->session, vm->address, vm->monitor, &vm->sim);
}

int vms_report(const struct vms *vms, int status)
{
	for (size_t i = 0; i < vms->count; i++) {
		const struct balloonctl_error *error = vms->items[i].error;

		if (vms->items[i].refusal != NULL) {
			complain("%s", vms->items[i].refusal);
			status = EXIT_FAILED;
		}
		if (error == NULL)
			continue;
		/* Whoever cancelled it knows. */
		if (balloonctl_error_get_code(error) != -ECANCELED)
			complain("%s", balloonctl_error_get_message(error));
		status = EXIT_FAILED;
	}
	return status;
}

void vms_free(struct vms *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		for (size_t j = 0; j < VM_OPERATIONS; j++)
			balloonctl_completion_free(vms->items[i].done[j]);
		close_vm(&vms->items[i]);
		free(vms->items[i].refusal);
		free(vms->items[i].status);
	}
	free(vms->items);
	targets_free(&vms->targets);
	release_interrupts(vms);
	*vms = (struct vms){ 0 };
}

const struct balloonctl_stats *vm_get_stats(const struct vm *vm)
{
	const struct balloonctl_completion *done = vm->done[BALLOONCTL_OPERATION_GET_STATS];

	if (done == NULL)
		done = vm->done[BALLOONCTL_OPERATION_REFRESH_STATS];
	return done == NULL ? NULL : balloonctl_completion_get_stats(done);
}

const struct balloonctl_error *vm_get_late(const struct vm *vm)
{
	const struct balloonctl_completion *done = vm->done[BALLOONCTL_OPERATION_REFRESH_STATS];

	return done == NULL || balloonctl_completion_get_result(done) == 0
		       ? NULL
		       : balloonctl_completion_get_error(done);
}

const struct balloonctl_info *vm_get_info(const struct vm *vm)
{
	const struct balloonctl_completion *done = vm->done[BALLOONCTL_OPERATION_GET_INFO];

	return done == NULL ? NULL : balloonctl_completion_get_info(done);
}

const char *vm_get_name(const struct vm *vm)
{
	const char *name = balloonctl_monitor_get_name(vm->monitor);

	return name != NULL ? name : vm->target->name;
}

void vm_talk(const struct vm *vm, const struct options *options, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	if (options->quiet)
		return;
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return;
	complain("%s: %s", vm->address, text);
	free(text);
}

int vms_change(struct options *options, vm_step *step, const void *arg,
	       void (*talk)(const struct vm *vm, const struct options *options))
{
	struct vms vms = { .changes = true };
	int status;

	status = vms_ask(&vms, options, step, arg);
	if (status == EXIT_DONE) {
		for (size_t i = 0; i < vms.count; i++)
			if (vms.items[i].error == NULL)
				talk(&vms.items[i], options);
		status = vms_report(&vms, EXIT_DONE);
	}
	vms_free(&vms);
	return status;
}
