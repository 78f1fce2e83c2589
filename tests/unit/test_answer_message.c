// SPDX-License-Identifier: GPL-2.0-or-later
/* Header, errors and EDNS of the answer engine: every row of the order of precedence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer_wire.h"
#include "answer_zone.h"

enum { A = 1, SOA = 6, SIG = 24, KEY = 25, OPT = 41, TSIG = 250, IXFR = 251, AXFR = 252 };
enum { IN = 1, CH = 3, HS = 4, NONE = 254, ANY = 255 };
enum { NOTIFY = 4 << 11, UPDATE = 5 << 11, STATUS = 2 << 11, RD = 0x0100, CD = 0x0010 };

static struct zone *zone;
static struct answer answer;

static int begin(void **state)
{
	(void)state;
	zone = hand_zone(". SOA a. b. 1 2 3 4 5\n"
			 ". NS a.\n"
			 "x. NS ns.x.\n"
			 "ns.x. A 192.0.2.1\n");
	return 0;
}

static int end(void **state)
{
	(void)state;
	hand_zone_free(zone);
	return 0;
}

static void expect_from(const struct zone *from, const struct query *query, const char *reply)
{
	ask(from, TRANSPORT_UDP, query, &answer);
	assert_string_equal(tell(query, &answer), reply);
	ask(from, TRANSPORT_TCP, query, &answer);
	assert_string_equal(tell(query, &answer), reply);
}

static void expect(const struct query *query, const char *reply)
{
	expect_from(zone, query, reply);
}

/* A query whose flags are given and that ends before any OPT. */
static void plain(struct query *query, uint16_t flags)
{
	query_begin(query, flags);
	query_question(query, "www.x.", A, IN);
}

#define REFERRAL "NOERROR rd | - | x. NS | A*1"
#define FORMERR_HEADER "FORMERR rd header"

static void test_silence(void **state)
{
	struct query query;

	(void)state;
	plain(&query, RD | 0x8000);
	expect(&query, "silence");
	plain(&query, RD);
	for (query.length = 0; query.length < 12; query.length++)
		expect(&query, "silence");
	expect(&query, FORMERR_HEADER); /* a header, and a question that is not there */
}

static void test_header(void **state)
{
	struct query query;

	(void)state;
	plain(&query, 0);
	expect(&query, "NOERROR | - | x. NS | A*1");
	/* AA, TC, RA, Z, AD, CD and RCODE of a query say nothing; tell() sees that none comes back */
	plain(&query, RD | 0x06FF);
	expect(&query, REFERRAL);
	query_begin(&query, RD);
	query_question(&query, "wWw.X.", A, IN); /* tell() compares the question's bytes */
	expect(&query, REFERRAL);
	query_append(&query, "behind the last record", 22);
	expect(&query, REFERRAL);
}

static void test_opcodes(void **state)
{
	static const uint16_t others[] = { 1, 2, 3, 5, 6, 7, 14, 15 };
	struct query query;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		plain(&query, others[i] << 11 | RD);
		expect(&query, "NOTIMPL rd header");
		assert_int_equal(answer.bytes[2] >> 3 & 0xF, others[i]);
	}
	plain(&query, NOTIFY);
	expect(&query, "REFUSED header");
	/* the opcode comes before what is wrong with the rest */
	query_begin(&query, UPDATE);
	expect(&query, "NOTIMPL header");
}

static void test_counts(void **state)
{
	struct query query;

	(void)state;
	query_begin(&query, RD);
	expect(&query, FORMERR_HEADER);
	query_opt(&query, 1232, true, 0, NULL, 0);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD);
	query_question(&query, "x.", A, IN);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD);
	query_record(&query, 1, "x.", A, IN, "\1\2\3\4", 4);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD);
	query_record(&query, 2, "x.", SOA, IN, "\1\2\3\4", 4);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD);
	query.bytes[11] = 1; /* an additional record that is not there */
	expect(&query, FORMERR_HEADER);
}

