/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's unstable commands that look inside a virtio device. Which queues are set up and whose turn
 * it is in them tells a client apart what the statistics alone don't: no driver, one that has no
 * statistics queue, one that owes an answer, and rings that broke.
 */
#include "base/util.h"
#include "sim/qmp/command.h"
#include "sim/qmp/output.h"
#include "sim/qmp/qom.h"

/* The device behind the proxy, if there is one; false without a balloon. */
static bool get_device(struct sim_call *call, struct sim_place *ret)
{
	return sim_board_has_balloon(call->board) &&
	       (sim_qom_resolve(call->board, "virtio-backend", &call->steps, ret) ==
			SIM_PATH_FOUND ||
		sim_qom_get_balloon(call->board, ret));
}

void sim_command_x_query_virtio(struct sim_call *call)
{
	struct sim_place place;
	struct buf *out;

	if (!sim_board_has_balloon(call->board) &&
	    sim_qom_get_table(call->board)->no_virtio_is_error) {
		sim_call_fail(call, SIM_GENERIC_ERROR, "No virtio devices found");
		return;
	}
	out = sim_call_return(call);
	buf_append_string(out, "[");
	if (get_device(call, &place)) {
		buf_append_string(out, "{\"name\": \"virtio-balloon\", \"path\": \"");
		sim_qom_append_path(out, call->board, &place);
		buf_append_string(out, "\"}");
	}
	buf_append_string(out, "]");
}

/* Is that where the path leads? */
static bool is_path_of(struct sim_call *call, const char *path, const struct sim_place *device)
{
	struct sim_place place;
	struct buf exact = { 0 };
	bool is_it;

	if (!call->board->options.profile->virtio_path_is_exact)
		return sim_qom_resolve(call->board, path, &call->steps, &place) == SIM_PATH_FOUND &&
		       place.object == device->object && place.leaf.start == device->leaf.start;
	sim_qom_append_path(&exact, call->board, device);
	is_it = exact.len == strlen(path) && memcmp(exact.data, path, exact.len) == 0;
	if (exact.error < 0)
		sim_call_fail_memory(call);
	buf_done(&exact);
	return is_it;
}

static void append_number(struct buf *out, const char *key, uint64_t value)
{
	buf_append_string(out, key);
	sim_output_integer(out, (int64_t)value);
}

static void append_queue(struct buf *out, const struct sim_virtq *vq, unsigned int number)
{
	append_number(out, "{\"signalled-used\": ", vq->signalled_used);
	append_number(out, ", \"inuse\": ", vq->n_outstanding);
	append_number(out, ", \"name\": \"virtio-balloon\", \"vring-align\": ", vq->align);
	append_number(out, ", \"vring-desc\": ", vq->desc);
	buf_append_string(out, ", \"signalled-used-valid\": ");
	buf_append_string(out, vq->signalled_is_valid ? "true" : "false");
	append_number(out, ", \"vring-num-default\": ", vq->default_size);
	append_number(out, ", \"vring-avail\": ", vq->avail);
	append_number(out, ", \"queue-index\": ", number);
	append_number(out, ", \"last-avail-idx\": ", vq->last_avail);
	append_number(out, ", \"vring-used\": ", vq->used);
	append_number(out, ", \"used-idx\": ", vq->used_idx);
	append_number(out, ", \"shadow-avail-idx\": ", vq->seen_avail);
	append_number(out, ", \"vring-num\": ", vq->size);
	buf_append_string(out, "}");
}

void sim_command_x_query_virtio_queue_status(struct sim_call *call)
{
	const char *path = sim_tree_text(call->tree, call->values[0]);
	unsigned int number = (unsigned int)call->tree->nodes[call->values[1]].integer;
	const struct sim_device *device = &call->board->balloon.device;
	struct sim_place place;

	if (!get_device(call, &place) || !is_path_of(call, path, &place))
		sim_call_fail(call, SIM_GENERIC_ERROR, "Path %s is not a VirtIODevice", path);
	else if (number >= device->n_queues || device->queues[number].size == 0)
		sim_call_fail(call, SIM_GENERIC_ERROR, "Invalid virtqueue number %u", number);
	else
		append_queue(sim_call_return(call), &device->queues[number], number);
}
