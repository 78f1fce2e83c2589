// SPDX-License-Identifier: GPL-2.0-or-later
/* The rate limit's buckets under a clock of our own: how much, of whom, of what, by how many. */
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "limit.h"
#include "limit_config.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define TICK   64ull         /* ns */
#define SECOND 1000000000ull /* ns */
#define HOUR   (3600 * SECOND)
#define WRAP   (TICK << LIMIT_TIME_BITS) /* when the buckets' clock begins anew */

static struct bucket_set sets[BUCKET_SETS];
static struct rate_limit limit;

static void set_up(uint32_t rate, uint32_t slip)
{
	struct limit_config config = limit_config_default();

	memset(sets, 0, sizeof(sets));
	config.rate = rate;
	config.slip = slip;
	assert_true(limit_begin(&config, &limit));
}

static struct address address_from(const char *text)
{
	struct address address = { { [10] = 0xFF, [11] = 0xFF } };

	if (!inet_pton(AF_INET, text, address.byte + 12))
		assert_int_equal(inet_pton(AF_INET6, text, address.byte), 1);
	return address;
}

static enum limit_outcome take(const char *client, enum limit_class class, uint64_t now)
{
	const struct address address = address_from(client);
	uint64_t hash = limit_hash(&limit, &address, class);

	return limit_take(&sets[limit_set_of(hash)], &limit, hash, now);
}

/* Of `count` replies at one moment, how many are sent. */
static uint32_t sent_of(uint32_t count, const char *client, enum limit_class class, uint64_t now)
{
	uint32_t sent = 0;

	for (uint32_t i = 0; i < count; i++)
		sent += take(client, class, now) == LIMIT_SEND;
	return sent;
}

#define A_CLIENT "198.51.100.7"

/* A full bucket holds N; then there are N a second, no matter how many want them. */
static void test_rate(void **state)
{
	static const uint32_t rates[] = { 1, 2, 3, 5, 7, 10, 60, 100, 999, 1000 };
	static const uint64_t starts[] = { 0, 12345 * SECOND, WRAP - SECOND / 3, 3 * WRAP - 1 };

	(void)state;
	for (size_t i = 0; i < LENGTH(rates) * LENGTH(starts); i++) {
		uint32_t rate = rates[i / LENGTH(starts)];
		uint64_t begin = starts[i % LENGTH(starts)];
		uint64_t steps = 4 * rate;

		set_up(rate, 0);
		assert_int_equal(sent_of(2 * rate, A_CLIENT, LIMIT_ANSWER, begin), rate);
		for (uint64_t step = 1; step <= steps; step++) {
			/* Half a tick of slack: a second is no whole number of intervals. */
			uint64_t now = begin + step * SECOND / rate + TICK;

			assert_int_equal(sent_of(3, A_CLIENT, LIMIT_ANSWER, now), 1);
		}
		/* Having waited for long gives no more than a second's worth. */
		assert_int_equal(sent_of(2 * rate, A_CLIENT, LIMIT_ANSWER,
					 begin + 60 * SECOND), rate);
	}
}

/* The highest rate is kept to within the length of a tick: 64 ns of 1000. */
static void test_highest_rate(void **state)
{
	uint32_t sent;

	(void)state;
	set_up(LIMIT_RATE_MAX, 0);
	sent = sent_of(1200000, A_CLIENT, LIMIT_ANSWER, SECOND);
	assert_in_range(sent, 1000000, 1064000);
}

