/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libballoonctl: what a QEMU guest says of its memory, through the virtio balloon.
 *
 * The guest's balloon driver reports statistics to QEMU, and QEMU shows them over its monitor
 * protocol, QMP. This library finds the balloon of a VM, switches the polling of the statistics,
 * reads them as typed values and sets the balloon's size, over a plain socket and without ever
 * waiting longer than it was told to.
 *
 * Shape of the API
 *   Every operation has two names: balloonctl_monitor_get_stats() waits for the answer,
 *   balloonctl_monitor_start_get_stats() returns at once and the answer is pulled with
 *   balloonctl_monitor_next_completion(). The library calls nothing back.
 *
 * How a program goes
 *   One VM: balloonctl_monitor_new(), balloonctl_monitor_connect(), and
 *   balloonctl_monitor_get_stats() as often as you like. Nobody asks the guest before polling has
 *   been switched on, by balloonctl_monitor_set_polling_interval() or by the VM's manager, and old
 *   statistics stay readable: before you believe a number, see balloonctl_stats_get_freshness().
 *   balloonctl_monitor_refresh_stats() gets a sample from now, and balloonctl_monitor_examine()
 *   with balloonctl_diagnosis_new() tells why there is none.
 *
 *   Many VMs: balloonctl_discovery_run() finds those of this host, balloonctl_fleet_add() puts
 *   each in a fleet, and balloonctl_fleet_next_sample() gives their samples as they come.
 *
 * Errors
 *   Functions that can fail return 0 (or a count) or a negative errno; an output parameter `ret` is
 *   written only on success. Codes to branch on:
 *     -ENODEV      the VM has no such balloon device
 *     -ENODATA     not reported, or not yet
 *     -ETIMEDOUT   no answer before the deadline
 *     -EBUSY       another client holds the monitor
 *     -ENOTCONN    there is no connection, or it has ended
 *     -EPROTO      the peer broke QMP or is no QMP server
 *     -ESTALE      the guest did not answer in time; the statistics are older than demanded
 *     -EREMOTEIO   QEMU refused; class and words are in the error object
 *     -EINVAL      the caller's own mistake
 *   and the codes of socket(2), connect(2) and malloc(3). The sentence that belongs to a failed
 *   call on a monitor is balloonctl_monitor_get_error().
 *
 * Ownership
 *   What a `new`, `ret`, `take` or `next` gave you is yours to free. A const pointer is borrowed
 *   from the object you asked and lives until that object is freed or, for errors and for what a
 *   monitor tells of itself, until the next call on it. Each free function takes NULL.
 *
 * Threads
 *   The library has no threads, globals or locks of its own; while a host name in a tcp: address
 *   is looked up, the C library has one. An object may be used by one thread at a time; different
 *   objects are independent. Tables (balloonctl_stat_*) are constant and free to all.
 *
 * Environment
 *   BALLOONCTL_DEBUG=1 traces the conversation to standard error. Nothing else is ever printed.
 */
#ifndef BALLOONCTL_H
#define BALLOONCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BALLOONCTL_PUBLIC __attribute__((visibility("default")))
#else
#define BALLOONCTL_PUBLIC
#endif

/* The version of this header. Everything in it is since 0.1.0 unless its comment says otherwise. */
#define BALLOONCTL_VERSION_MAJOR 0
#define BALLOONCTL_VERSION_MINOR 1
#define BALLOONCTL_VERSION_MICRO 0

/* The version of the library in use, such as "0.1.0". Never NULL. */
BALLOONCTL_PUBLIC const char *balloonctl_get_version(void);

/* ------------------------------------------------------------------------------------------------
 * Errors
 *
 * What went wrong in a call. Borrowed from the object it happened on; there is nothing to free.
 */
struct balloonctl_error;

/* The negative errno, 0 where nothing has failed. NULL is 0. */
BALLOONCTL_PUBLIC int balloonctl_error_get_code(const struct balloonctl_error *error);

/* QEMU's error class ("GenericError", "DeviceNotFound", "CommandNotFound", "DeviceNotActive",
 * "KVMMissingCap") if it was QEMU that said no, else NULL. As QEMU sent it: escape it before you
 * print it. */
BALLOONCTL_PUBLIC const char *balloonctl_error_get_class(const struct balloonctl_error *error);

/* One complete sentence that begins with the address at fault, control characters escaped; ""
 * where nothing has failed. */
BALLOONCTL_PUBLIC const char *balloonctl_error_get_message(const struct balloonctl_error *error);

/* ------------------------------------------------------------------------------------------------
 * The stat table
 *
 * The table of statistics: a row for each that a balloon driver can report, in the order of the tag
 * numbers of the virtio specification (5.5.6.3) and, from 10 on, of Linux. balloonctl-stats(7)
 * explains each. Functions that take a number below 0 or beyond the table give NULL or the first
 * value of their enumeration.
 */
enum balloonctl_stat {
	BALLOONCTL_STAT_SWAP_IN = 0,          /* bytes */
	BALLOONCTL_STAT_SWAP_OUT = 1,         /* bytes */
	BALLOONCTL_STAT_MAJOR_FAULTS = 2,     /* count */
	BALLOONCTL_STAT_MINOR_FAULTS = 3,     /* count; Linux sends all faults */
	BALLOONCTL_STAT_FREE_MEMORY = 4,      /* bytes */
	BALLOONCTL_STAT_TOTAL_MEMORY = 5,     /* bytes */
	BALLOONCTL_STAT_AVAILABLE_MEMORY = 6, /* bytes */
	BALLOONCTL_STAT_DISK_CACHES = 7,      /* bytes */
	BALLOONCTL_STAT_HTLB_PGALLOC = 8,     /* count */
	BALLOONCTL_STAT_HTLB_PGFAIL = 9,      /* count */
	/* QEMU 9.2 and Linux 6.12 */
	BALLOONCTL_STAT_OOM_KILLS = 10,       /* count */
	BALLOONCTL_STAT_ALLOC_STALLS = 11,    /* count */
	BALLOONCTL_STAT_ASYNC_SCANS = 12,     /* bytes */
	BALLOONCTL_STAT_DIRECT_SCANS = 13,    /* bytes */
	BALLOONCTL_STAT_ASYNC_RECLAIMS = 14,  /* bytes */
	BALLOONCTL_STAT_DIRECT_RECLAIMS = 15, /* bytes */
};

/* What is counted. */
enum balloonctl_unit {
	BALLOONCTL_UNIT_BYTES,
	BALLOONCTL_UNIT_COUNT,
};

/* How it behaves. */
enum balloonctl_kind {
	BALLOONCTL_KIND_GAUGE,   /* as it is now */
	BALLOONCTL_KIND_COUNTER, /* since the guest booted; only differences mean something */
};

/* How many rows the table of this library has (16 in 0.1). */
BALLOONCTL_PUBLIC int balloonctl_stat_get_count(void);

/* The member's name in QEMU's guest-stats, such as "stat-free-memory". */
BALLOONCTL_PUBLIC const char *balloonctl_stat_get_key(enum balloonctl_stat stat);

/* The same without its prefix, such as "free-memory". */
BALLOONCTL_PUBLIC const char *balloonctl_stat_get_name(enum balloonctl_stat stat);

/* Its unit, and its kind. */
BALLOONCTL_PUBLIC enum balloonctl_unit balloonctl_stat_get_unit(enum balloonctl_stat stat);
BALLOONCTL_PUBLIC enum balloonctl_kind balloonctl_stat_get_kind(enum balloonctl_stat stat);

/* What it tells, in a few words, such as "memory that is not used for anything". */
BALLOONCTL_PUBLIC const char *balloonctl_stat_get_meaning(enum balloonctl_stat stat);

/* The row with this key or name; -ENOENT if there is none. */
BALLOONCTL_PUBLIC int balloonctl_stat_find(const char *key_or_name, enum balloonctl_stat *ret);

