/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a frame down to its UDP header: Ethernet, 0-2 VLAN tags, IPv4 or IPv6, UDP. */
#ifndef ROOTXDP_PACKET_H
#define ROOTXDP_PACKET_H

#include "checksum.h"
#include "guard.h"
#include "question.h"
#include "verdict.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_QINQ 0x88a8
#define VLAN_TAGS_MAX  2

#define PROTOCOL_UDP 17
#define DNS_PORT     53

/* IPv6 extension headers that may stand before UDP (RFC 8200 4); more than these are not walked. */
#define NEXT_HOP_BY_HOP     0
#define NEXT_ROUTING        43
#define NEXT_FRAGMENT       44
#define NEXT_AUTHENTICATION 51
#define NEXT_DESTINATION    60
#define EXTENSIONS_MAX      6

#define IPV4_MORE_FRAGMENTS  0x2000
#define IPV4_FRAGMENT_OFFSET 0x1fff

struct ethernet {
	__u8 destination[6];
	__u8 source[6];
	__be16 type;
} PACKED;

struct vlan_tag {
	__be16 tci;
	__be16 type; /* of what follows */
} PACKED;

struct ipv4 {
	__u8 version_ihl;
	__u8 tos;
	__be16 length;
	__be16 id;
	__be16 fragment;
	__u8 ttl;
	__u8 protocol;
	__u16 checksum;
	__u32 source; /* network order */
	__u32 destination;
} PACKED;

struct ipv6 {
	__u32 version_class_flow; /* network order */
	__be16 length;            /* of what follows this header */
	__u8 next;
	__u8 hops;
	struct address source;
	struct address destination;
} PACKED;

struct udp {
	__be16 source;
	__be16 destination;
	__be16 length; /* this header and what follows */
	__u16 checksum;
} PACKED;

#define PACKET_HEADERS_MAX                                                                         \
	(sizeof(struct ethernet) + VLAN_TAGS_MAX * sizeof(struct vlan_tag) + sizeof(struct ipv6) + \
	 sizeof(struct udp))
#define FRAME_MIN 60

/* What a frame is. Offsets from its first byte; numbers in host order. */
struct packet {
	struct address source;
	struct address destination;
	__be16 source_port;
	__u16 ip;         /* offset of the IP header */
	__u16 udp;        /* offset of the UDP header */
	__u16 udp_length; /* as the UDP header says */
	__u16 carried;    /* bytes that IP carries from the UDP header on */
	__u16 ipv6;       /* 1: IPv6 */
	__u32 obstacle;   /* enum verdict it gets if it is for us; undecided: none so far */
};

/* Addresses are written in words: reading what was written in bytes stalls the processor. */
static __always_inline void copy_address(struct address *to, const struct address *from)
{
	store64(to->byte, load64(from->byte));
	store64(to->byte + 8, load64(from->byte + 8));
}

static __always_inline void address_from_ipv4(struct address *address, __u32 ipv4)
{
	store64(address->byte, 0);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	store64(address->byte + 8, (__u64)ipv4 << 32 | 0xffff0000);
#else
	store64(address->byte + 8, 0xffffull << 32 | ipv4);
#endif
}

static __always_inline enum verdict parse_udp(struct cursor *frame, struct packet *packet)
{
	const struct udp *udp = (const void *)cursor_take(frame, sizeof(*udp));

	if (!udp)
		return VERDICT_other_malformed;
	if (udp->destination != NETWORK16(DNS_PORT))
		return VERDICT_other_port;
	packet->source_port = udp->source;
	packet->udp_length = host16(udp->length);
	return VERDICT_undecided;
}

