// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames as data: builds queries, and the replies that they must give, byte by byte. */
#include "frame.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value & 0xff;
}

uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static void add(struct frame *frame, const void *bytes, size_t length)
{
	if (length)
		memcpy(frame->bytes + frame->length, bytes, length);
	frame->length += length;
}

static void add8(struct frame *frame, uint8_t value)
{
	add(frame, &value, 1);
}

static void add16(struct frame *frame, uint16_t value)
{
	uint8_t bytes[2];

	put16(bytes, value);
	add(frame, bytes, 2);
}

/* RFC 1071, byte by byte, on purpose unlike the code under test. */
static uint16_t sum(uint32_t start, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		start += i % 2 ? bytes[i] : bytes[i] << 8;
	while (start >> 16)
		start = (start & 0xffff) + (start >> 16);
	return start;
}

static uint16_t pseudo_sum(const struct frame *frame, uint16_t length)
{
	const uint8_t *ip = frame->bytes + frame->ip;

	return frame->ipv6 ? sum(17 + length, ip + 8, 32) : sum(17 + length, ip + 12, 8);
}

static void ipv4_checksum(struct frame *frame)
{
	uint8_t *ip = frame->bytes + frame->ip;

	put16(ip + 10, 0);
	put16(ip + 10, ~sum(0, ip, (ip[0] & 15) * 4));
}

void frame_checksums(struct frame *frame)
{
	uint8_t *udp = frame->bytes + frame->udp;
	uint16_t length = get16(udp + 4), checksum;

	if (!frame->ipv6)
		ipv4_checksum(frame);
	if (frame->udp + length > frame->length)
		return;
	put16(udp + 6, 0);
	checksum = ~sum(pseudo_sum(frame, length), udp, length);
	put16(udp + 6, checksum ? checksum : 0xffff);
}

static void add_name(struct frame *frame, const char *name)
{
	while (name && *name) {
		size_t label = strcspn(name, ".");

		add8(frame, label);
		add(frame, name, label);
		name += label + (name[label] == '.');
	}
	add8(frame, 0);
}

static void add_message(struct frame *frame, const struct query *query)
{
	add16(frame, 0xbeef);
	add16(frame, query->flags);
	add16(frame, 1);
	add16(frame, 0);
	add16(frame, 0);
	add16(frame, query->edns);
	add_name(frame, query->name);
	add16(frame, query->type ? query->type : 1);
	add16(frame, query->class ? query->class : 1);
	if (query->edns) {
		add8(frame, 0);
		add16(frame, 41);
		add16(frame, query->size);
		add8(frame, 0);
		add8(frame, query->edns_version);
		add16(frame, query->dnssec_ok ? 0x8000 : 0);
		add16(frame, query->options_length);
		add(frame, query->options, query->options_length);
	}
	add(frame, query->extra, query->extra_length);
	if (query->change_message)
		query->change_message(frame);
}

static void add_ip(struct frame *frame, const struct query *query)
{
	uint8_t address[16];

	frame->ipv6 = query->ipv6;
	frame->ip = frame->length;
	if (query->ipv6) {
		add(frame, "\x60\x12\x34\x56\0\0", 6);
		add8(frame, query->between_length ? query->next : 17);
		add8(frame, 55);
		inet_pton(AF_INET6, query->source ? query->source : THEIR_IPV6, address);
		add(frame, address, 16);
		inet_pton(AF_INET6, query->destination ? query->destination : OUR_IPV6, address);
		add(frame, address, 16);
	} else {
		add8(frame, 0x45 + query->between_length / 4);
		add8(frame, 0xb8);
		add16(frame, 0);
		add16(frame, 0x1234);
		add16(frame, query->fragment);
		add(frame, "\x37\x11\0", 4);
		inet_pton(AF_INET, query->source ? query->source : THEIR_IPV4, address);
		add(frame, address, 4);
		inet_pton(AF_INET, query->destination ? query->destination : OUR_IPV4, address);
		add(frame, address, 4);
	}
	add(frame, query->between, query->between_length);
}

static void set_lengths(struct frame *frame, const struct query *query)
{
	uint8_t *ip = frame->bytes + frame->ip, *udp = frame->bytes + frame->udp;
	uint8_t filler[FRAME_ROOM];

	memset(filler, 0xa5, sizeof(filler));
	put16(udp + 4, frame->length - frame->udp);
	add(frame, filler, query->in_ip);
	if (query->ipv6)
		put16(ip + 4, frame->length - frame->ip - 40);
	else
		put16(ip + 2, frame->length - frame->ip);
	add(frame, filler, query->behind_ip);
}

static void set_checksum(struct frame *frame, enum checksum checksum)
{
	uint8_t *udp = frame->bytes + frame->udp;

	frame_checksums(frame);
	if (checksum == CHECKSUM_ZERO)
		put16(udp + 6, 0);
	else if (checksum == CHECKSUM_PSEUDO)
		put16(udp + 6, pseudo_sum(frame, get16(udp + 4)));
	else if (checksum == CHECKSUM_WRONG)
		put16(udp + 6, get16(udp + 6) ^ 0x0100);
}

static uint16_t port(uint16_t wanted, uint16_t ordinary)
{
	return wanted == 0xffff ? 0 : wanted ? wanted : ordinary;
}

void frame_build(struct frame *frame, const struct query *query)
{
	memset(frame, 0, sizeof(*frame));
	add(frame, query->mac ? query->mac : OUR_MAC, 6);
	add(frame, THEIR_MAC, 6);
	for (int i = 0; i < query->tags; i++) {
		add16(frame, query->tags - i > 1 ? 0x88a8 : 0x8100);
		add16(frame, 100 + i);
	}
	add16(frame, query->ipv6 ? 0x86dd : 0x0800);
	add_ip(frame, query);
	frame->udp = frame->length;
	add16(frame, port(query->source_port, THEIR_PORT));
	add16(frame, port(query->port, 53));
	add16(frame, 0);
	add16(frame, 0);
	frame->message = frame->length;
	add_message(frame, query);
	set_lengths(frame, query);
	set_checksum(frame, query->checksum);
	if (query->change_frame)
		query->change_frame(frame);
}

/* Copies `size` bytes from query to reply, two fields of them swapped. */
static void add_swapped(struct frame *reply, const uint8_t *fields, size_t size)
{
	add(reply, fields + size, size);
	add(reply, fields, size);
}

void frame_reply(struct frame *reply, const struct frame *query, const uint8_t *message,
		 size_t length)
{
	const uint8_t *ip = query->bytes + query->ip, *udp = query->bytes + query->udp;

	memset(reply, 0, sizeof(*reply));
	*reply = (struct frame){ .ip = query->ip, .udp = query->udp, .message = query->message,
				 .ipv6 = query->ipv6 };
	add_swapped(reply, query->bytes, 6);
	add(reply, query->bytes + 12, query->ip - 12);
	if (query->ipv6) {
		add(reply, "\x60\0\0\0", 4);
		add16(reply, 8 + length);
		add(reply, "\x11\x40", 2);
		add_swapped(reply, ip + 8, 16);
	} else {
		add(reply, "\x45\0", 2);
		add16(reply, 28 + length);
		add(reply, message, 2);
		add(reply, "\0\0\x40\x11\0\0", 6);
		add_swapped(reply, ip + 12, 4);
	}
	add_swapped(reply, udp, 2);
	add16(reply, 8 + length);
	add16(reply, 0);
	add(reply, message, length);
	frame_checksums(reply);
	if (reply->length < 60)
		reply->length = 60;
}
