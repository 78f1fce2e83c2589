// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a root zone that is not signed answers: with DO the same as without, but for the DS of a
 * referral.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "answer_wire.h"
#include "image_match.h"
#include "zone.h"
#include "zone_maker.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum {
	A = 1, NS = 2, SOA = 6, MX = 15, TXT = 16, AAAA = 28, DS = 43, RRSIG = 46, NSEC = 47,
	DNSKEY = 48, ZONEMD = 63, ANY = 255, PRIVATE = 65280
};

static const char records[] =
	". 86400 IN SOA ns.one. host.one. 1 1800 900 604800 3600\n"
	". 518400 IN NS ns.one.\n"
	". 518400 IN NS ns.two.\n"
	". 518400 IN NS far.nowhere.\n"
	". 60 IN TXT \"a test root\"\n"
	"one. 172800 IN NS ns.one.\n"
	"one. 86400 IN DS 1 13 2 "
	"1111111111111111111111111111111111111111111111111111111111111111\n"
	"ns.one. 172800 IN A 192.0.2.1\n"
	"ns.one. 172800 IN AAAA 2001:db8::1\n"
	"two. 172800 IN NS ns.two.\n"
	"two. 172800 IN NS ns.one.\n"
	"ns.two. 172800 IN AAAA 2001:db8::2\n"
	"xn--p1ai. 172800 IN NS far.nowhere.\n";

#define OPT " OPT(1232)"
#define OPT_DO " OPT(1232 do)"
#define NODATA "NOERROR aa rd | - | . SOA |"
#define NXDOMAIN "NXDOMAIN aa rd | - | . SOA |"
#define APEX_SOA "NOERROR aa rd | . SOA | - |"
#define ONE "NOERROR rd | - | one. NS | A*1 AAAA*1"
#define ONE_DO "NOERROR rd | - | one. NS, one. DS | A*1 AAAA*1" OPT_DO
#define TWO "NOERROR rd | - | two. NS*2 | A*1 AAAA*2"

static const struct row {
	const char *name;
	uint16_t type;
	int size;
	bool dnssec_ok;
	const char *reply;
} rows[] = {
	/* types at the apex */
	{ ".", SOA, NO_EDNS, false, APEX_SOA " -" },
	{ ".", SOA, 1232, false, APEX_SOA OPT },
	{ ".", SOA, 1232, true, APEX_SOA OPT_DO },
	{ ".", NS, NO_EDNS, false, "NOERROR aa rd | . NS*3 | - | A*1 AAAA*2" },
	{ ".", NS, 1232, true, "NOERROR aa rd | . NS*3 | - | A*1 AAAA*2" OPT_DO },
	{ ".", TXT, 1232, true, "NOERROR aa rd | . TXT | - |" OPT_DO },
	/* types that only a signed zone has */
	{ ".", DNSKEY, 1232, false, NODATA OPT },
	{ ".", DNSKEY, 1232, true, NODATA OPT_DO },
	{ ".", NSEC, 1232, true, NODATA OPT_DO },
	{ ".", ZONEMD, 1232, true, NODATA OPT_DO },
	{ ".", RRSIG, NO_EDNS, false, NODATA " -" },
	{ ".", RRSIG, 1232, true, NODATA OPT_DO },
	{ ".", ANY, NO_EDNS, false, APEX_SOA " -" },
	{ ".", ANY, 1232, true, APEX_SOA OPT_DO },
	/* NODATA */
	{ ".", A, NO_EDNS, false, NODATA " -" },
	{ ".", A, 512, true, NODATA OPT_DO },
	{ ".", DS, 1232, true, NODATA OPT_DO },
	{ ".", PRIVATE, 1232, true, NODATA OPT_DO },
	/* referrals; a DS is there to be sent, although nobody vouches for it */
	{ "one.", A, NO_EDNS, false, ONE },
	{ "one.", A, 1232, false, ONE OPT },
	{ "one.", A, 1232, true, ONE_DO },
	{ "One.", RRSIG, 1232, true, ONE_DO },
	{ "one.", ANY, 1232, true, ONE_DO },
	{ "one.", NSEC, 1232, true, ONE_DO },
	{ "www.example.oNe.", DS, 1232, true, ONE_DO },
	{ "two.", NS, NO_EDNS, false, TWO },
	{ "two.", NS, 1232, true, TWO OPT_DO },
	{ "a.b.c.two.", AAAA, 1232, true, TWO OPT_DO },
	{ "xn--p1ai.", MX, 1232, true, "NOERROR rd | - | xn--p1ai. NS |" OPT_DO },
	/* DS at a delegation: the root's own */
	{ "one.", DS, NO_EDNS, false, "NOERROR aa rd | one. DS | - | -" },
	{ "ONE.", DS, 1232, true, "NOERROR aa rd | one. DS | - |" OPT_DO },
	{ "two.", DS, NO_EDNS, false, NODATA " -" },
	{ "two.", DS, 1232, true, NODATA OPT_DO },
	/* names that are not there */
	{ "nowhere.", A, NO_EDNS, false, NXDOMAIN " -" },
	{ "nowhere.", A, 1232, false, NXDOMAIN OPT },
	{ "nowhere.", A, 1232, true, NXDOMAIN OPT_DO },
	{ "far.nowhere.", DS, 512, true, NXDOMAIN OPT_DO },
	{ "a.", RRSIG, 1232, true, NXDOMAIN OPT_DO },
	{ "zz.", ANY, 1232, true, NXDOMAIN OPT_DO },
};

