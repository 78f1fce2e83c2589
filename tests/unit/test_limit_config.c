// SPDX-License-Identifier: GPL-2.0-or-later
/* Options of the rate limit: numbers, exempt prefixes, and what becomes of them. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "limit.h"
#include "limit_config.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_numbers(void **state)
{
	static const struct {
		const char *(*take)(struct limit_config *config, const char *value);
		size_t field;
		const char *good[2], *bad[6];
		uint32_t value[2];
	} rows[] = {
		{ limit_rate_take, offsetof(struct limit_config, rate), { "1", "1000000" },
		  { "0", "1000001", "", "-1", "5/s", " 5" }, { 1, 1000000 } },
		{ limit_slip_take, offsetof(struct limit_config, slip), { "0", "1000" },
		  { "1001", "", "-0", "two", "+1", "18446744073709551617" }, { 0, 1000 } },
		{ limit_ipv4_prefix_take, offsetof(struct limit_config, ipv4_prefix), { "1", "32" },
		  { "0", "33", "/24", "", "24 ", "0x8" }, { 1, 32 } },
		{ limit_ipv6_prefix_take, offsetof(struct limit_config, ipv6_prefix), { "1", "64" },
		  { "0", "65", "128", "", "-56", "56.0" }, { 1, 64 } },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct limit_config config = limit_config_default();
		const uint32_t *field = (const void *)((const char *)&config + rows[i].field);
		uint32_t before = *field;

		for (size_t k = 0; k < 6; k++) {
			assert_non_null(rows[i].take(&config, rows[i].bad[k]));
			assert_int_equal(*field, before);
		}
		for (size_t k = 0; k < 2; k++) {
			assert_null(rows[i].take(&config, rows[i].good[k]));
			assert_int_equal(*field, rows[i].value[k]);
		}
	}
}

static struct address address_from(const char *text)
{
	struct address address = { { [10] = 0xFF, [11] = 0xFF } };

	if (!inet_pton(AF_INET, text, address.byte + 12))
		assert_int_equal(inet_pton(AF_INET6, text, address.byte), 1);
	return address;
}

static void test_prefixes(void **state)
{
	static const struct {
		const char *text;
		uint32_t length;
		const char *inside, *outside;
	} rows[] = {
		{ "192.0.2.0/24", 120, "192.0.2.255", "192.0.3.0" },
		{ "192.0.2.7", 128, "192.0.2.7", "192.0.2.6" },
		{ "192.0.2.7/32", 128, "192.0.2.7", "192.0.2.5" },
		{ "198.51.100.128/25", 121, "198.51.100.128", "198.51.100.127" },
		{ "198.51.100.4/31", 127, "198.51.100.5", "198.51.100.6" },
		{ "0.0.0.0/0", 96, "255.255.255.255", "2001:db8::" },
		{ "128.0.0.0/1", 97, "128.0.0.0", "127.255.255.255" },
		{ "2001:db8::/32", 32, "2001:db8:ffff::1", "2001:db9::" },
		{ "2001:db8::7", 128, "2001:db8::7", "2001:db8::8" },
		{ "2001:DB8:0:8000::/49", 49, "2001:db8:0:ffff::", "2001:db8:0:7fff:ffff::" },
		{ "8000::/1", 1, "ffff::", "198.51.100.1" },
		{ "::1", 128, "::1", "::2" },
		{ "::ffff:192.0.2.0/120", 120, "192.0.2.9", "192.0.1.9" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct address inside = address_from(rows[i].inside);
		struct address outside = address_from(rows[i].outside);
		struct limit_config config = limit_config_default();
		const char *wanted = limit_exempt_take(&config, rows[i].text);

		if (wanted)
			fail_msg("%s: %s", rows[i].text, wanted);
		assert_int_equal(config.exempt_count, 1);
		assert_int_equal(config.exempt[0].length, rows[i].length);
		assert_true(exempt_has(config.exempt, 1, &inside));
		assert_false(exempt_has(config.exempt, 1, &outside));
		assert_false(exempt_has(config.exempt, 0, &inside));
	}
}

static void test_no_prefixes(void **state)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{ "", "address or a prefix" },
		{ "/24", "address or a prefix" },
		{ "192.0.2", "address or a prefix" },
		{ "192.0.2.0/", "address or a prefix" },
		{ "192.0.2.0/33", "address or a prefix" },
		{ "192.0.2.0/-1", "address or a prefix" },
		{ "192.0.2.0/24/24", "address or a prefix" },
		{ "192.0.2.0 /24", "address or a prefix" },
		{ "2001:db8::/129", "address or a prefix" },
		{ "2001:db8::%eth0", "address or a prefix" },
		{ "a.root-servers.net", "address or a prefix" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/1281", "address or a prefix" },
		{ "192.0.2.1/24", "bits set behind" },
		{ "192.0.2.128/24", "bits set behind" },
		{ "192.0.2.1/31", "bits set behind" },
		{ "2001:db8::1/32", "bits set behind" },
		{ "2001:db8:0:1::/63", "bits set behind" },
		{ "128.0.0.0/0", "bits set behind" },
		{ "::/0", "::ffff:0:0/96" },
		{ "::/80", "::ffff:0:0/96" },
	};
	struct limit_config config = limit_config_default();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *wanted = limit_exempt_take(&config, rows[i].text);

		if (!wanted || !strstr(wanted, rows[i].reason))
			fail_msg("%s: %s", rows[i].text, wanted ? wanted : "was taken");
		assert_int_equal(config.exempt_count, 0);
	}
	for (int i = 0; i < EXEMPT_MAX; i++) {
		char text[32];

		snprintf(text, sizeof(text), "192.0.2.%d", i);
		assert_null(limit_exempt_take(&config, text));
	}
	assert_non_null(limit_exempt_take(&config, "192.0.2.200"));
	assert_true(exempt_has(config.exempt, config.exempt_count,
			       &(struct address){ { [10] = 0xFF, 0xFF, 192, 0, 2, 63 } }));
	assert_int_equal(config.exempt_count, EXEMPT_MAX);
}

static void test_begin(void **state)
{
	struct limit_config config = limit_config_default();
	struct rate_limit limit, other;

	(void)state;
	assert_true(limit_begin(&config, &limit));
	assert_int_equal(limit.rate, 0);
	assert_null(limit_rate_take(&config, "50"));
	assert_null(limit_exempt_take(&config, "192.0.2.0/24"));
	assert_true(limit_begin(&config, &limit));
	assert_int_equal(limit.rate, 50);
	assert_int_equal(limit.slip, 2);
	assert_int_equal(limit.ipv4_prefix, 24);
	assert_int_equal(limit.ipv6_prefix, 56);
	assert_int_equal(limit.exempt, 1);
	assert_int_equal(limit.interval, 20000000 / 64);
	assert_true(limit_begin(&config, &other));
	assert_memory_not_equal(&limit.key, &other.key, sizeof(limit.key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_no_prefixes),
		cmocka_unit_test(test_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
