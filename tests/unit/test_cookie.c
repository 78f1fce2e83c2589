// SPDX-License-Identifier: GPL-2.0-or-later
/* SipHash and DNS cookies: the published vectors, and every boundary of a cookie's age. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cookie.h"
#include "hex.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* SipHash of 0, 1, ... 15 bytes that count from 0 on, under the key 00 01 ... 0f, as bytes of
 * memory: the authors' reference (Aumasson, Bernstein 2012), and an implementation in Python. */
static const char *const siphash_vectors[] = {
	"310e0edd47db6f72", "fd67dc93c539f874", "5a4fa9d909806c0d", "2d7efbd796666785",
	"b7877127e09427cf", "8da699cd64557618", "cee3fe586e46c9cb", "37d1018bf50002ab",
	"6224939a79f5f593", "b0e4a90bdf82009e", "f3b9dd94c5bb5d7a", "a7ad6b22462fb3f4",
	"fbe50e86bc8f1e75", "903d84c02756ea14", "eef27a8e90ca23f7", "e545be4961ca29a1",
};

static void test_siphash(void **state)
{
	uint8_t bytes[24] = { 0 }, wanted[8], got[8];
	struct siphash_key key;

	(void)state;
	for (size_t i = 0; i < 16; i++)
		bytes[i] = i;
	key.word[0] = little64(load64(bytes));
	key.word[1] = little64(load64(bytes + 8));
	for (size_t length = 0; length < LENGTH(siphash_vectors); length++) {
		struct siphash hash = siphash_begin(&key);
		uint64_t rest;

		if (length >= 8)
			siphash_add(&hash, little64(load64(bytes)));
		rest = little64(load64(bytes + length / 8 * 8));
		rest = length % 8 ? rest << (64 - 8 * (length % 8)) >> (64 - 8 * (length % 8)) : 0;
		store64(got, little64(siphash_end(&hash, rest, length)));
		assert_true(hex_decode(wanted, siphash_vectors[length], 8));
		assert_memory_equal(got, wanted, 8);
	}
}

static struct address address_from(const char *text)
{
	struct address address = { { [10] = 0xFF, [11] = 0xFF } };

	if (!inet_pton(AF_INET, text, address.byte + 12))
		assert_int_equal(inet_pton(AF_INET6, text, address.byte), 1);
	return address;
}

static struct siphash_key secret_from(const char *digits)
{
	uint8_t bytes[16];

	assert_true(hex_decode(bytes, digits, 16));
	return (struct siphash_key){ { little64(load64(bytes)), little64(load64(bytes + 8)) } };
}

/* A COOKIE option's data -> what read_cookie() makes of it; returns its length. */
static uint32_t cookie_from(const char *digits, struct cookie *cookie)
{
	uint8_t message[12 + 40];
	struct question question = { .cookie = 12, .cookie_length = strlen(digits) / 2 };

	assert_true(hex_decode(message + 12, digits, question.cookie_length));
	assert_true(read_cookie(message, message + 12 + question.cookie_length, &question,
				cookie));
	return question.cookie_length;
}

static void assert_cookie(const struct cookie *cookie, const char *digits)
{
	uint8_t wanted[DNS_OPTION_HEAD + COOKIE_SIZE] = { 0, 10, 0, COOKIE_SIZE };
	uint8_t got[DNS_OPTION_HEAD + COOKIE_SIZE];

	assert_true(hex_decode(wanted + DNS_OPTION_HEAD, digits, COOKIE_SIZE));
	write_cookie(got, cookie);
	assert_memory_equal(got, wanted, sizeof(got));
}

#define SECRET_A  "e5e973e5a6b2a43f48e7dc849e37bfcf"
#define OLD_OF_A4 "dd3bdf9344b678b185a6f5cb60fca715"
#define NEW_OF_A4 "445536bcd2513298075a5d379663c962"
#define CLIENT    "2464c4abcf10c957"
#define LEARNT    CLIENT "010000005cf79f111f8130c3eee29480"
#define LEARNT_AT 1559731985u
#define AT_HOME   "198.51.100.100"

