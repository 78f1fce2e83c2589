/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A zone that could be switched to: fetched, verified, rendered. */
#ifndef ROOTXDP_CANDIDATE_H
#define ROOTXDP_CANDIDATE_H

#include <stdbool.h>

#include "image.h"
#include "options.h"
#include "state.h"
#include "zone.h"
#include "zone_clock.h"

/* Seconds that each step took. */
struct candidate_times {
	double verify; /* reading it, too */
	double render; /* and checking what was rendered */
	double fill;   /* the maps of the set that is not answered from, and reading them back */
	double prove;
	double feed;   /* until the fallback, which verifies for itself, has it */
	double change; /* until nobody is answered from the other set any more */
};

struct candidate {
	int fd;             /* an unnamed file with the zone's text */
	struct zone *zone;  /* NULL: not verified */
	struct image *image;
	struct image_view view; /* of the image */
	bool carried;       /* every RRset of the zone is in some reply */
	struct state known;
	struct candidate_times took;
};

/* An empty one, with an unnamed file. False: said on stderr. */
bool candidate_begin(struct candidate *candidate);

/*
 * Verifies what its file holds at the clock's time, and renders it. known.source is what messages
 * call it. False, with one line in why. Needs no privilege, changes nothing else; any thread may
 * call it.
 */
bool candidate_verify(struct candidate *candidate, const struct options *options,
		      const struct zone_clock *clock, char why[SOURCE_WHY]);

/* Frees everything; fine on a zeroed struct. */
void candidate_free(struct candidate *candidate);

/* Seconds since it was known to be the newest. */
uint64_t candidate_age(const struct candidate *candidate);

#endif
