// SPDX-License-Identifier: GPL-2.0-or-later
/* Cookies in the engine's replies: of every kind, with a question and without one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer_scene.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct cookie_secrets no_secrets;

/* "000a0008..." for a cookie of so many digits. */
static const char *cookie_option(const char *digits)
{
	static char option[200];

	snprintf(option, sizeof(option), "000a%04zx%s", strlen(digits) / 2, digits);
	return option;
}


/* Asks over both transports; over UDP last. */
static void expect_from(const struct zone *from, const struct query *query, const char *reply)
{
	static const enum transport transports[] = { TRANSPORT_TCP, TRANSPORT_UDP };

	for (int i = 0; i < 2; i++) {
		scene.asker.transport = transports[i];
		memset(&scene.answered, 0xAA, sizeof(scene.answered));
		ask_by(from, &scene.config, &scene.asker, query, &scene.answer, &scene.answered);
		assert_string_equal(tell(query, &scene.answer), reply);
	}
}

static void expect(const struct query *query, const char *reply)
{
	expect_from(scene.zone, query, reply);
}

/* A client cookie alone, a bad one, a valid one, none; COOKIE first, then NSID. */
static void test_answer(void **state)
{
	static const struct {
		const char *options, *given;
		bool valid;
	} rows[] = {
		{ "000a0008" CLIENT, GIVEN, false },
		{ "000a0018" BAD, GIVEN, false },
		{ "000a0018" FRESH, GIVEN, true },
		{ "000a0010" CLIENT "0100000000000000", GIVEN, false },
		{ "000a0028" FRESH "00000000000000000000000000000000", GIVEN, false },
		{ NSID_ASKED "000a0018" FRESH, GIVEN NSID_GIVEN, true },
		{ "000a0018" FRESH NSID_ASKED, GIVEN NSID_GIVEN, true },
		{ "ffff0002abcd" "000a0008" CLIENT "00080000", GIVEN, false },
		{ NSID_ASKED, NSID_GIVEN, false },
		{ "", "", false },
	};
	struct query query;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		ask_for(&query, "www.x.", A, IN);
		add_options(&query, 0, rows[i].options);
		expect(&query, REFERRAL);
		assert_options(rows[i].given);
		assert_int_equal(scene.answered.class, LIMIT_REFERRAL);
		assert_int_equal(scene.answered.cookie_valid, rows[i].valid);
	}
	ask_for(&query, "www.x.", A, IN);
	expect(&query, "NOERROR rd | - | x. NS | A*1");
	assert_false(scene.answered.cookie_valid);
}

/* A cookie is of its client: another's is not valid, and each gets its own. */
static void test_client(void **state)
{
	struct query query;

	(void)state;
	ask_for(&query, "www.x.", A, IN);
	add_options(&query, 0, "000a0018" FRESH);
	scene.asker.address.byte[15]++;
	expect(&query, REFERRAL);
	assert_false(scene.answered.cookie_valid);
	assert_memory_not_equal(answer_tail(8), "\x1f\x81\x30\xc3\xee\xe2\x94\x80",
				8);
	scene.asker.address.byte[15]--;
	scene.asker.time += 1799;
	expect(&query, REFERRAL);
	assert_true(scene.answered.cookie_valid);
	assert_options(GIVEN);
	scene.asker.time += 2400 - 1799; /* RFC 9018 A.2 */
	expect(&query, REFERRAL);
	assert_true(scene.answered.cookie_valid);
	assert_options("000a0018" CLIENT "010000005cf7a871d4a564a1442aca77");
}