/* RFC 9018 appendix A; the hashes were checked with an implementation in Python, too. */
static void test_rfc9018(void **state)
{
	static const struct {
		const char *name, *address, *secret[2], *cookie;
		uint32_t now;
		enum cookie_state state;
		const char *reply;
	} rows[] = {
		{ "A.1: a new one", AT_HOME, { SECRET_A }, CLIENT, LEARNT_AT, COOKIE_ALONE,
		  LEARNT },
		{ "A.2: renewed", AT_HOME, { SECRET_A }, LEARNT, 1559734385, COOKIE_VALID,
		  CLIENT "010000005cf7a871d4a564a1442aca77" },
		/* The reserved bytes are hashed as they came (4.2). When A.3's query comes, its
		 * cookie is almost two hours old. */
		{ "A.3: reserved bytes", "203.0.113.203", { SECRET_A },
		  "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1559727985 + 60, COOKIE_VALID,
		  "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5" },
		{ "A.3: too old", "203.0.113.203", { SECRET_A },
		  "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", 1559734700, COOKIE_BAD,
		  "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e" },
		{ "A.4: old secret, in use still", "2001:db8:220:1:59de:d0f4:8769:82b8",
		  { NEW_OF_A4, OLD_OF_A4 }, "22681ab97d52c298010000005cf7c57926556bd0934c72f8",
		  1559741961, COOKIE_VALID, "22681ab97d52c298010000005cf7c57926556bd0934c72f8" },
		{ "A.4: old secret, dropped", "2001:db8:220:1:59de:d0f4:8769:82b8", { NEW_OF_A4 },
		  "22681ab97d52c298010000005cf7c57926556bd0934c72f8", 1559741961, COOKIE_BAD,
		  "22681ab97d52c298010000005cf7c609a6bb79d16625507a" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct address address = address_from(rows[i].address);
		struct cookie_secrets secrets = { 0 };
		struct cookie cookie;
		uint32_t length;

		for (int k = 0; k < 2; k++)
			if (rows[i].secret[k])
				secrets.secret[secrets.count++] = secret_from(rows[i].secret[k]);
		length = cookie_from(rows[i].cookie, &cookie);
		if (judge_cookie(&cookie, length, &address, &secrets, rows[i].now) != rows[i].state)
			fail_msg("%s: another state", rows[i].name);
		assert_cookie(&cookie, rows[i].reply);
	}
}

static enum cookie_state judge(const char *digits, const char *address, uint32_t now,
			       const struct cookie_secrets *secrets, struct cookie *cookie)
{
	const struct address from = address_from(address);
	uint32_t length = cookie_from(digits, cookie);

	return judge_cookie(cookie, length, &from, secrets, now);
}

/* RFC 9018 4.3: at most an hour old, at most five minutes ahead; new after half an hour. */
static void test_age(void **state)
{
	const struct cookie_secrets secrets = { 1, { secret_from(SECRET_A) } };
	static const struct {
		int32_t age;
		enum cookie_state state;
		bool kept;
	} rows[] = {
		{ 0, COOKIE_VALID, true },	 { 1799, COOKIE_VALID, true },
		{ 1800, COOKIE_VALID, false },	 { 3600, COOKIE_VALID, false },
		{ 3601, COOKIE_BAD, false },	 { INT32_MAX, COOKIE_BAD, false },
		{ -300, COOKIE_VALID, true },	 { -301, COOKIE_BAD, false },
		{ INT32_MIN, COOKIE_BAD, false },
	};
	struct cookie cookie;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		uint32_t now = LEARNT_AT + rows[i].age;

		assert_int_equal(judge(LEARNT, AT_HOME, now, &secrets, &cookie), rows[i].state);
		assert_int_equal(host32(cookie.time), rows[i].kept ? LEARNT_AT : now);
	}
}

/* RFC 1982: time goes on from 2^32 - 1 to 0. */
static void test_wrap(void **state)
{
	const struct cookie_secrets secrets = { 1, { secret_from(SECRET_A) } };
	const struct address address = address_from(AT_HOME);
	struct cookie cookie, given;

	(void)state;
	cookie_from(CLIENT, &cookie);
	judge_cookie(&cookie, COOKIE_CLIENT_SIZE, &address, &secrets, UINT32_MAX - 9);
	given = cookie;
	assert_int_equal(judge_cookie(&cookie, COOKIE_SIZE, &address, &secrets, 1789),
			 COOKIE_VALID);
	assert_memory_equal(&cookie, &given, sizeof(cookie)); /* 1799 s old */
	assert_int_equal(judge_cookie(&cookie, COOKIE_SIZE, &address, &secrets, 3590),
			 COOKIE_VALID);
	assert_int_equal(host32(cookie.time), 3590);
	cookie = given;
	assert_int_equal(judge_cookie(&cookie, COOKIE_SIZE, &address, &secrets, 3591), COOKIE_BAD);

	cookie_from(CLIENT, &cookie); /* made ahead of the wrap, judged before it */
	judge_cookie(&cookie, COOKIE_CLIENT_SIZE, &address, &secrets, 5);
	given = cookie;
	assert_int_equal(judge_cookie(&cookie, COOKIE_SIZE, &address, &secrets, 5u - 300),
			 COOKIE_VALID);
	cookie = given;
	assert_int_equal(judge_cookie(&cookie, COOKIE_SIZE, &address, &secrets, 5u - 301),
			 COOKIE_BAD);
}