/* ------------------------------------------------------------------------------------------------
 * Statistics
 *
 * The statistics of one VM as QEMU held them at one moment (docs/interop/virtio-balloon-stats.rst of
 * QEMU; virtio 5.5.6.3). A snapshot never changes once you have it and does not need its monitor any
 * more. balloonctl_monitor_get_stats() gives one.
 *
 * A statistic is absent if the guest did not report it. QEMU writes 18446744073709551615 for that
 * (before 2.4: -1), and the Windows driver writes numbers just below for one it failed to read;
 * every value from 2^63 on counts as absent, and balloonctl_stats_get_raw() shows it.
 */
struct balloonctl_stats;

/* The end of a snapshot that is yours. */
BALLOONCTL_PUBLIC void balloonctl_stats_free(struct balloonctl_stats *stats);

/* The value of a statistic, exact. -ENODATA: absent, or this QEMU does not know the statistic. */
BALLOONCTL_PUBLIC int balloonctl_stats_get(const struct balloonctl_stats *stats,
					   enum balloonctl_stat stat, uint64_t *ret);

/* Does this QEMU know the statistic at all? Up to 9.1 it knows the first ten. */
BALLOONCTL_PUBLIC bool balloonctl_stats_has(const struct balloonctl_stats *stats,
					    enum balloonctl_stat stat);

/* The 64 bits as QEMU sent them, "absent" included; -1 reads as 2^64-1. -ENODATA: this QEMU does
 * not know the statistic. */
BALLOONCTL_PUBLIC int balloonctl_stats_get_raw(const struct balloonctl_stats *stats,
					       enum balloonctl_stat stat, uint64_t *ret);

/* Statistics that QEMU sent and the stat table does not know, in QEMU's order: how many, their
 * keys (escape them before you print them), and their values with the same rules as above.
 * An index beyond the count gives NULL or -ENODATA. */
BALLOONCTL_PUBLIC size_t balloonctl_stats_get_unknown_count(const struct balloonctl_stats *stats);
BALLOONCTL_PUBLIC const char *balloonctl_stats_get_unknown_key(const struct balloonctl_stats *stats,
							       size_t index);
BALLOONCTL_PUBLIC int balloonctl_stats_get_unknown(const struct balloonctl_stats *stats,
						   size_t index, uint64_t *ret);

/* When QEMU last heard from the guest: the host's clock, whole seconds since the epoch; 0 if it
 * never did. The clock is that of QEMU's host, which may be set, and a time alone does not promise
 * that any statistic is present. */
BALLOONCTL_PUBLIC int64_t balloonctl_stats_get_last_update(const struct balloonctl_stats *stats);

/* How old the sample was when the snapshot arrived, in whole seconds; never negative. From the
 * host's clock where a connection sees its first sample, then from one that does not jump; an upper
 * bound if the clock of QEMU's host is not ours. -ENODATA: never updated, or not comparable. */
BALLOONCTL_PUBLIC int balloonctl_stats_get_age_seconds(const struct balloonctl_stats *stats,
						       uint64_t *ret);

/* The polling interval in seconds, 0 when polling is off. Earlier statistics stay readable then. */
BALLOONCTL_PUBLIC uint32_t
balloonctl_stats_get_polling_interval(const struct balloonctl_stats *stats);

/*
 * Is the sample live? A connection judges each snapshot by QEMU's polling interval, last-update and
 * run state and by what it has seen before; the first line that holds is the verdict:
 *	never    last-update is 0
 *	fresh    balloonctl_monitor_refresh_stats() has got it: it is as new as was demanded
 *	off      polling is off
 *	paused   the VM does not run: stopped, suspended or waiting for a migration
 *	silent   older than 2 intervals and 5 seconds, and the guest has had as much time since
 *	         polling was seen to change or the VM to go on
 *	stale    older than 1 interval and 2 seconds, or from before a reset that this connection saw
 *	unknown  QEMU's host has another clock (TCP, vsock), or one that was set since we connected,
 *	         and the sample was not seen to come: by two looks on this connection that were no
 *	         more than 1 interval and 2 seconds apart
 *	fresh    else
 * Setting the host's clock does not change the verdict on a live guest while a connection is open. A
 * first look relies on that clock.
 */
enum balloonctl_freshness {
	BALLOONCTL_FRESHNESS_UNKNOWN,
	BALLOONCTL_FRESHNESS_FRESH,
	BALLOONCTL_FRESHNESS_STALE,
	BALLOONCTL_FRESHNESS_NEVER,
	BALLOONCTL_FRESHNESS_OFF,
	BALLOONCTL_FRESHNESS_PAUSED,
	BALLOONCTL_FRESHNESS_SILENT,
};

/* The verdict on a snapshot. */
BALLOONCTL_PUBLIC enum balloonctl_freshness
balloonctl_stats_get_freshness(const struct balloonctl_stats *stats);

/* A verdict in one word, such as "silent", and in a clause, such as "the guest does not answer";
 * NULL if unknown to this library. */
BALLOONCTL_PUBLIC const char *balloonctl_freshness_get_name(enum balloonctl_freshness freshness);
BALLOONCTL_PUBLIC const char *balloonctl_freshness_get_meaning(enum balloonctl_freshness freshness);

/* Did the guest's CPUs run? True where QEMU does not tell. */
BALLOONCTL_PUBLIC bool balloonctl_stats_is_running(const struct balloonctl_stats *stats);

/* What the balloon left to the guest, in bytes, and the machine's memory; see the same of
 * balloonctl_info. Asked once on a connection; the first is kept up by BALLOON_CHANGE events.
 * -ENODATA: this QEMU does not tell. */
BALLOONCTL_PUBLIC int balloonctl_stats_get_actual_bytes(const struct balloonctl_stats *stats,
							int64_t *ret);
BALLOONCTL_PUBLIC int balloonctl_stats_get_maximum_bytes(const struct balloonctl_stats *stats,
							 uint64_t *ret);

/* From which figures used memory was calculated. */
enum balloonctl_formula {
	BALLOONCTL_FORMULA_TOTAL_AVAILABLE,
	BALLOONCTL_FORMULA_TOTAL_FREE_CACHES, /* the guest does not report available memory */
	/* Windows, and drivers with deflate-on-oom, go on counting what the balloon has taken, and
	 * as used: their total exceeds what the balloon leaves. */
	BALLOONCTL_FORMULA_TOTAL_AVAILABLE_BALLOON,
	BALLOONCTL_FORMULA_TOTAL_FREE_CACHES_BALLOON,
};

/* The memory that the guest uses for itself, in bytes, caches that it can drop not included, and in
 * `ret_formula`, if not NULL, how that was found. While the balloon moves, a sample from before may
 * mislead it. -ENODATA: the guest does not report enough; -ERANGE: its figures contradict. */
BALLOONCTL_PUBLIC int balloonctl_stats_get_used_bytes(const struct balloonctl_stats *stats,
						      uint64_t *ret,
						      enum balloonctl_formula *ret_formula);

/* A formula in words, such as "total - available"; NULL if unknown to this library. */
BALLOONCTL_PUBLIC const char *balloonctl_formula_get_text(enum balloonctl_formula formula);

/* What can't be true. Guests do send such sets; nothing is hidden or mended because of it. */
enum balloonctl_anomaly {
	BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL = 1 << 0,
	BALLOONCTL_ANOMALY_FREE_ABOVE_TOTAL = 1 << 1,
	BALLOONCTL_ANOMALY_CACHES_ABOVE_TOTAL = 1 << 2,
	BALLOONCTL_ANOMALY_FAILED_VALUE = 1 << 3, /* 2^63 to 2^64-2: the guest failed to read it */
};

/* The anomalies of this snapshot, or-ed together; 0 for none. */
BALLOONCTL_PUBLIC unsigned int balloonctl_stats_get_anomalies(const struct balloonctl_stats *stats);

