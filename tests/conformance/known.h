/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where differences between the simulator and QEMU are listed, with their reasons. */
#ifndef TESTS_KNOWN_H
#define TESTS_KNOWN_H

#include "rig.h"

/* Why a scenario isn't the same on both; NULL if it has to be. */
const char *known_difference(const char *scenario, enum rig_version version);

/* All that concern that version, as comments of TAP. */
void known_print(enum rig_version version);

#endif
