/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The zone that is answered from, verified and rendered as the loader does it. */
#ifndef ROOTXDP_RENDERING_H
#define ROOTXDP_RENDERING_H

#include <getopt.h>
#include <stdbool.h>

#include "image.h"
#include "zone.h"

/* Of a struct option[]: which zone it is. Their letters are for rendering_option(). */
#define RENDERING_OPTIONS                                        \
	{ "zone", required_argument, NULL, 'z' },                \
	{ "trust-anchors", required_argument, NULL, 'a' },       \
	{ "validate-at", required_argument, NULL, 't' }
#define RENDERING_USAGE "--zone FILE [--trust-anchors FILE] [--validate-at TIME]"

struct rendering {
	const char *zone_file; /* NULL: not chosen */
	struct zone_policy policy;
	struct zone *zone;
	struct image *image;
	struct image_view view; /* of the image */
};

/* Takes an option with one of these letters. False: it is none of them, or its value is wrong. */
bool rendering_option(struct rendering *rendering, int letter, const char *value);

/* rendering_close() is right in either case. False: one line in why[512]. */
bool rendering_open(struct rendering *rendering, char why[512]);
void rendering_close(struct rendering *rendering);

#endif
