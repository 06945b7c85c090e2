/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other end of a conversation, played by the test in its own thread: it has its turn when the
 * library would wait in poll() (edges.h), reads what was asked and answers from a table.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "balloonctl.h"
#include "base/buf.h"
#include "base/framer.h"

/* The first row whose `request` is part of the command's text answers it with these members of the
 * reply; the id is added. NULL says nothing. A NULL `request` ends the table: CommandNotFound. */
struct answer {
	const char *request;
	const char *members;
};

struct peer {
	int fd;           /* the peer's end, -1 after it hung up */
	int client_fd;    /* the end that the address names */
	char address[16]; /* "fd:N" */
	const struct answer *answers;
	bool is_mute; /* reads and says nothing */
	struct framer framer;
	struct buf in;
	struct buf heard;   /* all commands */
	unsigned int turns; /* times it had something to read: round trips */
	unsigned int commands;
};

/* A VM with a balloon /machine/peripheral/balloon0, as QEMU 7.2 shows it: name vm1, interval 2,
 * free memory 844943360 of 1020000000, last update 1790000000, actual size 1 GiB. */
extern const struct answer peer_balloon[];

/* The same with one row more, before the others. Valid until the next call. */
const struct answer *peer_instead(const char *request, const char *members);

#define PEER_GREETING                                                                      \
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, " \
	"\"package\": \"Debian\"}, \"capabilities\": [\"oob\"]}}\r\n"

/* A new conversation, and the edges reset. Up to four at a time. */
void peer_open(struct peer *peer, const struct answer *answers);
/* A socket that was connected in another way. */
void peer_adopt(struct peer *peer, int fd, const struct answer *answers);
void peer_close(struct peer *peer);

void peer_say(struct peer *peer, const char *text);
void peer_hang_up(struct peer *peer);

/* What has been heard since the last time, to be compared; "" for nothing. Valid until the next
 * call. */
const char *peer_take_heard(struct peer *peer);

/* Its turn: true if it had something to read. */
bool peer_take_turn(struct peer *peer);

/* A monitor that is connected to it. */
struct balloonctl_monitor *peer_connect(struct peer *peer);

/* Go on until nothing moves; no time passes. */
void peer_settle(struct balloonctl_monitor *monitor);

/* The sentence of a monitor's last error; it must be the peer's address, ": " and `rest`. */
const char *peer_message(const struct balloonctl_monitor *monitor);
void peer_assert_sentence(const struct peer *peer, const struct balloonctl_monitor *monitor,
			  const char *rest);

/* A listening socket is reached by this address: connect, accept, greet, ask. */
void peer_assert_reached(int listener, const char *address);
/* Connecting fails at once with this code and, behind the address, a sentence with these words. */
void peer_assert_unreachable(const char *address, int code, const char *words);

#endif