static __always_inline enum verdict parse_ipv4(struct cursor *frame, struct packet *packet)
{
	__u32 begin = frame->pos, header, length;
	const struct ipv4 *ip = (const void *)cursor_take(frame, sizeof(*ip));

	if (!ip)
		return VERDICT_other_malformed;
	if (ip->protocol != PROTOCOL_UDP)
		return VERDICT_other_protocol;
	header = (ip->version_ihl & 15) * 4;
	length = host16(ip->length);
	if (ip->version_ihl >> 4 != 4 || header < sizeof(*ip) || length < header ||
	    length > frame->limit - begin)
		return VERDICT_other_malformed;
	if (ip->fragment & NETWORK16(IPV4_FRAGMENT_OFFSET))
		return VERDICT_other_fragment;

	packet->obstacle = VERDICT_undecided;
	if (header != sizeof(*ip))
		packet->obstacle = VERDICT_pass_ip_options;
	if (ip->fragment & NETWORK16(IPV4_MORE_FRAGMENTS))
		packet->obstacle = VERDICT_pass_fragment;
	address_from_ipv4(&packet->source, ip->source);
	address_from_ipv4(&packet->destination, ip->destination);
	packet->ipv6 = 0;
	packet->udp = begin + header;
	packet->carried = length - header;
	frame->pos = begin + header;
	return parse_udp(frame, packet);
}

/* Walks extension headers to a UDP header, if there is one. *next is the type of the first. */
static __always_inline enum verdict parse_extensions(struct cursor *frame, struct packet *packet,
						     __u32 next)
{
	for (__u32 i = 0; i < EXTENSIONS_MAX; i++) {
		const __u8 *head = cursor_take(frame, 8);

		if (!head)
			return next == PROTOCOL_UDP ? VERDICT_other_malformed
						    : VERDICT_other_protocol;
		switch (next) {
		case PROTOCOL_UDP:
			frame->pos -= 8;
			return VERDICT_undecided;
		case NEXT_FRAGMENT:
			if (load16(head + 2) & NETWORK16(0xfff8))
				return VERDICT_other_fragment;
			packet->obstacle = VERDICT_pass_fragment;
			break;
		case NEXT_HOP_BY_HOP:
		case NEXT_ROUTING:
		case NEXT_DESTINATION:
			frame->pos += head[1] * 8;
			break;
		case NEXT_AUTHENTICATION:
			frame->pos += head[1] * 4;
			break;
		default:
			return VERDICT_other_protocol;
		}
		next = head[0];
	}
	return VERDICT_other_protocol;
}

static __always_inline enum verdict parse_ipv6(struct cursor *frame, struct packet *packet)
{
	__u32 begin = frame->pos, after, length;
	const struct ipv6 *ip = (const void *)cursor_take(frame, sizeof(*ip));
	enum verdict verdict;

	if (!ip)
		return VERDICT_other_malformed;
	length = host16(ip->length);
	if ((ip->version_class_flow & NETWORK32(0xf0000000)) != NETWORK32(0x60000000))
		return VERDICT_other_malformed;

	packet->obstacle = VERDICT_undecided;
	if (ip->next != PROTOCOL_UDP) {
		packet->obstacle = VERDICT_pass_extension;
		verdict = parse_extensions(frame, packet, ip->next);
		if (verdict != VERDICT_undecided)
			return verdict;
	}
	after = frame->pos - begin - sizeof(*ip);
	if (length > frame->limit - begin - sizeof(*ip) || length < after)
		return VERDICT_other_malformed;
	copy_address(&packet->source, &ip->source);
	copy_address(&packet->destination, &ip->destination);
	packet->ipv6 = 1;
	packet->udp = frame->pos;
	packet->carried = length - after;
	return parse_udp(frame, packet);
}

/*
 * Reads a frame at the cursor, whose limit is the frame's length, into *packet.
 *
 * Returns undecided for UDP to port 53 that IP carries whole; whether it is for one of our
 * addresses (packet->destination) is left to be looked up, and then packet->obstacle is what keeps
 * it from being answered, if anything. Any other verdict is one of other_*; then *packet is not
 * to be used.
 */
