// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which zones a policy that allows unsigned ones takes: signed wholly, or not at all. Who strips
 * a part of a signed zone gets nothing for it.
 */
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

#define DAY 86400

static char *anchors; /* path */
static char *text;    /* the made zone: signed, with a digest */

static struct zone *load(const char *zone_text, bool allow_unsigned, enum zonemd_policy zonemd,
			 struct zone_error *error)
{
	char *file = temporary_file(zone_text);
	struct zone_policy policy = {
		.trust_anchors = anchors,
		.validate_at = MADE_ZONE_TIME,
		.zonemd = zonemd,
		.allow_unsigned = allow_unsigned,
	};
	struct zone *zone = zone_load(file, &policy, error);

	unlink(file);
	free(file);
	return zone;
}

static const char *const part[] = { "DNSKEY", "RRSIG", "NSEC", "ZONEMD" };

enum { KEYS = 1, SIGNATURES = 2, CHAIN = 4, DIGEST = 8, PARTS = 16 };
#define DNSSEC (KEYS | SIGNATURES | CHAIN)

/* Does a line 'OWNER TTL IN TYPE ...' hold one of the types? */
static bool holds(const char *line, unsigned types)
{
	char type[16];

	if (sscanf(line, "%*s %*s %*s %15s", type) != 1)
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (types >> i & 1 && !strcmp(type, part[i]))
			return true;
	return false;
}

/* The made zone without the records of these types; for free(). */
static char *stripped(unsigned types)
{
	size_t size;
	char *left;
	FILE *out = open_memstream(&left, &size);

	for (const char *line = text, *next; *line; line = next) {
		next = strchr(line, '\n') + 1;
		if (!holds(line, types))
			fwrite(line, 1, next - line, out);
	}
	fclose(out);
	return left;
}

/* Takes or refuses the zone without these types: 's' signed, 'u' unsigned, '-' refused. */
static char outcome(unsigned types, bool allow_unsigned, enum zonemd_policy zonemd)
{
	char *left = stripped(types), told = '-';
	struct zone_error error;
	struct zone *zone = load(left, allow_unsigned, zonemd, &error);

	if (zone)
		told = zone_is_signed(zone) ? 's' : 'u';
	zone_free(zone);
	free(left);
	return told;
}

static void test_every_part_is_stripped(void **state)
{
	(void)state;
	for (unsigned types = 0; types < PARTS; types++) {
		char strict = types ? '-' : 's';
		/* A digest that is left is of another zone. */
		char digested = types == (DNSSEC | DIGEST) ? 'u' : strict;
		char ignored = types == DNSSEC ? 'u' : digested;

		if (outcome(types, false, ZONEMD_DEFAULT) != strict ||
		    outcome(types, false, ZONEMD_IGNORE) != strict)
			fail_msg("without --unsigned, parts %#x stripped", types);
		if (outcome(types, true, ZONEMD_DEFAULT) != digested ||
		    outcome(types, true, ZONEMD_IF_PRESENT) != digested)
			fail_msg("with --unsigned, parts %#x stripped", types);
		if (outcome(types, true, ZONEMD_REQUIRE) != strict)
			fail_msg("with --unsigned, a digest required, parts %#x stripped", types);
		if (outcome(types, true, ZONEMD_IGNORE) != ignored)
			fail_msg("with --unsigned, no digest, parts %#x stripped", types);
	}
}

/* One record of DNSSEC is enough to want all of it. */
static void test_one_record_is_left(void **state)
{
	char *bare = stripped(DNSSEC | DIGEST);

	(void)state;
	for (const char *line = text, *next; *line; line = next) {
		struct zone_error error;
		char *more;

		next = strchr(line, '\n') + 1;
		if (!holds(line, DNSSEC))
			continue;
		if (asprintf(&more, "%s%.*s", bare, (int)(next - line), line) < 0)
			abort();
		if (load(more, true, ZONEMD_IGNORE, &error))
			fail_msg("taken with one record left: %.*s", (int)(next - line), line);
		free(more);
	}
	free(bare);
}

