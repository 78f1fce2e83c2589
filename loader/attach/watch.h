/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells when network devices come, go or change. */
#ifndef ROOTXDP_WATCH_H
#define ROOTXDP_WATCH_H

#include <stdbool.h>

#include "devices.h"

/* A descriptor that can be read when a device of this network namespace changed; -1: said on
 * stderr. */
int watch_open(void);

/* Reads all that it has to say; does not wait. */
void watch_drain(int watch);

/*
 * Is any of the interfaces of the options another device than we know: made anew, or of another MAC
 * address or MTU? One that is not there at all does not count.
 */
bool watch_differs(const struct devices *devices, const struct options *options);

#endif
