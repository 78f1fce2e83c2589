/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether one stored reply is what the kernel takes it for. */
#ifndef ROOTXDP_REPLY_CHECK_H
#define ROOTXDP_REPLY_CHECK_H

#include "image.h"

/*
 * Checks bounds, sums, cuts, records and compression pointers of a reply that was rendered for a
 * query name of `qname_length` bytes. The view's counts must be right. Returns NULL, or what is
 * wrong.
 */
const char *reply_check(const struct image_view *view, const struct reply *reply,
			__u32 qname_length);

#endif
