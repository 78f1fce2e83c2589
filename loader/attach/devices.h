/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network devices that we answer on: what they are, and what is attached to them. */
#ifndef ROOTXDP_DEVICES_H
#define ROOTXDP_DEVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "guard.h"
#include "options.h"

struct device {
	int ifindex;
	char driver[32];  /* as ethtool -i says; "" for lo */
	bool vlan_hidden; /* the NIC strips VLAN tags, and there are VLAN devices on it */
	bool want_xdp;
	bool must_xdp; /* want_xdp, and failing is an error */
	bool want_tc;
	int link;               /* XDP's bpf_link; -1 */
	struct interface entry; /* its entry in the map `interfaces` */
};

struct devices {
	struct device device[INTERFACES_MAX];
	size_t count;
};

/*
 * Finds the interfaces and decides by --tiers what each is to get; checks --max-udp-size against
 * every MTU. Changes nothing. False: said on stderr.
 */
bool devices_find(struct devices *devices, const struct options *options);

#endif
