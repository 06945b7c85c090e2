/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a scenario has: a machine with a balloon, either the simulator in this process or a QEMU
 * behind its two sockets, and the trace of what has been seen of it. A scenario can't tell which.
 *
 * Nothing here returns an error: a machine that no longer answers ends the scenario's process.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rig_version {
	RIG_7_2,
	RIG_10_0,
	RIG_11_1,
	RIG_VERSIONS,
};

/* How the machine is built; zeros are 64 MiB, modern virtio-mmio, balloon `b0`, running. */
struct rig_options {
	const char *device; /* further properties of the balloon, "page-poison=off" */
	unsigned int ram_mib;
	bool is_legacy;
	bool has_ioeventfd; /* event notifiers, 10.0 and later */
	bool is_paused;     /* from the start */
	bool is_pci;        /* virtio-balloon-pci on a PC, never running; QMP only */
	bool is_anonymous;  /* no id */
	bool has_no_balloon;
	/* QEMU without its stepped clock, which moves even while the machine is stopped. */
	bool in_real_time;
};

struct rig;
struct kit;

struct rig_ops {
	/* One guest-physical access of 1, 2, 4 or 8 bytes. */
	uint64_t (*read)(struct rig *rig, uint64_t gpa, unsigned int width);
	void (*write)(struct rig *rig, uint64_t gpa, unsigned int width, uint64_t value);
	void (*read_memory)(struct rig *rig, uint64_t gpa, void *to, size_t len);
	void (*write_memory)(struct rig *rig, uint64_t gpa, const void *from, size_t len);
	/* The registers 0 to 0xfc of the window, at once because they are read often. */
	void (*read_registers)(struct rig *rig, uint32_t values[64]);
	bool (*has_interrupt)(struct rig *rig);
	int (*connect)(struct rig *rig); /* a descriptor to its QMP server */
	void (*serve)(struct rig *rig);  /* called while waiting for bytes there */
	void (*pass_ns)(struct rig *rig, int64_t ns);
	void (*pass_wall_ms)(struct rig *rig, int ms);
	void (*freeze)(struct rig *rig); /* stop a process, or let it go on; NULL if it is none */
	void (*stop)(struct rig *rig);
};

/* A line of the trace, and where the scenario made it. */
struct rig_line {
	char *text;
	const char *file;
	int line;
	bool is_wrong; /* not what the facts say; `text` tells both */
};

/* A conversation with the QMP server. */
struct rig_wire {
	int fd;
	char *text;
	size_t length, taken;
};

struct rig {
	const struct rig_ops *ops;
	enum rig_version version;
	struct rig_options options;
	uint64_t base;   /* of the register window */
	bool is_frozen;  /* it looks at nothing for now */
	bool is_stepped; /* the clock is: what happens when is exact */
	bool is_late;    /* real time ran away from the scenario, which must be repeated */
	struct rig_wire qmp;
	char *reply;         /* the last */
	int64_t last_update; /* as it was in the latest line that had one */
	char *events[256];
	size_t n_events;
	struct rig_line *lines;
	size_t n_lines, n_wrong;
	struct kit *kit;
	void *context; /* of the implementation */
};

/* The two implementations. NULL with a line on stderr. */
struct rig *rig_start_sim(enum rig_version version, const struct rig_options *options);
struct rig *rig_start_qemu(const char *program, const struct rig_options *options);
/* The machine ends, the trace stays; and that goes too. */
void rig_stop(struct rig *rig);
void rig_free(struct rig *rig);

/* Which version a program is; false if it doesn't start or is none that we know. */
bool rig_ask_version(const char *program, enum rig_version *ret, char *text, size_t size);
/* Is it our own program? It has a stepped clock only. */
bool rig_is_balloonsim(const char *program);
const char *rig_get_profile(enum rig_version version);

/* Registers of the window and the configuration space, by offset. */
uint32_t rig_get(struct rig *rig, uint32_t offset);
void rig_set(struct rig *rig, uint32_t offset, uint32_t value);
uint64_t rig_read(struct rig *rig, uint32_t offset, unsigned int width);
void rig_write(struct rig *rig, uint32_t offset, unsigned int width, uint64_t value);

/* Guest memory. */
void rig_load(struct rig *rig, uint64_t gpa, void *to, size_t len);
void rig_store(struct rig *rig, uint64_t gpa, const void *from, size_t len);
uint16_t rig_load16(struct rig *rig, uint64_t gpa);
uint32_t rig_load32(struct rig *rig, uint64_t gpa);
uint64_t rig_load64(struct rig *rig, uint64_t gpa);
void rig_store16(struct rig *rig, uint64_t gpa, uint16_t value);
void rig_store32(struct rig *rig, uint64_t gpa, uint32_t value);
void rig_store64(struct rig *rig, uint64_t gpa, uint64_t value);

