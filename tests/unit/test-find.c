/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the balloon: every kind of it, none, one that went away, and lists that are none. */
#include <errno.h>
#include <string.h>

#include "balloonctl.h"
#include "base/util.h"
#include "peer.h"
#include "suite.h"

static const char *class_of(const struct balloonctl_monitor *monitor)
{
	return balloonctl_error_get_class(balloonctl_monitor_get_error(monitor));
}

#define LIST(name, type)                                                              \
	"\"return\": [{\"name\": \"type\", \"type\": \"string\"}, {\"name\": \"" name \
	"\", \"type\": \"" type "\", \"description\": \"\"}]"
#define PERIPHERAL "\"/machine/peripheral\""
#define ANON       "\"/machine/peripheral-anon\""

static void test_kinds_of_balloon(void)
{
	static const struct {
		const char *container, *members, *device, *type;
	} rows[] = {
		{ PERIPHERAL, LIST("b0", "child<virtio-balloon-pci>"), "/machine/peripheral/b0",
		  "virtio-balloon-pci" },
		{ PERIPHERAL, LIST("b0", "child<virtio-balloon-pci-transitional>"),
		  "/machine/peripheral/b0", "virtio-balloon-pci-transitional" },
		{ PERIPHERAL, LIST("b0", "child<virtio-balloon-pci-non-transitional>"),
		  "/machine/peripheral/b0", "virtio-balloon-pci-non-transitional" },
		{ PERIPHERAL, LIST("b0", "child<virtio-balloon-ccw>"), "/machine/peripheral/b0",
		  "virtio-balloon-ccw" },
		{ PERIPHERAL, LIST("any \\\"id\\\"", "child<virtio-balloon-device>"),
		  "/machine/peripheral/any \"id\"", "virtio-balloon-device" },
		{ ANON, LIST("device[3]", "child<virtio-balloon-pci>"),
		  "/machine/peripheral-anon/device[3]", "virtio-balloon-pci" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct answer answers[] = {
			{ rows[i].container, rows[i].members },
			{ PERIPHERAL, "\"return\": []" },
			{ ANON, "\"return\": []" },
			{ "query-name", "\"return\": {}" },
			{ "capabilities", "\"return\": {}" },
			{ "guest-stats-polling-interval", "\"return\": 3" },
			{ NULL, NULL },
		};
		struct balloonctl_monitor *monitor;
		struct peer peer;
		uint32_t seconds = 0;

		peer_open(&peer, answers);
		monitor = peer_connect(&peer);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
		CU_ASSERT_EQUAL(seconds, 3);
		CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), rows[i].device);
		CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device_type(monitor), rows[i].type);
		balloonctl_monitor_free(monitor);
		peer_close(&peer);
	}
}

static void test_containers_that_qemu_has_not_made(void)
{
	static const char refusal[] = "\"error\": {\"class\": \"DeviceNotFound\", \"desc\": "
				      "\"Device '/machine/peripheral-anon' not found\"}";
	struct balloonctl_monitor *monitor;
	struct peer peer;
	uint32_t seconds = 0;

	peer_open(&peer, peer_instead("peripheral-anon", refusal));
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 2);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* Refused for any other reason it does not mean that there is no balloon. */
static void test_list_refused(void)
{
	static const char refusal[] = "\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}";
	static const char *const containers[] = { PERIPHERAL, ANON };

	for (size_t i = 0; i < ARRAY_SIZE(containers); i++) {
		const struct answer answers[] = {
			{ containers[i], refusal },
			{ "qom-list", "\"return\": []" },
			{ "", "\"return\": {}" },
		};
		struct balloonctl_monitor *monitor;
		uint32_t seconds;
		struct peer peer;

		peer_open(&peer, answers);
		monitor = peer_connect(&peer);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds),
				-EREMOTEIO);
		CU_ASSERT_STRING_EQUAL(class_of(monitor), "GenericError");
		peer_assert_sentence(&peer, monitor, "qom-list: no (GenericError)");
		balloonctl_monitor_free(monitor);
		peer_close(&peer);
	}
}

