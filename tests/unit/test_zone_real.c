// SPDX-License-Identifier: GPL-2.0-or-later
/* The bundled root zones load; the newest is refused with each of the faults that matter most. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zone.h"
#include "zone_maker.h"

#define DATA   "tests/data/"
#define NEWEST DATA "root.zone.2026073102"

static struct zone *load(const char *file, const char *anchors, const char *when,
			 enum zonemd_policy zonemd, struct zone_error *error)
{
	struct zone_policy policy = { .trust_anchors = anchors, .zonemd = zonemd };

	assert_true(zone_time_parse(when, &policy.validate_at));
	return zone_load(file, &policy, error);
}

static void test_zones_of_all_years_load(void **state)
{
	static const struct {
		const char *file, *anchors, *when;
		enum zonemd_policy zonemd;
		uint32_t serial;
		size_t records, delegations;
	} cases[] = {
		{ NEWEST, DATA "root.ds", "2026-08-01T00:00:00Z", ZONEMD_REQUIRE, 2026073102, 24877,
		  1438 },
		{ NEWEST, NULL, "2026-07-31T19:00:00Z", ZONEMD_REQUIRE, 2026073102, 24877, 1438 },
		{ DATA "root.zone.2018080101", DATA "all-ksk.ds", "2018-08-02T00:00:00Z",
		  ZONEMD_IF_PRESENT, 2018080101, 22540, 1541 },
		{ DATA "root.zone.2018080200", DATA "all-ksk.ds", "2018-08-02T06:00:00Z",
		  ZONEMD_IF_PRESENT, 2018080200, 22540, 1541 },
		{ DATA "root.zone.2023110500", DATA "root.ds", "2023-11-06T00:00:00Z",
		  ZONEMD_IF_PRESENT, 2023110500, 25097, 1458 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zone_error error;
		struct zone *zone = load(cases[i].file, cases[i].anchors, cases[i].when,
					 cases[i].zonemd, &error);

		if (!zone)
			fail_msg("%s", error.text);
		assert_int_equal(zone->serial, cases[i].serial);
		assert_int_equal(zone->record_count, cases[i].records);
		assert_int_equal(zone->delegation_count, cases[i].delegations);
		assert_int_equal(zone->apex_glue_count, 26);
		zone_free(zone);
	}
}

static void test_zones_out_of_their_time_or_policy(void **state)
{
	static const struct {
		const char *file, *anchors, *when;
		enum zonemd_policy zonemd;
		const char *told;
	} cases[] = {
		{ NEWEST, DATA "root.ds", "2026-07-31T18:59:59Z", ZONEMD_REQUIRE,
		  "is valid only from 2026-07-31 19:00 UTC" },
		{ NEWEST, DATA "root.ds", "2026-08-13T20:00:01Z", ZONEMD_REQUIRE,
		  "expired 2026-08-13 20:00 UTC (validated at 2026-08-13 20:00:01 UTC): fetch" },
		{ DATA "root.zone.2018080101", DATA "all-ksk.ds", "2018-08-02T00:00:00Z",
		  ZONEMD_REQUIRE, "the zone has no ZONEMD" },
		{ DATA "root.zone.2018080101", DATA "root.ds", "2018-08-02T00:00:00Z",
		  ZONEMD_IF_PRESENT, "which no trust anchor names" },
		{ DATA "root.zone.2023110500", DATA "root.ds", "2023-11-06T00:00:00Z",
		  ZONEMD_REQUIRE, ":22: ZONEMD is of scheme 1 and hash 241, unsupported" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zone_error error;

		assert_null(load(cases[i].file, cases[i].anchors, cases[i].when, cases[i].zonemd,
				 &error));
		if (!strstr(error.text, cases[i].told))
			fail_msg("expected '%s', got '%s'", cases[i].told, error.text);
	}
}

static char *file_text(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	assert_non_null(in);
	assert_true(getdelim(&text, &size, EOF, in) > 0);
	fclose(in);
	return text;
}

/* The faults that the operator is likeliest to meet, each with a message of its own. */
static void test_faults_in_the_real_zone(void **state)
{
	static const struct {
		const char *edits[8];
		const char *told;
	} cases[] = {
		{ { "~37.209.192.9~37.209.192.8" }, ":23: ZONEMD does not match" },
		{ { "~. IKJJ~. IKJK" }, ":32: RRSIG of 'aaa. DS' by key 57780 does not match" },
		{ { "-aarp.\t\t\t86400\tIN\tNSEC" },
		  "covers 'aarp. NSEC', but that record is missing" },
		{ { "^aaa.\t\t\t86400\tIN\tNSEC" },
		  "the last name 'aaa.' has no NSEC: the file looks cut" },
		{ { "<1135000" }, "the last line has no end: the file looks cut short" },
		{ { "^love.\t" }, "but the zone ends before it: the file looks cut short" },
	};
	char *text = file_text(NEWEST);

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *edited = made_zone_edit(text, cases[i].edits), *file = temporary_file(edited);
		struct zone_error error;

		assert_null(
			load(file, DATA "root.ds", "2026-08-01T00:00:00Z", ZONEMD_REQUIRE, &error));
		unlink(file);
		if (!strstr(error.text, cases[i].told))
			fail_msg("expected '%s', got '%s'", cases[i].told, error.text);
		free(edited);
		free(file);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones_of_all_years_load),
		cmocka_unit_test(test_zones_out_of_their_time_or_policy),
		cmocka_unit_test(test_faults_in_the_real_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