/* One anomaly in words, such as "available memory exceeds total memory"; NULL if unknown. */
BALLOONCTL_PUBLIC const char *balloonctl_anomaly_get_meaning(enum balloonctl_anomaly anomaly);

/* ------------------------------------------------------------------------------------------------
 * Pressure
 *
 * How hard it is for a guest to find memory, judged by what happened between two samples. QEMU 9.2
 * and Linux 6.12 count the stalls, scans and reclaims that tell; the first line that holds is the
 * verdict (increases are per second):
 *   critical     oom-kills rises
 *   cgroup       alloc-stalls at 10 or more, direct-scans below 128 KiB for each of them
 *   global       alloc-stalls at 10 or more, direct-reclaims 40 % of direct-scans or more
 *   thrashing    alloc-stalls at 10 or more, direct-reclaims below 40 % of direct-scans
 *   struggling   alloc-stalls and direct-scans at 0, async-scans at 1 MiB or more, async-reclaims
 *                below 40 % of them
 *   none         anything else
 *
 * Without these counters the verdict is weaker:
 *   likely       available memory below 5 % of the total, and 5 major faults or 1 MiB of swap or
 *                more
 *   unlikely     anything else
 */
enum balloonctl_pressure {
	BALLOONCTL_PRESSURE_UNKNOWN, /* values are missing or went backwards, or no time passed */
	BALLOONCTL_PRESSURE_NONE,
	BALLOONCTL_PRESSURE_UNLIKELY,
	BALLOONCTL_PRESSURE_LIKELY,
	BALLOONCTL_PRESSURE_STRUGGLING,
	BALLOONCTL_PRESSURE_CGROUP,
	BALLOONCTL_PRESSURE_GLOBAL,
	BALLOONCTL_PRESSURE_THRASHING,
	BALLOONCTL_PRESSURE_CRITICAL,
};

/* The verdict of two samples of one guest, of which the older was taken `elapsed_ms` milliseconds
 * before the newer: the difference of their last updates, where no clock was set in between. */
BALLOONCTL_PUBLIC enum balloonctl_pressure
balloonctl_pressure_judge(const struct balloonctl_stats *older,
			  const struct balloonctl_stats *newer, uint64_t elapsed_ms);

/* Its name, such as "thrashing", and what it means, in a clause; NULL if unknown. */
BALLOONCTL_PUBLIC const char *balloonctl_pressure_get_name(enum balloonctl_pressure pressure);
BALLOONCTL_PUBLIC const char *balloonctl_pressure_get_meaning(enum balloonctl_pressure pressure);

/* By how much a counter rose between two samples. -ENODATA: no counter, or absent in one of them;
 * -ERANGE: it went backwards, as after a reboot of the guest. */
BALLOONCTL_PUBLIC int balloonctl_stats_get_increase(const struct balloonctl_stats *older,
						    const struct balloonctl_stats *newer,
						    enum balloonctl_stat stat, uint64_t *ret);

/* ------------------------------------------------------------------------------------------------
 * Information
 *
 * One VM and its balloon at one moment; as immutable as the statistics.
 */
struct balloonctl_info;

/* The end of one that is yours. */
BALLOONCTL_PUBLIC void balloonctl_info_free(struct balloonctl_info *info);

/* QEMU's version, such as "7.2.22", and its distributor's package string, "" if it has none. */
BALLOONCTL_PUBLIC const char *balloonctl_info_get_version(const struct balloonctl_info *info);
BALLOONCTL_PUBLIC const char *balloonctl_info_get_package(const struct balloonctl_info *info);

/* The VM's name (QEMU's -name), NULL if it has none. Escape it before you print it. */
BALLOONCTL_PUBLIC const char *balloonctl_info_get_name(const struct balloonctl_info *info);

/* QEMU's run state, such as "running" or "paused", and whether the guest's CPUs run. */
BALLOONCTL_PUBLIC const char *balloonctl_info_get_status(const struct balloonctl_info *info);
BALLOONCTL_PUBLIC bool balloonctl_info_is_running(const struct balloonctl_info *info);

/* The balloon's QOM path, and its QOM type, such as "virtio-balloon-pci". */
BALLOONCTL_PUBLIC const char *balloonctl_info_get_device(const struct balloonctl_info *info);
BALLOONCTL_PUBLIC const char *balloonctl_info_get_device_type(const struct balloonctl_info *info);

/* The statistics, read at the same time: interval, last update and values. */
BALLOONCTL_PUBLIC const struct balloonctl_stats *
balloonctl_info_get_stats(const struct balloonctl_info *info);

/* What the balloon leaves to the guest, in bytes: QEMU's `actual`. It is negative if the guest
 * claims a balloon larger than its memory. */
BALLOONCTL_PUBLIC int64_t balloonctl_info_get_actual_bytes(const struct balloonctl_info *info);

/* The machine's memory, in bytes: what is left to the guest when the balloon is empty. -ENODATA:
 * this QEMU can't tell. */
BALLOONCTL_PUBLIC int balloonctl_info_get_maximum_bytes(const struct balloonctl_info *info,
							uint64_t *ret);

/* ------------------------------------------------------------------------------------------------
 * Diagnosis
 *
 * Why a VM's statistics are missing, old or wrong, or its balloon does not do what it should: causes,
 * each with the numbers that prove it and with what to do. An examination is one look at a VM; a
 * diagnosis is made of one or two of them, or of a connection that failed:
 *
 *	balloonctl_monitor_examine(monitor, &first);
 *	balloonctl_diagnosis_new(NULL, first, NULL, &diagnosis);
 *	wait = balloonctl_diagnosis_get_wait_ms(diagnosis);
 *	if (wait > 0) {
 *		... wait so long, free the diagnosis ...
 *		balloonctl_monitor_examine(monitor, &second);
 *		balloonctl_diagnosis_new(first, second, NULL, &diagnosis);
 *	}
 */
enum balloonctl_severity {
	BALLOONCTL_SEVERITY_NOTE,    /* good to know */
	BALLOONCTL_SEVERITY_WARNING, /* somebody may have meant it so, or it will hurt one day */
	BALLOONCTL_SEVERITY_PROBLEM, /* statistics or balloon do not work, or the guest suffers */
};

/* "note", "warning", "problem"; NULL if unknown. */
BALLOONCTL_PUBLIC const char *balloonctl_severity_get_name(enum balloonctl_severity severity);

/* The causes; balloonctl(1) explains them. Later versions may add some at the end. */
enum balloonctl_cause {
	/* no connection, or not the one that was wanted */
	BALLOONCTL_CAUSE_UNREACHABLE,
	BALLOONCTL_CAUSE_NO_SOCKET,
	BALLOONCTL_CAUSE_NOT_LISTENING,
	BALLOONCTL_CAUSE_NO_PERMISSION,
	BALLOONCTL_CAUSE_MONITOR_BUSY,
	BALLOONCTL_CAUSE_QEMU_STOPPED,
	BALLOONCTL_CAUSE_QEMU_HUNG,
	BALLOONCTL_CAUSE_NOT_QMP,
	BALLOONCTL_CAUSE_QEMU_REFUSED,
	BALLOONCTL_CAUSE_NO_BALLOON,
	/* the VM does not run */
	BALLOONCTL_CAUSE_GUEST_PANICKED,
	BALLOONCTL_CAUSE_VM_FAILED,
	BALLOONCTL_CAUSE_VM_PAUSED,
	BALLOONCTL_CAUSE_VM_SUSPENDED,
	BALLOONCTL_CAUSE_VM_SHUT_DOWN,
	BALLOONCTL_CAUSE_VM_MIGRATING,
	/* the driver */
	BALLOONCTL_CAUSE_NO_DRIVER,
	BALLOONCTL_CAUSE_NO_STATS_QUEUE,
	BALLOONCTL_CAUSE_RINGS_BROKEN,
	BALLOONCTL_CAUSE_NEVER_REPORTED,
	BALLOONCTL_CAUSE_GUEST_SILENT,
	BALLOONCTL_CAUSE_GUEST_LATE,
	BALLOONCTL_CAUSE_SERVICE_MISSING,
	/* the polling */
	BALLOONCTL_CAUSE_POLLING_OFF,
	BALLOONCTL_CAUSE_INTERVAL_LOST,
	/* the values */
	BALLOONCTL_CAUSE_IMPOSSIBLE_VALUES,
	BALLOONCTL_CAUSE_FAILED_VALUES,
	BALLOONCTL_CAUSE_BACKWARD_COUNTERS,
	BALLOONCTL_CAUSE_CLOCK_AHEAD,
	/* the memory */
	BALLOONCTL_CAUSE_TARGET_NOT_REACHED,
	BALLOONCTL_CAUSE_TARGET_PENDING,
	BALLOONCTL_CAUSE_OUT_OF_MEMORY,
	BALLOONCTL_CAUSE_MEMORY_PRESSURE,
	BALLOONCTL_CAUSE_MEMORY_LOW,
	BALLOONCTL_CAUSE_HOST_SWAPS,
	BALLOONCTL_CAUSE_NO_DEFLATE_ON_OOM,
	/* the versions */
	BALLOONCTL_CAUSE_OLD_QEMU,
	BALLOONCTL_CAUSE_OLD_GUEST,
};

