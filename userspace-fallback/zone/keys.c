// SPDX-License-Identifier: GPL-2.0-or-later
/* The zone's keys, and which of them the trust anchors name. */
#include <string.h>

#include <ldns/ldns.h>

#include "anchors.h"
#include "draft.h"
#include "rdata.h"

#define FLAG_ZONE    0x0100
#define FLAG_REVOKED 0x0080 /* RFC 5011 3 */

static const uint8_t root[] = { 0 };

static bool is_anchored(const struct anchors *anchors, const uint8_t *rdata, size_t length)
{
	for (size_t i = 0; i < anchors->count; i++)
		if (anchor_names(&anchors->anchor[i], rdata, length))
			return true;
	return false;
}

static bool is_revoked(const struct record *dnskey)
{
	return read_u16(dnskey->rdata + DNSKEY_FLAGS) & FLAG_REVOKED;
}

/* RFC 4034 2.1.1 and 2.1.2: a key that may not sign a zone is passed over, and so is a
 * revoked one. */
static bool may_sign(const struct record *dnskey)
{
	return read_u16(dnskey->rdata + DNSKEY_FLAGS) & FLAG_ZONE && !is_revoked(dnskey) &&
	       dnskey->rdata[DNSKEY_PROTOCOL] == PROTOCOL_DNSSEC;
}

static size_t list_keys(const struct anchors *anchors, const struct set *dnskey,
			struct zone_keys *keys)
{
	size_t anchored = 0;

	keys->count = 0;
	for (size_t i = 0; i < dnskey->count; i++) {
		const struct record *record = dnskey->records[i];
		struct zone_key *key = &keys->key[keys->count];

		if (!may_sign(record))
			continue;
		*key = (struct zone_key){
			.record = record,
			.tag = ldns_calc_keytag_raw(record->rdata, record->rdata_length),
			.algorithm = record->rdata[DNSKEY_ALGORITHM],
			.anchored = is_anchored(anchors, record->rdata, record->rdata_length),
		};
		anchored += key->anchored;
		keys->count++;
	}
	return anchored;
}

/* Was the key one that the anchors name, before it was revoked, or do they name the revoked one?
 * *tag: what it is known by, which the flag changes (RFC 5011 6). */
static bool was_anchored(const struct anchors *anchors, const struct record *dnskey, uint16_t *tag)
{
	uint8_t before[UINT16_MAX];
	size_t length = dnskey->rdata_length;

	*tag = ldns_calc_keytag_raw(dnskey->rdata, length);
	if (!is_revoked(dnskey))
		return false;
	if (is_anchored(anchors, dnskey->rdata, length))
		return true;
	memcpy(before, dnskey->rdata, length);
	before[DNSKEY_FLAGS + 1] &= (uint8_t)~FLAG_REVOKED;
	*tag = ldns_calc_keytag_raw(before, length);
	return is_anchored(anchors, before, length);
}

static bool refuse_keys(const struct draft *draft, const struct anchors *anchors,
			const struct set *dnskey)
{
	uint16_t tag;

	for (size_t i = 0; i < dnskey->count; i++)
		if (was_anchored(anchors, dnskey->records[i], &tag))
			return draft_refuse(draft, dnskey->records[i]->line,
					    "no DNSKEY of the root is named by the trust anchors "
					    "(%.120s) but key %u, which is revoked (RFC 5011): "
					    "give the anchors of this zone's time",
					    anchors->file, tag);
	return draft_refuse(draft, set_first(dnskey)->line,
			    "no DNSKEY of the root is named by the "
			    "trust anchors (%.120s): give the anchors of this zone's time",
			    anchors->file);
}

bool draft_find_keys(const struct draft *draft, struct zone_keys *keys)
{
	const struct set *dnskey = draft_find(draft, root, TYPE_DNSKEY);
	struct anchors anchors;

	if (!dnskey)
		return draft_refuse(draft, 0, "the root has no DNSKEY: fetch the signed root zone");
	/* More would only make us try more signatures (CVE-2023-50387, "KeyTrap"). */
	if (dnskey->count > ZONE_KEYS_MOST)
		return draft_refuse(draft, set_first(dnskey)->line,
				    "the root has %zu DNSKEYs, at most %d "
				    "are taken: fetch the zone anew",
				    dnskey->count, ZONE_KEYS_MOST);
	return anchors_read(draft, &anchors) &&
	       (list_keys(&anchors, dnskey, keys) || refuse_keys(draft, &anchors, dnskey));
}
