/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The object tree as a client walks it: B1 to B26. */
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

#define GET(path, property) \
	"{'execute':'qom-get','arguments':{'path':'" path "','property':'" property "'}}"
#define SET(path, property, value)                                                  \
	"{'execute':'qom-set','arguments':{'path':'" path "','property':'" property \
	"','value':" value "}}"
#define LIST(path)   "{'execute':'qom-list','arguments':{'path':'" path "'}}"
#define INTERVAL     "guest-stats-polling-interval"
#define NO_DEVICE(p) "Device '" p "' not found"

static void b2_the_mmio_device_is_the_object_itself(struct rig *rig)
{
	expect_qmp(rig, GET("/machine/peripheral/b0", "type"),
		   "{\"return\": \"virtio-balloon-device\"}");
	expect_error(rig, GET("/machine/peripheral/b0/virtio-backend", "type"), "DeviceNotFound",
		     NO_DEVICE("/machine/peripheral/b0/virtio-backend"));
}

static void b2_the_pci_proxy_has_aliases(struct rig *rig)
{
	expect_qmp(rig, GET("/machine/peripheral/b0", "type"),
		   "{\"return\": \"virtio-balloon-pci\"}");
	expect_qmp(rig, GET("/machine/peripheral/b0/virtio-backend", "type"),
		   "{\"return\": \"virtio-balloon-device\"}");
	expect_qmp(rig, SET("/machine/peripheral/b0", INTERVAL, "7"), "{\"return\": {}}");
	expect_qmp(rig, GET("/machine/peripheral/b0/virtio-backend", INTERVAL), "{\"return\": 7}");
	expect_qmp(rig, SET("/machine/peripheral/b0/virtio-backend", INTERVAL, "9"),
		   "{\"return\": {}}");
	expect_qmp(rig, GET("/machine/peripheral/b0", INTERVAL), "{\"return\": 9}");
	observe_qmp(rig, GET("/machine/peripheral/b0", "guest-stats"));
	observe_qmp(rig, GET("/machine/peripheral/b0/virtio-backend", "guest-stats"));
}

static void b6_the_members_of_guest_stats_come_in_qemus_order(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, STATS, BUF, kit_entries(rig, BUF, 16, 1));
	observe_qmp(rig, GET("/machine/peripheral/b0", "guest-stats"));
}

static void b10_guest_stats_is_not_writable(struct rig *rig)
{
	expect_error(rig, SET("/machine/peripheral/b0", "guest-stats", "1"), "GenericError",
		     "Property 'virtio-balloon-device.guest-stats' is not writable");
	expect_error(rig, SET("/machine/peripheral/b0", "guest-stats", "{}"), "GenericError",
		     "Property 'virtio-balloon-device.guest-stats' is not writable");
}

static void b10_by_the_pci_path_too(struct rig *rig)
{
	expect_error(rig, SET("/machine/peripheral/b0", "guest-stats", "1"), "GenericError",
		     "Property 'virtio-balloon-device.guest-stats' is not writable");
}

static void unknown_properties(struct rig *rig)
{
	observe_qmp(rig, GET("/machine/peripheral/b0", "nope"));
	observe_qmp(rig, SET("/machine/peripheral/b0", "nope", "1"));
	observe_qmp(rig, GET("/machine/peripheral/b0", ""));
	observe_qmp(rig, GET("/machine/peripheral/b0", "guest-stats "));
	observe_qmp(rig, GET("/machine/peripheral/b0", "Guest-stats"));
	observe_qmp(rig, GET("/machine/peripheral/b0", "guest-stats.stats"));
	observe_qmp(rig, GET("/machine/peripheral/b0", "guest-stats/last-update"));
	observe_qmp(rig, SET("/machine/peripheral/b0", "stats-polling-interval", "0"));
	observe_qmp(rig, SET("/machine/peripheral/b0", "type", "'x'"));
	observe_qmp(rig, GET("/machine/peripheral", "nope"));
	observe_qmp(rig, SET("/machine/peripheral", "type", "5"));
}

static void b11_unknown_properties_of_the_mmio_device(struct rig *rig)
{
	unknown_properties(rig);
}

static void b11_unknown_properties_of_the_pci_device(struct rig *rig)
{
	unknown_properties(rig);
	observe_qmp(rig, GET("/machine/peripheral/b0/virtio-backend", "nope"));
}

static void b14_paths_that_are_accepted(struct rig *rig)
{
	expect_qmp(rig, GET("//machine//peripheral/b0/", INTERVAL), "{\"return\": 0}");
	expect_qmp(rig, GET("b0", INTERVAL), "{\"return\": 0}");
	expect_qmp(rig, GET("peripheral/b0", INTERVAL), "{\"return\": 0}");
	expect_qmp(rig, GET("machine/peripheral/b0", INTERVAL), "{\"return\": 0}");
	observe_qmp(rig, GET("/", "type"));
	observe_qmp(rig, GET("/machine/peripheral", "type"));
	observe_qmp(rig, GET("peripheral", "type"));
}

