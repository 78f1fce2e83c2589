/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where zones come from: reads the file, verifies it, and puts it into service. */
#ifndef ROOTXDP_SERVER_RELOAD_H
#define ROOTXDP_SERVER_RELOAD_H

#include <stdbool.h>
#include <uv.h>

#include "clock.h"
#include "log.h"
#include "zone.h"
#include "zone_slot.h"

struct zone_source {
	const char *file;
	const char *name; /* what messages call the file, one that is open already; or NULL */
	bool by_mtime;    /* it was known to be the newest when it was last modified */
	const char *directory; /* of relative names, with '/', for messages; or NULL */
	const char *trust_anchors; /* NULL: IANA's, built in */
	/* What trust_anchors begins with when a descriptor leads to its directory, and what
	 * messages say instead, with '/'; or NULL. */
	const char *anchor_descriptor, *anchor_directory;
	enum zonemd_policy zonemd;
	bool allow_unsigned;
	bool allow_older; /* a serial below the one in service is welcome */
	struct server_clock clock;
};

/*
 * Reads and verifies the source's zone and publishes it. False with a line in why: the zone
 * before, if there was one, stays in service. Takes about a second; any thread may call it.
 */
bool zone_source_load(const struct zone_source *source, struct zone_slot *slot,
		      char why[SERVER_WHY]);

/* How long ago the source's zone was known to be the newest one, seconds: see by_mtime. */
int64_t zone_source_age(const struct zone_source *source);

/* Loads on request, in a thread of libuv's pool. Used on one loop. */
struct reload {
	uv_work_t work;
	const struct zone_source *source;
	struct zone_slot *slot;
	void (*done)(struct reload *reload); /* on the loop, after each load */
	void *data;                          /* the caller's */
	bool running, again, ok;
	char why[SERVER_WHY]; /* when not ok */
};

/* Begins a load. If one is running, another follows it, so that a file that was replaced in the
 * meantime is not missed. */
void reload_request(struct reload *reload, uv_loop_t *loop);

#endif
