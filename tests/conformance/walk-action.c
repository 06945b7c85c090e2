/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The actions of a random walk. Most are nearly right, because a device that is broken or reset all
 * the time shows little.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"
#include "walk.h"

#define PAGES UINT64_C(0x1000000) /* given away by WALK_PAGES */
#define TABLE (BUF + 0x10000)

#define PICK(state, array) ((array)[pick(state, sizeof(array) / sizeof((array)[0]))])

static const char *const names[WALK_KINDS] = {
	"start",      "buffer",  "pages",    "desc",     "avail", "avail-jump", "kick",
	"ring-flags", "queue",   "register", "features", "ack",   "config",     "look-config",
	"memory",     "balloon", "interval", "reset",    "stop",  "cont",       "step",
};

/* xorshift64*: the same walk for the same seed everywhere. */
static uint64_t next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static uint64_t pick(uint64_t *state, uint64_t n)
{
	return (next(state) >> 16) % n;
}

void walk_choose_options(uint64_t seed, enum rig_version version, struct rig_options *ret)
{
	static const struct rig_options machines[] = {
		{ .device = NULL },
		{ .device = NULL },
		{ .device = "packed=on" },
		{ .is_legacy = true },
		{ .device = "free-page-reporting=on" },
		{ .device = "page-poison=off,indirect_desc=off" },
		{ .device = "event_idx=off,deflate-on-oom=on" },
		{ .has_ioeventfd = true },
	};

	*ret = machines[seed % (sizeof(machines) / sizeof(machines[0]))];
	if (version == RIG_7_2)
		ret->has_ioeventfd = false;
}

static uint64_t choose_features(uint64_t *state)
{
	static const uint64_t features[] = {
		F_PLAIN,
		F_PLAIN,
		F_PLAIN | F_EVENT,
		F_PLAIN | F_EVENT | F_INDIRECT | F_RESET,
		F_PLAIN | F_POISON,
		F_PLAIN | F_PACKED,
		F_PLAIN | F_PACKED | F_EVENT | F_INDIRECT,
		F_PLAIN | F_ON_EMPTY,
		F_1,
		F_STATS,
		F_STATS | F_EVENT,
		F_PLAIN | F_REPORTING,
		UINT64_MAX,
		0,
	};

	return PICK(state, features);
}

static uint64_t choose_address(uint64_t *state)
{
	static const uint64_t addresses[] = {
		BUF,
		BUF,
		BUF + 5,
		BUF + PAGE - 3,
		TABLE,
		TABLE,
		PAGES,
		PAGES + PAGE,
		0x3fffff0,
		0x4001000,
		KIT_RINGS + 2 * KIT_RING,
		0,
		UINT64_C(0xfffffffffffff000),
	};

	return PICK(state, addresses);
}

static uint64_t choose_length(uint64_t *state)
{
	static const uint32_t lengths[] = {
		10, 10, 100, 4, 16, 32, 160, 1, 9, 19, 0, 24, 4096, 4097, 65536, 0x80000000,
	};

	return PICK(state, lengths);
}

static void choose_register(uint64_t *state, bool is_safe, struct walk_action *ret)
{
	static const uint32_t offsets[] = {
		R_STATUS,
		R_STATUS,
		R_QUEUE_SEL,
		R_QUEUE_SEL,
		R_QUEUE_READY,
		R_NOTIFY,
		R_ACK,
		R_FEATURES_SEL,
		R_DRIVER_FEATURES,
		R_DRIVER_FEATURES_SEL,
		R_PAGE_SIZE,
		R_QUEUE_ALIGN,
		R_QUEUE_PFN,
		R_DESC,
		R_AVAIL,
		R_USED,
		0xc0,
		0xac,
		R_MAGIC,
		R_QUEUE_NUM,
	};
	static const uint32_t values[] = {
		0, 1, 2, 3, 4, 7, 8, 0xb, 0xf, 0x4f, 0x80, 0xff, 0x100, 0x10002, 1024, 0xffffffff,
	};

	ret->a = PICK(state, offsets);
	ret->b = PICK(state, values);
	if (pick(state, 10) == 0)
		ret->b = (uint32_t)next(state);
	/* No addresses in ROM or in other devices: the simulator has neither. */
	if (ret->a >= R_DESC || ret->a == R_QUEUE_ALIGN || ret->a == R_QUEUE_PFN)
		ret->b &= ret->b == 0xff ? 0x7f : 0x0fffffff;
	/* Sizes and features that change under a mapped ring make 7.2 abort. */
	if (is_safe && (ret->a == R_QUEUE_NUM || ret->a == R_DRIVER_FEATURES))
		ret->a = R_QUEUE_SEL;
}

