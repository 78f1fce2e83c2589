// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the real zone answers: every row of the table of answers, and the sizes that must come out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "answer_wire.h"
#include "answer_zone.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum {
	NS = 2, SOA = 6, MX = 15, SIG = 24, A = 1, OPT = 41, DS = 43, RRSIG = 46, NSEC = 47,
	DNSKEY = 48, NSEC3 = 50, ZONEMD = 63, TKEY = 249, TSIG = 250, MAILB = 253, ANY = 255,
	PRIVATE = 65280
};

struct row {
	const char *name;
	uint16_t type;
	int size;
	bool dnssec_ok;
	const char *reply;
};

#define OPT_REPLY " OPT(1232)"
#define OPT_REPLY_DO " OPT(1232 do)"
#define SOA_DO ". SOA, . RRSIG(SOA)"
#define APEX_NODATA_DO "NOERROR aa rd | - | " SOA_DO ", . NSEC, . RRSIG(NSEC) |" OPT_REPLY_DO
#define COM_DO \
	"NOERROR rd | - | com. NS*13, com. DS, com. RRSIG(DS) | A*13 AAAA*13" OPT_REPLY_DO
#define COM "NOERROR rd | - | com. NS*13 | A*13 AAAA*13" OPT_REPLY

static const struct row rows[] = {
	/* the apex */
	{ ".", SOA, NO_EDNS, false, "NOERROR aa rd | . SOA | - | -" },
	{ ".", SOA, 1232, false, "NOERROR aa rd | . SOA | - |" OPT_REPLY },
	{ ".", SOA, 1232, true, "NOERROR aa rd | " SOA_DO " | - |" OPT_REPLY_DO },
	{ ".", DNSKEY, 1232, false, "NOERROR aa rd | . DNSKEY*3 | - |" OPT_REPLY },
	{ ".", DNSKEY, 1232, true,
	  "NOERROR aa rd | . DNSKEY*3, . RRSIG(DNSKEY) | - |" OPT_REPLY_DO },
	{ ".", DNSKEY, NO_EDNS, false, "NOERROR aa tc rd | - | - | -" },
	{ ".", ZONEMD, 1232, false, "NOERROR aa rd | . ZONEMD | - |" OPT_REPLY },
	{ ".", ZONEMD, 1232, true,
	  "NOERROR aa rd | . ZONEMD, . RRSIG(ZONEMD) | - |" OPT_REPLY_DO },
	{ ".", NSEC, 1232, false, "NOERROR aa rd | . NSEC | - |" OPT_REPLY },
	{ ".", NSEC, 1232, true, "NOERROR aa rd | . NSEC, . RRSIG(NSEC) | - |" OPT_REPLY_DO },
	{ ".", NS, 1232, false, "NOERROR aa rd | . NS*13 | - | A*13 AAAA*13" OPT_REPLY },
	{ ".", NS, 4096, true,
	  "NOERROR aa rd | . NS*13, . RRSIG(NS) | - | A*13 AAAA*13" OPT_REPLY_DO },
	{ ".", NS, 1000, true,
	  "NOERROR aa rd | . NS*13, . RRSIG(NS) | - | A*11 AAAA*10" OPT_REPLY_DO },
	{ ".", NS, NO_EDNS, false, "NOERROR aa rd | . NS*13 | - | A*7 AAAA*6" },
	{ ".", ANY, 1232, false, "NOERROR aa rd | . SOA | - |" OPT_REPLY },
	{ ".", ANY, 1232, true, "NOERROR aa rd | " SOA_DO " | - |" OPT_REPLY_DO },
	{ ".", RRSIG, 1232, false, "NOERROR aa rd | . RRSIG(SOA) | - |" OPT_REPLY },
	{ ".", RRSIG, 1232, true, "NOERROR aa rd | . RRSIG(SOA) | - |" OPT_REPLY_DO },
	{ ".", DS, NO_EDNS, false, "NOERROR aa rd | - | . SOA | -" },
	{ ".", DS, 1232, true, APEX_NODATA_DO },
	{ ".", A, 1232, false, "NOERROR aa rd | - | . SOA |" OPT_REPLY },
	{ ".", A, 1232, true, APEX_NODATA_DO },
	{ ".", A, 512, true, "NOERROR aa tc rd | - | - |" OPT_REPLY_DO },
	/* unknown and meta-types are types that don't exist */
	{ ".", 0, 1232, true, APEX_NODATA_DO },
	{ ".", OPT, 1232, true, APEX_NODATA_DO },
	{ ".", SIG, 1232, true, APEX_NODATA_DO },
	{ ".", NSEC3, 1232, true, APEX_NODATA_DO },
	{ ".", TKEY, 1232, true, APEX_NODATA_DO },
	{ ".", TSIG, 1232, true, APEX_NODATA_DO },
	{ ".", MAILB, 1232, true, APEX_NODATA_DO },
	{ ".", PRIVATE, 1232, true, APEX_NODATA_DO },
	/* TLD and below: a referral, whatever the type */
	{ "com.", A, 1232, false, COM },
	{ "com.", A, 1232, true, COM_DO },
	{ "com.", NS, 1232, true, COM_DO },
	{ "com.", ANY, 1232, true, COM_DO },
	{ "com.", RRSIG, 1232, true, COM_DO },
	{ "com.", NSEC, 1232, true, COM_DO },
	{ "com.", SOA, 1232, true, COM_DO },
	{ "COM.", MX, 1232, true, COM_DO },
	{ "www.example.cOm.", TSIG, 1232, true, COM_DO },
	{ "example.com.", DS, 1232, true, COM_DO },
	{ "a.b.c.d.e.com.", A, 1232, false, COM },
	{ "com.", A, NO_EDNS, false, "NOERROR rd | - | com. NS*13 | A*6 AAAA*6" },
	/* DS is the root's own */
	{ "com.", DS, 1232, false, "NOERROR aa rd | com. DS | - |" OPT_REPLY },
	{ "cOM.", DS, 1232, true, "NOERROR aa rd | com. DS, com. RRSIG(DS) | - |" OPT_REPLY_DO },
	/* names that are not there, and names below them */
	{ "nosuchtld.", A, NO_EDNS, false, "NXDOMAIN aa rd | - | . SOA | -" },
	{ "nosuchtld.", DS, 1232, false, "NXDOMAIN aa rd | - | . SOA |" OPT_REPLY },
	{ "nosuchtld.", A, 1232, true,
	  "NXDOMAIN aa rd | - | " SOA_DO
	  ", norton. NSEC, norton. RRSIG(NSEC), . NSEC, . RRSIG(NSEC) |" OPT_REPLY_DO },
	{ "www.example.nosuchtld.", ANY, 1232, true,
	  "NXDOMAIN aa rd | - | " SOA_DO
	  ", norton. NSEC, norton. RRSIG(NSEC), . NSEC, . RRSIG(NSEC) |" OPT_REPLY_DO },
	{ "a.", A, 1232, true, /* before the first TLD one NSEC proves both */
	  "NXDOMAIN aa rd | - | " SOA_DO ", . NSEC, . RRSIG(NSEC) |" OPT_REPLY_DO },
	{ "nosuchtld.", A, 512, true, "NXDOMAIN aa tc rd | - | - |" OPT_REPLY_DO },
	{ "a.root-servers.nett.", A, 1232, false, "NXDOMAIN aa rd | - | . SOA |" OPT_REPLY },
};

