/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer engine: a query in, the one right reply out. It alone holds DNS policy. */
#ifndef ROOTXDP_ANSWER_H
#define ROOTXDP_ANSWER_H

#include <stddef.h>
#include <stdint.h>

struct zone;

#define ANSWER_UDP_SIZE_DEFAULT 1232
#define ANSWER_UDP_SIZE_LEAST   512
#define ANSWER_UDP_SIZE_MOST    4096
#define ANSWER_TCP_SIZE_MOST    65535

enum transport { TRANSPORT_UDP, TRANSPORT_TCP };

struct answer_config {
	uint16_t max_udp_size; /* our own limit and what our OPT advertises, 512-4096 */
};

/*
 * Answers one DNS message.
 *
 * zone     NULL: there is none, or it is past its deadline; queries get SERVFAIL
 * query    `length` bytes as received, without TCP's length prefix
 * reply    `room` bytes: at least max_udp_size for UDP and 65535 for TCP
 *
 * Returns the reply's length, or 0 when there must be none (shorter than a header, QR=1).
 * Pure: no clock, no memory, no I/O; any thread may call it on a zone that does not change.
 */
size_t answer_query(const struct zone *zone, const struct answer_config *config,
		    enum transport transport, const uint8_t *query, size_t length, uint8_t *reply,
		    size_t room);

#endif
