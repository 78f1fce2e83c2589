/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be so beside the replies: which maps are answered from, and until when. */
#ifndef ROOTXDP_CHECKS_H
#define ROOTXDP_CHECKS_H

#include "finding.h"
#include "snapshot.h"

/* The outer maps lead to the pinned sets, and both programs read these maps and no others. */
void check_binding(const struct snapshot *snapshot, const struct maps *maps,
		   struct findings *findings);

/* The deadline is not later than SOA expire and the first signature's end. */
void check_deadline(const struct snapshot *snapshot, struct findings *findings);

#endif
