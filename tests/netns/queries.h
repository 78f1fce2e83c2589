/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queries of the differential test: numbered, each the same for the same seed and zone. */
#ifndef ROOTXDP_QUERIES_H
#define ROOTXDP_QUERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jar.h"
#include "zone.h"

#define QUERY_MOST 900

struct query {
	uint8_t bytes[QUERY_MOST];
	uint16_t length;
	bool ipv6;   /* to be sent over IPv6 */
	bool silent; /* nobody may reply: shorter than a header, or QR=1 */
	bool kernel; /* the kernel itself answers it */
};

/* Which queries there are. */
struct queries {
	const struct zone *zone;
	const struct zone *other; /* replies from this one are right, too; NULL: there is none */
	const struct jar *jar; /* with no secrets: cookies in queries are as good as random */
	uint64_t seed;
	unsigned long count;      /* queries in all */
	unsigned long systematic; /* names and apex types, each in turn; the rest is random */
};

/*
 * `count` queries on a zone, which must live as long. First each TLD and each gap, each with a DS
 * and another type and several kinds of EDNS; then each apex type with each EDNS size; the rest is
 * random, CHAOS and malformed ones among them. With a smaller count every so many'th of the first two.
 */
struct queries queries_of(const struct zone *zone, const struct jar *jar, uint64_t seed,
			  unsigned long count);

/* Makes the query with this number, 0 to count - 1. Its ID differs from the 65,535 before it. */
void query_make(const struct queries *queries, unsigned long number, struct query *query);

#endif
