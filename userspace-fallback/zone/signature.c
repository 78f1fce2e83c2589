// SPDX-License-Identifier: GPL-2.0-or-later
/* Every authoritative RRset is signed by a key of the zone, and its signature is valid now. */
#include "draft.h"

#include <ldns/ldns.h>

#include "dname.h"
#include "rdata.h"

#define SIGNATURES_MOST 16 /* of one RRset: rollovers have two; more is an attack */

/* Why a signature did not count, the most telling last. */
enum fault {
	FAULT_NONE,
	FAULT_UNKNOWN_KEY,
	FAULT_NOT_ANCHORED,
	FAULT_ALGORITHM,
	FAULT_NOT_YET,
	FAULT_EXPIRED,
	FAULT_BAD,
};

struct verifier {
	struct draft *draft;
	const struct zone_keys *keys;
	ldns_buffer *signed_data;
	ldns_buffer *signature;
};

/* RFC 4034 3.1.5: a time is the one nearest to now, modulo 2^32 (RFC 1982). */
static int64_t nearest_time(uint32_t seconds, int64_t now)
{
	return now + (int32_t)(seconds - (uint32_t)now);
}

static void write_canonical(ldns_buffer *to, const struct record *record, uint32_t ttl)
{
	ldns_buffer_write(to, record->canonical_owner, dname_length(record->canonical_owner));
	ldns_buffer_write_u16(to, record->type);
	ldns_buffer_write_u16(to, LDNS_RR_CLASS_IN);
	ldns_buffer_write_u32(to, ttl);
	ldns_buffer_write_u16(to, record->rdata_length);
	ldns_buffer_write(to, record->canonical_rdata, record->rdata_length);
}

static size_t signature_at(const struct record *rrsig)
{
	return RRSIG_SIGNER + dname_length(rrsig->rdata + RRSIG_SIGNER);
}

/* RFC 4034 3.1.8.1: RRSIG RDATA without the signature, then the RRs in canonical form. */
static bool write_signed_data(struct verifier *verifier, const struct set *set,
			      const struct record *rrsig)
{
	ldns_buffer *to = verifier->signed_data;
	size_t size = signature_at(rrsig);

	for (size_t i = 0; i < set->count; i++)
		size += DNAME_LONGEST + 10 + set->records[i]->rdata_length;
	ldns_buffer_clear(to);
	if (!ldns_buffer_reserve(to, size))
		return draft_no_memory(verifier->draft);
	ldns_buffer_write(to, rrsig->canonical_rdata, signature_at(rrsig));
	for (size_t i = 0; i < set->count; i++)
		write_canonical(to, set->records[i], read_u32(rrsig->rdata + RRSIG_ORIGINAL_TTL));
	return true;
}

/* RFC 8624 3.1: what a validator must, should or may know. */
bool algorithm_supported(uint8_t algorithm)
{
	switch (algorithm) {
	case LDNS_RSASHA1:
	case LDNS_RSASHA1_NSEC3:
	case LDNS_RSASHA256:
	case LDNS_RSASHA512:
	case LDNS_ECDSAP256SHA256:
	case LDNS_ECDSAP384SHA384:
	case LDNS_ED25519:
	case LDNS_ED448:
		return true;
	default:
		return false;
	}
}

/* The signature as ldns' raw verification wants it: for ECDSA in ASN.1, not RFC 6605 4's pair of
 * numbers. False when it has not the length that the algorithm asks for. */
static bool write_signature(ldns_buffer *to, const struct record *rrsig)
{
	size_t at = signature_at(rrsig), length = rrsig->rdata_length - at;
	uint8_t algorithm = rrsig->rdata[RRSIG_ALGORITHM];
	ldns_rdf pair = {
		._size = length,
		._type = LDNS_RDF_TYPE_B64,
		._data = (uint8_t *)rrsig->rdata + at,
	};

	ldns_buffer_clear(to);
	if (algorithm != LDNS_ECDSAP256SHA256 && algorithm != LDNS_ECDSAP384SHA384) {
		if (!ldns_buffer_reserve(to, length))
			return false;
		ldns_buffer_write(to, rrsig->rdata + at, length);
		return true;
	}
	return length == (algorithm == LDNS_ECDSAP256SHA256 ? 64 : 96) &&
	       ldns_convert_ecdsa_rrsig_rdf2asn1(to, &pair) == LDNS_STATUS_OK;
}

