// SPDX-License-Identifier: GPL-2.0-or-later
// Loads a zone, and renders its replies with the largest size that the loader has by default.
#include "rendering.h"

#include <stdio.h>
#include <stdlib.h>

#include "answer.h"

bool rendering_option(struct rendering *rendering, int letter, const char *value)
{
	switch (letter) {
	case 'z': rendering->zone_file = value; return true;
	case 'a': rendering->policy.trust_anchors = value; return true;
	case 't': return zone_time_parse(value, &rendering->policy.validate_at);
	default: return false;
	}
}

bool rendering_open(struct rendering *rendering, char why[512])
{
	const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
	struct zone_error error;

	rendering->zone = zone_load(rendering->zone_file, &rendering->policy, &error);
	if (!rendering->zone) {
		snprintf(why, sizeof(error.text), "%s", error.text);
		return false;
	}
	rendering->image = image_render(rendering->zone, &config, why);
	if (rendering->image)
		rendering->view = image_parts(rendering->image);
	return rendering->image;
}

void rendering_close(struct rendering *rendering)
{
	free(rendering->image);
	zone_free(rendering->zone);
}
