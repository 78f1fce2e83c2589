/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The frames that a kind of query is measured with, and what the replies to them must add up to. */
#ifndef ROOTXDP_TRAFFIC_H
#define ROOTXDP_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "floors.h"
#include "image.h"
#include "tools/mix/mix.h"

/* Where the frames are sent to, and from; the server's ends of all veths have one MAC address. */
#define SERVER_MAC { 0x02, 0x53, 0, 0, 0, 0x01 }
#define SERVER_IPV4 "192.0.2.1"
#define SERVER_IPV6 "2001:db8::1"
#define CLIENT_IPV4 "100.64.0.9" /* and many more: the next 22 bits are any */
#define CLIENT_IPV6 "2001:db9::9" /* the next 32 bits */

struct traffic {
	enum mix_kind kind;
	size_t queries;              /* a power of two */
	struct query_frame *frames;  /* so many of them */
	uint64_t message_bytes;      /* of the replies to all: the DNS messages */
	uint64_t frame_bytes;        /* the frames */
};

/* A mix for the TLDs of an image, for mix_free(); NULL: no memory, or no TLDs. */
struct mix *traffic_mix(const struct image_view *image, uint64_t seed);

/*
 * Makes `queries` frames of a kind that the kernel answers, with the plan for the copy floor in the
 * client's MAC address. `image` holds the replies. traffic_free() is right in either case. False:
 * one line in why[256].
 */
bool traffic_make(struct traffic *traffic, enum mix_kind kind, size_t queries, struct mix *mix,
		  const struct image_view *image, uint16_t max_udp_size, char why[256]);
void traffic_free(struct traffic *traffic);

#endif
