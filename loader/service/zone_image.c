// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads, verifies and renders the zone: no privilege, no kernel. */
#include <stdlib.h>

#include "log.h"
#include "zone_image.h"

static struct image *render(const struct zone *zone, const struct options *options)
{
	struct image *image;
	char why[256];

	image = image_render(zone, &options->answer, why);
	if (image && image_check(image, image->size, why))
		return image;
	free(image);
	log_error("%s: can't render the zone's replies: %s", options->zone, why);
	return NULL;
}

struct image *zone_image(const struct options *options, const struct zone_clock *clock,
			 struct image_view *view)
{
	const struct zone_policy policy = {
		.trust_anchors = options->trust_anchors,
		.validate_at = zone_clock_now(clock),
		.zonemd = options->zonemd,
	};
	struct zone_error error;
	struct zone *zone = zone_load(options->zone, &policy, &error);
	struct image *image;

	if (!zone) {
		log_error("%s", error.text);
		return NULL;
	}
	image = render(zone, options);
	zone_free(zone);
	if (image)
		*view = image_parts(image);
	return image;
}
