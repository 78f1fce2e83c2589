/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the benchmark's BPF programs and its driver share. */
#ifndef ROOTXDP_FLOORS_H
#define ROOTXDP_FLOORS_H

#include <linux/types.h>

#include "query_frame.h"

/*
 * Frames that are sent round and round; so many that they, and the replies to them, are not
 * cached. How many is chosen when the programs are loaded: a power of two.
 */
#define QUERIES_DEFAULT 8192
#define QUERIES_LEAST   64 /* one burst of packets */
#define QUERIES_MOST    (1 << 20)

/* What one CPU has sent and received; cache lines of its own. */
struct progress {
	__u32 next_query;
	__u64 frames; /* received, like the bytes */
	__u64 bytes;
} __attribute__((aligned(64)));

/*
 * Everything that replies are made of, as it lies in the zone's shelves: one value, whose size is
 * chosen when the programs are loaded: a power of two, and room for GROW_MOST bytes behind it.
 */
#define BODIES_MOST (1u << 30)
#define GROW_MOST   4095
#define GROW_BIAS   2048

struct bodies {
	__u8 bytes[GROW_MOST + 1];
};

/*
 * A client's MAC address tells the floor what the reply to this query is: where its body lies
 * and by how much the frame grows (or shrinks). All else in the frame is as any client sends it.
 */
struct floor_plan {
	__u8 local;        /* 02: a locally administered address */
	__u8 plan[5];      /* FLOOR_PLAN(), network order */
};

/* Where in the bodies, a multiple of 8, below BODIES_MOST; how many bytes more, -2048 to 2047. */
#define FLOOR_PLAN(place, grow) ((__u64)(place) / 8 << 12 | (__u64)((grow) + GROW_BIAS))
#define PLANNED_PLACE(plan)     ((__u32)((plan) >> 12) * 8)
#define PLANNED_GROW(plan)      ((int)((plan) & 0xfff) - GROW_BIAS)

#endif
