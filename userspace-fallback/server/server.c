// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens sockets and runs workers on them. */
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "kept_sockets.h"
#include "worker.h"

struct server {
	struct answer_config answer;
	struct limiter *limiter; /* NULL: replies are not limited */
	struct tcp_limits limits;
	unsigned int worker_count;
	size_t endpoint_count;
	size_t opened;    /* sockets in each of the next two */
	int *udp_sockets; /* worker by worker, each with one for every endpoint */
	int *tcp_sockets;
	struct worker workers[];
};

static struct server *new_server(const struct server_config *config)
{
	struct server *server =
		calloc(1, sizeof(*server) + config->workers * sizeof(server->workers[0]));
	size_t sockets = config->workers * config->endpoint_count;

	if (!server)
		return NULL;
	server->answer = config->answer;
	server->limits.connections =
		(config->tcp_connections + config->workers - 1) / config->workers;
	server->limits.idle_ms = config->tcp_idle_ms;
	server->worker_count = config->workers;
	server->endpoint_count = config->endpoint_count;
	server->udp_sockets = calloc(sockets, sizeof(int));
	server->tcp_sockets = calloc(sockets, sizeof(int));
	if (!server->udp_sockets || !server->tcp_sockets) {
		server_stop(server);
		return NULL;
	}
	return server;
}

static bool open_pair(struct server *server, const struct endpoint *endpoint,
		      struct kept_sockets *kept, char why[SERVER_WHY])
{
	int udp = kept_sockets_take(kept, endpoint, SOCK_DGRAM);
	int tcp = kept_sockets_take(kept, endpoint, SOCK_STREAM);

	if (udp < 0)
		udp = listen_udp(endpoint, why);
	if (tcp < 0 && udp >= 0)
		tcp = listen_tcp(endpoint, why);
	if (udp < 0 || tcp < 0) {
		if (udp >= 0)
			close(udp);
		if (tcp >= 0)
			close(tcp);
		return false;
	}
	server->udp_sockets[server->opened] = udp;
	server->tcp_sockets[server->opened] = tcp;
	server->opened++;
	return true;
}

static bool open_pairs(struct server *server, const struct server_config *config,
		       struct kept_sockets *kept, char why[SERVER_WHY])
{
	for (size_t i = 0; i < config->endpoint_count; i++)
		if (!kept_sockets_have(kept, &config->endpoints[i]) &&
		    !endpoint_unused(&config->endpoints[i], why))
			return false;
	for (unsigned int worker = 0; worker < config->workers; worker++)
		for (size_t i = 0; i < config->endpoint_count; i++)
			if (!open_pair(server, &config->endpoints[i], kept, why))
				return false;
	return true;
}

static bool keep(const struct server *server, int sockets, char why[SERVER_WHY])
{
	return !sockets ||
	       (kept_sockets_send(sockets + 1, server->udp_sockets, server->opened, why) &&
		kept_sockets_send(sockets + 1, server->tcp_sockets, server->opened, why));
}

static bool open_all(struct server *server, const struct server_config *config,
		     char why[SERVER_WHY])
{
	struct kept_sockets *kept = malloc(sizeof(*kept));
	char unsaid[SERVER_WHY];
	bool opened;

	if (!kept) {
		snprintf(why, SERVER_WHY, "out of memory");
		return false;
	}
	kept_sockets_receive(kept, config->sockets);
	opened = open_pairs(server, config, kept, why) && keep(server, config->sockets, why);
	/* They are another server's still. */
	if (!opened && config->sockets) {
		keep(server, config->sockets, unsaid);
		kept_sockets_send(config->sockets + 1, kept->fd, kept->count, unsaid);
	}
	kept_sockets_close(kept);
	free(kept);
	return opened;
}

static bool open_limiter(struct server *server, const struct server_config *config,
			 char why[SERVER_WHY])
{
	if (!config->limit.rate)
		return true;
	server->limiter = limiter_open(&config->limit, why);
	return server->limiter;
}

struct server *server_open(const struct server_config *config, char why[SERVER_WHY])
{
	struct server *server = new_server(config);

	if (!server) {
		snprintf(why, SERVER_WHY, "out of memory for %u workers", config->workers);
		return NULL;
	}
	if (!open_limiter(server, config, why) || !open_all(server, config, why)) {
		server_stop(server);
		return NULL;
	}
	return server;
}

bool server_start(struct server *server, struct zone_slot *zones, struct secret_slot *secrets,
		  char why[SERVER_WHY])
{
	const struct worker_share share = { .zones = zones,
					    .secrets = secrets,
					    .config = &server->answer,
					    .limiter = server->limiter,
					    .tcp = server->limits };

	for (size_t i = 0; i < server->opened; i++)
		if (!listen_tcp_begin(server->tcp_sockets[i], why))
			return false;
	for (unsigned int i = 0; i < server->worker_count; i++) {
		size_t first = i * server->endpoint_count;

		if (!worker_start(&server->workers[i], &share, server->udp_sockets + first,
				  server->tcp_sockets + first, server->endpoint_count, why))
			return false;
	}
	return true;
}

void server_wake(struct server *server)
{
	for (unsigned int i = 0; i < server->worker_count; i++)
		worker_wake(&server->workers[i]);
}

void server_tick(struct server *server)
{
	if (server->limiter)
		limiter_tick(server->limiter, server_clock_steady_now());
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	for (unsigned int i = 0; i < server->worker_count; i++)
		worker_stop(&server->workers[i]);
	for (size_t i = 0; i < server->opened; i++) {
		close(server->udp_sockets[i]);
		close(server->tcp_sockets[i]);
	}
	limiter_free(server->limiter);
	free(server->udp_sockets);
	free(server->tcp_sockets);
	free(server);
}
