// SPDX-License-Identifier: GPL-2.0-or-later
/* Every reason for which a zone is refused, each on a small signed zone with that one fault. */
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

#define ZONEMD "!63"    /* sign '. ZONEMD' again */

struct fault {
	const char *what;
	const char *edits[8];
	const char *told;               /* part of the message; NULL: the zone is accepted */
	enum zonemd_policy zonemd;
	int64_t later;                  /* seconds after MADE_ZONE_TIME */
};

static const struct fault faults[] = {
	{ "nothing", { NULL }, NULL, 0, 0 },

	/* the text */
	{ "empty file", { "<0" }, "the file is empty", 0, 0 },
	{ "comment only", { "<0", "+; nothing" }, "the file has no records", 0, 0 },
	{ "no end of line", { "<-1" }, "the last line has no end: the file looks cut short", 0, 0 },
	{ "not a record", { "+zz. NS" }, ":42: not a record of a zone file", 0, 0 },
	{ "unknown type", { "+zz. 5 IN NOSUCH a." }, ":42: not a record of a zone file", 0, 0 },
	{ "closed too often", { "~zz. 172800 IN NS ns~zz. 172800 IN ) NS ns" },
	  ":4: not a record of a zone file", 0, 0 },
	{ "never opened", { "+)" }, ":42: not a record of a zone file (parentheses do not match)", 0, 0 },
	{ "cut in parentheses", { "+zz. 5 IN NS (" }, ":42: the last record is not whole", 0, 0 },
	{ "$INCLUDE", { "+$INCLUDE other" }, ":42: $INCLUDE is not followed", 0, 0 },
	{ "bad $ORIGIN", { "+$ORIGIN a..b" }, ":42: not a record", 0, 0 },
	{ "odd label", { "+aa. 5 IN TYPE65300 \\# 2 01" }, ":42: not a record", 0, 0 },
	{ "class CH", { "+zz. 5 CH NS a." }, ":42: 'zz. NS' is not of class IN but 3", 0, 0 },
	{ "malformed NSEC", { "+zz. 5 IN TYPE47 \\# 4 00000100" },
	  ":42: RDATA of 'zz. NSEC' is malformed", 0, 0 },
	{ "malformed DS", { "+zz. 5 IN TYPE43 \\# 4 00000102" }, ":42: ", 0, 0 },
	{ "long TTL", { "~192.0.2.6~192.0.2.6\nns.zz. 3000000000 A 192.0.2.7" },
	  "TTL 3000000000 of 'ns.zz. A' is above", 0, 0 },

	/* RRsets */
	{ "TTLs differ", { "+ns.zz. 5 IN A 192.0.2.7" }, ":42: TTL 5 of 'ns.zz. A' differs from 172800", 0, 0 },
	{ "twice", { "+NS.ZZ. 172800 IN A 192.0.2.6" }, ":42: 'ns.zz. A' is in the file twice", 0, 0 },
	{ "NSEC gone", { "-net. 3600 IN NSEC" }, "covers 'net. NSEC', but that record is missing", 0, 0 },

	/* the shape */
	{ "no SOA", { "-. 86400 IN SOA", "-. 86400 IN RRSIG SOA" }, "the root has no SOA", 0, 0 },
	{ "two SOAs", { "+. 86400 IN SOA a. b. 1 2 3 4 5" }, "a second SOA", 0, 0 },
	{ "another zone", { "<0", "+a.b. 5 IN SOA a. b. 1 2 3 4 5" }, ":1: this is the zone 'a.b.'", 0, 0 },
	{ "no root NS", { "-. 518400 IN NS", "-. 518400 IN RRSIG NS" }, "the root has no NS", 0, 0 },
	{ "NSEC3", { "+abc. 5 IN NSEC3PARAM 1 0 0 -" }, "is of NSEC3", 0, 0 },
	{ "CNAME", { "+a.zz. 5 IN CNAME b.zz." }, ":42: 'a.zz. CNAME' is an alias", 0, 0 },
	{ "DNAME", { "+qq. 5 IN DNAME b.zz." }, ":42: 'qq. DNAME' is an alias", 0, 0 },
	{ "DS of the root", { "+. 5 IN DS 1 8 2 11" }, "is a DS of the root", 0, 0 },
	{ "meta type", { "+. 5 IN TYPE250 \\# 1 00" }, "a type that no zone may hold", 0, 0 },
	{ "wildcard", { "+*. 5 IN NS a." }, "'*. NS' is a wildcard", 0, 0 },
	{ "wildcard below", { "+*.zz. 5 IN A 192.0.2.1" }, "'*.zz. A' is a wildcard", 0, 0 },
	{ "deep delegation", { "+a.zz. 5 IN NS a." }, ":42: 'a.zz. NS' is a delegation deeper", 0, 0 },
	{ "data at a TLD", { "+zz. 5 IN TXT a" }, ":42: 'zz. TXT' is data of the root's own", 0, 0 },
	{ "data below", { "+a.zz. 5 IN TXT a" }, ":42: 'a.zz. TXT' is deeper than one label", 0, 0 },
	{ "stray address", { "+a.qq. 5 IN A 192.0.2.1" }, "'a.qq. A' is an address at no delegation", 0, 0 },
	{ "stray address, one label", { "+qq. 5 IN A 192.0.2.1" }, "'qq. A' is an address at no", 0, 0 },
	{ "DS without NS", { "-net. 172800 IN NS" }, "'net. DS' stands at a name without NS", 0, 0 },
	{ "signed delegation", { "+zz. 172800 IN RRSIG NS 13 1 172800 20260107000000 20260101000000 1 . AAAA" },
	  ":42: a signature covers 'zz. NS', which the root has no authority over", 0, 0 },
	{ "signed glue", { "+ns.zz. 172800 IN RRSIG A 13 2 172800 20260107000000 20260101000000 1 . AAAA" },
	  ":42: a signature covers 'ns.zz. A', which", 0, 0 },

	/* the chain */
	{ "unsigned", { "^. 86400 IN RRSIG SOA" }, "the zone is not signed", 0, 0 },
	{ "NSEC gone, signature too", { "-net. 3600 IN" }, ":11: 'net.' has no NSEC", 0, 0 },
	{ "last NSEC gone", { "-zz. 3600 IN" }, "the last name 'zz.' has no NSEC: the file looks cut", 0, 0 },
	{ "last name gone", { "-zz. ", "-ns.zz.", "-a.ns.zz.", "-b.ns.zz." },
	  "NSEC of 'net.' leads to 'zz.', but the zone ends before it: the file looks cut", 0, 0 },
	{ "name gone", { "-net. ", "-a.root", "-b.root" },
	  "NSEC of 'AA.' leads to 'net.', which is missing", 0, 0 },
	{ "name added", { "+nn. 172800 IN NS a.root-servers.net.", "+nn. 5 IN NSEC zz. NS" },
	  "NSEC of 'net.' leads to 'zz.' and past 'nn.'", 0, 0 },
	{ "two NSEC", { "+zz. 3600 IN NSEC aa. NS" }, "'zz.' has two NSEC", 0, 0 },
	{ "bit too many", { "~NSEC zz. NS DS~NSEC zz. NS TXT DS" },
	  "NSEC of 'net.' names type TXT, but", 0, 0 },
	{ "glue in a bitmap", { "~NSEC . NS~NSEC . A NS", "+zz. 5 IN A 192.0.2.1" },
	  "NSEC of 'zz.' names type A, but", 0, 0 },
	{ "bit missing", { "~NSEC zz. NS DS~NSEC zz. NS" }, "NSEC of 'net.' does not name type DS", 0, 0 },
	{ "RRSIG bit missing", { "~NSEC zz. NS DS RRSIG~NSEC zz. NS DS" },
	  "NSEC of 'net.' does not name type RRSIG", 0, 0 },
	{ "DS and its signature gone", { "-net. 86400" }, "NSEC of 'net.' names type DS, but", 0, 0 },
	{ "ZONEMD and its signature gone", { "-. 86400 IN ZONEMD", "-. 86400 IN RRSIG ZONEMD" },
	  "names ZONEMD, but the zone has none: somebody took it out", ZONEMD_IF_PRESENT, 0 },

	/* keys and signatures */
	{ "no DNSKEY", { "-. 3600 IN DNSKEY", "-. 3600 IN RRSIG DNSKEY" }, "the root has no DNSKEY", 0, 0 },
	{ "no KSK", { "-. 3600 IN DNSKEY 257" }, "no DNSKEY of the root is named by the trust anchors", 0, 0 },
	{ "revoked KSK", { "~DNSKEY 257~DNSKEY 385" }, "no DNSKEY of the root is named by", 0, 0 },
	{ "KSK may not sign", { "~DNSKEY 257~DNSKEY 1" }, "no DNSKEY of the root is named by", 0, 0 },
	{ "no ZSK", { "-. 3600 IN DNSKEY 256", "!48" }, "which the zone does not have", 0, 0 },
	{ "DNSKEY signed by the ZSK only", { "?48" }, "which no trust anchor names", 0, 0 },
	{ "SOA signed by the KSK", { "?6" }, NULL, ZONEMD_IGNORE, 0 },
	{ "unsupported algorithm", { "+. 3600 IN DNSKEY 256 3 253 AAAA", "!48",
	  "-net. 86400 IN RRSIG DS",
	  "+net. 86400 IN RRSIG DS 253 1 86400 20260107000000 20260101000000 1277 . AAAA" },
	  "RRSIG of 'net. DS' is of algorithm 253, which is not supported", 0, 0 },
	{ "no RRSIG", { "-net. 86400 IN RRSIG DS" }, "'net. DS' has no RRSIG", 0, 0 },
	{ "no RRSIG of DNSKEY", { "-. 3600 IN RRSIG DNSKEY" }, "'. DNSKEY' has no RRSIG", 0, 0 },
	{ "expired", { NULL }, "expired 2026-01-07 00:00 UTC (validated at 2026-01-07 00:00:01 UTC)", 0,
	  MADE_ZONE_END - MADE_ZONE_TIME + 1 },
	{ "last second", { NULL }, NULL, 0, MADE_ZONE_END - MADE_ZONE_TIME },
	{ "first second", { NULL }, NULL, 0, -86400 },
	{ "not yet", { NULL }, "is valid only from 2026-01-01 00:00 UTC (validated at 2025-12-31 23:59:59",
	  0, -86401 },
	{ "DS changed", { "~DS 2 13 2 2~DS 2 13 2 3" }, "RRSIG of 'net. DS' by key", 0, 0 },
	{ "signer changed", { "~NS 13 0 518400 2026010700~NS 13 0 518400 2026010701" },
	  "RRSIG of '. NS' by key", 0, 0 },
	{ "algorithm changed", { "~RRSIG SOA 13 ~RRSIG SOA 8 " }, "of algorithm 8, which the zone does", 0, 0 },
	{ "labels", { "~RRSIG DS 13 1~RRSIG DS 13 0" }, "is for a name of 0 labels", 0, 0 },
	{ "signed TTL", { "~RRSIG DS 13 1 86400~RRSIG DS 13 1 86401" }, "is 86400, but 86401 was signed", 0, 0 },
	{ "TTL of RRSIG", { "~net. 86400 IN RRSIG~net. 5 IN RRSIG" }, "TTL of the RRSIG of 'net. DS' is 5", 0, 0 },
	{ "another signer", { "+net. 86400 IN RRSIG DS 13 1 86400 20260107000000 20260101000000 1 zz. AAAA" },
	  "RRSIG of 'net. DS' is by 'zz.', not by '.'", 0, 0 },
	{ "a bad signature beside a good one",
	  { "+net. 86400 IN RRSIG DS 13 1 86400 20250107000000 20250101000000 1 . AAAA" },
	  NULL, ZONEMD_IGNORE, 0 },

	/* the digest */
	{ "glue changed", { "~192.0.2.6~192.0.2.7" }, "ZONEMD does not match", 0, 0 },
	{ "glue changed, if-present", { "~192.0.2.6~192.0.2.7" }, "ZONEMD does not match",
	  ZONEMD_IF_PRESENT, 0 },
	{ "glue changed, ignored", { "~192.0.2.6~192.0.2.7" }, NULL, ZONEMD_IGNORE, 0 },
	{ "NS changed", { "~NS a.ns.zz~NS c.ns.zz" }, "ZONEMD does not match", 0, 0 },
	{ "digest changed, not signed again", { "~ZONEMD 2026010100~ZONEMD 2026010101" },
	  "RRSIG of '. ZONEMD' by key", 0, 0 },
	{ "serial", { "~ZONEMD 2026010100~ZONEMD 2026010101", ZONEMD },
	  "ZONEMD is of serial 2026010101, the SOA's is 2026010100", 0, 0 },
	{ "serial, if-present", { "~ZONEMD 2026010100~ZONEMD 2026010101", ZONEMD },
	  "ZONEMD is of serial 2026010101", ZONEMD_IF_PRESENT, 0 },
	{ "private hash", { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 1 241", ZONEMD },
	  "ZONEMD is of scheme 1 and hash 241, unsupported", 0, 0 },
	{ "private hash, if-present", { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 1 241", ZONEMD },
	  NULL, ZONEMD_IF_PRESENT, 0 },
	{ "private scheme", { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 240 1", ZONEMD },
	  "ZONEMD is of scheme 240 and hash 1, unsupported", 0, 0 },
	{ "length", { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 1 2", ZONEMD },
	  "ZONEMD of hash 2 has a digest of 48 bytes, not 64", 0, 0 },
	{ "two of one kind", { "+. 86400 IN ZONEMD 2026010100 1 1 11223344", ZONEMD },
	  "two ZONEMD of scheme 1 and hash 1", 0, 0 },
	{ "one of two matches", { "+. 86400 IN ZONEMD 2026010100 1 2 11223344", ZONEMD }, NULL, 0, 0 },
	{ "none, by policy require", { "-. 86400 IN ZONEMD", "-. 86400 IN RRSIG ZONEMD",
	  "~DNSKEY ZONEMD~DNSKEY", "!47" }, "the zone has no ZONEMD", 0, 0 },
	{ "none, by policy if-present", { "-. 86400 IN ZONEMD", "-. 86400 IN RRSIG ZONEMD",
	  "~DNSKEY ZONEMD~DNSKEY", "!47" }, NULL, ZONEMD_IF_PRESENT, 0 },
};

static char *anchors;   /* path */
static char *text;      /* the made zone */

static struct zone *load(const char *zone_text, const struct fault *fault, struct zone_error *error)
{
	struct zone_policy policy = {
		.trust_anchors = anchors,
		.validate_at = MADE_ZONE_TIME + fault->later,
		.zonemd = fault->zonemd,
	};
	char *path = temporary_file(zone_text);
	struct zone *zone = zone_load(path, &policy, error);

	/* Each message begins with the file's name. */
	if (!zone)
		assert_memory_equal(error->text, path, strlen(path));
	unlink(path);
	free(path);
	return zone;
}

static int check_fault(const struct fault *fault)
{
	struct zone_error error;
	char *edited = made_zone_edit(text, fault->edits);
	struct zone *zone = load(edited, fault, &error);
	int wrong = fault->told ? zone || !strstr(error.text, fault->told) : !zone;

	if (wrong)
		print_error("%s: expected '%s', got '%s'\n", fault->what,
			    fault->told ? fault->told : "accepted", zone ? "accepted" : error.text);
	if (!zone && strchr(error.text, '\n'))
		wrong = 1;
	zone_free(zone);
	free(edited);
	return wrong;
}

static void test_each_fault_has_its_message(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		wrong += check_fault(&faults[i]);
	assert_int_equal(wrong, 0);
}

/* A record that has no TTL is refused only when nothing before it says one. */
static void test_ttl_is_needed(void **state)
{
	static const struct fault none = { "", { NULL }, NULL, 0, 0 };
	struct zone_error error;

	(void)state;
	assert_null(load(". IN NS a.\n", &none, &error));
	assert_non_null(strstr(error.text, ":1: '. NS' has no TTL"));
	assert_null(load("$TTL 5\n. IN NS a.\n", &none, &error));
	assert_non_null(strstr(error.text, "no SOA"));
	assert_null(load(". 5 IN NS a.\n. IN NS b.\n", &none, &error));
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
		{ "zz. 172800 IN NS n%u.zz.", 70000, "RRset 'zz. NS' of 70004 records does not fit" },
		{ "net. 86400 IN RRSIG DS 13 1 86400 20260107000000 20260101000000 %u . AAAA", 20,
		  "'net. DS' has 21 RRSIGs, at most 16" },
		{ ". 3600 IN DNSKEY 256 3 13 AA%02u", 40, "the root has 42 DNSKEYs, at most 32" },
	};
	static const struct fault none = { "", { NULL }, NULL, 0, 0 };
	struct zone_error error;

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *many = repeated(cases[i].record, cases[i].count);

		assert_null(load(many, &none, &error));
		if (!strstr(error.text, cases[i].told))
			fail_msg("expected '%s', got '%s'", cases[i].told, error.text);
		free(many);
	}
}

/* `head`, then `part` so many times, then a newline, behind the made zone. */
static void expect_long_refused(const char *head, const char *part, unsigned count, const char *told)
{
	static const struct fault none = { "", { NULL }, NULL, 0, 0 };
	struct zone_error error;
	char *whole;
	size_t size;
	FILE *out = open_memstream(&whole, &size);

	fprintf(out, "%s%s", text, head);
	for (unsigned i = 0; i < count; i++)
		fputs(part, out);
	fputc('\n', out);
	fclose(out);
	assert_null(load(whole, &none, &error));
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
	expect_refusal("/nonexistent/zone", anchors, "/nonexistent/zone: cannot be opened: No such file");
	expect_refusal("/", anchors, "/: cannot be read: Is a directory");
	expect_refusal(binary, anchors, "not a text file");
	expect_refusal(file, "/nonexistent/anchors", "/nonexistent/anchors: cannot be opened: No such file");
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
		{ ". IN DS 1 8 2 11", "no DNSKEY of the root is named by the trust anchors (/tmp/" },
		{ "<key>\n", "not a record of a zone file" },
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

/* The KSK itself, as DNSKEY, is an anchor too. */
static void test_dnskey_anchor(void **state)
{
	char *from = strstr(text, ". 3600 IN DNSKEY 257"), *file = temporary_file(text);
	char *key = strndup(from, strcspn(from, "\n")), *anchor_file = temporary_file(key);
	struct zone_policy policy = { .trust_anchors = anchor_file, .validate_at = MADE_ZONE_TIME };
	struct zone_error error;
	struct zone *zone = zone_load(file, &policy, &error);

	(void)state;
	assert_non_null(zone);
	zone_free(zone);
	unlink(file);
	unlink(anchor_file);
	free(file);
	free(anchor_file);
	free(key);
}

/* Whatever byte is changed, the zone is refused, or its records are what they were: case, white
 * space and the like. Nothing crashes. */
static void test_changed_bytes(void **state)
{
	static const struct fault none = { "", { NULL }, NULL, 0, 0 };
	size_t length = strlen(text), accepted = 0;
	struct zone_error error;
	char *changed = strdup(text);

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 1500; i++) {
		size_t at = rand() % length;
		struct zone *zone;

		changed[at] = (char)(1 + rand() % 255);
		zone = load(changed, &none, &error);
		accepted += zone != NULL;
		zone_free(zone);
		changed[at] = text[at];
	}
	/* About one byte in 256 is put back as it was, and few others do no harm. */
	assert_true(accepted < 60);
	free(changed);
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
		cmocka_unit_test(test_each_fault_has_its_message),
		cmocka_unit_test(test_ttl_is_needed),
		cmocka_unit_test(test_huge_counts_are_refused),
		cmocka_unit_test(test_long_records_are_refused),
		cmocka_unit_test(test_unreadable_files),
		cmocka_unit_test(test_anchor_files),
		cmocka_unit_test(test_dnskey_anchor),
		cmocka_unit_test(test_changed_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
