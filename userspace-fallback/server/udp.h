/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS over UDP: batches of queries in, batches of replies out. */
#ifndef ROOTXDP_SERVER_UDP_H
#define ROOTXDP_SERVER_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "answerer.h"
#include "limiter.h"

struct udp;

/*
 * Serves `count` sockets of listen_udp() on a loop. The sockets stay the caller's, and must stay
 * open until udp_close(); answerer and limiter must live as long. limiter: NULL when replies are
 * not limited. Returns NULL when out of memory or descriptors.
 */
struct udp *udp_open(uv_loop_t *loop, struct answerer *answerer, struct limiter *limiter,
		     const int *sockets, size_t count);

/* Stops serving, on the loop's thread; the loop then ends by itself. */
void udp_close(struct udp *udp);

/* Frees what udp_open() made, after the loop has ended; NULL is fine. */
void udp_free(struct udp *udp);

#endif
