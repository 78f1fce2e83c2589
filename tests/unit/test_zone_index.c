// SPDX-License-Identifier: GPL-2.0-or-later
/* What a zone holds once it is loaded, on a small zone; words, times and serials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zone.h"
#include "zone_maker.h"

#define NAME(wire) ((const uint8_t *)(wire))

static struct zone *zone;

static int set_up(void **state)
{
	char *text = made_zone(), *anchor = made_zone_anchor();
	char *file = temporary_file(text), *anchor_file = temporary_file(anchor);
	struct zone_policy policy = { .trust_anchors = anchor_file, .validate_at = MADE_ZONE_TIME };
	struct zone_error error;

	(void)state;
	zone = zone_load(file, &policy, &error);
	if (!zone)
		print_error("%s\n", error.text);
	unlink(file);
	unlink(anchor_file);
	free(file);
	free(anchor_file);
	free(text);
	free(anchor);
	return zone ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	zone_free(zone);
	zone_free(NULL);
	return 0;
}

static void expect_name(const uint8_t *name, const char *wire, size_t length)
{
	assert_memory_equal(name, wire, length);
}

/* A string literal's final zero is the root label. */
#define EXPECT_NAME(name, wire) expect_name(name, wire, sizeof(wire))

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(zone->serial, 2026010100);
	assert_int_equal(zone->expire, 604800);
	assert_int_equal(zone->signatures_end, MADE_ZONE_END);
	assert_int_equal(zone->record_count, 41);
	assert_int_equal(zone->delegation_count, 4);
}

static void test_apex_is_in_order_of_types(void **state)
{
	static const uint16_t types[] = { 2, 6, 47, 48, 63 };

	(void)state;
	assert_int_equal(zone->apex_count, 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(zone->apex[i]->type, types[i]);
		assert_int_equal(zone->apex[i]->signatures, 1);
		EXPECT_NAME(zone->apex[i]->owner, "");
	}
	assert_ptr_equal(zone->ns, zone->apex[0]);
	assert_ptr_equal(zone->soa, zone->apex[1]);
	assert_ptr_equal(zone->nsec, zone->apex[2]);
}

/* RFC 2308: TTLs of what goes out, but not the RRSIG's Original TTL, which was signed. */
static void test_negative_soa(void **state)
{
	const struct rrset *negative = zone->soa_negative;

	(void)state;
	assert_int_equal(zone->soa->ttl, 86400);
	assert_int_equal(zone->soa->signature_ttl, 86400);
	assert_int_equal(negative->ttl, 3600);
	assert_int_equal(negative->signature_ttl, 3600);
	assert_int_equal(negative->count, 1);
	assert_int_equal(negative->signatures, 1);
	assert_int_equal(negative->signature->length, zone->soa->signature->length);
	assert_memory_equal(negative->signature->bytes, zone->soa->signature->bytes,
			    negative->signature->length);
	assert_memory_equal(negative->signature->bytes + 4, "\0\1\x51\x80", 4);
}

