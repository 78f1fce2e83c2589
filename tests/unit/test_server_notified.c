// SPDX-License-Identifier: GPL-2.0-or-later
/* What the server says of a NOTIFY, and when: no line too many, and none too few. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "server_fixture.h"
#include "server/notified.h"

static struct notify_config config;
static int out[2];

static int begin(void **state)
{
	(void)state;
	assert_null(notify_take(&config, "127.0.0.1"));
	assert_null(notify_take(&config, "192.0.2.2"));
	assert_null(notify_take(&config, "2001:db8::3"));
	assert_int_equal(pipe2(out, O_NONBLOCK), 0);
	return 0;
}

/* What is told now; valid until the next call. */
static const char *told(void)
{
	static char text[8192];
	int saved = dup(STDOUT_FILENO);
	ssize_t length;

	fflush(stdout);
	dup2(out[1], STDOUT_FILENO);
	notified_tell(&config);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	length = read(out[0], text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

static void hear(size_t i)
{
	notified_hear(&config, &config.primary[i].address);
}

static void test_a_line_for_each(void **state)
{
	const struct address stranger = { { 1 } };

	(void)state;
	assert_string_equal(told(), "");
	for (int i = 0; i < 1000; i++)
		hear(1);
	assert_string_equal(told(), "notify from=192.0.2.2\n");
	assert_string_equal(told(), "");
	hear(2);
	hear(0);
	notified_hear(&config, &stranger);
	assert_string_equal(told(), "notify from=127.0.0.1\nnotify from=2001:db8::3\n");
	hear(2);
	assert_string_equal(told(), "notify from=2001:db8::3\n");
}

/* Nobody reads: it waits, not the server. */
static void test_a_full_pipe(void **state)
{
	char bytes[4096] = "";

	(void)state;
	while (write(out[1], bytes, sizeof(bytes)) > 0)
		;
	hear(1);
	told();
	while (read(out[0], bytes, sizeof(bytes)) > 0)
		;
	assert_string_equal(told(), "notify from=192.0.2.2\n");
	assert_string_equal(told(), "");
}

/* From a socket to the line, for UDP and for TCP; a query is no news. */
static void test_server(void **state)
{
	const struct fixture_settings settings = { .workers = 2, .tcp_connections = 10,
						   .tcp_idle_ms = 10000, .notify = &config };
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	uint8_t query[64], reply[4096];
	struct fixture fixture;
	struct zone_slot slot;

	(void)state;
	fixture_zone(&slot);
	fixture_start(&fixture, &slot, &settings);
	for (int i = 0; i < 4; i++) {
		bool tcp = types[i % 2] == SOCK_STREAM;
		int fd = fixture_connect(&fixture, types[i % 2], false);
		size_t length = make_tcp_query(query, i, "", TYPE_SOA);

		query[2 + 2] |= i < 2 ? 4 << 3 : 0; /* the opcode */
		send_all(fd, query + 2 * !tcp, length - 2 * !tcp);
		assert_true(tcp ? read_answer(fd, reply) : (size_t)recv(fd, reply, 4096, 0));
		assert_int_equal(reply[2] & 4, 4); /* AA */
		assert_string_equal(told(), i < 2 ? "notify from=127.0.0.1\n" : "");
		close(fd);
	}
	fixture_stop(&fixture);
	zone_slot_destroy(&slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_for_each),
		cmocka_unit_test(test_a_full_pipe),
		cmocka_unit_test(test_server),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
