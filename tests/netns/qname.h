/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Query names in wire form: TLDs, names in the gaps between them, and what hangs below. */
#ifndef ROOTXDP_QNAME_H
#define ROOTXDP_QNAME_H

#include <stddef.h>
#include <stdint.h>

#include "random.h"
#include "zone.h"

#define QNAME_MOST 255

struct qname {
	uint8_t bytes[QNAME_MOST];
	uint16_t length;
};

/* Where a last label lies, relative to a TLD. */
enum place {
	PLACE_TLD,
	PLACE_RIGHT_BEHIND, /* the next possible label: TLD + "\000" */
	PLACE_BEHIND,       /* TLD + "0" */
	PLACE_BEFORE,
	PLACES
};

enum shape {
	SHAPE_BARE,        /* the last label alone */
	SHAPE_LABELS,      /* 1-4 short labels before it */
	SHAPE_LONG_LABELS, /* 63-byte labels up to (nearly) 255 bytes */
	SHAPE_MANY_LABELS, /* one-byte labels up to (nearly) 255 bytes, 127 labels at most */
	SHAPES
};

void qname_root(struct qname *name);

/* A name of this shape whose last label is at this place. */
void qname_at(struct qname *name, const struct delegation *tld, enum place place, enum shape shape,
	      struct dice *dice);

/* A name of this shape with a last label of random letters, or of any bytes. */
void qname_random(struct qname *name, enum shape shape, struct dice *dice);

/* Changes the case of all letters, or of each by chance, or of none. */
void qname_mix_case(struct qname *name, struct dice *dice);

#endif
