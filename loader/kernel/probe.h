/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs once more, to be tried out by BPF_PROG_RUN on the live maps, without a trace. */
#ifndef ROOTXDP_PROBE_H
#define ROOTXDP_PROBE_H

#include <stdbool.h>

#include "assemble.h" /* for work.h: what a zone is */
#include "maps.h"
#include "work.h"

struct rootxdp;

/*
 * A second instance of the programs. It answers from the live zone, settings and secrets, of which
 * it changes nothing; counters, rate-limit buckets, interfaces and scratch are its own. Frames come
 * in on one device, in whatever network namespace we are.
 */
struct probe {
	struct rootxdp *skeleton;
	bool alone; /* see probe_open_set() */
	int fd[TIER_COUNT];
	int cpus;
	struct rate_limit limit;
	struct bucket_set *buckets; /* as the live ones are at first, BUCKET_SETS; NULL: no limit */
	struct work *work;          /* for each CPU; likewise */
	struct verdict_counts *counts;
};

/* BPF_PROG_RUN keeps a frame in one page, with room for what stands before and behind it. */
#define PROBE_FRAME_LEAST 15
#define PROBE_FRAME_MOST  3072
#define PROBE_REPLY_ROOM  8192

/* Each byte of struct work that the program did not write. */
#define PROBE_UNWRITTEN 0xff

/* What became of a frame. */
struct probe_run {
	enum verdict verdict;
	struct work work;
	__u8 frame[PROBE_REPLY_ROOM]; /* the reply's, or what was passed */
	__u32 length;
};

/*
 * Loads the second instance. interface: an entry of live->interfaces, the device that frames come
 * in on; its MAC address becomes 00:00:00:00:00:00. program_possible() was asked before.
 * False: said on stderr (the live programs are of another build, or the kernel refuses).
 */
bool probe_open(struct probe *probe, const struct maps *live, const struct interface *interface);

/*
 * The same, but it answers from `set`, which need not be the one that is active, queries to these
 * `count` addresses alone; with no cookies, no rate limit and no subtrees that are passed.
 */
bool probe_open_set(struct probe *probe, const struct maps *live, __u32 set,
		    const struct address *addresses, size_t count);

/* Fine on a zeroed struct, and after either of them failed. */
void probe_close(struct probe *probe);

/*
 * Runs a frame of PROBE_FRAME_LEAST to PROBE_FRAME_MOST bytes through a tier. Each run finds the
 * rate limits as they were at probe_open(). False: said on stderr.
 */
bool probe_run(struct probe *probe, enum tier tier, const void *frame, __u32 length,
	       struct probe_run *run);

/*
 * What a tier has counted since it was opened, for who runs frames through probe->fd[tier] himself;
 * probe_run() begins anew. False: said on stderr.
 */
bool probe_counts(struct probe *probe, enum tier tier, struct verdict_counts *sum);

#endif
