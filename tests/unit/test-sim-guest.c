/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest as a whole, on our own board: what its driver does right, and each fault by its effect. */
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "rig.h"
#include "suite.h"

static const uint64_t absent = SIM_STAT_ABSENT;

static uint64_t get(const struct rig *rig, unsigned int tag)
{
	return rig->board.balloon.stats[tag];
}

/* Does the device have exactly the statistics that the guest says it sends? */
static void assert_same(const struct rig *rig)
{
	for (unsigned int tag = 0; tag < SIM_STATS_MAX; tag++) {
		uint64_t value = absent;

		balloonsim_guest_get_stat(rig->guest, tag, &value);
		CU_ASSERT_EQUAL(get(rig, tag), value);
	}
}

static void poll_for_ms(struct rig *rig, int64_t ms)
{
	sim_balloon_set_interval(&rig->board.balloon, 1);
	rig_go_ms(rig, ms);
}

static void set_target_mib(struct rig *rig, uint64_t mib)
{
	sim_balloon_set_target(&rig->board.balloon, mib << 20);
}

static uint32_t get_actual_mib(const struct rig *rig)
{
	return rig->board.balloon.actual / 256;
}

static void test_linux(void)
{
	static const struct {
		const char *options;
		uint16_t tags;
	} rows[] = {
		{ "guest=linux", 0xffff },
		{ "guest=linux-7.1", 0xffff },
		{ "guest=linux-6.12", 0xffff },
		{ "guest=linux-6.1", 0x03ff },
		{ "guest=linux-no-hugetlb", 0xfcff },
		{ "guest=linux-no-counters", 0x00f0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig rig;

		rig_start(&rig, "11.1", rows[i].options);
		CU_ASSERT_EQUAL(rig.board.balloon.device.status, 0x0f);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 1);
		CU_ASSERT_EQUAL(rig.board.balloon.n_requests, 0);
		for (unsigned int tag = 0; tag < SIM_STATS_MAX; tag++)
			CU_ASSERT_EQUAL(get(&rig, tag) != absent, rows[i].tags >> tag & 1);
		assert_same(&rig);
		poll_for_ms(&rig, 10500);
		CU_ASSERT_EQUAL(rig.board.balloon.n_requests, 11);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 12);
		CU_ASSERT_EQUAL(rig.board.balloon.last_update_s, 1700000010);
		rig_go_ms(&rig, 90000);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 102);
		assert_same(&rig);
		sim_balloon_set_interval(&rig.board.balloon, 0);
		sim_balloon_set_interval(&rig.board.balloon, 9);
		rig_go_ms(&rig, 0);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 103);
		rig_done(&rig);
	}
}

/* B164 */
static void test_features(void)
{
	const uint64_t common = SIM_FEATURE(SIM_F_STATS_VQ) | SIM_FEATURE(SIM_F_EVENT_IDX) |
				SIM_FEATURE(SIM_F_VERSION_1);
	const uint64_t reset = SIM_FEATURE(SIM_F_RING_RESET);
	const uint64_t indirect = SIM_FEATURE(SIM_F_INDIRECT_DESC);
	const uint64_t poison = SIM_FEATURE(SIM_F_PAGE_POISON);
	const struct {
		const char *options;
		uint64_t features;
	} rows[] = {
		{ "guest=linux-6.1", common | reset },
		{ "guest=linux-6.12", common | reset | indirect },
		{ "guest=linux-6.12,poison=on", common | reset | indirect | poison },
		{ "guest=linux,fault=no-stats-vq",
		  (common | reset | indirect) & ~SIM_FEATURE(SIM_F_STATS_VQ) },
		{ "guest=linux,fault=no-features-ok", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig rig;

		rig_start(&rig, "11.1", rows[i].options);
		CU_ASSERT_EQUAL(rig.board.balloon.device.rules.features, rows[i].features);
		CU_ASSERT_EQUAL(rig.board.balloon.poison_val,
				strstr(rows[i].options, "poison") != NULL ? 0xaaaaaaaa : 0);
		rig_done(&rig);
	}
}

static void test_old_linux(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "guest=linux-4.19,seed=4");
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 1);
	CU_ASSERT_NOT_EQUAL(get(&rig, SIM_STAT_TOTAL_MEMORY),
			    rig.guest->workload.stats[SIM_STAT_TOTAL_MEMORY]);
	poll_for_ms(&rig, 100);
	assert_same(&rig);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_DISK_CACHES), absent);
	rig_done(&rig);
}

