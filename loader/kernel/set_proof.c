// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks all that there is to ask of a set. */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "reply_proof.h"
#include "set_proof.h"
#include "transfer.h"
#include "zone.h"

#define TYPE_A     1
#define TYPE_NS    2
#define TYPE_TXT   16
#define TYPE_RRSIG 46
#define TYPE_ANY   255

static const uint8_t root[] = { 0 };

/* A question with all kinds of EDNS. */
static bool prove(struct reply_proof *proof, const uint8_t *name, uint16_t type)
{
	const uint16_t least = ANSWER_UDP_SIZE_LEAST, most = ANSWER_UDP_SIZE_MOST;
	const struct proof_query queries[] = {
		{ name, type, 0, false },    { name, type, least, false },
		{ name, type, most, false }, { name, type, least, true },
		{ name, type, most, true },  { name, type, proof->config->max_udp_size, true },
	};

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		if (!reply_prove(proof, &queries[i]))
			return false;
	return true;
}

/*
 * Writes a name of `length` bytes below a label; 0: the shortest one, two bytes longer than the
 * label's own. Returns its length. No name is one byte longer.
 */
static size_t write_below(uint8_t name[DNS_NAME_MAX], const uint8_t *label, size_t length)
{
	size_t tail = 1 + label[0] + 1, rest = length ? length - tail : 2;

	length = rest + tail;
	while (rest) {
		size_t bytes = rest > 1 + DNS_LABEL_MAX ? DNS_LABEL_MAX : rest - 1;

		/* A last byte would be no label. */
		if (rest == 1 + bytes + 1)
			bytes--;
		*name++ = bytes;
		memset(name, 'x', bytes);
		name += bytes;
		rest -= 1 + bytes;
	}
	memcpy(name, label, tail);
	return length;
}

/*
 * Every form that the replies to a question have: each query leaves one byte too few for the form
 * before, until none fits. The smallest size that a client can say is 512; below, the name grows:
 * a label's, see write_below(). '.' has no names below it (label NULL).
 */
static bool prove_forms(struct reply_proof *proof, const uint8_t *label, uint16_t type,
			bool dnssec_ok)
{
	uint8_t name[DNS_NAME_MAX] = { 0 };
	size_t name_length = label ? write_below(name, label, 0) : 1, length;
	struct proof_query query = { name, type, ANSWER_UDP_SIZE_MOST, dnssec_ok };

	for (;;) {
		length = reply_prove(proof, &query);
		if (!length || proof->verdict == VERDICT_answer_truncated)
			return length;
		if (length > ANSWER_UDP_SIZE_LEAST) {
			query.udp_size = length - 1;
			continue;
		}
		/* So many bytes longer, and it would have one too many. */
		query.udp_size = ANSWER_UDP_SIZE_LEAST;
		name_length += ANSWER_UDP_SIZE_LEAST + 1 - length;
		if (!label || name_length > DNS_NAME_MAX)
			return true;
		name_length = write_below(name, label, name_length);
	}
}

static bool prove_apex_type(struct reply_proof *proof, uint16_t type)
{
	return prove(proof, root, type) && prove_forms(proof, NULL, type, false) &&
	       prove_forms(proof, NULL, type, true) && reply_proof_counted(proof, root);
}

/* The apex's own types, and some that it has not or that mean something else. */
static bool prove_apex(struct reply_proof *proof)
{
	static const uint16_t others[] = { TYPE_A, TYPE_TXT, DNS_TYPE_DS, TYPE_RRSIG, TYPE_ANY };

	for (size_t i = 0; i < proof->zone->apex_count; i++)
		if (!prove_apex_type(proof, proof->zone->apex[i]->type))
			return false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!prove_apex_type(proof, others[i]))
			return false;
	return true;
}

/*
 * Makes a label the first one behind it. Behind one of 63 bytes that would be another TLD's label,
 * if it is not a name in the gap: the engine knows.
 */
static void move_behind(uint8_t *label)
{
	uint8_t *last = label + label[0];

	if (label[0] < DNS_LABEL_MAX) {
		label[0]++;
		last[1] = 0;
		last[2] = 0;
	} else if (*last < UINT8_MAX) {
		/* Upper case comes where lower case does (RFC 4034 6.1). */
		*last = *last == 'A' - 1 ? 'Z' + 1 : *last + 1;
	}
}

/* What is below the label; all forms of a referral, or the one of an NXDOMAIN. */
static bool prove_below(struct reply_proof *proof, const uint8_t *label)
{
	uint8_t name[DNS_NAME_MAX];
	const struct proof_query plain = { name, TYPE_A, 0, false };

	write_below(name, label, 0);
	return reply_prove(proof, &plain) && prove_forms(proof, label, TYPE_A, false) &&
	       prove_forms(proof, label, TYPE_A, true) && reply_proof_counted(proof, label);
}

static bool prove_delegation(struct reply_proof *proof, const struct delegation *delegation)
{
	uint8_t label[1 + DNS_LABEL_MAX + 1] = { delegation->label_length };

	memcpy(label + 1, delegation->label, delegation->label_length);
	if (!prove(proof, label, TYPE_NS) || !prove(proof, label, DNS_TYPE_DS) ||
	    !prove_below(proof, label))
		return false;
	move_behind(label);
	return prove(proof, label, TYPE_A) && prove_below(proof, label);
}

/* The first byte of a class: see prefix_class(). */
static uint8_t first_byte(__u32 class)
{
	uint8_t byte = 0;

	while (prefix_class(byte) != class)
		byte++;
	return byte;
}

/*
 * The first label with each pair of first bytes that the search tells apart. With these, all TLDs,
 * and what is right behind them, there is no way through the search that was not gone.
 */
static bool prove_search(struct reply_proof *proof)
{
	static const uint8_t first[] = { 1, 0, 0 };
	uint8_t label[] = { 2, 0, 0, 0 };
	const struct proof_query query = { label, TYPE_A, proof->config->max_udp_size, true };

	for (__u32 prefix = 0; prefix < PREFIX_COUNT; prefix++) {
		label[1] = first_byte(prefix / PREFIX_CLASSES);
		label[2] = first_byte(prefix % PREFIX_CLASSES);
		if (!reply_prove(proof, &query) || !reply_proof_counted(proof, label))
			return false;
	}
	return prove(proof, first, TYPE_A) && prove_below(proof, first);
}

static bool prove_all(struct reply_proof *proof)
{
	if (!prove_apex(proof) || !prove_search(proof))
		return false;
	for (size_t i = 0; i < proof->zone->delegation_count; i++)
		if (!prove_delegation(proof, &proof->zone->delegations[i]))
			return false;
	return true;
}

bool proof_run(const struct maps *maps, __u32 set, const struct zone *zone,
	       const struct answer_config *config)
{
	struct reply_proof *proof = calloc(1, sizeof(*proof));
	bool fine;

	if (!proof) {
		log_error("no memory to prove serial %u", zone->serial);
		return false;
	}
	fine = reply_proof_begin(proof, maps, set, zone, config) && prove_all(proof) &&
	       transfer_proven(maps, set, proof->proofs, proof->proofs);
	reply_proof_end(proof);
	free(proof);
	return fine;
}
