// SPDX-License-Identifier: GPL-2.0-or-later
/* ldns reads, signs and prints; the zone is made in order, and never sorted as a whole. */
#include "signer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#define KEY_BITS   2048
#define INCEPTION  1785456000 /* 2026-07-31 00:00 UTC */
#define EXPIRATION 1793404800 /* 2026-10-31 00:00 UTC */
#define KSK_FLAGS  257
#define ZSK_FLAGS  256
#define KEY_TTL    172800
#define DIGEST_TTL 86400
#define RECORD_MOST 4096 /* bytes of wire form; none is longer */

static void *must(void *result)
{
	if (result)
		return result;
	fputs("make-zone: no memory, or ldns can't read what was made\n", stderr);
	exit(1);
}

static ldns_key *make_key(uint16_t flags)
{
	ldns_key *key = must(ldns_key_new_frm_algorithm(LDNS_SIGN_RSASHA256, KEY_BITS));
	ldns_rr *public;

	ldns_key_set_pubkey_owner(key, must(ldns_dname_new_frm_str(".")));
	ldns_key_set_flags(key, flags);
	ldns_key_set_origttl(key, KEY_TTL);
	ldns_key_set_inception(key, INCEPTION);
	ldns_key_set_expiration(key, EXPIRATION);
	public = must(ldns_key2rr(key));
	ldns_key_set_keytag(key, ldns_calc_keytag(public));
	ldns_rr_free(public);
	return key;
}

void signer_make(struct signer *signer)
{
	signer->ksk = make_key(KSK_FLAGS);
	signer->zsk = make_key(ZSK_FLAGS);
}

void signer_free(struct signer *signer)
{
	ldns_key_deep_free(signer->ksk);
	ldns_key_deep_free(signer->zsk);
}

char *signer_anchor(const struct signer *signer)
{
	ldns_rr *public = must(ldns_key2rr(signer->ksk));
	ldns_rr *ds = must(ldns_key_rr2ds(public, LDNS_SHA256));
	char *text = must(ldns_rr2str(ds));

	ldns_rr_free(public);
	ldns_rr_free(ds);
	return text;
}

/* --- records --------------------------------------------------------------------------------- */

static ldns_rr_list *parse(const char *text)
{
	ldns_rr_list *list = must(ldns_rr_list_new());
	char *copy = must(strdup(text)), *next = NULL;

	for (char *line = strtok_r(copy, "\n", &next); line; line = strtok_r(NULL, "\n", &next)) {
		ldns_rr *rr = NULL;

		if (ldns_rr_new_frm_str(&rr, line, 0, NULL, NULL) != LDNS_STATUS_OK)
			must(NULL);
		ldns_rr_list_push_rr(list, rr);
	}
	free(copy);
	return list;
}

static bool is_apex(const ldns_rr *rr)
{
	return ldns_dname_label_count(ldns_rr_owner(rr)) == 0;
}

/* Adds the signature of one RRset, which is all of that type that the apex, or the TLD, has. */
static void sign_type(const struct signer *signer, ldns_rr_list *list, ldns_rr_type type, bool apex)
{
	ldns_rr_list *set = must(ldns_rr_list_new()), *signatures;
	ldns_key_list *keys = must(ldns_key_list_new());

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (ldns_rr_get_type(ldns_rr_list_rr(list, i)) == type &&
		    is_apex(ldns_rr_list_rr(list, i)) == apex)
			ldns_rr_list_push_rr(set, ldns_rr_list_rr(list, i));
	if (ldns_rr_list_rr_count(set)) {
		ldns_key_list_push_key(keys,
				       type == LDNS_RR_TYPE_DNSKEY ? signer->ksk : signer->zsk);
		signatures = must(ldns_sign_public(set, keys));
		ldns_rr_list_cat(list, signatures);
		ldns_rr_list_free(signatures);
	}
	ldns_rr_list_free(set);
	free(keys->_keys);
	free(keys);
}

static void write_text(const ldns_rr_list *list, struct block *block)
{
	FILE *out = must(open_memstream(&block->text, &block->text_size));

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
		char *line = must(ldns_rr2str(ldns_rr_list_rr(list, i)));

		fputs(line, out);
		free(line);
	}
	fclose(out);
}

static void write_wire(const ldns_rr_list *list, struct block *block)
{
	size_t count = ldns_rr_list_rr_count(list);
	ldns_buffer *buffer = must(ldns_buffer_new(count * RECORD_MOST));

	for (size_t i = 0; i < count; i++)
		ldns_rr2buffer_wire_canonical(buffer, ldns_rr_list_rr(list, i),
					      LDNS_SECTION_ANSWER);
	block->wire_size = ldns_buffer_position(buffer);
	block->wire = must(malloc(block->wire_size));
	memcpy(block->wire, ldns_buffer_begin(buffer), block->wire_size);
	ldns_buffer_free(buffer);
}

void signer_sign(const struct signer *signer, const char *text, struct block *block)
{
	static const ldns_rr_type types[] = { LDNS_RR_TYPE_SOA, LDNS_RR_TYPE_NS, LDNS_RR_TYPE_DS,
					      LDNS_RR_TYPE_NSEC, LDNS_RR_TYPE_DNSKEY };
	ldns_rr_list *list = parse(text);
	bool apex = is_apex(must(ldns_rr_list_rr(list, 0)));

	if (apex) {
		ldns_rr_list_push_rr(list, must(ldns_key2rr(signer->ksk)));
		ldns_rr_list_push_rr(list, must(ldns_key2rr(signer->zsk)));
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (apex || types[i] == LDNS_RR_TYPE_DS || types[i] == LDNS_RR_TYPE_NSEC)
			sign_type(signer, list, types[i], apex);
	ldns_rr_list_sort(list); /* canonical order: RFC 4034 6 */
	write_text(list, block);
	write_wire(list, block);
	ldns_rr_list_deep_free(list);
}

void block_free(struct block *block)
{
	free(block->text);
	free(block->wire);
}

/* --- the digest ------------------------------------------------------------------------------ */

/* The serial, as the SOA in the first block has it. */
static uint32_t serial_of(const struct block *apex)
{
	ldns_rr_list *list = parse(apex->text);
	uint32_t serial = 0;

	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		if (ldns_rr_get_type(ldns_rr_list_rr(list, i)) == LDNS_RR_TYPE_SOA)
			serial = ldns_rdf2native_int32(ldns_rr_rdf(ldns_rr_list_rr(list, i), 2));
	ldns_rr_list_deep_free(list);
	return serial;
}

static void digest_text(const struct block *blocks, size_t count, char text[256])
{
	EVP_MD_CTX *context = must(EVP_MD_CTX_new());
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	int at;

	EVP_DigestInit_ex(context, EVP_sha384(), NULL);
	for (size_t i = 0; i < count; i++)
		EVP_DigestUpdate(context, blocks[i].wire, blocks[i].wire_size);
	EVP_DigestFinal_ex(context, digest, &length);
	EVP_MD_CTX_free(context);
	at = snprintf(text, 256, ". %u IN ZONEMD %u 1 1 ", DIGEST_TTL, serial_of(blocks));
	for (unsigned i = 0; i < length; i++)
		at += snprintf(text + at, 256 - at, "%02X", digest[i]);
}

char *signer_digest(const struct signer *signer, const struct block *blocks, size_t count)
{
	struct block block;
	ldns_rr_list *list;
	char text[256];

	digest_text(blocks, count, text);
	list = parse(text);
	sign_type(signer, list, LDNS_RR_TYPE_ZONEMD, true);
	write_text(list, &block);
	ldns_rr_list_deep_free(list);
	return block.text;
}
