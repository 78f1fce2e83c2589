/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says what of a zone no reply carries: such a zone can't be attested. */
#ifndef ROOTXDP_LEFT_OUT_NOTE_H
#define ROOTXDP_LEFT_OUT_NOTE_H

#include <stdbool.h>

struct image_view;
struct zone;

/* A note on stderr when some RRset of the zone is in none of the replies that were rendered of it.
 * source: what messages call the zone. Takes some 10 ms. True: all are there; false too when there
 * was no memory to know it. */
bool say_left_out(const struct zone *zone, const struct image_view *view, const char *source);

#endif
