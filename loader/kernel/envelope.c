// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the headers of a query's frame. */
#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "envelope.h"

#define HOPS 64

void envelope_ethernet(__u8 *frame, __u16 type)
{
	/* The source's is of those that anyone may use (locally administered). */
	*(struct ethernet *)(void *)frame = (struct ethernet){
		.source = { 2 },
		.type = network16(type),
	};
}

static struct udp *write_ipv4(__u8 *frame, const struct address *from, const struct address *to,
			      __u16 udp_length)
{
	struct ipv4 *ip = (void *)frame;

	*ip = (struct ipv4){
		.version_ihl = 0x45,
		.length = network16(sizeof(*ip) + udp_length),
		.ttl = HOPS,
		.protocol = PROTOCOL_UDP,
		.source = load32(from->byte + 12),
		.destination = load32(to->byte + 12),
	};
	ip->checksum = ~sum_fold(sum_bytes(frame, frame + sizeof(*ip), 0, sizeof(*ip)));
	return (void *)(ip + 1);
}

static struct udp *write_ipv6(__u8 *frame, const struct address *from, const struct address *to,
			      __u16 udp_length)
{
	struct ipv6 *ip = (void *)frame;

	*ip = (struct ipv6){
		.version_class_flow = NETWORK32(0x60000000),
		.length = network16(udp_length),
		.next = PROTOCOL_UDP,
		.hops = HOPS,
		.source = *from,
		.destination = *to,
	};
	return (void *)(ip + 1);
}

size_t envelope_write(__u8 *frame, const struct address *from, const struct address *to,
		      const __u8 *message, size_t length)
{
	const struct packet ends = { .source = *from,
				     .destination = *to,
				     .ipv6 = !address_is_ipv4(to) };
	__u16 udp_length = sizeof(struct udp) + length, checksum;
	__u8 *ip = frame + sizeof(struct ethernet), *end;
	struct udp *udp;

	envelope_ethernet(frame, ends.ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	udp = ends.ipv6 ? write_ipv6(ip, from, to, udp_length)
			: write_ipv4(ip, from, to, udp_length);
	*udp = (struct udp){
		.source = network16(ENVELOPE_PORT),
		.destination = NETWORK16(DNS_PORT),
		.length = network16(udp_length),
	};
	memcpy(udp + 1, message, length);
	end = (__u8 *)udp + udp_length;
	checksum = ~sum_fold(sum_pseudo_header(sum_addresses(&ends), udp_length) +
			     sum_bytes((__u8 *)udp, end, 0, udp_length));
	udp->checksum = checksum ? checksum : 0xffff;
	if (end - frame >= FRAME_MIN)
		return end - frame;
	memset(end, 0, FRAME_MIN - (end - frame));
	return FRAME_MIN;
}

struct address_text address_text(const struct address *address)
{
	bool ipv4 = address_is_ipv4(address);
	struct address_text text;

	inet_ntop(ipv4 ? AF_INET : AF_INET6, address->byte + (ipv4 ? 12 : 0), text.text,
		  sizeof(text.text));
	return text;
}
