/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One thread with its own loop and its own sockets on every address. */
#ifndef ROOTXDP_SERVER_WORKER_H
#define ROOTXDP_SERVER_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "answerer.h"
#include "log.h"
#include "tcp.h"
#include "udp.h"

/* Of a worker's functions only; zeroed before worker_start(). */
struct worker {
	uv_loop_t loop;
	uv_async_t wake;
	uv_thread_t thread;
	atomic_bool stopping;
	bool started;
	struct answerer answerer;
	struct udp *udp;
	struct tcp *tcp;
};

/* What all workers of a server share; all of it must outlive them. */
struct worker_share {
	struct zone_slot *zones;
	struct secret_slot *secrets;
	const struct answer_config *config;
	struct limiter *limiter; /* NULL: UDP replies are not limited */
	struct tcp_limits tcp;   /* of each worker */
};

/*
 * Starts a worker that answers on `count` UDP sockets and `count` listening TCP sockets; they
 * stay the caller's and must stay open until worker_stop(). False with a line in why: nothing was
 * started, and worker_stop() is not needed.
 */
bool worker_start(struct worker *worker, const struct worker_share *share, const int *udp_sockets,
		  const int *tcp_sockets, size_t count, char why[SERVER_WHY]);

/* Makes an idle worker look at the slot, so that it lets go of a replaced zone. */
void worker_wake(struct worker *worker);

/* Ends the thread, closes its connections, frees what it made. Nothing to do if not started. */
void worker_stop(struct worker *worker);

#endif
