// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Zones unlike today's root: what the rules say there, and that the image keeps up or steps aside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "answer_wire.h"
#include "answer_zone.h"
#include "image_match.h"

enum { A = 1, NS = 2, SOA = 6, MX = 15, TXT = 16, DS = 43, RRSIG = 46, ANY = 255 };

#define APEX ". SOA a. b. 1 2 3 4 5\n. NS ns.one.\n"
#define OPT_REPLY " OPT(1232)"
#define OPT_REPLY_DO " OPT(1232 do)"

/* Zone text that grows. */
struct text {
	char *bytes;
	size_t length, room;
};

__attribute__((format(printf, 2, 3))) static void write_line(struct text *text,
							     const char *format, ...)
{
	va_list arguments;

	if (!text->bytes) {
		text->room = 1 << 17;
		text->bytes = malloc(text->room);
		assert_non_null(text->bytes);
	}
	va_start(arguments, format);
	text->length += vsnprintf(text->bytes + text->length, text->room - text->length, format,
				  arguments);
	va_end(arguments);
	assert_true(text->length < text->room);
}

static struct zone *zone_of(struct text *text)
{
	struct zone *zone = hand_zone(text->bytes);

	free(text->bytes);
	return zone;
}

static struct answer answer;

static void expect(const struct zone *zone, enum transport transport, const char *name,
		   uint16_t type, int size, bool dnssec_ok, const char *reply)
{
	struct query query;

	query_make(&query, name, type, size, dnssec_ok);
	ask(zone, transport, &query, &answer);
	assert_string_equal(tell(&query, &answer), reply);
}

/* `servers` name servers of tld. in domain, each with as many addresses of both kinds. */
static void add_tld(struct text *text, const char *tld, const char *domain, int servers,
		    int addresses)
{
	for (int i = 0; i < servers; i++) {
		write_line(text, "%s NS s%d.%s\n", tld, i, domain);
		for (int k = 0; k < addresses; k++)
			write_line(text, "s%d.%s A 192.0.%d.%d\ns%d.%s AAAA 2001:db8::%x:%x\n", i,
				   domain, k, i, i, domain, k, i);
	}
}

/* RFC 9471: in-domain glue is all there or TC; sibling glue is optional. */
static void test_thirty_servers(void **state)
{
	struct text text = { 0 };
	struct zone *zone;

	(void)state;
	write_line(&text, APEX "one. NS ns.one.\nns.one. A 192.0.2.1\n");
	add_tld(&text, "inside.", "nic.inside.", 30, 1);
	add_tld(&text, "beside.", "nic.other.", 30, 1);
	write_line(&text, "other. NS ns.one.\n");
	zone = zone_of(&text);

	expect(zone, TRANSPORT_UDP, "inside.", A, 1232, false,
	       "NOERROR tc rd | - | - |" OPT_REPLY);
	expect(zone, TRANSPORT_TCP, "inside.", A, 1232, false,
	       "NOERROR rd | - | inside. NS*30 | A*30 AAAA*30" OPT_REPLY);
	expect(zone, TRANSPORT_UDP, "beside.", A, 1232, false,
	       "NOERROR rd | - | beside. NS*30 | A*15 AAAA*14" OPT_REPLY);
	expect(zone, TRANSPORT_UDP, "beside.", A, NO_EDNS, false,
	       "NOERROR tc rd | - | - | -");
	assert_int_equal(match_image(zone, 1232).not_stored, 0);
	assert_int_equal(match_image(zone, 4096).not_stored, 0);
	hand_zone_free(zone);
}

/* A part of the glue fits only after all that is required: servers of both kinds. */
static void test_mixed_glue(void **state)
{
	struct zone *zone = hand_zone(APEX "one. NS s.two.\none. NS ns.one.\nns.one. A 192.0.2.1\n"
				      "two. NS s.two.\ns.two. A 192.0.2.2\ns.two. AAAA ::2\n");

	(void)state;
	expect(zone, TRANSPORT_UDP, "x.one.", A, 1232, false,
	       "NOERROR rd | - | one. NS*2 | A*2 AAAA*1" OPT_REPLY);
	/* in-domain first, although its server is the second */
	assert_memory_equal(answer.bytes + answer.length - 11 - 28 - 16 - 4, "\xC0\0\2\1", 1);
	assert_memory_equal(answer.bytes + answer.length - 11 - 28 - 16 - 3, "\0\2\1", 3);
	assert_int_equal(match_image(zone, 1232).not_stored, 0);
	hand_zone_free(zone);
}

