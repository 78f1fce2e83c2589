// SPDX-License-Identifier: GPL-2.0-or-later
/* Trust anchors: IANA's root-anchors.xml as it is and changed, its dates, and kinds that we do not
 * know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anchors.h"
#include "arena.h"
#include "draft.h"
#include "zone.h"
#include "zone_maker.h"

#define IANA_FILE "tests/data/root-anchors.xml"

static char *iana; /* its text */

/* The names of the anchors of a file that are used at that time, each with a newline behind it, or
 * the error after the file's name; until the next call. */
static const char *used_of(const char *file, const char *time)
{
	static char text[4096];
	struct zone_policy policy = { .trust_anchors = file };
	struct zone_error error = { "" };
	struct draft zone = { .policy = &policy, .error = &error, .arena = zone_arena_new() };
	struct anchors *anchors = malloc(sizeof(*anchors));

	assert_true(zone_time_parse(time, &policy.validate_at));
	text[0] = '\0';
	if (!anchors_read(&zone, anchors))
		snprintf(text, sizeof(text), "%s", error.text + (file ? strlen(file) : 0));
	else
		for (size_t i = 0; i < anchors->count; i++)
			strcat(strcat(text, anchors->anchor[i].name), "\n");
	free(anchors);
	zone_arena_free(zone.arena);
	return text;
}

static const char *used(const char *text, const char *time)
{
	char *file = temporary_file(text);
	const char *names = used_of(file, time);

	unlink(file);
	free(file);
	return names;
}

#define KSK_2010 "Kjqmt7v (key 19036)\n"
#define KSK_2017 "Klajeyz (key 20326)\n"
#define KSK_2024 "Kmyv6jo (key 38696)\n"