static void b14_a_backend_is_found_by_its_name(struct rig *rig)
{
	expect_qmp(rig, GET("virtio-backend", INTERVAL), "{\"return\": 0}");
	expect_qmp(rig, GET("b0/virtio-backend", INTERVAL), "{\"return\": 0}");
}

static void b15_paths_that_are_not_there(struct rig *rig)
{
	expect_error(rig, GET("", INTERVAL), "DeviceNotFound", NO_DEVICE(""));
	expect_error(rig, GET("~", INTERVAL), "DeviceNotFound", NO_DEVICE("~"));
	expect_error(rig, GET("/nope", INTERVAL), "DeviceNotFound", NO_DEVICE("/nope"));
	expect_error(rig, GET("/peripheral/b0", INTERVAL), "DeviceNotFound",
		     NO_DEVICE("/peripheral/b0"));
	expect_error(rig, GET("/machine/peripheral/b0/guest-stats", INTERVAL), "DeviceNotFound",
		     NO_DEVICE("/machine/peripheral/b0/guest-stats"));
	expect_error(rig, SET("/nope", INTERVAL, "1"), "DeviceNotFound", NO_DEVICE("/nope"));
	expect_error(rig, LIST("/nope"), "DeviceNotFound", NO_DEVICE("/nope"));
	/* Ambiguous, and not "not found" as the facts have it for all commands. */
	expect_error(rig, LIST(""), "GenericError", "Path '' is ambiguous");
	observe_qmp(rig, GET("/machine/peripheral/b0/..", INTERVAL));
	observe_qmp(rig, GET("b", INTERVAL));
	observe_qmp(rig, GET("B0", INTERVAL));
}

static void b16_an_ambiguous_path(struct rig *rig)
{
	expect_error(rig, LIST("device[0]"), "GenericError", "Path 'device[0]' is ambiguous");
	expect_error(rig, GET("device[0]", INTERVAL), "DeviceNotFound", NO_DEVICE("device[0]"));
	expect_error(rig, SET("device[0]", INTERVAL, "1"), "DeviceNotFound",
		     NO_DEVICE("device[0]"));
}

static void b17_an_object_without_the_property(struct rig *rig)
{
	expect_error(rig, GET("/", INTERVAL), "GenericError",
		     "Property 'container.guest-stats-polling-interval' not found");
	expect_error(rig, SET("/", INTERVAL, "1"), "GenericError",
		     "Property 'container.guest-stats-polling-interval' not found");
}

static void b19_types_by_what_they_implement(struct rig *rig)
{
	observe_qmp(rig, "{'execute':'qom-list-types',"
			 "'arguments':{'implements':'virtio-balloon-pci'}}");
	observe_qmp(rig, "{'execute':'qom-list-types','arguments':{'implements':'nope'}}");
	observe_qmp(rig, "{'execute':'qom-list-types',"
			 "'arguments':{'implements':'virtio-balloon-device'}}");
}

static void b20_types_that_are_not_there(struct rig *rig)
{
	expect_error(rig, "{'execute':'device-list-properties','arguments':{'typename':'nope'}}",
		     "DeviceNotFound", NO_DEVICE("nope"));
	expect_error(rig, "{'execute':'qom-list-properties','arguments':{'typename':'nope'}}",
		     "DeviceNotFound", "Class 'nope' not found");
	observe_qmp(rig, "{'execute':'device-list-properties',"
			 "'arguments':{'typename':'virtio-device'}}");
}

/* Does the reply have that piece of text? The order of the rest is nobody's business. */
static void has(struct rig *rig, const char *command, const char *piece, bool wanted)
{
	expect(rig, piece, strstr(rig_qmp(rig, command), piece) != NULL, wanted);
}

static void b20_properties_of_the_device_type(struct rig *rig)
{
	static const char command[] = "{'execute':'device-list-properties',"
				      "'arguments':{'typename':'virtio-balloon-device'}}";

	has(rig, command, "\"guest-stats\"", true);
	has(rig, command, "\"guest-stats-polling-interval\"", true);
	has(rig, command, "\"deflate-on-oom\"", true);
	has(rig, command, "\"page-poison\"", true);
	has(rig, command, "\"in_order\"", rig->version != RIG_7_2);
	has(rig, command, "\"qemu-4-0-config-size\"", rig->version != RIG_11_1);
}

static void b21_an_anonymous_device(struct rig *rig)
{
	observe_qmp(rig, LIST("/machine/peripheral-anon"));
	observe_qmp(rig, LIST("/machine/peripheral"));
	expect_qmp(rig, GET("/machine/peripheral-anon/device[0]", INTERVAL), "{\"return\": 0}");
	expect_qmp(rig, SET("/machine/peripheral-anon/device[0]", INTERVAL, "3"),
		   "{\"return\": {}}");
	expect_qmp(rig, GET("peripheral-anon/device[0]", INTERVAL), "{\"return\": 3}");
}

