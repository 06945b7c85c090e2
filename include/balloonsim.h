/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libballoonsim: a simulated machine with the memory balloon that QEMU has.
 *
 * Whoever writes a tool that talks to QEMU about balloons can put one of these where QEMU would
 * stand: the QMP server, the balloon device with its virtqueues in guest memory, its polling timer
 * and a guest driver, good or bad on demand. Byte for byte it answers as QEMU does.
 *
 * Shape of the API
 *   A machine (struct balloonsim_machine) is described by a text of options, such as
 *   "profile=7.2,guest=linux,fault=never-answers@5s", started, and then driven by its owner: in real
 *   time through one descriptor for poll(2), or on a manual clock that moves when it is told to,
 *   so that tests need no sleeps and every run is repeatable. A guest (struct balloonsim_guest) is
 *   a driver that works through a window of registers and memory alone; a machine has one inside
 *   unless it is told "guest=none", and the same guest can be put behind another window, for
 *   instance one that reaches a QEMU over its qtest socket. The library calls nothing back but the
 *   functions of such a window.
 *
 *	struct balloonsim_machine *machine = balloonsim_machine_new();
 *
 *	if (machine == NULL ||
 *	    balloonsim_machine_configure(machine, "clock=manual,workload=leaking") < 0 ||
 *	    balloonsim_machine_start(machine) < 0)
 *		die(balloonsim_machine_get_error(machine));
 *	fd = balloonsim_machine_connect(machine);	QMP is spoken there
 *	...
 *	balloonsim_machine_advance_ns(machine, 1000000000);
 *
 * Errors
 *   Functions that can fail return 0 (or what they are asked for) or a negative errno; an output
 *   parameter `ret` is written only on success. balloonsim_machine_get_error() has the sentence.
 *
 * Ownership
 *   What a `new` gave is yours to free; each free function takes NULL. A const pointer is borrowed
 *   and lives until its object is freed, a sentence until the next call on the object.
 *
 * Threads
 *   No threads, globals or locks. An object may be used by one thread at a time; a guest belongs to
 *   the thread of its window.
 */
#ifndef BALLOONSIM_H
#define BALLOONSIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BALLOONSIM_PUBLIC __attribute__((visibility("default")))
#else
#define BALLOONSIM_PUBLIC
#endif

/* The version of this header. Everything in it is since 0.1.0 unless its comment says otherwise. */
#define BALLOONSIM_VERSION_MAJOR 0
#define BALLOONSIM_VERSION_MINOR 1
#define BALLOONSIM_VERSION_MICRO 0

/* The version of the library in use, such as "0.1.0". Never NULL. */
BALLOONSIM_PUBLIC const char *balloonsim_get_version(void);

/* ------------------------------------------------------------------------------------------------
 * Options
 *
 * The options of machines and guests: one table, from which their texts are read, and help and
 * completions are made. balloonsim(1) explains each.
 */

/* How many there are. Functions that take a number outside the table return NULL or false. */
BALLOONSIM_PUBLIC int balloonsim_option_get_count(void);

/* The word left of the "=", such as "profile". */
BALLOONSIM_PUBLIC const char *balloonsim_option_get_name(int option);

/* What may stand to its right: words with "|" between them, or one word in capitals that says what
 * is meant, such as "SIZE". */
BALLOONSIM_PUBLIC const char *balloonsim_option_get_values(int option);

/* What is used when it isn't given, "" where that is nothing. */
BALLOONSIM_PUBLIC const char *balloonsim_option_get_default(int option);

/* What it is for, in a few words. */
BALLOONSIM_PUBLIC const char *balloonsim_option_get_meaning(int option);

/* Is it an option of guests (which a machine hands on to its guest), or of machines only? */
BALLOONSIM_PUBLIC bool balloonsim_option_is_for_guest(int option);

/* The faults that a guest can have, by number from 0: the word for "fault=", and what the guest
 * then does wrong. NULL behind the last. */
BALLOONSIM_PUBLIC const char *balloonsim_fault_get_name(int fault);
BALLOONSIM_PUBLIC const char *balloonsim_fault_get_meaning(int fault);

