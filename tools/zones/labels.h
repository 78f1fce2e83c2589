/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Made-up TLDs. */
#ifndef ROOTXDP_ZONES_LABELS_H
#define ROOTXDP_ZONES_LABELS_H

#include "tools/mix/chance.h"

#define LABEL_ROOM 32

struct label_text {
	char text[LABEL_ROOM];
};

/*
 * `count` different labels in canonical order, for free(): com, net and org, and others that are as
 * long as the real root's are (one in ten is an xn-- label), longer where the short ones have run
 * out. `count` is at least 3. NULL without memory.
 */
struct label_text *labels_make(struct chance *chance, size_t count);

/* A label of `length` bytes, less than LABEL_ROOM, that could be said aloud. */
void label_spell(struct chance *chance, size_t length, char text[LABEL_ROOM]);

#endif
