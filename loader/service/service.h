/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a running loader has in its hands, and what it does with it. */
#ifndef ROOTXDP_SERVICE_H
#define ROOTXDP_SERVICE_H

#include "attach.h"
#include "attested.h"
#include "expiry.h"
#include "fallback.h"
#include "listener.h"
#include "lock.h"
#include "options.h"
#include "program.h"
#include "refresh.h"
#include "secrets.h"
#include "state.h"
#include "zone_clock.h"

struct service {
	const struct options *options;
	struct configuration *configuration; /* that they are of; NULL: of the start */
	struct zone_clock clock;
	struct lock lock;
	struct devices devices;
	struct remains remains; /* of an earlier loader; empty once taken over */
	struct program program;
	struct fallback fallback;
	int feed; /* the fallback's zone: see feed.h */
	struct secrets secrets;
	struct refresh refresh;
	struct listener listener;
	struct attested attested;
	struct state known; /* of the zone that is answered from */
	bool carried;       /* every RRset of it is in some reply */
	bool kept;          /* it began with the one in the state directory */
	bool adopted;       /* with the maps of an earlier loader */
	__u32 active;       /* its set */
	enum time_stage expiry; /* what was said of its deadline */
	bool stopping;
};

/*
 * The zone to begin with: the kept one if it may still be answered from, else the first that a
 * source has. Without any it goes on asking sources in the network, and gives up on files. False:
 * said on stderr. The candidate is to be freed.
 */
bool service_first_zone(struct service *service, struct candidate *candidate);

/*
 * Puts the first zone into the kernel, attaches, and starts the fallback: queries are answered when
 * it returns. After a failure a fresh start leaves nothing; what an earlier loader left goes on
 * answering. False: said on stderr.
 */
bool service_start(struct service *service, const struct candidate *candidate);

/* Takes everything out of the kernel. */
void service_remove(struct service *service);

/*
 * Switches to a candidate, atomically; so does the fallback. Keeps it in the state directory.
 * Prints "reloaded serial=N replies=N". On any failure the zone that is loaded stays, and the
 * reason stands on stderr in one line; false.
 */
bool service_switch(struct service *service, const struct candidate *candidate);

/* The zone is still the newest one, as `known` says: its time begins anew. */
void service_refreshed(struct service *service, const struct state *known);

/*
 * A network device came or changed: attaches again where that is needed. Says on stderr what it
 * did.
 */
void service_reattach(struct service *service);

/*
 * SIGHUP: reads the configuration file again and applies it, then the cookie secrets, and tells
 * kernel and fallback; what is bad leaves all as it is. Then asks the sources.
 */
void service_reload(struct service *service);

#endif
