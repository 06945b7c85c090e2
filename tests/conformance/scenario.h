/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A scenario: a statement about the machine, and the function that proves it. */
#ifndef TESTS_SCENARIO_H
#define TESTS_SCENARIO_H

#include "driver-kit.h"
#include "rig.h"

/* A bit of a mask of versions. */
#define ON(version) (1u << (version))

struct scenario {
	const char *name;
	void (*run)(struct rig *rig);
	struct rig_options options;
	unsigned int not_on; /* versions that can't do it, or must not be asked to */
	bool ends_machine;
	bool is_exact; /* its times hold on a stepped clock only */
};

#define SCENARIO(function) .name = #function, .run = function
#define SCENARIO_END         \
	{                    \
		.name = NULL \
	}

extern const struct scenario scenarios_broken[];
extern const struct scenario scenarios_config[];
extern const struct scenario scenarios_inside[];
extern const struct scenario scenarios_legacy[];
extern const struct scenario scenarios_notify[];
extern const struct scenario scenarios_packed[];
extern const struct scenario scenarios_parsing[];
extern const struct scenario scenarios_polling[];
extern const struct scenario scenarios_qmp[];
extern const struct scenario scenarios_qmp_input[];
extern const struct scenario scenarios_qom[];
extern const struct scenario scenarios_queues[];
extern const struct scenario scenarios_registers[];
extern const struct scenario scenarios_reset[];
extern const struct scenario scenarios_rings[];
extern const struct scenario scenarios_size[];
extern const struct scenario scenarios_status[];
extern const struct scenario scenarios_timing[];

#endif
