// SPDX-License-Identifier: GPL-2.0-or-later
/* The server's rate limit: over UDP only, for all workers together, and who is not limited. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "limit_config.h"
#include "server/limiter.h"
#include "server_cookie.h"
#include "server_fixture.h"

static struct limit_config limited, exempt, silent;
static const struct fixture_settings with_limit = { .workers = 3, .tcp_connections = 100,
						    .tcp_idle_ms = 10000, .limit = &limited };
static const struct fixture_settings with_exempt = { .workers = 1, .tcp_connections = 100,
						     .tcp_idle_ms = 10000, .limit = &exempt };
static const struct fixture_settings without_slip = { .workers = 2, .tcp_connections = 100,
						      .tcp_idle_ms = 10000, .limit = &silent };

static struct zone_slot slot;
static struct fixture fixture;

static int begin(void **state)
{
	(void)state;
	limited = limit_config_default();
	limited.rate = 5;
	exempt = limited;
	assert_null(limit_exempt_take(&exempt, "127.0.0.0/8"));
	silent = limited;
	silent.slip = 0;
	fixture_zone(&slot);
	return 0;
}

static int end(void **state)
{
	(void)state;
	zone_slot_destroy(&slot);
	return 0;
}

static int start(void **state)
{
	fixture_start(&fixture, &slot, *state);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	fixture_stop(&fixture);
	return 0;
}

/* What came back of many queries. */
struct tally {
	unsigned int whole, truncated;
	double seconds; /* from the first query to the last reply */
};

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Sends `count` queries from a few ports, and counts what comes until it is quiet for 200 ms. */
static struct tally flood(unsigned int count, bool ipv6, const uint8_t *cookie, size_t length)
{
	const struct timeval patience = { .tv_usec = 200000 };
	struct tally tally = { .seconds = -seconds_now() };
	uint8_t query[100], reply[4096];
	int fds[4];

	for (int i = 0; i < 4; i++) {
		fds[i] = fixture_connect(&fixture, SOCK_DGRAM, ipv6);
		setsockopt(fds[i], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	}
	for (unsigned int i = 0; i < count; i++)
		send_all(fds[i % 4], query, query_with(query, i, cookie, length));
	for (int i = 0; i < 4; i++) {
		while (recv(fds[i], reply, sizeof(reply), 0) >= 12) {
			tally.whole += !(reply[2] & 2);
			tally.truncated += !!(reply[2] & 2);
		}
		close(fds[i]);
	}
	tally.seconds += seconds_now();
	return tally;
}

/* Of 200 queries the first five, and five a second, are answered; of the others every second says
 * TC=1. By TCP the client gets its answer. All workers share the limit. */
static void test_rate_limit(void **state)
{
	uint8_t reply[4096];
	int fd;

	(void)state;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct tally tally = flood(200, ipv6, NULL, 0);

		assert_true(tally.whole >= 5);
		assert_true(tally.whole <= 5 + 5 * tally.seconds + 1);
		assert_int_equal(tally.truncated, (200 - tally.whole) / 2);
		fd = fixture_connect(&fixture, SOCK_STREAM, ipv6);
		for (int i = 0; i < 50; i++) {
			assert_true(ask_with(fd, SOCK_STREAM, NULL, 0, reply) > 100);
			assert_int_equal(reply[2] & 2, 0);
		}
		close(fd);
	}
}

static void test_valid_cookies_are_not_limited(void **state)
{
	uint8_t reply[4096], cookie[COOKIE_SIZE];
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);
	struct tally tally;

	(void)state;
	secret_slot_publish(&fixture.secrets, &secret_one);
	assert_true(cookie_in(reply, ask_with(fd, SOCK_STREAM, client_cookie, 8, reply), cookie));
	close(fd);
	tally = flood(100, false, cookie, COOKIE_SIZE);
	assert_int_equal(tally.whole, 100);
	/* A client cookie alone proves nothing, nor does another client's cookie. */
	tally = flood(100, false, cookie, 8);
	assert_true(tally.whole <= 5 + 5 * tally.seconds + 1);
	tally = flood(100, true, cookie, COOKIE_SIZE);
	assert_true(tally.whole <= 5 + 5 * tally.seconds + 1);
}