/* The root's servers in a TLD of the zone, as in the Yeti testbed: still priming, still glue. */
static void test_root_servers_in_tld(void **state)
{
	struct zone *zone = hand_zone(APEX ". NS NS2.oNE.\none. NS ns.one.\n"
				      "ns.one. A 192.0.2.1\nns2.one. A 192.0.2.2\n");

	(void)state;
	expect(zone, TRANSPORT_UDP, ".", NS, 1232, false,
	       "NOERROR aa rd | . NS*2 | - | A*2" OPT_REPLY);
	/* header, question, NS with a whole name, NS with label and pointer, A twice, OPT */
	assert_int_equal(answer.length, 17 + 11 + 8 + 11 + 6 + 16 + 16 + 11);
	expect(zone, TRANSPORT_UDP, "ns.one.", A, 1232, false,
	       "NOERROR rd | - | one. NS | A*1" OPT_REPLY);
	assert_int_equal(match_image(zone, 1232).not_stored, 0);
	hand_zone_free(zone);
}

/* RFC 3597 4, RFC 4034 4.1.1: names in SOA are compressed, in NSEC they are not. */
static void test_compressed_types(void **state)
{
	struct zone *zone = hand_zone(". SOA ns.one. HOST.ONE. 1 2 3 4 5\n. NS ns.one.\n"
				      ". NSEC one. NS\none. NS ns.one.\n");
	const size_t soa = 11 + 8 + 5 + 2 + 20, nsec = 11 + 5 + 3;

	(void)state;
	expect(zone, TRANSPORT_UDP, ".", SOA, NO_EDNS, false, "NOERROR aa rd | . SOA | - | -");
	assert_int_equal(answer.length, 17 + soa);
	expect(zone, TRANSPORT_UDP, ".", A, 1232, true,
	       "NOERROR aa rd | - | . SOA, . NSEC |" OPT_REPLY_DO);
	assert_int_equal(answer.length, 17 + soa + nsec + 11);
	/* no pointer at all in an NXDOMAIN */
	expect(zone, TRANSPORT_UDP, "q.", A, NO_EDNS, false, "NXDOMAIN aa rd | - | . SOA | -");
	assert_int_equal(answer.length, 17 + 2 + soa + 3);
	assert_int_equal(match_image(zone, 1232).not_stored, 0);
	hand_zone_free(zone);
}

/* Nothing is signed: no proofs, no RRSIG at all. */
static void test_unsigned(void **state)
{
	struct zone *zone = hand_zone(APEX "one. NS ns.one.\nns.one. A 192.0.2.1\n");

	(void)state;
	expect(zone, TRANSPORT_UDP, ".", RRSIG, 1232, true,
	       "NOERROR aa rd | - | . SOA |" OPT_REPLY_DO);
	expect(zone, TRANSPORT_UDP, ".", ANY, 1232, true,
	       "NOERROR aa rd | . SOA | - |" OPT_REPLY_DO);
	expect(zone, TRANSPORT_UDP, "one.", A, 1232, true,
	       "NOERROR rd | - | one. NS | A*1" OPT_REPLY_DO);
	expect(zone, TRANSPORT_UDP, "one.", DS, 1232, true,
	       "NOERROR aa rd | - | . SOA |" OPT_REPLY_DO);
	expect(zone, TRANSPORT_UDP, "none.", A, 1232, true,
	       "NXDOMAIN aa rd | - | . SOA |" OPT_REPLY_DO);
	assert_int_equal(match_image(zone, 1232).not_stored, 0);
	hand_zone_free(zone);
}