static uint64_t choose_queue(uint64_t *state)
{
	static const uint8_t queues[] = { STATS, STATS, STATS, DEFLATE, INFLATE, 3 };

	return PICK(state, queues);
}

void walk_choose_action(uint64_t *state, bool is_safe, bool is_stepped, struct walk_action *ret)
{
	/* How often, in parts of the sum. */
	static const uint8_t weights[WALK_KINDS] = {
		[WALK_START] = 5,    [WALK_BUFFER] = 14,     [WALK_PAGES] = 8,
		[WALK_DESC] = 12,    [WALK_AVAIL] = 8,       [WALK_AVAIL_JUMP] = 2,
		[WALK_KICK] = 10,    [WALK_RING_FLAGS] = 4,  [WALK_QUEUE] = 3,
		[WALK_REGISTER] = 8, [WALK_FEATURES] = 1,    [WALK_ACK] = 6,
		[WALK_CONFIG] = 5,   [WALK_LOOK_CONFIG] = 2, [WALK_MEMORY] = 4,
		[WALK_BALLOON] = 3,  [WALK_INTERVAL] = 8,    [WALK_RESET] = 1,
		[WALK_STOP] = 1,     [WALK_CONT] = 2,        [WALK_STEP] = 10,
	};
	static const uint16_t sizes[] = { 8, 8, 8, 1, 2, 3, 5, 16, 128 };
	static const uint64_t balloons[] = { 1, 33554432, 67108864, 67108863, 12345678, 99999999 };
	static const uint32_t seconds[] = { 0, 0, 100, 200, 100, 1000000, 4294967295 };
	static const uint32_t steps[] = { 1, 500, 999, 1000, 1001, 1500, 3000, 100000 };
	unsigned int sum = 0, at;
	int kind = 0;

	for (kind = 0; kind < WALK_KINDS; kind++)
		sum += weights[kind];
	at = (unsigned int)pick(state, sum);
	for (kind = 0; at >= weights[kind]; kind++)
		at -= weights[kind];
	*ret = (struct walk_action){ .kind = (enum walk_kind)kind, .a = choose_queue(state) };
	switch (ret->kind) {
	case WALK_START:
		ret->a = choose_features(state);
		ret->b = PICK(state, sizes);
		break;
	case WALK_BUFFER:
		ret->a = pick(state, 18);
		ret->b = pick(state, 1000);
		break;
	case WALK_PAGES:
		ret->a = pick(state, 2);
		ret->b = pick(state, 5);
		ret->c = pick(state, 8);
		break;
	case WALK_DESC:
		ret->a |= pick(state, 9) << 8;
		ret->b = choose_address(state);
		ret->c = choose_length(state) | pick(state, 8) << 32;
		if (pick(state, 2) == 0)
			ret->c &= 0xffffffff; /* a plain one */
		ret->d = pick(state, 10);
		break;
	case WALK_AVAIL:
		ret->b = pick(state, 9);
		break;
	case WALK_AVAIL_JUMP:
		ret->b = pick(state, 20) == 0 ? 40000 : pick(state, 12);
		break;
	case WALK_RING_FLAGS:
		ret->b = pick(state, 2);
		ret->c = pick(state, 12);
		break;
	case WALK_QUEUE:
		ret->b = PICK(state, sizes);
		ret->c = pick(state, 6);
		break;
	case WALK_REGISTER:
		choose_register(state, is_safe, ret);
		break;
	case WALK_FEATURES:
		ret->a = choose_features(state);
		if (is_safe)
			ret->kind = WALK_ACK;
		break;
	case WALK_CONFIG:
		ret->a = pick(state, 18) | (UINT64_C(1) << pick(state, 3)) << 8;
		ret->b = (uint32_t)next(state) >> pick(state, 32);
		break;
	case WALK_MEMORY:
		ret->a = choose_address(state) & 0xffffff;
		if (ret->a < 0x100000)
			ret->a = TABLE;
		ret->b = next(state) >> pick(state, 64);
		break;
	case WALK_BALLOON:
		ret->a = PICK(state, balloons);
		break;
	case WALK_INTERVAL:
		ret->a = PICK(state, seconds);
		if (is_stepped && pick(state, 2) == 0)
			ret->a = 1 + pick(state, 3);
		break;
	case WALK_STEP:
		ret->a = PICK(state, steps);
		ret->b = pick(state, 2) == 0 ? 0 : pick(state, 1000000);
		break;
	default:
		break;
	}
}

