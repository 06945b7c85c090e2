/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a driver does, in single steps, for scenarios: set the device up, put buffers into rings,
 * kick, look at what came back. It has nothing in common with the simulator's own driver, and it
 * does whatever it is told to do, right or wrong.
 */
#ifndef TESTS_DRIVER_KIT_H
#define TESTS_DRIVER_KIT_H

#include "rig.h"

/* Registers (virtio 1.3, 4.2.2). */
enum {
	R_MAGIC = 0x00,
	R_VERSION = 0x04,
	R_DEVICE_ID = 0x08,
	R_VENDOR = 0x0c,
	R_FEATURES = 0x10,
	R_FEATURES_SEL = 0x14,
	R_DRIVER_FEATURES = 0x20,
	R_DRIVER_FEATURES_SEL = 0x24,
	R_PAGE_SIZE = 0x28,
	R_QUEUE_SEL = 0x30,
	R_QUEUE_MAX = 0x34,
	R_QUEUE_NUM = 0x38,
	R_QUEUE_ALIGN = 0x3c,
	R_QUEUE_PFN = 0x40,
	R_QUEUE_READY = 0x44,
	R_NOTIFY = 0x50,
	R_ISR = 0x60,
	R_ACK = 0x64,
	R_STATUS = 0x70,
	R_DESC = 0x80,
	R_AVAIL = 0x90,
	R_USED = 0xa0,
	R_GENERATION = 0xfc,
	R_CONFIG = 0x100,
	R_NUM_PAGES = 0x100,
	R_ACTUAL = 0x104,
	R_HINT_ID = 0x108,
	R_POISON = 0x10c,
};

/* Status bits, together as a driver sets them one after the other. */
enum {
	S_FEATURES = 0x0b, /* ACKNOWLEDGE, DRIVER, FEATURES_OK */
	S_OK = 0x0f,
	S_BROKEN = 0x4f, /* S_OK and NEEDS_RESET */
};

/* Queues, while neither hints nor reporting are offered before them. */
enum {
	INFLATE = 0,
	DEFLATE = 1,
	STATS = 2,
	HINT = 3,
};

enum {
	NEXT = 1,
	WRITE = 2,
	INDIRECT = 4,
};

#define F(bit)       (UINT64_C(1) << (bit))
#define F_STATS      F(1)
#define F_OOM        F(2)
#define F_HINT       F(3)
#define F_POISON     F(4)
#define F_REPORTING  F(5)
#define F_ON_EMPTY   F(24)
#define F_ANY_LAYOUT F(27)
#define F_INDIRECT   F(28)
#define F_EVENT      F(29)
#define F_1          F(32)
#define F_PACKED     F(34)
#define F_IN_ORDER   F(35)
#define F_RESET      F(40)
#define F_PLAIN      (F_1 | F_STATS) /* what kit_start accepts; of a legacy device F_STATS */

#define KIT_SIZE     8        /* entries of a ring unless told otherwise */
#define KIT_RINGS    0x100000 /* the rings of queue q are at KIT_RINGS + q * KIT_RING */
#define KIT_RING     0x8000
#define BUF          UINT64_C(0x200000) /* and what is behind it is the scenario's */
#define PAGE         4096
#define RAM_END(rig) ((uint64_t)((rig)->options.ram_mib != 0 ? (rig)->options.ram_mib : 64) << 20)

#define ABSENT UINT64_MAX

struct kit_queue {
	uint64_t desc, avail, used;
	uint16_t size;
	uint16_t avail_idx; /* as in the ring */
	uint16_t next_desc; /* for kit_put */
	bool wrap;          /* packed: of the next available descriptor */
};

struct kit {
	uint64_t features;
	struct kit_queue queues[5];
};

struct kit_queue *kit_queue(struct rig *rig, unsigned int queue);

/* Reset, negotiate and set up queues 0 to 2; with DRIVER_OK. */
void kit_start(struct rig *rig);
void kit_start_with(struct rig *rig, uint64_t features, uint16_t size);

/* The same in steps. kit_negotiate ends with FEATURES_OK; legacy devices don't know it. */
void kit_negotiate(struct rig *rig, uint64_t features);
void kit_write_features(struct rig *rig, uint64_t features);
void kit_make_queue(struct rig *rig, unsigned int queue, uint16_t size);
/* With addresses of one's own. */
void kit_make_queue_at(struct rig *rig, unsigned int queue, uint16_t size, uint64_t desc,
		       uint64_t avail, uint64_t used);
void kit_ok(struct rig *rig);

/* Split rings. kit_avail makes `head` available; kit_put also makes a descriptor for it, readable
 * (or with WRITE among the flags), and returns its index; kit_send kicks besides. */
void kit_desc(struct rig *rig, unsigned int queue, uint16_t index, uint64_t gpa, uint32_t len,
	      uint16_t flags, uint16_t next);
void kit_desc_at(struct rig *rig, uint64_t table, uint16_t index, uint64_t gpa, uint32_t len,
		 uint16_t flags, uint16_t next);
void kit_avail(struct rig *rig, unsigned int queue, uint16_t head);
uint16_t kit_put(struct rig *rig, unsigned int queue, uint64_t gpa, uint32_t len, uint16_t flags);
void kit_send(struct rig *rig, unsigned int queue, uint64_t gpa, uint32_t len);
void kit_kick(struct rig *rig, unsigned int queue);
void kit_set_avail_flags(struct rig *rig, unsigned int queue, uint16_t flags);
void kit_set_used_event(struct rig *rig, unsigned int queue, uint16_t index);

uint16_t kit_used(struct rig *rig, unsigned int queue);
uint32_t kit_used_id(struct rig *rig, unsigned int queue, uint16_t index);
uint32_t kit_used_len(struct rig *rig, unsigned int queue, uint16_t index);
uint16_t kit_avail_event(struct rig *rig, unsigned int queue);
/* The used ring as bytes, for the trace. */
#define observe_used(rig, queue)                                     \
	observe_bytes(rig, "used ring", kit_queue(rig, queue)->used, \
		      6 + 8 * (size_t)kit_queue(rig, queue)->size)

/* Packed rings: a descriptor with the flags that make it available at its place. The first of a
 * chain should come last. */
void kit_packed_desc(struct rig *rig, unsigned int queue, uint16_t index, uint64_t gpa,
		     uint32_t len, uint16_t id, uint16_t flags, bool wrap);

/* Statistics. */
void kit_entry(struct rig *rig, uint64_t gpa, uint16_t tag, uint64_t value);
/* `n` entries of known tags, from 0 on, with values that tell them apart. Returns the length. */
uint32_t kit_entries(struct rig *rig, uint64_t gpa, unsigned int n, uint64_t base);
/* The device's values, by QMP. */
uint64_t kit_stat(struct rig *rig, unsigned int tag);
int64_t kit_last_update(struct rig *rig);
unsigned int kit_stats_known(const struct rig *rig);
/* Polling. */
void kit_set_interval(struct rig *rig, uint32_t seconds);
/* A driver's answer to a request: the same buffer again, with other contents. */
void kit_answer(struct rig *rig);
/* A driver with all set up and one buffer with the device. */
void kit_start_with_buffer(struct rig *rig);

/* Interrupts: the status, which is then acknowledged. */
uint32_t kit_take_isr(struct rig *rig);
bool kit_has_interrupt(struct rig *rig);

#endif
