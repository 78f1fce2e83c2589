// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Switches the kernel between two zones as fast as that goes, with the loader's own functions:
 * switcher PIN COUNT ANCHORS TIME ZONE ZONE
 */
#include <stdio.h>
#include <stdlib.h>

#include "answer.h"
#include "image.h"
#include "transfer.h"
#include "zone.h"
#include "zone_clock.h"

static struct image *load(const char *file, const char *anchors, int64_t when)
{
	const struct zone_policy policy = { .trust_anchors = anchors,
					    .validate_at = when,
					    .zonemd = ZONEMD_IGNORE };
	const struct answer_config config = { .max_udp_size = ANSWER_UDP_SIZE_DEFAULT };
	struct zone_error error;
	struct zone *zone = zone_load(file, &policy, &error);
	char why[256] = "";
	struct image *image = zone ? image_render(zone, &config, why) : NULL;

	if (!image) {
		fprintf(stderr, "switcher: %s\n", zone ? why : error.text);
		exit(1);
	}
	zone_free(zone);
	return image;
}

int main(int argc, char **argv)
{
	struct image *image[2];
	struct image_view view[2];
	struct zone_info zone;
	struct maps maps;
	uint64_t began;
	int64_t when;
	__u32 set;
	int count;

	if (argc != 7 || !zone_time_parse(argv[4], &when) || !maps_open(&maps, argv[1]) ||
	    !maps_active(&maps, &set, &zone))
		return 2;
	count = atoi(argv[2]);
	for (int i = 0; i < 2; i++) {
		image[i] = load(argv[5 + i], argv[3], when);
		view[i] = image_parts(image[i]);
	}
	began = monotonic_ns();
	for (int i = 0; i < count; i++) {
		struct deadline deadline = { .boot_ns = boot_ns() + 3600000000000ull };

		set = !set;
		if (!transfer_fill(&maps, set, &view[i % 2], &deadline) ||
		    !transfer_switch(&maps, set))
			return 1;
	}
	printf("%d switches in %.1f s\n", count, (monotonic_ns() - began) / 1e9);
	maps_close(&maps);
	return 0;
}
