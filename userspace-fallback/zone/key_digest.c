// SPDX-License-Identifier: GPL-2.0-or-later
/* One KeyDigest of root-anchors.xml: what its texts mean, and whether they fit each other. */
#include "key_digest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <ldns/ldns.h>

#include "anchors.h"
#include "arena.h"
#include "draft.h"
#include "rdata.h"

const char *const key_field_names[KEY_FIELDS] = {
	[KEY_ZONE] = "Zone",           [KEY_TAG] = "KeyTag",
	[KEY_ALGORITHM] = "Algorithm", [KEY_DIGEST_TYPE] = "DigestType",
	[KEY_DIGEST] = "Digest",       [KEY_PUBLIC_KEY] = "PublicKey",
	[KEY_FLAGS] = "Flags",
};

enum key_field key_field_find(const char *name)
{
	enum key_field field = 0;

	while (field < KEY_FIELDS && strcmp(name, key_field_names[field]))
		field++;
	return field;
}

/* --- texts ------------------------------------------------------------------------------------ */

static char *trim(char *text)
{
	char *end;

	text += strspn(text, XML_WHITE_SPACE);
	end = text + strlen(text);
	while (end > text && strchr(XML_WHITE_SPACE, end[-1]))
		end--;
	*end = '\0';
	return text;
}

/* Without any white space: long values may be on several lines. */
static void squeeze(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (!strchr(XML_WHITE_SPACE, *text))
			*to++ = *text;
	*to = '\0';
}

static bool read_number(char *text, unsigned most, unsigned *number)
{
	const char *c = trim(text);

	*number = 0;
	if (!*c)
		return false;
	for (; *c >= '0' && *c <= '9' && *number <= most; c++)
		*number = *number * 10 + (*c - '0');
	return !*c && *number <= most;
}

static const char *take_u16(char *text, uint16_t *to)
{
	unsigned number;

	if (!read_number(text, UINT16_MAX, &number))
		return " is not a number up to 65535";
	*to = (uint16_t)number;
	return NULL;
}

static const char *take_u8(char *text, uint8_t *to)
{
	unsigned number;

	if (!read_number(text, UINT8_MAX, &number))
		return " is not a number up to 255";
	*to = (uint8_t)number;
	return NULL;
}

/* Takes the bytes of what ldns read, and frees it. */
static bool take_bytes(ldns_rdf *rdf, uint8_t *to, size_t most, size_t *length)
{
	bool right = ldns_rdf_size(rdf) && ldns_rdf_size(rdf) <= most;

	if (right) {
		*length = ldns_rdf_size(rdf);
		memcpy(to, ldns_rdf_data(rdf), *length);
	}
	ldns_rdf_deep_free(rdf);
	return right;
}

static const char *take_digest(char *text, struct key_digest *digest)
{
	ldns_rdf *rdf;

	squeeze(text);
	if (strlen(text) % 2 || ldns_str2rdf_hex(&rdf, text) != LDNS_STATUS_OK)
		return " is not of hexadecimal digits, two for each byte";
	if (!take_bytes(rdf, digest->digest, KEY_DIGEST_MOST, &digest->digest_length))
		return " is empty, or too long";
	return NULL;
}

static const char *take_key(char *text, struct key_digest *digest)
{
	ldns_rdf *rdf;

	squeeze(text);
	if (ldns_str2rdf_b64(&rdf, text) != LDNS_STATUS_OK)
		return " is not base64";
	if (!take_bytes(rdf, digest->key, PUBLIC_KEY_MOST, &digest->key_length))
		return " is empty, or too long";
	return NULL;
}

const char *key_digest_field(struct key_digest *digest, enum key_field field, char *text)
{
	switch (field) {
	case KEY_ZONE:
		return strcmp(trim(text), ".") ? " is not '.', the root" : NULL;
	case KEY_TAG:
		return take_u16(text, &digest->tag);
	case KEY_ALGORITHM:
		return take_u8(text, &digest->algorithm);
	case KEY_DIGEST_TYPE:
		return take_u8(text, &digest->digest_type);
	case KEY_DIGEST:
		return take_digest(text, digest);
	case KEY_PUBLIC_KEY:
		return take_key(text, digest);
	default:
		return take_u16(text, &digest->flags);
	}
}

/* --- attributes ------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "+00:00", "-08:00", "Z", or nothing, which is taken for UTC. */
static bool read_offset(const char *text, int64_t *seconds)
{
	int hours, minutes, sign = *text == '-' ? -1 : 1;

	*seconds = 0;
	if (!*text || !strcmp(text, "Z"))
		return true;
	if (strlen(text) != 6 || !strchr("+-", text[0]) || !is_digit(text[1]) ||
	    !is_digit(text[2]) || text[3] != ':' || !is_digit(text[4]) || !is_digit(text[5]))
		return false;
	hours = (text[1] - '0') * 10 + text[2] - '0';
	minutes = (text[4] - '0') * 10 + text[5] - '0';
	*seconds = sign * (hours * 3600 + minutes * 60);
	return hours <= 14 && minutes < 60;
}

