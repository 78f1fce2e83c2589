// SPDX-License-Identifier: GPL-2.0-or-later
/* TSIG by OpenSSL's HMAC. */
#include "tsig.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <stdio.h>
#include <string.h>

#include "dname.h"
#include "question.h"
#include "wire.h"

#define TYPE_TSIG    250
#define CLASS_ANY    255
#define RECORD_HEAD  10 /* type, class, TTL, RDLENGTH */
#define POINTER_BITS 0xC0

static const uint8_t algorithm[] = "\13hmac-sha256";

/* --- the hash -------------------------------------------------------------------------------- */

static EVP_MAC_CTX *begin_hash(const struct tsig_key *key)
{
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256",
								 0),
				OSSL_PARAM_construct_end() };
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *hash = mac ? EVP_MAC_CTX_new(mac) : NULL;

	EVP_MAC_free(mac);
	if (hash && EVP_MAC_init(hash, key->secret, key->secret_length, params))
		return hash;
	EVP_MAC_CTX_free(hash);
	return NULL;
}

static void add(EVP_MAC_CTX *hash, const void *bytes, size_t length)
{
	EVP_MAC_update(hash, bytes, length);
}

/* RFC 8945 4.3.1: the MAC before, with its length. */
static void add_mac(EVP_MAC_CTX *hash, const uint8_t mac[TSIG_MAC_SIZE])
{
	static const uint8_t length[] = { 0, TSIG_MAC_SIZE };

	add(hash, length, sizeof(length));
	add(hash, mac, TSIG_MAC_SIZE);
}

/* RFC 8945 4.3.3. time: Time Signed and Fudge; other: Error, Other Len and what it counts. */
static void add_variables(EVP_MAC_CTX *hash, const struct tsig_key *key, const uint8_t *time,
			  const uint8_t *other, size_t other_length)
{
	static const uint8_t class_ttl[] = { 0, CLASS_ANY, 0, 0, 0, 0 };

	add(hash, key->name, key->name_length);
	add(hash, class_ttl, sizeof(class_ttl));
	add(hash, algorithm, sizeof(algorithm));
	add(hash, time, 8);
	add(hash, other, other_length);
}

static bool end_hash(EVP_MAC_CTX *hash, uint8_t mac[TSIG_MAC_SIZE])
{
	size_t length = 0;

	return EVP_MAC_final(hash, mac, &length, TSIG_MAC_SIZE) && length == TSIG_MAC_SIZE;
}

void tsig_end(struct tsig_exchange *exchange)
{
	EVP_MAC_CTX_free(exchange->hash);
	exchange->hash = NULL;
}

/* What comes next is hashed behind the MAC that came last. */
static bool begin_next(struct tsig_exchange *exchange)
{
	tsig_end(exchange);
	exchange->hash = begin_hash(exchange->key);
	if (exchange->hash)
		add_mac(exchange->hash, exchange->mac);
	return exchange->hash;
}

/* A request is the first of all: no MAC is before it. */
static bool begin_first(struct tsig_exchange *exchange)
{
	if (!exchange->hash)
		exchange->hash = begin_hash(exchange->key);
	return exchange->hash;
}

/* --- signing --------------------------------------------------------------------------------- */

static uint8_t *put_time(uint8_t *at, int64_t now)
{
	at = put16(at, now >> 32);
	at = put16(at, now >> 16);
	return put16(at, now);
}

/* Appends a TSIG. time: Time Signed and Fudge; other: Error, Other Len and what that counts. */
static size_t append(struct tsig_exchange *exchange, uint8_t *message, size_t length, size_t room,
		     const uint8_t time[8], const uint8_t *other, size_t other_length)
{
	const struct tsig_key *key = exchange->key;
	size_t rdata = sizeof(algorithm) + 8 + 2 + TSIG_MAC_SIZE + 2 + other_length;
	uint8_t *at = message + length;

	if (!begin_first(exchange) || length + key->name_length + RECORD_HEAD + rdata > room)
		return 0;
	add(exchange->hash, message, length);
	add_variables(exchange->hash, key, time, other, other_length);
	if (!end_hash(exchange->hash, exchange->mac) || !begin_next(exchange))
		return 0;
	at = put(at, key->name, key->name_length);
	at = put16(at, TYPE_TSIG);
	at = put16(at, CLASS_ANY);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, rdata);
	at = put(at, algorithm, sizeof(algorithm));
	at = put(at, time, 8);
	at = put16(at, TSIG_MAC_SIZE);
	at = put(at, exchange->mac, TSIG_MAC_SIZE);
	at = put(at, message, 2); /* Original ID */
	at = put(at, other, other_length);
	put16(message + 10, host16(load16(message + 10)) + 1);
	return at - message;
}