static struct zone *zone;

static void test_rows(void **state)
{
	static struct answer answer;
	struct query query;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		const char *told;

		query_make(&query, row->name, row->type, row->size, row->dnssec_ok);
		for (int tcp = 0; tcp < 2; tcp++) {
			ask(zone, tcp ? TRANSPORT_TCP : TRANSPORT_UDP, &query, &answer);
			told = tell(&query, &answer);
			if (strcmp(told, row->reply) != 0)
				fail_msg("%s TYPE%u size %d DO %d: got\n%s\nwanted\n%s", row->name,
					 row->type, row->size, row->dnssec_ok, told, row->reply);
		}
	}
}

/* The bytes with DO are those without, but for the DO in the OPT. */
static void test_do_adds_nothing(void **state)
{
	static const char *const names[] = { ".", "two.", "www.two.", "xn--p1ai.", "nowhere.", "zz." };
	static struct answer with, without;
	struct query query;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (unsigned type = 0; type < 300; type++) {
			if (type == LDNS_RR_TYPE_AXFR || type == LDNS_RR_TYPE_IXFR)
				continue;
			query_make(&query, names[i], type, 1232, false);
			ask(zone, TRANSPORT_UDP, &query, &without);
			query_make(&query, names[i], type, 1232, true);
			ask(zone, TRANSPORT_UDP, &query, &with);
			without.bytes[without.length - 4] |= 0x80;
			if (with.length != without.length ||
			    memcmp(with.bytes, without.bytes, with.length))
				fail_msg("%s TYPE%u", names[i], type);
		}
	}
}

/* RFC 2308 3: also without a signature over it, the SOA lives no longer than its MINIMUM. */
static void test_negative_ttl(void **state)
{
	static struct answer answer;
	struct query query;
	ldns_pkt *packet;

	(void)state;
	query_make(&query, "nowhere.", A, 1232, true);
	ask(zone, TRANSPORT_UDP, &query, &answer);
	assert_int_equal(ldns_wire2pkt(&packet, answer.bytes, answer.length), LDNS_STATUS_OK);
	assert_int_equal(ldns_rr_ttl(ldns_rr_list_rr(ldns_pkt_authority(packet), 0)), 3600);
	ldns_pkt_free(packet);
}

/* All of it is stored for the kernel. */
static void test_image(void **state)
{
	struct matched matched = match_image(zone, 1232);

	(void)state;
	assert_int_equal(matched.not_stored, 0);
	assert_int_equal(matched.truncated, 0);
	assert_true(matched.replies > 300);
}

static int load(void **state)
{
	struct zone_policy policy = { .validate_at = MADE_ZONE_TIME, .allow_unsigned = true };
	char *file = temporary_file(records);
	struct zone_error error;

	(void)state;
	zone = zone_load(file, &policy, &error);
	unlink(file);
	free(file);
	if (!zone)
		fail_msg("%s", error.text);
	return 0;
}

static int forget_all(void **state)
{
	(void)state;
	zone_free(zone);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_do_adds_nothing),
		cmocka_unit_test(test_negative_ttl),
		cmocka_unit_test(test_image),
	};

	return cmocka_run_group_tests(tests, load, forget_all);
}