/* xsd:dateTime: RFC 3339, but parts of a second and the offset may be missing. */
static bool read_time(const char *value, int64_t *time)
{
	const size_t length = sizeof("2024-07-18T00:00:00") - 1;
	char given[64], whole[32];
	const char *text, *rest;
	int64_t offset;

	if (strlen(value) >= sizeof(given))
		return false;
	strcpy(given, value);
	text = trim(given);
	if (strlen(text) < length)
		return false;
	snprintf(whole, sizeof(whole), "%.*sZ", (int)length, text);
	rest = text + length;
	if (*rest == '.' && is_digit(rest[1]))
		rest += 1 + strspn(rest + 1, "0123456789");
	if (!zone_time_parse(whole, time) || !read_offset(rest, &offset))
		return false;
	*time -= offset;
	return true;
}

/* Messages have one line, whatever the file has. */
static void take_id(struct key_digest *digest, const char *id)
{
	snprintf(digest->id, sizeof(digest->id), "%s", id);
	for (char *c = digest->id; *c; c++)
		if (*c < '!' || *c > '~')
			*c = '?';
}

const char *key_digest_begin(struct key_digest *digest, const char *const *attributes)
{
	digest->id[0] = '\0';
	digest->from = INT64_MAX;
	digest->until = INT64_MAX;
	for (; *attributes; attributes += 2) {
		const char *name = attributes[0], *value = attributes[1];

		if (!strcmp(name, "id"))
			take_id(digest, value);
		else if (!strcmp(name, "validFrom") && !read_time(value, &digest->from))
			return "'s validFrom is no time as in 2024-07-18T00:00:00+00:00";
		else if (!strcmp(name, "validUntil") && !read_time(value, &digest->until))
			return "'s validUntil is no time as in 2024-07-18T00:00:00+00:00";
	}
	return digest->from == INT64_MAX ? " has no validFrom" : NULL;
}

/* --- all of it -------------------------------------------------------------------------------- */

#define FIELD(field) (1u << (field))
#define FIELDS_NEEDED                                                                              \
	(FIELD(KEY_TAG) | FIELD(KEY_ALGORITHM) | FIELD(KEY_DIGEST_TYPE) | FIELD(KEY_DIGEST))

/* RFC 9718 2.2: from the key the digest can be made, and compared. */
static const char *check_key(const struct key_digest *digest, const struct anchor *anchor)
{
	uint8_t rdata[DNSKEY_KEY + PUBLIC_KEY_MOST];
	size_t length = DNSKEY_KEY + digest->key_length;

	rdata[DNSKEY_FLAGS] = digest->flags >> 8;
	rdata[DNSKEY_FLAGS + 1] = digest->flags & 0xff;
	rdata[DNSKEY_PROTOCOL] = PROTOCOL_DNSSEC;
	rdata[DNSKEY_ALGORITHM] = digest->algorithm;
	memcpy(rdata + DNSKEY_KEY, digest->key, digest->key_length);
	if (ldns_calc_keytag_raw(rdata, length) != digest->tag)
		return "'s PublicKey and Flags do not match its KeyTag";
	if (anchor_digest_length(digest->digest_type) && !anchor_names(anchor, rdata, length))
		return "'s PublicKey and Flags do not match its Digest";
	return NULL;
}

static const char *check_fields(const struct key_digest *digest, unsigned fields)
{
	size_t length = anchor_digest_length(digest->digest_type);

	if ((fields & FIELDS_NEEDED) != FIELDS_NEEDED)
		return " lacks one of KeyTag, Algorithm, DigestType and Digest";
	if (!(fields & FIELD(KEY_PUBLIC_KEY)) != !(fields & FIELD(KEY_FLAGS)))
		return " has one of PublicKey and Flags without the other";
	if (length && length != digest->digest_length)
		return "'s Digest has not the length of its DigestType";
	return NULL;
}

const char *key_digest_end(const struct key_digest *digest, unsigned fields, struct arena *arena,
			   struct anchor *anchor)
{
	const char *why = check_fields(digest, fields);
	uint8_t *rdata;

	if (why)
		return why;
	rdata = zone_arena_take(arena, DS_DIGEST + digest->digest_length);
	if (!rdata)
		return ": no memory";
	rdata[DS_TAG] = digest->tag >> 8;
	rdata[DS_TAG + 1] = digest->tag & 0xff;
	rdata[DS_ALGORITHM] = digest->algorithm;
	rdata[DS_DIGEST_TYPE] = digest->digest_type;
	memcpy(rdata + DS_DIGEST, digest->digest, digest->digest_length);
	*anchor = (struct anchor){
		.rdata = rdata,
		.rdata_length = (uint16_t)(DS_DIGEST + digest->digest_length),
		.type = TYPE_DS,
		.from = digest->from,
		.until = digest->until,
	};
	snprintf(anchor->name, sizeof(anchor->name), "%s%s(key %u)", digest->id,
		 *digest->id ? " " : "", digest->tag);
	return fields & FIELD(KEY_PUBLIC_KEY) ? check_key(digest, anchor) : NULL;
}
