/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A JSON value as QEMU's server reads it: one flat array of nodes in the order of the text, so that
 * a hostile depth costs no stack and a message is freed at once.
 */
#ifndef SIM_VALUE_H
#define SIM_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum sim_kind {
	SIM_NULL,
	SIM_FALSE,
	SIM_TRUE,
	SIM_INTEGER,  /* fits int64_t */
	SIM_UNSIGNED, /* an integer above INT64_MAX that fits uint64_t */
	SIM_DOUBLE,   /* any other number */
	SIM_STRING,
	SIM_ARRAY,
	SIM_OBJECT, /* its members: each a string node, the key, and the value behind it */
};

struct sim_node {
	uint8_t kind;
	bool is_key;  /* a container where a key should be: an error that older QEMUs tell late */
	uint32_t end; /* containers: the node behind the last inside */
	union {
		int64_t integer;
		uint64_t number;
		double real;
		uint32_t text;   /* offset in the tree's text */
		uint32_t parent; /* of a container that is still open */
	};
};

/* Of a hash table; a `key` of 0 says that it is free. */
struct sim_slot {
	uint32_t object, key;
};

/* A zeroed struct is empty. Node 0 is the root, so 0 also says "none" where a member is meant. */
struct sim_tree {
	struct sim_node *nodes;
	uint32_t n, capacity;
	struct buf text; /* strings, each ended by NUL; inside, U+0000 is the two bytes c0 80 */
	struct sim_slot *table; /* see sim_tree_has_key() */
	uint32_t n_slots, n_keys;
	uint32_t base; /* of its hash */
};

void sim_tree_done(struct sim_tree *tree);

/* Append a node: its number, or -ENOMEM. */
int64_t sim_tree_add(struct sim_tree *tree, enum sim_kind kind);

/* A string node for the NUL-terminated text that was appended to tree->text from `offset` on. */
int64_t sim_tree_add_text(struct sim_tree *tree, size_t offset);

/* A number node of a token in JSON's grammar: exact if it is an integer of 64 bits. */
int64_t sim_tree_add_number(struct sim_tree *tree, const char *token, bool is_integer);

/* The node behind the value at `node`. */
static inline uint32_t sim_tree_next(const struct sim_tree *tree, uint32_t node)
{
	return tree->nodes[node].kind >= SIM_ARRAY ? tree->nodes[node].end : node + 1;
}

static inline const char *sim_tree_text(const struct sim_tree *tree, uint32_t node)
{
	return tree->text.data + tree->nodes[node].text;
}

/* The value of the object's member of that name, or 0. */
uint32_t sim_tree_find(const struct sim_tree *tree, uint32_t object, const char *key);

/* Has the object, which is still open, a member of the name at node `key` before that node? 1, 0, or
 * -ENOMEM. */
int sim_tree_has_key(struct sim_tree *tree, uint32_t object, uint32_t key);

/* The object's keys in the order in which QEMU walks them, which is that of its hash table: an array
 * of *ret_n nodes for free(), or NULL without memory (or without members). */
uint32_t *sim_tree_order(const struct sim_tree *tree, uint32_t object, uint32_t *ret_n);

#endif
