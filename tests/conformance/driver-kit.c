/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The steps of a driver; see driver-kit.h. Where things are in memory: the rings from 1 MiB on, the
 * scenario's buffers from 2 MiB on.
 */
#include "driver-kit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

struct kit_queue *kit_queue(struct rig *rig, unsigned int queue)
{
	if (rig->kit == NULL)
		rig->kit = calloc(1, sizeof(*rig->kit));
	assert(rig->kit != NULL && queue < 5);
	return &rig->kit->queues[queue];
}

/* ---- set-up ---- */

void kit_write_features(struct rig *rig, uint64_t features)
{
	kit_queue(rig, 0);
	rig->kit->features = features;
	if (!rig->options.is_legacy) {
		rig_set(rig, R_DRIVER_FEATURES_SEL, 1);
		rig_set(rig, R_DRIVER_FEATURES, (uint32_t)(features >> 32));
	}
	rig_set(rig, R_DRIVER_FEATURES_SEL, 0);
	rig_set(rig, R_DRIVER_FEATURES, (uint32_t)features);
}

void kit_negotiate(struct rig *rig, uint64_t features)
{
	rig_set(rig, R_STATUS, 0);
	rig_set(rig, R_STATUS, 1);
	rig_set(rig, R_STATUS, 3);
	kit_write_features(rig, features);
	if (rig->options.is_legacy)
		rig_set(rig, R_PAGE_SIZE, PAGE);
	else
		rig_set(rig, R_STATUS, S_FEATURES);
}

static void forget_queue(struct rig *rig, unsigned int queue, uint16_t size, uint64_t desc,
			 uint64_t avail, uint64_t used)
{
	*kit_queue(rig, queue) = (struct kit_queue){
		.desc = desc,
		.avail = avail,
		.used = used,
		.size = size,
		.wrap = true,
	};
}

void kit_make_queue_at(struct rig *rig, unsigned int queue, uint16_t size, uint64_t desc,
		       uint64_t avail, uint64_t used)
{
	forget_queue(rig, queue, size, desc, avail, used);
	rig_set(rig, R_QUEUE_SEL, queue);
	rig_set(rig, R_QUEUE_NUM, size);
	rig_set(rig, R_DESC, (uint32_t)desc);
	rig_set(rig, R_DESC + 4, (uint32_t)(desc >> 32));
	rig_set(rig, R_AVAIL, (uint32_t)avail);
	rig_set(rig, R_AVAIL + 4, (uint32_t)(avail >> 32));
	rig_set(rig, R_USED, (uint32_t)used);
	rig_set(rig, R_USED + 4, (uint32_t)(used >> 32));
	rig_set(rig, R_QUEUE_READY, 1);
}

