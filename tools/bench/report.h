/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was measured, told as JSON; tools/bench/table makes tables of it. */
#ifndef ROOTXDP_REPORT_H
#define ROOTXDP_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "profile.h"
#include "spread.h"
#include "stage.h"

/* Mean run times in nanoseconds, of each round. */
struct samples {
	double ns[CONTESTANT_COUNT][ROUNDS_MOST];
};

struct report {
	uint32_t serial;
	size_t delegations;
	bool kinds[MIX_KIND_COUNT]; /* that were measured */
	bool limited;               /* whether that contestant was there */
	unsigned int rounds;
	unsigned int queries;      /* of each kind, by each program, in each round */
	uint16_t max_udp_size;
	double load;               /* load average when it began: what else the machine did */
	uint64_t map_bytes;        /* of both sets of our maps; 0: not known */
	uint32_t instructions[TIER_COUNT][CONTESTANT_COUNT];
	struct tally tally[TIER_COUNT]; /* of all lanes together */
	double message_mean[MIX_KIND_COUNT]; /* bytes of a reply's DNS message */
	double steps[TIER_COUNT][STEP_COUNT]; /* % of its own time, root mix; all 0: not known */
	struct samples samples[TIER_COUNT][MIX_KIND_COUNT];
};

/*
 * Prints it to stdout: one JSON object. Times in ns for each query; all but empty_ns are net of an
 * empty program on the same frames.
 */
void report_print(const struct report *report);

#endif
