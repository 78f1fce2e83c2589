/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transaction signatures (RFC 8945), hmac-sha256: signs requests and checks what comes back. */
#ifndef ROOTXDP_TSIG_H
#define ROOTXDP_TSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TSIG_SECRET_MAX 64
#define TSIG_MAC_SIZE   32
#define TSIG_FUDGE      300 /* seconds (RFC 8945 10) */

/* Messages of a transfer that may go by without a MAC (RFC 8945 5.3.1). */
#define TSIG_UNSIGNED_MOST 99

/* What is wrong with a message's TSIG (RFC 8945 3); 0: nothing, or it has none. */
enum tsig_error { TSIG_BADSIG = 16, TSIG_BADKEY = 17, TSIG_BADTIME = 18 };

struct tsig_key {
	uint8_t name[255]; /* wire form, lower case */
	uint8_t name_length;
	uint8_t secret[TSIG_SECRET_MAX];
	uint8_t secret_length;
};

/*
 * Reads a key: its name in presentation form, its secret in base64. False: what is wrong is in why.
 */
bool tsig_key_read(const char *name, const char *secret, struct tsig_key *key, char why[256]);

/* Reads a key from a file of one line: its name, hmac-sha256, its secret in base64. Likewise. */
bool tsig_key_file(const char *file, struct tsig_key *key, char why[256]);

/* A request and the messages that answer it. Zeroed, but for `key`, before tsig_sign(). */
struct tsig_exchange {
	const struct tsig_key *key;
	uint8_t mac[TSIG_MAC_SIZE]; /* the last one that was seen: it is part of the next */
	void *hash;                 /* of what came since: tsig_end() frees it */
	unsigned int checked;       /* messages with a right MAC */
	unsigned int unchecked;     /* since then, without one */
	enum tsig_error error;      /* of the message that tsig_check() did not like */
};

/*
 * Signs a request, or the reply to one that was checked, of `length` bytes at time `now` (seconds
 * since 1970) by appending a TSIG record. Returns its new length, or 0 when it does not fit `room`.
 */
size_t tsig_sign(struct tsig_exchange *exchange, uint8_t *message, size_t length, size_t room,
		 int64_t now);

/*
 * RFC 8945 5.2.3: signs the reply to a request that tsig_check() found to be of another time, which
 * was `time` (its Time Signed and Fudge); `now` tells its sender ours. Returns as tsig_sign() does.
 */
size_t tsig_sign_late(struct tsig_exchange *exchange, uint8_t *message, size_t length, size_t room,
		      const uint8_t time[8], int64_t now);

/*
 * Checks a request, or the next message that answers ours, received at time `now`. *length becomes
 * that without its TSIG record. False: it is not what the key's holder sent, or not at this time,
 * and why says what is wrong. A message of a transfer may have no TSIG, but not the first one, and
 * then the next one counts for both.
 */
bool tsig_check(struct tsig_exchange *exchange, uint8_t *message, size_t *length, int64_t now,
		char why[256]);

/* Was the last message one with a right MAC? */
static inline bool tsig_complete(const struct tsig_exchange *exchange)
{
	return exchange->checked && !exchange->unchecked;
}

void tsig_end(struct tsig_exchange *exchange);

#endif
