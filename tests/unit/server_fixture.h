/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server in this process on loopback, and clients that talk to it byte by byte. */
#ifndef ROOTXDP_TESTS_SERVER_FIXTURE_H
#define ROOTXDP_TESTS_SERVER_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "registry.h"
#include "server/reload.h"
#include "server/server.h"

#define FIXTURE_TIME        1533204000 /* 2018-08-02T10:00:00Z: both zones are valid */
#define FIXTURE_ZONE        "tests/data/root.zone.2018080101"
#define FIXTURE_SERIAL      2018080101
#define FIXTURE_NEXT_ZONE   "tests/data/root.zone.2018080200"
#define FIXTURE_NEXT_SERIAL 2018080200

/* Where to load a zone of 2018 from, at FIXTURE_TIME. */
struct zone_source fixture_source(const char *file);

/* An initialised slot with FIXTURE_ZONE in it; asserts that it loads. */
void fixture_zone(struct zone_slot *slot);

/* How a test wants its server. */
struct fixture_settings {
	unsigned int workers, tcp_connections, tcp_idle_ms;
	const struct limit_config *limit; /* NULL: none */
	const struct notify_config *notify; /* NULL: nobody's is acknowledged */
};

struct fixture {
	struct endpoint endpoints[2]; /* 127.0.0.1 and ::1, the same free port */
	struct answer_config answer;
	struct zone_slot *slot;
	struct secret_slot secrets; /* empty at first */
	struct server *server;
};

/* Starts a server on the slot's zone; asserts that it starts. */
void fixture_start(struct fixture *fixture, struct zone_slot *slot,
		   const struct fixture_settings *settings);
void fixture_stop(struct fixture *fixture);

/* A blocking client socket, connected to 127.0.0.1 (or ::1); reads give up after 5 s. */
int fixture_connect(const struct fixture *fixture, int type, bool ipv6);

/* A query for a name of at most one label ("" is the root) with DO and 4096; returns its length. */
size_t make_query(uint8_t *query, uint16_t id, const char *label, uint16_t type);

/* The same behind its length, as TCP has it. */
size_t make_tcp_query(uint8_t *query, uint16_t id, const char *label, uint16_t type);

/* Reads one answer from a TCP socket; returns its length, or 0 at the end of the stream. */
size_t read_answer(int fd, uint8_t *answer);

/* Reads one answer and asserts that it is the engine's own to this query (without length). */
void expect_answer(const struct fixture *fixture, int fd, const uint8_t *query, size_t length);

/* Asserts that the server has closed the connection, or does so within 5 s. */
void expect_end(int fd);

void send_all(int fd, const void *bytes, size_t length);

/* The serial in an answer to ". SOA". */
uint32_t serial_in(const uint8_t *answer, size_t length);

#endif