/* QNAME: no pointers, no other label types, at most 255 bytes, and type and class behind it. */
static void test_question(void **state)
{
	struct query query;

	(void)state;
	query_begin(&query, RD);
	query.bytes[5] = 1;
	query_append(&query, "\1x\xC0\x0C\0\1\0\1", 8);
	expect(&query, FORMERR_HEADER);
	query.length = 12;
	query_append(&query, "\x41x\0\0\1\0\1", 7);
	expect(&query, FORMERR_HEADER);
	query.length = 12;
	query_append(&query, "\x81x\0\0\1\0\1", 7);
	expect(&query, FORMERR_HEADER);

	plain(&query, RD);
	while (query.length > 13) {
		query.length--;
		expect(&query, FORMERR_HEADER);
	}
}

static void test_name_length(void **state)
{
	struct query query;

	(void)state;
	for (size_t last = 60; last <= 62; last++) { /* 3 * 64 + 1 + last + 1 bytes */
		query_begin(&query, RD);
		for (size_t label = 0; label < 3; label++) {
			query_append(&query, "\x3F", 1);
			for (size_t i = 0; i < 63; i++)
				query_append(&query, "a", 1);
		}
		query_append(&query, (uint8_t[]){ last - 2 }, 1);
		for (size_t i = 0; i < last - 2; i++)
			query_append(&query, "b", 1);
		query_append(&query, "\1x\0\0\1\0\1", 7);
		query.bytes[5] = 1;
		/* 255 bytes are a name, 256 are none */
		expect(&query, last <= 61 ? REFERRAL : FORMERR_HEADER);
	}
}

static void test_records(void **state)
{
	struct query query;

	(void)state;
	plain(&query, RD);
	query_record(&query, 3, "x.", A, IN, "\1\2\3\4", 4);
	expect(&query, FORMERR_HEADER);
	query_opt(&query, 1232, false, 0, NULL, 0);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD); /* a second OPT */
	query_opt(&query, 1232, false, 0, NULL, 0);
	query_opt(&query, 1232, false, 0, NULL, 0);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD); /* an OPT with a name */
	query_record(&query, 3, "x.", OPT, 1232, NULL, 0);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD); /* an OPT cut short */
	query_opt(&query, 1232, false, 0, "\0\x08\0\0", 4);
	query.length--;
	expect(&query, FORMERR_HEADER);
	plain(&query, RD); /* a record behind a good OPT that is not there */
	query_opt(&query, 1232, false, 0, NULL, 0);
	query.bytes[11] = 2;
	expect(&query, FORMERR_HEADER);
	plain(&query, RD); /* a SIG that signs a type is no SIG(0) */
	query_record(&query, 3, ".", SIG, ANY, "\0\1rest", 6);
	expect(&query, FORMERR_HEADER);
}

/* RFC 6891. */
static void test_edns(void **state)
{
	static const char cookie[] = "\0\x0A\0\10" "a client";
	static const char unknown[] = "\xFF\xFE\0\4abcd\0\3\0\0";
	struct query query;

	(void)state;
	plain(&query, RD);
	query_opt(&query, 0, false, 0, NULL, 0);
	expect(&query, REFERRAL " OPT(1232)");
	plain(&query, RD);
	query_opt(&query, 65535, true, 0, unknown, sizeof(unknown) - 1);
	expect(&query, REFERRAL " OPT(1232 do)");
	plain(&query, RD); /* flags other than DO don't come back */
	query_opt(&query, 1232, true, 0, cookie, sizeof(cookie) - 1);
	query.bytes[query.length - (sizeof(cookie) - 1) - 3] = 0xFF;
	query.bytes[query.length - (sizeof(cookie) - 1) - 4] = 0xFF;
	expect(&query, REFERRAL " OPT(1232 do)");
	assert_memory_equal(answer.bytes + answer.length - 4, "\x80\0\0\0", 4);

	plain(&query, RD);
	query_opt(&query, 1232, true, 1, NULL, 0);
	expect(&query, "NOERROR rd | - | - | OPT(1232 do BADVERS)");
	/* the version comes before the options, and those before the class */
	query_begin(&query, RD);
	query_question(&query, "x.", A, CH);
	query_opt(&query, 1232, false, 1, "\0\1\0\5abcd", 8);
	expect(&query, "NOERROR rd | - | - | OPT(1232 BADVERS)");
	query_begin(&query, RD);
	query_question(&query, "x.", A, CH);
	query_opt(&query, 1232, true, 0, "\0\1\0\5abcd", 8);
	expect(&query, "FORMERR rd | - | - | OPT(1232 do)");
	plain(&query, RD); /* half an option's head */
	query_opt(&query, 1232, true, 0, "\0\1\0", 3);
	expect(&query, "FORMERR rd | - | - | OPT(1232 do)");
	plain(&query, RD); /* other records come before the options */
	query_opt(&query, 1232, true, 0, "\0\1\0", 3);
	query_record(&query, 3, "x.", A, IN, "\1\2\3\4", 4);
	expect(&query, FORMERR_HEADER);
}

