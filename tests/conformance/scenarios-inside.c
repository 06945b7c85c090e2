/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What x-query-virtio-queue-status tells of the queues: B24 and B25. */
#include <stdio.h>
#include <stdlib.h>

#include "scenario.h"

#define PATH    "/machine/peripheral/b0"
#define BACKEND PATH "/virtio-backend"

#define QUEUE(path, queue)                                                                       \
	"{'execute':'x-query-virtio-queue-status','arguments':{'path':'" path "','queue':" queue \
	"}}"

/* Those that a balloon has without hints and reporting, and one more. */
static void observe_queues(struct rig *rig)
{
	rig_settle(rig);
	observe_qmp(rig, QUEUE(PATH, "0"));
	observe_qmp(rig, QUEUE(PATH, "1"));
	observe_qmp(rig, QUEUE(PATH, "2"));
	observe_qmp(rig, QUEUE(PATH, "3"));
}

static void b25_queues_without_a_driver(struct rig *rig)
{
	observe_queues(rig);
}

static void b25_queues_of_every_kind(struct rig *rig)
{
	observe_queues(rig);
	observe_qmp(rig, QUEUE(PATH, "4"));
	observe_qmp(rig, QUEUE(PATH, "5"));
}

static void b25_queues_of_a_pci_device(struct rig *rig)
{
	observe_qmp(rig, QUEUE(BACKEND, "0"));
	observe_qmp(rig, QUEUE(BACKEND, "2"));
	observe_qmp(rig, QUEUE(BACKEND, "3"));
}

static void b25_a_queue_is_asked_by_number(struct rig *rig)
{
	static const char *const numbers[] = {
		"-1",
		"3",
		"1023",
		"1024",
		"65535",
		"65536",
		"9223372036854775807",
		"9223372036854775808",
		"18446744073709551615",
		"18446744073709551616",
		"1.5",
		"2.0",
		"'2'",
		"true",
		"null",
		"[]",
		"{}",
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		observe_text(rig, numbers[i],
			     rig_qmpf(rig,
				      "{'execute':'x-query-virtio-queue-status','arguments':"
				      "{'path':'" PATH "','queue':%s}}",
				      numbers[i]));
	observe_qmp(rig, "{'execute':'x-query-virtio-queue-status'}");
	observe_qmp(rig, "{'execute':'x-query-virtio-queue-status','arguments':{'queue':'x'}}");
	observe_qmp(rig, "{'execute':'x-query-virtio-queue-status','arguments':{'path':5}}");
	observe_qmp(rig, "{'execute':'x-query-virtio-queue-status','arguments':{'path':'" PATH
			 "','queue':2,'x':1}}");
}

static void observe_path(struct rig *rig, const char *path)
{
	observe_text(rig, path,
		     rig_qmpf(rig,
			      "{'execute':'x-query-virtio-queue-status','arguments':"
			      "{'path':'%s','queue':2}}",
			      path));
}

static void b25_paths_to_a_device(struct rig *rig)
{
	static const char *const paths[] = {
		"",
		"/",
		"/machine",
		"/nowhere",
		"b0",
		"virtio-backend",
		PATH,
		PATH "/",
		"/machine//peripheral/b0",
		BACKEND,
		BACKEND "/",
		"peripheral/b0",
		"b0/virtio-backend",
		"/machine/unattached",
		"b0/virtio-bus",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		observe_path(rig, paths[i]);
}

static void b25_queues_that_are_set_up(struct rig *rig)
{
	kit_start(rig);
	observe_queues(rig);
	kit_start_with_buffer(rig);
	observe_queues(rig);
}

static void b25_a_queue_of_another_size(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 32);
	rig_set(rig, R_QUEUE_SEL, INFLATE);
	rig_set(rig, R_QUEUE_NUM, 16);
	observe_queues(rig);
}

static void b25_whose_turn_it_is(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	observe_queues(rig);
	rig_pass(rig, 1100);
	observe_queues(rig);
	kit_answer(rig);
	observe_queues(rig);
	rig_pass(rig, 1100);
	kit_answer(rig);
	observe_queues(rig);
	kit_send(rig, INFLATE, BUF + 0x1000, 4);
	kit_send(rig, DEFLATE, BUF + 0x1000, 4);
	observe_queues(rig);
	rig_set(rig, R_STATUS, 0);
	observe_queues(rig);
}

static void b25_whose_turn_it_is_in_packed_rings(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_PACKED, KIT_SIZE);
	observe_queues(rig);
	kit_entries(rig, BUF, 2, 1000);
	kit_packed_desc(rig, STATS, 0, BUF, 20, 0, 0, true);
	kit_kick(rig, STATS);
	observe_queues(rig);
	kit_set_interval(rig, 1);
	rig_pass(rig, 1100);
	observe_queues(rig);
}

static void b25_a_bad_head_is_taken_and_lost(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_avail(rig, STATS, 8);
	kit_kick(rig, STATS);
	observe_queues(rig);
	kit_set_interval(rig, 1);
	rig_pass(rig, 1100);
	observe_queues(rig);
}

static void b25_a_broken_device_drops_what_it_holds(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_avail(rig, INFLATE, 8);
	kit_kick(rig, INFLATE);
	observe_queues(rig);
	kit_set_interval(rig, 1);
	rig_pass(rig, 1100);
	observe_queues(rig);
}

static void b25_a_ring_that_cant_be_mapped(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, INFLATE, KIT_SIZE);
	kit_make_queue_at(rig, STATS, KIT_SIZE, RAM_END(rig) - 16, BUF, BUF + 0x1000);
	kit_ok(rig);
	observe_queues(rig);
}

static void b25_queues_of_a_legacy_device(struct rig *rig)
{
	kit_start_with(rig, F_STATS, KIT_SIZE);
	observe_queues(rig);
}

#define PCI .options = { .is_pci = true }

const struct scenario scenarios_inside[] = {
	{ SCENARIO(b25_queues_without_a_driver) },
	{ SCENARIO(b25_queues_of_every_kind), .options = { .device = "free-page-reporting=on" } },
	{ SCENARIO(b25_queues_of_a_pci_device), PCI },
	{ SCENARIO(b25_a_queue_is_asked_by_number) },
	{ SCENARIO(b25_paths_to_a_device) },
	{ .name = "b25_paths_to_a_pci_device", .run = b25_paths_to_a_device, PCI },
	{ SCENARIO(b25_queues_that_are_set_up) },
	{ SCENARIO(b25_a_queue_of_another_size) },
	{ SCENARIO(b25_whose_turn_it_is) },
	{ SCENARIO(b25_whose_turn_it_is_in_packed_rings), .options = { .device = "packed=on" } },
	{ SCENARIO(b25_a_bad_head_is_taken_and_lost) },
	{ SCENARIO(b25_a_broken_device_drops_what_it_holds) },
	{ SCENARIO(b25_a_ring_that_cant_be_mapped) },
	{ SCENARIO(b25_queues_of_a_legacy_device), .options = { .is_legacy = true } },
	SCENARIO_END,
};
