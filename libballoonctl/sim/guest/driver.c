/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding and setting up the device: virtio-mmio from the driver's side (virtio 1.3, 3.1 and
 * 4.2.3), modern and legacy, as the Version register says. Where the rings lie in guest memory is
 * chosen so that those parts of them that are really written share a few small stretches.
 */
#include "sim/guest/driver.h"

#include <errno.h>

#include "base/util.h"

enum {
	BASE = 1 << 20,       /* of the driver's memory: behind what firmware uses */
	BASE_SMALL = 1 << 12, /* in a guest with less than 4 MiB */
	STRETCH = 1024,       /* parts that lie inside one of these stay together */
	LEGACY_ALIGN = 4096,
	PAST_END = 8, /* bytes of a part that still lie in RAM when it reaches past the end */
};

static uint64_t align_up(uint64_t n, uint32_t align)
{
	return (n + align - 1) / align * align;
}

void sim_driver_init(struct sim_driver *driver, const struct balloonsim_window *window,
		     uint64_t ram_bytes)
{
	*driver = (struct sim_driver){ .window = window, .ram_bytes = ram_bytes };
}

uint64_t sim_driver_allocate(struct sim_driver *driver, uint64_t len, uint32_t align)
{
	uint64_t gpa = align_up(driver->next, align);

	if (gpa > driver->ram_bytes || len > driver->ram_bytes - gpa)
		return 0;
	driver->next = gpa + len;
	return gpa;
}

static uint64_t read_features(const struct sim_driver *driver)
{
	uint64_t features;

	window_write(driver->window, SIM_MMIO_DEVICE_FEATURES_SEL, 1);
	features = (uint64_t)window_read(driver->window, SIM_MMIO_DEVICE_FEATURES) << 32;
	window_write(driver->window, SIM_MMIO_DEVICE_FEATURES_SEL, 0);
	return features | window_read(driver->window, SIM_MMIO_DEVICE_FEATURES);
}

static void write_features(const struct sim_driver *driver)
{
	window_write(driver->window, SIM_MMIO_DRIVER_FEATURES_SEL, 1);
	window_write(driver->window, SIM_MMIO_DRIVER_FEATURES, (uint32_t)(driver->features >> 32));
	window_write(driver->window, SIM_MMIO_DRIVER_FEATURES_SEL, 0);
	window_write(driver->window, SIM_MMIO_DRIVER_FEATURES, (uint32_t)driver->features);
}

static uint32_t add_status(const struct sim_driver *driver, uint32_t bits)
{
	uint32_t status = window_read(driver->window, SIM_MMIO_STATUS) & 0xff;

	window_write(driver->window, SIM_MMIO_STATUS, status | bits);
	return window_read(driver->window, SIM_MMIO_STATUS);
}

int sim_driver_negotiate(struct sim_driver *driver, uint64_t wanted, bool skips_ok)
{
	const struct balloonsim_window *window = driver->window;
	uint32_t version = window_read(window, SIM_MMIO_VERSION);

	if (window_read(window, SIM_MMIO_MAGIC) != SIM_MMIO_MAGIC_VALUE ||
	    (version != 1 && version != 2) ||
	    window_read(window, SIM_MMIO_DEVICE_ID) != SIM_DEVICE_ID)
		return -ENODEV;
	sim_driver_init(driver, window, driver->ram_bytes);
	driver->next = driver->ram_bytes < 4 * BASE ? BASE_SMALL : BASE;
	driver->is_legacy = version == 1;
	sim_driver_reset(driver);
	add_status(driver, SIM_STATUS_ACKNOWLEDGE);
	add_status(driver, SIM_STATUS_DRIVER);
	driver->offered = read_features(driver);
	driver->features = driver->offered & wanted;
	if (driver->is_legacy) {
		driver->features &= UINT32_MAX;
		window_write(window, SIM_MMIO_GUEST_PAGE_SIZE, SIM_PAGE_SIZE);
	}
	write_features(driver);
	if (skips_ok && !driver->is_legacy)
		driver->features = 0;
	else if (!driver->is_legacy &&
		 (add_status(driver, SIM_STATUS_FEATURES_OK) & SIM_STATUS_FEATURES_OK) == 0) {
		sim_driver_fail(driver);
		return -EPROTO;
	}
	driver->is_packed = sim_driver_has(driver, SIM_F_PACKED);
	driver->has_event_idx = sim_driver_has(driver, SIM_F_EVENT_IDX);
	return 0;
}

void sim_driver_start(struct sim_driver *driver)
{
	add_status(driver, SIM_STATUS_DRIVER_OK);
}

void sim_driver_reset(struct sim_driver *driver)
{
	window_write(driver->window, SIM_MMIO_STATUS, 0);
}

void sim_driver_fail(struct sim_driver *driver)
{
	add_status(driver, SIM_STATUS_FAILED);
}

/* Clear memory that an earlier driver may have used. */
static void clear(const struct sim_driver *driver, uint64_t gpa, uint64_t len)
{
	static const unsigned char zeros[STRETCH];

	while (len > 0) {
		size_t part = (size_t)MIN(len, STRETCH - gpa % STRETCH);

		window_store(driver->window, gpa, zeros, part);
		gpa += part;
		len -= part;
	}
}

