/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Registers of virtio-mmio. In the modern interface a driver's queue settings wait until QueueReady
 * takes them over; in the legacy one each write counts at once.
 */
#include "sim/mmio.h"

#include "base/util.h"

enum {
	QUEUE_SEL_MAX = 1024, /* QEMU's; a larger selection is ignored */
};

/* Features that only the legacy interface shows. */
#define LEGACY_FEATURES                                                       \
	(SIM_FEATURE(SIM_F_NOTIFY_ON_EMPTY) | SIM_FEATURE(SIM_F_ANY_LAYOUT) | \
	 SIM_FEATURE(SIM_F_BAD_FEATURE))

void sim_mmio_init(struct sim_mmio *mmio, struct sim_balloon *balloon, bool is_legacy,
		   bool has_ioeventfd)
{
	*mmio = (struct sim_mmio){
		.balloon = balloon,
		.is_legacy = is_legacy,
		.has_ioeventfd = has_ioeventfd,
	};
}

static struct sim_device *get_device(struct sim_mmio *mmio)
{
	return &mmio->balloon->device;
}

/* The selected queue, NULL if the device has no such. */
static struct sim_virtq *get_queue(struct sim_mmio *mmio)
{
	struct sim_device *device = get_device(mmio);

	return mmio->queue_sel < device->n_queues ? &device->queues[mmio->queue_sel] : NULL;
}

static void reset_device(struct sim_mmio *mmio)
{
	sim_balloon_reset(mmio->balloon);
	mmio->queue_sel = 0;
	mmio->is_started = false;
	mmio->kicked = 0;
}

/* Reading ---------------------------------------------------------------------------------------- */

static uint32_t get_features(struct sim_mmio *mmio)
{
	uint64_t offered = get_device(mmio)->offered;

	if (mmio->is_legacy)
		return mmio->device_features_sel == 0 ? (uint32_t)offered : 0;
	offered &= ~LEGACY_FEATURES;
	return (uint32_t)(mmio->device_features_sel == 0 ? offered : offered >> 32);
}

static uint32_t get_num_max(struct sim_mmio *mmio)
{
	const struct sim_virtq *vq = get_queue(mmio);

	if (vq == NULL || vq->size == 0)
		return 0;
	return get_device(mmio)->profile->num_max_is_size ? vq->default_size : SIM_QUEUE_SIZE_MAX;
}

static uint32_t get_pfn(struct sim_mmio *mmio)
{
	const struct sim_virtq *vq = get_queue(mmio);

	return vq == NULL ? 0 : (uint32_t)(vq->desc >> mmio->page_shift);
}

static uint32_t read_modern(struct sim_mmio *mmio, uint32_t offset)
{
	switch (offset) {
	case SIM_MMIO_QUEUE_READY:
		return mmio->queue_ready[mmio->queue_sel / 32] >> mmio->queue_sel % 32 & 1;
	case SIM_MMIO_CONFIG_GENERATION:
		return get_device(mmio)->generation;
	default:
		return 0;
	}
}

static uint32_t read_register(struct sim_mmio *mmio, uint32_t offset)
{
	switch (offset) {
	case SIM_MMIO_DEVICE_ID:
		return SIM_DEVICE_ID;
	case SIM_MMIO_DEVICE_FEATURES:
		return get_features(mmio);
	case SIM_MMIO_QUEUE_NUM_MAX:
		return get_num_max(mmio);
	case SIM_MMIO_QUEUE_PFN:
		return mmio->is_legacy ? get_pfn(mmio) : 0;
	case SIM_MMIO_INTERRUPT_STATUS:
		return get_device(mmio)->isr;
	case SIM_MMIO_STATUS:
		return get_device(mmio)->status;
	case SIM_MMIO_SHM_LEN_LOW:
	case SIM_MMIO_SHM_LEN_HIGH:
		return UINT32_MAX; /* no shared memory */
	default:
		return mmio->is_legacy ? 0 : read_modern(mmio, offset);
	}
}

uint32_t sim_mmio_read(struct sim_mmio *mmio, uint32_t offset, unsigned int width)
{
	if (offset >= SIM_MMIO_CONFIG)
		return mmio->balloon == NULL
			       ? 0
			       : sim_balloon_read_config(mmio->balloon, offset - SIM_MMIO_CONFIG,
							 width);
	if (width != 4)
		return 0;
	switch (offset) {
	case SIM_MMIO_MAGIC:
		return SIM_MMIO_MAGIC_VALUE;
	case SIM_MMIO_VERSION:
		return mmio->is_legacy ? 1 : 2;
	case SIM_MMIO_VENDOR_ID:
		return SIM_MMIO_VENDOR_VALUE;
	default:
		return mmio->balloon == NULL ? 0 : read_register(mmio, offset);
	}
}