static const struct delegation *insecure(const struct zone *zone)
{
	for (size_t i = 0; i < zone->delegation_count; i++)
		if (!zone->delegations[i].ds)
			return &zone->delegations[i];
	fail_msg("the zone has no insecure delegation");
	return NULL;
}

static void presentation(const struct delegation *delegation, char name[80])
{
	snprintf(name, 80, "%.*s.", delegation->label_length, delegation->label);
}

static void test_rows(void **state)
{
	static struct answer answer;
	struct query query;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		const char *told;

		query_make(&query, row->name, row->type, row->size, row->dnssec_ok);
		ask(real_zone(), TRANSPORT_UDP, &query, &answer);
		told = tell(&query, &answer);
		if (strcmp(told, row->reply) != 0)
			fail_msg("%s TYPE%u size %d: got\n%s\nwanted\n%s", row->name, row->type,
				 row->size, told, row->reply);
	}
}

/* Without DS there is a proof of that: in the referral and for a DS query. */
static void test_insecure(void **state)
{
	const struct delegation *delegation = insecure(real_zone());
	static struct answer answer;
	char name[80], wanted[400];
	struct query query;

	(void)state;
	presentation(delegation, name);
	query_make(&query, name, DS, 1232, true);
	ask(real_zone(), TRANSPORT_UDP, &query, &answer);
	snprintf(wanted, sizeof(wanted),
		 "NOERROR aa rd | - | " SOA_DO ", %s NSEC, %s RRSIG(NSEC) |" OPT_REPLY_DO, name,
		 name);
	assert_string_equal(tell(&query, &answer), wanted);

	query_make(&query, name, DS, NO_EDNS, false);
	ask(real_zone(), TRANSPORT_UDP, &query, &answer);
	assert_string_equal(tell(&query, &answer), "NOERROR aa rd | - | . SOA | -");

	query_make(&query, name, A, 1232, true);
	ask(real_zone(), TRANSPORT_UDP, &query, &answer);
	snprintf(wanted, sizeof(wanted), "NOERROR rd | - | %s NS*%u, %s NSEC, %s RRSIG(NSEC) | ",
		 name, delegation->ns->count, name, name);
	assert_memory_equal(tell(&query, &answer), wanted, strlen(wanted));
}

