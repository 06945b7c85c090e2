/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The flat tree of a QMP message. Numbers keep what QEMU keeps of them; members are walked in the
 * order of QEMU's dictionaries, which shows where an id is echoed and which of two mistakes is told.
 */
#include "sim/qmp/value.h"

#include <assert.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/util.h"

enum {
	NODES_FIRST = 32,
	KEYS_SMALL = 64, /* members that are looked through one by one for duplicates */
	SLOTS_FIRST = 256,
	PRIME = INT32_MAX,
	BUCKETS = 512, /* of a QEMU dictionary */
};

void sim_tree_done(struct sim_tree *tree)
{
	free(tree->nodes);
	free(tree->table);
	buf_done(&tree->text);
	*tree = (struct sim_tree){ 0 };
}

int64_t sim_tree_add(struct sim_tree *tree, enum sim_kind kind)
{
	if (tree->n == tree->capacity) {
		uint32_t capacity = tree->capacity == 0 ? NODES_FIRST : tree->capacity * 2;
		struct sim_node *nodes = realloc(tree->nodes, capacity * sizeof(*nodes));

		if (nodes == NULL)
			return -ENOMEM;
		tree->nodes = nodes;
		tree->capacity = capacity;
	}
	tree->nodes[tree->n] = (struct sim_node){ .kind = (uint8_t)kind };
	return tree->n++;
}

int64_t sim_tree_add_text(struct sim_tree *tree, size_t offset)
{
	int64_t node = tree->text.error < 0 ? -ENOMEM : sim_tree_add(tree, SIM_STRING);

	if (node >= 0)
		tree->nodes[node].text = (uint32_t)offset;
	return node;
}

/* The decimal point must not follow the process's locale. */
static double read_double(const char *token)
{
	locale_t ours = newlocale(LC_NUMERIC_MASK, "C", NULL);
	double real;

	if (ours == NULL)
		return strtod(token, NULL);
	real = strtod_l(token, NULL, ours);
	freelocale(ours);
	return real;
}

int64_t sim_tree_add_number(struct sim_tree *tree, const char *token, bool is_integer)
{
	int64_t node = sim_tree_add(tree, SIM_DOUBLE);
	struct sim_node *number;

	if (node < 0)
		return node;
	number = &tree->nodes[node];
	if (is_integer) {
		errno = 0;
		number->integer = strtoll(token, NULL, 10);
		if (errno == 0) {
			number->kind = SIM_INTEGER;
			return node;
		}
		errno = 0;
		if (token[0] != '-')
			number->number = strtoull(token, NULL, 10);
		if (token[0] != '-' && errno == 0) {
			number->kind = SIM_UNSIGNED;
			return node;
		}
	}
	number->real = read_double(token);
	return node;
}

uint32_t sim_tree_find(const struct sim_tree *tree, uint32_t object, const char *key)
{
	uint32_t end = tree->nodes[object].end;

	for (uint32_t at = object + 1; at < end; at = sim_tree_next(tree, at + 1))
		if (string_equal(sim_tree_text(tree, at), key))
			return at + 1;
	return 0;
}

/* QEMU's hash of a dictionary key; what it is good for is only the order. */
static uint32_t hash(const char *key)
{
	uint32_t sum = UINT32_C(0x238f13af) * (uint32_t)strlen(key);
	unsigned int shift = 0;

	for (; *key != '\0'; key++, shift = (shift + 5) % 24)
		sum += (uint32_t)(unsigned char)*key << shift;
	return UINT32_C(1103515243) * sum + 12345;
}

static bool is_same_key(const struct sim_tree *tree, uint32_t a, uint32_t b)
{
	return string_equal(sim_tree_text(tree, a), sim_tree_text(tree, b));
}

/* The keys beyond the first KEYS_SMALL of each object that was ever open are in one table: an object
 * that is large costs no more because of the objects inside. Its hash is one that a client can't
 * choose collisions for: the text as the digits of a number to a base that it doesn't know, modulo a
 * prime. */
