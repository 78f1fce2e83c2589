/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an earlier loader left in the kernel: for `run` to take over, for `unload` to remove. */
#ifndef ROOTXDP_REMAINS_H
#define ROOTXDP_REMAINS_H

#include "attach_xdp.h"

struct remains {
	struct xdp_links links;
	struct remaining_device {
		__u32 ifindex;
		struct interface entry;
	} device[INTERFACES_MAX];
	size_t devices;
	__u64 network; /* where the interfaces are; 0: unknown */
	bool zone;     /* there is a zone, with this header */
	struct zone_info info;
	int stats;     /* its counters; -1: none, or of another layout */
	bool any; /* anything at all is pinned */
};

/* Looks at the pins; fine when there are none. For remains_close(). */
void remains_open(struct remains *remains, const char *pin);
void remains_close(struct remains *remains);

/*
 * Detaches everything but what `kept` (NULL: nothing) has attached by now. Links and filters of
 * devices that are gone are forgotten. Pins of maps and programs are left.
 */
void remains_detach(const struct remains *remains, const char *pin, const struct devices *kept);

#endif
