/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was read from the kernel, beside what the engine makes of the same zone: byte for byte. */
#ifndef ROOTXDP_COMPARE_H
#define ROOTXDP_COMPARE_H

#include "attest.h"
#include "image.h"

/*
 * Compares every byte of `right`, but for deadline and proofs. `read` may have more cuts and
 * shelves: nothing leads there. Adds a finding for each entry, and each stored reply's body or
 * relocations, in which bytes differ. Counts what was compared in *attestation.
 */
void compare_images(const struct image_view *read, const struct image_view *right,
		    struct attestation *attestation);

#endif