/* The slip has TC=1, no records but its OPT, and there the cookie. */
static void test_slip_gives_a_cookie(void **state)
{
	int fd = fixture_connect(&fixture, SOCK_DGRAM, false);
	uint8_t reply[4096] = { 0 }, cookie[COOKIE_SIZE];
	size_t length = 0;

	(void)state;
	secret_slot_publish(&fixture.secrets, &secret_one);
	flood(100, false, NULL, 0);
	for (int tries = 0; tries < 20 && !(reply[2] & 2); tries++) {
		uint8_t query[100];

		for (int i = 0; i < 2; i++)
			send_all(fd, query, query_with(query, 1, client_cookie, 8));
		length = recv(fd, reply, sizeof(reply), 0);
	}
	assert_int_equal(reply[2], 0x86); /* QR, AA, TC */
	assert_memory_equal(reply + 4, "\0\1\0\0\0\0\0\1", 8);
	assert_int_equal(length, 12 + 5 + 11 + 28);
	assert_true(cookie_in(reply, length, cookie));
	assert_true(cookie_is_valid(cookie, &secret_one, false));
	close(fd);
}

static void test_exempt_clients_are_not_limited(void **state)
{
	struct tally tally = flood(100, false, NULL, 0);

	(void)state;
	assert_int_equal(tally.whole, 100);
	tally = flood(100, true, NULL, 0); /* ::1 is not exempt */
	assert_true(tally.whole <= 5 + 5 * tally.seconds + 1);
}

static void test_no_slip(void **state)
{
	struct tally tally = flood(100, false, NULL, 0);

	(void)state;
	assert_true(tally.whole >= 5);
	assert_int_equal(tally.truncated, 0);
}

/* What limiter_tick() logs at a moment. */
static void logged_by_tick(struct limiter *limiter, uint64_t now, char text[512])
{
	FILE *log = tmpfile();
	int saved = dup(STDERR_FILENO);

	fflush(stderr);
	dup2(fileno(log), STDERR_FILENO);
	limiter_tick(limiter, now);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(log);
	text[fread(text, 1, 511, log)] = 0;
	fclose(log);
}

static void take(struct limiter *limiter, unsigned int count)
{
	const struct address client = { { [10] = 0xFF, 0xFF, 192, 0, 2, 1 } };

	for (unsigned int i = 0; i < count; i++)
		limiter_take(limiter, &client, &(struct answered){ .class = LIMIT_ANSWER }, 1);
}

/* At most a line a minute, and none while nothing is limited. */
static void test_log_lines(void **state)
{
	const uint64_t second = 1000000000;
	char why[SERVER_WHY], text[512];
	struct limiter *limiter = limiter_open(&limited, why);

	(void)state;
	assert_non_null(limiter);
	take(limiter, 5);
	logged_by_tick(limiter, 100 * second, text);
	assert_string_equal(text, "");
	take(limiter, 10);
	logged_by_tick(limiter, 101 * second, text);
	assert_non_null(strstr(text, "rate limit: 5 replies slipped, 5 dropped since 20"));
	take(limiter, 30);
	for (int i = 102; i < 161; i++) {
		logged_by_tick(limiter, i * second, text);
		assert_string_equal(text, "");
		take(limiter, 2);
	}
	logged_by_tick(limiter, 161 * second, text);
	assert_non_null(strstr(text, "rate limit: 74 replies slipped, 74 dropped since 20"));
	logged_by_tick(limiter, 1000 * second, text);
	assert_string_equal(text, "");
	limiter_free(limiter);
}

#define TEST(name, settings) \
	cmocka_unit_test_prestate_setup_teardown(name, start, stop, (void *)&(settings))

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rate_limit, with_limit),
		TEST(test_valid_cookies_are_not_limited, with_limit),
		TEST(test_slip_gives_a_cookie, with_limit),
		TEST(test_exempt_clients_are_not_limited, with_exempt),
		TEST(test_no_slip, without_slip),
		cmocka_unit_test(test_log_lines),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
