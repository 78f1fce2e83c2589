// SPDX-License-Identifier: GPL-2.0-or-later
/* The server's cookies over UDP and TCP, and secrets that are replaced under load. */
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

#include "server_cookie.h"
#include "server_fixture.h"

#define ONE "00112233445566778899aabbccddeeff\n"
#define TWO "ffeeddccbbaa99887766554433221100\n"

static const struct fixture_settings settings = { .workers = 3, .tcp_connections = 100,
						  .tcp_idle_ms = 10000 };
static struct zone_slot slot;
static struct fixture fixture;

static int begin(void **state)
{
	(void)state;
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
	(void)state;
	fixture_start(&fixture, &slot, &settings);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	fixture_stop(&fixture);
	return 0;
}

static void test_cookies_over_udp_and_tcp(void **state)
{
	uint8_t reply[4096], cookie[COOKIE_SIZE], again[COOKIE_SIZE];

	(void)state;
	for (int i = 0; i < 4; i++) {
		int type = i & 1 ? SOCK_STREAM : SOCK_DGRAM;
		int fd = fixture_connect(&fixture, type, i & 2);
		size_t length = ask_with(fd, type, client_cookie, 8, reply);

		assert_false(cookie_in(reply, length, cookie)); /* no secrets yet */
		secret_slot_publish(&fixture.secrets, &secret_one);
		length = ask_with(fd, type, client_cookie, 8, reply);
		assert_true(cookie_in(reply, length, cookie));
		assert_memory_equal(cookie, client_cookie, 8);
		assert_true(cookie_is_valid(cookie, &secret_one, i & 2));
		assert_false(cookie_is_valid(cookie, &secret_one, !(i & 2)));
		assert_false(cookie_is_valid(cookie, &secret_two, i & 2));
		length = ask_with(fd, type, cookie, COOKIE_SIZE, reply);
		assert_true(cookie_in(reply, length, again));
		assert_memory_equal(again, cookie, COOKIE_SIZE); /* kept */

		secret_slot_publish(&fixture.secrets, &secret_two);
		length = ask_with(fd, type, cookie, COOKIE_SIZE, reply);
		assert_true(cookie_in(reply, length, again));
		assert_true(cookie_is_valid(again, &secret_two, i & 2));
		close(fd);
		secret_slot_publish(&fixture.secrets, &(struct cookie_secrets){ 0 });
	}
}

/* A client that asks without pause, and looks at every cookie. */
struct client {
	pthread_t thread;
	int type;
	atomic_bool stop;
	atomic_uint by_one, by_two, wrong;
};

static void *ask_without_pause(void *data)
{
	struct client *client = data;
	int fd = fixture_connect(&fixture, client->type, false);
	uint8_t reply[4096], cookie[COOKIE_SIZE];

	for (unsigned int i = 0; !atomic_load(&client->stop); i++) {
		size_t length;

		if (i % 16 == 15) { /* another port: perhaps another worker */
			close(fd);
			fd = fixture_connect(&fixture, client->type, false);
		}
		length = ask_with(fd, client->type, client_cookie, 8, reply);
		if (!cookie_in(reply, length, cookie))
			client->wrong++;
		else if (cookie_is_valid(cookie, &secret_one, false))
			client->by_one++;
		else if (cookie_is_valid(cookie, &secret_two, false))
			client->by_two++;
		else
			client->wrong++;
	}
	close(fd);
	return NULL;
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static void write_file(const char *file, const char *text)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	fclose(out);
}

static void test_new_secrets_under_load(void **state)
{
	struct client clients[] = { { .type = SOCK_DGRAM }, { .type = SOCK_DGRAM },
				    { .type = SOCK_STREAM } };
	char file[] = "/tmp/rootxdp-secrets-XXXXXX", why[SERVER_WHY];

	(void)state;
	close(mkstemp(file));
	secret_slot_publish(&fixture.secrets, &secret_one);
	for (int i = 0; i < 3; i++)
		pthread_create(&clients[i].thread, NULL, ask_without_pause, &clients[i]);
	for (int i = 0; i < 100; i++) {
		write_file(file, i & 1 ? ONE : TWO);
		assert_int_equal(secret_slot_load(&fixture.secrets, file, why), 1);
		server_wake(fixture.server);
		sleep_ms(5);
	}
	for (int i = 0; i < 3; i++) {
		atomic_store(&clients[i].stop, true);
		pthread_join(clients[i].thread, NULL);
		assert_int_equal(clients[i].wrong, 0);
		assert_true(clients[i].by_one > 0 && clients[i].by_two > 0);
	}
	unlink(file);
}

static void test_bad_secrets_change_nothing(void **state)
{
	char file[] = "/tmp/rootxdp-secrets-XXXXXX", why[SERVER_WHY] = "";
	uint8_t reply[4096], cookie[COOKIE_SIZE];
	int fd = fixture_connect(&fixture, SOCK_DGRAM, false);

	(void)state;
	close(mkstemp(file));
	write_file(file, TWO ONE);
	assert_int_equal(secret_slot_load(&fixture.secrets, file, why), 2);
	write_file(file, ONE "00\n");
	assert_int_equal(secret_slot_load(&fixture.secrets, file, why), 0);
	assert_non_null(strstr(why, ":2: a cookie secret has 32 hexadecimal digits"));
	unlink(file);
	assert_int_equal(secret_slot_load(&fixture.secrets, file, why), 0);
	assert_non_null(strstr(why, "No such file"));
	assert_true(cookie_in(reply, ask_with(fd, SOCK_DGRAM, client_cookie, 8, reply), cookie));
	assert_true(cookie_is_valid(cookie, &secret_two, false));
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cookies_over_udp_and_tcp),
		TEST(test_new_secrets_under_load),
		TEST(test_bad_secrets_change_nothing),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