/* Every reply with an OPT has it. */
static void test_every_reply(void **state)
{
	static const struct {
		const char *name;
		uint16_t type, class;
		const char *reply;
		enum limit_class counts_as;
	} rows[] = {
		{ ".", SOA, IN, "NOERROR aa rd | . SOA | - | OPT(1232)", LIMIT_ANSWER },
		{ "x.", DS, IN, "NOERROR aa rd | x. DS | - | OPT(1232)", LIMIT_ANSWER },
		{ ".", DS, IN, "NOERROR aa rd | - | . SOA | OPT(1232)", LIMIT_NODATA },
		{ "nope.", A, IN, "NXDOMAIN aa rd | - | . SOA | OPT(1232)", LIMIT_NXDOMAIN },
		{ "id.server.", TXT, CH, "NOERROR rd | id.server. TXT | - | OPT(1232)",
		  LIMIT_ANSWER },
		{ "x.server.", TXT, CH, "REFUSED rd | - | - | OPT(1232)", LIMIT_ERROR },
		{ "x.", A, HS, "REFUSED rd | - | - | OPT(1232)", LIMIT_ERROR },
		{ ".", AXFR, IN, "REFUSED rd | - | - | OPT(1232)", LIMIT_ERROR },
	};
	struct query query;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		ask_for(&query, rows[i].name, rows[i].type, rows[i].class);
		add_options(&query, 0, "000a0018" FRESH NSID_ASKED);
		expect(&query, rows[i].reply);
		assert_options(GIVEN NSID_GIVEN);
		assert_int_equal(scene.answered.class, rows[i].counts_as);
		assert_true(scene.answered.cookie_valid);
	}
}

static void test_errors(void **state)
{
	struct query query;

	(void)state;
	ask_for(&query, "x.", A, IN);
	add_options(&query, 1, "000a0008" CLIENT);
	expect(&query, "NOERROR rd | - | - | OPT(1232 BADVERS)");
	assert_options(GIVEN);
	assert_int_equal(scene.answered.class, LIMIT_ERROR);
	/* Malformed options: those before count, those behind don't. */
	ask_for(&query, "x.", A, IN);
	add_options(&query, 0, "000a0018" FRESH "00030009");
	expect(&query, "FORMERR rd | - | - | OPT(1232)");
	assert_options(GIVEN);
	assert_true(scene.answered.cookie_valid);
	assert_int_equal(scene.answered.class, LIMIT_ERROR);
	ask_for(&query, "x.", A, IN);
	add_options(&query, 0, "000a0003abcdef" "000a0018" FRESH);
	expect(&query, "FORMERR rd | - | - | OPT(1232)");
	assert_options("");
	assert_false(scene.answered.cookie_valid);

	ask_for(&query, "x.", A, IN);
	add_options(&query, 0, "000a0018" FRESH);
	expect_from(NULL, &query, "SERVFAIL rd | - | - | OPT(1232)");
	assert_options(GIVEN);
	assert_int_equal(scene.answered.class, LIMIT_ERROR);

	add_tsig(&query);
	expect(&query, "NOTAUTH rd | - | - | OPT(1232) TSIG");
	assert_memory_equal(scene.answer.bytes + 12 + 7 + 11, "\0\x0A\0\x18", 4);
	assert_int_equal(scene.answered.class, LIMIT_ERROR);
	assert_true(scene.answered.cookie_valid);
	ask_for(&query, "x.", A, IN); /* a SIG(0) does not matter, wherever it is */
	query_record(&query, 3, ".", SIG, ANY, "\0\0sig", 5);
	add_options(&query, 0, "000a0018" FRESH);
	expect(&query, REFERRAL);
	assert_options(GIVEN);

	ask_for(&query, "x.", A, IN); /* bare headers */
	query.bytes[5] = 2;
	add_options(&query, 0, "000a0018" FRESH);
	expect(&query, "FORMERR rd header");
	assert_int_equal(scene.answered.class, LIMIT_ERROR);
	assert_false(scene.answered.cookie_valid);
}

