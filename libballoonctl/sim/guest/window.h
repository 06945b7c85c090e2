/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All that a guest can reach of its machine: the registers of the balloon's transport and its own
 * memory. A driver works through this and nothing else, so the same driver runs on our board and,
 * over a qtest connection, on QEMU. The public name of it is in balloonsim.h.
 */
#ifndef SIM_WINDOW_H
#define SIM_WINDOW_H

#include <balloonsim.h>

static inline uint32_t window_read(const struct balloonsim_window *window, uint32_t offset)
{
	return window->read_register(window->context, offset, 4);
}

static inline void window_write(const struct balloonsim_window *window, uint32_t offset,
				uint32_t value)
{
	window->write_register(window->context, offset, 4, value);
}

static inline void window_load(const struct balloonsim_window *window, uint64_t gpa, void *to,
			       size_t len)
{
	window->read_memory(window->context, gpa, to, len);
}

static inline void window_store(const struct balloonsim_window *window, uint64_t gpa,
				const void *from, size_t len)
{
	window->write_memory(window->context, gpa, from, len);
}

#endif
