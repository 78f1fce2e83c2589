// SPDX-License-Identifier: GPL-2.0-or-later
/* The zone's message digest (RFC 8976): what signatures don't cover is right too. */
#include "draft.h"

#include <string.h>

#include <openssl/evp.h>

#include "dname.h"
#include "rdata.h"

#define SCHEME_SIMPLE 1

static const uint8_t root[] = { 0 };

/* Why a ZONEMD record did not count, the most telling last. */
enum fault {
	FAULT_NONE,
	FAULT_UNSUPPORTED,
	FAULT_SERIAL,
	FAULT_TWICE,
	FAULT_LENGTH,
	FAULT_MISMATCH,
};

static const EVP_MD *zonemd_hash(const struct record *zonemd)
{
	if (zonemd->rdata[ZONEMD_SCHEME] != SCHEME_SIMPLE)
		return NULL;
	switch (zonemd->rdata[ZONEMD_HASH]) {
	case 1:
		return EVP_sha384();
	case 2:
		return EVP_sha512();
	default:
		return NULL;
	}
}

/* RFC 8976 3.3.1: neither the apex ZONEMD nor its signatures. */
static bool is_digested(const struct record *record)
{
	if (*record->owner)
		return true;
	return record->type != TYPE_ZONEMD &&
	       !(record->type == TYPE_RRSIG &&
		 read_u16(record->rdata + RRSIG_COVERED) == TYPE_ZONEMD);
}

static bool digest_record(EVP_MD_CTX *context, const struct record *record)
{
	size_t owner = dname_length(record->canonical_owner);
	uint8_t head[DNAME_LONGEST + 10], *fixed = head + owner;

	memcpy(head, record->canonical_owner, owner);
	fixed[0] = record->type >> 8;
	fixed[1] = record->type & 0xff;
	fixed[2] = 0;
	fixed[3] = CLASS_IN;
	for (unsigned i = 0; i < 4; i++)
		fixed[4 + i] = record->ttl >> (24 - 8 * i) & 0xff;
	fixed[8] = record->rdata_length >> 8;
	fixed[9] = record->rdata_length & 0xff;
	return EVP_DigestUpdate(context, head, owner + 10) == 1 &&
	       EVP_DigestUpdate(context, record->canonical_rdata, record->rdata_length) == 1;
}

/* RFC 8976 3.4.1: every RR in canonical form and order. */
static bool digest_matches(const struct draft *draft, const struct record *zonemd)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	bool right = context && EVP_DigestInit_ex(context, zonemd_hash(zonemd), NULL) == 1;

	for (size_t i = 0; right && i < draft->record_count; i++)
		if (is_digested(draft->sorted[i]))
			right = digest_record(context, draft->sorted[i]);
	right = right && EVP_DigestFinal_ex(context, digest, &length) == 1;
	EVP_MD_CTX_free(context);
	return right && memcmp(digest, zonemd->rdata + ZONEMD_DIGEST, length) == 0;
}

static bool same_kind(const struct record *a, const struct record *b)
{
	return a->rdata[ZONEMD_SCHEME] == b->rdata[ZONEMD_SCHEME] &&
	       a->rdata[ZONEMD_HASH] == b->rdata[ZONEMD_HASH];
}

static enum fault check_record(const struct draft *draft, const struct set *set,
			       const struct record *zonemd, uint32_t serial)
{
	const EVP_MD *hash = zonemd_hash(zonemd);

	if (!hash)
		return FAULT_UNSUPPORTED;
	if (read_u32(zonemd->rdata + ZONEMD_SERIAL) != serial)
		return FAULT_SERIAL;
	for (size_t i = 0; i < set->count; i++)
		if (set->records[i] != zonemd && same_kind(set->records[i], zonemd))
			return FAULT_TWICE;
	if (zonemd->rdata_length != ZONEMD_DIGEST + EVP_MD_get_size(hash))
		return FAULT_LENGTH;
	return digest_matches(draft, zonemd) ? FAULT_NONE : FAULT_MISMATCH;
}

static bool refuse_digest(const struct draft *draft, const struct record *zonemd, enum fault fault,
			  uint32_t serial)
{
	unsigned scheme = zonemd->rdata[ZONEMD_SCHEME], hash = zonemd->rdata[ZONEMD_HASH];

	switch (fault) {
	case FAULT_UNSUPPORTED:
		return draft_refuse(
			draft, zonemd->line,
			"ZONEMD is of scheme %u and hash %u, unsupported: "
			"fetch a zone with hash 1 or 2, or allow it with --zonemd if-present",
			scheme, hash);
	case FAULT_SERIAL:
		return draft_refuse(draft, zonemd->line,
				    "ZONEMD is of serial %u, the SOA's is %u: "
				    "fetch the zone anew",
				    read_u32(zonemd->rdata + ZONEMD_SERIAL), serial);
	case FAULT_TWICE:
		return draft_refuse(draft, zonemd->line,
				    "two ZONEMD of scheme %u and hash %u: "
				    "fetch the zone anew",
				    scheme, hash);
	case FAULT_LENGTH:
		return draft_refuse(draft, zonemd->line,
				    "ZONEMD of hash %u has a digest of %d bytes, not %d: "
				    "fetch the zone anew",
				    hash, zonemd->rdata_length - ZONEMD_DIGEST,
				    EVP_MD_get_size(zonemd_hash(zonemd)));
	default:
		return draft_refuse(draft, zonemd->line,
				    "ZONEMD does not match: some record of the zone was "
				    "changed, added or lost; fetch the zone anew");
	}
}

bool draft_check_digest(const struct draft *draft)
{
	const struct set *set = draft_find(draft, root, TYPE_ZONEMD);
	const struct record *soa = set_first(draft_find(draft, root, TYPE_SOA));
	uint32_t serial = read_u32(soa_numbers(soa->rdata, soa->rdata_length));
	enum zonemd_policy policy = draft->policy->zonemd;
	const struct record *told = NULL;
	enum fault worst = FAULT_NONE;

	if (policy == ZONEMD_DEFAULT)
		policy = draft_is_signed(draft) ? ZONEMD_REQUIRE : ZONEMD_IF_PRESENT;
	if (policy == ZONEMD_IGNORE || (policy == ZONEMD_IF_PRESENT && !set))
		return true;
	if (!set)
		return draft_refuse(draft, soa->line,
				    "the zone has no ZONEMD: fetch one that has, "
				    "or allow it with --zonemd if-present");
	for (size_t i = 0; i < set->count; i++) {
		enum fault fault = check_record(draft, set, set->records[i], serial);

		if (fault == FAULT_NONE)
			return true;
		if (fault > worst) {
			worst = fault;
			told = set->records[i];
		}
	}
	if (worst == FAULT_UNSUPPORTED && policy == ZONEMD_IF_PRESENT)
		return true;
	return refuse_digest(draft, told, worst, serial);
}