/* RFC 2308 3: the SOA of a negative answer lives no longer than its MINIMUM. */
static void test_negative_ttl(void **state)
{
	static struct answer answer;
	struct query query;
	ldns_pkt *packet;
	const ldns_rr *soa;

	(void)state;
	query_make(&query, "nosuchtld.", A, NO_EDNS, false);
	ask(real_zone(), TRANSPORT_UDP, &query, &answer);
	assert_int_equal(ldns_wire2pkt(&packet, answer.bytes, answer.length), LDNS_STATUS_OK);
	soa = ldns_rr_list_rr(ldns_pkt_authority(packet), 0);
	assert_true(ldns_rr_ttl(soa) <= ldns_rdf2native_int32(ldns_rr_rdf(soa, 6)));
	ldns_pkt_free(packet);
}

/* RFC 9609: a priming response with all addresses. */
static void test_priming_sizes(void **state)
{
	static struct answer answer;
	struct query query;

	(void)state;
	query_make(&query, ".", NS, 1232, false);
	ask(real_zone(), TRANSPORT_UDP, &query, &answer);
	assert_int_equal(answer.length, 811);
	query_make(&query, ".", NS, 1232, true);
	ask(real_zone(), TRANSPORT_UDP, &query, &answer);
	assert_int_equal(answer.length, 1097);
}

struct sizes {
	size_t truncated;
	size_t largest;
};

static struct sizes ask_all(int size, bool dnssec_ok, enum transport transport)
{
	const struct zone *zone = real_zone();
	static struct answer answer;
	struct sizes sizes = { 0 };
	struct query query;
	char name[80];

	for (size_t i = 0; i < zone->delegation_count; i++) {
		presentation(&zone->delegations[i], name);
		query_make(&query, name, A, size, dnssec_ok);
		ask(zone, transport, &query, &answer);
		sizes.truncated += (answer.bytes[2] & 2) != 0;
		if (answer.length > sizes.largest)
			sizes.largest = answer.length;
	}
	return sizes;
}

static void test_referral_sizes(void **state)
{
	struct sizes with_do = ask_all(1232, true, TRANSPORT_UDP);
	struct sizes small = ask_all(NO_EDNS, false, TRANSPORT_UDP);
	struct sizes stream = ask_all(NO_EDNS, false, TRANSPORT_TCP);

	(void)state;
	assert_int_equal(real_zone()->delegation_count, 1438);
	assert_int_equal(with_do.truncated, 0);
	assert_true(with_do.largest < 1180);
	assert_int_equal(small.truncated, 81); /* vn. is 512 bytes long, and fits */
	assert_int_equal(small.largest, 512);
	assert_int_equal(stream.truncated, 0);
	assert_true(stream.largest > 512);
	printf("# largest referral with DO %zu bytes, %zu TC without EDNS\n", with_do.largest,
	       small.truncated);
}

/* TCP knows no limit but its own, whatever the OPT says. */
static void test_tcp(void **state)
{
	static struct answer answer;
	struct query query;

	(void)state;
	query_make(&query, "nosuchtld.", A, 512, true);
	ask(real_zone(), TRANSPORT_TCP, &query, &answer);
	assert_true(answer.length > 512);
	assert_memory_equal(tell(&query, &answer), "NXDOMAIN aa rd | - | . SOA", 26);
	query_make(&query, ".", DNSKEY, NO_EDNS, false);
	ask(real_zone(), TRANSPORT_TCP, &query, &answer);
	assert_string_equal(tell(&query, &answer), "NOERROR aa rd | . DNSKEY*3 | - | -");
}

static int forget_zone(void **state)
{
	(void)state;
	real_zone_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_insecure),
		cmocka_unit_test(test_negative_ttl),
		cmocka_unit_test(test_priming_sizes),
		cmocka_unit_test(test_referral_sizes),
		cmocka_unit_test(test_tcp),
	};

	return cmocka_run_group_tests(tests, NULL, forget_zone);
}
