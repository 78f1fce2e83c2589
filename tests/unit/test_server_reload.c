// SPDX-License-Identifier: GPL-2.0-or-later
/* UDP answers, zones that are replaced under load, and refused zones. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "server_fixture.h"

static const struct fixture_settings settings = { .workers = 3, .tcp_connections = 100,
						  .tcp_idle_ms = 10000 };
static struct zone_slot slot;
static struct fixture fixture;

static int start(void **state)
{
	(void)state;
	fixture_zone(&slot);
	fixture_start(&fixture, &slot, &settings);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	fixture_stop(&fixture);
	zone_slot_destroy(&slot);
	return 0;
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* The reply to ". SOA" over UDP; returns its length. */
static size_t ask_udp(int fd, uint16_t id, uint8_t reply[4096])
{
	uint8_t query[64];
	ssize_t n;

	send_all(fd, query, make_query(query, id, "", TYPE_SOA));
	n = recv(fd, reply, 4096, 0);
	assert_true(n >= 12);
	assert_int_equal(reply[0] << 8 | reply[1], id);
	return n;
}

/* The serial that the server answers with now. */
static uint32_t served_serial(void)
{
	int fd = fixture_connect(&fixture, SOCK_DGRAM, false);
	uint8_t reply[4096];
	uint32_t serial = serial_in(reply, ask_udp(fd, 1, reply));

	close(fd);
	return serial;
}

static void test_udp_gives_the_engines_reply(void **state)
{
	static const char *const labels[] = { "", "com", "nonexistent", "de" };
	const struct asker asker = { .transport = TRANSPORT_UDP };
	uint8_t query[300], expected[4096], reply[4096];
	struct zone_reader reader;

	(void)state;
	zone_reader_init(&reader, &slot);
	for (int i = 0; i < 8; i++) {
		int fd = fixture_connect(&fixture, SOCK_DGRAM, i & 1);
		size_t length = make_query(query, i, labels[i / 2], TYPE_NS);
		size_t wanted = answer_query(zone_reader_zone(&reader), &fixture.answer, &asker,
					     query, length, expected, sizeof(expected), NULL);

		/* The socket is connected: a reply from another address would not arrive. */
		send_all(fd, query, length);
		assert_int_equal(recv(fd, reply, sizeof(reply), 0), wanted);
		assert_memory_equal(reply, expected, wanted);
		close(fd);
	}
	zone_reader_release(&reader);
}

static void test_a_burst_is_answered_whole(void **state)
{
	int fd = fixture_connect(&fixture, SOCK_DGRAM, false);
	uint8_t query[64], reply[4096];
	bool seen[150] = { false };

	(void)state;
	for (int i = 0; i < 150; i++)
		send_all(fd, query, make_query(query, i, "", TYPE_SOA));
	for (int i = 0; i < 150; i++) {
		assert_true(recv(fd, reply, sizeof(reply), 0) > 12);
		assert_in_range(reply[1], 0, 149);
		assert_false(seen[reply[1]]);
		seen[reply[1]] = true;
	}
	close(fd);
}

static void test_udp_garbage_gets_no_reply(void **state)
{
	static uint8_t zeros[60000];
	int fd = fixture_connect(&fixture, SOCK_DGRAM, false);
	uint8_t query[64], reply[4096];
	size_t length = make_query(query, 1, "", TYPE_SOA);

	(void)state;
	send_all(fd, "", 0);
	send_all(fd, zeros, 11);
	query[2] |= 0x80; /* a reply */
	send_all(fd, query, length);
	serial_in(reply, ask_udp(fd, 2, reply)); /* asserts the id: the others got none */

	/* Bytes behind the last record are ignored. */
	make_query(zeros, 3, "", TYPE_SOA);
	send_all(fd, zeros, sizeof(zeros));
	assert_true(recv(fd, reply, sizeof(reply), 0) > 12);
	assert_int_equal(reply[1], 3);
	assert_int_equal(serial_in(reply, sizeof(reply)), FIXTURE_SERIAL);
	close(fd);
}

