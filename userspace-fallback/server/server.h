/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole server: every address's sockets, and the workers that answer on them. */
#ifndef ROOTXDP_SERVER_SERVER_H
#define ROOTXDP_SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "answer.h"
#include "limit_config.h"
#include "listen.h"
#include "log.h"
#include "secret_slot.h"
#include "zone_slot.h"

#define SERVER_WORKERS_MOST            64
#define SERVER_TCP_CONNECTIONS_DEFAULT 1000
#define SERVER_TCP_IDLE_DEFAULT        10 /* seconds; RFC 7766 6.2.3: "a few" */

struct server_config {
	const struct endpoint *endpoints;
	size_t endpoint_count;
	int sockets; /* the end to take kept sockets from, see kept_sockets.h; 0: none are kept. The
			other end is the next descriptor */
	unsigned int workers;         /* 1-SERVER_WORKERS_MOST */
	unsigned int tcp_connections; /* at once; split evenly between the workers, rounded up */
	unsigned int tcp_idle_ms;
	struct answer_config answer; /* but for its cookies, which come from a slot */
	struct limit_config limit;   /* of UDP replies */
};

struct server;

/* Binds all sockets that are not kept already, for which a low port needs privilege; from then on
 * queries wait in them.
 * Returns a server for server_stop(), or NULL with a line in why. */
struct server *server_open(const struct server_config *config, char why[SERVER_WHY]);

/* Starts the workers: when this returns true, every address answers from the slot's zone, UDP and
 * TCP, with cookies if there are secrets. The slots must outlive the server. False with a line in
 * why. */
bool server_start(struct server *server, struct zone_slot *zones, struct secret_slot *secrets,
		  char why[SERVER_WHY]);

/* After a publication: idle workers let go of the zone before, so that it can be freed, and of the
 * secrets before. */
void server_wake(struct server *server);

/* To be called about once a second: tells the operator of replies that were limited. */
void server_tick(struct server *server);

/* Ends all workers, closes all sockets, frees the server; NULL is fine. */
void server_stop(struct server *server);

#endif
