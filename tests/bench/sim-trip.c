/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Statistics round trips on a simulated machine, for callgrind: `driver` is the least that a driver
 * can do, fill 10 tags, make the buffer available and kick, so that what is counted is the device;
 * `linux` is the library's own guest, with its memory model, its interrupts and its used ring. In
 * both the device parses the buffer and the timer gives it back, a second of the machine's time
 * later.
 *
 *	sim-trip driver|linux TRIPS
 */
#include <balloonsim.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TAGS = 10,
	ENTRY = 10,
	SIZE = 8, /* of the ring */
	DESC = 0x1000,
	AVAIL = 0x1080,
	USED = 0x1100,
	BUFFER = 0x1200,
	STATS_QUEUE = 2,
	QUEUE_NOTIFY = 0x50,
};

#define SECOND INT64_C(1000000000)

static void set_up(const struct balloonsim_window *window)
{
	static const uint32_t writes[][2] = {
		{ 0x70, 3 },    { 0x24, 0 }, { 0x20, 1 << 1 }, { 0x24, 1 },    { 0x20, 1 },
		{ 0x70, 11 },   { 0x30, 2 }, { 0x38, SIZE },   { 0x80, DESC }, { 0x90, AVAIL },
		{ 0xa0, USED }, { 0x44, 1 }, { 0x70, 15 },
	};
	struct {
		uint64_t addr;
		uint32_t len;
		uint16_t flags, next;
	} desc = { .addr = htole64(BUFFER), .len = htole32(TAGS * ENTRY) };

	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		window->write_register(window->context, writes[i][0], 4, writes[i][1]);
	window->write_memory(window->context, DESC, &desc, sizeof(desc));
}

static void send(const struct balloonsim_window *window, uint16_t trip)
{
	unsigned char bytes[TAGS * ENTRY], *at = bytes;
	uint16_t head = 0, idx = htole16((uint16_t)(trip + 1));

	for (unsigned int i = 0; i < TAGS; i++, at += ENTRY) {
		uint16_t tag = htole16((uint16_t)i);
		uint64_t value = htole64((uint64_t)trip << i);

		memcpy(at, &tag, sizeof(tag));
		memcpy(at + sizeof(tag), &value, sizeof(value));
	}
	window->write_memory(window->context, BUFFER, bytes, sizeof(bytes));
	window->write_memory(window->context, AVAIL + 4 + 2 * (trip % SIZE), &head, sizeof(head));
	window->write_memory(window->context, AVAIL + 2, &idx, sizeof(idx));
	window->write_register(window->context, QUEUE_NOTIFY, 4, STATS_QUEUE);
}

int main(int argc, char **argv)
{
	struct balloonsim_machine *machine = balloonsim_machine_new();
	bool is_driver = argc == 3 && strcmp(argv[1], "driver") == 0;
	int n = argc == 3 ? atoi(argv[2]) : 0;

	if (n <= 0 || (!is_driver && strcmp(argv[1], "linux") != 0)) {
		fprintf(stderr, "usage: sim-trip driver|linux TRIPS\n");
		return 2;
	}
	if (machine == NULL ||
	    balloonsim_machine_configure(machine, "clock=manual,device=mmio,ioeventfd=off,"
						  "guest-stats-polling-interval=1") < 0 ||
	    balloonsim_machine_configure(machine, is_driver ? "guest=none" : "guest=linux-6.1") <
		    0 ||
	    balloonsim_machine_start(machine) < 0)
		return 1;
	if (is_driver)
		set_up(balloonsim_machine_get_window(machine));
	for (int i = 0; i < n; i++) {
		if (is_driver)
			send(balloonsim_machine_get_window(machine), (uint16_t)i);
		balloonsim_machine_advance_ns(machine, SECOND);
	}
	printf("%" PRIu64 " samples, %" PRIu64 " requests, %zu bytes of guest memory\n",
	       balloonsim_machine_get_samples(machine), balloonsim_machine_get_requests(machine),
	       balloonsim_machine_get_resident_bytes(machine));
	balloonsim_machine_free(machine);
	return 0;
}
