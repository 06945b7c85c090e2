/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text that describes a machine, "NAME=VALUE,...", read into what board and machine need. */
#ifndef SIM_OPTION_H
#define SIM_OPTION_H

#include "base/buf.h"
#include "base/error.h"
#include "sim/board.h"

enum {
	SIM_NAME_MAX = 64, /* bytes of a machine's name or a device's id, with the NUL */
};

struct sim_options {
	struct sim_board_options board; /* name and id point to the two below */
	char name[SIM_NAME_MAX];
	char id[SIM_NAME_MAX];
	bool ioeventfd_is_given; /* else as the profile's QEMU has it */
	bool has_iothread;       /* QEMU wants one for free page hints */
	bool has_guest;
	bool is_manual; /* the clock */
	char *guest;    /* the guest's options as given, to be handed on; NULL: none */
};

void sim_options_init(struct sim_options *options);
/* -ENOMEM */
int sim_options_copy(struct sim_options *to, const struct sim_options *from);
void sim_options_done(struct sim_options *options);

/* Read a text over what is there. -EINVAL or -ENOMEM with a sentence in `error`. */
int sim_options_parse(struct sim_options *options, const char *text,
		      struct balloonctl_error *error);

/* Settle what depends on other options, and check that all go together. */
int sim_options_finish(struct sim_options *options, struct balloonctl_error *error);

#endif
