/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Numbers of the virtio specification (version 1.3; the section stands beside each group) and the
 * few of QEMU that a guest or a client can see. Our own, because installed kernel headers know only
 * ten of the statistics.
 */
#ifndef SIM_SPEC_H
#define SIM_SPEC_H

#include <stdint.h>

/* 5.5: the memory balloon device */
enum {
	SIM_DEVICE_ID = 5,
	SIM_PFN_SHIFT = 12, /* page frame numbers count 4096 bytes, whatever the guest's page */
	SIM_PAGE_SIZE = 1 << SIM_PFN_SHIFT,
};

/* 5.5.3: balloon features; 6: the ones of the transport and the rings. Bit numbers. */
enum {
	SIM_F_STATS_VQ = 1,
	SIM_F_DEFLATE_ON_OOM = 2,
	SIM_F_FREE_PAGE_HINT = 3,
	SIM_F_PAGE_POISON = 4,
	SIM_F_REPORTING = 5,
	SIM_F_NOTIFY_ON_EMPTY = 24, /* legacy */
	SIM_F_ANY_LAYOUT = 27,      /* legacy */
	SIM_F_INDIRECT_DESC = 28,
	SIM_F_EVENT_IDX = 29,
	SIM_F_BAD_FEATURE = 30, /* legacy; never offered */
	SIM_F_VERSION_1 = 32,
	SIM_F_PACKED = 34,
	SIM_F_IN_ORDER = 35,
	SIM_F_RING_RESET = 40,
};

#define SIM_FEATURE(bit) (UINT64_C(1) << (bit))

/* 2.1: device status */
enum {
	SIM_STATUS_ACKNOWLEDGE = 1,
	SIM_STATUS_DRIVER = 2,
	SIM_STATUS_DRIVER_OK = 4,
	SIM_STATUS_FEATURES_OK = 8,
	SIM_STATUS_NEEDS_RESET = 64,
	SIM_STATUS_FAILED = 128,
};

/* 2.7: split virtqueues. A descriptor is le64 addr, le32 len, le16 flags, le16 next. */
enum {
	SIM_DESC_SIZE = 16,
	SIM_DESC_F_NEXT = 1,
	SIM_DESC_F_WRITE = 2,
	SIM_DESC_F_INDIRECT = 4,
	SIM_AVAIL_F_NO_INTERRUPT = 1,
	/* QEMU's bound on a ring's size and on the pieces of one chain */
	SIM_QUEUE_SIZE_MAX = 1024,
	SIM_PIECES_MAX = 1024,
};

/* 2.8: packed virtqueues. A descriptor is le64 addr, le32 len, le16 id, le16 flags. */
enum {
	SIM_PACKED_F_AVAIL = 1 << 7,
	SIM_PACKED_F_USED = 1 << 15,
	SIM_PACKED_EVENT_ENABLE = 0,
	SIM_PACKED_EVENT_DISABLE = 1,
	SIM_PACKED_EVENT_DESC = 2,
};

