/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What image_check() looks at, one thing at a time: also for what was read back from maps. */
#ifndef ROOTXDP_IMAGE_CHECK_H
#define ROOTXDP_IMAGE_CHECK_H

#include "image.h"

/*
 * The view's counts must be right, and reply_count REPLY_OF_NAME(name_count, 0); all else may be
 * any bytes. Each returns what is wrong in a few words, or NULL.
 */
const char *image_check_info(const struct image_view *view);
const char *image_check_name(const struct image_view *view, __u32 index);
const char *image_check_reply(const struct image_view *view, __u32 index);

/* The first wrong entry of the prefix table; PREFIX_COUNT + 1: there is none. */
__u32 image_check_prefix(const struct image_view *view);

/* Whether key `i` of a chunk is its name's, or KEY_NONE where there is no name. */
bool image_check_key(const struct image_view *view, __u32 chunk, __u32 i);

#endif
