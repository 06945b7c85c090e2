/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The device: it is found however it is plugged and whatever its rings are like, and where there is
 * none, or not there, the user is told so.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pair.h"

static const char *const profiles[] = { "7.2", "10.0", "11.1" };

static const struct plug {
	const char *device, *type;
} plugs[] = {
	{ "pci", "virtio-balloon-pci" },
	{ "pci-transitional", "virtio-balloon-pci-transitional" },
	{ "pci-non-transitional", "virtio-balloon-pci-non-transitional" },
	{ "mmio", "virtio-balloon-device" },
	{ "none", NULL },
};

static void test_table_is_complete(void)
{
	const char *at = pair_get_option_values("device");
	unsigned int n = 0;
	char word[64];

	for (; pair_next_value(&at, word, sizeof(word)); n++)
		CU_ASSERT(n < ARRAY_SIZE(plugs) && expect_equal(word, plugs[n].device));
	CU_ASSERT_EQUAL(n, ARRAY_SIZE(plugs));
}

static void check_plug(const char *profile, const struct plug *plug, const char *id)
{
	char options[200], path[200];
	struct balloonctl_info *info;
	struct pair pair;

	snprintf(options, sizeof(options), "profile=%s,device=%s,id=%s", profile, plug->device, id);
	snprintf(path, sizeof(path), "/machine/%s/%s",
		 id[0] == '\0' ? "peripheral-anon" : "peripheral",
		 id[0] == '\0' ? "device[0]" : id);
	pair_start(&pair, options);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(pair.monitor));
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 1), 0);
	CU_ASSERT(expect_equal(balloonctl_monitor_get_device(pair.monitor), path));
	CU_ASSERT(expect_equal(balloonctl_monitor_get_device_type(pair.monitor), plug->type));
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 5);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_FREE_MEMORY),
			balloonsim_machine_get_stat(pair.machine, BALLOONCTL_STAT_FREE_MEMORY));
	pair_set_target_mib(&pair, 700);
	pair_advance_ms(&pair, 5000);
	info = pair_get_info(&pair);
	CU_ASSERT(expect_equal(balloonctl_info_get_device(info), path));
	CU_ASSERT(expect_equal(balloonctl_info_get_device_type(info), plug->type));
	CU_ASSERT_EQUAL(balloonctl_info_get_actual_bytes(info), 700 * MIB);
	balloonctl_info_free(info);
	/* A path given by hand is the same device. */
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(pair.monitor, path), 0);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 10);
	pair_end(&pair);
}

static void test_plugs(void)
{
	static const char *const ids[] = { "balloon0", "a-b.c_d", "" };

	for (size_t q = 0; q < ARRAY_SIZE(profiles); q++)
		for (size_t p = 0; p < ARRAY_SIZE(plugs); p++)
			for (size_t i = 0; i < ARRAY_SIZE(ids) && plugs[p].type != NULL; i++)
				check_plug(profiles[q], &plugs[p], ids[i]);
}

/* A call that fails, with its code, QEMU's class and the whole sentence. */
static void check_refusal(struct pair *pair, int started, int code, const char *class,
			  const char *sentence)
{
	struct balloonctl_completion *done = pair_complete(pair);
	const struct balloonctl_error *error;

	CU_ASSERT_EQUAL_FATAL(started, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	error = balloonctl_completion_get_error(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), code);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(error), code);
	CU_ASSERT(expect_equal(balloonctl_error_get_message(error), sentence));
	CU_ASSERT(class == NULL ? balloonctl_error_get_class(error) == NULL
				: expect_equal(balloonctl_error_get_class(error), class));
	CU_ASSERT(expect_equal(balloonctl_error_get_message(
				       balloonctl_monitor_get_error(pair->monitor)),
			       sentence));
	balloonctl_completion_free(done);
}

