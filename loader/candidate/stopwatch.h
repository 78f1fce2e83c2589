/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long the steps of a zone's way into the kernel take. */
#ifndef ROOTXDP_STOPWATCH_H
#define ROOTXDP_STOPWATCH_H

#include <stdint.h>

#include "zone_clock.h"

/* Seconds since *since, a monotonic_ns(), which becomes the present. */
static inline double stopwatch_lap(uint64_t *since)
{
	uint64_t now = monotonic_ns(), lap = now - *since;

	*since = now;
	return (double)lap / 1e9;
}

#endif
