// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that can't be read, anchors that don't fit, and zones that are made to hurt. */
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

static char *anchors; /* path */
static char *text;    /* the made zone */

/* A record that has no TTL is refused only when nothing before it says one. */
static void test_ttl_is_needed(void **state)
{
	struct zone_error error;

	(void)state;
	assert_null(made_zone_load(". IN NS a.\n", 0, ZONEMD_REQUIRE, &error));
	assert_non_null(strstr(error.text, ":1: '. NS' has no TTL"));
	assert_null(made_zone_load("$TTL 5\n. IN NS a.\n", 0, ZONEMD_REQUIRE, &error));
	assert_non_null(strstr(error.text, "no SOA"));
	assert_null(made_zone_load(". 5 IN NS a.\n. IN NS b.\n", 0, ZONEMD_REQUIRE, &error));
	assert_non_null(strstr(error.text, "no SOA"));
}

/* `record` repeated with the numbers from 0 to count - 1. */
static char *repeated(const char *record, unsigned count)
{
	char *many;
	size_t size;
	FILE *out = open_memstream(&many, &size);

	fputs(text, out);
	for (unsigned i = 0; i < count; i++) {
		fprintf(out, record, i);
		fputc('\n', out);
	}
	fclose(out);
	return many;
}

static void test_huge_counts_are_refused(void **state)
{
	static const struct {
		const char *record;
		unsigned count;
		const char *told;
	} cases[] = {
		{ "zz. 172800 IN NS n%u.zz.", 70000,
		  "RRset 'zz. NS' of 70004 records does not fit" },
		{ "net. 86400 IN RRSIG DS 13 1 86400 20260107000000 20260101000000 %u . AAAA", 20,
		  "'net. DS' has 21 RRSIGs, at most 16" },
		{ ". 3600 IN DNSKEY 256 3 13 AA%02u", 40, "the root has 42 DNSKEYs, at most 32" },
	};
	struct zone_error error;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *many = repeated(cases[i].record, cases[i].count);

		assert_null(made_zone_load(many, 0, ZONEMD_REQUIRE, &error));
		if (!strstr(error.text, cases[i].told))
			fail_msg("expected '%s', got '%s'", cases[i].told, error.text);
		free(many);
	}
}

/* `head`, then `part` so many times, then a newline, behind the made zone. */
static void expect_long_refused(const char *head, const char *part, unsigned count,
				const char *told)
{
	struct zone_error error;
	char *whole;
	size_t size;
	FILE *out = open_memstream(&whole, &size);

	fprintf(out, "%s%s", text, head);
	for (unsigned i = 0; i < count; i++)
		fputs(part, out);
	fputc('\n', out);
	fclose(out);
	assert_null(made_zone_load(whole, 0, ZONEMD_REQUIRE, &error));
	if (!strstr(error.text, told))
		fail_msg("expected '%s', got '%s'", told, error.text);
	free(whole);
}

static void test_long_records_are_refused(void **state)
{
	char origin[600] = "$ORIGIN ";

	(void)state;
	expect_long_refused(". 5 IN TXT", " \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", 5000,
			    ":42: a record of more than 65000 characters");
	/* Short text, long RDATA: names that are completed. */
	for (unsigned i = 0; i < 120; i++)
		strcat(origin, "b.");
	strcat(origin, "\n. 5 IN HIP 2 200100107B1A74DF365639CC39F1D578 AwEA");
	expect_long_refused(origin, " a", 400, ":43: RDATA of '. HIP' is longer than 65535 bytes");
}

static void expect_refusal(const char *zone_file, const char *anchor_file, const char *told)
{
	struct zone_policy policy = { .trust_anchors = anchor_file, .validate_at = MADE_ZONE_TIME };
	struct zone_error error;

	assert_null(zone_load(zone_file, &policy, &error));
	if (!strstr(error.text, told))
		fail_msg("expected '%s', got '%s'", told, error.text);
}