void walk_print(FILE *file, const struct walk_action *action)
{
	fprintf(file, "%s 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 "\n",
		names[action->kind], action->a, action->b, action->c, action->d);
}

bool walk_scan(FILE *file, struct walk_action *ret)
{
	char name[20];

	if (fscanf(file, "%19s %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64, name, &ret->a,
		   &ret->b, &ret->c, &ret->d) != 5)
		return false;
	for (int kind = 0; kind < WALK_KINDS; kind++)
		if (strcmp(name, names[kind]) == 0) {
			ret->kind = (enum walk_kind)kind;
			return true;
		}
	return false;
}

/* A ring that was never made has no size; the machine of a walk has one from the first start. */
static struct kit_queue *usable(struct rig *rig, uint64_t queue)
{
	struct kit_queue *vq = kit_queue(rig, (unsigned int)(queue % 4));

	if (vq->size == 0) {
		vq->desc = KIT_RINGS + (queue % 4) * KIT_RING;
		vq->avail = vq->desc + 0x4000;
		vq->used = vq->desc + 0x5000;
		vq->size = KIT_SIZE;
		vq->wrap = true;
	}
	return vq;
}

static bool is_packed(const struct rig *rig)
{
	return rig->kit != NULL && (rig->kit->features & F_PACKED) != 0 &&
	       rig->options.device != NULL && strstr(rig->options.device, "packed") != NULL;
}

/* One buffer into the ring, whatever kind it is. */
static void put(struct rig *rig, uint64_t queue, uint64_t gpa, uint32_t len)
{
	struct kit_queue *vq = usable(rig, queue);

	if (!is_packed(rig)) {
		kit_put(rig, (unsigned int)queue % 4, gpa, len, 0);
	} else {
		kit_packed_desc(rig, (unsigned int)queue % 4, vq->next_desc, gpa, len,
				vq->next_desc, 0, vq->wrap);
		if (++vq->next_desc >= vq->size) {
			vq->next_desc = 0;
			vq->wrap = !vq->wrap;
		}
	}
}

static void make_queue(struct rig *rig, const struct walk_action *action)
{
	unsigned int queue = (unsigned int)(action->a % 4);
	uint64_t desc = KIT_RINGS + (uint64_t)queue * KIT_RING;

	/* In three of six cases at its usual place, else at one that is wrong. */
	if (rig->options.is_legacy || action->c < 3) {
		kit_make_queue(rig, queue, (uint16_t)action->b);
		return;
	}
	if (action->c == 3)
		desc = RAM_END(rig) - 32;
	else if (action->c == 4)
		desc = RAM_END(rig) + PAGE;
	kit_make_queue_at(rig, queue, (uint16_t)action->b, desc, desc + 0x4000, 0x180000);
	*kit_queue(rig, queue) = (struct kit_queue){ .size = 0 };
	usable(rig, queue);
}

