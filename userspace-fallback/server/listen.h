/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, and the sockets that are bound to them. */
#ifndef ROOTXDP_SERVER_LISTEN_H
#define ROOTXDP_SERVER_LISTEN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "guard.h"
#include "log.h"

/* One address and port to serve. */
struct endpoint {
	struct sockaddr_storage address; /* port in it, network byte order */
	socklen_t length;
	char ip[64]; /* as given */
	uint16_t port;
};

/* An IPv4 or IPv6 address (no name; link-local ones with %interface) and a port -> *endpoint.
 * False with a line in why: not an address, or the wildcard, whose replies could leave from
 * another address than was asked. */
bool endpoint_parse(const char *ip, uint16_t port, struct endpoint *endpoint, char why[SERVER_WHY]);

/* The address of a client's socket, as cookies and rate limits take it. */
struct address address_of(const struct sockaddr_storage *client);

/* True when nobody else has the endpoint's UDP or TCP port; else a line in why. Without this,
 * SO_REUSEPORT would let a second server of the same user take a share of the queries. */
bool endpoint_unused(const struct endpoint *endpoint, char why[SERVER_WHY]);

/* A non-blocking bound UDP socket that shares the port with its siblings (SO_REUSEPORT), or -1
 * with a line in why. The caller closes it. */
int listen_udp(const struct endpoint *endpoint, char why[SERVER_WHY]);

/* A non-blocking bound TCP socket that shares the port likewise. It takes connections only after
 * listen_tcp_begin(). */
int listen_tcp(const struct endpoint *endpoint, char why[SERVER_WHY]);

/* Lets a socket of listen_tcp() take connections; false with a line in why. */
bool listen_tcp_begin(int fd, char why[SERVER_WHY]);

#endif