void kit_make_queue(struct rig *rig, unsigned int queue, uint16_t size)
{
	static unsigned char zeros[KIT_RING];
	uint64_t desc = KIT_RINGS + (uint64_t)queue * KIT_RING;
	uint64_t avail = desc + 0x4000, used = desc + 0x5000;

	rig_store(rig, desc, zeros, KIT_RING);
	if (!rig->options.is_legacy) {
		kit_make_queue_at(rig, queue, size, desc, avail, used);
		return;
	}
	avail = desc + 16 * (uint64_t)size;
	used = (avail + 4 + 2 * (uint64_t)size + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	forget_queue(rig, queue, size, desc, avail, used);
	rig_set(rig, R_QUEUE_SEL, queue);
	rig_set(rig, R_QUEUE_NUM, size);
	rig_set(rig, R_QUEUE_ALIGN, PAGE);
	rig_set(rig, R_QUEUE_PFN, (uint32_t)(desc / PAGE));
}

void kit_ok(struct rig *rig)
{
	rig_set(rig, R_STATUS, rig->options.is_legacy ? 7 : S_OK);
	if (rig->options.has_ioeventfd)
		rig_settle(rig);
}

void kit_start_with(struct rig *rig, uint64_t features, uint16_t size)
{
	kit_negotiate(rig, features);
	for (unsigned int queue = 0; queue < 3; queue++)
		kit_make_queue(rig, queue, size);
	kit_ok(rig);
}

void kit_start(struct rig *rig)
{
	kit_start_with(rig, rig->options.is_legacy ? F_STATS : F_PLAIN, KIT_SIZE);
}

/* ---- split rings ---- */

void kit_desc_at(struct rig *rig, uint64_t table, uint16_t index, uint64_t gpa, uint32_t len,
		 uint16_t flags, uint16_t next)
{
	unsigned char bytes[16];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(gpa >> (8 * i));
	for (int i = 0; i < 4; i++)
		bytes[8 + i] = (unsigned char)(len >> (8 * i));
	for (int i = 0; i < 2; i++)
		bytes[12 + i] = (unsigned char)(flags >> (8 * i));
	for (int i = 0; i < 2; i++)
		bytes[14 + i] = (unsigned char)(next >> (8 * i));
	rig_store(rig, table + 16 * (uint64_t)index, bytes, sizeof(bytes));
}

void kit_desc(struct rig *rig, unsigned int queue, uint16_t index, uint64_t gpa, uint32_t len,
	      uint16_t flags, uint16_t next)
{
	kit_desc_at(rig, kit_queue(rig, queue)->desc, index, gpa, len, flags, next);
}

void kit_avail(struct rig *rig, unsigned int queue, uint16_t head)
{
	struct kit_queue *vq = kit_queue(rig, queue);

	rig_store16(rig, vq->avail + 4 + 2 * (uint64_t)(vq->avail_idx % vq->size), head);
	rig_store16(rig, vq->avail + 2, ++vq->avail_idx);
}

uint16_t kit_put(struct rig *rig, unsigned int queue, uint64_t gpa, uint32_t len, uint16_t flags)
{
	struct kit_queue *vq = kit_queue(rig, queue);
	uint16_t head = vq->next_desc++ % vq->size;

	kit_desc(rig, queue, head, gpa, len, flags, 0);
	kit_avail(rig, queue, head);
	return head;
}

void kit_send(struct rig *rig, unsigned int queue, uint64_t gpa, uint32_t len)
{
	kit_put(rig, queue, gpa, len, 0);
	kit_kick(rig, queue);
}

void kit_kick(struct rig *rig, unsigned int queue)
{
	rig_set(rig, R_NOTIFY, queue);
	if (rig->options.has_ioeventfd)
		rig_settle(rig);
}

void kit_set_avail_flags(struct rig *rig, unsigned int queue, uint16_t flags)
{
	rig_store16(rig, kit_queue(rig, queue)->avail, flags);
}

void kit_set_used_event(struct rig *rig, unsigned int queue, uint16_t index)
{
	struct kit_queue *vq = kit_queue(rig, queue);

	rig_store16(rig, vq->avail + 4 + 2 * (uint64_t)vq->size, index);
}

uint16_t kit_used(struct rig *rig, unsigned int queue)
{
	return rig_load16(rig, kit_queue(rig, queue)->used + 2);
}

uint32_t kit_used_id(struct rig *rig, unsigned int queue, uint16_t index)
{
	struct kit_queue *vq = kit_queue(rig, queue);

	return rig_load32(rig, vq->used + 4 + 8 * (uint64_t)(index % vq->size));
}

uint32_t kit_used_len(struct rig *rig, unsigned int queue, uint16_t index)
{
	struct kit_queue *vq = kit_queue(rig, queue);

	return rig_load32(rig, vq->used + 8 + 8 * (uint64_t)(index % vq->size));
}

uint16_t kit_avail_event(struct rig *rig, unsigned int queue)
{
	struct kit_queue *vq = kit_queue(rig, queue);

	return rig_load16(rig, vq->used + 4 + 8 * (uint64_t)vq->size);
}

/* ---- packed rings ---- */

void kit_packed_desc(struct rig *rig, unsigned int queue, uint16_t index, uint64_t gpa,
		     uint32_t len, uint16_t id, uint16_t flags, bool wrap)
{
	kit_desc_at(rig, kit_queue(rig, queue)->desc, index, gpa, len, id,
		    (uint16_t)(flags | (wrap ? 1u << 7 : 1u << 15)));
}

/* ---- statistics ---- */

void kit_entry(struct rig *rig, uint64_t gpa, uint16_t tag, uint64_t value)
{
	unsigned char bytes[10] = { (unsigned char)tag, (unsigned char)(tag >> 8) };

	for (int i = 0; i < 8; i++)
		bytes[2 + i] = (unsigned char)(value >> (8 * i));
	rig_store(rig, gpa, bytes, sizeof(bytes));
}

uint32_t kit_entries(struct rig *rig, uint64_t gpa, unsigned int n, uint64_t base)
{
	for (unsigned int tag = 0; tag < n; tag++)
		kit_entry(rig, gpa + 10 * (uint64_t)tag, (uint16_t)tag, base + tag);
	return 10 * n;
}

static const char *const stat_names[] = {
	"swap-in",      "swap-out",     "major-faults",     "minor-faults",
	"free-memory",  "total-memory", "available-memory", "disk-caches",
	"htlb-pgalloc", "htlb-pgfail",  "oom-kills",        "alloc-stalls",
	"async-scans",  "direct-scans", "async-reclaims",   "direct-reclaims",
};

static const char *get_path(const struct rig *rig)
{
	return rig->options.is_anonymous ? "/machine/peripheral-anon/device[0]"
					 : "/machine/peripheral/b0";
}

uint64_t kit_stat(struct rig *rig, unsigned int tag)
{
	const char *reply =
		rig_qmpf(rig,
			 "{'execute':'qom-get','arguments':{'path':'%s','property':'guest-stats'}}",
			 get_path(rig));
	char key[40];

	snprintf(key, sizeof(key), "\"stat-%s\": ", stat_names[tag]);
	reply = strstr(reply, key);
	return reply != NULL ? strtoull(reply + strlen(key), NULL, 10) : ABSENT - 1;
}

int64_t kit_last_update(struct rig *rig)
{
	rig->last_update = -1;
	kit_stat(rig, 0);
	return rig->last_update;
}

unsigned int kit_stats_known(const struct rig *rig)
{
	return rig->version == RIG_7_2 ? 10 : 16;
}

void kit_set_interval(struct rig *rig, uint32_t seconds)
{
	rig_qmpf(rig,
		 "{'execute':'qom-set','arguments':{'path':'%s',"
		 "'property':'guest-stats-polling-interval','value':%" PRIu32 "}}",
		 get_path(rig), seconds);
	rig_settle(rig);
}

void kit_start_with_buffer(struct rig *rig)
{
	kit_start(rig);
	kit_entries(rig, BUF, 10, 1000);
	kit_send(rig, STATS, BUF, 100);
}

void kit_answer(struct rig *rig)
{
	struct kit_queue *vq = kit_queue(rig, STATS);

	kit_entries(rig, BUF, 10, 2000 + 1000 * (uint64_t)vq->avail_idx);
	kit_send(rig, STATS, BUF, 100);
}

/* ---- interrupts ---- */

uint32_t kit_take_isr(struct rig *rig)
{
	uint32_t isr = rig_get(rig, R_ISR);

	rig_set(rig, R_ACK, isr);
	return isr;
}

bool kit_has_interrupt(struct rig *rig)
{
	return rig->ops->has_interrupt(rig);
}
