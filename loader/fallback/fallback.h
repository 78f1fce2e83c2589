/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks after the built-in fallback: listens to it, and starts it again when it died. */
#ifndef ROOTXDP_FALLBACK_H
#define ROOTXDP_FALLBACK_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "child.h"

struct fallback {
	struct child child;
	int sockets[2];      /* a Unix socket pair, in which its sockets wait for its successor */
	uv_poll_t output;
	uv_timer_t restart;
	bool listening;      /* `output` is open, on this descriptor */
	int listened;
	uint64_t started_ns; /* CLOCK_MONOTONIC */
	unsigned int deaths; /* in a row, each soon after its start */
};

/* To be called before the first child is started. False: said on stderr. */
bool fallback_open(struct fallback *fallback);

/* Begins to look after the one that service_start() started. */
void fallback_begin(struct service *service, uv_loop_t *loop);

/* Puts another child, which is ready, in the place of the one that runs, and ends that. */
void fallback_replace(struct service *service, const struct child *next);

/* A child process ended: starts the fallback again in a while, if it was that. */
void fallback_ended(struct service *service);

#endif
