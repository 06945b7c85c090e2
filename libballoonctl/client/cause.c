/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of causes. The manual page and the tests are held against it; the rules that find them
 * are elsewhere.
 */
#include <stddef.h>

#include "balloonctl.h"
#include "base/util.h"

#define NOTE    BALLOONCTL_SEVERITY_NOTE
#define WARNING BALLOONCTL_SEVERITY_WARNING
#define PROBLEM BALLOONCTL_SEVERITY_PROBLEM

static const struct {
	const char *name;
	enum balloonctl_severity severity;
	const char *meaning;
} rows[] = {
	[BALLOONCTL_CAUSE_UNREACHABLE] = { "unreachable", PROBLEM,
					   "the monitor can't be reached, or the connection broke" },
	[BALLOONCTL_CAUSE_NO_SOCKET] = { "no-socket", PROBLEM,
					 "there is no such socket or VM, or the VM has no QMP socket" },
	[BALLOONCTL_CAUSE_NOT_LISTENING] = { "not-listening", PROBLEM,
					     "nobody listens at the address" },
	[BALLOONCTL_CAUSE_NO_PERMISSION] = { "no-permission", PROBLEM,
					     "we may not use the monitor's socket" },
	[BALLOONCTL_CAUSE_MONITOR_BUSY] = { "monitor-busy", PROBLEM,
					    "another client holds the monitor" },
	[BALLOONCTL_CAUSE_QEMU_STOPPED] = { "qemu-stopped", PROBLEM,
					    "the QEMU process is stopped" },
	[BALLOONCTL_CAUSE_QEMU_HUNG] = { "qemu-hung", PROBLEM, "QEMU does not answer" },
	[BALLOONCTL_CAUSE_NOT_QMP] = { "not-qmp", PROBLEM, "what answers is no QMP monitor" },
	[BALLOONCTL_CAUSE_QEMU_REFUSED] = { "qemu-refused", PROBLEM, "QEMU refused a question" },
	[BALLOONCTL_CAUSE_NO_BALLOON] = { "no-balloon", PROBLEM, "the VM has no balloon device" },
	[BALLOONCTL_CAUSE_GUEST_PANICKED] = { "guest-panicked", PROBLEM,
					      "the guest's kernel has crashed" },
	[BALLOONCTL_CAUSE_VM_FAILED] = { "vm-failed", PROBLEM,
					 "QEMU stopped the VM because of an error" },
	[BALLOONCTL_CAUSE_VM_PAUSED] = { "vm-paused", WARNING,
					 "the VM is paused, and so is its polling" },
	[BALLOONCTL_CAUSE_VM_SUSPENDED] = { "vm-suspended", WARNING,
					    "the guest has put itself to sleep" },
	[BALLOONCTL_CAUSE_VM_SHUT_DOWN] = { "vm-shut-down", WARNING,
					    "the guest has shut down, QEMU is still there" },
	[BALLOONCTL_CAUSE_VM_MIGRATING] = { "vm-migrating", WARNING,
					    "the VM is being moved, saved or restored" },
	[BALLOONCTL_CAUSE_NO_DRIVER] = { "no-driver", PROBLEM,
					 "no balloon driver is active in the guest" },
	[BALLOONCTL_CAUSE_NO_STATS_QUEUE] = { "no-stats-queue", PROBLEM,
					      "the guest's balloon driver knows no statistics" },
	[BALLOONCTL_CAUSE_RINGS_BROKEN] = { "rings-broken", PROBLEM,
					    "the driver's queues hold nonsense, and QEMU has given "
					    "the device up" },
	[BALLOONCTL_CAUSE_NEVER_REPORTED] = { "never-reported", PROBLEM,
					      "the guest is polled and never reported anything" },
	[BALLOONCTL_CAUSE_GUEST_SILENT] = { "guest-silent", PROBLEM,
					    "the guest reported once and no longer does" },
	[BALLOONCTL_CAUSE_GUEST_LATE] = { "guest-late", WARNING, "the guest's report is overdue" },
	[BALLOONCTL_CAUSE_SERVICE_MISSING] = { "service-missing", PROBLEM,
					       "the guest's driver answers without values: on "
					       "Windows the balloon service does not run" },
	[BALLOONCTL_CAUSE_POLLING_OFF] = { "polling-off", PROBLEM,
					   "QEMU does not ask the guest for statistics" },
	[BALLOONCTL_CAUSE_INTERVAL_LOST] = { "interval-lost", PROBLEM,
					     "the polling interval is not the configured one" },
	[BALLOONCTL_CAUSE_IMPOSSIBLE_VALUES] = { "impossible-values", WARNING,
						 "the guest reports what can't be true" },
	[BALLOONCTL_CAUSE_FAILED_VALUES] = { "failed-values", WARNING,
					     "the guest failed to read values that it reports" },
	[BALLOONCTL_CAUSE_BACKWARD_COUNTERS] = { "backward-counters", WARNING,
						 "counters went backwards between two reports" },
	[BALLOONCTL_CAUSE_CLOCK_AHEAD] = { "clock-ahead", WARNING,
					   "the last report lies in the future" },
	[BALLOONCTL_CAUSE_TARGET_NOT_REACHED] = { "target-not-reached", PROBLEM,
						  "the balloon does not reach its target" },
	[BALLOONCTL_CAUSE_TARGET_PENDING] = { "target-pending", NOTE,
					      "the balloon is on the way to its target" },
	[BALLOONCTL_CAUSE_OUT_OF_MEMORY] = { "out-of-memory", PROBLEM,
					     "the guest kills processes or gets nothing done for "
					     "lack of memory" },
	[BALLOONCTL_CAUSE_MEMORY_PRESSURE] = { "memory-pressure", WARNING,
					       "the guest is short of memory" },
	[BALLOONCTL_CAUSE_MEMORY_LOW] = { "memory-low", WARNING,
					  "the guest has hardly any memory left" },
	[BALLOONCTL_CAUSE_HOST_SWAPS] = { "host-swaps", WARNING,
					  "the host swaps the VM's memory while the guest can't "
					  "report free pages" },
	[BALLOONCTL_CAUSE_NO_DEFLATE_ON_OOM] = { "no-deflate-on-oom", NOTE,
						 "the guest is short of memory, and the balloon "
						 "would not help it" },
	[BALLOONCTL_CAUSE_OLD_QEMU] = { "old-qemu", NOTE,
					"this QEMU knows the first ten statistics only" },
	[BALLOONCTL_CAUSE_OLD_GUEST] = { "old-guest", NOTE,
					 "the guest's driver has no counters of reclaiming" },
};

int balloonctl_cause_get_count(void)
{
	return ARRAY_SIZE(rows);
}

const char *balloonctl_cause_get_name(enum balloonctl_cause cause)
{
	return (size_t)cause < ARRAY_SIZE(rows) ? rows[cause].name : NULL;
}

enum balloonctl_severity balloonctl_cause_get_severity(enum balloonctl_cause cause)
{
	return (size_t)cause < ARRAY_SIZE(rows) ? rows[cause].severity : NOTE;
}

const char *balloonctl_cause_get_meaning(enum balloonctl_cause cause)
{
	return (size_t)cause < ARRAY_SIZE(rows) ? rows[cause].meaning : NULL;
}

const char *balloonctl_severity_get_name(enum balloonctl_severity severity)
{
	static const char *const names[] = {
		[BALLOONCTL_SEVERITY_NOTE] = "note",
		[BALLOONCTL_SEVERITY_WARNING] = "warning",
		[BALLOONCTL_SEVERITY_PROBLEM] = "problem",
	};

	return (size_t)severity < ARRAY_SIZE(names) ? names[severity] : NULL;
}
