/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a whole message is: an ordinary query, or which error. bpf/question.h reads the ordinary. */
#ifndef ROOTXDP_MESSAGE_H
#define ROOTXDP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "question.h"

/* How much of a reply there is. */
enum extent {
	REPLY_NONE,   /* silence */
	REPLY_HEADER, /* twelve bytes: too little was understood to say more */
	REPLY_WHOLE   /* with question and OPT, as far as the message had them */
};

/* The TSIG of a message (RFC 8945 4.2). */
struct tsig {
	uint8_t key[DNS_NAME_MAX]; /* its owner, uncompressed */
	uint16_t key_length;
	uint16_t algorithm_length;
	const uint8_t *algorithm; /* in the message, like what follows */
	const uint8_t *time;      /* Time Signed and Fudge, 8 bytes */
	const uint8_t *original_id;
};

struct message {
	struct question question; /* right for REPLY_WHOLE */
	uint8_t rcode;    /* 0: an ordinary query of class IN, CHAOS TXT, or a cookie alone */
	uint8_t has_tsig; /* 1: `tsig` is filled */
	struct tsig tsig;
};

/*
 * Reads `length` bytes as received; *message is valid as long as they are. cookies: whether we give
 * any; else the message's does not count, though a malformed one is malformed.
 */
enum extent read_message(const uint8_t *query, size_t length, bool cookies,
			 struct message *message);

/*
 * Reads a NOTIFY, as read_message() reads a query; *message's rcode is 0 when it is well-formed.
 * What it says of the new zone (RFC 1996 3.7) is a hint, and is skipped. REPLY_NONE: it is none.
 */
enum extent read_notify(const uint8_t *query, size_t length, struct message *message);

#endif