static void test_no_device(void)
{
	static const char none[] = "the VM: this VM has no virtio-balloon device; add '-device "
				   "virtio-balloon' to QEMU's command line";
	char options[100];
	struct pair pair;

	for (size_t q = 0; q < ARRAY_SIZE(profiles); q++) {
		snprintf(options, sizeof(options), "device=none,profile=%s", profiles[q]);
		pair_start(&pair, options);
		check_refusal(&pair, balloonctl_monitor_start_get_stats(pair.monitor, NULL),
			      -ENODEV, NULL, none);
		check_refusal(&pair, balloonctl_monitor_start_get_info(pair.monitor, NULL), -ENODEV,
			      NULL, none);
		check_refusal(&pair,
			      balloonctl_monitor_start_get_polling_interval(pair.monitor, NULL),
			      -ENODEV, NULL, none);
		check_refusal(&pair,
			      balloonctl_monitor_start_set_polling_interval(pair.monitor, 1, NULL),
			      -ENODEV, NULL, none);
		check_refusal(&pair, balloonctl_monitor_start_get_actual_bytes(pair.monitor, NULL),
			      -ENODEV, "DeviceNotActive",
			      "the VM: query-balloon: No balloon device has been activated "
			      "(DeviceNotActive)");
		check_refusal(&pair,
			      balloonctl_monitor_start_set_target_bytes(pair.monitor, 1, NULL),
			      -ENODEV, "DeviceNotActive",
			      "the VM: balloon: No balloon device has been activated "
			      "(DeviceNotActive)");
		pair_end(&pair);
	}
}

static void test_wrong_path(void)
{
	struct pair pair;

	pair_start(&pair, "");
	balloonctl_monitor_set_device(pair.monitor, "/machine/peripheral/balloon1");
	check_refusal(&pair, balloonctl_monitor_start_get_stats(pair.monitor, NULL), -ENODEV,
		      "DeviceNotFound",
		      "the VM: qom-get: Device '/machine/peripheral/balloon1' not found "
		      "(DeviceNotFound); is /machine/peripheral/balloon1 the path of a balloon?");
	balloonctl_monitor_set_device(pair.monitor, "/machine");
	check_refusal(
		&pair, balloonctl_monitor_start_set_polling_interval(pair.monitor, 1, NULL),
		-EREMOTEIO, "GenericError",
		"the VM: qom-get: Property 'pc-i440fx-11.1-machine.guest-stats-polling-interval' "
		"not found (GenericError); is /machine the path of a balloon?");
	balloonctl_monitor_set_device(pair.monitor, NULL);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 0);
	pair_end(&pair);
}

/* However the rings look, the client sees the same. */
static void test_transports(void)
{
	static const char *const rows[] = {
		"device=mmio,legacy=on",
		"packed=on",
		"packed=on,device=mmio,profile=7.2",
		"in_order=on",
		"event_idx=off",
		"indirect_desc=off",
		"page-poison=off,poison=on",
		"qemu-4-0-config-size=on,profile=10.0",
		"free-page-reporting=on,poison=init-on-free",
		"free-page-hint=on,iothread=t0",
		"deflate-on-oom=on",
		"ioeventfd=off",
		"ioeventfd=on,profile=7.2",
		"page-size=65536",
		"guest=windows,device=mmio,legacy=on",
		"speed=0",
		"clock=manual,seed=7",
	};
	struct pair pair;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		pair_start(&pair, rows[i]);
		pair_advance_ms(&pair, 2000);
		CU_ASSERT_EQUAL(pair_get_update(&pair), 1);
		pair_set_interval(&pair, 1);
		pair_set_target_mib(&pair, 512);
		pair_advance_ms(&pair, 8000);
		if (pair_get_update(&pair) != 10 || pair_get_actual_mib(&pair) != 512) {
			fprintf(stderr, "\n   with %s\n", rows[i]);
			CU_FAIL("not as everywhere");
		}
		CU_ASSERT(pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY) > 0);
		pair_end(&pair);
	}
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "every plug of the simulator is described here", test_table_is_complete },
		{ "the balloon is found however it is plugged, and works", test_plugs },
		{ "a VM without a balloon is told from one with a fault", test_no_device },
		{ "a path by hand that is no balloon's is named", test_wrong_path },
		{ "the rings make no difference to a client", test_transports },
		CU_TEST_INFO_NULL,
	};

	return suite_run("client-sim device", tests, argc, argv);
}