static void assert_nothing_but_a_time(const struct rig *rig)
{
	for (unsigned int tag = 0; tag < SIM_STATS_MAX; tag++)
		CU_ASSERT_EQUAL(get(rig, tag), absent);
	CU_ASSERT_EQUAL(rig->board.balloon.last_update_s, 1700000000);
}

static void test_windows(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "guest=windows");
	assert_nothing_but_a_time(&rig);
	poll_for_ms(&rig, 2500);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 4);
	assert_same(&rig);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_HTLB_PGALLOC), 0);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_OOM_KILLS), absent);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_AVAILABLE_MEMORY),
			get(&rig, SIM_STAT_FREE_MEMORY) + get(&rig, SIM_STAT_DISK_CACHES) / 2);
	rig_done(&rig);

	rig_start(&rig, "11.1", "guest=windows-no-service");
	poll_for_ms(&rig, 9000);
	assert_nothing_but_a_time(&rig);
	CU_ASSERT_EQUAL(rig.board.balloon.n_requests, 1);
	rig_done(&rig);
}

static void test_latency(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "guest=linux,latency=300,boot=5000");
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 0);
	rig_go_ms(&rig, 4999);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 0);
	rig_go_ms(&rig, 1);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 1);
	poll_for_ms(&rig, 299);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 1);
	rig_go_ms(&rig, 1);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 2);
	rig_go_ms(&rig, 1299);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 2);
	rig_go_ms(&rig, 1);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 3);
	rig_done(&rig);
}

static void test_idle(void)
{
	struct rig rig;
	unsigned int n_runs;

	rig_start(&rig, "11.1", "guest=linux,workload=leaking");
	n_runs = rig.n_runs;
	CU_ASSERT_EQUAL(sim_guest_get_deadline_ns(rig.guest), INT64_MAX);
	rig_go_ms(&rig, 3600000);
	CU_ASSERT_EQUAL(rig.n_runs, n_runs);
	rig_done(&rig);
}

/* ------------------------------------------------------------------------------------------------
 * The balloon
 */

static void test_inflation(void)
{
	struct rig rig;
	uint32_t before = 0;
	uint64_t total;

	rig_start(&rig, "11.1", "guest=linux,speed=100");
	total = get(&rig, SIM_STAT_TOTAL_MEMORY);
	set_target_mib(&rig, 128);
	rig_go_ms(&rig, 0);
	for (int i = 0; i < 128; i++) {
		CU_ASSERT_EQUAL(rig.board.balloon.actual, before + 256);
		before = rig.board.balloon.actual;
		rig_go_ms(&rig, 10);
	}
	CU_ASSERT_EQUAL(get_actual_mib(&rig), 128);
	CU_ASSERT_EQUAL(sim_guest_get_deadline_ns(rig.guest), INT64_MAX);
	poll_for_ms(&rig, 10);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_TOTAL_MEMORY), total - (128 << 20));
	set_target_mib(&rig, 200);
	rig_go_ms(&rig, 2000);
	CU_ASSERT_EQUAL(get_actual_mib(&rig), 56);
	rig_done(&rig);
}

/* A page that the guest has given away holds nothing any more; its own memory does. */
static void test_pages(void)
{
	static const struct {
		uint64_t gpa;
		bool is_kept;
	} rows[] = {
		{ RIG_RAM / 4, true },      { RIG_RAM / 2 - 4096, true }, { RIG_RAM / 2, false },
		{ RIG_RAM / 4 * 3, false }, { RIG_RAM - 4096, false },
	};
	const unsigned char bytes[] = "something";
	unsigned char read[sizeof(bytes)];
	struct rig rig;

	rig_start(&rig, "11.1", "guest=linux");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		sim_memory_write(&rig.board.memory, rows[i].gpa, bytes, sizeof(bytes));
	set_target_mib(&rig, 128);
	rig_go_ms(&rig, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		sim_memory_read(&rig.board.memory, rows[i].gpa, read, sizeof(read));
		CU_ASSERT_EQUAL(memcmp(read, bytes, sizeof(bytes)) == 0, rows[i].is_kept);
	}
	rig_done(&rig);
}

