/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NOTIFY (RFC 1996): a primary says that its zone has changed. */
#ifndef ROOTXDP_NOTIFY_H
#define ROOTXDP_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guard.h"
#include "tsig.h"

struct asker;

#define NOTIFY_PRIMARIES_MAX 16

/* Whom we believe. The same address may be there with several keys, as while they are changed. */
struct notify_primary {
	struct address address;
	bool signs; /* only what is signed with `key` counts */
	struct tsig_key key;
};

struct notify_config {
	struct notify_primary primary[NOTIFY_PRIMARIES_MAX];
	size_t count;
};

/*
 * Takes "ADDRESS" or "ADDRESS,key=FILE", the file with one line: the key's name, hmac-sha256, its
 * secret in base64. Returns NULL, or what the value must be; errno is not used.
 */
const char *notify_take(struct notify_config *config, const char *value);

/*
 * The reply to a NOTIFY from the address of one of the primaries, written to `reply`, with `room`
 * for 512 bytes or more. One for the SOA of '.' that is signed with a key of that primary, or not
 * at all where it needs none, is acknowledged: *heard. Else the reply is an error, with what
 * RFC 8945 5.2 asks for. Returns 0 for any other message: it is an ordinary one, or refused as from
 * anybody. Pure.
 */
size_t notify_answer(const struct notify_config *config, const struct asker *asker,
		     const uint8_t *query, size_t length, uint8_t *reply, size_t room, bool *heard);

#endif
