/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of attest.h: the verdict about a snapshot, without the kernel. */
#ifndef ROOTXDP_EXAMINE_H
#define ROOTXDP_EXAMINE_H

#include "attest.h"
#include "snapshot.h"

/*
 * Verifies the zone of a snapshot, compares, checks settings and deadline. The snapshot may hold
 * any bytes, the counts of its view must be right. Adds to *result, whose outcome must be
 * ATTEST_WRONG: it becomes another one, or stays so.
 */
void examine(const struct snapshot *snapshot, const struct attest_options *options,
	     struct attestation *result);

/* Why there is no verdict. Returns false. */
bool impossible(struct attestation *result, const char *why);

#endif