/* Bytes of the three parts, for `n` entries. */
struct layout {
	uint64_t desc, avail, used;
};

static struct layout get_layout(const struct sim_driver *driver, uint32_t n)
{
	if (driver->is_packed)
		return (struct layout){ n * SIM_DESC_SIZE, 4, 4 };
	return (struct layout){ n * SIM_DESC_SIZE, 6 + 2 * n, 6 + 8 * n };
}

/* A legacy device wants all in one: descriptors, available ring, and the used ring on a page of its
 * own. */
static int lay_out_legacy(struct sim_driver *driver, struct sim_driver_queue *queue, size_t extra,
			  uint64_t *ret_extra)
{
	struct layout layout = get_layout(driver, queue->size);
	uint64_t used = align_up(layout.desc + layout.avail, LEGACY_ALIGN);
	uint64_t gpa = sim_driver_allocate(driver, used + layout.used, LEGACY_ALIGN);

	*ret_extra = sim_driver_allocate(driver, extra, 16);
	if (gpa == 0 || *ret_extra == 0)
		return -ENOMEM;
	queue->desc = gpa;
	queue->avail = gpa + layout.desc;
	queue->used = gpa + used;
	clear(driver, gpa, used + layout.used);
	return 0;
}

/*
 * A driver with one buffer in the queue writes the beginnings of all parts and the ends of the
 * rings (with the event index) and leaves the rest alone. In this order they touch: available ring,
 * used ring, buffer, descriptors.
 */
static int lay_out_modern(struct sim_driver *driver, struct sim_driver_queue *queue, size_t extra,
			  uint64_t *ret_extra)
{
	struct layout layout = get_layout(driver, queue->size);

	driver->next = align_up(driver->next, STRETCH);
	queue->avail = sim_driver_allocate(driver, layout.avail, 4);
	queue->used = sim_driver_allocate(driver, layout.used, 4);
	*ret_extra = sim_driver_allocate(driver, extra, 16);
	queue->desc = sim_driver_allocate(driver, layout.desc, 16);
	if (queue->avail == 0 || queue->used == 0 || *ret_extra == 0 || queue->desc == 0)
		return -ENOMEM;
	clear(driver, queue->avail, queue->desc + layout.desc - queue->avail);
	return 0;
}

static void twist_addresses(const struct sim_driver *driver, struct sim_driver_queue *queue,
			    const struct sim_driver_twist *twist)
{
	uint64_t end = (driver->ram_bytes - PAST_END) / 16 * 16;

	if (twist->desc_past_end)
		queue->desc = end;
	if (twist->avail_past_end)
		queue->avail = end;
	if (twist->used_past_end)
		queue->used = end;
}

static void write_address(const struct sim_driver *driver, uint32_t low, uint64_t gpa)
{
	window_write(driver->window, low, (uint32_t)gpa);
	window_write(driver->window, low + 4, (uint32_t)(gpa >> 32));
}

static uint32_t get_size(uint32_t max, const struct sim_driver_twist *twist)
{
	uint32_t size = SIM_QUEUE_SIZE_MAX;

	/* As large as the device allows (Linux does so), but a power of two, as split rings must be. */
	while (size > max)
		size /= 2;
	return twist != NULL && twist->size != 0 ? twist->size : size;
}

int sim_driver_add_queue(struct sim_driver *driver, enum sim_queue_role role, unsigned int index,
			 size_t extra, const struct sim_driver_twist *twist, uint64_t *ret_extra)
{
	const struct balloonsim_window *window = driver->window;
	struct sim_driver_queue queue = { .index = (uint8_t)index,
					  .avail_wrap = true,
					  .used_wrap = true,
					  .chain_len = 1,
					  .is_plain = true };
	struct sim_driver_queue told;
	int ret;

	window_write(window, SIM_MMIO_QUEUE_SEL, index);
	queue.size = (uint16_t)get_size(window_read(window, SIM_MMIO_QUEUE_NUM_MAX), twist);
	if (queue.size == 0)
		return -ENOENT;
	ret = driver->is_legacy ? lay_out_legacy(driver, &queue, extra, ret_extra)
				: lay_out_modern(driver, &queue, extra, ret_extra);
	if (ret < 0)
		return ret;
	/* What the device is told; the driver itself keeps inside its memory. */
	told = queue;
	if (twist != NULL)
		twist_addresses(driver, &told, twist);
	window_write(window, SIM_MMIO_QUEUE_NUM,
		     twist != NULL && twist->is_overstated ? queue.size * 2u : queue.size);
	if (driver->is_legacy) {
		window_write(window, SIM_MMIO_QUEUE_ALIGN, LEGACY_ALIGN);
		window_write(window, SIM_MMIO_QUEUE_PFN, (uint32_t)(told.desc >> SIM_PFN_SHIFT));
	} else {
		write_address(driver, SIM_MMIO_QUEUE_DESC_LOW, told.desc);
		write_address(driver, SIM_MMIO_QUEUE_DRIVER_LOW, told.avail);
		write_address(driver, SIM_MMIO_QUEUE_DEVICE_LOW, told.used);
		window_write(window, SIM_MMIO_QUEUE_READY, 1);
	}
	driver->queues[role] = queue;
	return 0;
}