static void test_page_size(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "guest=linux,page-size=65536,speed=0");
	sim_balloon_set_target(&rig.board.balloon, RIG_RAM - 1000 * 4096);
	rig_turn(&rig);
	CU_ASSERT_EQUAL(rig.board.balloon.actual, 1008);
	rig_done(&rig);
}

static void test_puff(void)
{
	struct rig rig;
	uint32_t actual;
	unsigned int n_runs;

	rig_start(&rig, "11.1", "guest=linux");
	set_target_mib(&rig, 1);
	rig_go_ms(&rig, 5000);
	actual = rig.board.balloon.actual;
	CU_ASSERT(actual > 150 * 256 && actual < 240 * 256);
	CU_ASSERT_EQUAL(rig.guest->workload.kills, 0);
	/* It goes on trying, five times a second. */
	n_runs = rig.n_runs;
	rig_go_ms(&rig, 10000);
	CU_ASSERT(rig.n_runs - n_runs >= 49 && rig.n_runs - n_runs <= 51);
	set_target_mib(&rig, 256);
	rig_go_ms(&rig, 5000);
	CU_ASSERT_EQUAL(rig.board.balloon.actual, 0);
	rig_done(&rig);
}

static void test_deflate_on_oom(void)
{
	struct sim_board_options options = rig_get_options("11.1");
	struct rig rig;

	for (int has = 0; has <= 1; has++) {
		uint64_t total;

		options.balloon.deflate_on_oom = has == 1;
		rig_make(&rig, &options);
		balloonsim_guest_configure(rig.guest, "workload=leaking,latency=0");
		rig_turn(&rig);
		total = get(&rig, SIM_STAT_TOTAL_MEMORY);
		set_target_mib(&rig, 176);
		rig_go_ms(&rig, 1000);
		CU_ASSERT_EQUAL(get_actual_mib(&rig), 80);
		rig_go_ms(&rig, 80000);
		poll_for_ms(&rig, 10);
		CU_ASSERT_EQUAL(get(&rig, SIM_STAT_OOM_KILLS) == 0, has);
		CU_ASSERT_EQUAL(get_actual_mib(&rig) < 80, has);
		CU_ASSERT_EQUAL(get(&rig, SIM_STAT_TOTAL_MEMORY), total - (has ? 0 : 80 << 20));
		rig_done(&rig);
	}
}

static void test_unload(void)
{
	struct rig rig;
	uint64_t n_samples;

	rig_start(&rig, "11.1", "guest=linux");
	set_target_mib(&rig, 128);
	poll_for_ms(&rig, 1500);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "unload"), 0);
	rig_go_ms(&rig, 1000);
	CU_ASSERT_EQUAL(rig.board.balloon.actual, 0);
	CU_ASSERT_EQUAL(rig.board.balloon.device.status, 0);
	n_samples = rig.board.balloon.n_samples;
	rig_go_ms(&rig, 5000);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, n_samples);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "resume"), 0);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "load"), 0);
	rig_go_ms(&rig, 100);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, n_samples + 1);
	CU_ASSERT_EQUAL(get_actual_mib(&rig), 128);
	rig_go_ms(&rig, 3000);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, n_samples + 4);
	rig_done(&rig);
}

static void test_suspend(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "guest=linux");
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "suspend"), 0);
	rig_go_ms(&rig, 10);
	CU_ASSERT_EQUAL(rig.board.balloon.device.status, 0);
	balloonsim_guest_do(rig.guest, "load");
	rig_go_ms(&rig, 10);
	CU_ASSERT_EQUAL(rig.board.balloon.device.status, 0);
	/* Someone else has been here: waking up repairs it, loading would not (B84, B167). */
	rig.board.balloon.actual = 77;
	balloonsim_guest_do(rig.guest, "resume");
	rig_go_ms(&rig, 10);
	CU_ASSERT_EQUAL(rig.board.balloon.actual, 0);
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 2);
	rig.board.balloon.actual = 77;
	balloonsim_guest_do(rig.guest, "unload");
	rig_go_ms(&rig, 10);
	rig.board.balloon.actual = 77;
	balloonsim_guest_do(rig.guest, "load");
	rig_go_ms(&rig, 10);
	CU_ASSERT_EQUAL(rig.board.balloon.actual, 77);
	rig_done(&rig);
}

