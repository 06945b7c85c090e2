/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The object tree: paths, what is found there, and which properties a balloon shows. */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sim/qmp/qom.h"
#include "suite.h"

static void make(struct sim_board *board, const char *profile, enum sim_bus bus, const char *id)
{
	const struct sim_board_options options = {
		.profile = sim_profile_find(profile),
		.id = id,
		.bus = bus,
		.ram_bytes = 32 << 20,
		.is_stepped = true,
		.balloon = { .page_poison = true, .packed = true },
	};

	CU_ASSERT_EQUAL_FATAL(sim_board_init(board, &options), 0);
}

static enum sim_resolution resolve(const struct sim_board *board, const char *path,
				   struct sim_place *ret)
{
	uint32_t steps = SIM_QOM_STEPS_MAX;

	return sim_qom_resolve(board, path, &steps, ret);
}

/* The path leads to the object with that canonical path; NULL: to none. */
static void assert_path(const struct sim_board *board, const char *path, const char *expected)
{
	struct sim_place place;
	struct buf buf = { 0 };
	char *text;

	if (resolve(board, path, &place) != SIM_PATH_FOUND) {
		CU_ASSERT_PTR_NULL(expected);
		return;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
	sim_qom_append_path(&buf, board, &place);
	text = buf_steal(&buf);
	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
}

static void assert_value(const struct sim_board *board, const char *path, const char *name,
			 const char *type, const char *expected)
{
	struct sim_property property;
	struct sim_place place;
	struct buf value = { 0 };
	char *text;

	CU_ASSERT_EQUAL_FATAL(resolve(board, path, &place), SIM_PATH_FOUND);
	CU_ASSERT_FATAL(sim_qom_find(board, &place, name, &property));
	CU_ASSERT(sim_qom_append_value(&value, board, &place, &property));
	text = buf_steal(&value);
	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
	sim_qom_append_property_type(&value, board, &property);
	text = buf_steal(&value);
	CU_ASSERT_STRING_EQUAL(text, type);
	free(text);
}

static void test_pci_paths(void)
{
	static const char path[] = "/machine/peripheral/vm-7_b",
			  backend[] = "/machine/peripheral/vm-7_b/virtio-backend";
	struct sim_board board;

	make(&board, "11.1", SIM_BUS_PCI, "vm-7_b");
	assert_path(&board, path, path);
	assert_path(&board, "//machine///peripheral/vm-7_b/", path);
	assert_path(&board, "vm-7_b", path);
	assert_path(&board, "peripheral/vm-7_b", path);
	assert_path(&board, "machine/peripheral/vm-7_b", path);
	assert_path(&board, "virtio-backend", backend);
	assert_path(&board, "vm-7_b/virtio-bus/child[0]", backend);
	assert_path(&board, "/", "/");
	assert_path(&board, "/machine/unattached/sysbus", "/machine/unattached/sysbus");
	assert_path(&board, "/peripheral/vm-7_b", NULL);
	assert_path(&board, "/machine/peripheral/vm-7_", NULL);
	assert_path(&board, "/machine/peripheral/vm-7_b/guest-stats", NULL);
	assert_path(&board, "/machine/peripheral/@", NULL);
	assert_path(&board, "@", NULL);
	assert_path(&board, "~", NULL);
	assert_value(&board, "/machine/peripheral", "vm-7_b", "child<virtio-balloon-pci>",
		     "\"/machine/peripheral/vm-7_b\"");
	assert_value(&board, path, "virtio-backend", "child<virtio-balloon-device>",
		     "\"/machine/peripheral/vm-7_b/virtio-backend\"");
	sim_board_done(&board);
}

static void test_anonymous(void)
{
	static const char path[] = "/machine/peripheral-anon/device[0]";
	struct sim_place place;
	struct sim_board board;

	make(&board, "7.2", SIM_BUS_MMIO, NULL);
	assert_path(&board, path, path);
	assert_path(&board, "peripheral-anon/device[0]", path);
	/* There is another one in /machine/unattached. */
	CU_ASSERT_EQUAL(resolve(&board, "device[0]", &place), SIM_PATH_AMBIGUOUS);
	CU_ASSERT_EQUAL(resolve(&board, "", &place), SIM_PATH_AMBIGUOUS);
	assert_path(&board, "virtio-backend", NULL);
	assert_value(&board, "/machine/peripheral-anon", "device[0]",
		     "child<virtio-balloon-device>", "\"/machine/peripheral-anon/device[0]\"");
	sim_board_done(&board);
}

static void test_none(void)
{
	struct sim_property property;
	struct sim_place place;
	struct sim_board board;

	make(&board, "10.0", SIM_BUS_NONE, NULL);
	assert_path(&board, "/machine/peripheral-anon/device[0]", NULL);
	assert_path(&board, "b0", NULL);
	CU_ASSERT_EQUAL(resolve(&board, "/machine/peripheral-anon", &place), SIM_PATH_FOUND);
	CU_ASSERT(sim_qom_find(&board, &place, "type", &property));
	CU_ASSERT_FALSE(sim_qom_find(&board, &place, "device[0]", &property));
	CU_ASSERT_FALSE(sim_qom_get_balloon(&board, &place));
	sim_board_done(&board);
}

/* Every version and every kind of device: the two properties are found by name and type. */
static void test_discovery(void)
{
	static const char *const profiles[] = { "7.2", "10.0", "11.1" };

	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		for (int bus = SIM_BUS_MMIO; bus <= SIM_BUS_PCI_NON_TRANSITIONAL; bus++) {
			const char *type = sim_qom_get_bus_type((enum sim_bus)bus);
			struct buf quoted = { 0 }, child = { 0 };
			struct sim_board board;

			make(&board, profiles[i], (enum sim_bus)bus, "b0");
			buf_append_string(&quoted, "\"");
			buf_append_string(&quoted, type);
			buf_append(&quoted, "\"", 2);
			buf_append_string(&child, "child<");
			buf_append_string(&child, type);
			buf_append(&child, ">", 2);
			assert_value(&board, "b0", "type", "string", quoted.data);
			assert_value(&board, "/machine/peripheral", "b0", child.data,
				     "\"/machine/peripheral/b0\"");
			assert_value(&board, "b0", "guest-stats-polling-interval", "int", "0");
			assert_value(&board, "b0", "packed", "bool", "true");
			assert_value(&board, "b0", "deflate-on-oom", "bool", "false");
			buf_done(&quoted);
			buf_done(&child);
			sim_board_done(&board);
		}
}

static void test_live_values(void)
{
	struct sim_property property;
	struct sim_place place;
	struct sim_board board;

	make(&board, "7.2", SIM_BUS_PCI, "b0");
	sim_balloon_set_interval(&board.balloon, 7);
	board.balloon.stats[SIM_STAT_FREE_MEMORY] = 4096;
	board.balloon.stats[SIM_STAT_SWAP_IN] = 100;
	board.balloon.stats[SIM_STAT_SWAP_OUT] = 0;
	board.balloon.stats[SIM_STAT_DISK_CACHES] = 99;
	board.balloon.last_update_s = 1795312357;
	assert_value(&board, "b0", "guest-stats-polling-interval", "int", "7");
	assert_value(&board, "virtio-backend", "guest-stats-polling-interval", "int", "7");
	assert_value(&board, "b0", "guest-stats", "guest statistics",
		     "{\"stats\": {\"stat-htlb-pgalloc\": 18446744073709551615, "
		     "\"stat-swap-out\": 0, "
		     "\"stat-available-memory\": 18446744073709551615, "
		     "\"stat-htlb-pgfail\": 18446744073709551615, "
		     "\"stat-free-memory\": 4096, "
		     "\"stat-minor-faults\": 18446744073709551615, "
		     "\"stat-major-faults\": 18446744073709551615, "
		     "\"stat-total-memory\": 18446744073709551615, "
		     "\"stat-swap-in\": 100, "
		     "\"stat-disk-caches\": 99}, "
		     "\"last-update\": 1795312357}");
	assert_value(&board, "/machine", "memory", "MemorySizeConfiguration",
		     "{\"size\": 33554432}");
	CU_ASSERT_EQUAL(resolve(&board, "b0", &place), SIM_PATH_FOUND);
	CU_ASSERT_FALSE(sim_qom_find(&board, &place, "guest-stat", &property));
	CU_ASSERT_FALSE(sim_qom_find(&board, &place, "", &property));
	sim_board_done(&board);
}

/* A path of many steps ends, and so does one that goes round in circles. */
static void test_long_path(void)
{
	struct sim_board board;
	struct buf path = { 0 };

	make(&board, "11.1", SIM_BUS_PCI, "b0");
	buf_append_string(&path, "b0");
	for (unsigned int i = 0; i < 1000; i++)
		buf_append_string(&path, "/virtio-bus/child[0]/parent_bus/child[0]/../../b0");
	buf_append(&path, "", 1);
	assert_path(&board, path.data, NULL);
	path.len = 2;
	buf_append_string(&path, "/virtio-bus");
	for (unsigned int i = 0; i < 1000; i++)
		buf_append_string(&path, "/child[0]/parent_bus");
	buf_append(&path, "", 1);
	assert_path(&board, path.data, "/machine/peripheral/b0/virtio-bus");
	buf_done(&path);
	sim_board_done(&board);
}

/* All paths of a command share the steps. */
static void test_steps(void)
{
	static const char circle[] = "/machine/peripheral/b0/virtio-bus/child[0]/parent_bus",
			  nowhere[] = "/machine/peripheral/b1";
	uint32_t steps = 6, before;
	struct sim_place place;
	struct sim_board board;

	make(&board, "11.1", SIM_BUS_PCI, "b0");
	CU_ASSERT_EQUAL(sim_qom_resolve(&board, circle, &steps, &place), SIM_PATH_FOUND);
	CU_ASSERT_EQUAL(steps, 0);
	steps = 5;
	CU_ASSERT_EQUAL(sim_qom_resolve(&board, circle, &steps, &place), SIM_PATH_ENDLESS);
	steps = 4;
	CU_ASSERT_EQUAL(sim_qom_resolve(&board, nowhere, &steps, &place), SIM_PATH_UNKNOWN);
	CU_ASSERT_EQUAL(steps, 1);
	/* A partial path begins everywhere. */
	before = steps = 1000;
	CU_ASSERT_EQUAL(sim_qom_resolve(&board, "nowhere", &steps, &place), SIM_PATH_UNKNOWN);
	CU_ASSERT(before - steps > 20);
	steps = (before - steps) / 2;
	CU_ASSERT_EQUAL(sim_qom_resolve(&board, "nowhere", &steps, &place), SIM_PATH_ENDLESS);
	sim_board_done(&board);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "paths lead to a balloon on PCI", test_pci_paths },
		{ "and to one without a name", test_anonymous },
		{ "or to none", test_none },
		{ "every kind of balloon is found", test_discovery },
		{ "the balloon's properties are alive", test_live_values },
		{ "a path may be long", test_long_path },
		{ "the paths of a command share its steps", test_steps },
		CU_TEST_INFO_NULL,
	};

	return suite_run("sim-qom", tests, argc, argv);
}
