/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the zone fresh: asks the sources in time, and whenever somebody says that there is news. */
#ifndef ROOTXDP_REFRESH_H
#define ROOTXDP_REFRESH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "candidate.h"

struct service;

/* What asking the sources came to. */
enum refresh_outcome {
	REFRESH_FAILED, /* none has a zone that may be used: said on stderr, a line each */
	REFRESH_SAME,   /* the zone that we have is the newest */
	REFRESH_NEWER,  /* there is a candidate */
};

/* What is asked of the sources; nothing that others change meanwhile. */
struct refresh_wish {
	const struct options *options;
	struct zone_clock clock;
	const atomic_bool *stop; /* set: it ends soon, as a failure */
	bool have;               /* there is a zone, of this serial */
	uint32_t serial;
	bool again; /* the same serial is a candidate too: an operator said so */
};

/*
 * Asks the sources, in the order of their priorities, until one has the zone; blocks, in any
 * thread. *candidate is filled for REFRESH_NEWER, and then to be freed; known.source is set for
 * REFRESH_SAME.
 */
enum refresh_outcome refresh_ask(const struct refresh_wish *wish, struct candidate *candidate);

/*
 * The schedule of a running loader (RFC 1034 4.3.5, RFC 1996 4). When it has a candidate,
 * service_switch() is called, and service_refreshed() when the zone is still the newest.
 */
struct refresh {
	struct service *service;
	uv_timer_t timer;
	uv_timer_t settle; /* a file that changed is left alone for a moment */
	uv_work_t work;
	uv_fs_poll_t *files[SOURCES_MAX]; /* that are watched */
	size_t file_count;
	atomic_bool stop;
	bool running;
	bool later;       /* another request came while it runs */
	bool later_again; /* and that was the operator's */
	struct refresh_wish wish;
	struct candidate candidate;
	enum refresh_outcome outcome;
	uint32_t interval, retry; /* of the zone's SOA: refresh and retry, seconds */
	unsigned int failures;    /* in a row */
	uint64_t asked_ns;        /* CLOCK_MONOTONIC: when they were asked last */
	int64_t next;             /* when it asks by itself, seconds since 1970; 0: never */
};

/* Begins, with the zone that is served. */
void refresh_begin(struct refresh *refresh, uv_loop_t *loop, struct service *service,
		   const struct zone *zone);

/* Asks the sources now. again: see struct refresh_wish. */
void refresh_now(struct refresh *refresh, bool again);

/* The same for a NOTIFY, but not more often than every few seconds: it may be forged. */
void refresh_notified(struct refresh *refresh);

/* The options name other sources than before: watches the files among them. */
void refresh_sources_changed(struct refresh *refresh);

/* Is any of the sources in the network? */
bool refresh_has_network(const struct options *options);

/* Ends: closes its handles. What runs in a thread is told to stop. */
void refresh_end(struct refresh *refresh);

#endif
