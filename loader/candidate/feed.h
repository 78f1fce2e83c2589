/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The zone that is served, as the built-in fallback reads it: an unnamed file, which it need not be
 * allowed to read by its name.
 */
#ifndef ROOTXDP_FEED_H
#define ROOTXDP_FEED_H

#include <stdbool.h>

#include "candidate.h"

/* Makes the file. Returns its descriptor, or -1; said on stderr. */
int feed_open(void);

/*
 * Puts a candidate's zone into it. The fallback reads it only when it is told to, or starts; from
 * the file's modification time it knows how old the zone is. False: said on stderr.
 */
bool feed_zone(int feed, const struct candidate *candidate);

/* The zone in it is the newest one still. */
void feed_refreshed(int feed);

#endif