/* The table of causes: how many there are; the name, such as "no-driver", which never changes; the
 * severity; what it means, in a clause. NULL if unknown. */
BALLOONCTL_PUBLIC int balloonctl_cause_get_count(void);
BALLOONCTL_PUBLIC const char *balloonctl_cause_get_name(enum balloonctl_cause cause);
BALLOONCTL_PUBLIC enum balloonctl_severity
balloonctl_cause_get_severity(enum balloonctl_cause cause);
BALLOONCTL_PUBLIC const char *balloonctl_cause_get_meaning(enum balloonctl_cause cause);

/* One look at a VM. It never changes and does not need its monitor any more. */
struct balloonctl_examination;

/* The end of one that is yours. */
BALLOONCTL_PUBLIC void balloonctl_examination_free(struct balloonctl_examination *examination);

/* The information in it. */
BALLOONCTL_PUBLIC const struct balloonctl_info *
balloonctl_examination_get_info(const struct balloonctl_examination *examination);

/* What a VM is meant to be like, for a diagnosis that holds it to that. A zeroed struct expects
 * nothing. */
struct balloonctl_expectations {
	/* What the balloon shall leave to the guest; 0: not known. */
	uint64_t target_bytes;
	/* In seconds; 0: not known, a local QEMU's command line is asked then. */
	uint32_t polling_interval;
	/* Is a second look worth it for the pressure alone? */
	bool wants_pressure;
	/* Zeros. */
	uint64_t reserved[5];
};

struct balloonctl_diagnosis;

/* The end of a diagnosis. */
BALLOONCTL_PUBLIC void balloonctl_diagnosis_free(struct balloonctl_diagnosis *diagnosis);

/* Judge a VM by two looks, the older of which may be missing (NULL); `expectations` may be NULL.
 * -ENOMEM. */
BALLOONCTL_PUBLIC int balloonctl_diagnosis_new(const struct balloonctl_examination *older,
					       const struct balloonctl_examination *newer,
					       const struct balloonctl_expectations *expectations,
					       struct balloonctl_diagnosis **ret);

/* The cause of a failure at that address: of a monitor, or of a completed call. -EOPNOTSUPP: it
 * tells nothing about the VM, such as an address that is none, or a lack of memory here; -ENOMEM. */
BALLOONCTL_PUBLIC int balloonctl_diagnosis_new_from_error(const struct balloonctl_error *error,
							  const char *address,
							  struct balloonctl_diagnosis **ret);

/* In how many milliseconds a second look would tell what one look leaves open; 0 if nothing is
 * open. The findings are then what is known so far. */
BALLOONCTL_PUBLIC uint64_t
balloonctl_diagnosis_get_wait_ms(const struct balloonctl_diagnosis *diagnosis);

/* The pressure between the two looks; unknown if there is only one, or the guest did not report in
 * between. */
BALLOONCTL_PUBLIC enum balloonctl_pressure
balloonctl_diagnosis_get_pressure(const struct balloonctl_diagnosis *diagnosis);

/* The findings, the most severe first; each cause at most once. An index beyond the count gives the
 * first cause, NULL or -ENODATA. */
BALLOONCTL_PUBLIC size_t
balloonctl_diagnosis_get_count(const struct balloonctl_diagnosis *diagnosis);
BALLOONCTL_PUBLIC enum balloonctl_cause
balloonctl_diagnosis_get_cause(const struct balloonctl_diagnosis *diagnosis, size_t index);

/* What is wrong, in one sentence, and what to do about it: a command, or words. Escaped. */
BALLOONCTL_PUBLIC const char *
balloonctl_diagnosis_get_message(const struct balloonctl_diagnosis *diagnosis, size_t index);
BALLOONCTL_PUBLIC const char *
balloonctl_diagnosis_get_repair(const struct balloonctl_diagnosis *diagnosis, size_t index);

/* The evidence of a finding: how many items, the key of each, such as "age_seconds", and its value:
 * a number, or (-ENODATA) words. As words every value can be had, escaped. */
BALLOONCTL_PUBLIC size_t
balloonctl_diagnosis_get_evidence_count(const struct balloonctl_diagnosis *diagnosis, size_t index);
BALLOONCTL_PUBLIC const char *
balloonctl_diagnosis_get_evidence_key(const struct balloonctl_diagnosis *diagnosis, size_t index,
				      size_t item);
BALLOONCTL_PUBLIC int
balloonctl_diagnosis_get_evidence_number(const struct balloonctl_diagnosis *diagnosis, size_t index,
					 size_t item, int64_t *ret);
BALLOONCTL_PUBLIC const char *
balloonctl_diagnosis_get_evidence_words(const struct balloonctl_diagnosis *diagnosis, size_t index,
					size_t item);

/* ------------------------------------------------------------------------------------------------
 * Events
 *
 * What QEMU tells unasked: BALLOON_CHANGE, STOP, RESUME, RESET, SHUTDOWN and all others.
 */
struct balloonctl_event;

/* The end of an event that balloonctl_monitor_next_event() gave you. */
BALLOONCTL_PUBLIC void balloonctl_event_free(struct balloonctl_event *event);

/* QEMU's name for it, such as "BALLOON_CHANGE". */
BALLOONCTL_PUBLIC const char *balloonctl_event_get_name(const struct balloonctl_event *event);

/* When it happened, by the clock of QEMU's host: microseconds since the epoch; -1 if QEMU could
 * not tell. A BALLOON_CHANGE may be delivered up to a second later. */
BALLOONCTL_PUBLIC int64_t balloonctl_event_get_timestamp_us(const struct balloonctl_event *event);

/* The new size, in bytes, of a BALLOON_CHANGE. -ENODATA for other events. */
BALLOONCTL_PUBLIC int balloonctl_event_get_actual_bytes(const struct balloonctl_event *event,
							int64_t *ret);

/* The whole event as QEMU sent it: one JSON object. */
BALLOONCTL_PUBLIC const char *balloonctl_event_get_json(const struct balloonctl_event *event);

/* ------------------------------------------------------------------------------------------------
 * Monitors
 *
 * One connection to one VM's QMP monitor. QEMU serves one client per monitor at a time: connect,
 * ask and leave, or give the VM a second -qmp option.
 */
struct balloonctl_monitor;

/* A monitor that is not connected; NULL if there is no memory. */
BALLOONCTL_PUBLIC struct balloonctl_monitor *balloonctl_monitor_new(void);