static __always_inline enum verdict parse_packet(struct cursor *frame, struct packet *packet)
{
	const struct ethernet *ethernet = (const void *)cursor_take(frame, sizeof(*ethernet));
	enum verdict verdict;
	__be16 type;

	if (!ethernet)
		return VERDICT_other_malformed;
	type = ethernet->type;
	for (__u32 i = 0; i < VLAN_TAGS_MAX; i++) {
		const struct vlan_tag *tag;

		if (type != NETWORK16(ETHERTYPE_VLAN) && type != NETWORK16(ETHERTYPE_QINQ))
			break;
		tag = (const void *)cursor_take(frame, sizeof(*tag));
		if (!tag)
			return VERDICT_other_malformed;
		type = tag->type;
	}

	packet->ip = frame->pos;
	if (type == NETWORK16(ETHERTYPE_IPV4)) {
		forget();
		frame->pos = packet->ip & 31;
		verdict = parse_ipv4(frame, packet);
	} else if (type == NETWORK16(ETHERTYPE_IPV6)) {
		forget();
		frame->pos = packet->ip & 31;
		verdict = parse_ipv6(frame, packet);
		/* ::ffff:0:0/96 is how we write IPv4; on the wire it is nobody's. */
		if (verdict == VERDICT_undecided && address_is_ipv4(&packet->destination))
			verdict = VERDICT_other_address;
	} else {
		verdict = VERDICT_other_protocol;
	}
	return verdict;
}

/* Whether a frame is addressed to `interface`: `frame` has at least six bytes. */
static __always_inline int mac_is_ours(const __u8 *frame, const struct interface *interface)
{
	return load32(frame) == load32(interface->mac) &&
	       load16(frame + 4) == load16(interface->mac + 4);
}

/* Sources that are nobody's, or everybody's; loopback is fine on a loopback device only. */
static __always_inline int source_is_special(const struct packet *packet, int loopback)
{
	const __u8 *byte = packet->source.byte;

	if (!packet->ipv6)
		return byte[12] == 0 || (byte[12] == 127 && !loopback) || byte[12] >> 4 == 14 ||
		       load32(byte + 12) == 0xffffffff;
	if (byte[0] == 0xff || address_is_ipv4(&packet->source))
		return 1;
	if (load64(byte) || load32(byte + 8))
		return 0;
	return load32(byte + 12) == 0 || (load32(byte + 12) == NETWORK32(1) && !loopback);
}

/* Whether an IPv4 header without options is intact; it lies before `end`. */
static __always_inline int ipv4_is_intact(const struct ipv4 *ip)
{
	const __u8 *bytes = (const void *)ip;

	return sum_fold(sum_word(load64(bytes)) + sum_word(load64(bytes + 8)) +
			load32(bytes + 16)) == 0xffff;
}

/* Sum of both addresses: the same for a query and its reply. */
static __always_inline __u64 sum_addresses(const struct packet *packet)
{
	const __u8 *source = packet->source.byte, *destination = packet->destination.byte;

	if (!packet->ipv6)
		return (__u64)load32(source + 12) + load32(destination + 12);
	return sum_word(load64(source)) + sum_word(load64(source + 8)) +
	       sum_word(load64(destination)) + sum_word(load64(destination + 8));
}

/* Sum of the pseudo-header (RFC 768, RFC 8200 8.1) of a packet with that much UDP in it. */
static __always_inline __u64 sum_pseudo_header(__u64 addresses, __u16 udp_length)
{
	return addresses + NETWORK16(PROTOCOL_UDP) + network16(udp_length);
}

/*
 * Checks a packet for us that begins at `frame`. `loopback`: it came in on a loopback device.
 * What is left to check: the MAC address, whether the source is one of ours, the UDP checksum.
 */
static __always_inline enum verdict guard_packet(const __u8 *frame, const __u8 *end,
						 const struct packet *packet, int loopback)
{
	const __u8 *ip = frame + (packet->ip & 31);

	if (packet->obstacle < VERDICT_COUNT)
		return packet->obstacle;
	if (!packet->ipv6 && (ip + sizeof(struct ipv4) > end || !ipv4_is_intact((const void *)ip)))
		return VERDICT_pass_ip_checksum;
	if (packet->udp_length < sizeof(struct udp) || packet->udp_length > packet->carried)
		return VERDICT_pass_udp_length;
	if (packet->udp_length > sizeof(struct udp) + MESSAGE_MAX)
		return VERDICT_pass_long;
	if (!packet->source_port || source_is_special(packet, loopback))
		return VERDICT_pass_source;
	return VERDICT_undecided;
}

#endif
