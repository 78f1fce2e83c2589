/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs find in their maps, for the table of packets. */
#ifndef ROOTXDP_TEST_CONDITIONS_H
#define ROOTXDP_TEST_CONDITIONS_H

#include "prog.h"

/* Change what the programs read. */
void deadline_over(struct prog *prog);
void deadline_far(struct prog *prog);
void signatures_over(struct prog *prog);
void over_as_seen(struct prog *prog);
void recheck_is_due(struct prog *prog);
void no_zone(struct prog *prog);
void anonymous(struct prog *prog);
void longest_texts(struct prog *prog);
void other_set(struct prog *prog);
void loopback(struct prog *prog);
void no_secrets(struct prog *prog);
void limit_slips(struct prog *prog);
void limit_drops(struct prog *prog);
void limit_exempts(struct prog *prog);
void limit_is_far(struct prog *prog);
void passes_some(struct prog *prog);
void partial_ok(struct prog *prog);
void slots_crowded(struct prog *prog);
void reply_of_4000(struct prog *prog);
void verdict_damaged(struct prog *prog);
void verdict_passes(struct prog *prog);
void shelf_damaged(struct prog *prog);
void place_damaged(struct prog *prog);
void length_damaged(struct prog *prog);

/* Undoes all of these. */
void prog_restore(struct prog *prog);

#endif