/* ------------------------------------------------------------------------------------------------
 * The window
 *
 * What a guest can reach of its machine: registers and memory, through functions that whoever gives
 * a window to balloonsim_guest_new() writes. balloonsim_machine_get_window() is that of a simulated
 * machine.
 */

/* The functions take `context` as their first argument and may not fail; a window that has lost its
 * machine reads zeros. */
struct balloonsim_window {
	void *context;
	/* A register of the virtio-mmio window, or `width` (1, 2, 4) bytes of the configuration space
	 * behind it, `offset` bytes from the window's beginning (virtio 1.3, 4.2.2). */
	uint32_t (*read_register)(void *context, uint32_t offset, unsigned int width);
	void (*write_register)(void *context, uint32_t offset, unsigned int width, uint32_t value);
	/* Guest memory from a guest-physical address on. */
	void (*read_memory)(void *context, uint64_t gpa, void *to, size_t len);
	void (*write_memory)(void *context, uint64_t gpa, const void *from, size_t len);
};

/* ------------------------------------------------------------------------------------------------
 * Guests
 *
 * A driver and its workload, behind a window of registers and memory. One that is inside a machine
 * (balloonsim_machine_get_guest()) is run and freed by it; one of your own you run yourself.
 */
struct balloonsim_guest;

/* A guest behind a window, which is copied; it does nothing before its first run. `ram_bytes` is
 * the memory that it believes to have and the bound of what it touches. NULL when there is no
 * memory left. */
BALLOONSIM_PUBLIC struct balloonsim_guest *
balloonsim_guest_new(const struct balloonsim_window *window, uint64_t ram_bytes);
BALLOONSIM_PUBLIC void balloonsim_guest_free(struct balloonsim_guest *guest);

/* Options, "NAME=VALUE,...", as balloonsim(1) explains them, before the first run. All of the text
 * counts, or nothing of it. -EINVAL with a sentence; -EBUSY after the first run. */
BALLOONSIM_PUBLIC int balloonsim_guest_configure(struct balloonsim_guest *guest,
						 const char *options);
BALLOONSIM_PUBLIC const char *balloonsim_guest_get_error(const struct balloonsim_guest *guest);

/* Let it do all that is due at `now_ns` of its own time, which begins at 0, stands still while the
 * machine is stopped and never goes backwards: load its driver, answer interrupts (it looks at the
 * interrupt status itself), inflate, let its workload go on. Returns the time at which it wants to
 * run again if no interrupt comes before, or INT64_MAX. */
BALLOONSIM_PUBLIC int64_t balloonsim_guest_run(struct balloonsim_guest *guest, int64_t now_ns);

/* Tell it to do something at its next run: "unload" and "load" the driver, "suspend" and "resume",
 * "reboot" (its driver starts over without saying goodbye), "crash" (it never runs again), or
 * "fault=..." as in the options. -EINVAL for other words, -EBUSY if it has been told eight things
 * since its last run. */
BALLOONSIM_PUBLIC int balloonsim_guest_do(struct balloonsim_guest *guest, const char *what);

/* The machine has been reset: the guest boots again at its next run. */
BALLOONSIM_PUBLIC void balloonsim_guest_reset(struct balloonsim_guest *guest);

/* What its driver would say now of the statistic with that tag: true, or false if it doesn't send
 * it. Counters and gauges as they stand at the last run. */
BALLOONSIM_PUBLIC bool balloonsim_guest_get_stat(const struct balloonsim_guest *guest,
						 unsigned int tag, uint64_t *ret);

/* Set a gauge of the workload, or replace the value of any statistic that is sent from now on, by
 * its tag. -EINVAL for a tag above 15. */
BALLOONSIM_PUBLIC int balloonsim_guest_set_stat(struct balloonsim_guest *guest, unsigned int tag,
						uint64_t value);

/* ------------------------------------------------------------------------------------------------
 * Machines
 *
 * A virtual machine with a balloon: QMP server, device, memory and clock, and a guest unless it is
 * told "guest=none". Make, configure, start it; then connect your tool to it and let time pass, with
 * balloonsim_machine_process() in a loop or, on a manual clock, balloonsim_machine_advance_ns().
 */
