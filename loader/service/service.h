/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a running loader has in its hands. */
#ifndef ROOTXDP_SERVICE_H
#define ROOTXDP_SERVICE_H

#include "attach.h"
#include "child.h"
#include "lock.h"
#include "options.h"
#include "program.h"
#include "secrets.h"
#include "zone_clock.h"

struct service {
	const struct options *options;
	struct zone_clock clock;
	struct lock lock;
	struct devices devices;
	struct remains remains; /* of an earlier loader; empty once taken over */
	struct program program;
	struct child child;
	struct secrets secrets;
	__u32 serial; /* of the zone that is answered from */
	__u32 active; /* its set */
	bool stopping;
};

/*
 * Reads the cookie secrets again, and tells kernel and fallback; bad ones leave those that there
 * are. Then reads the zone file again and switches to it, atomically; so does the fallback.
 * Prints "reloaded serial=N replies=N". On any failure the zone that is loaded stays, and the
 * reason stands on stderr in one line.
 */
void service_reload(struct service *service);

#endif
