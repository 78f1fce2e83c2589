// SPDX-License-Identifier: GPL-2.0-or-later
/* What a cookie takes of a reply's size, and the replies that a rate limit cuts down: slips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer_scene.h"
#include "answer_zone.h"
#include "hex.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Twenty name servers in their own domain: more than 512 bytes, and no glue can be left out. */
static struct zone *big_zone(void)
{
	char text[4096] = ". SOA a. b. 1 2 3 4 5\n. NS a.\n";
	size_t length = strlen(text);

	for (int i = 10; i < 30; i++)
		length += sprintf(text + length,
				  "big. NS n%d.big.\nn%d.big. A 192.0.2.%d\n", i, i, i);
	return hand_zone(text);
}

static size_t length_at(const struct zone *from, uint16_t size, const char *options)
{
	uint8_t bytes[64];
	struct query query;

	assert_true(hex_decode(bytes, options, strlen(options) / 2));
	ask_for(&query, "big.", NS, IN);
	query_opt(&query, size, false, 0, bytes, strlen(options) / 2);
	ask_by(from, &scene.config, &scene.asker, &query, &scene.answer, &scene.answered);
	assert_int_equal(scene.answered.class, LIMIT_REFERRAL); /* truncated or not */
	return scene.answer.bytes[2] & 2 ? 0 : scene.answer.length;
}

/* The COOKIE option's 28 bytes are part of what the client's size holds. */
static void test_size(void **state)
{
	struct zone *big = big_zone();
	size_t plain;

	(void)state;
	scene.asker.transport = TRANSPORT_UDP;
	plain = length_at(big, 1232, "");
	assert_in_range(plain, 600, 1100);
	assert_int_equal(length_at(big, plain, ""), plain);
	assert_int_equal(length_at(big, plain - 1, ""), 0);
	assert_int_equal(length_at(big, plain + 28, "000a0008" CLIENT), plain + 28);
	assert_int_equal(length_at(big, plain + 27, "000a0008" CLIENT), 0);
	assert_options(GIVEN);
	assert_int_equal(scene.answer.length, 12 + 9 + 11 + 28);
	assert_int_equal(length_at(big, plain + 36, NSID_ASKED "000a0008" CLIENT), plain + 36);
	assert_int_equal(length_at(big, plain + 35, NSID_ASKED "000a0008" CLIENT), 0);
	assert_options(GIVEN NSID_GIVEN);
	scene.config.cookies = NULL;
	assert_int_equal(length_at(big, plain, "000a0008" CLIENT), plain);
	hand_zone_free(big);
}

/* The longest options beside the longest question leave the smallest size unharmed. */
static void test_longest(void **state)
{
	static const uint8_t longest[CHAOS_TEXT_MAX] = { 'n' };
	char name[260] = "";
	struct query query;

	(void)state;
	scene.config.max_udp_size = ANSWER_UDP_SIZE_LEAST;
	scene.config.nsid = scene.config.identity = longest;
	scene.config.nsid_length = NSID_MAX;
	scene.config.identity_length = CHAOS_TEXT_MAX;
	for (size_t i = 0; i < 252; i++)
		name[i] = i % 42 == 41 ? '.' : 'a';
	strcpy(name + 252, "x");
	ask_for(&query, name, A, IN);
	add_options(&query, 0, "000a0008" CLIENT NSID_ASKED);
	scene.asker.transport = TRANSPORT_UDP;
	ask_by(scene.zone, &scene.config, &scene.asker, &query, &scene.answer, &scene.answered);
	assert_string_equal(tell(&query, &scene.answer), "NOERROR rd | - | x. NS | A*1 OPT(512)");
	ask_for(&query, "hostname.bind.", TXT, CH);
	add_options(&query, 0, "000a0008" CLIENT NSID_ASKED);
	ask_by(scene.zone, &scene.config, &scene.asker, &query, &scene.answer, &scene.answered);
	assert_string_equal(tell(&query, &scene.answer),
			    "NOERROR rd | hostname.bind. TXT | - | OPT(512)");
	assert_int_equal(scene.answer.length, 12 + 19 + 13 + 255 + 11 + 28 + 4 + 128);
}

