// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts servers in this process and speaks DNS with them over real sockets. */
#include "server_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct zone_source fixture_source(const char *file)
{
	return (struct zone_source){
		.file = file,
		.trust_anchors = "tests/data/all-ksk.ds",
		.zonemd = ZONEMD_IGNORE,
		.clock = server_clock_from(FIXTURE_TIME),
	};
}

void fixture_zone(struct zone_slot *slot)
{
	struct zone_source source = fixture_source(FIXTURE_ZONE);
	char why[SERVER_WHY];

	zone_slot_init(slot);
	if (!zone_source_load(&source, slot, why))
		fail_msg("%s", why);
}

static uint16_t free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void open_on_free_port(struct fixture *fixture, struct server_config *config)
{
	char why[SERVER_WHY] = "";

	/* Another process may take the port in between. */
	for (int tries = 0; tries < 10 && !fixture->server; tries++) {
		uint16_t port = free_port();

		assert_true(endpoint_parse("127.0.0.1", port, &fixture->endpoints[0], why));
		assert_true(endpoint_parse("::1", port, &fixture->endpoints[1], why));
		fixture->server = server_open(config, why);
	}
	if (!fixture->server)
		fail_msg("%s", why);
}

void fixture_start(struct fixture *fixture, struct zone_slot *slot,
		   const struct fixture_settings *settings)
{
	struct server_config config = {
		.endpoints = fixture->endpoints,
		.endpoint_count = 2,
		.workers = settings->workers,
		.tcp_connections = settings->tcp_connections,
		.tcp_idle_ms = settings->tcp_idle_ms,
		.answer = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT, .notify = settings->notify },
	};
	char why[SERVER_WHY] = "";

	if (settings->limit)
		config.limit = *settings->limit;
	memset(fixture, 0, sizeof(*fixture));
	secret_slot_init(&fixture->secrets);
	fixture->answer = config.answer;
	fixture->slot = slot;
	open_on_free_port(fixture, &config);
	if (!server_start(fixture->server, slot, &fixture->secrets, why))
		fail_msg("%s", why);
}

void fixture_stop(struct fixture *fixture)
{
	server_stop(fixture->server);
	secret_slot_destroy(&fixture->secrets);
}

int fixture_connect(const struct fixture *fixture, int type, bool ipv6)
{
	const struct endpoint *endpoint = &fixture->endpoints[ipv6];
	const struct timeval patience = { .tv_sec = 5 };
	int fd = socket(endpoint->address.ss_family, type, 0);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(connect(fd, (const struct sockaddr *)&endpoint->address,
				 endpoint->length), 0);
	return fd;
}

size_t make_query(uint8_t *query, uint16_t id, const char *label, uint16_t type)
{
	static const uint8_t opt[] = { 0, 0, 41, 0x10, 0, 0, 0, 0x80, 0, 0, 0 };
	uint8_t *at = query;

	memset(query, 0, 12);
	query[0] = id >> 8;
	query[1] = id;
	query[5] = query[11] = 1;
	at += 12;
	if (*label) {
		*at++ = strlen(label);
		at = mempcpy(at, label, strlen(label));
	}
	*at++ = 0;
	*at++ = type >> 8;
	*at++ = type;
	*at++ = 0;
	*at++ = 1;
	at = mempcpy(at, opt, sizeof(opt));
	return at - query;
}

size_t make_tcp_query(uint8_t *query, uint16_t id, const char *label, uint16_t type)
{
	size_t length = make_query(query + 2, id, label, type);

	query[0] = length >> 8;
	query[1] = length;
	return 2 + length;
}

static size_t read_exactly(int fd, uint8_t *bytes, size_t length)
{
	size_t got = 0;

	while (got < length) {
		ssize_t n = recv(fd, bytes + got, length - got, 0);

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			fail_msg("the server was silent for 5 s");
		if (n <= 0)
			break;
		got += n;
	}
	return got;
}

size_t read_answer(int fd, uint8_t *answer)
{
	uint8_t prefix[2];
	size_t length;

	if (read_exactly(fd, prefix, 2) != 2)
		return 0;
	length = prefix[0] << 8 | prefix[1];
	return read_exactly(fd, answer, length) == length ? length : 0;
}

void expect_answer(const struct fixture *fixture, int fd, const uint8_t *query, size_t length)
{
	static uint8_t got[ANSWER_TCP_SIZE_MOST], expected[ANSWER_TCP_SIZE_MOST];
	const struct asker asker = { .transport = TRANSPORT_TCP };
	struct zone_reader reader;
	size_t got_length, expected_length;

	zone_reader_init(&reader, fixture->slot);
	expected_length = answer_query(zone_reader_zone(&reader), &fixture->answer, &asker, query,
				       length, expected, sizeof(expected), NULL);
	zone_reader_release(&reader);
	got_length = read_answer(fd, got);
	assert_int_equal(got_length, expected_length);
	assert_memory_equal(got, expected, expected_length);
}

void expect_end(int fd)
{
	uint8_t bytes[4096];
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		;
	if (n < 0 && errno != ECONNRESET)
		fail_msg("the connection is still open after 5 s");
}

void send_all(int fd, const void *bytes, size_t length)
{
	assert_int_equal(send(fd, bytes, length, MSG_NOSIGNAL), (ssize_t)length);
}

uint32_t serial_in(const uint8_t *answer, size_t length)
{
	/* header, ". SOA", owner (1), type, class, TTL, RDLENGTH (10), two names, serial */
	const uint8_t *at = answer + 12 + 5 + 11;

	assert_true(length > 60);
	assert_int_equal(answer[7], 2); /* SOA and its RRSIG */
	for (int names = 0; names < 2; names++, at++)
		while (*at && *at < 0xc0)
			at += 1 + *at;
	return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}
