/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long the steps of a zone's way into the kernel take. */
#ifndef ROOTXDP_STOPWATCH_H
#define ROOTXDP_STOPWATCH_H

#include <time.h>

/* CLOCK_MONOTONIC, seconds. */
static inline double stopwatch_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds since *since, which becomes the present. */
static inline double stopwatch_lap(double *since)
{
	double now = stopwatch_now(), lap = now - *since;

	*since = now;
	return lap;
}

#endif
