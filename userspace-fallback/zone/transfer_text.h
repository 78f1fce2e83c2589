/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A zone transfer's messages (RFC 5936), turned into a zone file. */
#ifndef ROOTXDP_TRANSFER_TEXT_H
#define ROOTXDP_TRANSFER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Zeroed before the first message, but for `out` and `id`. */
struct transfer_text {
	FILE *out;   /* records go there, one a line */
	uint16_t id; /* of the request */
	uint32_t messages, records;
	uint32_t serial; /* of the first record, an SOA */
	uint8_t soa[600]; /* that record's RDATA: the last one's must be the same */
	size_t soa_length;
	bool ended;
};

/*
 * Takes the next message, `length` bytes. When it was the last one, `ended` is set. False: it is
 * none of a transfer of the root that goes on; one line in why.
 */
bool transfer_take(struct transfer_text *transfer, const uint8_t *message, size_t length,
			char why[256]);

/* The serial in the answer to an SOA query with this ID for '.'. False: one line in why. */
bool transfer_serial(const uint8_t *message, size_t length, uint16_t id, uint32_t *serial,
		     char why[256]);

#endif
