// SPDX-License-Identifier: GPL-2.0-or-later
// What an operator is told of a zone's deadline: from half of the way on, by either of both.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "zone_clock.h"

#define SECOND_NS 1000000000ull
#define DAY       86400
#define EXPIRE    (7 * DAY)

/* Clocks go on while a test runs: never nearer to a boundary than this, seconds. */
#define SLACK 60

static const bool both[] = { false, true }; /* real time, and --validate-at */

/* A zone whose signatures have so many days when it is loaded. */
static struct zone_info loaded(bool fixed, int signed_days, struct zone_clock *clock)
{
	struct zone_info zone = { .serial = 1, .soa_expire = EXPIRE };

	*clock = zone_clock_start(fixed, 1785542400);
	zone.signatures_end = zone_clock_now(clock) + signed_days * DAY;
	zone.deadline = zone_deadline(clock, &zone, 0);
	return zone;
}

/* So many days later: as if the clocks had gone on, and the times in the header had not. */
static struct time_left later(struct zone_info zone, struct zone_clock *clock, int64_t seconds)
{
	zone.deadline.boot_ns -= seconds * SECOND_NS;
	zone.deadline.expire_ns -= seconds * SECOND_NS;
	if (zone.deadline.tai_ns)
		zone.deadline.tai_ns -= seconds * SECOND_NS;
	return zone_time_left(&zone, zone_clock_origin(clock) + seconds);
}

static void expect_stages(bool fixed, int signed_days, int64_t whole, bool signatures)
{
	struct zone_clock clock;
	const struct zone_info zone = loaded(fixed, signed_days, &clock);
	const struct {
		int64_t after;
		enum time_stage stage;
	} steps[] = {
		{ 0, TIME_FAR },
		{ whole / 2 - SLACK, TIME_FAR },
		{ whole / 2 + SLACK, TIME_HALF },
		{ whole - whole / 10 - SLACK, TIME_HALF },
		{ whole - whole / 10 + SLACK, TIME_TENTH },
		{ whole - SLACK, TIME_TENTH },
		{ whole + SLACK, TIME_OVER },
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct time_left left = later(zone, &clock, steps[i].after);

		assert_int_equal(left.stage, steps[i].stage);
		assert_int_equal(left.signatures_first, signatures);
		assert_int_equal(signatures ? left.signatures_warn : left.expire_warns,
				 steps[i].stage >= TIME_HALF);
		assert_int_equal(!left.seconds, steps[i].stage == TIME_OVER);
	}
}

static void test_soa_expire(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		expect_stages(both[i], 40, EXPIRE, false);
}

/* They end sooner than half of SOA expire: no warning from the beginning on. */
static void test_signatures(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		expect_stages(both[i], 2, 2 * DAY, true);
}

static void test_unsigned(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct zone_clock clock;
		struct zone_info zone = loaded(both[i], 0, &clock);

		zone.signatures_end = INT64_MAX;
		zone.deadline = zone_deadline(&clock, &zone, 0);
		assert_int_equal(zone_time_left(&zone, zone_clock_origin(&clock)).stage, TIME_FAR);
	}
}

/* Loaded again after six of ten days, with a confirmation: half of its signatures' time is over. */
static void test_loaded_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct zone_clock clock;
		struct zone_info zone = loaded(both[i], 4, &clock), before = zone;
		struct time_left left;

		before.deadline.signed_for = 10 * DAY;
		deadline_go_on(&zone.deadline, &zone, &before);
		left = zone_time_left(&zone, zone_clock_origin(&clock));
		assert_int_equal(left.stage, TIME_HALF);
		assert_true(left.signatures_warn);
		assert_false(left.expire_warns);

		zone = loaded(both[i], 4, &clock);
		before.serial++; /* another zone */
		deadline_go_on(&zone.deadline, &zone, &before);
		assert_int_equal(zone_time_left(&zone, zone_clock_origin(&clock)).stage, TIME_FAR);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_soa_expire),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_loaded_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