/* Asks once as ever and once for a slip: the same flags and class, TC=1, and an OPT at most. */
static void expect_slip(const struct zone *from, const struct query *query, const char *reply)
{
	struct answered whole;
	uint8_t flags[2];

	ask_by(from, &scene.config, &scene.asker, query, &scene.answer, &whole);
	memcpy(flags, scene.answer.bytes + 2, 2);
	scene.asker.slip = true;
	ask_by(from, &scene.config, &scene.asker, query, &scene.answer, &scene.answered);
	scene.asker.slip = false;
	assert_string_equal(tell(query, &scene.answer), reply);
	assert_int_equal(scene.answer.bytes[2], flags[0] | 2);
	assert_int_equal(scene.answer.bytes[3], flags[1]);
	assert_int_equal(scene.answered.class, whole.class);
	assert_int_equal(scene.answered.cookie_valid, whole.cookie_valid);
}

static void test_slip(void **state)
{
	static const struct {
		const char *name;
		uint16_t type, class;
		const char *reply;
	} rows[] = {
		{ "www.x.", A, IN, "NOERROR tc rd | - | - |" },
		{ ".", SOA, IN, "NOERROR aa tc rd | - | - |" },
		{ "x.", DS, IN, "NOERROR aa tc rd | - | - |" },
		{ ".", DS, IN, "NOERROR aa tc rd | - | - |" },
		{ "nope.", A, IN, "NXDOMAIN aa tc rd | - | - |" },
		{ "id.server.", TXT, CH, "NOERROR tc rd | - | - |" },
		{ "x.server.", TXT, CH, "REFUSED tc rd | - | - |" },
		{ ".", AXFR, IN, "REFUSED tc rd | - | - |" },
	};
	struct query query;
	char reply[100];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		ask_for(&query, rows[i].name, rows[i].type, rows[i].class);
		snprintf(reply, sizeof(reply), "%s -", rows[i].reply);
		expect_slip(scene.zone, &query, reply);
		add_options(&query, 0, "000a0018" BAD NSID_ASKED);
		snprintf(reply, sizeof(reply), "%s OPT(1232)", rows[i].reply);
		expect_slip(scene.zone, &query, reply);
		assert_options(GIVEN NSID_GIVEN);
	}
}

static void test_slip_of_errors(void **state)
{
	struct query query;

	(void)state;
	ask_for(&query, "x.", A, IN);
	expect_slip(NULL, &query, "SERVFAIL tc rd | - | - | -");
	add_options(&query, 1, "000a0008" CLIENT);
	expect_slip(scene.zone, &query, "NOERROR tc rd | - | - | OPT(1232 BADVERS)");
	assert_options(GIVEN);
	add_tsig(&query);
	expect_slip(scene.zone, &query, "NOTAUTH tc rd | - | - | OPT(1232)");
	ask_for(&query, "x.", A, IN);
	add_options(&query, 0, "000a0003abcdef");
	expect_slip(scene.zone, &query, "FORMERR tc rd | - | - | OPT(1232)");

	query_begin(&query, RD);
	add_options(&query, 0, "000a0008" CLIENT);
	expect_slip(scene.zone, &query, "NOERROR tc rd alone | - | - | OPT(1232)");
	query_begin(&query, RD);
	add_options(&query, 0, "000a0018" BAD);
	expect_slip(scene.zone, &query, "YXRRSET tc rd alone | - | - | OPT(1232 BADCOOKIE)");

	query_begin(&query, RD);
	expect_slip(scene.zone, &query, "FORMERR tc rd header");
	query_begin(&query, STATUS);
	expect_slip(scene.zone, &query, "NOTIMPL tc header");
	query_begin(&query, NOTIFY);
	expect_slip(scene.zone, &query, "REFUSED tc header");
}

/* What gets no reply says nothing of it either. */
static void test_silence(void **state)
{
	struct query query;

	(void)state;
	ask_for(&query, "x.", A, IN);
	query.bytes[2] |= 0x80;
	scene.answered = (struct answered){ .class = LIMIT_NODATA, .cookie_valid = true };
	ask_by(scene.zone, &scene.config, &scene.asker, &query, &scene.answer, &scene.answered);
	assert_int_equal(scene.answer.length, 0);
	assert_int_equal(scene.answered.class, LIMIT_NODATA);
	assert_true(scene.answered.cookie_valid);
}

#define TEST(name) cmocka_unit_test_setup(name, scene_begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_size),
		TEST(test_longest),
		TEST(test_slip),
		TEST(test_slip_of_errors),
		TEST(test_silence),
	};

	return cmocka_run_group_tests(tests, scene_open, scene_close);
}
