/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an image into the maps of one set. */
#ifndef ROOTXDP_TRANSFER_H
#define ROOTXDP_TRANSFER_H

#include <stdbool.h>

#include "image.h"
#include "maps.h"

/* How many entries the image has for a set's map. */
__u32 transfer_count(const struct image_view *image, enum set_map_index which);

/* Do all parts fit the maps as they were loaded? */
bool transfer_fits(const struct maps *maps, const struct image_view *image);

/*
 * Copies the image into set 0 or 1, which no program may be reading, with the deadline in its
 * header; then reads all of it back and compares.
 * False: said on stderr; the set holds nothing that may be switched to.
 */
bool transfer_fill(const struct maps *maps, __u32 set, const struct image_view *image,
		   const struct deadline *deadline);

/* Notes in a set's header what was proven of it. False: said on stderr. */
bool transfer_proven(const struct maps *maps, __u32 set, __u32 proofs, __u32 proven);

/*
 * Gives a set another deadline, also while it is answered from; signed_for stays. False: said on
 * stderr.
 */
bool transfer_deadline(const struct maps *maps, __u32 set, const struct deadline *deadline);

/* Copies a whole set into larger maps, and compares. False: said on stderr. */
bool transfer_copy(const struct maps *from, __u32 from_set, const struct maps *to, __u32 to_set);

/*
 * Makes a filled set the one that is answered from. Returns when no program reads the other one
 * any more, so that it may be filled. False: said on stderr.
 */
bool transfer_switch(const struct maps *maps, __u32 set);

#endif
