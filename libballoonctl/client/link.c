/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of a connection, from dialing to its end. It decides when bytes move and when a wait has
 * lasted too long; what the bytes say is for session and call, how a socket is made for dial, why
 * it could not be for explain.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/explain.h"
#include "client/host.h"
#include "client/monitor.h"
#include "client/trace.h"

enum {
	/* One read, and how many of them one turn does: a peer that never stops sending must not
	 * keep the caller from its other monitors. */
	READ_BYTES = 16 << 10,
	READS_MAX = 4,
};

void link_end(struct balloonctl_monitor *monitor)
{
	if (monitor->fd >= 0)
		close(monitor->fd);
	monitor->fd = -1;
	dial_done(&monitor->dial);
	session_done(&monitor->session);
	monitor->state = MONITOR_IDLE;
	dispatch_failure(monitor);
}

/* The connection is over, for the reason in monitor->error. */
static int hang_up(struct balloonctl_monitor *monitor, int code)
{
	link_end(monitor);
	return code;
}

int link_lose(struct balloonctl_monitor *monitor, int code, const char *reason)
{
	return hang_up(monitor, error_set(&monitor->error, code, NULL, "%s: %s",
					  monitor->vm.address, reason));
}

static int lose_to_errno(struct balloonctl_monitor *monitor, int code)
{
	if (code == -ECONNRESET || code == -EPIPE)
		return link_lose(monitor, -ENOTCONN, "QEMU closed the connection");
	return link_lose(monitor, code, strerror(-code));
}

static int lose_to_end_of_file(struct balloonctl_monitor *monitor)
{
	if (monitor->session.state == SESSION_GREETING)
		return link_lose(monitor, -ENOTCONN,
				 "the peer closed the connection without greeting");
	if (monitor->session.in.len > 0)
		return link_lose(monitor, -ENOTCONN,
				 "QEMU closed the connection in the middle of a message");
	return link_lose(monitor, -ENOTCONN, "QEMU closed the connection");
}

/* A peer that is no QMP server often says what it is in its first line. */
static int lose_to_stranger(struct balloonctl_monitor *monitor, int code)
{
	const struct buf *in = &monitor->session.in;
	const char *line_end;
	size_t len = MIN(in->len, (size_t)60);

	line_end = len == 0 ? NULL : memchr(in->data, '\n', len);
	if (line_end != NULL)
		len = (size_t)(line_end - in->data);
	while (len > 0 && in->data[len - 1] == '\r')
		len--;
	if (code != -EPROTO || monitor->vm.version != NULL || len == 0)
		return hang_up(monitor, error_set(&monitor->error, code, NULL, "%s: the peer %s",
						  monitor->vm.address, monitor->session.reason));
	return hang_up(monitor,
		       error_set(&monitor->error, code, NULL,
				 "%s: the peer %s: it says '%.*s'; give the socket of "
				 "QEMU's -qmp option",
				 monitor->vm.address, monitor->session.reason, (int)len, in->data));
}

static int receive_message(struct balloonctl_monitor *monitor, struct message *message, int64_t now)
{
	int r;

	switch (message->kind) {
	case MESSAGE_GREETING:
		r = vm_set_version(&monitor->vm, message->body);
		if (r == -EPROTO)
			return link_lose(monitor, r, "the greeting is not what QEMU gives");
		return r < 0 ? lose_to_errno(monitor, r) : 0;
	case MESSAGE_EVENT:
		vm_notice_event(&monitor->vm, message, now);
		event_queue_add(&monitor->events, message);
		return 0;
	default:
		dispatch_reply(monitor, message, now);
		return 0;
	}
}

static int receive_messages(struct balloonctl_monitor *monitor, int64_t now)
{
	struct message message;
	int r;

	while ((r = session_next(&monitor->session, now, &message)) > 0) {
		r = receive_message(monitor, &message, now);
		message_done(&message);
		if (r < 0)
			return r;
	}
	return r < 0 ? lose_to_stranger(monitor, r) : 0;
}

