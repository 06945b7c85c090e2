/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What survives a reset of the device or of the whole machine: B57 to B61. */
#include "scenario.h"

static const char stats_of_b0[] = "{'execute':'qom-get','arguments':{'path':"
				  "'/machine/peripheral/b0','property':'guest-stats'}}";

static void system_reset(struct rig *rig)
{
	rig_qmp(rig, "{'execute':'system_reset'}");
	rig_settle(rig);
}

static void b57_a_reset_forgets_the_buffer_without_returning_it(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "used", kit_used(rig, STATS), 0);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	expect(rig, "last update is set", kit_last_update(rig) > 0, 1);
}

static void b57_polling_goes_on_with_the_next_buffer(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	rig_set(rig, R_STATUS, 0);
	rig_pass(rig, 1500);
	kit_start_with_buffer(rig);
	rig_pass(rig, 700);
	expect(rig, "used", kit_used(rig, STATS), 0);
	rig_pass(rig, 600);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b58_polling_goes_on_after_a_reset_while_the_guest_owed(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	expect(rig, "used", kit_used(rig, STATS), 1);
	rig_set(rig, R_STATUS, 0);
	rig_pass(rig, 1500);
	kit_start_with_buffer(rig);
	rig_pass(rig, 700);
	expect(rig, "used", kit_used(rig, STATS), 0);
	rig_pass(rig, 600);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b60_a_system_reset_on_this_version(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 100);
	system_reset(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), rig->version == RIG_7_2 ? 1000 : ABSENT);
	expect(rig, "last update is set", kit_last_update(rig) != 0, rig->version == RIG_7_2);
	observe_qmp(rig, stats_of_b0);
	expect_qmp(rig,
		   "{'execute':'qom-get','arguments':{'path':'/machine/peripheral/b0',"
		   "'property':'guest-stats-polling-interval'}}",
		   "{\"return\": 100}");
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
}

static void b60_a_system_reset_tells_an_event(struct rig *rig)
{
	expect_qmp(rig, "{'execute':'system_reset'}", "{\"return\": {}}");
	expect_events(rig, "{\"event\": \"RESET\", \"data\": {\"guest\": false, "
			   "\"reason\": \"host-qmp-system-reset\"}}");
}

static void b60_a_system_reset_forgets_a_held_buffer(struct rig *rig)
{
	kit_start_with_buffer(rig);
	system_reset(rig);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 0);
}

static void b60_polling_survives_a_system_reset(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	system_reset(rig);
	kit_start_with_buffer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	rig_pass(rig, 700);
	expect(rig, "used", kit_used(rig, STATS), 0);
	rig_pass(rig, 600);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b60_the_generation_goes_on_after_a_system_reset(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':33554432}}");
	system_reset(rig);
	observe(rig, "generation", rig_get(rig, R_GENERATION));
	kit_start(rig);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':33554432}}");
	observe(rig, "generation", rig_get(rig, R_GENERATION));
}

static void b60_a_system_reset_mends_a_broken_device(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_send(rig, DEFLATE, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	system_reset(rig);
	kit_start_with_buffer(rig);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
}

static void b60_ram_survives_a_system_reset(struct rig *rig)
{
	rig_store64(rig, BUF, 77);
	system_reset(rig);
	expect(rig, "RAM", rig_load64(rig, BUF), 77);
}

static void b59_a_reload_of_the_driver_keeps_the_sample(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_set(rig, R_ACTUAL, 0);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	kit_start(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	kit_entries(rig, BUF, 10, 4000);
	kit_send(rig, STATS, BUF, 100);
	expect(rig, "swap-in", kit_stat(rig, 0), 4000);
}

static void b60_a_reset_while_stopped(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_qmp(rig, "{'execute':'stop'}");
	observe_events(rig);
	observe_qmp(rig, "{'execute':'system_reset'}");
	observe_events(rig);
	observe_qmp(rig, "{'execute':'query-status'}");
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
}

static void s15_a_reset_keeps_the_feature_selectors_or_not(struct rig *rig)
{
	rig_set(rig, R_FEATURES_SEL, 1);
	expect(rig, "features", rig_get(rig, R_FEATURES), 0x101);
	rig_set(rig, R_STATUS, 0);
	observe(rig, "features after a device reset", rig_get(rig, R_FEATURES));
	rig_set(rig, R_FEATURES_SEL, 1);
	system_reset(rig);
	observe(rig, "features after a system reset", rig_get(rig, R_FEATURES));
}

const struct scenario scenarios_reset[] = {
	{ SCENARIO(b57_a_reset_forgets_the_buffer_without_returning_it) },
	{ SCENARIO(b57_polling_goes_on_with_the_next_buffer) },
	{ SCENARIO(b58_polling_goes_on_after_a_reset_while_the_guest_owed) },
	{ SCENARIO(b59_a_reload_of_the_driver_keeps_the_sample) },
	{ SCENARIO(b60_a_system_reset_on_this_version) },
	{ SCENARIO(b60_a_system_reset_tells_an_event) },
	{ SCENARIO(b60_a_system_reset_forgets_a_held_buffer) },
	{ SCENARIO(b60_polling_survives_a_system_reset) },
	{ SCENARIO(b60_the_generation_goes_on_after_a_system_reset) },
	{ SCENARIO(b60_a_system_reset_mends_a_broken_device) },
	{ SCENARIO(b60_ram_survives_a_system_reset) },
	{ SCENARIO(b60_a_reset_while_stopped) },
	{ SCENARIO(s15_a_reset_keeps_the_feature_selectors_or_not) },
	SCENARIO_END,
};