/* Closes the connection, as disconnect() does; calls that have not completed are forgotten. */
BALLOONCTL_PUBLIC void balloonctl_monitor_free(struct balloonctl_monitor *monitor);

/* Deadlines in milliseconds, each 1 to 86400000, for calls started from now on. -EINVAL outside.
 *   connect (default 5000): until the socket is connected, name look-up included; a full queue of
 *     waiting clients is retried until then;
 *   greeting (default 5000): from then until QEMU greets; a monitor in use does not greet;
 *   reply (default 5000): for each command, from when it can be sent;
 *   guest (default 5000): for the guest's answer to balloonctl_monitor_refresh_stats(). */
BALLOONCTL_PUBLIC int balloonctl_monitor_set_connect_timeout_ms(struct balloonctl_monitor *monitor,
								unsigned int ms);
BALLOONCTL_PUBLIC int balloonctl_monitor_set_greeting_timeout_ms(struct balloonctl_monitor *monitor,
								 unsigned int ms);
BALLOONCTL_PUBLIC int balloonctl_monitor_set_reply_timeout_ms(struct balloonctl_monitor *monitor,
							      unsigned int ms);

BALLOONCTL_PUBLIC int balloonctl_monitor_set_guest_timeout_ms(struct balloonctl_monitor *monitor,
							      unsigned int ms);

/* Use the balloon at this QOM path, such as "/machine/peripheral/balloon0", instead of looking for
 * it; NULL looks for it again. The path is copied. -EINVAL: empty, longer than 4095 bytes or no
 * UTF-8; -EBUSY: calls are pending. */
BALLOONCTL_PUBLIC int balloonctl_monitor_set_device(struct balloonctl_monitor *monitor,
						    const char *path);

/*
 * Connect to a monitor, in QEMU's spelling of addresses:
 *   unix:/path or a bare path      a UNIX socket; the path may be longer than 107 bytes
 *   tcp:host:port, tcp:[v6]:port   a TCP socket; names are looked up
 *   vsock:cid:port                 a socket between a host and its VMs
 *   fd:N                           an open, connected stream socket; the number stays the caller's.
 *                                  QEMU greets once on each connection: it serves one monitor
 * The addresses vm:NAME and pid:N are not among them: balloonctl_discovery_find() resolves those.
 * The blocking form returns when QEMU has greeted. Its negotiation travels with the first request.
 * -EINVAL: no such address; -EISCONN: connected already; -EBUSY: another client holds the monitor
 * or, where the kernel does not tell, may hold it; -ETIMEDOUT: no greeting, for another reason;
 * -EPROTO: the peer is no QMP server; and what connect(2) says. A monitor whose connection failed
 * or was lost may connect again; events that were not fetched are dropped then.
 */
BALLOONCTL_PUBLIC int balloonctl_monitor_connect(struct balloonctl_monitor *monitor,
						 const char *address);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_connect(struct balloonctl_monitor *monitor,
						       const char *address);

/* The same over a stream socket that is connected already, such as one from a socketpair or from
 * another process; `fd` stays the caller's. Sentences call the VM by `address`, which may be any
 * text. -EBADF: `fd` is not open. */
BALLOONCTL_PUBLIC int balloonctl_monitor_connect_fd(struct balloonctl_monitor *monitor, int fd,
						    const char *address);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_connect_fd(struct balloonctl_monitor *monitor,
							  int fd, const char *address);

/* Close the connection. Pending calls complete with -ECANCELED. Events that were not fetched stay
 * until the next connect. It returns at once, unless a refresh is writing to QEMU at this moment:
 * that is waited for, a millisecond or two and never more than 100. */
BALLOONCTL_PUBLIC void balloonctl_monitor_disconnect(struct balloonctl_monitor *monitor);

/* What went wrong in the last call that failed on this monitor, or with the connection itself.
 * Never NULL. */
BALLOONCTL_PUBLIC const struct balloonctl_error *
balloonctl_monitor_get_error(const struct balloonctl_monitor *monitor);

/* Has QEMU greeted on this connection? */
BALLOONCTL_PUBLIC bool balloonctl_monitor_is_connected(const struct balloonctl_monitor *monitor);

/* The address as given to connect, "" before. */
BALLOONCTL_PUBLIC const char *
balloonctl_monitor_get_address(const struct balloonctl_monitor *monitor);

/* The QOM path of the balloon in use and its QOM type, NULL while they are not known: they are
 * looked up by the first call that needs the balloon. With a path given by hand only
 * balloonctl_monitor_get_info() learns the type. */
BALLOONCTL_PUBLIC const char *
balloonctl_monitor_get_device(const struct balloonctl_monitor *monitor);
BALLOONCTL_PUBLIC const char *
balloonctl_monitor_get_device_type(const struct balloonctl_monitor *monitor);

/* The process that listens behind a connected UNIX socket: QEMU, or the manager that opened the
 * socket for it; 0 if the kernel does not tell, as for other sockets. */
BALLOONCTL_PUBLIC pid_t balloonctl_monitor_get_pid(const struct balloonctl_monitor *monitor);

/* The memory of this host that the process has in RAM now, in bytes: what the VM costs. -ENODATA:
 * the process is not known, or our own; and what opening a file in /proc says. */
BALLOONCTL_PUBLIC int
balloonctl_monitor_get_host_rss_bytes(const struct balloonctl_monitor *monitor, uint64_t *ret);

/* The VM's name, NULL if it has none, or before the first call on this connection has completed. */
BALLOONCTL_PUBLIC const char *balloonctl_monitor_get_name(const struct balloonctl_monitor *monitor);

/*
 * The caller's loop: wait with poll(2), epoll(7) or anything else until the file descriptor is
 * ready for the events (POLLIN, POLLOUT) or the time-out, in milliseconds as poll() takes it, has
 * passed; then call process(), then fetch completions and events. All three may change with every
 * call on the monitor. There is no descriptor (-1) before connecting and during a name look-up.
 */
BALLOONCTL_PUBLIC int balloonctl_monitor_get_fd(const struct balloonctl_monitor *monitor);
BALLOONCTL_PUBLIC short balloonctl_monitor_get_events(const struct balloonctl_monitor *monitor);
BALLOONCTL_PUBLIC int balloonctl_monitor_get_timeout(const struct balloonctl_monitor *monitor);

/* Do what can be done without waiting. 0, or the negative errno of a connection that is lost;
 * pending calls have then completed with errors. -ENOTCONN without a connection; the error object
 * goes on saying why it was lost. */
BALLOONCTL_PUBLIC int balloonctl_monitor_process(struct balloonctl_monitor *monitor);

/* Wait until something may have happened, `timeout_ms` milliseconds at most (-1: until the next
 * deadline of a pending call, or for ever if there is none), and do what can be done, as process()
 * does. 0: time passed or something happened; -EINTR: a signal came; else what process() returns. */
BALLOONCTL_PUBLIC int balloonctl_monitor_wait(struct balloonctl_monitor *monitor, int timeout_ms);

/* The next event, in the order QEMU sent them; NULL if there is none. Up to 256 events, and 1 MiB
 * of them, are kept; when they are not fetched, the oldest go, and get_lost_events() counts them
 * for as long as the monitor lives. */
BALLOONCTL_PUBLIC struct balloonctl_event *
balloonctl_monitor_next_event(struct balloonctl_monitor *monitor);
BALLOONCTL_PUBLIC uint64_t
balloonctl_monitor_get_lost_events(const struct balloonctl_monitor *monitor);

/* ------------------------------------------------------------------------------------------------
 * Operations
 *
 * Each blocks in its plain form, for as long as the deadlines allow, and interrupted system calls
 * are taken up again. A call that timed out while QEMU was hung may still take effect later.
 *
 * The start_ form returns 0 when the call is under way, which it may be before the connection
 * stands; several may be pending and share round trips. -ENOTCONN: not connected; -EAGAIN: too many
 * calls are pending; -ENOMEM. The completion carries `user_data` back.
 *
 * All: -ENODEV no balloon device, -ETIMEDOUT, -EREMOTEIO, -EPROTO, and the error of a lost
 * connection.
 */