static void test_delegations_are_in_canonical_order(void **state)
{
	const struct delegation *d = zone->delegations;

	(void)state;
	EXPECT_NAME(d[0].name, "\4a\0.b");
	EXPECT_NAME(d[1].name, "\2AA");
	EXPECT_NAME(d[2].name, "\3net");
	EXPECT_NAME(d[3].name, "\2zz");
	assert_int_equal(d[0].label_length, 4);
	assert_memory_equal(d[0].label, "a\0.b\0", 5);
	assert_memory_equal(d[1].label, "aa\0", 3);
	assert_null(d[0].ds);
	assert_non_null(d[1].ds);
	assert_int_equal(d[1].ds->signatures, 1);
	assert_int_equal(d[1].ns->signatures, 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(d[i].nsec->type, 47);
}

static void test_records_stay_in_the_files_order(void **state)
{
	const struct rrset *ns = zone->delegations[3].ns;

	(void)state;
	assert_int_equal(ns->count, 4);
	EXPECT_NAME(ns->rdata[0].bytes, "\2ns\5other\2aa");
	EXPECT_NAME(ns->rdata[1].bytes, "\1b\2ns\2zz");
	EXPECT_NAME(ns->rdata[2].bytes, "\1a\2ns\2zz");
	EXPECT_NAME(ns->rdata[3].bytes, "\7nowhere\7example");
	EXPECT_NAME(zone->ns->rdata[0].bytes, "\1b\14root-servers\3net");
	/* Case is kept in RDATA too. */
	EXPECT_NAME(zone->delegations[1].ns->rdata[1].bytes, "\2NS\2Zz");
}

static void expect_glue(const struct glue *glue, const uint8_t *owner, uint16_t type,
			bool in_domain)
{
	assert_memory_equal(glue->rrset->owner, owner, strlen((const char *)owner) + 1);
	assert_int_equal(glue->rrset->type, type);
	assert_int_equal(glue->in_domain, in_domain);
}

static void test_glue_is_in_the_order_of_a_referral(void **state)
{
	const struct delegation *d = zone->delegations;

	(void)state;
	/* zz: its own servers in NS order, then the others, A first. */
	assert_int_equal(d[3].glue_count, 4);
	expect_glue(&d[3].glue[0], NAME("\1b\2ns\2zz"), 1, true);
	expect_glue(&d[3].glue[1], NAME("\1a\2ns\2zz"), 28, true);
	expect_glue(&d[3].glue[2], NAME("\2ns\5other\2aa"), 1, false);
	expect_glue(&d[3].glue[3], NAME("\2ns\5other\2aa"), 28, false);
	assert_int_equal(d[3].glue[0].rrset->count, 2);
	/* AA: 'ns.other.aa' is below it whatever the case. */
	assert_int_equal(d[1].glue_count, 3);
	expect_glue(&d[1].glue[0], NAME("\2ns\5other\2aa"), 1, true);
	expect_glue(&d[1].glue[2], NAME("\2ns\2zz"), 1, false);
	/* a\000\.b: only servers of others. */
	assert_int_equal(d[0].glue_count, 2);
	assert_false(d[0].glue[0].in_domain);
}

static void test_priming_glue(void **state)
{
	(void)state;
	assert_int_equal(zone->apex_glue_count, 3);
	expect_glue(&zone->apex_glue[0], NAME("\1b\14root-servers\3net"), 1, false);
	expect_glue(&zone->apex_glue[1], NAME("\1a\14root-servers\3net"), 1, false);
	expect_glue(&zone->apex_glue[2], NAME("\1a\14root-servers\3net"), 28, false);
}

static void test_find(void **state)
{
	static const struct {
		const char *label;
		size_t length;
		long place; /* of the name, or of the one before */
		bool found;
	} cases[] = {
		{ "a", 1, -1, false },    { "\0", 1, -1, false },     { "a\0.b", 4, 0, true },
		{ "a\0.", 3, -1, false }, { "a\0.b\0", 5, 0, false }, { "aa", 2, 1, true },
		{ "aa\0", 3, 1, false },  { "b", 1, 1, false },       { "net", 3, 2, true },
		{ "nets", 4, 2, false },  { "ne", 2, 1, false },      { "zz", 2, 3, true },
		{ "zza", 3, 3, false },   { "\xff", 1, 3, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		long before = -2;
		const struct delegation *found =
			zone_find(zone, NAME(cases[i].label), cases[i].length, &before);

		if (cases[i].found)
			assert_ptr_equal(found, &zone->delegations[cases[i].place]);
		else
			assert_null(found);
		assert_int_equal(before, cases[i].found ? -2 : cases[i].place);
	}
}

static void test_serials(void **state)
{
	(void)state;
	assert_true(serial_older(1, 2));
	assert_false(serial_older(2, 1));
	assert_false(serial_older(2, 2));
	assert_true(serial_older(0xffffffff, 0));
	assert_false(serial_older(0, 0xffffffff));
	assert_true(serial_older(0, 0x7fffffff));
	/* Half the circle apart: neither is older (RFC 1982 3.2). */
	assert_false(serial_older(0, 0x80000000));
	assert_false(serial_older(0x80000000, 0));
}

static void test_policy_words(void **state)
{
	enum zonemd_policy policy = ZONEMD_REQUIRE;

	(void)state;
	assert_true(zonemd_policy_parse("ignore", &policy));
	assert_int_equal(policy, ZONEMD_IGNORE);
	assert_true(zonemd_policy_parse("if-present", &policy));
	assert_int_equal(policy, ZONEMD_IF_PRESENT);
	assert_true(zonemd_policy_parse("require", &policy));
	assert_int_equal(policy, ZONEMD_REQUIRE);
	assert_false(zonemd_policy_parse("", &policy));
	assert_false(zonemd_policy_parse("Require", &policy));
}

static void test_times(void **state)
{
	static const struct {
		const char *word;
		int64_t seconds; /* -1: no time */
	} cases[] = {
		{ "0", 0 },
		{ "1785542400", 1785542400 },
		{ "2026-08-01T00:00:00Z", 1785542400 },
		{ "2026-08-01t00:00:00z", 1785542400 },
		{ "2024-02-29T23:59:59Z", 1709251199 },
		{ "2106-02-07T06:28:16Z", 4294967296 },
		{ "2026-02-29T00:00:00Z", -1 },
		{ "2026-13-01T00:00:00Z", -1 },
		{ "2026-08-01T24:00:00Z", -1 },
		{ "2026-08-01 00:00:00Z", -1 },
		{ "2026-08-01T00:00:00", -1 },
		{ "2026-08-01T00:00:00+02:00", -1 },
		{ "2026-08-01", -1 },
		{ "", -1 },
		{ "-1", -1 },
		{ "1e9", -1 },
		{ "99999999999999999999", -1 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds = -1;
		bool right = zone_time_parse(cases[i].word, &seconds);

		if (right != (cases[i].seconds >= 0) || (right && seconds != cases[i].seconds))
			fail_msg("'%s' gave %lld", cases[i].word, (long long)seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_apex_is_in_order_of_types),
		cmocka_unit_test(test_negative_soa),
		cmocka_unit_test(test_delegations_are_in_canonical_order),
		cmocka_unit_test(test_records_stay_in_the_files_order),
		cmocka_unit_test(test_glue_is_in_the_order_of_a_referral),
		cmocka_unit_test(test_priming_glue),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_policy_words),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
