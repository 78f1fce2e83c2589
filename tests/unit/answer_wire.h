/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries made by hand, and replies told in one line, for tests of the answer engine. */
#ifndef ROOTXDP_TEST_ANSWER_WIRE_H
#define ROOTXDP_TEST_ANSWER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"

/* A DNS message that grows; counts in its header are kept by the functions below. */
struct query {
	uint8_t bytes[4096];
	size_t length;
};

#define NO_EDNS (-1)

/* Header (ID 0xABCD, RD) without records; opcode and flags as given, host order. */
void query_begin(struct query *query, uint16_t flags);
/* name in presentation format, without escapes: "." or "www.example." */
void query_question(struct query *query, const char *name, uint16_t type, uint16_t class);
void query_opt(struct query *query, uint16_t size, bool dnssec_ok, uint8_t version,
	       const void *options, uint16_t length);
/* section: 1 answer, 2 authority, 3 additional. */
void query_record(struct query *query, int section, const char *owner, uint16_t type,
		  uint16_t class, const void *rdata, uint16_t length);
/* An ordinary query of class IN; size is NO_EDNS or what the OPT says. */
void query_make(struct query *query, const char *name, uint16_t type, int size, bool dnssec_ok);
void query_append(struct query *query, const void *bytes, size_t length);
void query_put16(struct query *query, uint16_t value);

struct answer {
	uint8_t bytes[ANSWER_TCP_SIZE_MOST];
	size_t length;
};

/* Asks with max_udp_size 1232. The reply's buffer ends where its limit does, for the sanitizer. */
void ask(const struct zone *zone, enum transport transport, const struct query *query,
	 struct answer *answer);

/* The same, of a server that is configured so. */
void ask_as(const struct zone *zone, const struct answer_config *config, enum transport transport,
	    const struct query *query, struct answer *answer);

/* The same, by a client and at a time of one's choice; *answered as answer_query() says. */
void ask_by(const struct zone *zone, const struct answer_config *config, const struct asker *asker,
	    const struct query *query, struct answer *answer, struct answered *answered);

/*
 * Tells a reply in one line, which lives until the next call:
 * "NOERROR aa rd | . SOA, . RRSIG(SOA) | com. NS*13 | A*13 AAAA*13 OPT(1232 do)"
 * answer and authority name owners, additional does not; "-" is an empty section; "alone" is a
 * reply without a question. A reply that cannot be parsed, or whose question is not the query's,
 * fails the test.
 */
const char *tell(const struct query *query, const struct answer *answer);

#endif
