/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line of balloonsim. */
#ifndef CLI_BALLOONSIM_OPTIONS_H
#define CLI_BALLOONSIM_OPTIONS_H

#include <argp.h>

#include "balloonsim-plan.h"

/* Parses into a struct plan; its strings stay the command line's. */
extern const struct argp balloonsim_argp;

/* When all is parsed: does it go together? EXIT_DONE, or EXIT_USAGE after saying what does not. */
int plan_check(const struct plan *plan);

void plan_free(struct plan *plan);

#endif
