/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The driver's side of registers and rings, on our own device; that QEMU's device agrees with ours
 * is proved by tests/conformance. And a device that answers nonsense, which must not hurt.
 */
#include "sim/guest/driver.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "rig.h"
#include "sim/guest/random.h"
#include "suite.h"

#define EVERYTHING UINT64_MAX
#define DEFAULTS \
	(SIM_FEATURE(SIM_F_STATS_VQ) | SIM_FEATURE(SIM_F_EVENT_IDX) | SIM_FEATURE(SIM_F_VERSION_1))

static void add_queues(struct sim_driver *driver, const struct sim_driver_twist *twist,
		       uint64_t *stats_gpa)
{
	uint64_t gpa;

	CU_ASSERT_EQUAL(sim_driver_add_queue(driver, SIM_QUEUE_INFLATE, 0, 16, NULL, &gpa), 0);
	CU_ASSERT_EQUAL(sim_driver_add_queue(driver, SIM_QUEUE_DEFLATE, 1, 0, NULL, &gpa), 0);
	CU_ASSERT_EQUAL(sim_driver_add_queue(driver, SIM_QUEUE_STATS, 2, 160, twist, stats_gpa), 0);
}

/* One entry: tag 4 with this value. */
static void send(struct rig *rig, struct sim_driver *driver, uint64_t gpa, uint64_t value)
{
	unsigned char bytes[10] = { 4 };

	value = htole64(value);
	memcpy(bytes + 2, &value, sizeof(value));
	window_store(&rig->window, gpa, bytes, sizeof(bytes));
	sim_driver_put_plain(driver, SIM_QUEUE_STATS, gpa, sizeof(bytes));
	sim_driver_kick(driver, SIM_QUEUE_STATS);
	sim_board_run(&rig->board);
}

/* Buffers go round several times, past the end of the ring and of its index. */
static void round_and_round(const struct sim_board_options *options, uint64_t wanted)
{
	struct sim_driver driver;
	struct rig rig;
	uint64_t gpa;

	rig_make(&rig, options);
	sim_driver_init(&driver, &rig.window, options->ram_bytes);
	CU_ASSERT_EQUAL_FATAL(sim_driver_negotiate(&driver, wanted, false), 0);
	add_queues(&driver, NULL, &gpa);
	sim_driver_start(&driver);
	CU_ASSERT_EQUAL(rig.board.balloon.device.rules.features, driver.features);
	sim_balloon_set_interval(&rig.board.balloon, 1);
	for (uint64_t i = 0; i < 70000; i++) {
		send(&rig, &driver, gpa, i);
		if (rig.board.balloon.stats[4] != i)
			CU_FAIL_FATAL("the device got something else");
		if (i != 0 && sim_driver_take(&driver, SIM_QUEUE_STATS))
			CU_FAIL_FATAL("a buffer was there that wasn't asked for");
		sim_driver_take_interrupts(&driver);
		sim_board_step(&rig.board, SIM_NS_PER_S);
		sim_board_run(&rig.board);
		if (!rig.board.balloon.device.line)
			CU_FAIL_FATAL("no interrupt");
		if (sim_driver_take_interrupts(&driver) != SIM_INTERRUPT_USED ||
		    !sim_driver_take(&driver, SIM_QUEUE_STATS))
			CU_FAIL_FATAL("the buffer isn't back");
	}
	rig_done(&rig);
}

static void test_split(void)
{
	struct sim_board_options options = rig_get_options("11.1");

	round_and_round(&options, DEFAULTS);
	round_and_round(&options, EVERYTHING);
	options.balloon.event_idx = false;
	round_and_round(&options, DEFAULTS);
}

static void test_legacy(void)
{
	struct sim_board_options options = rig_get_options("7.2");

	options.is_legacy = true;
	round_and_round(&options, DEFAULTS);
}

static void test_packed(void)
{
	struct sim_board_options options = rig_get_options("11.1");

	options.balloon.packed = true;
	round_and_round(&options, DEFAULTS | SIM_FEATURE(SIM_F_PACKED));
}

