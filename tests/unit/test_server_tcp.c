// SPDX-License-Identifier: GPL-2.0-or-later
/* DNS over TCP (RFC 7766): framing, pipelining, limits, and clients that misbehave. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "server_fixture.h"

static struct zone_slot slot;
static struct fixture fixture;

static const struct fixture_settings ordinary = { .workers = 2, .tcp_connections = 100,
						  .tcp_idle_ms = 10000 };
static const struct fixture_settings single = { .workers = 1, .tcp_connections = 100,
						.tcp_idle_ms = 10000 };
static const struct fixture_settings hasty = { .workers = 1, .tcp_connections = 100,
					       .tcp_idle_ms = 300 };
static const struct fixture_settings narrow = { .workers = 1, .tcp_connections = 3,
						.tcp_idle_ms = 10000 };

static int load_zone(void **state)
{
	(void)state;
	fixture_zone(&slot);
	return 0;
}

static int drop_zone(void **state)
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

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* Asks and expects the right answer. */
static void ask(int fd, uint16_t id, const char *label, uint16_t type)
{
	uint8_t query[300];
	size_t length = make_tcp_query(query, id, label, type);

	send_all(fd, query, length);
	expect_answer(&fixture, fd, query + 2, length - 2);
}

static void test_many_queries_on_a_connection(void **state)
{
	(void)state;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		int fd = fixture_connect(&fixture, SOCK_STREAM, ipv6);

		ask(fd, 1, "", TYPE_SOA);
		ask(fd, 2, "com", TYPE_NS);
		ask(fd, 3, "nonexistent", TYPE_NS);
		ask(fd, 4, "", TYPE_DNSKEY);
		close(fd);
	}
}

static void test_100_pipelined_in_one_write(void **state)
{
	static const char *const labels[] = { "com", "", "xn--nosuch", "de", "org" };
	uint8_t queries[100 * 64];
	size_t ends[101] = { 0 };
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	for (int i = 0; i < 100; i++)
		ends[i + 1] = ends[i] + make_tcp_query(queries + ends[i], i, labels[i % 5],
						       TYPE_DS);
	send_all(fd, queries, ends[100]);
	for (int i = 0; i < 100; i++)
		expect_answer(&fixture, fd, queries + ends[i] + 2, ends[i + 1] - ends[i] - 2);
	close(fd);
}

static void test_byte_by_byte(void **state)
{
	uint8_t query[64];
	size_t length = make_tcp_query(query, 7, "com", TYPE_NS);
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		send_all(fd, query + i, 1);
		sleep_ms(1);
	}
	expect_answer(&fixture, fd, query + 2, length - 2);
	close(fd);
}

static void test_two_queries_split_anywhere(void **state)
{
	uint8_t queries[128];
	size_t first = make_tcp_query(queries, 1, "com", TYPE_NS);
	size_t both = first + make_tcp_query(queries + first, 2, "", TYPE_SOA);
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	for (size_t split = 1; split < both; split++) {
		send_all(fd, queries, split);
		sleep_ms(2);
		send_all(fd, queries + split, both - split);
		expect_answer(&fixture, fd, queries + 2, first - 2);
		expect_answer(&fixture, fd, queries + first + 2, both - first - 2);
	}
	close(fd);
}

static void test_half_close(void **state)
{
	uint8_t query[64];
	size_t length = make_tcp_query(query, 7, "", TYPE_DNSKEY);
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	for (int i = 0; i < 50; i++)
		send_all(fd, query, length);
	send_all(fd, query, length - 1); /* never completed: no answer */
	shutdown(fd, SHUT_WR);
	for (int i = 0; i < 50; i++)
		expect_answer(&fixture, fd, query + 2, length - 2);
	assert_int_equal(recv(fd, query, 1, 0), 0);
	close(fd);
}

