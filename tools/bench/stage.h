/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where it is measured: a pair of veths for each program, and frames sent over them. */
#ifndef ROOTXDP_STAGE_H
#define ROOTXDP_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"
#include "lane.h"
#include "traffic.h"

struct floors;

struct stage {
	struct floors *programs;
	size_t queries;              /* how many frames are sent round and round */
	struct query_frame *frames;  /* these: the map `queries` */
	unsigned int tiers;          /* that are measured: bits */
	bool limited;                /* there is a rootxdp with a rate limit to measure */
	struct lane lanes[TIER_COUNT][CONTESTANT_COUNT];
	int statistics;              /* while it is open the kernel counts run times */
};

/*
 * Finds the pairs of veths in this network namespace, with rootxdp on those called ours and, if
 * there are any, limited; attaches empty and floor programs and receivers, which go with the
 * namespace, and turns bpf_stats on until stage_close() or the process's end. `tiers`: a bit for
 * each that there are veths for. `queries`: how many frames a traffic has, a power of two, at most
 * QUERIES_MOST. stage_close() is right in either case. False: one line in why[256].
 */
bool stage_open(struct stage *stage, const struct image_view *image, unsigned int tiers,
		size_t queries, char why[256]);
void stage_close(struct stage *stage);

/* Is that one measured? */
bool stage_has(const struct stage *stage, enum contestant contestant);

/* Makes `traffic` what is sent from now on. */
void stage_load(struct stage *stage, const struct traffic *traffic);

/* What came back to this CPU's client's ends, and to all others, since stage_forget(). */
struct stage_received {
	uint64_t frames, bytes;
};
void stage_forget(struct stage *stage);
struct stage_received stage_received(const struct stage *stage);

/* Sends `count` live frames over an XDP lane, from the CPU that it is called on. 0, or -errno. */
int stage_send_live(const struct stage *stage, const struct lane *lane, unsigned int count);

/* What has become of what was sent over a lane, by the devices' counts and by the receiver's. */
struct stage_seen {
	struct lane_counts counts;
	struct stage_received received;
};

/*
 * Waits until the lane's program has run `runs` times since `before`, `replies` have been received
 * since stage_forget() (0: as many as there are), and the devices have counted as much as the
 * programs at them saw; but not when there is more than that, and not longer than a few seconds:
 * *seen is how far it has come. False: one line in why[256].
 */
bool stage_settle(const struct stage *stage, const struct lane *lane,
		  const struct lane_counts *before, uint64_t runs, uint64_t replies,
		  struct stage_seen *seen, char why[256]);

/*
 * Sends the traffic `passes` times over a lane. *nanoseconds: the program's mean time for each.
 * False, when not every query was seen, not every reply came back whole, or a device counted other
 * frames than these: a line in why[256].
 */
bool stage_run(struct stage *stage, struct lane *lane, const struct traffic *traffic,
	       unsigned int passes, double *nanoseconds, char why[256]);

#endif