static void test_reboot_and_crash(void)
{
	uint64_t n_faults;
	struct rig rig;

	rig_start(&rig, "11.1", "guest=linux,boot=2000");
	rig_go_ms(&rig, 2000);
	n_faults = get(&rig, SIM_STAT_MINOR_FAULTS);
	rig_go_ms(&rig, 300000);
	poll_for_ms(&rig, 10);
	CU_ASSERT(get(&rig, SIM_STAT_MINOR_FAULTS) > n_faults + 100000);
	balloonsim_guest_do(rig.guest, "reboot");
	rig_go_ms(&rig, 2000);
	CU_ASSERT(get(&rig, SIM_STAT_MINOR_FAULTS) < n_faults + 30000);
	balloonsim_guest_do(rig.guest, "crash");
	rig_go_ms(&rig, 1);
	set_target_mib(&rig, 128);
	rig_go_ms(&rig, 100000);
	CU_ASSERT_EQUAL(rig.board.balloon.actual, 0);
	CU_ASSERT_EQUAL(sim_guest_get_deadline_ns(rig.guest), INT64_MAX);
	sim_board_system_reset(&rig.board, false);
	balloonsim_guest_reset(rig.guest);
	CU_ASSERT_EQUAL(rig.board.balloon.last_update_s, 0);
	rig_go_ms(&rig, 3000);
	CU_ASSERT_EQUAL(get_actual_mib(&rig), 128);
	CU_ASSERT(rig.board.balloon.last_update_s > 0);
	rig_done(&rig);
}

static void test_reporting(void)
{
	struct sim_board_options options = rig_get_options("11.1");
	const unsigned char bytes[] = "something";
	unsigned char read[sizeof(bytes)];
	unsigned int n_hints;
	struct rig rig;

	options.balloon.free_page_reporting = true;
	options.balloon.free_page_hint = true;
	rig_make(&rig, &options);
	sim_memory_write(&rig.board.memory, RIG_RAM / 2, bytes, sizeof(bytes));
	sim_memory_write(&rig.board.memory, RIG_RAM / 2 - 4096, bytes, sizeof(bytes));
	rig_go_ms(&rig, 1900);
	sim_memory_read(&rig.board.memory, RIG_RAM / 2, read, sizeof(read));
	CU_ASSERT_EQUAL(memcmp(read, bytes, sizeof(bytes)), 0);
	rig_go_ms(&rig, 200);
	sim_memory_read(&rig.board.memory, RIG_RAM / 2, read, sizeof(read));
	CU_ASSERT_NOT_EQUAL(memcmp(read, bytes, sizeof(bytes)), 0);
	sim_memory_read(&rig.board.memory, RIG_RAM / 2 - 4096, read, sizeof(read));
	CU_ASSERT_EQUAL(memcmp(read, bytes, sizeof(bytes)), 0);
	sim_balloon_start_hints(&rig.board.balloon);
	rig_go_ms(&rig, 10);
	CU_ASSERT_EQUAL(rig.board.balloon.hints, SIM_HINTS_STOPPED);
	CU_ASSERT_NOT_EQUAL(rig.guest->hint_id, 0);
	sim_balloon_end_hints(&rig.board.balloon);
	rig_go_ms(&rig, 10);
	CU_ASSERT_EQUAL(rig.guest->hint_id, SIM_HINT_DONE);
	CU_ASSERT_EQUAL(rig.guest->driver.queues[SIM_QUEUE_HINT].n_out, 0);
	n_hints = rig.guest->driver.queues[SIM_QUEUE_HINT].avail_idx;
	CU_ASSERT_EQUAL(n_hints, 18);
	sim_balloon_start_hints(&rig.board.balloon);
	rig_go_ms(&rig, 10);
	set_target_mib(&rig, 256);
	rig_go_ms(&rig, 10);
	CU_ASSERT_EQUAL(rig.guest->driver.queues[SIM_QUEUE_HINT].avail_idx, 2 * n_hints);
	rig_done(&rig);
}

