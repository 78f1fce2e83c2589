/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets that somebody captured, as frames that come in on our device. */
#ifndef ROOTXDP_EXPLAIN_PCAP_FILE_H
#define ROOTXDP_EXPLAIN_PCAP_FILE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * number    1 for the file's first packet
 * frame     an Ethernet frame to the MAC address 00:00:00:00:00:00; valid during the call
 * length    of it, bytes
 * unusable  NULL, or why there is no frame
 */
struct captured {
	unsigned long number;
	const __u8 *frame;
	size_t length;
	const char *unusable;
};

/*
 * Calls `each` for every packet of a capture file (pcap or pcapng; Ethernet, raw IP or Linux
 * cooked) until it returns false. False: said on stderr, or `each` has returned it.
 */
bool pcap_file_each(const char *file, bool (*each)(const struct captured *packet, void *context),
		    void *context);

#endif