/* Every bit of a cookie, and who it was given to, counts; so do both secrets, and no third. */
static void test_forgery(void **state)
{
	struct cookie_secrets secrets = { 1, { secret_from(SECRET_A), secret_from(NEW_OF_A4) } };
	const struct address address = address_from(AT_HOME);
	struct cookie good, cookie;

	(void)state;
	cookie_from(LEARNT, &good);
	for (size_t bit = 0; bit < 8 * COOKIE_SIZE; bit++) {
		uint8_t bytes[sizeof(cookie)];

		memcpy(bytes, &good, sizeof(bytes));
		bytes[bit / 8] ^= 1 << bit % 8;
		memcpy(&cookie, bytes, sizeof(bytes));
		assert_int_equal(judge_cookie(&cookie, COOKIE_SIZE, &address, &secrets, LEARNT_AT),
				 COOKIE_BAD);
	}
	assert_int_equal(judge(LEARNT, "198.51.100.101", LEARNT_AT, &secrets, &cookie), COOKIE_BAD);
	/* The IPv6 address with the same last bytes. */
	assert_int_equal(judge(LEARNT, "::198.51.100.100", LEARNT_AT, &secrets, &cookie),
			 COOKIE_BAD);
	assert_int_equal(judge(LEARNT, AT_HOME, LEARNT_AT, &secrets, &cookie), COOKIE_VALID);

	secrets.secret[1] = secrets.secret[0];
	secrets.secret[0] = secret_from(NEW_OF_A4);
	assert_int_equal(judge(LEARNT, AT_HOME, LEARNT_AT, &secrets, &cookie), COOKIE_BAD);
	secrets.count = 2;
	assert_int_equal(judge(LEARNT, AT_HOME, LEARNT_AT, &secrets, &cookie), COOKIE_VALID);
	assert_cookie(&cookie, LEARNT);
	/* Renewed, it is made with the first secret. */
	assert_int_equal(judge(LEARNT, AT_HOME, LEARNT_AT + 1800, &secrets, &cookie),
			 COOKIE_VALID);
	secrets.count = 1;
	assert_int_equal(judge_cookie(&cookie, COOKIE_SIZE, &address, &secrets, LEARNT_AT + 1800),
			 COOKIE_VALID);
}

/* Server cookies of others' lengths (RFC 7873 4: 8 to 32 bytes) are well formed, and not ours. */
static void test_lengths(void **state)
{
	const struct cookie_secrets secrets = { 1, { secret_from(SECRET_A) } };
	char digits[81];
	struct cookie cookie;

	(void)state;
	memset(digits, '0', 80);
	memcpy(digits, LEARNT, strlen(LEARNT));
	for (size_t length = 16; length <= 40; length++) {
		char cut[81] = "";

		memcpy(cut, digits, 2 * length);
		assert_int_equal(judge(cut, AT_HOME, LEARNT_AT, &secrets, &cookie),
				 length == COOKIE_SIZE ? COOKIE_VALID : COOKIE_BAD);
		assert_cookie(&cookie, LEARNT);
	}
	/* At time 0 the all-zero reading of such a one is no cookie either. */
	assert_int_equal(judge(CLIENT "0000000000000000", AT_HOME, 0, &secrets, &cookie),
			 COOKIE_BAD);
}

/* The sum that the kernel adds to its checksum is that of the bytes. */
static void test_sum(void **state)
{
	uint8_t option[DNS_OPTION_HEAD + COOKIE_SIZE];
	struct cookie cookie;
	uint64_t sum = 0;

	(void)state;
	cookie_from(LEARNT, &cookie);
	write_cookie(option, &cookie);
	for (size_t i = 0; i < sizeof(option); i += 2)
		sum += load16(option + i);
	assert_int_equal(sum_fold(sum_cookie(&cookie)), sum_fold(sum));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash), cmocka_unit_test(test_rfc9018),
		cmocka_unit_test(test_age),	cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_forgery), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