/* RFC 7873 5.2.2: of any length but 8 and 16 to 40, with or without secrets. */
static void test_lengths(void **state)
{
	static const struct cookie_secrets *const given[] = { &scene_secrets, &no_secrets, NULL };
	char digits[100];
	struct query query;

	(void)state;
	memset(digits, '7', sizeof(digits));
	for (size_t i = 0; i < 3 * 45; i++) {
		size_t length = i / 3;
		bool good = length == 8 || (length >= 16 && length <= 40);
		char cut[100] = "";

		memcpy(cut, digits, 2 * length);
		scene.config.cookies = given[i % 3];
		ask_for(&query, "x.", A, IN);
		add_options(&query, 0, cookie_option(cut));
		expect(&query, good ? REFERRAL : "FORMERR rd | - | - | OPT(1232)");
		if (!good || scene.config.cookies != &scene_secrets)
			assert_options("");
		else
			assert_memory_equal(answer_tail(28), "\0\x0A\0\x18wwwwwwww",
					    12);
	}
}

/* RFC 7873 5.2: of several, the first. */
static void test_first_counts(void **state)
{
	struct query query;

	(void)state;
	ask_for(&query, "x.", A, IN);
	add_options(&query, 0, "000a0008" CLIENT "000a0018" FRESH);
	expect(&query, REFERRAL);
	assert_options(GIVEN);
	assert_false(scene.answered.cookie_valid);
	ask_for(&query, "x.", A, IN);
	add_options(&query, 0, "000a0018" FRESH "000a0018" BAD);
	expect(&query, REFERRAL);
	assert_options(GIVEN);
	assert_true(scene.answered.cookie_valid);
	ask_for(&query, "x.", A, IN); /* the other one may be malformed */
	add_options(&query, 0, "000a0018" FRESH "000a0003abcdef");
	expect(&query, REFERRAL);
	assert_options(GIVEN);
}

/* A server without secrets knows no cookies (RFC 7873 5.2: as if the option were not there). */
static void test_no_secrets(void **state)
{
	static const struct cookie_secrets *const given[] = { &no_secrets, NULL };
	struct query query;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		scene.config.cookies = given[i];
		ask_for(&query, "x.", A, IN);
		add_options(&query, 0, "000a0018" FRESH NSID_ASKED);
		expect(&query, REFERRAL);
		assert_options(NSID_GIVEN);
		assert_false(scene.answered.cookie_valid);
		query_record(&query, 3, ".", SIG, ANY, "\0\0sig", 5);
		expect(&query, REFERRAL);
		assert_options(NSID_GIVEN);
		add_tsig(&query);
		expect(&query, "NOTAUTH rd | - | - | OPT(1232) TSIG");
		assert_false(scene.answered.cookie_valid);

		query_begin(&query, RD);
		add_options(&query, 0, "000a0018" FRESH);
		expect(&query, "FORMERR rd header");
		query_record(&query, 3, ".", SIG, ANY, "\0\0sig", 5);
		expect(&query, "FORMERR rd header");
		query_begin(&query, RD);
		add_options(&query, 1, "000a0018" FRESH);
		expect(&query, "FORMERR rd header");
		query_begin(&query, RD);
		add_options(&query, 0, "000a0003abcdef");
		expect(&query, "FORMERR rd header");
	}
}

