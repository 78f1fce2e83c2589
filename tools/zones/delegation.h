/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a made-up root zone says about each TLD. */
#ifndef ROOTXDP_ZONES_DELEGATION_H
#define ROOTXDP_ZONES_DELEGATION_H

#include <stdint.h>
#include <stdio.h>

#include "labels.h"

/* A zone in the making. */
struct world {
	struct label_text *labels; /* TLDs, canonical order */
	size_t count;
	uint64_t seed;
};

/*
 * Writes a TLD's NS, DS, NSEC and glue, and the glue of others that have their name servers' names
 * there: lines of zone file text, in no order. What it writes depends on the world and the index
 * only, so TLDs may be written at the same time.
 */
void delegation_write(const struct world *world, size_t index, FILE *out);

/* The same for '.': SOA, NS and NSEC. */
void apex_write(const struct world *world, FILE *out);

#endif
