/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts one query to the programs and to the engine: both must say the same. */
#ifndef ROOTXDP_REPLY_PROOF_H
#define ROOTXDP_REPLY_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "envelope.h"
#include "probe.h"

struct zone;

#define PROOF_QUERY_ROOM (DNS_HEADER_SIZE + DNS_NAME_MAX + 4 + DNS_OPT_SIZE)

/* What is asked; class IN. */
struct proof_query {
	const uint8_t *name; /* wire form; its case is changed in every other query */
	uint16_t type;
	uint16_t udp_size; /* of EDNS; 0: no OPT */
	bool dnssec_ok;    /* only with an OPT */
};

/*
 * A second instance of the programs that answers from one set, and what its answers must be.
 *
 * left_out  not all replies of the zone could be stored: what has none may pass
 * asked     queries so far; they go by IPv4 and IPv6 in turn
 * proofs    replies that were the same, in both tiers
 * counts    what the programs must have counted so far
 */
struct reply_proof {
	struct probe probe;
	const struct zone *zone;
	const struct answer_config *config;
	__u32 set;
	bool left_out;
	__u32 asked;
	__u32 proofs;
	struct verdict_counts counts[TIER_COUNT];

	/* The query at hand, and the engine's reply. */
	struct proof_query query;
	bool ipv6;
	uint8_t message[PROOF_QUERY_ROOM];
	size_t length;
	uint8_t wanted[ANSWER_UDP_SIZE_MOST];
	size_t wanted_length;
	enum verdict verdict;
	uint8_t frame[ENVELOPE_MOST + PROOF_QUERY_ROOM];
	size_t frame_length;
	uint8_t reply[PROBE_REPLY_ROOM];
};

/*
 * Opens the second instance on `set`, filled from `zone` as answered by `config`; they must outlive
 * the proof. False: said on stderr; reply_proof_end() is due all the same.
 */
bool reply_proof_begin(struct reply_proof *proof, const struct maps *maps, __u32 set,
		       const struct zone *zone, const struct answer_config *config);
void reply_proof_end(struct reply_proof *proof);

/*
 * Runs the query through both tiers; compares the DNS message byte for byte, the frame's length
 * and the UDP checksum. Returns the reply's length, or 0 when something differs: said on stderr.
 * What XDP can't be tried with (it finds no room for a long reply in BPF_PROG_RUN) is tc's alone.
 */
size_t reply_prove(struct reply_proof *proof, const struct proof_query *query);

/*
 * Were the queries since the last call, all of names at or below `name`, counted as the engine's
 * answers are to be? False: said on stderr.
 */
bool reply_proof_counted(struct reply_proof *proof, const uint8_t *name);

#endif