static void test_dates(void **state)
{
	static const char *const cases[][2] = {
		{ "2010-07-14T23:59:59Z", ": no anchor is valid at 2010-07-14 23:59:59 UTC: "
					  "Kjqmt7v (key 19036) from 2010-07-15 00:00 UTC, "
					  "Klajeyz (key 20326) from 2017-02-02 00:00 UTC, "
					  "Kmyv6jo (key 38696) from 2024-07-18 00:00 UTC: "
					  "fetch the file anew, or check the clock" },
		{ "2010-07-15T00:00:00Z", KSK_2010 },
		{ "2017-02-02T00:00:00Z", KSK_2010 KSK_2017 },
		{ "2019-01-10T23:59:59Z", KSK_2010 KSK_2017 },
		{ "2019-01-11T00:00:00Z", KSK_2017 },
		{ "2026-08-01T00:00:00Z", KSK_2017 KSK_2024 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(used_of(IANA_FILE, cases[i][0]), cases[i][1]);
	/* IANA's, built in, are those of today. */
	assert_string_equal(used_of(NULL, "2026-08-01T00:00:00Z"),
			    "DS of key 20326\nDS of key 38696\n");
}

/* The last one's dates: whatever way they are written. */
static void test_forms_of_dates(void **state)
{
	static const struct {
		const char *from, *last_before, *first;
	} cases[] = {
		{ "2024-07-18T00:00:00Z", "2024-07-17T23:59:59Z", "2024-07-18T00:00:00Z" },
		{ "2024-07-18T00:00:00", "2024-07-17T23:59:59Z", "2024-07-18T00:00:00Z" },
		{ " 2024-07-18T00:00:00.250Z\n", "2024-07-17T23:59:59Z", "2024-07-18T00:00:00Z" },
		{ "2024-07-18T02:30:00+02:30", "2024-07-17T23:59:59Z", "2024-07-18T00:00:00Z" },
		{ "2024-07-18T00:00:00.5-14:00", "2024-07-18T13:59:59Z", "2024-07-18T14:00:00Z" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char edit[128], *text;
		const char *edits[8] = { edit };

		snprintf(edit, sizeof(edit), "~2024-07-18T00:00:00+00:00~%s", cases[i].from);
		text = made_zone_edit(iana, edits);
		assert_string_equal(used(text, cases[i].last_before), KSK_2017);
		assert_string_equal(used(text, cases[i].first), KSK_2017 KSK_2024);
		free(text);
	}
}

static void test_what_changes_nothing(void **state)
{
	static const char *const cases[][8] = {
		{ "-<?xml" },
		{ "~<?xml~\xEF\xBB\xBF<?xml" },
		{ "~<?xml version=\"1.0\" encoding=\"UTF-8\"?>~\n\t <!-- our own -->\n" },
		{ "~UTF-8~ISO-8859-1" },
		{ "~<TrustAnchor ~<TrustAnchor more=\"a &amp; b\" ",
		  "~id=\"Kj~hash=\"x\" id=\"Kj" },
		{ "~<Zone>~<Zones><KeyDigest><KeyTag>x</KeyTag></KeyDigest>&lt;</Zones><Zone>" },
		{ "~<KeyTag>~<Key><KeyTag>7</KeyTag><Zone>com.</Zone> text</Key><KeyTag>" },
		{ "~<KeyTag>~<Zone>com.</Zone><TrustAnchor/><KeyTag>" },
		{ "~    <Zone>~<Digest>11</Digest><Zone>", "~<Zone>.~<Zone> \n .\t" },
		{ "~<Zone>.</Zone>~", "~</TrustAnchor>~<Zone>.</Zone></TrustAnchor>" },
		{ "~>38696~>\n\t 038696 <!-- 1 -->\n" },
		{ "~>683D2D0A~>\n683d2d0a\n  " },
		{ "~683D2D0A~683<!-- -->D2<?x y?>D0<![CDATA[A]]>" },
		{ "~>AwEAAa96~>\n  AwEA\r\n Aa96" },
		{ "~>38696~>3&#56;696" },
		{ "-        <PublicKey>", "-        <Flags>" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = made_zone_edit(iana, cases[i]);

		assert_string_equal(used(text, "2026-08-01T00:00:00Z"), KSK_2017 KSK_2024);
		free(text);
	}
}

static void test_ids(void **state)
{
	static const char *const cases[][2] = {
		{ "~ id=\"Kmyv6jo\"~", "(key 38696)\n" },
		{ "~Kmyv6jo~", "(key 38696)\n" },
		{ "~Kmyv6jo~a&#10;b\xC3\xA9 c&#9;", "a?b???c? (key 38696)\n" },
		{ "~Kmyv6jo~0123456789abcdefghijklmnopqrstuvwxyz",
		  "0123456789abcdefghijklmn (key 38696)\n" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *edits[8] = { cases[i][0], "~20326~20326" };
		char *text = made_zone_edit(iana, edits);
		const char *names = used(text, "2026-08-01T00:00:00Z");

		assert_memory_equal(names, KSK_2017, strlen(KSK_2017));
		assert_string_equal(names + strlen(KSK_2017), cases[i][1]);
		free(text);
	}
}

static void test_bad_files(void **state)
{
	static const struct {
		const char *edits[8], *told;
	} cases[] = {
		{ { "~<Trust~<Mistrust", "~</Trust~</Mistrust" },
		  ":2: XML whose outermost element is not TrustAnchor" },
		{ { "~<Trust~<x:Trust", "~</Trust~</x:Trust" },
		  ":2: XML whose outermost element is not TrustAnchor" },
		{ { "~<TrustAnchor~<!DOCTYPE TrustAnchor SYSTEM \"/etc/passwd\">\n<TrustAnchor" },
		  ":2: XML with a DOCTYPE" },
		{ { "~<TrustAnchor~<!DOCTYPE x [<!ENTITY a \"19036\">]>\n<TrustAnchor",
		    "~19036~&a;" },
		  ":2: XML with a DOCTYPE" },
		{ { "~19036~&a;" }, ":5: not well-formed XML (undefined entity)" },
		{ { "~</KeyTag>~" }, ":6: KeyTag has an element in it" },
		{ { "~</KeyDigest>~" }, ":26: not well-formed XML (mismatched tag)" },
		{ { "~</TrustAnchor>~" }, "not well-formed XML (no element found)" },
		{ { "~</TrustAnchor>~</TrustAnchor><TrustAnchor/>" },
		  ":26: not well-formed XML (junk after document element)" },
		{ { "~UTF-8~KOI8-R" }, ":1: not well-formed XML (unknown encoding)" },
		{ { "~19036~19\xFF" },
		  ":5: not well-formed XML (not well-formed (invalid token))" },
		{ { "~<Zone>.</Zone>~" }, ": TrustAnchor has no Zone" },
		{ { "~<Zone>.~<Zone>arpa." }, ":3: Zone is not '.'" },
		{ { "~<Zone>.~<Zone>" }, ":3: Zone is not '.'" },
		{ { "~<Zone>.</Zone>~<Zone>.</Zone><Zone>.</Zone>" }, ":3: Zone is there twice" },
		{ { "~<Zone>.~<Zone><b/>." }, ":3: Zone has an element in it" },
		{ { "~<Zone>~key <Zone>" }, ":3: text that is in no element" },
		{ { "~</KeyTag>~</KeyTag>8" }, ":5: text that is in no element" },
		{ { "~        <KeyTag>19036</KeyTag>~" }, ":9: KeyDigest lacks one of KeyTag" },
		{ { "-        <Digest>" }, ": KeyDigest lacks one of KeyTag, Algorithm" },
		{ { "-        <PublicKey>" }, ": KeyDigest has one of PublicKey and Flags" },
		{ { "-        <Flags>" }, ": KeyDigest has one of PublicKey and Flags" },
		{ { "~<KeyTag>~<KeyTag>1</KeyTag><KeyTag>" }, ":5: KeyTag is there twice" },
		{ { "~19036~65536" }, ":5: KeyTag is not a number up to 65535" },
		{ { "~19036~-1" }, ":5: KeyTag is not a number" },
		{ { "~19036~1 9036" }, ":5: KeyTag is not a number" },
		{ { "~19036~" }, ":5: KeyTag is not a number" },
		{ { "~19036~99999999999999999999" }, ":5: KeyTag is not a number" },
		{ { "~Algorithm>8~Algorithm>256" }, ":6: Algorithm is not a number up to 255" },
		{ { "~Type>2~Type>SHA-256" }, ":7: DigestType is not a number up to 255" },
		{ { "~Flags>257~Flags>0x101" }, ":16: Flags is not a number up to 65535" },
		{ { "~49AA~49A" }, ":8: Digest is not of hexadecimal digits" },
		{ { "~49AA~49AX" }, ":8: Digest is not of hexadecimal digits" },
		{ { "~49AA~" }, ":9: KeyDigest's Digest has not the length" },
		{ { "~49AA~49AA49AA" }, ":9: KeyDigest's Digest has not the length" },
		{ { "~Type>2~Type>4" }, ":9: KeyDigest's Digest has not the length" },
		{ { "~AwEAAaz/~AwEAAaz_" }, ":15: PublicKey is not base64" },
		{ { "~AwEAAaz/~AwEAAaz+" },
		  ":17: KeyDigest's PublicKey and Flags do not match its K" },
		{ { "~Flags>257~Flags>256" },
		  ":17: KeyDigest's PublicKey and Flags do not match its KeyTag" },
		{ { "~E06D~E06E" },
		  ":17: KeyDigest's PublicKey and Flags do not match its Digest" },
		{ { "~20326~20327" },
		  ":17: KeyDigest's PublicKey and Flags do not match its KeyTag" },
		{ { "~validFrom=\"2010-07-15T00:00:00+00:00\"~" },
		  ":4: KeyDigest has no validFrom" },
		{ { "~2010-07-15T~2010-07-15 " }, ":4: KeyDigest's validFrom is no time" },
		{ { "~2010-07-15~2010-02-30" }, ":4: KeyDigest's validFrom is no time" },
		{ { "~2010-07-15T00:00:00+00:00~2010-07-15" },
		  ":4: KeyDigest's validFrom is no t" },
		{ { "~2010-07-15T00:00:00+00:00~" }, ":4: KeyDigest's validFrom is no time" },
		{ { "~2010-07-15T00:00:00+00:00~1279152000" },
		  ":4: KeyDigest's validFrom is no t" },
		{ { "~00+00:00~00+15:00" }, ":4: KeyDigest's validFrom is no time" },
		{ { "~00+00:00~00+00:60" }, ":4: KeyDigest's validFrom is no time" },
		{ { "~00+00:00~00.Z" }, ":4: KeyDigest's validFrom is no time" },
		{ { "~00+00:00~00 CET" }, ":4: KeyDigest's validFrom is no time" },
		{ { "~2019-01-11T00:00:00+00:00~never" }, ":4: KeyDigest's validUntil is no time" },
		{ { "^    <KeyDigest", "+</TrustAnchor>" }, ":4: TrustAnchor has no KeyDigest" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = made_zone_edit(iana, cases[i].edits);
		const char *got = used(text, "2026-08-01T00:00:00Z");

		if (!strstr(got, cases[i].told) || strchr(got, '\n'))
			fail_msg("%s: expected '%s', got '%s'", cases[i].edits[0], cases[i].told,
				 got);
		free(text);
	}
}

/* `head`, then `part` so many times, then `tail`. */
static char *long_text(const char *head, const char *part, unsigned count, const char *tail)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs(head, out);
	for (unsigned i = 0; i < count; i++)
		fputs(part, out);
	fputs(tail, out);
	fclose(out);
	return text;
}

#define DIGEST                                                                                     \
	"<KeyDigest validFrom='2020-01-01T00:00:00Z'><KeyTag>1</KeyTag><Algorithm>8</Algorithm>"   \
	"<DigestType>1</DigestType><Digest>0000000000000000000000000000000000000000</Digest>"      \
	"</KeyDigest>\n"
#define HEAD "<TrustAnchor><Zone>.</Zone>"
#define TAIL "</TrustAnchor>"

static void test_huge_files(void **state)
{
	static const struct {
		const char *head, *part;
		unsigned count;
		const char *tail, *told;
	} cases[] = {
		{ HEAD, DIGEST, 1, TAIL, "(key 1)\n" },
		{ HEAD, DIGEST, 64, TAIL, "(key 1)\n(key 1)\n" },
		{ HEAD, DIGEST, 65, TAIL, ":65: too many KeyDigests" },
		{ HEAD DIGEST, "<a>", 300000, TAIL, "not well-formed XML (mismatched tag)" },
		{ HEAD DIGEST, "<a b='c'/>", 100000, TAIL, "(key 1)\n" },
		{ HEAD DIGEST "<a ", "b='' ", 10000, "/>" TAIL, "(duplicate attribute)" },
		{ HEAD DIGEST "<!--", "          ", 110000, "-->" TAIL,
		  ": XML of more than 1 MiB" },
		{ HEAD, " ", 1000, "<KeyDigest validFrom='2020-01-01T00:00:00Z'><KeyTag>1",
		  "not well-formed XML (no element found)" },
		{ HEAD "<KeyDigest validFrom='2020-01-01T00:00:00Z'><PublicKey>", "AAAA", 4097, "",
		  "PublicKey is too long" },
		{ "", ". IN DS 1 8 1 0000000000000000000000000000000000000000\n", 65, "",
		  ":65: more than 64 trust anchors" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = long_text(cases[i].head, cases[i].part, cases[i].count, cases[i].tail);
		const char *got = used(text, "2026-08-01T00:00:00Z");

		if (!strstr(got, cases[i].told))
			fail_msg("case %u: expected '%s', got '%s'", i, cases[i].told, got);
		free(text);
	}
}

/* Of kinds that we do not know: skipped while another is left (RFC 4035 5.2, RFC 6840 5.2). */
static void test_unknown_kinds(void **state)
{
	static const char *const cases[][3] = {
		{ ". IN DS 1 8 77 11\n. IN DS 2 8 2 22\n", NULL, "DS of key 2\n" },
		{ ". IN DS 1 200 2 11\n. IN DNSKEY 257 3 8 AwEAAQ==\n", NULL,
		  "DNSKEY of key 1803\n" },
		{ ". IN DS 1 8 77 11\n. IN DS 2 3 2 22\n. IN DNSKEY 257 3 1 AwEAAQ==\n", NULL,
		  ": no anchor is of a kind that is supported: DS of key 1 (algorithm 8, digest type "
		  "77), DS of key 2 (algorithm 3, digest type 2), DNSKEY of key 256 (algorithm 1): "
		  "give others, or look for a newer rootxdp" },
		{ NULL, "~20326</KeyTag>\n        <Algorithm>8~20326</KeyTag><Algorithm>99",
		  ": KeyDigest's PublicKey and Flags do not match its KeyTag" },
		{ NULL, "~683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16~11",
		  ": KeyDigest's Digest has not the length" },
		{ NULL,
		  "~2</DigestType>\n        <Digest>683D2D0ACB8C9B712A1948B27F741219298D0A450D612C48"
		  "3AF444A4C0FB2B16~99</DigestType><Digest>1122",
		  KSK_2017 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *edits[8] = { cases[i][1] };
		char *text = made_zone_edit(cases[i][0] ? cases[i][0] : iana, edits);
		const char *got = used(text, "2026-08-01T00:00:00Z");

		if (got[0] == ':' ? !strstr(got, cases[i][2]) : strcmp(got, cases[i][2]) != 0)
			fail_msg("case %u: expected '%s', got '%s'", i, cases[i][2], got);
		free(text);
	}
}

static void test_long_lists_are_cut(void **state)
{
	char *text = long_text(HEAD, DIGEST, 20, TAIL);
	const char *got = used(text, "2019-01-01T00:00:00Z");

	(void)state;
	if (!strstr(got, ", (key 1) from 2020-01-01 00:00 UTC, ...: fetch the file anew"))
		fail_msg("got '%s'", got);
	free(text);
}

/* A made zone, by its key in XML: as a digest, with the key beside it, and beside others. */
static void test_zone_by_xml(void **state)
{
	char *text = made_zone(), *anchor = made_zone_anchor(), *xml, *file, *zone_file;
	struct zone_policy policy = { .validate_at = MADE_ZONE_TIME };
	struct zone_error error;
	unsigned tag;
	char digest[65];
	struct zone *zone;

	(void)state;
	assert_int_equal(sscanf(strstr(anchor, "DS"), "DS %u 13 2 %64s", &tag, digest), 2);
	assert_true(asprintf(&xml,
			     HEAD DIGEST "<KeyDigest validFrom='2026-01-01T00:00:00Z' "
					 "validUntil='2026-01-03T00:00:00Z'><KeyTag>%u</KeyTag>"
					 "<Algorithm>13</Algorithm><DigestType>2</DigestType>"
					 "<Digest>%s</Digest></KeyDigest>" TAIL,
			     tag, digest) > 0);
	file = temporary_file(xml);
	zone_file = temporary_file(text);
	policy.trust_anchors = file;
	zone = zone_load(zone_file, &policy, &error);
	assert_non_null(zone);
	zone_free(zone);
	policy.validate_at += 86400;
	assert_null(zone_load(zone_file, &policy, &error));
	if (!strstr(error.text, "no DNSKEY of the root is named by the trust anchors"))
		fail_msg("got '%s'", error.text);
	unlink(file), unlink(zone_file);
	free(file), free(zone_file), free(xml), free(text), free(anchor);
}

static int set_up(void **state)
{
	FILE *in = fopen(IANA_FILE, "r");
	size_t size = 0;

	(void)state;
	if (!in || getdelim(&iana, &size, '\0', in) < 0)
		return -1;
	fclose(in);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(iana);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_forms_of_dates),
		cmocka_unit_test(test_what_changes_nothing),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_huge_files),
		cmocka_unit_test(test_unknown_kinds),
		cmocka_unit_test(test_long_lists_are_cut),
		cmocka_unit_test(test_zone_by_xml),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
