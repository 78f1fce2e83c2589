/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaching the tc program: a clsact filter at a place of its own, replaced in place. */
#ifndef ROOTXDP_ATTACH_TC_H
#define ROOTXDP_ATTACH_TC_H

#include "devices.h"

/* Where our filter is among the interface's ingress filters: others may come before it. */
#define TC_PRIORITY 53
#define TC_HANDLE   1

/* Is a filter at our place that may not be replaced? One with our program's name may, when `left`
 * says that it was left by a loader with our pins; else another loader has the interface. True:
 * said on stderr, with the way to remove it. */
bool tc_is_taken(const struct device *device, bool left);

/* Attaches the program, making the clsact qdisc when there is none; replaces our old filter in
 * place. False: said on stderr. */
bool tc_attach(struct device *device, int program);

/* Removes our filter, and the qdisc when `qdisc` and no other filter is left. Filters of others
 * stay. False: there was none of ours. */
bool tc_detach(int ifindex, bool qdisc);

/* The id of our program that is attached to the interface by tc, or 0. */
__u32 tc_attached(int ifindex);

#endif
