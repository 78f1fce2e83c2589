/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The active set, read out of the kernel at one moment. */
#ifndef ROOTXDP_SNAPSHOT_H
#define ROOTXDP_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"
#include "maps.h"

struct snapshot {
	uint32_t set;
	unsigned int tries;
	struct settings settings;
	struct zone_info info;
	/* Its counts: names and replies as zone_info and the prefix table agree, cuts and shelves
	 * as many as the maps have room for. Nothing that it holds was checked. */
	struct image_view view;
	void *values[SET_MAP_COUNT]; /* what the view shows */
	uint32_t room[SET_MAP_COUNT];
	uint32_t id[SET_MAP_COUNT]; /* of the map that the outer one leads to */
	int fd[SET_MAP_COUNT];      /* the same, while it is read */
};

/*
 * Reads what the programs see: through `active` and the outer maps. Again when the loader switched
 * meanwhile. False: one line in why; else it is to be freed.
 */
bool snapshot_read(struct snapshot *snapshot, const struct maps *maps, char why[256]);

void snapshot_free(struct snapshot *snapshot);

#endif
