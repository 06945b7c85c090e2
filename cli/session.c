/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Connections that stay open while the shell waits for its user. QEMU serves one client at a time,
 * so they are also what keeps others out: they end with the shell, and with QEMU.
 */
#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "show.h"

static void end_connection(struct connection *connection)
{
	free(connection->address);
	balloonctl_monitor_free(connection->monitor);
	sim_close(&connection->sim);
}

void session_close(struct session *session)
{
	for (size_t i = 0; i < session->n_connections; i++)
		end_connection(&session->connections[i]);
	free(session->connections);
	options_free(&session->defaults);
	*session = (struct session){ .signal_fd = -1 };
}

static void forget(struct session *session, size_t i)
{
	session->connections[i] = session->connections[--session->n_connections];
}

struct balloonctl_monitor *session_take(struct session *session, const char *address,
					struct sim *ret_sim)
{
	for (size_t i = 0; i < session->n_connections; i++) {
		struct connection taken = session->connections[i];

		if (strcmp(taken.address, address) != 0)
			continue;
		forget(session, i);
		/* It may have been lost since. */
		if (taken.sim.machine != NULL)
			balloonsim_machine_process(taken.sim.machine);
		if (balloonctl_monitor_process(taken.monitor) < 0) {
			end_connection(&taken);
			return NULL;
		}
		free(taken.address);
		*ret_sim = taken.sim;
		return taken.monitor;
	}
	return NULL;
}

void session_give(struct session *session, const char *address, struct balloonctl_monitor *monitor,
		  struct sim *sim)
{
	struct connection given = { .monitor = monitor, .sim = *sim };
	struct connection *grown;

	*sim = (struct sim){ 0 };
	if (monitor == NULL || !balloonctl_monitor_is_connected(monitor)) {
		end_connection(&given);
		return;
	}
	given.address = strdup(address);
	grown = reallocarray(session->connections, session->n_connections + 1, sizeof(*grown));
	if (given.address == NULL || grown == NULL)
		out_of_memory();
	grown[session->n_connections++] = given;
	session->connections = grown;
}

nfds_t session_prepare(const struct session *session, struct pollfd *fds, int *timeout)
{
	nfds_t n = 0;

	for (size_t i = 0; i < session->n_connections; i++) {
		const struct connection *connection = &session->connections[i];
		const struct balloonsim_machine *machine = connection->sim.machine;

		fds[n++] = (struct pollfd){
			.fd = balloonctl_monitor_get_fd(connection->monitor),
			.events = balloonctl_monitor_get_events(connection->monitor),
		};
		*timeout = clock_get_shorter(*timeout,
					     balloonctl_monitor_get_timeout(connection->monitor));
		if (machine == NULL)
			continue;
		fds[n++] = (struct pollfd){
			.fd = balloonsim_machine_get_fd(machine),
			.events = balloonsim_machine_get_events(machine),
		};
		*timeout = clock_get_shorter(*timeout, balloonsim_machine_get_timeout(machine));
	}
	return n;
}

static void tell_event(const struct connection *connection, const struct balloonctl_event *event,
		       session_tell *tell, void *arg)
{
	struct buffer line = { 0 };
	char *text;

	buffer_append_escaped(&line, connection->address);
	buffer_append_string(&line, ": ");
	show_event(&line, event, false);
	text = buffer_steal(&line);
	tell(text, arg);
	free(text);
}

static void tell_events(const struct connection *connection, session_tell *tell, void *arg)
{
	struct balloonctl_event *event;

	while ((event = balloonctl_monitor_next_event(connection->monitor)) != NULL) {
		tell_event(connection, event, tell, arg);
		balloonctl_event_free(event);
	}
}

void session_process(struct session *session, session_tell *tell, void *arg)
{
	for (size_t i = 0; i < session->n_connections;) {
		struct connection *connection = &session->connections[i];
		struct balloonctl_completion *late;
		int r;

		if (connection->sim.machine != NULL)
			balloonsim_machine_process(connection->sim.machine);
		r = balloonctl_monitor_process(connection->monitor);
		while ((late = balloonctl_monitor_next_completion(connection->monitor)) != NULL)
			balloonctl_completion_free(late);
		tell_events(connection, tell, arg);
		if (r == 0) {
			i++;
			continue;
		}
		tell(balloonctl_error_get_message(
			     balloonctl_monitor_get_error(connection->monitor)),
		     arg);
		end_connection(connection);
		forget(session, i);
	}
}