static enum fault verify_with_key(struct verifier *verifier, const struct record *rrsig,
				  const struct zone_key *key)
{
	ldns_status status;

	if (!algorithm_supported(key->algorithm))
		return FAULT_ALGORITHM;
	if (!write_signature(verifier->signature, rrsig))
		return FAULT_BAD;
	status = ldns_verify_rrsig_buffers_raw(
		ldns_buffer_begin(verifier->signature), ldns_buffer_position(verifier->signature),
		verifier->signed_data, (unsigned char *)key->record->rdata + DNSKEY_KEY,
		key->record->rdata_length - DNSKEY_KEY, key->algorithm);
	return status == LDNS_STATUS_OK ? FAULT_NONE : FAULT_BAD;
}

/* Tries the keys of that tag and algorithm; several may share them. */
static enum fault verify_cryptographically(struct verifier *verifier, const struct set *set,
					   const struct record *rrsig)
{
	const struct zone_keys *keys = verifier->keys;
	bool needs_anchor = set_type(set) == TYPE_DNSKEY;
	enum fault fault = FAULT_UNKNOWN_KEY, tried;

	for (size_t i = 0; i < keys->count; i++) {
		const struct zone_key *key = &keys->key[i];

		if (key->tag != read_u16(rrsig->rdata + RRSIG_TAG) ||
		    key->algorithm != rrsig->rdata[RRSIG_ALGORITHM])
			continue;
		tried = needs_anchor && !key->anchored ? FAULT_NOT_ANCHORED
						       : verify_with_key(verifier, rrsig, key);
		if (tried == FAULT_NONE)
			return FAULT_NONE;
		if (tried > fault)
			fault = tried;
	}
	return fault;
}

static enum fault verify_signature(struct verifier *verifier, const struct set *set,
				   const struct record *rrsig)
{
	int64_t now = verifier->draft->policy->validate_at;

	if (nearest_time(read_u32(rrsig->rdata + RRSIG_INCEPTION), now) > now)
		return FAULT_NOT_YET;
	if (nearest_time(read_u32(rrsig->rdata + RRSIG_EXPIRATION), now) < now)
		return FAULT_EXPIRED;
	return verify_cryptographically(verifier, set, rrsig);
}

/* What must be so of every signature, good or not (RFC 4035 2.2, 5.3.1). */
static bool check_fields(const struct draft *draft, const struct set *set,
			 const struct record *rrsig)
{
	uint32_t original = read_u32(rrsig->rdata + RRSIG_ORIGINAL_TTL);
	char text[SET_TEXT_ROOM], signer[DNAME_TEXT_ROOM];

	set_text(text, set_first(set)->owner, set_type(set));
	if (rrsig->rdata[RRSIG_SIGNER]) {
		dname_text(signer, rrsig->rdata + RRSIG_SIGNER);
		return draft_refuse(draft, rrsig->line,
				    "RRSIG of %s is by '%s', not by '.': "
				    "fetch the zone anew",
				    text, signer);
	}
	if (rrsig->rdata[RRSIG_LABELS] != dname_labels(set_owner(set)))
		return draft_refuse(draft, rrsig->line,
				    "RRSIG of %s is for a name of %u labels: "
				    "fetch the zone anew",
				    text, rrsig->rdata[RRSIG_LABELS]);
	if (set_first(set)->ttl != original)
		return draft_refuse(draft, set_first(set)->line,
				    "TTL of %s is %u, but %u was signed: "
				    "fetch the zone anew",
				    text, set_first(set)->ttl, original);
	if (rrsig->ttl != original)
		return draft_refuse(draft, rrsig->line,
				    "TTL of the RRSIG of %s is %u, but its RRset's is %u: "
				    "fetch the zone anew",
				    text, rrsig->ttl, original);
	return true;
}

