// SPDX-License-Identifier: GPL-2.0-or-later
/* NSID and CHAOS identity: the options, the engine's replies, and what the kernel is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer_wire.h"
#include "answer_zone.h"
#include "identity.h"
#include "sum.h"

enum { NS = 2, TXT = 16, ANY = 255, IN = 1, CH = 3, RD = 0x0100 };

#define NSID_ASKED "\0\3\0\0"
#define COOKIE_OF_9 "\0\12\0\11" "a client!"
#define NSID_GIVEN "\0\3\0\4\xde\xad\0\1"
#define NSID_LENGTH 8

static struct zone *zone;
static struct answer_config config;
static uint8_t nsid[NSID_MAX];
static struct answer answer;

static int begin(void **state)
{
	(void)state;
	zone = hand_zone(". SOA a. b. 1 2 3 4 5\n"
			 ". NS a.\n"
			 "x. NS ns.x.\n"
			 "x. NS ns.y.\n"
			 "y. NS ns.y.\n"
			 "ns.x. A 192.0.2.1\n"
			 "ns.y. A 192.0.2.2\n");
	config = (struct answer_config){ .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
	assert_null(identity_take(&config, "fra1"));
	assert_null(version_take(&config, "none of it"));
	assert_null(nsid_take(&config, nsid, "0xDEad0001"));
	return 0;
}

static int end(void **state)
{
	(void)state;
	hand_zone_free(zone);
	return 0;
}

/* Over UDP and over TCP, with `options` in the OPT unless that is NULL. */
static void expect(struct query *query, const char *options, size_t length, const char *reply)
{
	if (options)
		query_opt(query, 1232, false, 0, options, length);
	ask_as(zone, &config, TRANSPORT_TCP, query, &answer);
	assert_string_equal(tell(query, &answer), reply);
	ask_as(zone, &config, TRANSPORT_UDP, query, &answer);
	assert_string_equal(tell(query, &answer), reply);
}

static void question(struct query *query, const char *name, uint16_t type, uint16_t class)
{
	query_begin(query, RD);
	query_question(query, name, type, class);
}

/* The reply ends with our NSID option, in an OPT that says so. */
static void assert_nsid(void)
{
	assert_memory_equal(answer.bytes + answer.length - NSID_LENGTH - 2, "\0\10" NSID_GIVEN,
			    NSID_LENGTH + 2);
}

static void assert_no_nsid(void)
{
	assert_memory_equal(answer.bytes + answer.length - 2, "\0\0", 2);
}

static void test_chaos(void **state)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "hostname.bind.", "\4fra1" },
		{ "HostName.BIND.", "\4fra1" },
		{ "id.server.", "\4fra1" },
		{ "version.bind.", "\012none of it" },
		{ "VERSION.server.", "\012none of it" },
	};
	struct query query;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t length = strlen(rows[i].text);
		uint8_t wanted[32] = { 0xC0, 12, 0, TXT, 0, CH, 0, 0, 0, 0, 0, length };
		char told[100], name[32] = "";

		for (size_t j = 0; rows[i].name[j]; j++)
			name[j] = rows[i].name[j] | ('a' - 'A');
		snprintf(told, sizeof(told), "NOERROR rd | %s TXT | - | -", name);
		memcpy(wanted + 12, rows[i].text, length);
		question(&query, rows[i].name, TXT, CH);
		expect(&query, NULL, 0, told);
		assert_int_equal(answer.length, query.length + 12 + length);
		assert_memory_equal(answer.bytes + query.length, wanted, 12 + length);

		snprintf(told, sizeof(told), "NOERROR rd | %s TXT | - | OPT(1232)", name);
		expect(&query, NSID_ASKED, 4, told);
		assert_nsid();
	}
}

static void test_refused(void **state)
{
	static const char *const names[] = { ".", "bind.", "id.serves.", "authors.bind.",
					     "a.id.server.", "hostname.server.", "id.bind.",
					     "versionx.bind.", "hostname.bine." };
	const struct answer_config whole = config;
	struct query query;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		question(&query, names[i], TXT, CH);
		expect(&query, NULL, 0, "REFUSED rd | - | - | -");
	}
	question(&query, "id.server.", ANY, CH);
	expect(&query, NSID_ASKED, 4, "REFUSED rd | - | - | OPT(1232)");
	assert_nsid();
	question(&query, "id.server.", TXT, 4);
	expect(&query, NULL, 0, "REFUSED rd | - | - | -");

	config.identity_length = 0;
	question(&query, "id.server.", TXT, CH);
	expect(&query, NULL, 0, "REFUSED rd | - | - | -");
	config.version_length = 0;
	question(&query, "version.bind.", TXT, CH);
	expect(&query, NULL, 0, "REFUSED rd | - | - | -");
	config = whole;
}

