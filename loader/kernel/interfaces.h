/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices, in the two maps that have them. */
#ifndef ROOTXDP_INTERFACES_H
#define ROOTXDP_INTERFACES_H

#include "guard.h"

/*
 * Writes a device to the maps `interfaces` and `interface_slots`, or takes it out of both. 0, or a
 * negative error.
 */
int interfaces_write(int interfaces, int slots, __u32 ifindex, const struct interface *interface);
int interfaces_remove(int interfaces, int slots, __u32 ifindex);

#endif
