/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a query travels in: Ethernet, IP and UDP, as it comes in on a device. */
#ifndef ROOTXDP_ENVELOPE_H
#define ROOTXDP_ENVELOPE_H

#include <linux/types.h>
#include <stddef.h>

#include "guard.h"
#include "packet.h"

/* The client's port, when we are the client. */
#define ENVELOPE_PORT 53000

/* What stands before a message at most. */
#define ENVELOPE_MOST PACKET_HEADERS_MAX

/*
 * Writes the frame of a message that goes from `from` to `to` (of one family), port 53: to the MAC
 * address 00:00:00:00:00:00, padded with zeros as a network card's frames are. `frame` has room for
 * ENVELOPE_MOST + length bytes, and FRAME_MIN at least. Returns the frame's length.
 */
size_t envelope_write(__u8 *frame, const struct address *from, const struct address *to,
		      const __u8 *message, size_t length);

/* Writes an Ethernet header to that MAC address; type: of what follows. */
void envelope_ethernet(__u8 *frame, __u16 type);

/* An address as text. */
struct address_text {
	char text[48];
} address_text(const struct address *address);

#endif