size_t tsig_sign(struct tsig_exchange *exchange, uint8_t *message, size_t length, size_t room,
		 int64_t now)
{
	static const uint8_t no_error[4];
	uint8_t time[8];

	put16(put_time(time, now), TSIG_FUDGE);
	return append(exchange, message, length, room, time, no_error, sizeof(no_error));
}

size_t tsig_sign_late(struct tsig_exchange *exchange, uint8_t *message, size_t length, size_t room,
		      const uint8_t time[8], int64_t now)
{
	uint8_t other[10];

	put_time(put16(put16(other, TSIG_BADTIME), 6), now);
	return append(exchange, message, length, room, time, other, sizeof(other));
}

/* --- checking -------------------------------------------------------------------------------- */

/* A TSIG record in a message; all of it lies there. */
struct signature {
	size_t begin; /* of the record */
	const uint8_t *time, *mac, *original_id, *other;
	size_t mac_length, other_length;
	uint16_t error;
};

static bool skip_name(struct cursor *cursor)
{
	const uint8_t *label;

	while ((label = cursor_take(cursor, 1))) {
		if (*label >= POINTER_BITS)
			return cursor_take(cursor, 1);
		if (*label == 0)
			return true;
		if (*label > DNS_LABEL_MAX || !cursor_take(cursor, *label))
			return false;
	}
	return false;
}

/* The type and RDATA of the record at the cursor, which moves behind it. */
static bool skip_record(struct cursor *cursor, uint16_t *type, struct cursor *rdata)
{
	const uint8_t *head;

	if (!skip_name(cursor))
		return false;
	head = cursor_take(cursor, RECORD_HEAD);
	if (!head)
		return false;
	*type = host16(load16(head));
	*rdata = *cursor;
	rdata->limit = cursor->pos + host16(load16(head + 8));
	return cursor_take(cursor, host16(load16(head + 8)));
}

/* Moves to the last record. False: malformed, or no record at all. */
static bool find_last(struct cursor *cursor, size_t *begin, uint16_t *type, struct cursor *rdata)
{
	const struct dns_header *header = (const void *)cursor_take(cursor, DNS_HEADER_SIZE);
	uint32_t records;

	if (!header)
		return false;
	records = host16(header->ancount) + host16(header->nscount) + host16(header->arcount);
	for (uint32_t i = 0; i < host16(header->qdcount); i++)
		if (!skip_name(cursor) || !cursor_take(cursor, 4))
			return false;
	*type = 0;
	for (uint32_t i = 0; i < records; i++) {
		*begin = cursor->pos;
		if (!skip_record(cursor, type, rdata))
			return false;
	}
	return host16(header->arcount) > 0 && *type == TYPE_TSIG;
}

/* The name at `begin` may be compressed; pointers lead backwards (RFC 1035 4.1.4). */
static bool same_name(const struct cursor *message, size_t begin, const struct tsig_key *key)
{
	const uint8_t *name = message->start;
	size_t at = begin, same = 0;

	while (same < key->name_length && at + 1 < message->limit) {
		if (name[at] >= POINTER_BITS) {
			at = (name[at] & ~POINTER_BITS) << 8 | name[at + 1];
			if (at >= begin)
				return false;
			begin = at;
			continue;
		}
		for (size_t label = 1 + name[at]; label; label--, at++, same++)
			if (at >= message->limit || same == key->name_length ||
			    dname_lower(name[at]) != key->name[same])
				return false;
	}
	return same == key->name_length;
}

/* Reads the RDATA (RFC 8945 4.2) of another algorithm than ours: false. */
static bool read_signature(struct cursor rdata, struct signature *signature)
{
	const uint8_t *name = cursor_take(&rdata, sizeof(algorithm)), *length;

	if (!name)
		return false;
	for (size_t i = 0; i < sizeof(algorithm); i++)
		if (dname_lower(name[i]) != algorithm[i])
			return false;
	signature->time = cursor_take(&rdata, 8);
	length = cursor_take(&rdata, 2);
	if (!signature->time || !length)
		return false;
	signature->mac_length = host16(load16(length));
	signature->mac = cursor_take(&rdata, signature->mac_length);
	signature->original_id = cursor_take(&rdata, 2);
	signature->other = cursor_take(&rdata, 4);
	if (!signature->mac || !signature->original_id || !signature->other)
		return false;
	signature->error = host16(load16(signature->other));
	signature->other_length = 4 + host16(load16(signature->other + 2));
	return cursor_take(&rdata, signature->other_length - 4) && rdata.pos == rdata.limit;
}