static void test_refused(void **state)
{
	static const uint16_t classes[] = { 0, 2, CH, HS, NONE, ANY, 65535 };
	static const uint16_t types[] = { AXFR, IXFR };
	static const uint8_t soa[22];
	struct query query;

	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		query_begin(&query, RD);
		query_question(&query, "hostname.bind.", 16, classes[i]);
		expect(&query, "REFUSED rd | - | - | -");
		query_opt(&query, 1232, true, 0, NULL, 0);
		expect(&query, "REFUSED rd | - | - | OPT(1232 do)");
	}
	for (size_t i = 0; i < 2; i++) {
		query_begin(&query, RD);
		query_question(&query, ".", types[i], IN);
		expect(&query, "REFUSED rd | - | - | -");
	}
	/* RFC 1995 3: the client's SOA in the authority section */
	query_record(&query, 2, ".", SOA, IN, soa, sizeof(soa));
	expect(&query, "REFUSED rd | - | - | -");
	query_opt(&query, 1232, false, 0, NULL, 0);
	expect(&query, "REFUSED rd | - | - | OPT(1232)");
	query_begin(&query, RD);
	query_question(&query, ".", AXFR, IN);
	query_record(&query, 2, ".", SOA, IN, soa, sizeof(soa));
	expect(&query, FORMERR_HEADER);
}

static void test_no_zone(void **state)
{
	struct query query;

	(void)state;
	plain(&query, RD);
	expect_from(NULL, &query, "SERVFAIL rd | - | - | -");
	query_opt(&query, 1232, true, 0, NULL, 0);
	expect_from(NULL, &query, "SERVFAIL rd | - | - | OPT(1232 do)");
	query_begin(&query, RD);
	query_question(&query, ".", AXFR, IN);
	expect_from(NULL, &query, "REFUSED rd | - | - | -");
}

#define ALGORITHM "\x0Bhmac-sha256"
#define TSIG_TIME "\0\0\x5F\x01\x02\x03\x01\x2C"

static void add_tsig(struct query *query, const char *key)
{
	static const char rdata[] = ALGORITHM "\0" TSIG_TIME "\0\4macs\x12\x34\0\0\0\2xy";

	query_record(query, 3, key, TSIG, ANY, rdata, sizeof(rdata) - 1);
}

