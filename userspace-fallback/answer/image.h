/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every reply that a zone can give, rendered once, as one flat image: offsets, no pointers. */
#ifndef ROOTXDP_IMAGE_H
#define ROOTXDP_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "layout.h"

struct zone;
struct answer_config;

#define IMAGE_MAGIC "rootxdp\n"

/* `count` values of one kind, from byte `offset` of the image on (a multiple of 8). */
struct image_part {
	__u64 offset;
	__u64 count;
};

/* The image's head. What follows is exactly what the BPF maps of one set hold. */
struct image {
	char magic[8];
	__u32 layout_version;
	__u32 padding;
	__u64 size;                /* of the whole image, this head included; bytes */
	struct image_part info;    /* struct zone_info, 1 */
	struct image_part prefix;  /* struct prefix_table, 1 */
	struct image_part keys;    /* struct key_chunk: KEY_CHUNKS(names.count) */
	struct image_part names;   /* struct name */
	struct image_part replies; /* struct reply: REPLY_OF_NAME(names.count, 0) */
	struct image_part cuts;    /* struct cut, at least 1 */
	struct image_part shelves; /* struct shelf, at least 1 */
};

/* Where an image's parts lie; valid as long as the image is. */
struct image_view {
	const struct zone_info *info;
	const struct prefix_table *prefix;
	const struct key_chunk *keys;
	const struct name *names;
	const struct reply *replies;
	const struct cut *cuts;
	const struct shelf *shelves;
	__u32 key_count, name_count, reply_count, cut_count, shelf_count;
};

/* Renders all replies. Returns an image for free(), or NULL with one line in why[256]. */
struct image *image_render(const struct zone *zone, const struct answer_config *config,
			   char why[256]);

/* Checks every bound of an image of `size` bytes, so that it may be copied into maps blindly.
 * False: one line in why[256]. */
bool image_check(const struct image *image, size_t size, char why[256]);

/* The parts of a checked image. */
struct image_view image_parts(const struct image *image);

/* Entry `index` of a part, or NULL: what bpf/assemble.h asks for. `view` is a struct image_view. */
const void *image_entry(void *view, enum zone_part part, __u32 index);

#endif
