/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Free pages: what the guest says of them when a migration asks (hints), and what it tells the host
 * by itself, soon after it has started (reporting). They are looked for in the middle of RAM, where
 * neither the driver's memory nor the balloon is.
 */
#include <endian.h>

#include "base/util.h"
#include "sim/guest/guest.h"

enum {
	BLOCK_BYTES = 4 << 20,  /* Linux hints blocks of this size ... */
	REPORT_BYTES = 2 << 20, /* ... and reports these */
	BLOCKS_MAX = 16,        /* of each, at a time */
	STOP_OFFSET = 4,
};

/* Free memory that has nothing in it: from the middle up to the balloon, `*n` pieces at most. */
static uint64_t find_free(const struct balloonsim_guest *guest, uint32_t bytes, unsigned int *n)
{
	uint64_t begin = (guest->ram_bytes / 2 + bytes - 1) / bytes * bytes;
	uint64_t end = guest->ram_bytes - (uint64_t)guest->balloon.n_pages * SIM_PAGE_SIZE;
	uint64_t first = guest->balloon.first_page << SIM_PFN_SHIFT;

	begin = MAX(begin, (first + bytes - 1) / bytes * bytes);
	*n = end > begin ? (unsigned int)MIN((end - begin) / bytes, *n) : 0;
	return begin;
}

void sim_guest_send_hints(struct balloonsim_guest *guest)
{
	struct sim_driver *driver = &guest->driver;
	struct sim_driver_desc desc = { .gpa = guest->hint_gpa, .len = 4 };
	uint32_t id = sim_driver_read_config(driver, SIM_CONFIG_FREE_PAGE_HINT_CMD_ID);
	unsigned int n = BLOCKS_MAX;
	uint32_t words[2] = { htole32(id), htole32(SIM_HINT_STOP) };
	uint64_t gpa;

	while (sim_driver_take(driver, SIM_QUEUE_HINT))
		;
	if (id == guest->hint_id)
		return;
	guest->hint_id = id;
	/* As long as the device has buffers of an earlier turn there is no room for new ones. */
	if (id == SIM_HINT_STOP || id == SIM_HINT_DONE || driver->queues[SIM_QUEUE_HINT].n_out > 0)
		return;
	gpa = find_free(guest, BLOCK_BYTES, &n);
	n = MIN(n, driver->queues[SIM_QUEUE_HINT].size - 2u);
	window_store(&guest->window, guest->hint_gpa, words, sizeof(words));
	sim_driver_put(driver, SIM_QUEUE_HINT, 0, &desc, 1);
	for (unsigned int i = 0; i < n; i++) {
		desc = (struct sim_driver_desc){ .gpa = gpa + (uint64_t)i * BLOCK_BYTES,
						 .len = BLOCK_BYTES,
						 .flags = SIM_DESC_F_WRITE };
		sim_driver_put(driver, SIM_QUEUE_HINT, (uint16_t)(i + 1), &desc, 1);
	}
	desc = (struct sim_driver_desc){ .gpa = guest->hint_gpa + STOP_OFFSET, .len = 4 };
	sim_driver_put(driver, SIM_QUEUE_HINT, (uint16_t)(n + 1), &desc, 1);
	sim_driver_kick(driver, SIM_QUEUE_HINT);
}

void sim_guest_report_pages(struct balloonsim_guest *guest)
{
	struct sim_driver *driver = &guest->driver;
	struct sim_driver_desc descs[BLOCKS_MAX];
	unsigned int n = MIN(BLOCKS_MAX, driver->queues[SIM_QUEUE_REPORTING].size);
	uint64_t gpa = find_free(guest, REPORT_BYTES, &n);

	guest->report_ns = INT64_MAX;
	if (n == 0)
		return;
	for (unsigned int i = 0; i < n; i++)
		descs[i] = (struct sim_driver_desc){
			.gpa = gpa + (uint64_t)i * REPORT_BYTES,
			.len = REPORT_BYTES,
			.flags = SIM_DESC_F_WRITE | (i + 1 < n ? SIM_DESC_F_NEXT : 0),
			.next = (uint16_t)(i + 1),
		};
	sim_driver_put(driver, SIM_QUEUE_REPORTING, 0, descs, n);
	sim_driver_kick(driver, SIM_QUEUE_REPORTING);
}
