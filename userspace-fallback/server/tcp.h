/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS over TCP (RFC 7766): connections with many queries, answered in their order. */
#ifndef ROOTXDP_SERVER_TCP_H
#define ROOTXDP_SERVER_TCP_H

#include <stddef.h>
#include <uv.h>

#include "answerer.h"

struct tcp_limits {
	unsigned int connections; /* at once, of this worker; at least 1 */
	unsigned int idle_ms;     /* without a whole query or a delivered answer */
};

struct tcp;

/*
 * Serves `count` listening sockets of listen_tcp() on a loop. They stay the caller's, and must
 * stay open until tcp_close(); the answerer must live as long. Returns NULL when out of memory.
 *
 * When all connections are taken, the one that has been without progress for longest is closed
 * for the new one.
 */
struct tcp *tcp_open(uv_loop_t *loop, struct answerer *answerer, const struct tcp_limits *limits,
		     const int *listeners, size_t count);

/* Closes everything, on the loop's thread; the loop then ends by itself. */
void tcp_close(struct tcp *tcp);

/* Frees what tcp_open() made, after the loop has ended; NULL is fine. */
void tcp_free(struct tcp *tcp);

#endif