static void test_sizes(void)
{
	static const struct {
		const char *profile;
		uint16_t size;
	} rows[] = { { "7.2", 1024 }, { "10.0", 1024 }, { "11.1", 128 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sim_board_options options = rig_get_options(rows[i].profile);
		struct sim_driver driver;
		struct rig rig;
		uint64_t gpa;

		rig_make(&rig, &options);
		sim_driver_init(&driver, &rig.window, options.ram_bytes);
		CU_ASSERT_EQUAL(sim_driver_negotiate(&driver, DEFAULTS, false), 0);
		add_queues(&driver, NULL, &gpa);
		CU_ASSERT_EQUAL(driver.queues[SIM_QUEUE_STATS].size, rows[i].size);
		CU_ASSERT_EQUAL(rig.board.balloon.device.queues[2].size, rows[i].size);
		CU_ASSERT_EQUAL(sim_driver_add_queue(&driver, SIM_QUEUE_HINT, 3, 0, NULL, &gpa),
				-ENOENT);
		rig_done(&rig);
	}
}

/* Which bytes of guest memory a driver with three queues takes. */
static void test_compact(void)
{
	const struct sim_board_options options = rig_get_options("11.1");
	struct sim_driver driver;
	struct rig rig;
	uint64_t gpa;

	rig_make(&rig, &options);
	sim_driver_init(&driver, &rig.window, options.ram_bytes);
	CU_ASSERT_EQUAL(sim_driver_negotiate(&driver, DEFAULTS, false), 0);
	add_queues(&driver, NULL, &gpa);
	sim_driver_start(&driver);
	CU_ASSERT_EQUAL(sim_memory_get_resident(&rig.board.memory), 0);
	for (unsigned int i = 1; i < 1000; i++)
		send(&rig, &driver, gpa, i);
	CU_ASSERT(sim_memory_get_resident(&rig.board.memory) < 2500);
	rig_done(&rig);
}

static void test_small_ram(void)
{
	struct sim_board_options options = rig_get_options("7.2");

	for (uint64_t ram = 0; ram < 200 << 10; ram += 1 << 10) {
		struct sim_driver driver;
		struct rig rig;
		uint64_t gpa = 0;

		options.ram_bytes = ram;
		rig_make(&rig, &options);
		sim_driver_init(&driver, &rig.window, ram);
		CU_ASSERT_EQUAL(sim_driver_negotiate(&driver, DEFAULTS, false), 0);
		for (unsigned int i = 0; i < 3; i++) {
			int ret = sim_driver_add_queue(&driver, (enum sim_queue_role)i, i, 16, NULL,
						       &gpa);

			CU_ASSERT(ret == 0 || ret == -ENOMEM);
			CU_ASSERT(driver.next <= ram || ret == -ENOMEM);
		}
		CU_ASSERT_FALSE(rig.board.balloon.device.is_broken);
		rig_done(&rig);
	}
}

/* ------------------------------------------------------------------------------------------------
 * A window behind which nothing makes sense
 */

struct nonsense {
	uint64_t random;
	bool is_device; /* the first registers are those of a balloon */
	uint64_t top;   /* of memory written */
};

static uint32_t read_nonsense(void *context, uint32_t offset, unsigned int width)
{
	struct nonsense *nonsense = context;

	if (nonsense->is_device && offset == SIM_MMIO_MAGIC)
		return SIM_MMIO_MAGIC_VALUE;
	if (nonsense->is_device && offset == SIM_MMIO_VERSION)
		return 1 + nonsense->random % 2;
	if (nonsense->is_device && offset == SIM_MMIO_DEVICE_ID)
		return SIM_DEVICE_ID;
	return (uint32_t)sim_random_next(&nonsense->random);
}

static void write_nothing(void *context, uint32_t offset, unsigned int width, uint32_t value)
{
}

static void read_nonsense_memory(void *context, uint64_t gpa, void *to, size_t len)
{
	struct nonsense *nonsense = context;
	unsigned char *at = to;

	for (size_t i = 0; i < len; i++)
		at[i] = (unsigned char)sim_random_next(&nonsense->random);
}

static void note_memory(void *context, uint64_t gpa, const void *from, size_t len)
{
	struct nonsense *nonsense = context;

	nonsense->top = MAX(nonsense->top, gpa + len);
}

static void run_on_nonsense(uint64_t seed, uint64_t ram, const char *options)
{
	struct nonsense nonsense = { .random = seed, .is_device = seed % 8 != 0 };
	const struct balloonsim_window window = {
		.context = &nonsense,
		.read_register = read_nonsense,
		.write_register = write_nothing,
		.read_memory = read_nonsense_memory,
		.write_memory = note_memory,
	};
	struct balloonsim_guest *guest = balloonsim_guest_new(&window, ram);
	int64_t now_ns = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(guest);
	CU_ASSERT_EQUAL(balloonsim_guest_configure(guest, options), 0);
	for (unsigned int i = 0; i < 100; i++) {
		int64_t next_ns = balloonsim_guest_run(guest, now_ns);

		now_ns = i % 3 == 0 ? MIN(next_ns, now_ns + SIM_NS_PER_S) : now_ns + 1000000;
		if (i % 20 == 10)
			balloonsim_guest_do(guest, "unload");
		if (i % 20 == 15)
			balloonsim_guest_do(guest, "load");
	}
	balloonsim_guest_free(guest);
	CU_ASSERT(nonsense.top <= ram);
}

static void test_nonsense(void)
{
	for (uint64_t seed = 0; seed < 300; seed++) {
		run_on_nonsense(seed, RIG_RAM, "guest=linux");
		run_on_nonsense(seed, 100000, "guest=windows");
		run_on_nonsense(seed, UINT64_MAX, "guest=linux-6.1,workload=leaking");
		run_on_nonsense(seed, RIG_RAM, "fault=loop%20+huge-buffer%20+too-many-pieces%20");
	}
}

static CU_TestInfo tests[] = {
	{ "buffers go round in split rings", test_split },
	{ "buffers go round in legacy rings", test_legacy },
	{ "buffers go round in packed rings", test_packed },
	{ "rings are as large as the device allows", test_sizes },
	{ "a driver with three queues touches 2 KiB of memory", test_compact },
	{ "a guest with too little memory gives up", test_small_ram },
	{ "a device that answers nonsense does no harm", test_nonsense },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-driver", tests, argc, argv);
}