static uint32_t hash_slot(const struct sim_tree *tree, uint32_t object, uint32_t key)
{
	uint64_t sum = object;

	for (const char *at = sim_tree_text(tree, key); *at != '\0'; at++)
		sum = (sum * tree->base + (unsigned char)*at) % PRIME;
	/* One step more, or keys that differ in their last byte would be neighbours. */
	return (uint32_t)(sum * tree->base % PRIME);
}

/* The key's slot in the table, or the free one where it belongs. */
static struct sim_slot *find_slot(const struct sim_tree *tree, uint32_t object, uint32_t key)
{
	uint32_t at = hash_slot(tree, object, key);

	for (;; at++) {
		struct sim_slot *slot = &tree->table[at & (tree->n_slots - 1)];

		if (slot->key == 0 || (slot->object == object && is_same_key(tree, slot->key, key)))
			return slot;
	}
}

/* Should there be no random number, any will do. */
static uint32_t choose_base(void)
{
	uint32_t base = 0x5bd1e995;

	if (getrandom(&base, sizeof(base), GRND_NONBLOCK) < 0)
		base ^= (uint32_t)(uintptr_t)&base;
	return base % (PRIME - 1) + 1;
}

static int grow_table(struct sim_tree *tree)
{
	struct sim_tree larger = *tree;

	larger.n_slots = tree->n_slots == 0 ? SLOTS_FIRST : tree->n_slots * 2;
	larger.table = calloc(larger.n_slots, sizeof(*larger.table));
	if (larger.table == NULL)
		return -ENOMEM;
	if (tree->n_slots == 0)
		larger.base = choose_base();
	for (uint32_t i = 0; i < tree->n_slots; i++) {
		const struct sim_slot *slot = &tree->table[i];

		if (slot->key != 0)
			*find_slot(&larger, slot->object, slot->key) = *slot;
	}
	free(tree->table);
	*tree = larger;
	return 0;
}

int sim_tree_has_key(struct sim_tree *tree, uint32_t object, uint32_t key)
{
	struct sim_slot *slot;
	uint32_t n = 0;

	for (uint32_t at = object + 1; at < key && n < KEYS_SMALL; n++) {
		if (is_same_key(tree, at, key))
			return 1;
		at = sim_tree_next(tree, at + 1);
	}
	if (n < KEYS_SMALL)
		return 0;
	if (tree->n_keys * 2 >= tree->n_slots && grow_table(tree) < 0)
		return -ENOMEM;
	slot = find_slot(tree, object, key);
	if (slot->key != 0)
		return 1;
	*slot = (struct sim_slot){ object, key };
	tree->n_keys++;
	return 0;
}

struct place {
	uint32_t bucket, node;
};

/* By bucket, and in each the latest first. */
static int compare_places(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->bucket != right->bucket)
		return left->bucket < right->bucket ? -1 : 1;
	return left->node > right->node ? -1 : 1;
}

uint32_t *sim_tree_order(const struct sim_tree *tree, uint32_t object, uint32_t *ret_n)
{
	uint32_t end = tree->nodes[object].end;
	struct place *places;
	uint32_t *order, n = 0;

	*ret_n = 0;
	for (uint32_t at = object + 1; at < end; at = sim_tree_next(tree, at + 1))
		n++;
	places = calloc(n, sizeof(*places));
	order = calloc(n, sizeof(*order));
	if (places == NULL || order == NULL) {
		free(places);
		free(order);
		return NULL;
	}
	n = 0;
	for (uint32_t at = object + 1; at < end; at = sim_tree_next(tree, at + 1))
		places[n++] = (struct place){ hash(sim_tree_text(tree, at)) % BUCKETS, at };
	qsort(places, n, sizeof(*places), compare_places);
	for (uint32_t i = 0; i < n; i++)
		order[i] = places[i].node;
	free(places);
	*ret_n = n;
	return order;
}
