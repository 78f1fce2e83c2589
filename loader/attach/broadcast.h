/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The broadcast addresses of the subnets that our interfaces are on. */
#ifndef ROOTXDP_BROADCAST_H
#define ROOTXDP_BROADCAST_H

#include <stddef.h>

#include "devices.h"

/*
 * Writes the devices' IPv4 broadcast addresses, as they are now, to broadcast[]: at most `most`.
 * Returns how many; 0 also when they can't be asked for, since nothing depends on them but that
 * a forged query is not answered.
 */
size_t broadcasts_find(const struct devices *devices, struct address *broadcast, size_t most);

#endif