struct balloonsim_machine;

/* A machine that has not started; NULL when there is no memory left. */
BALLOONSIM_PUBLIC struct balloonsim_machine *balloonsim_machine_new(void);

/* Closes its sockets and removes those it has made. */
BALLOONSIM_PUBLIC void balloonsim_machine_free(struct balloonsim_machine *machine);

/* Options, "NAME=VALUE,...", as balloonsim(1) explains them. Later ones replace earlier ones, but
 * faults add up until "fault=none" forgets them. All of the text counts, or nothing of it. -EINVAL
 * with a sentence; -EALREADY after the start. */
BALLOONSIM_PUBLIC int balloonsim_machine_configure(struct balloonsim_machine *machine,
						   const char *options);

/* Build it and let it run. -EINVAL: the options don't go together; -ENOMEM; -EALREADY. */
BALLOONSIM_PUBLIC int balloonsim_machine_start(struct balloonsim_machine *machine);

/* The sentence for the last call that failed; "" if none has. Of NULL, that there was no memory. */
BALLOONSIM_PUBLIC const char *
balloonsim_machine_get_error(const struct balloonsim_machine *machine);

/* A connected socket to its QMP server, for a client in this process or in a child: the caller owns
 * and closes it. It does not block (O_NONBLOCK) and is closed by exec(2). One client at a time, as on
 * QEMU: a further one is not greeted before the one ahead has left. The descriptor, or -EAGAIN if
 * eight clients wait already, -ESHUTDOWN after `quit`, or what socketpair(2) says. */
BALLOONSIM_PUBLIC int balloonsim_machine_connect(struct balloonsim_machine *machine);

/* Listen for QMP or qtest clients on a UNIX socket at `path`, each at most once and after the start.
 * What is at the path must be nothing, or a socket on which nobody listens any more, which is
 * replaced; a relative path must still lead there when the machine ends and removes its socket.
 * A qtest client is the guest and has the clock, so that takes a machine with "guest=none" and
 * "clock=qtest" (or manual, which it becomes). -EINVAL: not such a machine, or an empty path;
 * -EALREADY: it listens already; -EADDRINUSE, -EEXIST: the path is taken; -ENAMETOOLONG; -ESHUTDOWN
 * after `quit`; and what socket(2), bind(2) and listen(2) say. */
BALLOONSIM_PUBLIC int balloonsim_machine_listen_qmp(struct balloonsim_machine *machine,
						    const char *path);
BALLOONSIM_PUBLIC int balloonsim_machine_listen_qtest(struct balloonsim_machine *machine,
						      const char *path);

/* For poll(2): wait for `events` on the descriptor, at most so many milliseconds (-1: for ever), and
 * then call balloonsim_machine_process(), which never waits. One descriptor stands for all of the
 * machine's; it stays the same from the start on. A manual clock has no timeout. */