static void test_no_balloon(void)
{
	static const struct answer answers[] = {
		{ PERIPHERAL, LIST("virtio-balloon", "child<virtio-blk-pci>") },
		{ ANON, "\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"x\"}" },
		{ "query-name", "\"return\": {}" },
		{ "capabilities", "\"return\": {}" },
		{ "query-balloon", "\"error\": {\"class\": \"DeviceNotActive\", \"desc\": "
				   "\"No balloon device has been activated\"}" },
		{ NULL, NULL },
	};
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int64_t actual = 77;

	peer_open(&peer, answers);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENODEV);
	CU_ASSERT_PTR_NULL(stats);
	peer_assert_sentence(
		&peer, monitor,
		"this VM has no virtio-balloon device; add '-device virtio-balloon' to "
		"QEMU's command line");
	CU_ASSERT_PTR_NULL(class_of(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -ENODEV);
	CU_ASSERT_EQUAL(actual, 77);
	CU_ASSERT_STRING_EQUAL(class_of(monitor), "DeviceNotActive");
	peer_assert_sentence(
		&peer, monitor,
		"query-balloon: No balloon device has been activated (DeviceNotActive)");
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_balloon_that_went_away(void)
{
	static const char gone[] = "\"error\": {\"class\": \"DeviceNotFound\", \"desc\": "
				   "\"Device '/machine/peripheral/balloon0' not found\"}";
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	balloonctl_stats_free(stats);
	stats = NULL;
	peer.answers = peer_instead("balloon0", gone);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENODEV);
	CU_ASSERT_STRING_EQUAL(class_of(monitor), "DeviceNotFound");
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(monitor));
	/* The next call finds the one that was plugged in its place. */
	peer.answers = peer_instead(PERIPHERAL, LIST("b1", "child<virtio-balloon-pci>"));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), "/machine/peripheral/b1");
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* One call learns that the balloon has gone while another one waits for its answers. */
static void test_balloon_that_went_away_between_answers(void)
{
	static const char gone[] = "\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"x\"}";
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done;
	const struct balloonctl_info *info;
	struct peer peer;
	uint32_t seconds;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	peer.answers = peer_instead("qom-set", gone);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_polling_interval(monitor, 1, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
	peer_settle(monitor);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), -ENODEV);
	balloonctl_completion_free(done);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(monitor));
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	info = balloonctl_completion_get_info(done);
	CU_ASSERT_PTR_NOT_NULL_FATAL(info);
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device(info), "/machine/peripheral/balloon0");
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device_type(info), "virtio-balloon-pci");
	balloonctl_completion_free(done);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_device_by_hand_that_went_away(void)
{
	static const char gone[] = "\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"x\"}";
	struct balloonctl_monitor *monitor;
	struct peer peer;
	uint32_t seconds = 77;

	peer_open(&peer, peer_instead("/machine/mine", gone));
	monitor = peer_connect(&peer);
	balloonctl_monitor_set_device(monitor, "/machine/mine");
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds),
				-ENODEV);
		peer_assert_sentence(&peer, monitor,
				     "qom-get: x (DeviceNotFound); is /machine/mine "
				     "the path of a balloon?");
		CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), "/machine/mine");
	}
	CU_ASSERT_PTR_NULL(strstr(peer_take_heard(&peer), "qom-list"));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_lists_that_qemu_does_not_give(void)
{
	static const char *const rows[] = {
		"\"return\": {}",
		"\"return\": null",
		"\"return\": [1]",
		"\"return\": [{\"name\": \"x\"}]",
		"\"return\": [{\"name\": 1, \"type\": \"child<virtio-balloon-pci>\"}]",
		LIST("b0", "child<virtio-balloon-pci"),
		LIST("b0", "child<virtio-balloon"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_monitor *monitor;
		uint32_t seconds = 77;
		struct peer peer;

		peer_open(&peer, peer_instead(PERIPHERAL, rows[i]));
		monitor = peer_connect(&peer);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds),
				-EPROTO);
		CU_ASSERT_EQUAL(seconds, 77);
		peer_assert_sentence(&peer, monitor, "qom-list: the answer is not what QEMU gives");
		/* The conversation is sound: it goes on. */
		peer.answers = peer_balloon;
		CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
		balloonctl_monitor_free(monitor);
		peer_close(&peer);
	}
}

/* What becomes of a list with this text in it, so many bytes of x in its middle. */
static int find_long(const char *start, size_t bytes, const char *end)
{
	char members[2000];
	struct balloonctl_monitor *monitor;
	struct peer peer;
	uint32_t seconds;
	int r;

	memset(members, 'x', sizeof(members));
	memcpy(members, start, strlen(start));
	strcpy(members + strlen(start) + bytes, end);
	peer_open(&peer, peer_instead(PERIPHERAL, members));
	monitor = peer_connect(&peer);
	r = balloonctl_monitor_get_polling_interval(monitor, &seconds);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_device(monitor) == NULL, r < 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
	return r;
}

static void test_names_without_an_end(void)
{
	static const struct {
		const char *start, *end;
	} rows[] = {
		{ "\"return\": [{\"name\": \"", "\", \"type\": \"child<virtio-balloon-pci>\"}]" },
		{ "\"return\": [{\"name\": \"b\", \"type\": \"child<virtio-balloon-", ">\"}]" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CU_ASSERT_EQUAL(find_long(rows[i].start, 900, rows[i].end), 0);
		CU_ASSERT_EQUAL(find_long(rows[i].start, 1001, rows[i].end), -EPROTO);
	}
}

static CU_TestInfo tests[] = {
	{ "every kind of balloon is found", test_kinds_of_balloon },
	{ "a container that QEMU has not made is no failure",
	  test_containers_that_qemu_has_not_made },
	{ "a list that is refused for another reason is one", test_list_refused },
	{ "a VM without a balloon is told what to add", test_no_balloon },
	{ "a balloon that went away is looked for again", test_balloon_that_went_away },
	{ "a balloon that went away leaves answers whole",
	  test_balloon_that_went_away_between_answers },
	{ "a device set by hand that went away is not", test_device_by_hand_that_went_away },
	{ "lists of another shape are refused", test_lists_that_qemu_does_not_give },
	{ "names without an end are refused", test_names_without_an_end },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("find", tests, argc, argv);
}