static void test_unreadable_files(void **state)
{
	char *file = temporary_file(text), *binary = temporary_file("");
	FILE *out = fopen(binary, "w");

	(void)state;
	fwrite(". 5\0 IN NS a.\n", 1, 14, out);
	fclose(out);
	expect_refusal("/nonexistent/zone", anchors,
		       "/nonexistent/zone: cannot be opened: No such file");
	expect_refusal("/", anchors, "/: cannot be read: Is a directory");
	expect_refusal(binary, anchors, "not a text file");
	expect_refusal(file, "/nonexistent/anchors",
		       "/nonexistent/anchors: cannot be opened: No such file");
	expect_refusal(file, binary, "not a text file");
	unlink(file);
	unlink(binary);
	free(file);
	free(binary);
}

static void test_anchor_files(void **state)
{
	static const struct {
		const char *anchors, *told;
	} cases[] = {
		{ "", "the file is empty" },
		{ ". IN NS a.\n", ":1: '. NS' is no trust anchor" },
		{ "aa. IN DS 1 8 2 11\n", ":1: 'aa. DS' is no trust anchor" },
		{ ". IN DS 1 8 2 11",
		  "no DNSKEY of the root is named by the trust anchors (/tmp/" },
		{ "key\n", "not a record of a zone file" },
		{ "<key>\n", ":1: XML whose outermost element is not TrustAnchor" },
	};
	char *file = temporary_file(text);

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *anchor_file = temporary_file(cases[i].anchors);

		expect_refusal(file, anchor_file, cases[i].told);
		unlink(anchor_file);
		free(anchor_file);
	}
	expect_refusal(file, NULL, "named by the trust anchors (built-in trust anchors)");
	unlink(file);
	free(file);
}

/* Loads `zone_text` with its own DNSKEY of those flags as the anchor. */
static struct zone *load_by_key(const char *zone_text, const char *key_start,
				struct zone_error *error)
{
	const char *from = strstr(zone_text, key_start);
	char *key = strndup(from, strcspn(from, "\n"));
	char *file = temporary_file(zone_text), *anchor_file = temporary_file(key);
	struct zone_policy policy = { .trust_anchors = anchor_file, .validate_at = MADE_ZONE_TIME };
	struct zone *zone = zone_load(file, &policy, error);

	unlink(file);
	unlink(anchor_file);
	free(file);
	free(anchor_file);
	free(key);
	return zone;
}

static void test_dnskey_anchor(void **state)
{
	struct zone_error error;
	struct zone *zone = load_by_key(text, ". 3600 IN DNSKEY 257", &error);

	(void)state;
	assert_non_null(zone);
	zone_free(zone);
}

/* A key that is revoked, or no zone key, does not become one by being an anchor. */
static void test_anchor_that_may_not_sign(void **state)
{
	static const char *const cases[][2] = {
		{ "~DNSKEY 257~DNSKEY 385", ". 3600 IN DNSKEY 385" },
		{ "~DNSKEY 257~DNSKEY 1", ". 3600 IN DNSKEY 1 " },
		{ "~DNSKEY 257 3~DNSKEY 257 2", ". 3600 IN DNSKEY 257" },
	};
	struct zone_error error;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *edits[8] = { cases[i][0] };
		char *edited = made_zone_edit(text, edits);

		assert_null(load_by_key(edited, cases[i][1], &error));
		if (!strstr(error.text, "no DNSKEY of the root is named by the trust anchors"))
			fail_msg("%s: got '%s'", cases[i][0], error.text);
		free(edited);
	}
}

static int set_up(void **state)
{
	char *anchor = made_zone_anchor();

	(void)state;
	text = made_zone();
	anchors = temporary_file(anchor);
	free(anchor);
	return 0;
}

static int tear_down(void **state)
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
		cmocka_unit_test(test_ttl_is_needed),
		cmocka_unit_test(test_huge_counts_are_refused),
		cmocka_unit_test(test_long_records_are_refused),
		cmocka_unit_test(test_unreadable_files),
		cmocka_unit_test(test_anchor_files),
		cmocka_unit_test(test_dnskey_anchor),
		cmocka_unit_test(test_anchor_that_may_not_sign),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