/* A client that asks without pause, over UDP or TCP, and looks at every serial. */
struct client {
	pthread_t thread;
	int type;
	atomic_bool stop;
	atomic_uint before, after; /* replies with the old and the new serial */
	atomic_uint wrong;         /* lost, of another serial, or older than the one before */
};

static size_t ask_once(int fd, int type, uint16_t id, uint8_t *reply)
{
	uint8_t query[64];

	if (type == SOCK_STREAM) {
		send_all(fd, query, make_tcp_query(query, id, "", TYPE_SOA));
		return read_answer(fd, reply);
	}
	send_all(fd, query, make_query(query, id, "", TYPE_SOA));
	ssize_t n = recv(fd, reply, 4096, 0);
	return n < 0 ? 0 : n;
}

static void *ask_without_pause(void *data)
{
	struct client *client = data;
	uint8_t reply[4096];
	uint16_t id = 0;
	int fd = -1;

	while (!atomic_load(&client->stop)) {
		size_t length;
		uint32_t serial;

		/* A new port now and then: SO_REUSEPORT chooses another worker. */
		if (fd < 0 || (id % 16 == 0 && !close(fd)))
			fd = fixture_connect(&fixture, client->type, false);
		length = ask_once(fd, client->type, id, reply);
		if (length < 12 || (reply[0] << 8 | reply[1]) != id++) {
			client->wrong++;
			continue;
		}
		serial = serial_in(reply, length);
		if (serial == FIXTURE_SERIAL && !client->after)
			client->before++;
		else if (serial == FIXTURE_NEXT_SERIAL)
			client->after++;
		else
			client->wrong++;
	}
	close(fd);
	return NULL;
}

static void test_reload_under_load_loses_nothing(void **state)
{
	struct client clients[] = { { .type = SOCK_DGRAM }, { .type = SOCK_DGRAM },
				  { .type = SOCK_STREAM } };
	struct zone_source next = fixture_source(FIXTURE_NEXT_ZONE);
	char why[SERVER_WHY] = "";

	(void)state;
	for (int i = 0; i < 3; i++)
		pthread_create(&clients[i].thread, NULL, ask_without_pause, &clients[i]);
	sleep_ms(200);
	if (!zone_source_load(&next, &slot, why))
		fail_msg("%s", why);
	server_wake(fixture.server);
	sleep_ms(200);
	for (int i = 0; i < 3; i++) {
		atomic_store(&clients[i].stop, true);
		pthread_join(clients[i].thread, NULL);
	}
	for (int i = 0; i < 3; i++) {
		assert_int_equal(clients[i].wrong, 0);
		assert_true(clients[i].before > 0);
		assert_true(clients[i].after > 0);
	}
	print_message("# %u answers before, %u after the reload\n",
		      clients[0].before + clients[1].before + clients[2].before,
		      clients[0].after + clients[1].after + clients[2].after);
}

static void test_idle_workers_let_go(void **state)
{
	struct zone_source next = fixture_source(FIXTURE_NEXT_ZONE);
	char why[SERVER_WHY];
	size_t held = 1;

	(void)state;
	/* Many ports, so that every worker gets a query and holds the zone. */
	for (int i = 0; i < 60; i++)
		assert_int_equal(served_serial(), FIXTURE_SERIAL);
	assert_true(zone_source_load(&next, &slot, why));
	assert_int_equal(zone_slot_sweep(&slot), 1);
	server_wake(fixture.server);
	for (int tries = 0; tries < 200 && (held = zone_slot_sweep(&slot)); tries++)
		sleep_ms(10);
	assert_int_equal(held, 0);
}

