/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transaction signatures (RFC 8945), hmac-sha256: signs messages and checks signed ones. */
#ifndef ROOTXDP_TSIG_H
#define ROOTXDP_TSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TSIG_SECRET_MAX 64
#define TSIG_MAC_SIZE   32
#define TSIG_FUDGE      300 /* seconds (RFC 8945 10) */

struct tsig_key {
	uint8_t name[255]; /* wire form, lower case */
	uint8_t name_length;
	uint8_t secret[TSIG_SECRET_MAX];
	uint8_t secret_length;
};

/* The MAC of a request, which its reply's MAC covers; and between the messages of a transfer. */
struct tsig_mac {
	uint8_t bytes[TSIG_MAC_SIZE];
	uint8_t length; /* 0: none yet */
};

#endif
