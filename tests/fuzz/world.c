// SPDX-License-Identifier: GPL-2.0-or-later
/* The real zone and its image, as every fuzzer needs them. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zone.h"

#define ZONE_FILE "tests/data/root.zone.2026073102"
#define ZONE_TIME 1785542400 /* 2026-08-01T00:00:00Z */

static void load(struct world *loaded)
{
	struct zone_policy policy = { .trust_anchors = "tests/data/root.ds",
				      .validate_at = ZONE_TIME };
	struct zone_error error;
	char why[256];

	loaded->config.max_udp_size = ANSWER_UDP_SIZE_DEFAULT;
	loaded->zone = zone_load(ZONE_FILE, &policy, &error);
	if (!loaded->zone) {
		fprintf(stderr, "%s\n", error.text);
		exit(1);
	}
	loaded->image = image_render(loaded->zone, &loaded->config, why);
	if (!loaded->image) {
		fprintf(stderr, "%s\n", why);
		exit(1);
	}
	loaded->parts = image_parts(loaded->image);
	loaded->view = (struct zone_view){ .entry = image_entry, .context = &loaded->parts };
}

const struct world *world(void)
{
	static struct world loaded;

	if (!loaded.zone)
		load(&loaded);
	return &loaded;
}

uint8_t *exactly(const void *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, length);
	return copy;
}

void expect(int truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "\nnot so: %s\n", what);
	abort();
}
