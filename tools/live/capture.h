/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames as they arrive at a device, with what the kernel knows about their checksum. */
#ifndef ROOTXDP_CAPTURE_H
#define ROOTXDP_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct captured {
	uint8_t bytes[4608]; /* the frame; a VLAN tag that the kernel took off is put back */
	size_t length;
	bool unfinished; /* CHECKSUM_PARTIAL: the UDP checksum is the pseudo-header sum as yet */
};

/* A socket that gets every frame that arrives at `ifname`, and can send frames there.
 * -1: one line in why[256]. */
int capture_open(const char *ifname, char why[256]);

/* Waits at most `milliseconds` for the next frame; what the host itself sends is left out. */
bool capture_next(int capture, struct captured *captured, int milliseconds);

#endif
