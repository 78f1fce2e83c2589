/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames as data: builds queries, and the replies that they must give, byte by byte. */
#ifndef ROOTXDP_TEST_FRAME_H
#define ROOTXDP_TEST_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_ROOM 8192
#define OUR_MAC    "\x02\x00\x00\x00\x00\x01"
#define THEIR_MAC  "\x02\x00\x00\x00\x00\x02"
#define OUR_IPV4   "192.0.2.53"
#define OUR_IPV6   "2001:db8::53"
#define THEIR_IPV4 "198.51.100.7"
#define THEIR_IPV6 "2001:db8:1::7"
#define THEIR_PORT 40001

struct frame {
	size_t ip, udp, message; /* offsets */
	size_t length;
	bool ipv6;
	uint8_t bytes[FRAME_ROOM];
};

enum checksum { CHECKSUM_RIGHT, CHECKSUM_ZERO, CHECKSUM_PSEUDO, CHECKSUM_WRONG };

/* A query. What is zero or NULL is ordinary. */
struct query {
	const char *name; /* "www.example.com"; NULL: '.' */
	uint16_t type;    /* 0: A */
	uint16_t class;   /* 0: IN */
	uint16_t flags;   /* of the DNS header; host order */
	bool edns, dnssec_ok;
	uint16_t size; /* the OPT's UDP size */
	uint8_t edns_version;
	const char *options; /* the OPT's RDATA */
	size_t options_length;
	const char *extra; /* bytes behind the last record, in the message */
	size_t extra_length;

	bool ipv6;
	int tags; /* VLAN tags in the frame */
	const char *source, *destination;
	uint16_t source_port, port; /* 0: THEIR_PORT, 53; 0xffff stands for 0 */
	const char *mac;            /* destination */
	enum checksum checksum;
	size_t in_ip;        /* bytes behind UDP that IP carries */
	size_t behind_ip;    /* bytes behind IP in the frame */
	const char *between; /* IPv4 options, or IPv6 extension headers */
	size_t between_length;
	uint8_t next;      /* IPv6: type of the first extension header */
	uint16_t fragment; /* IPv4: flags and offset; host order */

	/* Changes the DNS message before lengths and sums are taken; or the finished frame. */
	void (*change_message)(struct frame *frame);
	void (*change_frame)(struct frame *frame);
};

/* Builds a query's frame. */
void frame_build(struct frame *frame, const struct query *query);

/* Sets the IPv4 header's and the UDP checksum right. */
void frame_checksums(struct frame *frame);

/* Builds the frame that answers a query's with this DNS message. */
void frame_reply(struct frame *reply, const struct frame *query, const uint8_t *message,
		 size_t length);

void put16(uint8_t *at, uint16_t value);
uint16_t get16(const uint8_t *at);

#endif
