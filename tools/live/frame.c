// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes and reads Ethernet frames with a UDP datagram, independently of the code under test. */
#include "frame.h"

#include <arpa/inet.h>
#include <string.h>

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define PROTOCOL_UDP   17

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

/* RFC 1071, in big-endian words; not folded, not inverted. */
static uint32_t sum_words(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < length; i += 2)
		sum += get16(bytes + i);
	if (length % 2)
		sum += bytes[length - 1] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

bool frame_is_ipv4(const struct frame *frame)
{
	return IN6_IS_ADDR_V4MAPPED(&frame->source);
}

static uint32_t pseudo_header_sum(const struct frame *frame, size_t udp_length)
{
	size_t skip = frame_is_ipv4(frame) ? 12 : 0;

	return sum_words(frame->source.s6_addr + skip, 16 - skip) +
	       sum_words(frame->destination.s6_addr + skip, 16 - skip) + PROTOCOL_UDP + udp_length;
}

static size_t write_ethernet(const struct frame *frame, uint8_t *bytes)
{
	size_t length = 12;

	memcpy(bytes, frame->destination_mac, 6);
	memcpy(bytes + 6, frame->source_mac, 6);
	if (frame->vlan) {
		put16(bytes + length, ETHERTYPE_VLAN);
		put16(bytes + length + 2, frame->vlan);
		length += 4;
	}
	put16(bytes + length, frame_is_ipv4(frame) ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
	return length + 2;
}

static size_t write_ipv4(const struct frame *frame, uint8_t *ip, size_t udp_length)
{
	memset(ip, 0, 20);
	ip[0] = 0x45;
	ip[1] = frame->traffic_class;
	put16(ip + 2, 20 + udp_length);
	put16(ip + 4, frame->ip_id);
	put16(ip + 6, frame->dont_fragment ? 0x4000 : 0);
	ip[8] = frame->hop_limit;
	ip[9] = PROTOCOL_UDP;
	memcpy(ip + 12, frame->source.s6_addr + 12, 4);
	memcpy(ip + 16, frame->destination.s6_addr + 12, 4);
	put16(ip + 10, ~fold(sum_words(ip, 20)));
	return 20;
}

static size_t write_ipv6(const struct frame *frame, uint8_t *ip, size_t udp_length)
{
	ip[0] = 0x60 | frame->traffic_class >> 4;
	ip[1] = frame->traffic_class << 4 | (frame->flow_label >> 16 & 0x0f);
	put16(ip + 2, frame->flow_label);
	put16(ip + 4, udp_length);
	ip[6] = PROTOCOL_UDP;
	ip[7] = frame->hop_limit;
	memcpy(ip + 8, &frame->source, 16);
	memcpy(ip + 24, &frame->destination, 16);
	return 40;
}

size_t frame_write(const struct frame *frame, uint8_t *bytes, size_t room)
{
	size_t udp_length = 8 + frame->length, length;
	uint8_t *udp;
	uint16_t sum;

	if (FRAME_HEADERS_MOST + frame->length > room || room < FRAME_LEAST)
		return 0;
	length = write_ethernet(frame, bytes);
	length += frame_is_ipv4(frame) ? write_ipv4(frame, bytes + length, udp_length)
				       : write_ipv6(frame, bytes + length, udp_length);
	udp = bytes + length;
	put16(udp, frame->source_port);
	put16(udp + 2, frame->destination_port);
	put16(udp + 4, udp_length);
	put16(udp + 6, 0);
	memcpy(udp + 8, frame->payload, frame->length);
	sum = ~fold(sum_words(udp, udp_length) + pseudo_header_sum(frame, udp_length));
	put16(udp + 6, sum ? sum : 0xffff);
	length += udp_length;
	if (length < FRAME_LEAST) {
		memset(bytes + length, 0, FRAME_LEAST - length);
		length = FRAME_LEAST;
	}
	return length;
}

/* Returns the UDP datagram in an IPv4 packet of at most *left bytes; *left: what IP says it has. */
static const uint8_t *read_ipv4(struct frame *frame, const uint8_t *ip, size_t *left)
{
	size_t total;

	if (*left < 20 || ip[0] != 0x45 || ip[9] != PROTOCOL_UDP || get16(ip + 6) & 0x3fff)
		return NULL;
	total = get16(ip + 2);
	if (total < 28 || total > *left)
		return NULL;
	*left = total - 20;
	frame->traffic_class = ip[1];
	frame->ip_id = get16(ip + 4);
	frame->dont_fragment = ip[6] & 0x40;
	frame->hop_limit = ip[8];
	frame->ip_checksum_right = fold(sum_words(ip, 20)) == 0xffff;
	frame->source.s6_addr[10] = frame->source.s6_addr[11] = 0xff;
	memcpy(frame->source.s6_addr + 12, ip + 12, 4);
	frame->destination.s6_addr[10] = frame->destination.s6_addr[11] = 0xff;
	memcpy(frame->destination.s6_addr + 12, ip + 16, 4);
	return ip + 20;
}

static const uint8_t *read_ipv6(struct frame *frame, const uint8_t *ip, size_t *left)
{
	size_t payload;

	if (*left < 40 || ip[0] >> 4 != 6 || ip[6] != PROTOCOL_UDP)
		return NULL;
	payload = get16(ip + 4);
	if (payload < 8 || payload > *left - 40)
		return NULL;
	*left = payload;
	frame->traffic_class = (ip[0] << 4 | ip[1] >> 4) & 0xff;
	frame->flow_label = (ip[1] & 0x0f) << 16 | get16(ip + 2);
	frame->hop_limit = ip[7];
	frame->ip_checksum_right = true;
	memcpy(&frame->source, ip + 8, 16);
	memcpy(&frame->destination, ip + 24, 16);
	return ip + 40;
}

static void read_udp_checksum(struct frame *frame, const uint8_t *udp, size_t udp_length)
{
	uint16_t pseudo = fold(pseudo_header_sum(frame, udp_length));
	uint16_t found = get16(udp + 6);

	put16(frame->partial_sum, pseudo);
	frame->udp_checksum_partial = found == pseudo;
	frame->udp_checksum_right =
		found != 0 && fold(sum_words(udp, udp_length) + pseudo) == 0xffff;
}

bool frame_read(struct frame *frame, const uint8_t *bytes, size_t length)
{
	const uint8_t *ip, *udp;
	uint16_t ethertype;
	size_t left;

	memset(frame, 0, sizeof(*frame));
	if (length < 18)
		return false;
	memcpy(frame->destination_mac, bytes, 6);
	memcpy(frame->source_mac, bytes + 6, 6);
	ethertype = get16(bytes + 12);
	ip = bytes + 14;
	if (ethertype == ETHERTYPE_VLAN) {
		frame->vlan = get16(bytes + 14);
		ethertype = get16(bytes + 16);
		ip += 4;
	}
	left = length - (ip - bytes);
	if (ethertype == ETHERTYPE_IPV4)
		udp = read_ipv4(frame, ip, &left);
	else
		udp = ethertype == ETHERTYPE_IPV6 ? read_ipv6(frame, ip, &left) : NULL;
	if (!udp || get16(udp + 4) != left)
		return false;
	frame->source_port = get16(udp);
	frame->destination_port = get16(udp + 2);
	frame->checksum_offset = udp + 6 - bytes;
	frame->payload = udp + 8;
	frame->length = left - 8;
	read_udp_checksum(frame, udp, left);
	frame->padding_zero = true;
	for (const uint8_t *at = udp + left; at < bytes + length; at++)
		frame->padding_zero &= *at == 0;
	return true;
}

bool address_parse(const char *word, struct in6_addr *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET6, word, address) == 1)
		return true;
	address->s6_addr[10] = address->s6_addr[11] = 0xff;
	return inet_pton(AF_INET, word, address->s6_addr + 12) == 1;
}

socklen_t address_socket(const struct in6_addr *address, uint16_t port,
			 struct sockaddr_storage *socket_address)
{
	struct sockaddr_in *four = (struct sockaddr_in *)socket_address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)socket_address;

	memset(socket_address, 0, sizeof(*socket_address));
	if (IN6_IS_ADDR_V4MAPPED(address)) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		memcpy(&four->sin_addr, address->s6_addr + 12, 4);
		return sizeof(*four);
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	six->sin6_addr = *address;
	return sizeof(*six);
}