/* What is signed is verified, whatever else is allowed. */
static void test_wrongly_signed(void **state)
{
	static const struct {
		const char *edits[8];
		const char *told;
	} cases[] = {
		{ { "?48" }, "which no trust anchor names" }, /* by the ZSK */
		{ { "~DS 1 13 2 11~DS 1 13 2 12" }, "RRSIG of 'AA. DS'" },
		{ { "-net. 86400 IN RRSIG DS" }, "'net. DS' has no RRSIG" },
		{ { "-net. 86400 IN DS" }, "a signature covers 'net. DS', but" },
		{ { "~900 604800~900 604801" }, "RRSIG of '. SOA'" },
	};
	struct zone_error error;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *changed = made_zone_edit(text, cases[i].edits);

		assert_null(load(changed, true, ZONEMD_IGNORE, &error));
		if (!strstr(error.text, cases[i].told))
			fail_msg("expected '%s', got '%s'", cases[i].told, error.text);
		free(changed);
	}
}

/* Nor does it do that its signatures are over, or that nobody knows its keys. */
static void test_signed_by_nobody_known(void **state)
{
	char *file = temporary_file(text);
	struct zone_policy policy = {
		.validate_at = MADE_ZONE_TIME,
		.zonemd = ZONEMD_IGNORE,
		.allow_unsigned = true,
	};
	struct zone_error error;

	(void)state;
	assert_null(zone_load(file, &policy, &error)); /* IANA's anchors */
	assert_non_null(strstr(error.text, "no DNSKEY of the root is named by the trust anchors"));
	policy.trust_anchors = anchors;
	policy.validate_at = MADE_ZONE_END + DAY;
	assert_null(zone_load(file, &policy, &error));
	assert_non_null(strstr(error.text, "expired"));
	unlink(file);
	free(file);
}

/* An unsigned zone is a root zone still. */
static void test_shape_is_checked(void **state)
{
	static const struct {
		const char *edits[8];
		const char *told;
	} cases[] = {
		{ { "-. 86400 IN SOA" }, "no SOA" },
		{ { "-. 518400 IN NS" }, "no NS" },
		{ { "+example. 60 IN TXT x" }, "data of the root's own" },
		{ { "+*. 60 IN NS ns.zz." }, "is a wildcard" },
		{ { "+a.zz. 60 IN NS ns.zz." }, "deeper than one label" },
		{ { "+servers. 60 IN A 192.0.2.1" }, "is an address at no delegation" },
		{ { "+. 60 IN NSEC3PARAM 1 0 0 -" }, "is of NSEC3" },
	};
	char *bare = stripped(DNSSEC | DIGEST);
	struct zone_error error;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *changed = made_zone_edit(bare, cases[i].edits);

		assert_null(load(changed, true, ZONEMD_IGNORE, &error));
		if (!strstr(error.text, cases[i].told))
			fail_msg("expected '%s', got '%s'", cases[i].told, error.text);
		free(changed);
	}
	free(bare);
}

static void test_message_names_the_switch(void **state)
{
	char *bare = stripped(DNSSEC | DIGEST);
	struct zone_error error;
	struct zone *zone;

	(void)state;
	assert_null(load(bare, false, ZONEMD_IGNORE, &error));
	assert_non_null(strstr(error.text, "the zone is not signed"));
	assert_non_null(strstr(error.text, "--unsigned"));
	zone = load(bare, true, ZONEMD_DEFAULT, &error);
	assert_non_null(zone);
	assert_true(zone->signatures_end == INT64_MAX);
	assert_int_equal(zone->delegation_count, 4);
	zone_free(zone);
	free(bare);
}

static int make(void **state)
{
	char *anchor = made_zone_anchor();

	(void)state;
	anchors = temporary_file(anchor);
	text = made_zone();
	free(anchor);
	return 0;
}

static int forget_all(void **state)
{
	(void)state;
	unlink(anchors);
	free(anchors);
	free(text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_part_is_stripped),
		cmocka_unit_test(test_one_record_is_left),
		cmocka_unit_test(test_wrongly_signed),
		cmocka_unit_test(test_signed_by_nobody_known),
		cmocka_unit_test(test_shape_is_checked),
		cmocka_unit_test(test_message_names_the_switch),
	};

	return cmocka_run_group_tests(tests, make, forget_all);
}
