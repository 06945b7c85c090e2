/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of faults, and when a plan lets them strike. */
#include "sim/guest/fault.h"

#include <balloonsim.h>
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "suite.h"

#define SECOND INT64_C(1000000000)

static const struct sim_plan *make(struct sim_plan *plan, uint64_t seed, const char *text)
{
	char why[SIM_PLAN_WHY_MAX];

	sim_plan_init(plan, seed);
	CU_ASSERT_EQUAL_FATAL(sim_plan_add(plan, text, why), 0);
	return plan;
}

static bool strikes(struct sim_plan *plan, enum sim_fault fault, int64_t now_ns)
{
	return sim_plan_strike(plan, SIM_FAULT_BIT(fault), now_ns) != 0;
}

static void test_names(void)
{
	int n = 0;

	while (balloonsim_fault_get_name(n) != NULL) {
		struct sim_plan plan;

		CU_ASSERT_PTR_NOT_NULL_FATAL(balloonsim_fault_get_meaning(n));
		CU_ASSERT_EQUAL(strcspn(balloonsim_fault_get_name(n), "@%+,= "),
				strlen(balloonsim_fault_get_name(n)));
		for (int other = 0; other < n; other++)
			CU_ASSERT_STRING_NOT_EQUAL(balloonsim_fault_get_name(other),
						   balloonsim_fault_get_name(n));
		make(&plan, 0, balloonsim_fault_get_name(n));
		CU_ASSERT_EQUAL(plan.entries[0].fault, n);
		n++;
	}
	CU_ASSERT_EQUAL(n, SIM_FAULTS);
	CU_ASSERT_PTR_NULL(balloonsim_fault_get_name(-1));
	CU_ASSERT_PTR_NULL(balloonsim_fault_get_meaning(n));
}

static void test_from_a_time_on(void)
{
	static const struct {
		const char *text;
		int64_t from_ns;
	} rows[] = {
		{ "loop", 0 },
		{ "loop@5s", 5 * SECOND },
		{ "loop@5", 5 * SECOND },
		{ "loop@250ms", SECOND / 4 },
		{ "loop@2m", 120 * SECOND },
		{ "loop@525600m", 31536000 * SECOND },
		{ "loop@31536000", 31536000 * SECOND },
		{ "loop@31536000000ms", 31536000 * SECOND },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sim_plan plan;

		make(&plan, 0, rows[i].text);
		CU_ASSERT_TRUE(strikes(&plan, SIM_FAULT_LOOP, rows[i].from_ns));
		CU_ASSERT_FALSE(strikes(&plan, SIM_FAULT_LOOP, rows[i].from_ns - 1));
		CU_ASSERT_FALSE(strikes(&plan, SIM_FAULT_BAD_HEAD, rows[i].from_ns));
	}
}

static void test_probability(void)
{
	struct sim_plan plan, same, other;
	unsigned int n = 0, n_other = 0;

	make(&plan, 7, "loop%10");
	make(&same, 7, "loop%10");
	make(&other, 8, "loop%10");
	for (int i = 0; i < 10000; i++) {
		bool strike = strikes(&plan, SIM_FAULT_LOOP, 0);

		CU_ASSERT_EQUAL(strikes(&same, SIM_FAULT_LOOP, 0), strike);
		n_other += strikes(&other, SIM_FAULT_LOOP, 0) != strike;
		n += strike;
	}
	CU_ASSERT(n > 900 && n < 1100);
	CU_ASSERT(n_other > 0);
	make(&plan, 7, "loop%0");
	CU_ASSERT_FALSE(strikes(&plan, SIM_FAULT_LOOP, 0));
}

