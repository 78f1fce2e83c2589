/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a zone file to an image: read, verify, render, check. */
#ifndef ROOTXDP_ZONE_IMAGE_H
#define ROOTXDP_ZONE_IMAGE_H

#include "image.h"
#include "options.h"
#include "zone_clock.h"

/*
 * Loads the zone file of the options as it is now, verified at the clock's time, and renders it.
 * Returns an image for free(), with its parts in *view, or NULL; said on stderr in one line.
 */
struct image *zone_image(const struct options *options, const struct zone_clock *clock,
			 struct image_view *view);

#endif
