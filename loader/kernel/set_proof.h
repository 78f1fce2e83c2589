/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proves a filled set: what the program answers from it is what the engine says. */
#ifndef ROOTXDP_SET_PROOF_H
#define ROOTXDP_SET_PROOF_H

#include <stdbool.h>

#include "answer.h"
#include "maps.h"

struct zone;

/*
 * Lets a second instance of the programs answer from `set`, by BPF_PROG_RUN, in both tiers: every
 * TLD, its DS, names below it, the gap behind it, and every type of the apex, each with six kinds
 * of EDNS; every form that a reply is cut to; and every way that the search for a label can go.
 * Each reply is compared with the engine's: its bytes, its checksum, and what it is counted as.
 *
 * Notes in the set's header how many there were. The map `settings` must be filled.
 * False at the first difference: said on stderr. Takes 0.2 s.
 */
bool proof_run(const struct maps *maps, __u32 set, const struct zone *zone,
	       const struct answer_config *config);

#endif
