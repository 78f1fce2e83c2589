/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS cookies (RFC 7873, RFC 9018): judges a client's, and makes the one that it gets. */
#ifndef ROOTXDP_COOKIE_H
#define ROOTXDP_COOKIE_H

#include "checksum.h"
#include "guard.h"
#include "question.h"
#include "siphash.h"

#define COOKIE_CLIENT_SIZE 8
#define COOKIE_SIZE        24 /* client and server cookie, as we give them */

/* Seconds (RFC 9018 4.3). */
#define COOKIE_AGE_MOST   3600 /* an older one is not valid */
#define COOKIE_AHEAD_MOST 300  /* nor one from further in the future */
#define COOKIE_AGE_KEPT   1800 /* one younger than this is given back as it is */

/* Version 1, three reserved bytes of zero (RFC 9018 4.1, 4.2). Memory order. */
#define COOKIE_VERSION NETWORK32(0x01000000)

/* A COOKIE option's data with a server cookie of RFC 9018; all in memory order. */
struct cookie {
	__u64 client;
	__u32 head; /* version and reserved bytes */
	__be32 time;
	__u64 hash;
};

enum cookie_state {
	COOKIE_NONE,  /* the client sent none, or we have no secret: the reply has none */
	COOKIE_ALONE, /* a client cookie alone: the reply has a fresh one, as for a bad one */
	COOKIE_BAD,
	COOKIE_VALID, /* this client has been here: it gets the same one, or a renewed one */
};

/*
 * Reads the COOKIE option that parse_question() found in the message from `start` on. A server
 * cookie that can't be of ours (RFC 9018 has 16 bytes) reads as all zero, which is not valid.
 * False: `end` is in the way.
 */
static __always_inline int read_cookie(const __u8 *start, const __u8 *end,
				       const struct question *question, struct cookie *cookie)
{
	__u32 at = question->cookie;
	const __u8 *bytes;

	hide(at);
	bytes = start + (at & (MESSAGE_SPACE - 1));
	if (bytes + COOKIE_CLIENT_SIZE > end)
		return 0;
	cookie->client = load64(bytes);
	cookie->head = 0;
	cookie->time = 0;
	cookie->hash = 0;
	if (question->cookie_length != COOKIE_SIZE)
		return 1;
	if (bytes + COOKIE_SIZE > end)
		return 0;
	cookie->head = load32(bytes + 8);
	cookie->time = load32(bytes + 12);
	cookie->hash = load64(bytes + 16);
	return 1;
}

/* The hash of a server cookie for a client at `address` (RFC 9018 4.4). Memory order. */
static __always_inline __u64 cookie_hash(const struct cookie *cookie,
					 const struct address *address,
					 const struct siphash_key *secret)
{
	const __u8 *head = (const __u8 *)cookie + COOKIE_CLIENT_SIZE;
	struct siphash state = siphash_begin(secret);

	siphash_add(&state, little64(cookie->client));
	siphash_add(&state, little64(load64(head)));
	if (address_is_ipv4(address))
		return little64(siphash_end(&state, little64(load64(address->byte + 8)) >> 32,
					    COOKIE_SIZE - 8 + 4));
	siphash_add(&state, little64(load64(address->byte)));
	siphash_add(&state, little64(load64(address->byte + 8)));
	return little64(siphash_end(&state, 0, COOKIE_SIZE - 8 + 16));
}

/*
 * Judges the cookie that a client at `address` sent, `length` bytes of COOKIE option, and turns it
 * into the one that the reply gets. now: seconds since 1970, of which 32 bits travel (RFC 1982).
 */
static __always_inline enum cookie_state judge_cookie(struct cookie *cookie, __u32 length,
						      const struct address *address,
						      const struct cookie_secrets *secrets,
						      __u32 now)
{
	__s32 age = now - host32(cookie->time);
	enum cookie_state state = length == COOKIE_CLIENT_SIZE ? COOKIE_ALONE : COOKIE_BAD;

	if (length == COOKIE_SIZE && (cookie->head & NETWORK32(0xff000000)) == COOKIE_VERSION &&
	    age <= COOKIE_AGE_MOST && age >= -COOKIE_AHEAD_MOST) {
		for (__u32 i = 0; i < COOKIE_SECRETS_MAX; i++)
			if (i < secrets->count &&
			    cookie->hash == cookie_hash(cookie, address, &secrets->secret[i]))
				state = COOKIE_VALID;
	}
	if (state == COOKIE_VALID && age < COOKIE_AGE_KEPT)
		return state;
	cookie->head = COOKIE_VERSION;
	cookie->time = network32(now);
	cookie->hash = cookie_hash(cookie, address, &secrets->secret[0]);
	return state;
}

/* Writes the reply's COOKIE option: DNS_OPTION_HEAD + COOKIE_SIZE bytes. */
static __always_inline void write_cookie(__u8 *option, const struct cookie *cookie)
{
	store16(option, NETWORK16(DNS_OPTION_COOKIE));
	store16(option + 2, NETWORK16(COOKIE_SIZE));
	store64(option + 4, cookie->client);
	store32(option + 12, cookie->head);
	store32(option + 16, cookie->time);
	store64(option + 20, cookie->hash);
}

/* The sum of that option, as from an even place. */
static __always_inline __u64 sum_cookie(const struct cookie *cookie)
{
	return (__u64)NETWORK16(DNS_OPTION_COOKIE) + NETWORK16(COOKIE_SIZE) +
	       sum_word(cookie->client) + cookie->head + cookie->time + sum_word(cookie->hash);
}

#endif