void walk_do(struct rig *rig, const struct walk_action *action, bool *is_running)
{
	unsigned int queue = (unsigned int)(action->a % 4);
	struct kit_queue *vq;

	switch (action->kind) {
	case WALK_START:
		kit_start_with(rig, action->a, (uint16_t)action->b);
		break;
	case WALK_BUFFER:
		put(rig, STATS, BUF, kit_entries(rig, BUF, (unsigned int)action->a, action->b));
		kit_kick(rig, STATS);
		break;
	case WALK_PAGES:
		for (uint64_t i = 0; i < action->b; i++) {
			rig_store64(rig, PAGES + (action->c + i) * PAGE, 7);
			rig_store32(rig, BUF + 0x8000 + 4 * i,
				    (uint32_t)(PAGES / PAGE + action->c + i));
		}
		put(rig, queue, BUF + 0x8000, (uint32_t)(4 * action->b));
		kit_kick(rig, queue);
		break;
	case WALK_DESC:
		vq = usable(rig, action->a & 3);
		if (is_packed(rig))
			kit_packed_desc(rig, action->a & 3, (uint16_t)(action->a >> 8 & 15),
					action->b, (uint32_t)action->c, (uint16_t)action->d,
					(uint16_t)(action->c >> 32), vq->wrap);
		else
			kit_desc(rig, action->a & 3, (uint16_t)(action->a >> 8 & 15), action->b,
				 (uint32_t)action->c, (uint16_t)(action->c >> 32),
				 (uint16_t)action->d);
		break;
	case WALK_AVAIL:
		usable(rig, action->a);
		kit_avail(rig, queue, (uint16_t)action->b);
		break;
	case WALK_AVAIL_JUMP:
		vq = usable(rig, action->a);
		vq->avail_idx += (uint16_t)action->b;
		rig_store16(rig, vq->avail + 2, vq->avail_idx);
		break;
	case WALK_KICK:
		kit_kick(rig, queue);
		break;
	case WALK_RING_FLAGS:
		usable(rig, action->a);
		kit_set_avail_flags(rig, queue, (uint16_t)action->b);
		kit_set_used_event(rig, queue, (uint16_t)action->c);
		break;
	case WALK_QUEUE:
		make_queue(rig, action);
		break;
	case WALK_REGISTER:
		rig_set(rig, (uint32_t)action->a, (uint32_t)action->b);
		break;
	case WALK_FEATURES:
		kit_write_features(rig, action->a);
		break;
	case WALK_ACK:
		kit_take_isr(rig);
		break;
	case WALK_CONFIG:
		rig_write(rig, R_CONFIG + (uint32_t)(action->a & 0x1f),
			  (unsigned int)(action->a >> 8 & 7), action->b);
		break;
	case WALK_LOOK_CONFIG:
		for (uint32_t i = 0; i < 5; i++)
			observe(rig, "configuration", rig_get(rig, R_CONFIG + 4 * i));
		break;
	case WALK_MEMORY:
		rig_store64(rig, action->a, action->b);
		break;
	case WALK_BALLOON:
		rig_qmpf(rig, "{'execute':'balloon','arguments':{'value':%" PRIu64 "}}", action->a);
		break;
	case WALK_INTERVAL:
		kit_set_interval(rig, (uint32_t)action->a);
		break;
	case WALK_RESET:
		rig_qmp(rig, "{'execute':'system_reset'}");
		rig_settle(rig);
		break;
	case WALK_STOP:
		rig_qmp(rig, "{'execute':'stop'}");
		*is_running = false;
		break;
	case WALK_CONT:
		rig_qmp(rig, "{'execute':'cont'}");
		*is_running = true;
		break;
	case WALK_STEP:
		if (*is_running)
			rig_pass_ns(rig, (int64_t)(action->a * 1000000 + action->b));
		break;
	case WALK_KINDS:
		break;
	}
}

static bool is_change(const char *event)
{
	return strstr(event, "BALLOON_CHANGE") != NULL;
}

void walk_look(struct rig *rig, bool with_changes)
{
	static const char get[] = "{'execute':'qom-get','arguments':{'path':'b0','property':"
				  "'guest-stats%s'}}";
	char registers[64 * 14] = "";
	uint32_t values[64];
	size_t kept = 0;
	int n = 0;

	rig_settle(rig);
	rig->ops->read_registers(rig, values);
	for (int i = 0; i < 64; i++)
		if (values[i] != 0)
			n += sprintf(registers + n, " %02x=%x", 4 * i, values[i]);
	observe_text(rig, "registers", registers);
	observe(rig, "interrupt", rig->ops->has_interrupt(rig));
	for (unsigned int queue = 0; queue < 4; queue++) {
		if (rig->kit == NULL || kit_queue(rig, queue)->size == 0)
			continue;
		observe_bytes(rig, "used", kit_queue(rig, queue)->used, 80);
		observe_bytes(rig, "descriptors", kit_queue(rig, queue)->desc, 144);
	}
	for (uint64_t i = 0; i < 8; i++)
		observe(rig, "page", rig_load64(rig, PAGES + i * PAGE));
	observe_text(rig, "statistics", rig_qmpf(rig, get, ""));
	observe_text(rig, "interval", rig_qmpf(rig, get, "-polling-interval"));
	observe_qmp(rig, "{'execute':'query-balloon'}");
	observe_qmp(rig, "{'execute':'query-status'}");
	for (size_t i = 0; i < rig->n_events; i++) {
		if (with_changes || !is_change(rig->events[i]))
			rig->events[kept++] = rig->events[i];
		else
			free(rig->events[i]);
	}
	rig->n_events = kept;
	observe_events(rig);
}