/* Without a zone we still know who we are. */
static void test_no_zone(void **state)
{
	struct query query;

	(void)state;
	question(&query, "id.server.", TXT, CH);
	ask_as(NULL, &config, TRANSPORT_UDP, &query, &answer);
	assert_string_equal(tell(&query, &answer), "NOERROR rd | id.server. TXT | - | -");
	question(&query, "x.", NS, IN);
	query_opt(&query, 1232, false, 0, NSID_ASKED, 4);
	ask_as(NULL, &config, TRANSPORT_UDP, &query, &answer);
	assert_string_equal(tell(&query, &answer), "SERVFAIL rd | - | - | OPT(1232)");
	assert_nsid();
}

static void test_nsid(void **state)
{
	const struct answer_config whole = config;
	struct query query;

	(void)state;
	question(&query, "x.", NS, IN);
	expect(&query, NSID_ASKED, 4, "NOERROR rd | - | x. NS*2 | A*2 OPT(1232)");
	assert_nsid();
	question(&query, "x.", NS, IN); /* not asked for */
	expect(&query, "\0\4\0\0", 4, "NOERROR rd | - | x. NS*2 | A*2 OPT(1232)");
	assert_no_nsid();
	question(&query, "x.", NS, IN); /* twice, behind another option, with data */
	expect(&query, "\0\4\0\1a" NSID_ASKED "\0\3\0\2zz", 15,
	       "NOERROR rd | - | x. NS*2 | A*2 OPT(1232)");
	assert_nsid();
	assert_int_not_equal(answer.bytes[answer.length - NSID_LENGTH - 3], NSID_GIVEN[1]);
	question(&query, "x.", NS, IN); /* malformed behind it */
	expect(&query, NSID_ASKED "\0\4\0\1", 8, "FORMERR rd | - | - | OPT(1232)");
	assert_nsid();
	question(&query, "x.", NS, IN);
	query_opt(&query, 1232, false, 1, NSID_ASKED, 4);
	expect(&query, NULL, 0, "NOERROR rd | - | - | OPT(1232 BADVERS)");
	assert_nsid();
	question(&query, "x.", NS, IN); /* behind a COOKIE of 9 bytes */
	expect(&query, COOKIE_OF_9 NSID_ASKED, 17, "FORMERR rd | - | - | OPT(1232)");
	assert_nsid();
	question(&query, "x.", NS, IN);
	query_opt(&query, 1232, false, 1, COOKIE_OF_9 NSID_ASKED, 17);
	expect(&query, NULL, 0, "NOERROR rd | - | - | OPT(1232 BADVERS)");
	assert_nsid();

	config.nsid_length = 0;
	question(&query, "x.", NS, IN);
	expect(&query, NSID_ASKED, 4, "NOERROR rd | - | x. NS*2 | A*2 OPT(1232)");
	assert_no_nsid();
	config = whole;
}