/* Writing ---------------------------------------------------------------------------------------- */

/* Legacy: the rings follow each other, the used one aligned (2.7.2). */
static void place_rings(struct sim_mmio *mmio, struct sim_virtq *vq)
{
	uint64_t end;

	if (vq->size == 0 || vq->desc == 0 || vq->align == 0)
		return;
	vq->avail = vq->desc + (uint64_t)SIM_DESC_SIZE * vq->size;
	end = vq->avail + 4 + 2 * (uint64_t)vq->size;
	vq->used = (end + vq->align - 1) / vq->align * vq->align;
	sim_device_map(get_device(mmio), mmio->queue_sel);
}

static void set_num(struct sim_mmio *mmio, uint32_t num)
{
	const struct sim_profile *profile = get_device(mmio)->profile;
	struct sim_virtq *vq = get_queue(mmio);

	if (vq == NULL || num == 0 || num > SIM_QUEUE_SIZE_MAX)
		return;
	if (profile->num_max_is_size && num > vq->default_size) {
		sim_device_break(get_device(mmio), mmio->queue_sel, SIM_RING_TOO_LARGE, num);
		return;
	}
	vq->size = (uint16_t)num;
}

static uint64_t join(const uint32_t *halves)
{
	return (uint64_t)halves[1] << 32 | halves[0];
}

/* Taking over what was written. Not ready any more changes the register and nothing else. */
static void set_ready(struct sim_mmio *mmio, uint32_t value)
{
	uint32_t *word = &mmio->queue_ready[mmio->queue_sel / 32];
	uint32_t bit = UINT32_C(1) << mmio->queue_sel % 32;
	struct sim_virtq *vq = get_queue(mmio);

	if (value == 0) {
		*word &= ~bit;
		return;
	}
	if (vq != NULL) {
		const struct sim_mmio_queue *written = &mmio->queues[mmio->queue_sel];

		set_num(mmio, written->num);
		vq->desc = join(written->desc);
		vq->avail = join(written->avail);
		vq->used = join(written->used);
		sim_device_map(get_device(mmio), mmio->queue_sel);
	}
	*word |= bit;
}

static void kick(struct sim_mmio *mmio, unsigned int queue)
{
	if (queue >= get_device(mmio)->n_queues)
		return;
	/* An event notifier tells QEMU's main loop, which comes to it later. */
	if (mmio->is_started)
		mmio->kicked |= (uint8_t)(1 << queue);
	else
		sim_balloon_kick(mmio->balloon, queue);
}

/* QEMU kicks every queue when it begins to use event notifiers: the guest may have kicked before. */
static void start(struct sim_mmio *mmio)
{
	if (!mmio->has_ioeventfd || mmio->is_started)
		return;
	mmio->is_started = true;
	mmio->kicked = (uint8_t)((1 << get_device(mmio)->n_queues) - 1);
}

static void set_status(struct sim_mmio *mmio, uint8_t status)
{
	struct sim_device *device = get_device(mmio);

	if ((status & SIM_STATUS_DRIVER_OK) == 0)
		mmio->is_started = false;
	if (!mmio->is_legacy && (status & SIM_STATUS_FEATURES_OK))
		sim_device_set_features(device, join(mmio->driver_features));
	sim_device_set_status(device, status);
	if (status & SIM_STATUS_DRIVER_OK)
		start(mmio);
	if (status != 0)
		return;
	reset_device(mmio);
	for (size_t i = 0; i < ARRAY_SIZE(mmio->queue_ready); i++)
		mmio->queue_ready[i] = 0;
}

static uint32_t get_trailing_zeros(uint32_t value)
{
	return value == 0 ? 0 : (uint32_t)__builtin_ctz(value);
}

static void write_legacy(struct sim_mmio *mmio, uint32_t offset, uint32_t value)
{
	struct sim_virtq *vq = get_queue(mmio);

	switch (offset) {
	case SIM_MMIO_DRIVER_FEATURES:
		if (mmio->driver_features_sel == 0)
			sim_device_set_features(get_device(mmio), value);
		break;
	case SIM_MMIO_GUEST_PAGE_SIZE:
		mmio->page_shift = get_trailing_zeros(value);
		break;
	case SIM_MMIO_QUEUE_NUM:
		set_num(mmio, value);
		if (vq != NULL)
			place_rings(mmio, vq);
		break;
	case SIM_MMIO_QUEUE_ALIGN:
		if (vq != NULL && value != 0) {
			vq->align = value;
			place_rings(mmio, vq);
		}
		break;
	case SIM_MMIO_QUEUE_PFN:
		if (value == 0) {
			reset_device(mmio);
		} else if (vq != NULL) {
			vq->desc = (uint64_t)value << mmio->page_shift;
			place_rings(mmio, vq);
		}
		break;
	}
}

