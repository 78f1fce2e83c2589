// SPDX-License-Identifier: GPL-2.0-or-later
/* The zone's keys, and which of them the trust anchors name. */
#include "draft.h"

#include <string.h>

#include <ldns/ldns.h>
#include <openssl/evp.h>

#include "rdata.h"

#define FLAG_ZONE       0x0100
#define FLAG_REVOKED    0x0080 /* RFC 5011 3 */
#define PROTOCOL_DNSSEC 3

static const uint8_t root[] = { 0 };

/* https://data.iana.org/root-anchors/root-anchors.xml: KSK-2017 and KSK-2024. */
static const char iana_anchors[] =
	". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
	". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";

static bool read_anchors(struct draft *anchors)
{
	char text[SET_TEXT_ROOM];

	if (!anchors->file) {
		anchors->file = "built-in trust anchors";
		return draft_read_text(anchors, iana_anchors, sizeof(iana_anchors) - 1);
	}
	if (!draft_read(anchors, false))
		return false;
	for (size_t i = 0; i < anchors->record_count; i++) {
		const struct record *record = &anchors->records[i];

		if (!*record->owner && (record->type == TYPE_DS || record->type == TYPE_DNSKEY))
			continue;
		set_text(text, record->owner, record->type);
		return draft_refuse(anchors, record->line,
				    "%s is no trust anchor: "
				    "give DS or DNSKEY records of '.'",
				    text);
	}
	return true;
}

static const EVP_MD *ds_digest(uint8_t type)
{
	switch (type) {
	case LDNS_SHA1:
		return EVP_sha1();
	case LDNS_SHA256:
		return EVP_sha256();
	case LDNS_SHA384:
		return EVP_sha384();
	default:
		return NULL;
	}
}

/* RFC 4034 5.1.4: the digest of the owner's name, '.', and the DNSKEY's RDATA. */
static bool ds_matches(const struct record *ds, const struct zone_key *key)
{
	const EVP_MD *kind = ds_digest(ds->rdata[DS_DIGEST_TYPE]);
	size_t length = key->record->rdata_length;
	uint8_t digest[EVP_MAX_MD_SIZE], text[1 + UINT16_MAX];
	unsigned digest_length;

	if (!kind || read_u16(ds->rdata + DS_TAG) != key->tag ||
	    ds->rdata[DS_ALGORITHM] != key->algorithm)
		return false;
	text[0] = root[0];
	memcpy(text + 1, key->record->rdata, length);
	return EVP_Digest(text, 1 + length, digest, &digest_length, kind, NULL) == 1 &&
	       ds->rdata_length == DS_DIGEST + digest_length &&
	       memcmp(ds->rdata + DS_DIGEST, digest, digest_length) == 0;
}

static bool dnskey_matches(const struct record *anchor, const struct zone_key *key)
{
	return anchor->rdata_length == key->record->rdata_length &&
	       memcmp(anchor->rdata, key->record->rdata, anchor->rdata_length) == 0;
}

static bool is_anchored(const struct draft *anchors, const struct zone_key *key)
{
	for (size_t i = 0; i < anchors->record_count; i++) {
		const struct record *anchor = &anchors->records[i];

		if (anchor->type == TYPE_DS ? ds_matches(anchor, key) : dnskey_matches(anchor, key))
			return true;
	}
	return false;
}

/* RFC 4034 2.1.1 and 2.1.2: a key that may not sign a zone is passed over, and so is a
 * revoked one. */
static bool may_sign(const struct record *dnskey)
{
	uint16_t flags = read_u16(dnskey->rdata + DNSKEY_FLAGS);

	return flags & FLAG_ZONE && !(flags & FLAG_REVOKED) &&
	       dnskey->rdata[DNSKEY_PROTOCOL] == PROTOCOL_DNSSEC;
}

static size_t list_keys(const struct draft *anchors, const struct set *dnskey,
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
		};
		key->anchored = is_anchored(anchors, key);
		anchored += key->anchored;
		keys->count++;
	}
	return anchored;
}

bool draft_find_keys(const struct draft *draft, struct zone_keys *keys)
{
	struct draft anchors = {
		.file = draft->policy->trust_anchors,
		.error = draft->error,
		.arena = draft->arena,
	};
	const struct set *dnskey = draft_find(draft, root, TYPE_DNSKEY);
	bool right;

	if (!dnskey)
		return draft_refuse(draft, 0, "the root has no DNSKEY: fetch the signed root zone");
	/* More would only make us try more signatures (CVE-2023-50387, "KeyTrap"). */
	if (dnskey->count > ZONE_KEYS_MOST)
		return draft_refuse(draft, set_first(dnskey)->line,
				    "the root has %zu DNSKEYs, at most %d "
				    "are taken: fetch the zone anew",
				    dnskey->count, ZONE_KEYS_MOST);
	right = read_anchors(&anchors);
	if (right && !list_keys(&anchors, dnskey, keys))
		right = draft_refuse(draft, set_first(dnskey)->line,
				     "no DNSKEY of the root is named by the "
				     "trust anchors (%.120s): give the anchors of this zone's time",
				     anchors.file);
	draft_free(&anchors);
	return right;
}
