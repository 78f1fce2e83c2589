/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet frames with a UDP datagram in them: made for clients, and judged when they come back. */
#ifndef ROOTXDP_FRAME_H
#define ROOTXDP_FRAME_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_LEAST        60
#define FRAME_HEADERS_MOST (14 + 4 + 40 + 8)

/* Numbers in host order; IPv4 addresses as ::ffff:a.b.c.d. */
struct frame {
	uint8_t source_mac[6];
	uint8_t destination_mac[6];
	uint16_t vlan; /* TCI of the one 802.1Q tag; 0: no tag */
	struct in6_addr source;
	struct in6_addr destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint8_t traffic_class; /* DSCP and ECN */
	uint32_t flow_label;   /* IPv6 */
	uint8_t hop_limit;     /* or TTL */
	uint16_t ip_id;        /* IPv4 */
	bool dont_fragment;    /* IPv4 */
	const uint8_t *payload;
	size_t length; /* of the payload */

	/* Of a frame that was read only. */
	bool ip_checksum_right;    /* true for IPv6 */
	bool udp_checksum_right;   /* a zero one is not right */
	bool udp_checksum_partial; /* it is the pseudo-header sum, for an offload to finish */
	bool padding_zero;         /* nothing but zeros behind the IP packet */
	uint8_t partial_sum[2];    /* what a partial one would be, network order */
	size_t checksum_offset;    /* of the UDP checksum in the frame */
};

bool frame_is_ipv4(const struct frame *frame);

/* Writes a frame, checksums included, zero-padded to 60 bytes. Returns its length; 0: it does not
 * fit into `room`. */
size_t frame_write(const struct frame *frame, uint8_t *bytes, size_t room);

/* Reads a frame; `payload` then points into `bytes`. False when it is not whole, unfragmented UDP
 * without IP options or extension headers. */
bool frame_read(struct frame *frame, const uint8_t *bytes, size_t length);

/* "10.0.0.1" or "fd00::1" -> *address, IPv4 mapped; false if neither. */
bool address_parse(const char *word, struct in6_addr *address);

/* *address as a socket address of its own family; returns its size. */
socklen_t address_socket(const struct in6_addr *address, uint16_t port,
			 struct sockaddr_storage *socket_address);

#endif
