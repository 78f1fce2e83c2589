// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks the programs and the engine the same. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <string.h>

#include "dname.h"
#include "envelope.h"
#include "log.h"
#include "probe.h"
#include "set_proof.h"
#include "transfer.h"
#include "wire.h"
#include "zone.h"

#define TYPE_A      1
#define TYPE_NS     2
#define TYPE_TXT    16
#define TYPE_RRSIG  46
#define TYPE_ANY    255
#define QUERY_ROOM  (DNS_HEADER_SIZE + DNS_NAME_MAX + 4 + DNS_OPT_SIZE)
#define MESSAGE_AT  (sizeof(struct ethernet) + sizeof(struct ipv4) + sizeof(struct udp))
#define LABEL_FIRST "\1\0" /* the first of all labels but the root's */

/* One kind of EDNS. size 0: none; SIZE_OURS: as much as we send. */
#define SIZE_OURS 1
static const struct edns {
	uint16_t size;
	bool dnssec_ok;
} kinds[] = {
	{ 0, false }, { 512, false }, { SIZE_OURS, false },
	{ 512, true }, { SIZE_OURS, true }, { 4096, true },
};

/* The proof, and the query that it is at. */
struct proof {
	struct probe probe;
	const struct zone *zone;
	const struct answer_config *config;
	struct asker asker;
	struct address server;
	__u32 proofs;
	uint8_t query[QUERY_ROOM];
	size_t length;
	uint8_t wanted[ANSWER_UDP_SIZE_MOST];
	size_t wanted_length;
	uint8_t frame[ENVELOPE_MOST + QUERY_ROOM];
	uint8_t reply[PROBE_REPLY_ROOM];
};

static void write_query(struct proof *proof, const uint8_t *name, size_t length, uint16_t type,
			const struct edns *edns)
{
	uint16_t size = edns->size == SIZE_OURS ? proof->config->max_udp_size : edns->size;
	uint8_t *at = proof->query;

	at = put16(at, proof->proofs);
	at = put16(at, 0);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, size > 0);
	at = put(at, name, length);
	at = put16(at, type);
	at = put16(at, DNS_CLASS_IN);
	if (size) {
		*at++ = 0;
		at = put16(at, DNS_TYPE_OPT);
		at = put16(at, size);
		at = put16(at, 0);
		at = put16(at, edns->dnssec_ok ? DNS_OPT_DO : 0);
		at = put16(at, 0);
	}
	proof->length = at - proof->query;
}

static bool differs(const struct proof *proof, const char *tier, const uint8_t *name, uint16_t type,
		    const char *how)
{
	char text[DNAME_TEXT_ROOM];

	dname_text(text, name);
	log_error("not switched to serial %u: the %s program's reply to '%s TYPE%u' (%zu bytes of "
		  "query) is not the engine's: %s",
		  proof->zone->serial, tier, text, type, proof->length, how);
	return false;
}

/* Runs the frame through a tier, and compares. */
static bool prove_tier(struct proof *proof, enum tier tier, size_t length, const uint8_t *name,
		       uint16_t type)
{
	static const __u32 sends[] = { [TIER_XDP] = XDP_TX, [TIER_TC] = TC_ACT_REDIRECT };
	static const char *const words[] = { [TIER_XDP] = "XDP", [TIER_TC] = "tc" };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = proof->frame, .data_size_in = length,
		    .data_out = proof->reply, .data_size_out = sizeof(proof->reply));
	const struct udp *udp = (const void *)(proof->reply + MESSAGE_AT - sizeof(*udp));

	proof->proofs++;
	if (bpf_prog_test_run_opts(proof->probe.fd[tier], &run))
		return differs(proof, words[tier], name, type, strerror(errno));
	if (run.retval != sends[tier])
		return differs(proof, words[tier], name, type, "it gave none");
	if (host16(udp->length) != sizeof(*udp) + proof->wanted_length ||
	    run.data_size_out < MESSAGE_AT + proof->wanted_length)
		return differs(proof, words[tier], name, type, "its length");
	if (memcmp(proof->reply + MESSAGE_AT, proof->wanted, proof->wanted_length))
		return differs(proof, words[tier], name, type, "its bytes");
	return true;
}

static bool prove(struct proof *proof, const uint8_t *name, uint16_t type)
{
	size_t name_length = dname_length(name), length;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		write_query(proof, name, name_length, type, &kinds[i]);
		proof->wanted_length =
			answer_query(proof->zone, proof->config, &proof->asker, proof->query,
				     proof->length, proof->wanted, sizeof(proof->wanted), NULL);
		length = envelope_write(proof->frame, &proof->asker.address, &proof->server,
					proof->query, proof->length);
		if (!prove_tier(proof, TIER_XDP, length, name, type) ||
		    !prove_tier(proof, TIER_TC, length, name, type))
			return false;
	}
	return true;
}

/* The apex's own types, and some that it has not or that mean something else. */
static bool prove_apex(struct proof *proof)
{
	static const uint16_t others[] = { TYPE_A, TYPE_TXT, DNS_TYPE_DS, TYPE_RRSIG, TYPE_ANY };
	static const uint8_t root[] = { 0 };

	for (size_t i = 0; i < proof->zone->apex_count; i++)
		if (!prove(proof, root, proof->zone->apex[i]->type))
			return false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!prove(proof, root, others[i]))
			return false;
	return true;
}

/* A label, and the one right behind it, as names. */
static bool prove_delegation(struct proof *proof, const struct delegation *delegation)
{
	uint8_t name[2 + 1 + 63 + 1 + 1] = { 1, 'X' }, *label = name + 2;
	size_t length = delegation->label_length;

	label[0] = length;
	memcpy(label + 1, delegation->label, length);
	label[1 + length] = 0;
	if (!prove(proof, label, TYPE_NS) || !prove(proof, label, DNS_TYPE_DS) ||
	    !prove(proof, name, TYPE_A))
		return false;
	if (length == 63)
		return true;
	label[0]++;
	label[2 + length] = 0;
	return prove(proof, label, TYPE_A);
}

static bool prove_all(struct proof *proof)
{
	if (!prove_apex(proof) || !prove(proof, (const uint8_t *)LABEL_FIRST, TYPE_A))
		return false;
	for (size_t i = 0; i < proof->zone->delegation_count; i++)
		if (!prove_delegation(proof, &proof->zone->delegations[i]))
			return false;
	return true;
}

bool proof_run(const struct maps *maps, __u32 set, const struct zone *zone,
	       const struct answer_config *config)
{
	static struct proof proof;
	bool fine;

	proof = (struct proof){
		.zone = zone,
		.config = config,
		/* Documentation addresses (RFC 5737). */
		.asker = { .transport = TRANSPORT_UDP,
			   .address.byte = { [10] = 0xff, 0xff, 198, 51, 100, 7 } },
		.server.byte = { [10] = 0xff, 0xff, 192, 0, 2, 53 },
	};
	fine = probe_open_set(&proof.probe, maps, set, &proof.server) && prove_all(&proof) &&
	       transfer_proven(maps, set, proof.proofs, proof.proofs);
	probe_close(&proof.probe);
	return fine;
}