/* ------------------------------------------------------------------------------------------------
 * Faults
 */

static void test_broken_rings(void)
{
	static const struct {
		const char *fault;
		const char *reason, *newer; /* in 11.1, whose rings are smaller */
	} rows[] = {
		{ "bad-head", "Guest says index 1024 is available",
		  "Guest says index 128 is available" },
		{ "bad-next", "Desc next is 1024", "Desc next is 128" },
		{ "loop", "Looped descriptor" },
		{ "zero-length", "virtio: zero sized buffers are not allowed" },
		{ "bad-order", "Incorrect order for descriptors" },
		{ "bad-indirect", "Invalid size for indirect buffer table" },
		{ "too-many-pieces", "virtio: too many write descriptors in indirect table" },
		{ "size-exceeded", "Virtqueue size exceeded" },
		{ "unmappable", "virtio: bogus descriptor or out of resources" },
	};
	static const char *const profiles[] = { "7.2", "10.0", "11.1" };

	for (size_t i = 0; i < ARRAY_SIZE(rows) * ARRAY_SIZE(profiles); i++) {
		const char *profile = profiles[i % 3];
		bool has_newer = i % 3 == 2 && rows[i / 3].newer != NULL;
		const char *reason = has_newer ? rows[i / 3].newer : rows[i / 3].reason;
		char options[80];
		struct rig rig;

		snprintf(options, sizeof(options), "fault=%s@1500ms", rows[i / 3].fault);
		rig_start(&rig, profile, options);
		poll_for_ms(&rig, 1499);
		CU_ASSERT_FALSE(rig.board.balloon.device.is_broken);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 3);
		rig_go_ms(&rig, 1000);
		CU_ASSERT_TRUE(rig.board.balloon.device.is_broken);
		CU_ASSERT_STRING_EQUAL(rig_get_reason(&rig), reason);
		CU_ASSERT_EQUAL(rig.board.balloon.device.status, 0x4f);
		rig_go_ms(&rig, 5000);
		rig_done(&rig);
	}
}

static void test_broken_set_up(void)
{
	static const struct {
		const char *fault;
		bool breaks[2]; /* 7.2, 11.1 */
	} rows[] = {
		{ "desc-past-end", { true, true } }, { "avail-past-end", { true, true } },
		{ "used-past-end", { true, true } }, { "huge-queue", { false, true } },
		{ "wild-index", { false, false } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows) * 2; i++) {
		char options[80];
		struct rig rig;

		snprintf(options, sizeof(options), "fault=%s", rows[i / 2].fault);
		rig_start(&rig, i % 2 == 0 ? "7.2" : "11.1", options);
		CU_ASSERT_EQUAL(rig.board.balloon.device.is_broken, rows[i / 2].breaks[i % 2]);
		rig_done(&rig);
	}
}

static void test_answers(void)
{
	static const struct {
		const char *options;
		uint64_t n_requests, n_samples; /* after 10.5 s */
	} rows[] = {
		{ "fault=no-driver", 0, 0 },         { "fault=failed-probe", 0, 0 },
		{ "fault=no-stats-vq", 0, 0 },       { "fault=no-features-ok", 0, 1 },
		{ "fault=never-answers", 1, 1 },     { "fault=never-answers@3500ms", 5, 5 },
		{ "fault=hangs-after-one", 2, 2 },   { "fault=answers-late", 2, 2 },
		{ "fault=no-kick", 0, 0 },           { "fault=empty-kicks", 1, 2 },
		{ "fault=crashes@3500ms", 5, 5 },    { "fault=reboots@3500ms", 11, 13 },
		{ "fault=reset-while-owing", 6, 6 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig rig;

		rig_start(&rig, "11.1", rows[i].options);
		poll_for_ms(&rig, 10500);
		if (rig.board.balloon.n_requests != rows[i].n_requests ||
		    rig.board.balloon.n_samples != rows[i].n_samples)
			printf("\n%s: %u requests, %u samples ", rows[i].options,
			       (unsigned int)rig.board.balloon.n_requests,
			       (unsigned int)rig.board.balloon.n_samples);
		CU_ASSERT_EQUAL(rig.board.balloon.n_requests, rows[i].n_requests);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, rows[i].n_samples);
		rig_done(&rig);
	}
}