static void test_who(void **state)
{
	static const struct {
		const char *first, *second;
		bool shared; /* by the default prefixes, 24 and 56 */
	} rows[] = {
		{ "198.51.100.7", "198.51.100.255", true },
		{ "198.51.100.7", "198.51.101.7", false },
		{ "198.51.100.7", "198.51.36.7", false },
		{ "2001:db8:0:1::1", "2001:db8:0:ff::2", true },
		{ "2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true },
		{ "2001:db8:0:1::1", "2001:db8:0:101::1", false },
		{ "198.51.100.7", "::198.51.100.7", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		set_up(4, 0);
		assert_int_equal(sent_of(9, rows[i].first, LIMIT_NODATA, SECOND), 4);
		assert_int_equal(sent_of(9, rows[i].second, LIMIT_NODATA, SECOND),
				 rows[i].shared ? 0 : 4);
	}
}

static void test_prefix_lengths(void **state)
{
	(void)state;
	for (uint32_t bits = 1; bits <= 32; bits++) {
		struct address first = address_from("85.85.85.85"), second = first;

		set_up(1, 0);
		limit.ipv4_prefix = bits;
		/* The last bit that counts, and all that don't. */
		second.byte[12 + (bits - 1) / 8] ^= 0x80 >> (bits - 1) % 8;
		assert_true(limit_hash(&limit, &first, 0) != limit_hash(&limit, &second, 0));
		second = first;
		for (uint32_t bit = bits; bit < 32; bit++)
			second.byte[12 + bit / 8] ^= 0x80 >> bit % 8;
		assert_true(limit_hash(&limit, &first, 0) == limit_hash(&limit, &second, 0));
	}
	for (uint32_t bits = 1; bits <= 64; bits++) {
		struct address first = address_from("5555:5555:5555:5555::"), second = first;

		limit.ipv6_prefix = bits;
		second.byte[(bits - 1) / 8] ^= 0x80 >> (bits - 1) % 8;
		assert_true(limit_hash(&limit, &first, 0) != limit_hash(&limit, &second, 0));
		second = first;
		for (uint32_t bit = bits; bit < 128; bit++)
			second.byte[bit / 8] ^= 0x80 >> bit % 8;
		assert_true(limit_hash(&limit, &first, 0) == limit_hash(&limit, &second, 0));
	}
}

/* Each class of reply has a bucket of its own. */
static void test_what(void **state)
{
	(void)state;
	set_up(3, 0);
	for (enum limit_class class = LIMIT_REFERRAL; class <= LIMIT_ERROR; class++) {
		assert_int_equal(sent_of(9, A_CLIENT, class, SECOND), 3);
		assert_int_equal(sent_of(9, A_CLIENT, class, SECOND), 0);
	}
}

static void test_slip(void **state)
{
	(void)state;
	for (uint32_t slip = 0; slip <= 5; slip++) {
		set_up(2, slip);
		assert_int_equal(sent_of(2, A_CLIENT, LIMIT_ANSWER, SECOND), 2);
		for (uint32_t i = 1; i <= 60; i++)
			assert_int_equal(take(A_CLIENT, LIMIT_ANSWER, SECOND),
					 slip && i % slip == 0 ? LIMIT_SLIP : LIMIT_DROP);
	}
}

/*
 * CPUs read their clocks at the beginning of a packet's (or a batch's) way: some come with a time
 * that is a little before that of the last reply. This must not give them a new second's worth.
 */
static void test_clocks_that_disagree(void **state)
{
	static const uint64_t behind[] = { TICK, 100 * TICK, SECOND / 250, SECOND / 10, SECOND };

	(void)state;
	for (size_t i = 0; i < LENGTH(behind); i++) {
		uint64_t now = 100 * SECOND;

		set_up(10, 0);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER, now), 10);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER, now - behind[i]), 0);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER, now), 0);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER, now + SECOND / 10), 1);
	}
}

/* Whoever comes back after however long finds a full bucket, or waits for seconds at most. */
static void test_long_idle(void **state)
{
	static const uint64_t pauses[] = {
		SECOND,	   2 * SECOND,	60 * SECOND,	    HOUR,	   9 * HOUR,
		10 * HOUR, 19 * HOUR,	WRAP - 60 * SECOND, WRAP + SECOND, 20 * HOUR,
		300 * HOUR,
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(pauses); i++) {
		set_up(10, 0);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER, 7 * SECOND), 10);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER, 7 * SECOND + pauses[i]), 10);
	}
	for (uint64_t pause = WRAP - 4 * SECOND; pause < WRAP + 4 * SECOND; pause += SECOND / 4) {
		set_up(10, 0);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER, 7 * SECOND), 10);
		sent_of(20, A_CLIENT, LIMIT_ANSWER, 7 * SECOND + pause);
		assert_int_equal(sent_of(20, A_CLIENT, LIMIT_ANSWER,
					 7 * SECOND + pause + 3 * SECOND), 10);
	}
}

/* More clients in a set than it has places: who needs a bucket least loses it. */
static void test_eviction(void **state)
{
	const uint64_t tag = LIMIT_TIME_MASK + 1; /* the lowest bit that is not time */
	struct bucket_set *set = &sets[0];
	uint64_t now = 50 * SECOND;

	(void)state;
	set_up(10, 0);
	for (uint64_t client = 1; client <= BUCKET_WAYS; client++)
		for (uint64_t i = 0; i < 2 * client; i++) /* 2, 4, 6 and 8 of 10 */
			assert_int_equal(limit_take(set, &limit, client * tag, now), LIMIT_SEND);

	assert_int_equal(limit_take(set, &limit, 5 * tag, now), LIMIT_SEND); /* in place of 1 */
	for (uint64_t client = 2; client <= BUCKET_WAYS; client++) {
		uint32_t sent = 0;

		for (int i = 0; i < 10; i++)
			sent += limit_take(set, &limit, client * tag, now) == LIMIT_SEND;
		assert_int_equal(sent, 10 - 2 * client);
	}
	/* A second later all places are free: four others find room, and full buckets. */
	now += SECOND;
	for (uint64_t client = 11; client < 11 + BUCKET_WAYS; client++)
		for (int i = 0; i < 11; i++)
			assert_int_equal(limit_take(set, &limit, client * tag, now),
					 i < 10 ? LIMIT_SEND : LIMIT_DROP);
}