/* NSID counts: the longer it is, the less glue fits, and in the end not even the referral. */
static void test_size(void **state)
{
	static char name[300];
	struct answer_config long_nsid = config;
	static uint8_t bytes[NSID_MAX];
	size_t forms = 0, glue = SIZE_MAX;
	struct zone *many = hand_zone(". SOA a. b. 1 2 3 4 5\n"
				      ". NS a.\n"
				      "x. NS ns.x.\n"
				      "x. NS n1.y.\n"
				      "x. NS n2.y.\n"
				      "x. NS n3.y.\n"
				      "x. NS n4.y.\n"
				      "x. NS n5.y.\n"
				      "y. NS n1.y.\n"
				      "ns.x. A 192.0.2.1\n"
				      "n1.y. A 192.0.2.2\n"
				      "n2.y. A 192.0.2.3\n"
				      "n3.y. A 192.0.2.4\n"
				      "n4.y. A 192.0.2.5\n"
				      "n5.y. A 192.0.2.6\n");
	struct query query;

	(void)state;
	memset(bytes, 'n', sizeof(bytes));
	long_nsid.nsid = bytes;
	long_nsid.max_udp_size = ANSWER_UDP_SIZE_LEAST;
	for (size_t i = 0; i < 250; i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	strcpy(name + 250, "x.");
	for (uint16_t length = 1; length <= NSID_MAX; length++) {
		const char *told;
		size_t given;

		long_nsid.nsid_length = length;
		question(&query, name, NS, IN);
		query_opt(&query, 4096, false, 0, NSID_ASKED, 4);
		ask_as(many, &long_nsid, TRANSPORT_UDP, &query, &answer);
		told = tell(&query, &answer);
		assert_true(answer.length <= ANSWER_UDP_SIZE_LEAST);
		assert_memory_equal(answer.bytes + answer.length - length, bytes, length);
		given = strstr(told, " tc ") ? 0 : atoi(strstr(told, " A*") + 3);
		assert_true(given <= glue);
		/* a glue record that was left out would not have fitted */
		assert_true(given == 6 || !given || answer.length + 16 > ANSWER_UDP_SIZE_LEAST);
		forms += given != glue;
		glue = given;
	}
	assert_int_equal(glue, 0);
	assert_true(forms > 5);
	hand_zone_free(many);
}

/* The longest texts are given whole, in the smallest reply. */
static void test_longest(void **state)
{
	static uint8_t bytes[CHAOS_TEXT_MAX];
	const struct answer_config longest = {
		.max_udp_size = ANSWER_UDP_SIZE_LEAST, .nsid = bytes, .nsid_length = NSID_MAX,
		.identity = bytes, .identity_length = CHAOS_TEXT_MAX, .version = bytes,
		.version_length = CHAOS_TEXT_MAX,
	};
	struct query query;

	(void)state;
	memset(bytes, 'v', sizeof(bytes));
	question(&query, "version.server.", TXT, CH);
	query_opt(&query, 512, true, 0, NSID_ASKED, 4);
	ask_as(zone, &longest, TRANSPORT_UDP, &query, &answer);
	assert_string_equal(tell(&query, &answer),
			    "NOERROR rd | version.server. TXT | - | OPT(512 do)");
	assert_int_equal(answer.length, 12 + 16 + 4 + 13 + 255 + 11 + 4 + 128);
}

static void test_options(void **state)
{
	static const char *const wrong_nsids[] = { "", "0x", "0x1", "0x123", "0xgg", "0x12 4", "0x-1" };
	struct answer_config read = { 0 };
	uint8_t room[NSID_MAX];
	char text[400] = "0x";

	(void)state;
	for (size_t i = 0; i < sizeof(wrong_nsids) / sizeof(*wrong_nsids); i++)
		assert_non_null(nsid_take(&read, room, wrong_nsids[i]));
	memset(text + 2, 'a', 258);
	assert_non_null(nsid_take(&read, room, text));
	text[258] = 0;
	assert_null(nsid_take(&read, room, text));
	assert_int_equal(read.nsid_length, NSID_MAX);
	assert_int_equal(room[NSID_MAX - 1], 0xAA);
	memset(text, 'a', 256);
	text[256] = 0;
	assert_non_null(identity_take(&read, text));
	assert_non_null(version_take(&read, ""));
	assert_int_equal(read.identity_length, 0);
	text[255] = 0;
	assert_null(version_take(&read, text));
	assert_int_equal(read.version_length, 255);
	assert_non_null(nsid_take(&read, room, text));
	text[NSID_MAX] = 0;
	assert_null(nsid_take(&read, room, text));
	assert_null(nsid_take(&read, room, "0Xa"));
	assert_int_equal(read.nsid_length, 3);
}

/* What the kernel gets is what the engine sends. */
static void test_render(void **state)
{
	const struct answer_config nobody = { .max_udp_size = 1232 };
	struct identity identity;
	struct query query;

	(void)state;
	identity_render(&config, &identity);
	question(&query, "id.server.", TXT, CH);
	ask_as(zone, &config, TRANSPORT_UDP, &query, &answer);
	assert_int_equal(identity.hostname.length, answer.length - query.length);
	assert_memory_equal(identity.hostname.bytes, answer.bytes + query.length,
			    identity.hostname.length);
	assert_int_equal(identity.hostname.sum,
			 body_sum(answer.bytes + query.length, identity.hostname.length));
	assert_int_equal(identity.version.length, 13 + strlen("none of it"));
	assert_int_equal(identity.nsid_length, 4);
	assert_int_equal(identity.nsid_sum, body_sum((const uint8_t *)NSID_GIVEN, NSID_LENGTH));

	identity_render(&nobody, &identity);
	assert_int_equal(identity.hostname.length + identity.version.length + identity.nsid_length,
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chaos),	cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_zone), cmocka_unit_test(test_nsid),
		cmocka_unit_test(test_size),	cmocka_unit_test(test_longest),
		cmocka_unit_test(test_options), cmocka_unit_test(test_render),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
