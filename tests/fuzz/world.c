// SPDX-License-Identifier: GPL-2.0-or-later
/* The real zone and its image, as every fuzzer needs them. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "zone.h"

#define ZONE_FILE "tests/data/root.zone.2026073102"
#define ZONE_TIME 1785542400 /* 2026-08-01T00:00:00Z */

/* Secrets of no secret: seeds.py makes a valid cookie of the first one, and so may the fuzzer. */
static void choose(struct world *loaded)
{
	loaded->secrets = (struct cookie_secrets){ .count = 2,
						   .secret = { { { 1, 2 } }, { { 3, 4 } } } };
	loaded->config = (struct answer_config){ .max_udp_size = ANSWER_UDP_SIZE_DEFAULT,
						 .nsid = (const uint8_t *)"fuzz",
						 .nsid_length = 4,
						 .cookies = &loaded->secrets };
	loaded->asker = (struct asker){ .transport = TRANSPORT_UDP,
					.time = ZONE_TIME,
					.address.byte = { [10] = 0xFF, 0xFF, 198, 51, 100, 7 } };
	identity_render(&loaded->config, &loaded->identity);
}

static void load(struct world *loaded)
{
	struct zone_policy policy = { .trust_anchors = "tests/data/root.ds",
				      .validate_at = ZONE_TIME };
	struct zone_error error;
	char why[256];

	choose(loaded);
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
	loaded->view = (struct zone_view){ .entry = image_entry,
					   .context = &loaded->parts,
					   .us = &loaded->identity,
					   .secrets = &loaded->secrets,
					   .client = &loaded->asker.address,
					   .now = loaded->asker.time };
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