/* The statistics (QMP: qom-get of guest-stats and guest-stats-polling-interval). */
BALLOONCTL_PUBLIC int balloonctl_monitor_get_stats(struct balloonctl_monitor *monitor,
						   struct balloonctl_stats **ret);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_get_stats(struct balloonctl_monitor *monitor,
							 void *user_data);

/*
 * Statistics no older than `max_age_seconds`; 0: newer than this request. If those that QEMU has are
 * older, the guest is asked at once, by switching polling off and on or, where it is off, on and
 * off. Both writes travel in one piece, and the polling interval is as it was found when the call has
 * ended, whatever its result, also if it was cancelled, or another client has done the same at that
 * time. It should take a few milliseconds, and up to a second where the answer looks like a sample
 * from the same second.
 *
 * QEMU reads that piece in about a millisecond. Only a process that is killed or loses its connection
 * within just that time may leave polling off, or on with an interval of a century, which this library
 * reads as off; one that handles signals need not.
 *
 * -ESTALE: the guest has not answered before its deadline, or can't because the VM is paused; the
 * completion has the older statistics then.
 */
BALLOONCTL_PUBLIC int balloonctl_monitor_refresh_stats(struct balloonctl_monitor *monitor,
						       uint32_t max_age_seconds,
						       struct balloonctl_stats **ret);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_refresh_stats(struct balloonctl_monitor *monitor,
							     uint32_t max_age_seconds,
							     void *user_data);

/* The polling interval in seconds, 0 when polling is off. */
BALLOONCTL_PUBLIC int balloonctl_monitor_get_polling_interval(struct balloonctl_monitor *monitor,
							      uint32_t *ret_seconds);
BALLOONCTL_PUBLIC int
balloonctl_monitor_start_get_polling_interval(struct balloonctl_monitor *monitor, void *user_data);

/* Set the polling interval: 1 to 4294967295 seconds switches polling on or changes it, 0 switches
 * it off. Switching on asks the guest at once, changing waits for the new interval, the same value
 * again does nothing. The interval belongs to the device and outlives the connection.
 * `ret_previous`, if not NULL, is what was set before. */
BALLOONCTL_PUBLIC int balloonctl_monitor_set_polling_interval(struct balloonctl_monitor *monitor,
							      uint32_t seconds,
							      uint32_t *ret_previous);
BALLOONCTL_PUBLIC int
balloonctl_monitor_start_set_polling_interval(struct balloonctl_monitor *monitor, uint32_t seconds,
					      void *user_data);

/* What the balloon leaves to the guest, in bytes (QMP: query-balloon, `actual`). It may be negative
 * if the guest lies, and is the old guest's value after a reboot until a driver writes it. */
BALLOONCTL_PUBLIC int balloonctl_monitor_get_actual_bytes(struct balloonctl_monitor *monitor,
							  int64_t *ret_actual_bytes);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_get_actual_bytes(struct balloonctl_monitor *monitor,
								void *user_data);

/* Set the target: what the balloon shall leave to the guest, in bytes, 1 to 2^63-1 (QMP: balloon).
 * QEMU cuts it to the machine's memory and knows no lower limit. Success means that the guest has
 * been asked; BALLOON_CHANGE events and get_actual_bytes() show how far it goes. -EINVAL: outside
 * that range. */
BALLOONCTL_PUBLIC int balloonctl_monitor_set_target_bytes(struct balloonctl_monitor *monitor,
							  uint64_t target_bytes);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_set_target_bytes(struct balloonctl_monitor *monitor,
								uint64_t target_bytes,
								void *user_data);

/* The VM and its balloon, statistics included. */
BALLOONCTL_PUBLIC int balloonctl_monitor_get_info(struct balloonctl_monitor *monitor,
						  struct balloonctl_info **ret);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_get_info(struct balloonctl_monitor *monitor,
							void *user_data);

/* Everything that a diagnosis is made of, in one round trip: the information, the properties
 * deflate-on-oom and free-page-reporting, and the state of the queues (QMP: qom-get,
 * x-query-virtio-queue-status); of a QEMU behind a UNIX socket also what /proc tells. QEMU may refuse
 * any of these but the information. */
BALLOONCTL_PUBLIC int balloonctl_monitor_examine(struct balloonctl_monitor *monitor,
						 struct balloonctl_examination **ret);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_examine(struct balloonctl_monitor *monitor,
						       void *user_data);

/* Any QMP command, such as "query-status". `arguments` is the text of one JSON object, NULL for
 * none; numbers reach QEMU with the digits they are written with. `ret` is what the command
 * returned, one JSON value on one line, its numbers as QEMU sent them (U+0000 in a string becomes
 * U+FFFD), to be freed with free(3).
 * -EINVAL: no name of a command, or no JSON object, and nothing is sent; -EREMOTEIO: QEMU refused. */
BALLOONCTL_PUBLIC int balloonctl_monitor_execute(struct balloonctl_monitor *monitor,
						 const char *command, const char *arguments,
						 char **ret);
BALLOONCTL_PUBLIC int balloonctl_monitor_start_execute(struct balloonctl_monitor *monitor,
						       const char *command, const char *arguments,
						       void *user_data);

/* ------------------------------------------------------------------------------------------------
 * Completions
 *
 * The result of a call that was begun with a start_ function. The getters that belong to another
 * operation, or to a failed one, give NULL or 0.
 */
struct balloonctl_completion;

enum balloonctl_operation {
	BALLOONCTL_OPERATION_GET_STATS,
	BALLOONCTL_OPERATION_GET_POLLING_INTERVAL,
	BALLOONCTL_OPERATION_SET_POLLING_INTERVAL,
	BALLOONCTL_OPERATION_GET_ACTUAL_BYTES,
	BALLOONCTL_OPERATION_SET_TARGET_BYTES,
	BALLOONCTL_OPERATION_GET_INFO,
	BALLOONCTL_OPERATION_REFRESH_STATS,
	BALLOONCTL_OPERATION_EXAMINE,
	BALLOONCTL_OPERATION_EXECUTE,
};

/* The next completed call, in the order of completion; NULL if there is none.
 * balloonctl_monitor_start_connect() has no completion: balloonctl_monitor_get_error() and the calls
 * that follow it tell. */
BALLOONCTL_PUBLIC struct balloonctl_completion *
balloonctl_monitor_next_completion(struct balloonctl_monitor *monitor);

/* The end of a completion that is yours, and of what was not taken out of it. */
BALLOONCTL_PUBLIC void balloonctl_completion_free(struct balloonctl_completion *completion);

/* Which operation it was, and the `user_data` with which it was begun. */
BALLOONCTL_PUBLIC enum balloonctl_operation
balloonctl_completion_get_operation(const struct balloonctl_completion *completion);
BALLOONCTL_PUBLIC void *
balloonctl_completion_get_user_data(const struct balloonctl_completion *completion);

/* 0 or a negative errno, and the words for it. */
BALLOONCTL_PUBLIC int
balloonctl_completion_get_result(const struct balloonctl_completion *completion);
BALLOONCTL_PUBLIC const struct balloonctl_error *
balloonctl_completion_get_error(const struct balloonctl_completion *completion);

/* The snapshot of a get_stats or refresh_stats, or of a get_info: borrowed from the completion, or
 * taken out of it to be kept. */
BALLOONCTL_PUBLIC const struct balloonctl_stats *
balloonctl_completion_get_stats(const struct balloonctl_completion *completion);
BALLOONCTL_PUBLIC struct balloonctl_stats *
balloonctl_completion_take_stats(struct balloonctl_completion *completion);
BALLOONCTL_PUBLIC const struct balloonctl_info *
balloonctl_completion_get_info(const struct balloonctl_completion *completion);
BALLOONCTL_PUBLIC struct balloonctl_info *
balloonctl_completion_take_info(struct balloonctl_completion *completion);

