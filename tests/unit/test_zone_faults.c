// SPDX-License-Identifier: GPL-2.0-or-later
/* A zone with one fault is refused for that fault, whichever of them it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	{ .what = "nothing" },

	/* the text */
	{ .what = "empty file", .edits = { "<0" }, .told = "the file is empty" },
	{ .what = "comment only", .edits = { "<0", "+; nothing" },
	  .told = "the file has no records" },
	{ .what = "no end of line", .edits = { "<-1" },
	  .told = "the last line has no end: the file looks cut short" },
	{ .what = "not a record", .edits = { "+zz. NS" },
	  .told = ":42: not a record of a zone file" },
	{ .what = "unknown type", .edits = { "+zz. 5 IN NOSUCH a." },
	  .told = ":42: not a record of a zone file" },
	{ .what = "closed too often", .edits = { "~zz. 172800 IN NS ns~zz. 172800 IN ) NS ns" },
	  .told = ":4: not a record of a zone file" },
	{ .what = "never opened", .edits = { "+)" },
	  .told = ":42: not a record of a zone file (parentheses do not match)" },
	{ .what = "cut in parentheses", .edits = { "+zz. 5 IN NS (" },
	  .told = ":42: the last record is not whole" },
	{ .what = "$INCLUDE", .edits = { "+$INCLUDE other" },
	  .told = ":42: $INCLUDE is not followed" },
	{ .what = "bad $ORIGIN", .edits = { "+$ORIGIN a..b" }, .told = ":42: not a record" },
	{ .what = "odd label", .edits = { "+aa. 5 IN TYPE65300 \\# 2 01" },
	  .told = ":42: not a record" },
	{ .what = "class CH", .edits = { "+zz. 5 CH NS a." },
	  .told = ":42: 'zz. NS' is not of class IN but 3" },
	{ .what = "malformed NSEC", .edits = { "+zz. 5 IN TYPE47 \\# 4 00000100" },
	  .told = ":42: RDATA of 'zz. NSEC' is malformed" },
	{ .what = "malformed DS", .edits = { "+zz. 5 IN TYPE43 \\# 4 00000102" }, .told = ":42: " },
	{ .what = "long TTL", .edits = { "~192.0.2.6~192.0.2.6\nns.zz. 3000000000 A 192.0.2.7" },
	  .told = "TTL 3000000000 of 'ns.zz. A' is above" },

	/* RRsets */
	{ .what = "TTLs differ", .edits = { "+ns.zz. 5 IN A 1.0.0.1" },
	  .told = ":42: TTL 5 of 'ns.zz. A' differs from 172800 on line 22" },
	{ .what = "twice", .edits = { "+NS.ZZ. 172800 IN A 192.0.2.6" },
	  .told = ":42: 'ns.zz. A' is in the file twice" },
	{ .what = "NSEC gone", .edits = { "-net. 3600 IN NSEC" },
	  .told = "covers 'net. NSEC', but that record is missing" },

	/* the shape */
	{ .what = "no SOA", .edits = { "-. 86400 IN SOA", "-. 86400 IN RRSIG SOA" },
	  .told = "the root has no SOA" },
	{ .what = "two SOAs", .edits = { "+. 86400 IN SOA a. b. 1 2 3 4 5" },
	  .told = "a second SOA" },
	{ .what = "another zone", .edits = { "<0", "+a.b. 5 IN SOA a. b. 1 2 3 4 5" },
	  .told = ":1: this is the zone 'a.b.'" },
	{ .what = "no root NS", .edits = { "-. 518400 IN NS", "-. 518400 IN RRSIG NS" },
	  .told = "the root has no NS" },
	{ .what = "NSEC3", .edits = { "+abc. 5 IN NSEC3PARAM 1 0 0 -" }, .told = "is of NSEC3" },
	{ .what = "CNAME", .edits = { "+a.zz. 5 IN CNAME b.zz." },
	  .told = ":42: 'a.zz. CNAME' is an alias" },
	{ .what = "DNAME", .edits = { "+qq. 5 IN DNAME b.zz." },
	  .told = ":42: 'qq. DNAME' is an alias" },
	{ .what = "DS of the root", .edits = { "+. 5 IN DS 1 8 2 11" },
	  .told = "is a DS of the root" },
	{ .what = "meta type", .edits = { "+. 5 IN TYPE250 \\# 1 00" },
	  .told = "a type that no zone may hold" },
	{ .what = "wildcard", .edits = { "+*. 5 IN NS a." }, .told = "'*. NS' is a wildcard" },
	{ .what = "wildcard below", .edits = { "+*.zz. 5 IN A 192.0.2.1" },
	  .told = "'*.zz. A' is a wildcard" },
	{ .what = "deep delegation", .edits = { "+a.zz. 5 IN NS a." },
	  .told = ":42: 'a.zz. NS' is a delegation deeper" },
	{ .what = "data at a TLD", .edits = { "+zz. 5 IN TXT a" },
	  .told = ":42: 'zz. TXT' is data of the root's own" },
	{ .what = "data below", .edits = { "+a.zz. 5 IN TXT a" },
	  .told = ":42: 'a.zz. TXT' is deeper than one label" },
	{ .what = "stray address", .edits = { "+a.qq. 5 IN A 192.0.2.1" },
	  .told = "'a.qq. A' is an address at no delegation" },
	{ .what = "stray address, one label", .edits = { "+qq. 5 IN A 192.0.2.1" },
	  .told = "'qq. A' is an address at no" },
	{ .what = "DS without NS", .edits = { "-net. 172800 IN NS" },
	  .told = "'net. DS' stands at a name without NS" },
	{ .what = "signed delegation",
	  .edits = { "+zz. 172800 IN RRSIG NS 13 1 172800 20260107000000 20260101000000 1 . AAAA" },
	  .told = ":42: a signature covers 'zz. NS', which the root has no authority over" },
	{ .what = "signed glue",
	  .edits = {
	    "+ns.zz. 172800 IN RRSIG A 13 2 172800 20260107000000 20260101000000 1 . AAAA" },
	  .told = ":42: a signature covers 'ns.zz. A', which" },

	/* the chain */
	{ .what = "unsigned", .edits = { "^. 86400 IN RRSIG SOA" },
	  .told = "the zone is not signed" },
	{ .what = "NSEC gone, signature too", .edits = { "-net. 3600 IN" },
	  .told = ":11: 'net.' has no NSEC" },
	{ .what = "last NSEC gone", .edits = { "-zz. 3600 IN" },
	  .told = "the last name 'zz.' has no NSEC: the file looks cut" },
	{ .what = "last name gone", .edits = { "-zz. ", "-ns.zz.", "-a.ns.zz.", "-b.ns.zz." },
	  .told = "NSEC of 'net.' leads to 'zz.', but the zone ends before it: the file looks" },
	{ .what = "name gone", .edits = { "-net. ", "-a.root", "-b.root" },
	  .told = "NSEC of 'AA.' leads to 'net.', which is missing" },
	{ .what = "name added",
	  .edits = { "+nn. 172800 IN NS a.root-servers.net.", "+nn. 5 IN NSEC zz. NS" },
	  .told = "NSEC of 'net.' leads to 'zz.' and past 'nn.'" },
	{ .what = "two NSEC", .edits = { "+zz. 3600 IN NSEC aa. NS" },
	  .told = "'zz.' has two NSEC" },
	{ .what = "bit too many", .edits = { "~NSEC zz. NS DS~NSEC zz. NS TXT DS" },
	  .told = "NSEC of 'net.' names type TXT, but" },
	{ .what = "glue in a bitmap",
	  .edits = { "~NSEC . NS~NSEC . A NS", "+zz. 5 IN A 192.0.2.1" },
	  .told = "NSEC of 'zz.' names type A, but" },
	{ .what = "bit missing", .edits = { "~NSEC zz. NS DS~NSEC zz. NS" },
	  .told = "NSEC of 'net.' does not name type DS" },
	{ .what = "RRSIG bit missing", .edits = { "~NSEC zz. NS DS RRSIG~NSEC zz. NS DS" },
	  .told = "NSEC of 'net.' does not name type RRSIG" },
	{ .what = "DS and its signature gone", .edits = { "-net. 86400" },
	  .told = "NSEC of 'net.' names type DS, but" },
	{ .what = "ZONEMD and its signature gone", .zonemd = ZONEMD_IF_PRESENT,
	  .edits = { "-. 86400 IN ZONEMD", "-. 86400 IN RRSIG ZONEMD" },
	  .told = "names ZONEMD, but the zone has none: somebody took it out" },

	/* keys and signatures */
	{ .what = "no DNSKEY", .edits = { "-. 3600 IN DNSKEY", "-. 3600 IN RRSIG DNSKEY" },
	  .told = "the root has no DNSKEY" },
	{ .what = "no KSK", .edits = { "-. 3600 IN DNSKEY 257" },
	  .told = "no DNSKEY of the root is named by the trust anchors" },
	{ .what = "no ZSK", .edits = { "-. 3600 IN DNSKEY 256", "!48" },
	  .told = "which the zone does not have" },
	{ .what = "DNSKEY signed by the ZSK only", .edits = { "?48" },
	  .told = "which no trust anchor names" },
	{ .what = "SOA signed by the KSK", .zonemd = ZONEMD_IGNORE, .edits = { "?6" } },
	{ .what = "unsupported algorithm",
	  .edits = { "+. 3600 IN DNSKEY 256 3 253 AAAA", "!48", "-net. 86400 IN RRSIG DS",
	    "+net. 86400 IN RRSIG DS 253 1 86400 20260107000000 20260101000000 1277 . AAAA" },
	  .told = "RRSIG of 'net. DS' is of algorithm 253, which is not supported" },
	{ .what = "no RRSIG", .edits = { "-net. 86400 IN RRSIG DS" },
	  .told = "'net. DS' has no RRSIG" },
	{ .what = "no RRSIG of DNSKEY", .edits = { "-. 3600 IN RRSIG DNSKEY" },
	  .told = "'. DNSKEY' has no RRSIG" },
	{ .what = "expired", .later = MADE_ZONE_END - MADE_ZONE_TIME + 1,
	  .told = "expired 2026-01-07 00:00 UTC (validated at 2026-01-07 00:00:01 UTC)" },
	{ .what = "last second", .later = MADE_ZONE_END - MADE_ZONE_TIME },
	{ .what = "first second", .later = - 86400 },
	{ .what = "not yet", .later = - 86401,
	  .told = "is valid only from 2026-01-01 00:00 UTC (validated at 2025-12-31 23:59:59" },
	{ .what = "DS changed", .edits = { "~DS 2 13 2 2~DS 2 13 2 3" },
	  .told = "RRSIG of 'net. DS' by key" },
	{ .what = "signer changed",
	  .edits = { "~NS 13 0 518400 2026010700~NS 13 0 518400 2026010701" },
	  .told = "RRSIG of '. NS' by key" },
	{ .what = "algorithm changed", .edits = { "~RRSIG SOA 13 ~RRSIG SOA 8 " },
	  .told = "of algorithm 8, which the zone does" },
	{ .what = "labels", .edits = { "~RRSIG DS 13 1~RRSIG DS 13 0" },
	  .told = "is for a name of 0 labels" },
	{ .what = "signed TTL", .edits = { "~RRSIG DS 13 1 86400~RRSIG DS 13 1 86401" },
	  .told = "is 86400, but 86401 was signed" },
	{ .what = "TTL of RRSIG", .edits = { "~net. 86400 IN RRSIG~net. 5 IN RRSIG" },
	  .told = "TTL of the RRSIG of 'net. DS' is 5" },
	{ .what = "another signer",
	  .edits = {
	    "+net. 86400 IN RRSIG DS 13 1 86400 20260107000000 20260101000000 1 zz. AAAA" },
	  .told = "RRSIG of 'net. DS' is by 'zz.', not by '.'" },
	{ .what = "a bad signature beside a good one", .zonemd = ZONEMD_IGNORE,
	  .edits = {
	    "+net. 86400 IN RRSIG DS 13 1 86400 20250107000000 20250101000000 1 . AAAA" } },

	/* the digest */
	{ .what = "glue changed", .edits = { "~192.0.2.6~192.0.2.7" },
	  .told = "ZONEMD does not match" },
	{ .what = "glue changed, if-present", .zonemd = ZONEMD_IF_PRESENT,
	  .edits = { "~192.0.2.6~192.0.2.7" },
	  .told = "ZONEMD does not match" },
	{ .what = "glue changed, ignored", .zonemd = ZONEMD_IGNORE,
	  .edits = { "~192.0.2.6~192.0.2.7" } },
	{ .what = "NS changed", .edits = { "~NS a.ns.zz~NS c.ns.zz" },
	  .told = "ZONEMD does not match" },
	{ .what = "digest changed, not signed again",
	  .edits = { "~ZONEMD 2026010100~ZONEMD 2026010101" },
	  .told = "RRSIG of '. ZONEMD' by key" },
	{ .what = "serial", .edits = { "~ZONEMD 2026010100~ZONEMD 2026010101", ZONEMD },
	  .told = "ZONEMD is of serial 2026010101, the SOA's is 2026010100" },
	{ .what = "serial, if-present", .zonemd = ZONEMD_IF_PRESENT,
	  .edits = { "~ZONEMD 2026010100~ZONEMD 2026010101", ZONEMD },
	  .told = "ZONEMD is of serial 2026010101" },
	{ .what = "private hash",
	  .edits = { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 1 241", ZONEMD },
	  .told = "ZONEMD is of scheme 1 and hash 241, unsupported" },
	{ .what = "private hash, if-present", .zonemd = ZONEMD_IF_PRESENT,
	  .edits = { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 1 241", ZONEMD } },
	{ .what = "private scheme",
	  .edits = { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 240 1", ZONEMD },
	  .told = "ZONEMD is of scheme 240 and hash 1, unsupported" },
	{ .what = "length", .edits = { "~ZONEMD 2026010100 1 1~ZONEMD 2026010100 1 2", ZONEMD },
	  .told = "ZONEMD of hash 2 has a digest of 48 bytes, not 64" },
	{ .what = "two of one kind",
	  .edits = { "+. 86400 IN ZONEMD 2026010100 1 1 11223344", ZONEMD },
	  .told = "two ZONEMD of scheme 1 and hash 1" },
	{ .what = "one of two matches",
	  .edits = { "+. 86400 IN ZONEMD 2026010100 1 2 11223344", ZONEMD } },
	{ .what = "none, by policy require",
	  .edits = { "-. 86400 IN ZONEMD", "-. 86400 IN RRSIG ZONEMD", "~DNSKEY ZONEMD~DNSKEY",
		      "!47" },
	  .told = "the zone has no ZONEMD" },
	{ .what = "none, by policy if-present", .zonemd = ZONEMD_IF_PRESENT,
	  .edits = { "-. 86400 IN ZONEMD", "-. 86400 IN RRSIG ZONEMD", "~DNSKEY ZONEMD~DNSKEY",
		      "!47" } },
};

static char *text;      /* the made zone */

static int check_fault(const struct fault *fault)
{
	struct zone_error error;
	char *edited = made_zone_edit(text, fault->edits);
	struct zone *zone = made_zone_load(edited, fault->later, fault->zonemd, &error);
	int wrong = fault->told ? zone || !strstr(error.text, fault->told) : !zone;

	if (wrong)
		print_error("%s: expected '%s', got '%s'\n", fault->what,
			    fault->told ? fault->told : "accepted", zone ? "accepted" : error.text);
	/* One line, and it begins with the file's name. */
	if (!zone && (strchr(error.text, '\n') || strncmp(error.text, "/tmp/", 5)))
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

/* Whatever byte is changed, the zone is refused, or its records are what they were: case, white
 * space and the like. Nothing crashes. */
static void test_changed_bytes(void **state)
{
	size_t length = strlen(text), accepted = 0;
	struct zone_error error;
	char *changed = strdup(text);

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 1500; i++) {
		size_t at = rand() % length;
		struct zone *zone;

		changed[at] = (char)(1 + rand() % 255);
		zone = made_zone_load(changed, 0, ZONEMD_REQUIRE, &error);
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
	(void)state;
	text = made_zone();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_fault_has_its_message),
		cmocka_unit_test(test_changed_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