static void test_a_held_zone_is_not_freed(void **state)
{
	struct zone_source next = fixture_source(FIXTURE_NEXT_ZONE);
	struct zone_reader reader;
	const struct zone *zone;
	char why[SERVER_WHY];

	(void)state;
	zone_reader_init(&reader, &slot);
	zone = zone_reader_zone(&reader);
	assert_true(zone_source_load(&next, &slot, why));
	assert_int_equal(zone_slot_sweep(&slot), 1);
	assert_int_equal(zone->serial, FIXTURE_SERIAL);
	assert_int_equal(zone_reader_zone(&reader)->serial, FIXTURE_NEXT_SERIAL);
	assert_int_equal(zone_slot_sweep(&slot), 0);
	zone_reader_release(&reader);
}

/* Loads a file that must be refused with a message that contains `reason`. */
static void expect_refused(const char *file, const char *reason)
{
	struct zone_source source = fixture_source(file);
	char why[SERVER_WHY] = "";

	assert_false(zone_source_load(&source, &slot, why));
	if (!strstr(why, reason) || strchr(why, '\n'))
		fail_msg("'%s' does not say '%s' in one line", why, reason);
}

static void test_failed_reload_keeps_the_zone(void **state)
{
	char half[] = "/tmp/rootxdp-test-XXXXXX";
	FILE *zone = fopen(FIXTURE_NEXT_ZONE, "r"), *cut = fdopen(mkstemp(half), "w");
	char line[4096];

	(void)state;
	for (int i = 0; i < 1000 && fgets(line, sizeof(line), zone); i++)
		fputs(line, cut);
	fclose(zone);
	fclose(cut);

	expect_refused("tests/data/no.such.zone", "no.such.zone");
	expect_refused(half, half);
	unlink(half);
	assert_int_equal(served_serial(), FIXTURE_SERIAL);
}

static void test_older_serial_is_refused_unless_allowed(void **state)
{
	struct zone_source next = fixture_source(FIXTURE_NEXT_ZONE);
	struct zone_source back = fixture_source(FIXTURE_ZONE);
	char why[SERVER_WHY];

	(void)state;
	assert_true(zone_source_load(&next, &slot, why));
	expect_refused(FIXTURE_ZONE, "older than 2018080200");
	assert_int_equal(served_serial(), FIXTURE_NEXT_SERIAL);

	assert_true(zone_source_load(&next, &slot, why)); /* the same again is fine */
	back.allow_older = true;
	assert_true(zone_source_load(&back, &slot, why));
	assert_int_equal(served_serial(), FIXTURE_SERIAL);
}

/* What messages call a file that is open already; not another one whose number begins like it. */
static void test_names_in_messages(void **state)
{
	struct zone_source source = fixture_source("/proc/self/fd/90");
	char why[SERVER_WHY];
	int empty = open("/dev/null", O_RDONLY), zone = open(FIXTURE_ZONE, O_RDONLY);

	(void)state;
	assert_true(dup2(empty, 900) == 900 && dup2(empty, 90) == 90);
	source.name = "axfr:192.0.2.1";
	assert_false(zone_source_load(&source, &slot, why));
	assert_non_null(strstr(why, "axfr:192.0.2.1: "));
	assert_null(strstr(why, "/proc"));
	dup2(zone, 90);
	source.anchor_descriptor = "/proc/self/fd/900/";
	source.anchor_directory = "/etc/anchors/";
	source.trust_anchors = "/proc/self/fd/900/root.ds";
	assert_false(zone_source_load(&source, &slot, why));
	if (strncmp(why, "/etc/anchors/root.ds:", 21))
		fail_msg("'%s'", why);
	close(900), close(90), close(zone), close(empty);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_udp_gives_the_engines_reply),
		TEST(test_a_burst_is_answered_whole),
		TEST(test_udp_garbage_gets_no_reply),
		TEST(test_reload_under_load_loses_nothing),
		TEST(test_idle_workers_let_go),
		TEST(test_a_held_zone_is_not_freed),
		TEST(test_failed_reload_keeps_the_zone),
		TEST(test_older_serial_is_refused_unless_allowed),
		TEST(test_names_in_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
