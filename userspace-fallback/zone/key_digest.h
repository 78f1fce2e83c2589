/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One KeyDigest of root-anchors.xml (RFC 9718 2.1), from texts to a trust anchor. */
#ifndef ROOTXDP_ZONE_KEY_DIGEST_H
#define ROOTXDP_ZONE_KEY_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct anchor;
struct arena;

/* The elements that hold a value: Zone is the TrustAnchor's, the others are the KeyDigest's. */
enum key_field {
	KEY_ZONE,
	KEY_TAG,
	KEY_ALGORITHM,
	KEY_DIGEST_TYPE,
	KEY_DIGEST,
	KEY_PUBLIC_KEY,
	KEY_FLAGS,
	KEY_FIELDS, /* how many; also: none of them */
};

extern const char *const key_field_names[KEY_FIELDS];

#define XML_WHITE_SPACE " \t\r\n" /* XML 1.0 2.3 */

#define KEY_DIGEST_MOST 128 /* bytes; the longest kind that has a number now has 48 */
#define PUBLIC_KEY_MOST 16384

struct key_digest {
	char id[25]; /* printable */
	int64_t from, until;
	uint16_t tag, flags;
	uint8_t algorithm, digest_type;
	size_t digest_length, key_length;
	uint8_t digest[KEY_DIGEST_MOST];
	uint8_t key[PUBLIC_KEY_MOST];
};

/* These return what is wrong, in words that fit behind the element's name, or NULL. */

/* A new one with these attributes, name and value in turn up to a NULL. */
const char *key_digest_begin(struct key_digest *digest, const char *const *attributes);

/* One element's text; it is changed. */
const char *key_digest_field(struct key_digest *digest, enum key_field field, char *text);

/* All of it, with these fields (bits): the anchor, its RDATA in the arena. */
const char *key_digest_end(const struct key_digest *digest, unsigned fields, struct arena *arena,
			   struct anchor *anchor);

/* The field of that element, or KEY_FIELDS. */
enum key_field key_field_find(const char *name);

#endif
