// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts what a zone was verified by. */
#include "proof.h"

#include "arena.h"
#include "draft.h"
#include "rdata.h"

static const uint8_t root[] = { 0 };

static const struct rrset *find_apex(const struct zone *zone, uint16_t type)
{
	for (size_t i = 0; i < zone->apex_count; i++)
		if (zone->apex[i]->type == type)
			return zone->apex[i];
	return NULL;
}

static void count_signatures(const struct zone *zone, struct zone_proof *proof)
{
	for (size_t i = 0; i < zone->rrset_count; i++) {
		proof->signatures += zone->rrsets[i].signatures;
		proof->signed_sets += zone->rrsets[i].signatures != 0;
	}
}

static void list_digests(const struct zone *zone, struct zone_proof *proof)
{
	const struct rrset *zonemd = find_apex(zone, TYPE_ZONEMD);

	for (size_t i = 0; zonemd && i < zonemd->count; i++) {
		const uint8_t *rdata = zonemd->rdata[i].bytes;
		bool known = rdata[ZONEMD_SCHEME] == 1 &&
			     (rdata[ZONEMD_HASH] == 1 || rdata[ZONEMD_HASH] == 2);

		proof->zonemd |= known ? 1u << rdata[ZONEMD_HASH] : 1;
	}
}

static bool has_signed(const struct rrset *dnskey, uint16_t tag)
{
	for (size_t i = 0; i < dnskey->signatures; i++)
		if (read_u16(dnskey->signature[i].bytes + RRSIG_TAG) == tag)
			return true;
	return false;
}

/* The DNSKEY RRset as the only one of a draft, which is what draft_find_keys() looks at. */
static bool find_keys(const struct rrset *dnskey, const struct zone_policy *policy,
		      struct zone_keys *keys, struct zone_error *error)
{
	struct record record[ZONE_KEYS_MOST];
	const struct record *records[ZONE_KEYS_MOST];
	struct set set = { .records = records, .count = dnskey->count };
	struct draft draft = {
		.file = "the zone", .policy = policy, .error = error, .sets = &set, .set_count = 1
	};
	bool found;

	if (dnskey->count > ZONE_KEYS_MOST)
		return false;
	for (size_t i = 0; i < dnskey->count; i++) {
		records[i] = &record[i];
		record[i] = (struct record){
			.owner = root,
			.canonical_owner = root,
			.type = TYPE_DNSKEY,
			.rdata = dnskey->rdata[i].bytes,
			.canonical_rdata = dnskey->rdata[i].bytes,
			.rdata_length = dnskey->rdata[i].length,
		};
	}
	draft.arena = zone_arena_new();
	if (!draft.arena)
		return draft_no_memory(&draft);
	found = draft_find_keys(&draft, keys);
	/* The keys go on pointing to `record`, which ends here: only tags are of use. */
	for (size_t i = 0; found && i < keys->count; i++)
		keys->key[i].record = NULL;
	zone_arena_free(draft.arena);
	return found;
}

bool zone_prove(const struct zone *zone, const struct zone_policy *policy, struct zone_proof *proof,
		struct zone_error *error)
{
	const struct rrset *dnskey = find_apex(zone, TYPE_DNSKEY);
	struct zone_keys keys;

	*proof = (struct zone_proof){ 0 };
	error->text[0] = '\0';
	count_signatures(zone, proof);
	list_digests(zone, proof);
	if (!zone_is_signed(zone))
		return true;
	if (!dnskey || !find_keys(dnskey, policy, &keys, error))
		return false;
	for (size_t i = 0; i < keys.count; i++)
		if (keys.key[i].anchored && has_signed(dnskey, keys.key[i].tag))
			proof->anchor[proof->anchors++] = keys.key[i].tag;
	return true;
}