static void write_modern(struct sim_mmio *mmio, uint32_t offset, uint32_t value)
{
	struct sim_mmio_queue *queue = NULL;

	if (mmio->queue_sel < ARRAY_SIZE(mmio->queues))
		queue = &mmio->queues[mmio->queue_sel];
	switch (offset) {
	case SIM_MMIO_DRIVER_FEATURES:
		mmio->driver_features[mmio->driver_features_sel != 0] = value;
		return;
	case SIM_MMIO_QUEUE_READY:
		set_ready(mmio, value);
		return;
	case SIM_MMIO_QUEUE_NUM:
		set_num(mmio, value);
		/* Also after a number that was ignored. */
		if (get_device(mmio)->profile->num_maps_ring && get_queue(mmio) != NULL)
			sim_device_map(get_device(mmio), mmio->queue_sel);
		break;
	}
	if (queue == NULL)
		return;
	switch (offset) {
	case SIM_MMIO_QUEUE_NUM:
		queue->num = (uint16_t)value;
		break;
	case SIM_MMIO_QUEUE_DESC_LOW:
	case SIM_MMIO_QUEUE_DESC_HIGH:
		queue->desc[offset == SIM_MMIO_QUEUE_DESC_HIGH] = value;
		break;
	case SIM_MMIO_QUEUE_DRIVER_LOW:
	case SIM_MMIO_QUEUE_DRIVER_HIGH:
		queue->avail[offset == SIM_MMIO_QUEUE_DRIVER_HIGH] = value;
		break;
	case SIM_MMIO_QUEUE_DEVICE_LOW:
	case SIM_MMIO_QUEUE_DEVICE_HIGH:
		queue->used[offset == SIM_MMIO_QUEUE_DEVICE_HIGH] = value;
		break;
	}
}

static void write_register(struct sim_mmio *mmio, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case SIM_MMIO_DEVICE_FEATURES_SEL:
		mmio->device_features_sel = value;
		break;
	case SIM_MMIO_DRIVER_FEATURES_SEL:
		mmio->driver_features_sel = value;
		break;
	case SIM_MMIO_QUEUE_SEL:
		if (value < QUEUE_SEL_MAX)
			mmio->queue_sel = value;
		break;
	case SIM_MMIO_QUEUE_NOTIFY:
		kick(mmio,
		     get_device(mmio)->profile->notify_takes_16_bits ? value & 0xffff : value);
		break;
	case SIM_MMIO_INTERRUPT_ACK:
		sim_device_acknowledge(get_device(mmio), (uint8_t)value);
		break;
	case SIM_MMIO_STATUS:
		set_status(mmio, (uint8_t)value);
		break;
	default:
		if (mmio->is_legacy)
			write_legacy(mmio, offset, value);
		else
			write_modern(mmio, offset, value);
	}
}

void sim_mmio_write(struct sim_mmio *mmio, uint32_t offset, unsigned int width, uint32_t value)
{
	if (mmio->balloon == NULL)
		return;
	if (offset >= SIM_MMIO_CONFIG)
		sim_balloon_write_config(mmio->balloon, offset - SIM_MMIO_CONFIG, width, value);
	else if (width == 4)
		write_register(mmio, offset, value);
}

/* The machine ------------------------------------------------------------------------------------ */

void sim_mmio_serve(struct sim_mmio *mmio)
{
	uint8_t kicked = mmio->kicked;

	mmio->kicked = 0;
	for (unsigned int queue = 0; queue < get_device(mmio)->n_queues; queue++)
		if (kicked >> queue & 1)
			sim_balloon_kick(mmio->balloon, queue);
}

void sim_mmio_stop(struct sim_mmio *mmio)
{
	mmio->is_started = false;
}

void sim_mmio_resume(struct sim_mmio *mmio)
{
	if (mmio->balloon != NULL && (get_device(mmio)->status & SIM_STATUS_DRIVER_OK))
		start(mmio);
}

/* The settings of the transport go too, which the guest's own reset leaves. */
void sim_mmio_system_reset(struct sim_mmio *mmio)
{
	struct sim_mmio fresh;

	if (mmio->balloon == NULL)
		return;
	sim_balloon_system_reset(mmio->balloon);
	sim_mmio_init(&fresh, mmio->balloon, mmio->is_legacy, mmio->has_ioeventfd);
	*mmio = fresh;
}
