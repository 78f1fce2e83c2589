/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts packets by verdict. */
#ifndef ROOTXDP_STATS_BPF_H
#define ROOTXDP_STATS_BPF_H

#include "maps.bpf.h"

/* Called once for each packet, at a program's one exit. */
static __always_inline void count_verdict(enum tier tier, __u32 verdict)
{
	__u32 key = tier;
	struct verdict_counts *counts = bpf_map_lookup_elem(&stats, &key);

	if (counts && verdict < VERDICT_COUNT)
		((__u64 *)counts)[verdict]++;
}

#endif