static const char *error_word(uint16_t error)
{
	switch (error) {
	case TSIG_BADSIG:
		return "BADSIG: it has another secret for our key";
	case TSIG_BADKEY:
		return "BADKEY: it does not know our key";
	case TSIG_BADTIME:
		return "BADTIME: its clock and ours differ";
	default:
		return "an error in its TSIG";
	}
}

static bool time_fits(const uint8_t *time, int64_t now)
{
	int64_t signed_at = (int64_t)host16(load16(time)) << 32 |
			    (int64_t)host16(load16(time + 2)) << 16 | host16(load16(time + 4));
	int64_t apart = now > signed_at ? now - signed_at : signed_at - now;

	return apart <= host16(load16(time + 6));
}

/* Hashes the message as it was before it was signed, up to `length`. */
static void hash_message(struct tsig_exchange *exchange, uint8_t *message, size_t length,
			 const struct signature *signature)
{
	uint8_t header[DNS_HEADER_SIZE];

	memcpy(header, message, sizeof(header));
	if (signature) {
		memcpy(header, signature->original_id, 2);
		put16(header + 10, host16(load16(header + 10)) - 1);
	}
	add(exchange->hash, header, sizeof(header));
	add(exchange->hash, message + sizeof(header), length - sizeof(header));
}

static bool check_mac(struct tsig_exchange *exchange, const struct signature *signature)
{
	uint8_t mac[TSIG_MAC_SIZE];

	/* RFC 8945 5.3.1: behind the first message, only the timers. */
	if (exchange->checked)
		add(exchange->hash, signature->time, 8);
	else
		add_variables(exchange->hash, exchange->key, signature->time, signature->other,
			      signature->other_length);
	if (!end_hash(exchange->hash, mac) || signature->mac_length != TSIG_MAC_SIZE ||
	    CRYPTO_memcmp(mac, signature->mac, TSIG_MAC_SIZE))
		return false;
	memcpy(exchange->mac, mac, sizeof(mac));
	return begin_next(exchange);
}

static bool check_unsigned(struct tsig_exchange *exchange, uint8_t *message, size_t length,
			   char why[256])
{
	if (!exchange->checked || ++exchange->unchecked > TSIG_UNSIGNED_MOST) {
		snprintf(why, 256, "a message without TSIG, though we asked with our key");
		return false;
	}
	hash_message(exchange, message, length, NULL);
	return true;
}

static void fail(struct tsig_exchange *exchange, enum tsig_error error, char why[256],
		 const char *what)
{
	exchange->error = error;
	snprintf(why, 256, "%s", what);
}

bool tsig_check(struct tsig_exchange *exchange, uint8_t *message, size_t *length, int64_t now,
		char why[256])
{
	struct cursor cursor = cursor_over(message, *length), rdata;
	struct signature signature = { 0 };
	uint16_t type;

	if (*length < DNS_HEADER_SIZE) {
		snprintf(why, 256, "a message of %zu bytes, less than a header", *length);
		return false;
	}
	if (!begin_first(exchange)) {
		snprintf(why, 256, "out of memory");
		return false;
	}
	if (!find_last(&cursor, &signature.begin, &type, &rdata))
		return check_unsigned(exchange, message, *length, why);
	why[0] = '\0';
	if (!same_name(&cursor, signature.begin, exchange->key) ||
	    !read_signature(rdata, &signature))
		fail(exchange, TSIG_BADKEY, why,
		     "a TSIG of another key or algorithm, or a malformed one");
	else if (signature.error)
		fail(exchange, 0, why, error_word(signature.error));
	if (*why)
		return false;
	hash_message(exchange, message, signature.begin, &signature);
	if (!check_mac(exchange, &signature))
		fail(exchange, TSIG_BADSIG, why,
		     "a TSIG with a wrong MAC: has it another secret for our key?");
	else if (!time_fits(signature.time, now))
		fail(exchange, TSIG_BADTIME, why,
		     "a TSIG of another time: its clock and ours differ");
	if (*why)
		return false;
	put16(message + 10, host16(load16(message + 10)) - 1);
	*length = signature.begin;
	exchange->checked++;
	exchange->unchecked = 0;
	return true;
}
