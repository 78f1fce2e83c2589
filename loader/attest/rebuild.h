/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The zone, rebuilt from stored replies alone. */
#ifndef ROOTXDP_REBUILD_H
#define ROOTXDP_REBUILD_H

#include <stdio.h>

#include "finding.h"
#include "gather.h"
#include "image.h"

struct rebuilt {
	struct image_view view; /* as read, but names and apex types as the replies tell them */
	struct zone_info info;
	struct name *names;
	uint8_t *damaged; /* for each reply; 1: it was left out */
	size_t damages;
	struct gathered *gathered;
};

/*
 * Checks all parts by themselves, finds what is wrong with them, and gathers the records of all
 * replies that are right. `view` may hold any bytes, its counts must be right.
 * False: no memory. It is to be freed either way.
 */
bool rebuild(struct rebuilt *rebuilt, const struct image_view *view, struct findings *findings);

/* Gathers also from the replies that are damaged, what no other has. False: no memory. */
bool rebuild_missing(struct rebuilt *rebuilt);

void rebuilt_free(struct rebuilt *rebuilt);

/* Writes the zone as a zone file, one record a line. Returns for each line the reply that it is
 * from, for free(); NULL when it can't be written or without memory. */
uint32_t *rebuilt_write(const struct rebuilt *rebuilt, FILE *out, size_t *lines);

#endif