/* These look odd, and the device must read the same from them. */
static void test_shapes(void)
{
	static const char *const rows[] = {
		"odd-length",   "huge-buffer",   "split-buffer", "indirect-buffer",
		"unknown-tags", "repeated-tags", "two-buffers",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char options[80];
		struct rig rig;

		snprintf(options, sizeof(options), "fault=%s", rows[i]);
		rig_start(&rig, "11.1", options);
		assert_same(&rig);
		poll_for_ms(&rig, 3500);
		CU_ASSERT(rig.board.balloon.n_samples >= 4);
		CU_ASSERT_FALSE(rig.board.balloon.device.is_broken);
		rig_done(&rig);
	}
}

static void test_poor_buffers(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "fault=short-buffer");
	CU_ASSERT_NOT_EQUAL(get(&rig, SIM_STAT_MAJOR_FAULTS), absent);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_TOTAL_MEMORY), absent);
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=tiny-buffer");
	assert_nothing_but_a_time(&rig);
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=empty-buffer");
	assert_nothing_but_a_time(&rig);
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=absent-values");
	assert_nothing_but_a_time(&rig);
	rig_done(&rig);
}

static void test_values(void)
{
	struct rig rig;
	uint64_t before;

	rig_start(&rig, "11.1", "fault=huge-values");
	CU_ASSERT_EQUAL(get(&rig, 0), UINT64_MAX - 1);
	CU_ASSERT_EQUAL(get(&rig, 15), UINT64_MAX - 16);
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=zero-values");
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_TOTAL_MEMORY), 0);
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=available-above-total+free-above-total");
	CU_ASSERT(get(&rig, SIM_STAT_AVAILABLE_MEMORY) > get(&rig, SIM_STAT_TOTAL_MEMORY));
	CU_ASSERT(get(&rig, SIM_STAT_FREE_MEMORY) > get(&rig, SIM_STAT_TOTAL_MEMORY));
	rig_done(&rig);
	rig_start(&rig, "11.1", "guest=windows,fault=failed-counters");
	poll_for_ms(&rig, 10);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_SWAP_IN), UINT64_C(18446744073709547520));
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=stale-values");
	before = get(&rig, SIM_STAT_MINOR_FAULTS);
	poll_for_ms(&rig, 60000);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_MINOR_FAULTS), before);
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=backward-counters");
	before = get(&rig, SIM_STAT_MINOR_FAULTS);
	poll_for_ms(&rig, 60000);
	CU_ASSERT(get(&rig, SIM_STAT_MINOR_FAULTS) < before);
	rig_done(&rig);
	rig_start(&rig, "11.1", "fault=uninitialised-first-buffer");
	CU_ASSERT_NOT_EQUAL(get(&rig, SIM_STAT_TOTAL_MEMORY),
			    rig.guest->workload.stats[SIM_STAT_TOTAL_MEMORY]);
	poll_for_ms(&rig, 10);
	assert_same(&rig);
	rig_done(&rig);
}