static int receive(struct balloonctl_monitor *monitor, int64_t now)
{
	char bytes[READ_BYTES];
	ssize_t len = sizeof(bytes);
	int r;

	monitor->has_more = false;
	/* A short read means that there is no more for the moment. */
	for (int reads = 0; reads < READS_MAX && len == sizeof(bytes); reads++) {
		len = recv(monitor->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (len == 0)
			return lose_to_end_of_file(monitor);
		if (len < 0)
			return errno == EAGAIN || errno == EINTR ? 0
								 : lose_to_errno(monitor, -errno);
		if (monitor->is_traced)
			trace_bytes(monitor->vm.address, '<', bytes, (size_t)len);
		r = session_receive(&monitor->session, bytes, (size_t)len);
		if (r < 0)
			return lose_to_errno(monitor, r);
		r = receive_messages(monitor, now);
		if (r < 0)
			return r;
	}
	monitor->has_more = len == sizeof(bytes);
	return 0;
}

/* A peer that reads no more may have said why: an event such as SHUTDOWN, or an error. */
static int lose_to_deaf(struct balloonctl_monitor *monitor, int code)
{
	int r = receive(monitor, monitor_now());

	return r < 0 ? r : lose_to_errno(monitor, code);
}

int link_flush(struct balloonctl_monitor *monitor, bool with_negotiation)
{
	const char *bytes;
	size_t len;
	ssize_t sent;

	len = session_output(&monitor->session, with_negotiation, &bytes);
	if (len == 0)
		return 0;
	sent = send(monitor->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : lose_to_deaf(monitor, -errno);
	if (monitor->is_traced)
		trace_bytes(monitor->vm.address, '>', bytes, (size_t)sent);
	session_sent(&monitor->session, (size_t)sent);
	return 0;
}

static int process_dial(struct balloonctl_monitor *monitor, int64_t now)
{
	int code = dial_step(&monitor->dial, now, &monitor->fd);

	if (code == 0 && now < monitor->deadline)
		return 0;
	if (code == 1) {
		dial_done(&monitor->dial);
		monitor->state = MONITOR_OPEN;
		freshness_begin(&monitor->vm.freshness, host_is_local(monitor->fd), now,
				monitor_clock());
		monitor->deadline = now + monitor->greeting_timeout_ms;
		return 0;
	}
	if (code == 0)
		code = monitor->dial.last_error == -EAGAIN ? -EAGAIN : -ETIMEDOUT;
	return hang_up(monitor, explain_no_connection(&monitor->error, monitor->vm.address,
						      &monitor->address, monitor->holders, code,
						      monitor->connect_timeout_ms));
}

int link_start(struct balloonctl_monitor *monitor)
{
	dial_start(&monitor->dial, &monitor->address);
	monitor->state = MONITOR_DIALING;
	monitor->deadline = monitor_now() + monitor->connect_timeout_ms;
	if (session_init(&monitor->session, monitor->reply_timeout_ms) < 0)
		return lose_to_errno(monitor, -ENOMEM);
	return link_process(monitor, monitor_now());
}

int link_process(struct balloonctl_monitor *monitor, int64_t now)
{
	int r;

	if (monitor->state == MONITOR_DIALING)
		return process_dial(monitor, now);
	r = link_flush(monitor, true);
	if (r == 0)
		r = receive(monitor, now);
	if (r < 0)
		return r;
	if (monitor->session.state == SESSION_GREETING && now >= monitor->deadline)
		return hang_up(monitor,
			       explain_no_greeting(&monitor->error, monitor->vm.address,
						   &monitor->address, monitor->holders, monitor->fd,
						   monitor->greeting_timeout_ms));
	dispatch_expired(monitor, now);
	dispatch_due(monitor, now);
	return link_flush(monitor, false);
}
