// SPDX-License-Identifier: GPL-2.0-or-later
/* Damaged queries: whatever comes in, a reply is well formed and within its limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "answer_wire.h"
#include "answer_zone.h"

#define ROUNDS 200000

static struct zone *zone;
static uint64_t seed = 88172645463325252ull;

/* Marsaglia's xorshift: the same numbers in every run. */
static uint32_t number(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % below;
}

static void make_any(struct query *query)
{
	static const char *const names[] = { ".", "x.", "www.x.", "a.b.c.d.e.f.nope.", "XN--9.y." };
	static const char tsig[] = "\0\0\0\0\0\0\0\0\1\0\1x\0\0\0\0\0\0";
	static const uint16_t types[] = { 1, 2, 6, 43, 46, 251, 252, 255 };

	query_begin(query, number(8) ? 0x0100 : number(65536));
	query_question(query, names[number(5)], types[number(8)], number(16) ? 1 : number(256));
	if (number(8) == 0)
		query_record(query, 2, ".", 6, 1, "\0\0serialrefreshretryexpi", 22);
	if (number(4))
		query_opt(query, number(4096), number(2), number(8) == 0, "\0\x0A\0\4abcd", 8);
	if (number(8) == 0)
		query_record(query, 3, "key.", 250, 255, tsig, sizeof(tsig) - 1);
	if (number(8) == 0)
		query_record(query, 3, ".", 24, 255, "\0\0sig", 5);
}

static void damage(struct query *query)
{
	for (uint32_t times = number(5); times > 0; times--) {
		if (number(6) == 0)
			query->length -= number(query->length / 2);
		else
			query->bytes[number(query->length)] =
				number(2) ? number(256) : (uint8_t[]){ 0, 1, 63, 64, 192, 255 }[number(6)];
	}
}

/* ldns knows no OPT at a place of its own and no bare header's question; it parses the rest. */
static void check(const struct query *query, enum transport transport)
{
	static struct answer answer;
	ldns_pkt *packet;

	ask(zone, transport, query, &answer);
	if (query->length < 12 || query->bytes[2] & 0x80) {
		assert_int_equal(answer.length, 0);
		return;
	}
	assert_true(answer.length >= 12);
	assert_memory_equal(answer.bytes, query->bytes, 2);
	assert_int_equal(answer.bytes[2] & 0xF9, 0x80 | (query->bytes[2] & 0x79));
	assert_int_equal(answer.bytes[3] & 0xF0, 0);
	assert_int_equal(ldns_wire2pkt(&packet, answer.bytes, answer.length), LDNS_STATUS_OK);
	ldns_pkt_free(packet);
}

static void test_damaged(void **state)
{
	struct query query;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		make_any(&query);
		damage(&query);
		check(&query, number(4) ? TRANSPORT_UDP : TRANSPORT_TCP);
	}
}

static void test_noise(void **state)
{
	struct query query;

	(void)state;
	for (int i = 0; i < ROUNDS / 4; i++) {
		query.length = number(64);
		for (size_t at = 0; at < query.length; at++)
			query.bytes[at] = number(256);
		if (query.length > 12 && number(2))
			memcpy(query.bytes + 2, "\0\0\0\1\0\0\0\0\0\1", 10);
		check(&query, TRANSPORT_UDP);
	}
}

static int begin(void **state)
{
	(void)state;
	zone = hand_zone(". SOA a. b. 1 2 3 4 5\n"
			 ". NS ns.x.\n"
			 "x. NS ns.x.\n"
			 "x. DS 1 8 2 0000000000000000000000000000000000000000000000000000000000000000\n"
			 "ns.x. A 192.0.2.1\n"
			 "y. NS ns.x.\n");
	return 0;
}

static int end(void **state)
{
	(void)state;
	hand_zone_free(zone);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