static void test_balloon_faults(void)
{
	static const struct {
		const char *options;
		uint32_t actual; /* 3 s after the target is 128 of 256 MiB */
	} rows[] = {
		{ "fault=refuses-inflation", 0 },     { "fault=half-inflation", 64 * 256 },
		{ "fault=slow-inflation", 4 * 256 },  { "fault=silent-actual", 0 },
		{ "fault=wild-actual", UINT32_MAX },  { "fault=wild-pages", 128 * 256 },
		{ "fault=deflates-by-itself@2s", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rig rig;

		rig_start(&rig, "11.1", rows[i].options);
		set_target_mib(&rig, 128);
		rig_go_ms(&rig, 3000);
		CU_ASSERT_EQUAL(rig.board.balloon.actual, rows[i].actual);
		rig_done(&rig);
	}
}

/* With event notifiers the device finds the second buffer by itself and returns the first, which is
 * a request: guest and device go on like that for ever, as on QEMU, but time goes by. */
static void test_storm(void)
{
	static const char *const rows[] = { "fault=two-buffers", "fault=wild-index" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sim_board_options options = rig_get_options("11.1");
		struct rig rig;

		options.has_ioeventfd = true;
		rig_make(&rig, &options);
		CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest, rows[i]), 0);
		rig_go_ms(&rig, 1000);
		CU_ASSERT(rig.board.balloon.n_samples > 500);
		CU_ASSERT(rig.board.balloon.n_samples < 2000);
		rig_done(&rig);
	}
}

/* ... and a client that forces samples in a hurry isn't taken for that. */
static void test_hurry(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "guest=linux");
	for (unsigned int i = 0; i < 200; i++) {
		sim_balloon_set_interval(&rig.board.balloon, 0);
		sim_balloon_set_interval(&rig.board.balloon, 9);
		rig_turn(&rig);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, i + 2);
		if (i % 40 == 39)
			rig_go_ms(&rig, 10);
	}
	rig_done(&rig);
}

/* Each fault at random, on each device, until the guest has seen all: nothing may hang or harm. */
static void test_every_fault(void)
{
	for (int fault = 0; balloonsim_fault_get_name(fault) != NULL; fault++) {
		for (int device = 0; device < 4; device++) {
			struct sim_board_options options =
				rig_get_options(device == 0 ? "7.2" : "11.1");
			char text[120];
			struct rig rig;

			options.is_legacy = device == 2;
			options.balloon.packed = device == 3;
			options.balloon.free_page_hint = device == 1;
			options.has_ioeventfd = device == 1;
			snprintf(text, sizeof(text), "workload=reclaim,latency=20,fault=%s%%50",
				 balloonsim_fault_get_name(fault));
			rig_make(&rig, &options);
			CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest, text), 0);
			poll_for_ms(&rig, 10000);
			set_target_mib(&rig, 200);
			rig_go_ms(&rig, 10000);
			set_target_mib(&rig, 256);
			balloonsim_guest_do(rig.guest, "unload");
			rig_go_ms(&rig, 1000);
			balloonsim_guest_do(rig.guest, "load");
			rig_go_ms(&rig, 5000);
			rig_done(&rig);
		}
	}
}

/* ------------------------------------------------------------------------------------------------
 * The outside
 */

static void test_set_stat(void)
{
	struct rig rig;
	uint64_t value = 0;

	rig_start(&rig, "11.1", "guest=linux-6.1");
	CU_ASSERT_EQUAL(balloonsim_guest_set_stat(rig.guest, SIM_STAT_FREE_MEMORY, 4711), 0);
	CU_ASSERT_EQUAL(balloonsim_guest_set_stat(rig.guest, 16, 1), -EINVAL);
	poll_for_ms(&rig, 10);
	CU_ASSERT_EQUAL(get(&rig, SIM_STAT_FREE_MEMORY), 4711);
	CU_ASSERT_TRUE(balloonsim_guest_get_stat(rig.guest, SIM_STAT_FREE_MEMORY, &value));
	CU_ASSERT_EQUAL(value, 4711);
	CU_ASSERT_FALSE(balloonsim_guest_get_stat(rig.guest, SIM_STAT_OOM_KILLS, &value));
	CU_ASSERT_FALSE(balloonsim_guest_get_stat(rig.guest, 256, &value));
	CU_ASSERT_FALSE(balloonsim_guest_get_stat(rig.guest, UINT32_MAX, &value));
	CU_ASSERT_EQUAL(value, 4711);
	rig_done(&rig);
}