static void test_several(void)
{
	char why[SIM_PLAN_WHY_MAX];
	struct sim_plan plan;

	make(&plan, 0, "loop@1s+zero-values+no-kick%100");
	CU_ASSERT_EQUAL(sim_plan_add(&plan, "crashes@1s", why), 0);
	CU_ASSERT_EQUAL(sim_plan_strike(&plan, UINT64_MAX, 0),
			SIM_FAULT_BIT(SIM_FAULT_ZERO_VALUES) | SIM_FAULT_BIT(SIM_FAULT_NO_KICK));
	CU_ASSERT_EQUAL(sim_plan_add(&plan, "none", why), 0);
	CU_ASSERT_EQUAL(sim_plan_strike(&plan, UINT64_MAX, 9 * SECOND), 0);
}

static void test_refused(void)
{
	static const char *const rows[] = {
		"",
		"nonsense",
		"loo",
		"loops",
		"Loop",
		" loop",
		"loop@",
		"loop@s",
		"loop@-1s",
		"loop@5h",
		"loop@5s5",
		"loop@99999999999999999999",
		"loop@31536001",
		"loop@525601m",
		"loop@31536000001ms",
		"loop%",
		"loop%101",
		"loop%-1",
		"loop%1.5",
		"loop%5@5s",
		"loop+",
		"+loop",
		"loop++loop",
		"loop+none",
		"loop+loop+loop+loop+loop+loop+loop+loop+loop",
	};
	struct sim_plan plan, before;
	char why[SIM_PLAN_WHY_MAX];

	make(&plan, 3, "crashes@9s");
	before = plan;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		why[0] = '\0';
		CU_ASSERT_EQUAL(sim_plan_add(&plan, rows[i], why), -EINVAL);
		CU_ASSERT(strlen(why) > 20 && strlen(why) < SIM_PLAN_WHY_MAX - 1);
		CU_ASSERT_EQUAL(plan.n, before.n);
	}
	CU_ASSERT_EQUAL(plan.entries[0].due_ns, before.entries[0].due_ns);
}

static void test_by_themselves(void)
{
	const uint64_t bit = SIM_FAULT_BIT(SIM_FAULT_REBOOTS);
	struct sim_plan plan;
	unsigned int n = 0;

	make(&plan, 0, "loop@1s");
	CU_ASSERT_EQUAL(sim_plan_get_deadline_ns(&plan), INT64_MAX);
	make(&plan, 0, "reboots@2s");
	CU_ASSERT_EQUAL(sim_plan_get_deadline_ns(&plan), 2 * SECOND);
	CU_ASSERT_EQUAL(sim_plan_take_due(&plan, 2 * SECOND - 1), 0);
	CU_ASSERT_EQUAL(sim_plan_take_due(&plan, 2 * SECOND), bit);
	CU_ASSERT_EQUAL(sim_plan_get_deadline_ns(&plan), INT64_MAX);
	CU_ASSERT_EQUAL(sim_plan_take_due(&plan, 3 * SECOND), 0);

	make(&plan, 0, "crashes");
	CU_ASSERT_EQUAL(sim_plan_get_deadline_ns(&plan), 5 * SECOND);
	make(&plan, 0, "crashes@0");
	CU_ASSERT_EQUAL(sim_plan_get_deadline_ns(&plan), 0);

	make(&plan, 0, "reboots%25");
	for (int64_t second = 0; second < 1000; second++) {
		CU_ASSERT_EQUAL(sim_plan_get_deadline_ns(&plan), second * SECOND);
		n += sim_plan_take_due(&plan, second * SECOND) == bit;
		CU_ASSERT_EQUAL(sim_plan_take_due(&plan, second * SECOND), 0);
	}
	CU_ASSERT(n > 200 && n < 300);
}

static CU_TestInfo tests[] = {
	{ "every fault has a name of its own, a meaning, and is understood", test_names },
	{ "a fault strikes from its time on", test_from_a_time_on },
	{ "a probability is met, and the same for the same seed", test_probability },
	{ "a guest can have several faults, and be healed", test_several },
	{ "nonsense is refused and changes nothing", test_refused },
	{ "some faults come by themselves, once or each second", test_by_themselves },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-fault", tests, argc, argv);
}