/* RFC 8945 5.2.1, 5.3.2. */
static void test_tsig(void **state)
{
	static const char record[] = "\3key\0\0\xFA\0\xFF\0\0\0\0\0\x1D" ALGORITHM "\0" TSIG_TIME
				     "\0\0\x12\x34\0\x11\0\0";
	struct query query;

	(void)state;
	plain(&query, RD);
	add_tsig(&query, "key.");
	expect(&query, "NOTAUTH rd | - | - | TSIG");
	assert_memory_equal(answer.bytes + answer.length - (sizeof(record) - 1), record,
			    sizeof(record) - 1);
	plain(&query, RD); /* before BADVERS; TSIG is the last record of the reply */
	query_opt(&query, 1232, true, 1, NULL, 0);
	add_tsig(&query, "key.");
	expect(&query, "NOTAUTH rd | - | - | OPT(1232 do) TSIG");
	assert_memory_equal(answer.bytes + answer.length - (sizeof(record) - 1), record,
			    sizeof(record) - 1);

	/* not the last record, or two of them: malformed (RFC 8945 5.1) */
	plain(&query, RD);
	add_tsig(&query, "key.");
	query_opt(&query, 1232, true, 0, NULL, 0);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD);
	add_tsig(&query, "key.");
	add_tsig(&query, "key.");
	expect(&query, FORMERR_HEADER);
	plain(&query, RD); /* of class ANY only */
	query_record(&query, 3, "key.", TSIG, IN, record + 15, sizeof(record) - 16);
	expect(&query, FORMERR_HEADER);
	plain(&query, RD); /* no time, no ID, but all that remains reads as empty fields */
	query_record(&query, 3, "key.", TSIG, ANY, "\0\0\0\0\0", 5);
	expect(&query, FORMERR_HEADER);
	for (size_t length = 0; length < sizeof(record) - 16; length++) {
		plain(&query, RD);
		query_record(&query, 3, "key.", TSIG, ANY, record + 15, length);
		expect(&query, FORMERR_HEADER);
	}
}

/* A key's name that points into the question is sent back whole; loops are malformed. */
static void test_tsig_compressed(void **state)
{
	static const char rest[] = "\0\xFA\0\xFF\0\0\0\0\0\x1D" ALGORITHM "\0" TSIG_TIME
				   "\0\0\x12\x34\0\0\0\0";
	struct query query;

	(void)state;
	plain(&query, RD);
	query_append(&query, "\1k\xC0\x0C", 4);
	query_append(&query, rest, sizeof(rest) - 1);
	query.bytes[11] = 1;
	expect(&query, "NOTAUTH rd | - | - | TSIG");
	assert_memory_equal(answer.bytes + query.length - 4 - (sizeof(rest) - 1),
			    "\1k\3www\1x\0\0\xFA", 11);

	plain(&query, RD);
	query_append(&query, (uint8_t[]){ 0xC0, query.length }, 2);
	query_append(&query, rest, sizeof(rest) - 1);
	query.bytes[11] = 1;
	expect(&query, FORMERR_HEADER);
}

/* A BADKEY that exceeds 512 bytes says so without its TSIG. */
static void test_tsig_long(void **state)
{
	char key[260] = "", rdata[300] = "", *at = rdata;
	struct query query;

	(void)state;
	for (size_t label = 0; label < 3; label++) {
		memset(key + label * 64, 'k', 63);
		key[label * 64 + 63] = '.';
		*at++ = 63;
		memset(at, 'a', 63);
		at += 63;
	}
	*at++ = 0;
	memcpy(at, TSIG_TIME "\0\0\x12\x34\0\0\0\0", 16);
	query_begin(&query, RD);
	query_question(&query, key, A, IN);
	query_record(&query, 3, key, TSIG, ANY, rdata, at + 16 - rdata);
	ask(zone, TRANSPORT_UDP, &query, &answer);
	assert_string_equal(tell(&query, &answer), "NOTAUTH tc rd | - | - | -");
	ask(zone, TRANSPORT_TCP, &query, &answer);
	assert_string_equal(tell(&query, &answer), "NOTAUTH rd | - | - | TSIG");
}

/* RFC 2931 3.2: ignored without error. */
static void test_sig0(void **state)
{
	static const char rdata[] = "\0\0\x08\0\0\0\0\0\1\2\3\4\1\2\3\4\1\2\3key\0signature";
	struct query query;

	(void)state;
	plain(&query, RD);
	query_record(&query, 3, ".", SIG, ANY, rdata, sizeof(rdata) - 1);
	expect(&query, REFERRAL);
	plain(&query, RD);
	query_opt(&query, 1232, true, 0, NULL, 0);
	query_record(&query, 3, ".", SIG, ANY, rdata, sizeof(rdata) - 1);
	expect(&query, REFERRAL " OPT(1232 do)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_opcodes),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_name_length),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_edns),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_zone),
		cmocka_unit_test(test_tsig),
		cmocka_unit_test(test_tsig_compressed),
		cmocka_unit_test(test_tsig_long),
		cmocka_unit_test(test_sig0),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
