/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pair of veths and the program that is measured there; what the kernel counts of it. */
#ifndef ROOTXDP_BENCH_LANE_H
#define ROOTXDP_BENCH_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "guard.h"

/* Limited is ours with a rate limit that nobody reaches. */
enum contestant {
	CONTESTANT_OURS,
	CONTESTANT_LIMITED,
	CONTESTANT_FLOOR,
	CONTESTANT_EMPTY,
	CONTESTANT_COUNT
};

/* "xdp" and "tc"; "ours", "floor", ...: a lane's veth is xdp-ours, its client's end c-xdp-ours. */
extern const char *const tier_words[TIER_COUNT];
extern const char *const contestant_words[CONTESTANT_COUNT];

/* Of all runs so far: what we sent and received, and what the devices received: lane_agrees(). */
struct tally {
	uint64_t queries, replies;
	uint64_t device_queries, device_replies;
};

struct lane {
	enum tier tier;
	enum contestant contestant;
	int server, client;    /* ifindex */
	int program;           /* descriptor of the program at the server's end */
	int socket;            /* packet socket on the client's end; tc only, else -1 */
	uint32_t instructions; /* that the verifier processed for it */
	uint32_t machine_code; /* bytes of it */
	struct tally tally;
};

/* A lane that lane_close() may meet. */
struct lane lane_none(enum tier tier, enum contestant contestant);

/*
 * Finds the lane's veths in this network namespace. `receiver` is attached to the client's end,
 * `measured` to the server's, where rootxdp runs already if it is -1; both are descriptors. What is
 * attached goes with the namespace. lane_close() is right in either case. False: one line in
 * why[256].
 */
bool lane_open(struct lane *lane, int receiver, int measured, char why[256]);
void lane_close(struct lane *lane);

/* Everything since the lane was made. */
struct lane_counts {
	uint64_t runs, nanoseconds;   /* of the measured program */
	uint64_t queries, replies;    /* frames that the server's end, and the client's, received */
	uint64_t queries_dropped, replies_dropped; /* frames that did not get in there */
};

/* False: one line in why[256]. */
bool lane_counts(const struct lane *lane, struct lane_counts *counts, char why[256]);

/* ... since `before`. */
bool lane_counts_since(const struct lane *lane, const struct lane_counts *before,
		       struct lane_counts *counts, char why[256]);

/*
 * Did the devices receive as many queries and replies as we say? Then these go into the lane's
 * tally. False: a line in why[256] that names the device that did not.
 */
bool lane_agrees(struct lane *lane, const struct lane_counts *counts, uint64_t queries,
		 uint64_t replies, char why[256]);

#endif
