/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every known difference between the simulator and QEMU; see known.h. */
#include "known.h"

#include <stdio.h>
#include <string.h>

#include "scenario.h"

static const struct {
	const char *scenario; /* NULL: no scenario asks QEMU for it */
	unsigned int versions;
	const char *reason;
} differences[] = {
	{ NULL, ON(RIG_11_1),
	  "B25: x-query-virtio-status makes QEMU abort; the simulator has no such command" },
	{ NULL, ON(RIG_7_2),
	  "B109: QueueNum raised after QueueReady makes QEMU abort; the simulator's device breaks as "
	  "one whose descriptor ring can't be mapped" },
	{ NULL, ON(RIG_7_2) | ON(RIG_10_0) | ON(RIG_11_1),
	  "B109: QueueNum lowered below the position in a packed ring makes QEMU abort; the simulator "
	  "works on" },
	{ NULL, ON(RIG_7_2) | ON(RIG_10_0) | ON(RIG_11_1),
	  "section 11, item 8: a poll timer beyond the end of 64-bit nanoseconds makes QEMU poll in a "
	  "loop; the simulator's never expires" },
	{ NULL, ON(RIG_7_2) | ON(RIG_10_0) | ON(RIG_11_1),
	  "B94, B98: a kick that names more than 1 MiB of statistics or page numbers keeps QEMU busy "
	  "for as long as it takes; the simulator doesn't look at what is beyond" },
	{ NULL, ON(RIG_7_2) | ON(RIG_10_0) | ON(RIG_11_1),
	  "rings and buffers in ROM or in the registers of other devices: the simulator has neither" },
	{ NULL, ON(RIG_11_1),
	  "B100: for a buffer of the hint queue, served in another thread, QEMU sets the interrupt "
	  "status but over qtest no raised line is seen; the simulator raises it" },
	{ NULL, ON(RIG_7_2) | ON(RIG_10_0),
	  "B91: QEMU measures the second between BALLOON_CHANGE events in real time, the simulator "
	  "by its manual clock" },
};

#define N_DIFFERENCES (sizeof(differences) / sizeof(differences[0]))

const char *known_difference(const char *scenario, enum rig_version version)
{
	for (size_t i = 0; i < N_DIFFERENCES; i++)
		if (differences[i].scenario != NULL &&
		    strcmp(differences[i].scenario, scenario) == 0 &&
		    (differences[i].versions & ON(version)) != 0)
			return differences[i].reason;
	return NULL;
}

void known_print(enum rig_version version)
{
	for (size_t i = 0; i < N_DIFFERENCES; i++)
		if ((differences[i].versions & ON(version)) != 0)
			printf("# known difference: %s\n", differences[i].reason);
}
