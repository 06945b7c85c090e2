/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The second half of reading QMP: tokens to messages, with QEMU's errors at the moments at which
 * QEMU tells them. Older QEMUs tell a mistake when brackets balance, newer ones at once and where.
 */
#ifndef SIM_INPUT_H
#define SIM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sim/qmp/lexer.h"
#include "sim/qmp/value.h"

enum {
	/* QEMU's bounds. A message within them takes at most about 160 MiB here, for as long as it is
	 * read and carried out. A reply that echoes all of it, as an id or in an error, may be three times
	 * as long, which makes that 330 MiB; qom-list-get, whose reply could be a hundred times its
	 * message, has bounds of its own. */
	SIM_INPUT_DEPTH_MAX = 1024,
	SIM_INPUT_TOKENS_MAX = 2 << 20,
};

enum sim_message {
	SIM_MESSAGE_NONE,
	SIM_MESSAGE_VALUE, /* in `tree` */
	SIM_MESSAGE_ERROR, /* its text in `error`, NUL behind it */
};

struct sim_input {
	bool is_prompt; /* tells mistakes at once, and where: QEMU 11.1 */
	bool has_failed;
	bool was_told; /* the failure; the rest of the message is skipped */
	uint8_t expected;
	int64_t n_braces, n_brackets; /* open ones; below 0 if the peer closes what isn't open */
	uint32_t n_tokens;
	size_t n_bytes; /* of the tokens */
	uint32_t open;  /* the innermost open container in the tree */
	struct sim_lexer lexer;
	struct sim_tree tree;
	struct buf error;
};

void sim_input_init(struct sim_input *input, bool is_prompt);
void sim_input_done(struct sim_input *input);

/* Read bytes, moving *bytes and *len on, to the end of a message: which kind it is, or -ENOMEM.
 * It stays until the next call or sim_input_clear(), which gives its memory back. */
int sim_input_next(struct sim_input *input, const char **bytes, size_t *len);
void sim_input_clear(struct sim_input *input);

#endif
