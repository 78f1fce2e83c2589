/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, in the two maps that have them. */
#ifndef ROOTXDP_ADDRESSES_H
#define ROOTXDP_ADDRESSES_H

#include "guard.h"

/*
 * Adds an address to the maps `addresses` and `address_slots`, or changes what it is to us. 0, or a
 * negative error.
 */
int addresses_add(int addresses, int slots, const struct address *address, enum address_use use);

#endif
