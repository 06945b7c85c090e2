/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses as QEMU's own options and tools write them (SocketAddress of its QAPI schema: inet,
 * unix, vsock, fd). Text in, values out; whether anybody listens there is for dial to find out.
 */
#include "client/address.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/util.h"

static int bad(struct balloonctl_error *error, const char *text, const char *what)
{
	return error_set(error, -EINVAL, NULL, "%s: %s", text, what);
}

static int out_of_memory(struct balloonctl_error *error, const char *text)
{
	return error_set(error, -ENOMEM, NULL, "%s: out of memory", text);
}

/* Decimal digits and nothing else. */
static bool parse_number(const char *text, unsigned long max, unsigned long *ret)
{
	unsigned long number;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || number > max)
		return false;
	*ret = number;
	return true;
}

static int parse_unix(const char *text, const char *path, struct address *ret,
		      struct balloonctl_error *error)
{
	if (*path == '\0')
		return bad(error, text, "the path of the socket is missing");
	if (strlen(path) >= PATH_MAX)
		return bad(error, text, "the path is longer than a path can be");
	ret->kind = ADDRESS_UNIX;
	ret->path = strdup(path);
	return ret->path == NULL ? out_of_memory(error, text) : 0;
}

static int parse_tcp(const char *text, const char *rest, struct address *ret,
		     struct balloonctl_error *error)
{
	static const char shape[] = "write tcp:HOST:PORT or tcp:[IPV6]:PORT, PORT from 1 to 65535";
	const char *host = rest;
	const char *host_end;
	const char *port;
	unsigned long number;

	if (*host == '[') {
		host++;
		host_end = strchr(host, ']');
		if (host_end == NULL || host_end[1] != ':')
			return bad(error, text, shape);
		port = host_end + 2;
	} else {
		host_end = strchr(host, ':');
		if (host_end == NULL)
			return bad(error, text, shape);
		port = host_end + 1;
	}
	if (host_end == host || !parse_number(port, 65535, &number) || number == 0)
		return bad(error, text, shape);
	ret->kind = ADDRESS_TCP;
	ret->host = strndup(host, (size_t)(host_end - host));
	ret->port = strdup(port);
	return ret->host == NULL || ret->port == NULL ? out_of_memory(error, text) : 0;
}

static int parse_vsock(const char *text, const char *rest, struct address *ret,
		       struct balloonctl_error *error)
{
	static const char shape[] = "write vsock:CID:PORT, two numbers";
	char cid[sizeof("4294967295")] = "";
	const char *colon = strchr(rest, ':');
	unsigned long cid_number, port_number;

	if (colon == NULL || (size_t)(colon - rest) >= sizeof(cid))
		return bad(error, text, shape);
	memcpy(cid, rest, (size_t)(colon - rest));
	if (!parse_number(cid, UINT_MAX, &cid_number) ||
	    !parse_number(colon + 1, UINT_MAX, &port_number))
		return bad(error, text, shape);
	ret->kind = ADDRESS_VSOCK;
	ret->cid = (unsigned int)cid_number;
	ret->vsock_port = (unsigned int)port_number;
	return 0;
}

static int parse_fd(const char *text, const char *rest, struct address *ret,
		    struct balloonctl_error *error)
{
	unsigned long number;

	if (!parse_number(rest, INT_MAX, &number))
		return bad(error, text, "write fd:N, the number of an open file descriptor");
	ret->kind = ADDRESS_FD;
	ret->fd = (int)number;
	return 0;
}

static const struct {
	const char *prefix;
	int (*parse)(const char *text, const char *rest, struct address *ret,
		     struct balloonctl_error *error);
} kinds[] = {
	{ "unix:", parse_unix },
	{ "tcp:", parse_tcp },
	{ "vsock:", parse_vsock },
	{ "fd:", parse_fd },
};

int address_parse(const char *text, struct address *ret, struct balloonctl_error *error)
{
	struct address address = { 0 };
	int r = 0;
	size_t i;

	if (text == NULL || *text == '\0')
		return error_set(error, -EINVAL, NULL,
				 "empty address: give the path of a QMP socket, such as "
				 "/run/vm1.qmp, or tcp:HOST:PORT, vsock:CID:PORT or fd:N");
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (string_starts_with(text, kinds[i].prefix))
			break;
	if (i < ARRAY_SIZE(kinds))
		r = kinds[i].parse(text, text + strlen(kinds[i].prefix), &address, error);
	else
		r = parse_unix(text, text, &address, error);
	if (r < 0) {
		address_done(&address);
		return r;
	}
	*ret = address;
	return 0;
}

void address_done(struct address *address)
{
	free(address->path);
	free(address->host);
	free(address->port);
	*address = (struct address){ 0 };
}