static void b22_a_named_mmio_device(struct rig *rig)
{
	has(rig, LIST("/machine/peripheral"),
	    "{\"name\": \"b0\", \"type\": \"child<virtio-balloon-device>\"}", true);
	has(rig, LIST("/machine/peripheral"), "{\"name\": \"type\", \"type\": \"string\"}", true);
	has(rig, LIST("/machine/peripheral/b0"),
	    "{\"name\": \"guest-stats\", \"type\": \"guest statistics\"}", true);
	has(rig, LIST("/machine/peripheral/b0"),
	    "{\"name\": \"guest-stats-polling-interval\", \"type\": \"int\"}", true);
}

static void b22_a_named_pci_device(struct rig *rig)
{
	has(rig, LIST("/machine/peripheral"),
	    "{\"name\": \"b0\", \"type\": \"child<virtio-balloon-pci>\"}", true);
	has(rig, LIST("/machine/peripheral/b0"),
	    "{\"name\": \"virtio-backend\", \"type\": \"child<virtio-balloon-device>\"}", true);
	has(rig, LIST("/machine/peripheral/b0"),
	    "{\"name\": \"guest-stats\", \"type\": \"guest statistics\"}", true);
	has(rig, LIST("/machine/peripheral/b0/virtio-backend"),
	    "{\"name\": \"guest-stats-polling-interval\", \"type\": \"int\"}", true);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The entries of a reply, sorted. */
static void observe_entries(struct rig *rig, const char *command)
{
	char *reply = strdup(rig_qmp(rig, command));
	char *entries[512];
	size_t n = 0;

	for (char *at = reply; (at = strstr(at, "{\"name\"")) != NULL && n < 512; at++) {
		entries[n++] = at;
		if (at > reply)
			at[-1] = '\0';
	}
	qsort(entries, n, sizeof(entries[0]), compare_texts);
	for (size_t i = 0; i < n; i++) {
		entries[i][strcspn(entries[i], "}")] = '\0';
		observe_text(rig, command, entries[i]);
	}
	free(reply);
}

static void b1_all_properties_of_the_mmio_device(struct rig *rig)
{
	observe_entries(rig, LIST("/machine/peripheral/b0"));
}

static void b1_all_properties_of_the_pci_device(struct rig *rig)
{
	observe_entries(rig, LIST("/machine/peripheral/b0"));
	observe_entries(rig, LIST("/machine/peripheral/b0/virtio-backend"));
}

static void b85_query_balloon_of_a_pci_machine(struct rig *rig)
{
	expect_qmp(rig, "{'execute':'query-balloon'}", "{\"return\": {\"actual\": 67108864}}");
	expect_qmp(rig, "{'execute':'balloon','arguments':{'value':33554432}}", "{\"return\": {}}");
	observe_qmp(rig, "{'execute':'query-status'}");
}

static void b23_without_a_balloon_the_containers_are_empty(struct rig *rig)
{
	observe_qmp(rig, LIST("/machine/peripheral"));
	observe_qmp(rig, LIST("/machine/peripheral-anon"));
	observe_qmp(rig, GET("b0", INTERVAL));
}

#define PCI .options = { .is_pci = true }

const struct scenario scenarios_qom[] = {
	{ SCENARIO(b1_all_properties_of_the_mmio_device) },
	{ SCENARIO(b1_all_properties_of_the_pci_device), PCI },
	{ SCENARIO(b2_the_mmio_device_is_the_object_itself) },
	{ SCENARIO(b2_the_pci_proxy_has_aliases), PCI },
	{ SCENARIO(b6_the_members_of_guest_stats_come_in_qemus_order) },
	{ SCENARIO(b10_by_the_pci_path_too), PCI },
	{ SCENARIO(b10_guest_stats_is_not_writable) },
	{ SCENARIO(b11_unknown_properties_of_the_mmio_device) },
	{ SCENARIO(b11_unknown_properties_of_the_pci_device), PCI },
	{ SCENARIO(b14_a_backend_is_found_by_its_name), PCI },
	{ SCENARIO(b14_paths_that_are_accepted) },
	{ SCENARIO(b15_paths_that_are_not_there) },
	{ SCENARIO(b16_an_ambiguous_path), .options = { .is_anonymous = true } },
	{ SCENARIO(b17_an_object_without_the_property) },
	{ SCENARIO(b19_types_by_what_they_implement) },
	{ SCENARIO(b20_properties_of_the_device_type) },
	{ SCENARIO(b20_types_that_are_not_there) },
	{ SCENARIO(b21_an_anonymous_device), .options = { .is_anonymous = true } },
	{ SCENARIO(b22_a_named_mmio_device) },
	{ SCENARIO(b22_a_named_pci_device), PCI },
	{ SCENARIO(b23_without_a_balloon_the_containers_are_empty),
	  .options = { .has_no_balloon = true } },
	{ SCENARIO(b85_query_balloon_of_a_pci_machine), PCI },
	SCENARIO_END,
};
