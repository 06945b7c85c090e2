/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the suites do with the public client against a real QEMU, over and over. */
#ifndef TESTS_CLIENT_H
#define TESTS_CLIENT_H

#include <balloonctl.h>

#include "vm.h"

#define MIB (UINT64_C(1) << 20)

/* A monitor connected to the VM's monitor under test. Fails the test if there is none. */
struct balloonctl_monitor *client_connect(struct vm *vm);

/* The statistics now. Fails the test if they can't be had. */
struct balloonctl_stats *client_get_stats(struct balloonctl_monitor *monitor);

/* One number of the statistics now; UINT64_MAX if absent. */
uint64_t client_get_stat(struct balloonctl_monitor *monitor, enum balloonctl_stat stat);
int64_t client_get_last_update(struct balloonctl_monitor *monitor);

/* Wait until last-update is later than `than`, and return it; 0 if it does not move within
 * `timeout_ms`. */
int64_t client_wait_update(struct balloonctl_monitor *monitor, int64_t than, int timeout_ms);

/* A sample that the guest collected after this call, with polling on; freed by the caller. */
struct balloonctl_stats *client_get_fresh(struct balloonctl_monitor *monitor);

/* Wait for the next event of that name; false if none comes within `timeout_ms`. */
bool client_wait_event(struct balloonctl_monitor *monitor, const char *name, int timeout_ms);

/* Wait until query-balloon says `bytes`; false if it does not within `timeout_ms`. */
bool client_wait_actual(struct balloonctl_monitor *monitor, int64_t bytes, int timeout_ms);

/* Milliseconds on a clock that does not jump. */
int64_t client_now(void);

/* Let real time pass: QEMU's timers have no other clock here. */
void client_pause(int ms);

/* The sentence of the monitor's last error. */
const char *client_message(const struct balloonctl_monitor *monitor);

#endif
