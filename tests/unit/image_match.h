/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an image gives, byte for byte, what the engine answers. */
#ifndef ROOTXDP_TEST_IMAGE_MATCH_H
#define ROOTXDP_TEST_IMAGE_MATCH_H

#include <stddef.h>
#include <stdint.h>

struct zone;

struct matched {
	size_t replies;    /* compared, all equal */
	size_t cookies;    /* likewise, of queries with a cookie */
	size_t truncated;  /* of these, with TC */
	size_t not_stored; /* queries that the kernel would pass */
};

/*
 * Renders an image, has it checked, and puts together from it the reply to every question the zone
 * can be asked: each TLD, gap and apex type, names of several lengths, with and without DO, several
 * sizes. Each must be what answer_query says, and the stored sums must give its checksum. With EDNS
 * it is asked for again with a cookie: assemble_reply() must answer that as answer_query() does.
 */
struct matched match_image(const struct zone *zone, uint16_t max_udp_size);

#endif
