/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's side of QMP: one conversation with one client after the other, bytes in and bytes out.
 * Commands work on the board. It shares nothing with the client's qmp/ layer, so that a mistake in
 * one can't hide behind the same mistake in the other.
 */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "sim/board.h"

struct sim_server;

/* NULL: no memory. The board is borrowed. */
struct sim_server *sim_server_new(struct sim_board *board);
void sim_server_free(struct sim_server *server);

/* A client has come (the greeting is put out) or gone (everything of its conversation is dropped). */
void sim_server_connect(struct sim_server *server);
void sim_server_disconnect(struct sim_server *server);

/* Bytes from the client. Complete commands are carried out, and answered in the output, in order.
 * 0, or -ENOMEM: the conversation can't go on. */
int sim_server_receive(struct sim_server *server, const void *bytes, size_t len);

/* Put the board's waiting events out, or drop them while there is no client or one that has not
 * negotiated. Each command does it by itself before its reply. */
void sim_server_deliver(struct sim_server *server);

/* Bytes for the client; the owner consumes what it has sent (buf_consume). */
struct buf *sim_server_get_output(struct sim_server *server);

#endif