/* 4.2.2: virtio-mmio registers; 4.2.4: those of the legacy interface */
enum {
	SIM_MMIO_MAGIC = 0x00,
	SIM_MMIO_VERSION = 0x04,
	SIM_MMIO_DEVICE_ID = 0x08,
	SIM_MMIO_VENDOR_ID = 0x0c,
	SIM_MMIO_DEVICE_FEATURES = 0x10,
	SIM_MMIO_DEVICE_FEATURES_SEL = 0x14,
	SIM_MMIO_DRIVER_FEATURES = 0x20,
	SIM_MMIO_DRIVER_FEATURES_SEL = 0x24,
	SIM_MMIO_GUEST_PAGE_SIZE = 0x28, /* legacy */
	SIM_MMIO_QUEUE_SEL = 0x30,
	SIM_MMIO_QUEUE_NUM_MAX = 0x34,
	SIM_MMIO_QUEUE_NUM = 0x38,
	SIM_MMIO_QUEUE_ALIGN = 0x3c, /* legacy */
	SIM_MMIO_QUEUE_PFN = 0x40,   /* legacy */
	SIM_MMIO_QUEUE_READY = 0x44,
	SIM_MMIO_QUEUE_NOTIFY = 0x50,
	SIM_MMIO_INTERRUPT_STATUS = 0x60,
	SIM_MMIO_INTERRUPT_ACK = 0x64,
	SIM_MMIO_STATUS = 0x70,
	SIM_MMIO_QUEUE_DESC_LOW = 0x80,
	SIM_MMIO_QUEUE_DESC_HIGH = 0x84,
	SIM_MMIO_QUEUE_DRIVER_LOW = 0x90,
	SIM_MMIO_QUEUE_DRIVER_HIGH = 0x94,
	SIM_MMIO_QUEUE_DEVICE_LOW = 0xa0,
	SIM_MMIO_QUEUE_DEVICE_HIGH = 0xa4,
	SIM_MMIO_SHM_SEL = 0xac,
	SIM_MMIO_SHM_LEN_LOW = 0xb0,
	SIM_MMIO_SHM_LEN_HIGH = 0xb4,
	SIM_MMIO_SHM_BASE_LOW = 0xb8,
	SIM_MMIO_SHM_BASE_HIGH = 0xbc,
	SIM_MMIO_QUEUE_RESET = 0xc0,
	SIM_MMIO_CONFIG_GENERATION = 0xfc,
	SIM_MMIO_CONFIG = 0x100,
	SIM_MMIO_SIZE = 0x200,

	SIM_MMIO_MAGIC_VALUE = 0x74726976,  /* "virt" */
	SIM_MMIO_VENDOR_VALUE = 0x554d4551, /* "QEMU" */

	SIM_INTERRUPT_USED = 1,   /* the device has returned a buffer */
	SIM_INTERRUPT_CONFIG = 2, /* its configuration has changed */
};

/* 5.5.4: the configuration space, 32-bit little-endian fields */
enum {
	SIM_CONFIG_NUM_PAGES = 0,
	SIM_CONFIG_ACTUAL = 4,
	SIM_CONFIG_FREE_PAGE_HINT_CMD_ID = 8,
	SIM_CONFIG_POISON_VAL = 12,
	SIM_CONFIG_SIZE_MAX = 16,
};

/* 5.5.6.3: statistics, le16 tag and le64 value each. Tags from 10 on are Linux 6.12's. */
enum {
	SIM_STAT_SIZE = 10,
	SIM_STAT_SWAP_IN = 0,
	SIM_STAT_SWAP_OUT = 1,
	SIM_STAT_MAJOR_FAULTS = 2,
	SIM_STAT_MINOR_FAULTS = 3,
	SIM_STAT_FREE_MEMORY = 4,
	SIM_STAT_TOTAL_MEMORY = 5,
	SIM_STAT_AVAILABLE_MEMORY = 6,
	SIM_STAT_DISK_CACHES = 7,
	SIM_STAT_HTLB_PGALLOC = 8,
	SIM_STAT_HTLB_PGFAIL = 9,
	SIM_STAT_OOM_KILLS = 10,
	SIM_STAT_ALLOC_STALLS = 11,
	SIM_STAT_ASYNC_SCANS = 12,
	SIM_STAT_DIRECT_SCANS = 13,
	SIM_STAT_ASYNC_RECLAIMS = 14,
	SIM_STAT_DIRECT_RECLAIMS = 15,
	SIM_STATS_MAX = 16,
};

#define SIM_STAT_ABSENT UINT64_MAX

/* 5.5.6.6: what free_page_hint_cmd_id says besides an id */
enum {
	SIM_HINT_STOP = 0,
	SIM_HINT_DONE = 1,
};
#define SIM_HINT_FIRST UINT32_C(0x80000000)

/* Queue numbers when everything is offered; QEMU numbers them without gaps over what it offers. */
enum sim_queue_role {
	SIM_QUEUE_INFLATE,
	SIM_QUEUE_DEFLATE,
	SIM_QUEUE_STATS,
	SIM_QUEUE_HINT,
	SIM_QUEUE_REPORTING,
	SIM_QUEUES_MAX,
};

#endif