/* Sends whole queries until the server takes no more; returns how many. */
static size_t fill(int fd, const uint8_t *query, size_t length, size_t *rest)
{
	size_t sent = 0;
	int silent = 0;

	while (silent < 20) {
		ssize_t n = send(fd, query + sent % length, length - sent % length,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			break;
		silent = n < 0 ? silent + 1 : 0;
		sent += n < 0 ? 0 : n;
		assert_true(sent < 16 << 20); /* it reads on and on */
		if (n < 0)
			sleep_ms(10);
	}
	*rest = (length - sent % length) % length;
	return (sent + *rest) / length;
}

static void test_client_that_reads_late(void **state)
{
	uint8_t query[64];
	size_t length = make_tcp_query(query, 7, "com", TYPE_NS), rest, count;
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	count = fill(fd, query, length, &rest);
	assert_true(count > 100);
	for (size_t i = 0; i < count - !!rest; i++)
		expect_answer(&fixture, fd, query + 2, length - 2);
	if (rest) {
		send_all(fd, query + length - rest, rest);
		expect_answer(&fixture, fd, query + 2, length - 2);
	}
	shutdown(fd, SHUT_WR);
	assert_int_equal(recv(fd, query, 1, 0), 0);
	close(fd);
}

static void test_client_that_never_reads(void **state)
{
	uint8_t query[64];
	size_t length = make_tcp_query(query, 7, "com", TYPE_NS), rest;
	int fd = fixture_connect(&fixture, SOCK_STREAM, false), tries = 0;

	(void)state;
	fill(fd, query, length, &rest);
	/* Cut off with a reset: what it left unread does not stay in our kernel. */
	while (send(fd, query, 1, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || errno == EAGAIN) {
		assert_true(tries++ < 500);
		sleep_ms(10);
	}
	assert_true(errno == ECONNRESET || errno == EPIPE);
	close(fd);
}

static void test_too_short_messages_end_the_connection(void **state)
{
	static const uint8_t nothing[2], eleven[13] = { 0, 11 };
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	ask(fd, 1, "", TYPE_SOA);
	send_all(fd, nothing, sizeof(nothing));
	expect_end(fd);
	close(fd);

	fd = fixture_connect(&fixture, SOCK_STREAM, false);
	send_all(fd, eleven, sizeof(eleven));
	expect_end(fd);
	close(fd);
}

static void test_reply_as_query_ends_the_connection(void **state)
{
	uint8_t queries[128];
	size_t first = make_tcp_query(queries, 1, "com", TYPE_NS);
	size_t both = first + make_tcp_query(queries + first, 2, "", TYPE_SOA);
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	queries[first + 2 + 2] |= 0x80;
	send_all(fd, queries, both);
	expect_answer(&fixture, fd, queries + 2, first - 2);
	expect_end(fd);
	close(fd);
}

/* Bytes behind the last record are ignored, however many. */
static void test_the_longest_message(void **state)
{
	static uint8_t query[2 + 65535];
	int fd = fixture_connect(&fixture, SOCK_STREAM, false);

	(void)state;
	memset(query, 0, sizeof(query));
	make_tcp_query(query, 9, "com", TYPE_NS);
	query[0] = query[1] = 0xff;
	for (int i = 0; i < 2; i++) {
		send_all(fd, query, sizeof(query));
		expect_answer(&fixture, fd, query + 2, 65535);
	}
	ask(fd, 10, "", TYPE_SOA);
	close(fd);
}

/* Forty clients that hold back the last byte of 64 KB: the memory for such is bounded, and others
 * do not notice. */
static void test_long_queries_share_a_budget(void **state)
{
	static uint8_t query[2 + 65534];
	int fds[40], ended = 0;
	uint8_t byte;

	(void)state;
	memset(query, 0xff, 2);
	for (int i = 0; i < 40; i++) {
		fds[i] = fixture_connect(&fixture, SOCK_STREAM, false);
		send(fds[i], query, sizeof(query), MSG_NOSIGNAL);
	}
	sleep_ms(200);
	for (int i = 0; i < 40; i++) {
		ssize_t n = recv(fds[i], &byte, 1, MSG_DONTWAIT);

		ended += n == 0 || (n < 0 && errno != EAGAIN);
	}
	assert_in_range(ended, 1, 39);
	for (int i = 0; i < 40; i++)
		close(fds[i]);

	fds[0] = fixture_connect(&fixture, SOCK_STREAM, false);
	ask(fds[0], 1, "com", TYPE_NS);
	close(fds[0]);
}

static void test_connection_limit_closes_the_oldest(void **state)
{
	int fds[4];

	(void)state;
	for (int i = 0; i < 3; i++) {
		fds[i] = fixture_connect(&fixture, SOCK_STREAM, false);
		ask(fds[i], i, "", TYPE_SOA);
	}
	ask(fds[0], 4, "com", TYPE_NS); /* now the second is the oldest */
	fds[3] = fixture_connect(&fixture, SOCK_STREAM, false);
	ask(fds[3], 5, "", TYPE_SOA);
	expect_end(fds[1]);
	ask(fds[0], 6, "", TYPE_SOA);
	ask(fds[2], 7, "", TYPE_SOA);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
}

static void test_idle_connections_are_closed(void **state)
{
	int busy = fixture_connect(&fixture, SOCK_STREAM, false);
	int idle = fixture_connect(&fixture, SOCK_STREAM, false);
	static const uint8_t announced[2] = { 0xff, 0xff };
	int waiting = fixture_connect(&fixture, SOCK_STREAM, true);

	(void)state;
	send_all(waiting, announced, sizeof(announced));
	for (int i = 0; i < 10; i++) {
		ask(busy, i, "", TYPE_SOA);
		sleep_ms(60);
	}
	expect_end(idle);
	expect_end(waiting);
	expect_end(busy);
	close(idle);
	close(waiting);
	close(busy);
}

static void test_a_byte_now_and_then_is_idle(void **state)
{
	static const uint8_t announced[2] = { 0x40, 0 };
	int fd = fixture_connect(&fixture, SOCK_STREAM, false), sent = 0;

	(void)state;
	send_all(fd, announced, sizeof(announced));
	while (send(fd, "x", 1, MSG_NOSIGNAL) == 1) {
		assert_true(sent++ < 200);
		sleep_ms(25);
	}
	close(fd);
}

#define TEST(name, settings) \
	cmocka_unit_test_prestate_setup_teardown(name, start, stop, (void *)&(settings))

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_many_queries_on_a_connection, ordinary),
		TEST(test_100_pipelined_in_one_write, ordinary),
		TEST(test_byte_by_byte, ordinary),
		TEST(test_two_queries_split_anywhere, ordinary),
		TEST(test_half_close, ordinary),
		TEST(test_client_that_reads_late, ordinary),
		TEST(test_client_that_never_reads, hasty),
		TEST(test_too_short_messages_end_the_connection, ordinary),
		TEST(test_reply_as_query_ends_the_connection, ordinary),
		TEST(test_the_longest_message, ordinary),
		TEST(test_long_queries_share_a_budget, single),
		TEST(test_connection_limit_closes_the_oldest, narrow),
		TEST(test_idle_connections_are_closed, hasty),
		TEST(test_a_byte_now_and_then_is_idle, hasty),
	};

	return cmocka_run_group_tests(tests, load_zone, drop_zone);
}
