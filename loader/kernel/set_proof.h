/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proves a filled set: what the program answers from it is what the engine says. */
#ifndef ROOTXDP_SET_PROOF_H
#define ROOTXDP_SET_PROOF_H

#include <stdbool.h>

#include "answer.h"
#include "maps.h"

struct zone;

/*
 * Lets a second instance of the programs answer from `set`, by BPF_PROG_RUN: every TLD, a name below
 * it, its DS, the gap behind it, and every type of the apex, each with six kinds of EDNS, in both
 * tiers; and compares each reply with the engine's, byte for byte. Notes in the set's header how many
 * there were. False at the first difference: said on stderr.
 */
bool proof_run(const struct maps *maps, __u32 set, const struct zone *zone,
	       const struct answer_config *config);

#endif