/* Let time pass. In real time the scenario's own delays are made up for. */
void rig_pass(struct rig *rig, int ms);
void rig_pass_ns(struct rig *rig, int64_t ns);
/* The wall clock alone has to move, whatever becomes of the other. */
void rig_pass_wall(struct rig *rig, int ms);
/* Whatever is under way at this time has been done when it returns. */
void rig_settle(struct rig *rig);

/*
 * QMP. Apostrophes in `command` are sent as quotation marks. Lines that come back lose what differs
 * from run to run: time stamps, the build's name, and a last-update that is not 0 becomes `T`.
 * Events that came before the reply wait in `events`.
 */
const char *rig_qmp(struct rig *rig, const char *command);
/* The same with a format; for values. */
const char *rig_qmpf(struct rig *rig, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Bytes as they are; then a byte 0xff, which brings any parser back to its senses, and a command to
 * know the end by. All lines up to the answer of that, each ended by LF; to be freed. */
char *rig_qmp_raw(struct rig *rig, const void *bytes, size_t len);

/* Further conversations. A wire begins with a greeting and is not negotiated. */
void rig_wire_open(struct rig *rig, struct rig_wire *wire);
void rig_wire_close(struct rig_wire *wire);
/* Until it is let go on, a machine does not notice what comes to it. */
void rig_freeze(struct rig *rig, bool is_frozen);
void rig_wire_send(struct rig *rig, struct rig_wire *wire, const void *bytes, size_t len);
/* The next line, to be freed; NULL if none comes in that time, or ever. */
char *rig_wire_line(struct rig *rig, struct rig_wire *wire, int timeout_ms);
/* Give up the scenario's conversation and begin another, greeting and negotiation included. */
void rig_reconnect(struct rig *rig);

/* Observations: compared between machines. The `expect` ones are also compared with the facts. */
#define observe(rig, name, value)        rig_observe(rig, __FILE__, __LINE__, name, value)
#define expect(rig, name, value, wanted) rig_expect(rig, __FILE__, __LINE__, name, value, wanted)
#define observe_text(rig, name, text)    rig_observe_text(rig, __FILE__, __LINE__, name, text)
#define expect_text(rig, name, text, wanted) \
	rig_expect_text(rig, __FILE__, __LINE__, name, text, wanted)
#define observe_bytes(rig, name, gpa, len) \
	rig_observe_bytes(rig, __FILE__, __LINE__, name, gpa, len)
/* A command and its reply. */
#define observe_qmp(rig, command) \
	rig_observe_text(rig, __FILE__, __LINE__, command, rig_qmp(rig, command))
#define expect_qmp(rig, command, wanted) \
	rig_expect_text(rig, __FILE__, __LINE__, command, rig_qmp(rig, command), wanted)
#define expect_error(rig, command, class, desc) \
	rig_expect_error(rig, __FILE__, __LINE__, command, class, desc)
/* The events so far, which are then forgotten. Several are separated by "; ". */
#define observe_events(rig)        rig_observe_events(rig, __FILE__, __LINE__)
#define expect_events(rig, wanted) rig_expect_events(rig, __FILE__, __LINE__, wanted)
/* Everything readable that has no side effect, and the configuration space. */
#define observe_all(rig) rig_observe_all(rig, __FILE__, __LINE__)

void rig_observe(struct rig *rig, const char *file, int line, const char *name, uint64_t value);
void rig_expect(struct rig *rig, const char *file, int line, const char *name, uint64_t value,
		uint64_t wanted);
void rig_observe_text(struct rig *rig, const char *file, int line, const char *name,
		      const char *text);
void rig_expect_text(struct rig *rig, const char *file, int line, const char *name,
		     const char *text, const char *wanted);
void rig_observe_bytes(struct rig *rig, const char *file, int line, const char *name, uint64_t gpa,
		       size_t len);
void rig_expect_error(struct rig *rig, const char *file, int line, const char *command,
		      const char *class, const char *desc);
void rig_observe_events(struct rig *rig, const char *file, int line);
void rig_expect_events(struct rig *rig, const char *file, int line, const char *wanted);
void rig_observe_all(struct rig *rig, const char *file, int line);

/* For the implementations: a fresh rig, ready for its QMP conversation; and the end of all. */
struct rig *rig_new(const struct rig_ops *ops, const struct rig_options *options, void *context);
void rig_begin(struct rig *rig);
void rig_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