/* A hash whose upper bits are all zero is not taken for an empty place. */
static void test_zero_tag(void **state)
{
	(void)state;
	set_up(10, 0);
	assert_true(limit_tag_of(5) != 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(limit_take(&sets[0], &limit, 5, SECOND),
				 i < 10 ? LIMIT_SEND : LIMIT_DROP);
}

#define THREADS 4
#define ROUNDS  200000

/* Many CPUs that answer one client. */
struct crowd {
	uint64_t moment; /* 0: each goes by its own clock */
	uint32_t sent;
	pthread_t thread;
};

static uint64_t steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

static void *take_many(void *data)
{
	const struct address client = address_from(A_CLIENT);
	uint64_t hash = limit_hash(&limit, &client, LIMIT_REFERRAL);
	struct crowd *crowd = data;

	for (int i = 0; i < ROUNDS; i++)
		crowd->sent += limit_take(&sets[limit_set_of(hash)], &limit, hash,
					  crowd->moment ? crowd->moment : steady()) == LIMIT_SEND;
	return NULL;
}

static uint32_t sent_by_crowd(uint64_t moment)
{
	struct crowd crowd[THREADS];
	uint32_t sent = 0;

	for (int i = 0; i < THREADS; i++) {
		crowd[i] = (struct crowd){ .moment = moment };
		assert_int_equal(pthread_create(&crowd[i].thread, NULL, take_many, &crowd[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(crowd[i].thread, NULL);
		sent += crowd[i].sent;
	}
	return sent;
}

static uint64_t limited(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BUCKET_SETS; i++)
		for (size_t k = 0; k < BUCKET_WAYS; k++)
			sum += sets[i].limited[k];
	return sum;
}

/* One limit, not one for each CPU; and each reply is counted once. */
static void test_many_cpus(void **state)
{
	uint64_t begin, elapsed;
	uint32_t sent;

	(void)state;
	set_up(100, 2);
	assert_int_equal(sent_by_crowd(99 * SECOND), 100);
	assert_int_equal(limited(), THREADS * ROUNDS - 100);

	set_up(1000, 2);
	begin = steady();
	sent = sent_by_crowd(0);
	elapsed = steady() - begin;
	printf("# %u sent in %llu ms by %d threads at 1000 a second\n", sent,
	       (unsigned long long)elapsed / 1000000, THREADS);
	assert_true(sent >= 1000);
	assert_true(sent <= 1000 + elapsed * 1000 / SECOND + 1);
	assert_int_equal(limited(), THREADS * ROUNDS - sent);
}

/* Every verdict that is sent has a class, and those of errors are one. */
static void test_classes(void **state)
{
	static const struct {
		uint32_t verdict;
		enum limit_class class;
	} rows[] = {
		{ VERDICT_answer_referral, LIMIT_REFERRAL },
		{ VERDICT_answer_ds, LIMIT_ANSWER },
		{ VERDICT_answer_apex, LIMIT_ANSWER },
		{ VERDICT_answer_chaos, LIMIT_ANSWER },
		{ VERDICT_answer_cookie, LIMIT_ANSWER },
		{ VERDICT_answer_nodata, LIMIT_NODATA },
		{ VERDICT_answer_nxdomain, LIMIT_NXDOMAIN },
		{ VERDICT_answer_refused, LIMIT_ERROR },
		{ VERDICT_answer_badvers, LIMIT_ERROR },
		{ VERDICT_answer_formerr, LIMIT_ERROR },
		{ VERDICT_answer_notimp, LIMIT_ERROR },
		{ VERDICT_answer_badcookie, LIMIT_ERROR },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		assert_int_equal(limit_class_of(rows[i].verdict), rows[i].class);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),	 cmocka_unit_test(test_highest_rate),
		cmocka_unit_test(test_who),	 cmocka_unit_test(test_prefix_lengths),
		cmocka_unit_test(test_what),	 cmocka_unit_test(test_slip),
		cmocka_unit_test(test_clocks_that_disagree),
		cmocka_unit_test(test_long_idle), cmocka_unit_test(test_eviction),
		cmocka_unit_test(test_zero_tag), cmocka_unit_test(test_many_cpus),
		cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