/* The same of an examine. */
BALLOONCTL_PUBLIC const struct balloonctl_examination *
balloonctl_completion_get_examination(const struct balloonctl_completion *completion);
BALLOONCTL_PUBLIC struct balloonctl_examination *
balloonctl_completion_take_examination(struct balloonctl_completion *completion);

/* Of get_polling_interval and set_polling_interval: what is set now, and what was before; in seconds. */
BALLOONCTL_PUBLIC uint32_t
balloonctl_completion_get_polling_interval(const struct balloonctl_completion *completion);
BALLOONCTL_PUBLIC uint32_t
balloonctl_completion_get_previous_polling_interval(const struct balloonctl_completion *completion);

/* Of get_actual_bytes: what the balloon leaves to the guest. */
BALLOONCTL_PUBLIC int64_t
balloonctl_completion_get_actual_bytes(const struct balloonctl_completion *completion);

/* Of execute: what the command returned, one JSON value; borrowed. */
BALLOONCTL_PUBLIC const char *
balloonctl_completion_get_json(const struct balloonctl_completion *completion);

/* ------------------------------------------------------------------------------------------------
 * Discovery
 *
 * The QMP monitors of this host's VMs: of each running QEMU those that its command line tells of,
 * and listening sockets at the known places of Proxmox, libvirt, Incus, LXD, Ganeti, Lima and Kata
 * whose process can't be seen. Nothing is ever connected to in order to find out, so a monitor that
 * is in use or hangs is found like any other, and finding it disturbs nobody.
 *
 * A discovery is what was there at one moment, and never changes. VMs are in the order of their
 * process ids, then come those without one, by address. A QEMU without a QMP monitor is among them,
 * too, so that nobody needs to wonder where it is. Strings are borrowed from the discovery, and are
 * what other users chose: escape them before you print them. Any process may call itself QEMU, and
 * any name.
 */
struct balloonctl_discovery;

enum balloonctl_monitor_state {
	BALLOONCTL_MONITOR_STATE_FREE,      /* it listens, and serves nobody */
	BALLOONCTL_MONITOR_STATE_HELD,      /* it serves a client */
	BALLOONCTL_MONITOR_STATE_FORBIDDEN, /* we may not connect, or may not see where it is */
	BALLOONCTL_MONITOR_STATE_MISSING,   /* the socket is gone, or nobody listens at it */
	BALLOONCTL_MONITOR_STATE_UNKNOWN,   /* only connecting would tell, as with tcp: */
	BALLOONCTL_MONITOR_STATE_NONE,      /* this QEMU has no QMP monitor */
};

/* Its name, such as "free"; NULL if unknown. */
BALLOONCTL_PUBLIC const char *
balloonctl_monitor_state_get_name(enum balloonctl_monitor_state state);

/* Look around. `root` is the directory below which this host's proc, run and so on are found, such
 * as "/host" in a container that has them there; NULL is "/". Addresses then begin with it.
 * -ENOMEM, or why its proc can't be read. */
BALLOONCTL_PUBLIC int balloonctl_discovery_run(const char *root, struct balloonctl_discovery **ret);
BALLOONCTL_PUBLIC void balloonctl_discovery_free(struct balloonctl_discovery *discovery);

/* How many monitors were found. The functions below take an index below that; beyond it they give
 * NULL or 0. */
BALLOONCTL_PUBLIC size_t
balloonctl_discovery_get_count(const struct balloonctl_discovery *discovery);

/*
 * The monitor of one VM, by
 *   vm:NAME   its name
 *   pid:N     its process
 * Of several monitors of that VM it is the first that is free or, failing that, the one that comes
 * closest. It need not be usable: ask for its state. -EINVAL: another kind of address; -ENOENT: no
 * such VM; -ENOTUNIQ: several. `ret_error`, if not NULL, then gets the sentence, with the names to
 * choose from; it is borrowed from the discovery.
 */
BALLOONCTL_PUBLIC int balloonctl_discovery_find(struct balloonctl_discovery *discovery,
						const char *address, size_t *ret,
						const struct balloonctl_error **ret_error);

/* What was looked at, for people who miss a VM: "122 processes, none of them QEMU, ...". */
BALLOONCTL_PUBLIC const char *
balloonctl_discovery_get_summary(const struct balloonctl_discovery *discovery);

/* The VM's name (QEMU's -name or, without its process, what the socket's path calls it); NULL if it
 * has none. */
BALLOONCTL_PUBLIC const char *
balloonctl_discovery_get_name(const struct balloonctl_discovery *discovery, size_t index);

/* QEMU's process, 0 if it can't be seen. */
BALLOONCTL_PUBLIC pid_t balloonctl_discovery_get_pid(const struct balloonctl_discovery *discovery,
						     size_t index);

/* The address for balloonctl_monitor_connect(); NULL if there is none or it can't be seen. */
BALLOONCTL_PUBLIC const char *
balloonctl_discovery_get_address(const struct balloonctl_discovery *discovery, size_t index);

/* The program that runs the VM: "proxmox", "libvirt", "incus", "lxd", "ganeti", "lima", "kata"; NULL
 * if it is none of these. */
BALLOONCTL_PUBLIC const char *
balloonctl_discovery_get_manager(const struct balloonctl_discovery *discovery, size_t index);

/* Does that program keep the monitor for as long as the VM lives? Waiting for it is in vain. */
BALLOONCTL_PUBLIC bool balloonctl_discovery_is_kept(const struct balloonctl_discovery *discovery,
						    size_t index);

BALLOONCTL_PUBLIC enum balloonctl_monitor_state
balloonctl_discovery_get_state(const struct balloonctl_discovery *discovery, size_t index);

/* Whom a held monitor serves: the process, 0 if it is another user's and can't be seen, and its
 * name, NULL then. */
BALLOONCTL_PUBLIC pid_t
balloonctl_discovery_get_holder_pid(const struct balloonctl_discovery *discovery, size_t index);
BALLOONCTL_PUBLIC const char *
balloonctl_discovery_get_holder_name(const struct balloonctl_discovery *discovery, size_t index);

/* Why it can't be used as it is, in one sentence that says what to do: -EBUSY held, -EACCES
 * forbidden, -ENOENT missing, -ENOTSUP none. Its code is 0 for one that is free or unknown. */
BALLOONCTL_PUBLIC const struct balloonctl_error *
balloonctl_discovery_get_error(const struct balloonctl_discovery *discovery, size_t index);

/* ------------------------------------------------------------------------------------------------
 * Fleets
 *
 * Many monitors in one loop: each VM is asked for its statistics once an interval, and gives a
 * sample, which is a snapshot or an error. Each has deadlines of its own: one that is frozen, slow
 * or lying delays nobody. The starts are spread over the interval. What was lost is connected again,
 * and polling can be kept at an interval.
 *
 *	fleet = balloonctl_fleet_new();
 *	balloonctl_fleet_add(fleet, "unix:/run/vm1.qmp", my_vm, NULL);
 *	...
 *	while (balloonctl_fleet_wait(fleet, -1) >= 0)
 *		while ((sample = balloonctl_fleet_next_sample(fleet)) != NULL) {
 *			show(balloonctl_sample_get_user_data(sample), sample);
 *			balloonctl_sample_free(sample);
 *		}
 *
 * Samples
 *   One for each VM and interval, in the order in which they come. A VM that answers too late for an
 *   interval, or never, has no sample in the intervals that pass meanwhile, and one when the answer
 *   comes or its deadline has passed. One that is not connected has its last error as a sample,
 *   until it is connected again. A sample that is not fetched is replaced by the VM's next.
 *
 * Reconnecting
 *   After a connection has ended or could not be made, the first sweep after a pause tries again.
 *   Pauses begin with 1 s, double up to 60 s, are up to a quarter shorter by chance, so that not all
 *   try at the same time, and begin anew after a sample; see set_pause_ms(). Three questions in a
 *   row without a reply end a connection too. A socket that was connected by the caller can't be
 *   connected again: its error stays.
 *
 * Keeping polling on
 *   With keep_polling_interval() each VM's polling is switched on when it is first asked, and again
 *   whenever it is found off or changed: after a migration or a restart of QEMU, or by somebody
 *   else. The sample that found it so says it (was_rearmed), and the VM counts them. Without, nothing
 *   is ever written. The interval is read with the first sample of each connection, when last-update
 *   has stood still for two intervals and two seconds, and with every 60th sample; in between,
 *   snapshots show it as it was read last.
 *
 * Costs
 *   One descriptor for each VM (two for one that was added connected) and one for the fleet: a
 *   process that wants 10,000 VMs has to raise RLIMIT_NOFILE first. About 2 KiB of memory for each.
 *   No work is done for VMs that are neither ready nor due.
 */