/* RFC 7873 5.4: no question. */
static void test_alone(void **state)
{
	static const struct {
		uint8_t version;
		const char *options, *reply, *given;
		enum limit_class class;
		bool valid;
	} rows[] = {
		{ 0, "000a0008" CLIENT, "NOERROR rd alone | - | - | OPT(1232)", GIVEN,
		  LIMIT_ANSWER, false },
		{ 0, "000a0018" FRESH NSID_ASKED, "NOERROR rd alone | - | - | OPT(1232)",
		  GIVEN NSID_GIVEN, LIMIT_ANSWER, true },
		{ 0, "000a0018" BAD, "YXRRSET rd alone | - | - | OPT(1232 BADCOOKIE)", GIVEN,
		  LIMIT_ERROR, false },
		{ 0, "000a0010" CLIENT CLIENT, "YXRRSET rd alone | - | - | OPT(1232 BADCOOKIE)",
		  GIVEN, LIMIT_ERROR, false },
		{ 1, "000a0018" FRESH, "NOERROR rd alone | - | - | OPT(1232 BADVERS)", GIVEN,
		  LIMIT_ERROR, true },
		{ 0, "000a0018" FRESH "0003", "FORMERR rd alone | - | - | OPT(1232)", GIVEN,
		  LIMIT_ERROR, true },
		{ 0, "000a0003abcdef", "FORMERR rd alone | - | - | OPT(1232)", "", LIMIT_ERROR,
		  false },
		{ 0, NSID_ASKED, "FORMERR rd header", NULL, LIMIT_ERROR, false },
		{ 0, "", "FORMERR rd header", NULL, LIMIT_ERROR, false },
		{ 1, "", "FORMERR rd header", NULL, LIMIT_ERROR, false },
		{ 0, "00030001", "FORMERR rd header", NULL, LIMIT_ERROR, false },
	};
	struct query query;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		query_begin(&query, RD);
		add_options(&query, rows[i].version, rows[i].options);
		for (int sig0 = 0; sig0 < 2; sig0++) {
			expect(&query, rows[i].reply);
			if (rows[i].given)
				assert_options(rows[i].given);
			assert_int_equal(scene.answered.class, rows[i].class);
			assert_int_equal(scene.answered.cookie_valid, rows[i].valid);
			query_record(&query, 3, ".", SIG, ANY, "\0\0sig", 5);
		}
		/* No zone is needed. */
		expect_from(NULL, &query, rows[i].reply);
	}
}

static void test_alone_with_other_records(void **state)
{
	struct query query;

	(void)state;
	query_begin(&query, RD);
	add_options(&query, 0, "000a0008" CLIENT);
	add_tsig(&query);
	expect(&query, "NOTAUTH rd alone | - | - | OPT(1232) TSIG");
	assert_memory_equal(scene.answer.bytes + 12 + 11, "\0\x0A\0\x18", 4);
	query_begin(&query, RD);
	add_tsig(&query);
	expect(&query, "NOTAUTH rd alone | - | - | TSIG");
	query_begin(&query, RD);
	add_options(&query, 0, "");
	add_tsig(&query);
	expect(&query, "NOTAUTH rd alone | - | - | OPT(1232) TSIG");

	query_begin(&query, RD); /* a SIG(0) alone is not enough */
	query_record(&query, 3, ".", SIG, ANY, "\0\0sig", 5);
	expect(&query, "FORMERR rd header");
	query_begin(&query, RD);
	query_record(&query, 3, "x.", A, IN, "\1\2\3\4", 4);
	add_options(&query, 0, "000a0008" CLIENT);
	expect(&query, "FORMERR rd header");
	query_begin(&query, RD); /* two OPTs */
	add_options(&query, 0, "000a0008" CLIENT);
	add_options(&query, 0, "000a0008" CLIENT);
	expect(&query, "FORMERR rd header");
	query_begin(&query, RD); /* an authority record, and no question */
	query_record(&query, 2, ".", SOA, IN, "\0\0serialrefreshretryexpi", 22);
	add_options(&query, 0, "000a0008" CLIENT);
	expect(&query, "FORMERR rd header");
	query_begin(&query, NOTIFY);
	add_options(&query, 0, "000a0008" CLIENT);
	expect(&query, "REFUSED header");
	query_begin(&query, STATUS);
	add_options(&query, 0, "000a0008" CLIENT);
	expect(&query, "NOTIMPL header");
}

#define TEST(name) cmocka_unit_test_setup(name, scene_begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_answer),
		TEST(test_client),
		TEST(test_every_reply),
		TEST(test_errors),
		TEST(test_lengths),
		TEST(test_first_counts),
		TEST(test_no_secrets),
		TEST(test_alone),
		TEST(test_alone_with_other_records),
	};

	return cmocka_run_group_tests(tests, scene_open, scene_close);
}