static bool refuse_signature(const struct draft *draft, const struct set *set,
			     const struct record *rrsig, enum fault fault)
{
	int64_t now = draft->policy->validate_at;
	uint32_t line = rrsig->line;
	unsigned algorithm = rrsig->rdata[RRSIG_ALGORITHM],
		 tag = read_u16(rrsig->rdata + RRSIG_TAG);
	char text[SET_TEXT_ROOM], now_text[TIME_TEXT_ROOM], then[TIME_TEXT_ROOM];

	set_text(text, set_first(set)->owner, set_type(set));
	time_text(now_text, now);
	switch (fault) {
	case FAULT_NOT_YET:
		time_text(then, nearest_time(read_u32(rrsig->rdata + RRSIG_INCEPTION), now));
		return draft_refuse(draft, line,
				    "RRSIG of %s is valid only from %s (validated at %s): "
				    "check the clock",
				    text, then, now_text);
	case FAULT_EXPIRED:
		time_text(then, nearest_time(read_u32(rrsig->rdata + RRSIG_EXPIRATION), now));
		return draft_refuse(draft, line,
				    "RRSIG of %s expired %s (validated at %s): "
				    "fetch a newer zone",
				    text, then, now_text);
	case FAULT_ALGORITHM:
		return draft_refuse(draft, line,
				    "RRSIG of %s is of algorithm %u, which is not supported: "
				    "look for a newer rootxdp",
				    text, algorithm);
	case FAULT_NOT_ANCHORED:
		return draft_refuse(draft, line,
				    "RRSIG of %s is by key %u, which no trust anchor names: "
				    "give the anchors of this zone's time",
				    text, tag);
	case FAULT_UNKNOWN_KEY:
		return draft_refuse(draft, line,
				    "RRSIG of %s is by key %u of algorithm %u, which the zone "
				    "does not have: fetch the zone anew",
				    text, tag, algorithm);
	default:
		return draft_refuse(draft, line,
				    "RRSIG of %s by key %u does not match the records: "
				    "fetch the zone anew",
				    text, tag);
	}
}

static bool check_set(struct verifier *verifier, const struct set *set)
{
	struct draft *draft = verifier->draft;
	int64_t now = draft->policy->validate_at, end, latest = INT64_MIN;
	enum fault worst = FAULT_NONE;
	const struct record *told = NULL;

	for (size_t i = 0; i < set->signature_count; i++) {
		const struct record *rrsig = set->signatures[i];
		enum fault fault;

		if (!check_fields(draft, set, rrsig) || !write_signed_data(verifier, set, rrsig))
			return false;
		fault = verify_signature(verifier, set, rrsig);
		end = nearest_time(read_u32(rrsig->rdata + RRSIG_EXPIRATION), now);
		if (fault == FAULT_NONE && end > latest)
			latest = end;
		if (fault > worst) {
			worst = fault;
			told = rrsig;
		}
	}
	if (latest == INT64_MIN)
		return refuse_signature(draft, set, told, worst);
	/* The RRset is good until its last signature ends, the zone until its first RRset does. */
	if (latest < draft->signatures_end)
		draft->signatures_end = latest;
	return true;
}

static bool check_count(const struct draft *draft, const struct set *set)
{
	char text[SET_TEXT_ROOM];

	if (set->signature_count && set->signature_count <= SIGNATURES_MOST)
		return true;
	set_text(text, set_first(set)->owner, set_type(set));
	if (!set->signature_count)
		return draft_refuse(draft, set_first(set)->line,
				    "%s has no RRSIG: fetch the zone anew", text);
	return draft_refuse(draft, set->signatures[0]->line,
			    "%s has %zu RRSIGs, at most %d are taken: "
			    "fetch the zone anew",
			    text, set->signature_count, SIGNATURES_MOST);
}

/* The root's own: all at the apex; DS and NSEC below it. */
static bool is_authoritative(const struct set *set)
{
	uint16_t type = set_type(set);

	return !*set_owner(set) || type == TYPE_DS || type == TYPE_NSEC;
}

bool draft_check_signatures(struct draft *draft, const struct zone_keys *keys)
{
	static const uint8_t root[] = { 0 };
	struct verifier verifier = {
		.draft = draft,
		.keys = keys,
		.signed_data = ldns_buffer_new(UINT16_MAX),
		.signature = ldns_buffer_new(UINT16_MAX),
	};
	const struct set *dnskey = draft_find(draft, root, TYPE_DNSKEY);
	bool right = verifier.signed_data && verifier.signature ? true : draft_no_memory(draft);

	draft->signatures_end = INT64_MAX;
	/* First the keys: nothing that they sign means anything before. */
	right = right && check_count(draft, dnskey) && check_set(&verifier, dnskey);
	for (size_t i = 0; right && i < draft->set_count; i++) {
		const struct set *set = &draft->sets[i];

		if (set != dnskey && is_authoritative(set))
			right = check_count(draft, set) && check_set(&verifier, set);
	}
	ldns_buffer_free(verifier.signed_data);
	ldns_buffer_free(verifier.signature);
	return right;
}
