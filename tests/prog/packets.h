/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of packets: description, input, verdict. */
#ifndef ROOTXDP_TEST_PACKETS_H
#define ROOTXDP_TEST_PACKETS_H

#include "frame.h"
#include "prog.h"

enum in_tiers { BOTH, XDP_ONLY, TC_ONLY };

struct packet_case {
	const char *what;
	enum verdict verdict;
	struct query query;
	enum in_tiers tiers;
	uint32_t segments;                  /* gso_segs */
	void (*prepare)(struct prog *prog); /* the programs' maps; undone by prog_restore() */
};

extern const struct packet_case packet_cases[];
extern const size_t packet_case_count;

#endif
