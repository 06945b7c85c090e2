/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rings that break the device, one way for each reason that QEMU has to give up, and two that look
 * broken and are not. Those that are about indices exist in split rings only; on a packed ring a
 * good buffer goes out in their place.
 */
#include <endian.h>

#include "sim/guest/guest.h"

enum {
	TOO_MANY = SIM_PIECES_MAX + 1,
	JUMP = 300,
	UNMAPPABLE_BYTES = 8192, /* QEMU copies up to 4096 bytes aside */
};

/* No machine has memory or a device there. */
#define NOWHERE (UINT64_C(1) << 52)

static void put(struct balloonsim_guest *guest, uint64_t gpa, uint32_t len, uint16_t flags,
		uint16_t next)
{
	struct sim_driver_desc desc = { .gpa = gpa, .len = len, .flags = flags, .next = next };

	sim_driver_put(&guest->driver, SIM_QUEUE_STATS, 0, &desc, 1);
}

/* An indirect table of `n` pieces of the buffer: one byte each but for the last, which is `len` long.
 * The last of a loop goes on with the first. */
static void put_table(struct balloonsim_guest *guest, unsigned int n, uint32_t len, bool is_loop)
{
	for (unsigned int i = 0; i < n; i++) {
		bool is_last = i + 1 == n;
		struct {
			uint64_t gpa;
			uint32_t len;
			uint16_t flags, next;
		} desc = {
			.gpa = htole64(guest->stats_gpa),
			.len = htole32(is_last ? len : 1),
			.flags = htole16(is_last && !is_loop ? 0 : SIM_DESC_F_NEXT),
			.next = htole16(is_last ? 0 : (uint16_t)(i + 1)),
		};

		window_store(&guest->window, guest->scratch_gpa + SIM_DESC_SIZE * (uint64_t)i,
			     &desc, sizeof(desc));
	}
	put(guest, guest->scratch_gpa, n * SIM_DESC_SIZE, SIM_DESC_F_INDIRECT, 0);
}

static void put_in_bad_order(struct balloonsim_guest *guest, uint32_t len)
{
	const struct sim_driver_desc descs[2] = {
		{ .gpa = guest->stats_gpa,
		  .len = len,
		  .flags = SIM_DESC_F_WRITE | SIM_DESC_F_NEXT,
		  .next = 1 },
		{ .gpa = guest->stats_gpa, .len = len },
	};

	sim_driver_put(&guest->driver, SIM_QUEUE_STATS, 0, descs, 2);
}

/* A ring of one entry holds one buffer; the second, while the device has the first, is too much. A
 * ring of that size must be made first. */
static void exceed_size(struct balloonsim_guest *guest, uint32_t len)
{
	struct sim_driver *driver = &guest->driver;

	if (!guest->has_tiny_queue) {
		guest->has_tiny_queue = true;
		sim_guest_restart(guest, 0);
		return;
	}
	sim_driver_put_plain(driver, SIM_QUEUE_STATS, guest->stats_gpa, len);
	sim_driver_kick(driver, SIM_QUEUE_STATS);
	sim_driver_put_plain(driver, SIM_QUEUE_STATS, guest->stats_gpa, len);
}

/* Those about indices; false: it is none of them. */
static bool put_bad_index(struct balloonsim_guest *guest, enum sim_fault fault, uint32_t len)
{
	struct sim_driver *driver = &guest->driver;
	uint16_t size = driver->queues[SIM_QUEUE_STATS].size;

	switch (fault) {
	case SIM_FAULT_BAD_HEAD:
		sim_driver_put_head(driver, SIM_QUEUE_STATS, size);
		return true;
	case SIM_FAULT_BAD_NEXT:
		put(guest, guest->stats_gpa, len, SIM_DESC_F_NEXT, size);
		return true;
	case SIM_FAULT_LOOP:
		/* In a table, because in a large ring QEMU counts its 1024 pieces first. */
		if (guest->scratch_gpa != 0)
			put_table(guest, 2, len, true);
		else
			put(guest, guest->stats_gpa, len, SIM_DESC_F_NEXT, 0);
		return true;
	case SIM_FAULT_WILD_INDEX:
		sim_driver_put_plain(driver, SIM_QUEUE_STATS, guest->stats_gpa, len);
		sim_driver_skip(driver, SIM_QUEUE_STATS, JUMP);
		return true;
	default:
		return false;
	}
}

void sim_guest_put_garbage(struct balloonsim_guest *guest, uint64_t strikes, uint32_t len)
{
	enum sim_fault fault = (enum sim_fault)__builtin_ctzll(
		strikes & (SIM_FAULTS_OF_RINGS | SIM_FAULT_BIT(SIM_FAULT_INDIRECT_BUFFER)));
	bool has_scratch = guest->scratch_gpa != 0;

	if (fault == SIM_FAULT_SIZE_EXCEEDED) {
		exceed_size(guest, len);
	} else if (!guest->driver.is_packed && put_bad_index(guest, fault, len)) {
		return;
	} else if (fault == SIM_FAULT_ZERO_LENGTH) {
		put(guest, guest->stats_gpa, 0, 0, 0);
	} else if (fault == SIM_FAULT_BAD_ORDER) {
		put_in_bad_order(guest, len);
	} else if (fault == SIM_FAULT_BAD_INDIRECT) {
		put(guest, guest->stats_gpa, SIM_DESC_SIZE - 1, SIM_DESC_F_INDIRECT, 0);
	} else if (fault == SIM_FAULT_UNMAPPABLE) {
		put(guest, NOWHERE, UNMAPPABLE_BYTES, 0, 0);
	} else if (fault == SIM_FAULT_TOO_MANY_PIECES && has_scratch) {
		put_table(guest, TOO_MANY, len, false);
	} else if (fault == SIM_FAULT_INDIRECT_BUFFER && has_scratch) {
		put_table(guest, 1, len, false);
	} else {
		sim_driver_put_plain(&guest->driver, SIM_QUEUE_STATS, guest->stats_gpa, len);
	}
}