BALLOONSIM_PUBLIC int balloonsim_machine_get_fd(const struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC short balloonsim_machine_get_events(const struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC int balloonsim_machine_get_timeout(const struct balloonsim_machine *machine);

/* The same deadline to the nanosecond on CLOCK_MONOTONIC, INT64_MAX for none; for owners of many
 * machines. */
BALLOONSIM_PUBLIC int64_t
balloonsim_machine_get_deadline_ns(const struct balloonsim_machine *machine);

/* Serve clients for some milliseconds at most, run what is due. 0, or -ESHUTDOWN once a client has
 * said `quit`: the machine has ended, its sockets are removed, and only its read-outs still answer.
 * -EINVAL before the start. */
BALLOONSIM_PUBLIC int balloonsim_machine_process(struct balloonsim_machine *machine);

/* Move a manual clock by so many nanoseconds; everything that is due on the way happens at its
 * time, and its clients are served at the end. -EINVAL: negative, or the clock is not manual; -EBUSY:
 * a qtest client has the clock; -ESHUTDOWN: a client has said `quit`. */
BALLOONSIM_PUBLIC int balloonsim_machine_advance_ns(struct balloonsim_machine *machine, int64_t ns);

/* Virtual time, which stands still while the machine is stopped, in nanoseconds from the start. */
BALLOONSIM_PUBLIC int64_t
balloonsim_machine_get_virtual_ns(const struct balloonsim_machine *machine);

/* The host's wall clock as the machine sees it, in microseconds since 1970: what last-update and
 * events show. Setting it makes it a clock of the machine's own, which a manual clock moves; before,
 * a machine with a manual clock begins at the time of its start. -EINVAL: negative or beyond the
 * year 2261, or the clock is not manual. */
BALLOONSIM_PUBLIC int64_t balloonsim_machine_get_wall_us(const struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC int balloonsim_machine_set_wall_us(struct balloonsim_machine *machine,
						     int64_t us);

/* Its guest, or NULL with "guest=none"; borrowed. It runs at the next balloonsim_machine_process()
 * or balloonsim_machine_advance_ns(). */
BALLOONSIM_PUBLIC struct balloonsim_guest *
balloonsim_machine_get_guest(struct balloonsim_machine *machine);

/* The way in for a guest of your own; borrowed. Is the interrupt line raised? */
BALLOONSIM_PUBLIC const struct balloonsim_window *
balloonsim_machine_get_window(struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC bool balloonsim_machine_has_interrupt(const struct balloonsim_machine *machine);

/* The guest reboots: as QMP `system_reset`, but by the guest. One of ours boots again with it. */
BALLOONSIM_PUBLIC void balloonsim_machine_reset(struct balloonsim_machine *machine);

/* What a live migration does to free page hints: ask for them, pause, end. -ENODEV without the
 * device property free-page-hint; nothing happens while no driver has accepted the feature. */
BALLOONSIM_PUBLIC int balloonsim_machine_start_hints(struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC int balloonsim_machine_stop_hints(struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC int balloonsim_machine_end_hints(struct balloonsim_machine *machine);

/* ------------------------------------------------------------------------------------------------
 * Read-outs for tests
 *
 * The device's own view, not through QMP.
 */

/* The device's value of the statistic with that tag, UINT64_MAX if absent or unknown. */
BALLOONSIM_PUBLIC uint64_t balloonsim_machine_get_stat(const struct balloonsim_machine *machine,
						       unsigned int tag);
/* Wall clock of the last statistics buffer, seconds since 1970; 0 before the first. */
BALLOONSIM_PUBLIC int64_t
balloonsim_machine_get_last_update(const struct balloonsim_machine *machine);
/* Seconds, 0 while polling is off. */
BALLOONSIM_PUBLIC uint32_t
balloonsim_machine_get_interval(const struct balloonsim_machine *machine);
/* Does the device hold a statistics buffer, so that it could ask the guest? */
BALLOONSIM_PUBLIC bool balloonsim_machine_holds_buffer(const struct balloonsim_machine *machine);
/* Statistics buffers taken, and requests made by returning one on the timer, since the start. */
BALLOONSIM_PUBLIC uint64_t balloonsim_machine_get_samples(const struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC uint64_t
balloonsim_machine_get_requests(const struct balloonsim_machine *machine);
/* The balloon's target and its size as the guest has told it, in pages of 4096 bytes. */
BALLOONSIM_PUBLIC uint32_t
balloonsim_machine_get_num_pages(const struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC uint32_t balloonsim_machine_get_actual(const struct balloonsim_machine *machine);
/* Has a ring error broken the device? How many have since the start, and QEMU's words for the last
 * one, "" if there was none. */
BALLOONSIM_PUBLIC bool balloonsim_machine_is_broken(const struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC uint32_t
balloonsim_machine_get_breakages(const struct balloonsim_machine *machine);
BALLOONSIM_PUBLIC const char *
balloonsim_machine_get_broken_reason(struct balloonsim_machine *machine);
/* Host memory that guest memory takes, in bytes. */
BALLOONSIM_PUBLIC size_t
balloonsim_machine_get_resident_bytes(const struct balloonsim_machine *machine);

#ifdef __cplusplus
}
#endif

#endif