/* Too many relocations, cuts or bytes: not stored, so the kernel passes; all others are. */
static void test_not_stored(void **state)
{
	struct matched matched;
	struct text text = { 0 };
	struct zone *zone;

	(void)state;
	write_line(&text, APEX "one. NS ns.one.\nns.one. A 192.0.2.1\n");
	for (int i = 0; i < 50; i++) { /* 100 pointers in NS, 200 in A; about 4000 bytes */
		write_line(&text, "many. NS s%d.many.\n", i);
		for (int k = 0; k < 4; k++)
			write_line(&text, "s%d.many. A 192.0.%d.%d\n", i, k, i);
	}
	add_tld(&text, "cuts.", "other.", 40, 1); /* 80 RRsets of optional glue */
	for (int i = 0; i < 40; i++)
		write_line(&text, ". TXT \"%0200d\"\n", i);
	zone = zone_of(&text);

	matched = match_image(zone, 4096);
	/* 6 names' referrals of two TLDs, TXT at the apex; 7 sizes without DO, 6 with */
	assert_int_equal(matched.not_stored, 2 * 6 * 13 + 13);
	/* what exceeds our size is no cut, so that the cuts are fewer */
	matched = match_image(zone, 1232);
	assert_int_equal(matched.not_stored, 6 * 13 + 13);
	expect(zone, TRANSPORT_TCP, "many.", A, NO_EDNS, false,
	       "NOERROR rd | - | many. NS*50 | A*200");
	expect(zone, TRANSPORT_TCP, ".", TXT, NO_EDNS, false, "NOERROR aa rd | . TXT*40 | - | -");
	expect(zone, TRANSPORT_UDP, ".", TXT, 4096, false, "NOERROR aa tc rd | - | - |" OPT_REPLY);
	hand_zone_free(zone);
}

/* More types at the apex than slots: those without one must not get the stored NODATA. */
static void test_many_types(void **state)
{
	struct text text = { 0 };
	struct zone *zone;

	(void)state;
	write_line(&text, APEX "one. NS ns.one.\nns.one. A 192.0.2.1\n");
	for (int i = 0; i < 40; i++)
		write_line(&text, ". TYPE%d \\# 1 %02x\n", 65280 + i, i);
	zone = zone_of(&text);
	/* NODATA for 8 types, none of which exists; 7 sizes without DO, 6 with */
	assert_int_equal(match_image(zone, 1232).not_stored, 8 * 13);
	expect(zone, TRANSPORT_UDP, ".", 65319, NO_EDNS, false,
	       "NOERROR aa rd | . TYPE65319 | - | -");
	hand_zone_free(zone);
}

/* RFC 1035 4.1.4: a pointer has 14 bits, so what lies further back is written whole. */
static void test_pointer_reach(void **state)
{
	struct text text = { 0 };
	struct zone *zone;
	ldns_pkt *packet;

	(void)state;
	write_line(&text, APEX "one. NS ns.one.\nns.one. A 192.0.2.1\n");
	for (int i = 0; i < 126; i++)
		write_line(&text, ". MX %d %060d.%060d.%060d.%060d.\n", i, i / 2, i / 2 + 1000,
			   i / 2 + 2000, i / 2 + 3000);
	zone = zone_of(&text);
	expect(zone, TRANSPORT_TCP, ".", MX, NO_EDNS, false, "NOERROR aa rd | . MX*126 | - | -");
	/* 60 pairs, the second name a pointer to the first, and six whole ones behind 16 KB */
	assert_int_equal(answer.length, 17 + 60 * (258 + 15) + 6 * 258);

	assert_int_equal(ldns_wire2pkt(&packet, answer.bytes, answer.length), LDNS_STATUS_OK);
	for (int i = 0; i < 126; i++) {
		ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_answer(packet), i), *wanted;
		char line[400];

		snprintf(line, sizeof(line), ". 86400 MX %d %060d.%060d.%060d.%060d.", i, i / 2,
			 i / 2 + 1000, i / 2 + 2000, i / 2 + 3000);
		assert_int_equal(ldns_rr_new_frm_str(&wanted, line, 0, NULL, NULL),
				 LDNS_STATUS_OK);
		assert_int_equal(ldns_rr_compare(rr, wanted), 0);
		ldns_rr_free(wanted);
	}
	ldns_pkt_free(packet);
	hand_zone_free(zone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thirty_servers),
		cmocka_unit_test(test_mixed_glue),
		cmocka_unit_test(test_root_servers_in_tld),
		cmocka_unit_test(test_compressed_types),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_not_stored),
		cmocka_unit_test(test_many_types),
		cmocka_unit_test(test_pointer_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
