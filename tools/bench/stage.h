/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where it is measured: a pair of veths for each program, and the time that the kernel counts. */
#ifndef ROOTXDP_STAGE_H
#define ROOTXDP_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "guard.h"
#include "image.h"
#include "traffic.h"

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

struct lane {
	enum tier tier;
	enum contestant contestant;
	int server, client;   /* ifindex */
	int program;          /* descriptor of the program at the server's end */
	int socket;           /* packet socket on the client's end; tc only, else -1 */
	uint32_t instructions; /* that the verifier processed for it */
	uint32_t machine_code; /* bytes of it */
};

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

/* How often a lane's program has run so far, and for how long. */
struct stage_runs {
	uint64_t count, nanoseconds;
};
struct stage_runs stage_runs(const struct lane *lane);

/*
 * Sends the traffic `passes` times over a lane. *nanoseconds: the program's mean time for each.
 * False, when not every query was seen, or not every reply came back whole: a line in why[256].
 */
bool stage_run(struct stage *stage, struct lane *lane, const struct traffic *traffic,
	       unsigned int passes, double *nanoseconds, char why[256]);

#endif