static void test_options(void)
{
	static const char *const refused[] = {
		"nonsense",
		"=",
		"guest=",
		"guest=dos",
		"workload=busy",
		"seed=",
		"seed=-1",
		"seed=0x5",
		"seed=18446744073709551616",
		"latency=86400001",
		"boot=1s",
		"speed=1048577",
		"page-size=8192",
		"poison=yes",
		"fault=",
		"fault=never",
		"profile=7.2",
		"guest=linux,x=1",
		"guest",
		",guest=linux",
	};
	static const char *const taken[] = {
		"",
		"guest=windows",
		"guest=linux-6.1,workload=leaking,seed=18446744073709551615",
		"latency=0,boot=86400000,speed=0",
		"page-size=4096,poison=init-on-free",
		"fault=loop@1s+bad-head%5,fault=crashes@9m",
		"fault=none",
	};
	const struct sim_board_options board = rig_get_options("11.1");
	struct rig rig;

	rig_make(&rig, &board);
	CU_ASSERT_STRING_EQUAL(balloonsim_guest_get_error(rig.guest), "");
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest, refused[i]), -EINVAL);
		CU_ASSERT(strlen(balloonsim_guest_get_error(rig.guest)) > 10);
	}
	for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
		CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest, taken[i]), 0);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "dance"), -EINVAL);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "fault=dance"), -EINVAL);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "fault=never-answers"), 0);
	for (int i = 0; i < SIM_GUEST_ORDERS_MAX; i++)
		CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "load"), 0);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "load"), -EBUSY);
	rig_done(&rig);
	CU_ASSERT(sizeof(struct balloonsim_guest) < 2048);
}

/* The same seed gives the same life, whatever happens in it. */
static void test_repeatable(void)
{
	const char *options = "seed=5,workload=reclaim,fault=never-answers%10+no-kick%10+reboots%5";
	struct rig rigs[2];

	for (int i = 0; i < 2; i++) {
		rig_start(&rigs[i], "11.1", options);
		set_target_mib(&rigs[i], 200);
		poll_for_ms(&rigs[i], 100000);
	}
	CU_ASSERT_EQUAL(rigs[0].board.balloon.n_samples, rigs[1].board.balloon.n_samples);
	CU_ASSERT_EQUAL(rigs[0].n_runs, rigs[1].n_runs);
	CU_ASSERT_EQUAL(memcmp(rigs[0].board.balloon.stats, rigs[1].board.balloon.stats,
			       sizeof(rigs[0].board.balloon.stats)),
			0);
	for (int i = 0; i < 2; i++)
		rig_done(&rigs[i]);
}

static CU_TestInfo tests[] = {
	{ "Linux sends its tags at once and answers each request", test_linux },
	{ "features are those that the drivers accept", test_features },
	{ "an old Linux sends leftovers first", test_old_linux },
	{ "Windows sends nothing first, and nothing ever without its service", test_windows },
	{ "booting and answering take the time they are given", test_latency },
	{ "an idle guest is never run", test_idle },
	{ "the balloon moves in steps of 1 MiB and tells each", test_inflation },
	{ "pages in the balloon are lost, others are not", test_pages },
	{ "a guest with large pages rounds up", test_page_size },
	{ "a guest out of puff tries again, five times a second", test_puff },
	{ "deflate-on-oom gives back before anything is killed", test_deflate_on_oom },
	{ "unloading empties the balloon, loading fills it again", test_unload },
	{ "waking up writes actual, loading does not", test_suspend },
	{ "a reboot begins anew, a crash is the end but for a reset", test_reboot_and_crash },
	{ "free pages are reported and hinted", test_reporting },
	{ "each garbage ring breaks the device with QEMU's words", test_broken_rings },
	{ "each garbage set-up breaks the device where it should", test_broken_set_up },
	{ "each fault of answering shows in requests and samples", test_answers },
	{ "odd shapes of buffers are read the same", test_shapes },
	{ "poor buffers leave values absent", test_poor_buffers },
	{ "wrong values arrive as they are", test_values },
	{ "each fault of the balloon shows in its size", test_balloon_faults },
	{ "requests without end take time", test_storm },
	{ "forty samples in one moment are no storm", test_hurry },
	{ "no fault hangs or harms on any device", test_every_fault },
	{ "a statistic can be set from outside", test_set_stat },
	{ "options and orders are taken or refused with a sentence", test_options },
	{ "the same seed gives the same life", test_repeatable },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-guest", tests, argc, argv);
}
