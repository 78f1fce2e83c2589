/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Are pinned maps one program's, all of them? */
#ifndef ROOTXDP_WHOLE_H
#define ROOTXDP_WHOLE_H

#include <stdbool.h>

#include "maps.h"

/*
 * A loader that was killed while it pinned may have left maps of two programs side by side. True:
 * these are all of one, the sets' maps lie where they belong, and both pinned programs use them.
 */
bool maps_are_whole(const struct maps *maps);

#endif