struct balloonctl_fleet;
struct balloonctl_member;
struct balloonctl_sample;

/* A fleet without members; NULL if there is no memory or no descriptor for it (errno tells). */
BALLOONCTL_PUBLIC struct balloonctl_fleet *balloonctl_fleet_new(void);

/* The end of it and its members. Samples that were fetched stay the caller's. */
BALLOONCTL_PUBLIC void balloonctl_fleet_free(struct balloonctl_fleet *fleet);

/* How often each VM is asked, in milliseconds, 1 to 86400000; 10000 by default. -EINVAL outside. */
BALLOONCTL_PUBLIC int balloonctl_fleet_set_interval_ms(struct balloonctl_fleet *fleet,
						       unsigned int ms);

/* Deadlines of each VM, as those of a monitor: until the socket is connected, until QEMU greets, for
 * each reply. 1 to 86400000 ms, 5000 by default. -EINVAL outside. */
BALLOONCTL_PUBLIC int balloonctl_fleet_set_connect_timeout_ms(struct balloonctl_fleet *fleet,
							      unsigned int ms);
BALLOONCTL_PUBLIC int balloonctl_fleet_set_greeting_timeout_ms(struct balloonctl_fleet *fleet,
							       unsigned int ms);
BALLOONCTL_PUBLIC int balloonctl_fleet_set_reply_timeout_ms(struct balloonctl_fleet *fleet,
							    unsigned int ms);

/* The first and the longest pause before a VM is connected again, 1 to 86400000 ms. -EINVAL outside,
 * or if the first is the longer one. The seed makes their chance repeatable. */
BALLOONCTL_PUBLIC int balloonctl_fleet_set_pause_ms(struct balloonctl_fleet *fleet,
						    unsigned int first_ms, unsigned int max_ms);
BALLOONCTL_PUBLIC void balloonctl_fleet_set_seed(struct balloonctl_fleet *fleet, uint64_t seed);

/* Keep the polling of all VMs at that many seconds; 0, the default, leaves it alone. */
BALLOONCTL_PUBLIC void balloonctl_fleet_keep_polling_interval(struct balloonctl_fleet *fleet,
							      uint32_t seconds);

/* Add a VM by its address, as for balloonctl_monitor_connect(), or over a stream socket that is
 * connected already, as for balloonctl_monitor_connect_fd(): nothing is connected before its first
 * sweep, an interval from now at most. `ret`, which may be NULL, is the member, which belongs to the
 * fleet until it is removed. -EINVAL: no such address; -EMFILE: more VMs than RLIMIT_NOFILE allows;
 * -EBADF: `fd` is not open; -ENOMEM. */
BALLOONCTL_PUBLIC int balloonctl_fleet_add(struct balloonctl_fleet *fleet, const char *address,
					   void *user_data, struct balloonctl_member **ret);
BALLOONCTL_PUBLIC int balloonctl_fleet_add_fd(struct balloonctl_fleet *fleet, int fd,
					      const char *address, void *user_data,
					      struct balloonctl_member **ret);

/* Close its connection and forget it, at any time; a sample of it that was not fetched is dropped.
 * NULL is fine. */
BALLOONCTL_PUBLIC void balloonctl_fleet_remove(struct balloonctl_fleet *fleet,
					       struct balloonctl_member *member);

/* How many members there are. */
BALLOONCTL_PUBLIC size_t balloonctl_fleet_get_count(const struct balloonctl_fleet *fleet);

/* What went wrong in the last function that failed on the fleet itself. Never NULL. */
BALLOONCTL_PUBLIC const struct balloonctl_error *
balloonctl_fleet_get_error(const struct balloonctl_fleet *fleet);

/*
 * The caller's loop: wait until the descriptor, which stays the same, is readable, or the time-out,
 * in milliseconds as poll() takes it, has passed; then call process() and fetch samples. wait() does
 * the waiting too, `timeout_ms` milliseconds at most (-1: no limit), and returns at once while
 * samples wait to be fetched. 0, or a negative errno: -EINTR from wait() when a signal came.
 */
BALLOONCTL_PUBLIC int balloonctl_fleet_get_fd(const struct balloonctl_fleet *fleet);
BALLOONCTL_PUBLIC int balloonctl_fleet_get_timeout(const struct balloonctl_fleet *fleet);
BALLOONCTL_PUBLIC int balloonctl_fleet_process(struct balloonctl_fleet *fleet);
BALLOONCTL_PUBLIC int balloonctl_fleet_wait(struct balloonctl_fleet *fleet, int timeout_ms);

/* The next sample; NULL if there is none. It is yours, and outlives its member. */
BALLOONCTL_PUBLIC struct balloonctl_sample *
balloonctl_fleet_next_sample(struct balloonctl_fleet *fleet);
BALLOONCTL_PUBLIC void balloonctl_sample_free(struct balloonctl_sample *sample);

/* Whose it is; the member is valid until it is removed. */
BALLOONCTL_PUBLIC struct balloonctl_member *
balloonctl_sample_get_member(const struct balloonctl_sample *sample);
BALLOONCTL_PUBLIC void *balloonctl_sample_get_user_data(const struct balloonctl_sample *sample);

/* 0 and the statistics, borrowed or taken out of it to be kept; or a negative errno, the words for
 * it, and NULL. */
BALLOONCTL_PUBLIC int balloonctl_sample_get_result(const struct balloonctl_sample *sample);
BALLOONCTL_PUBLIC const struct balloonctl_error *
balloonctl_sample_get_error(const struct balloonctl_sample *sample);
BALLOONCTL_PUBLIC const struct balloonctl_stats *
balloonctl_sample_get_stats(const struct balloonctl_sample *sample);
BALLOONCTL_PUBLIC struct balloonctl_stats *
balloonctl_sample_take_stats(struct balloonctl_sample *sample);

/* Was polling found off or changed, and has it been switched on again? */
BALLOONCTL_PUBLIC bool balloonctl_sample_was_rearmed(const struct balloonctl_sample *sample);

/* What add() was given; and the member's monitor, for what its getters tell: address, name, device,
 * whether it is connected. */
BALLOONCTL_PUBLIC void *balloonctl_member_get_user_data(const struct balloonctl_member *member);
BALLOONCTL_PUBLIC const struct balloonctl_monitor *
balloonctl_member_get_monitor(const struct balloonctl_member *member);

/* How often its polling was re-armed, and it answered on a new connection; and what went wrong last,
 * also if that has passed. */
BALLOONCTL_PUBLIC uint64_t balloonctl_member_get_rearms(const struct balloonctl_member *member);
BALLOONCTL_PUBLIC uint64_t balloonctl_member_get_reconnects(const struct balloonctl_member *member);
BALLOONCTL_PUBLIC const struct balloonctl_error *
balloonctl_member_get_error(const struct balloonctl_member *member);

#ifdef __cplusplus
}
#endif

#endif
