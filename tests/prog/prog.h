/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BPF programs with the real zone in their maps, to be run on frames without any device. */
#ifndef ROOTXDP_TEST_PROG_H
#define ROOTXDP_TEST_PROG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "frame.h"
#include "guard.h"
#include "image.h"
#include "verdict.h"

#include "rootxdp.skel.h"

/* The zone in every test, and a time at which it is valid. */
#define ZONE_FILE "tests/data/root.zone.2026073102"
#define ZONE_TIME 1785542400 /* 2026-08-01T00:00:00Z */

struct prog {
	struct rootxdp *skeleton;
	struct zone *zone;
	struct image *image;
	struct image_view view;
	struct answer_config config;
	struct identity identity; /* as `config` says */
	struct cookie_secrets secrets; /* what config.cookies points to */
	struct rate_limit limit;
	struct subtree subtree[SUBTREES_MAX];
	uint32_t subtrees;
	int32_t tai_offset;
	struct interface interface;
	uint32_t ifindex;
	int fd[TIER_COUNT];
	struct verdict_counts before[TIER_COUNT];
};

/* What became of a frame. */
struct outcome {
	uint32_t action;      /* XDP_* or TC_ACT_* */
	enum verdict verdict; /* the one counter that moved */
	uint8_t bytes[FRAME_ROOM];
	size_t length;
};

extern const char *const tier_names[TIER_COUNT];
extern const char *const verdict_names[VERDICT_COUNT];

/* Loads zone and programs into a network namespace of its own; ends the test when it can't. */
void prog_open(struct prog *prog);
void prog_close(struct prog *prog);

/* Makes OUR_IPV4 and OUR_IPV6 ours. */
void prog_set_addresses(struct prog *prog);

/* Writes entry 0 (or `key`) of a map; ends the test when it can't. */
void prog_set(struct bpf_map *map, uint32_t key, const void *value);

/* The texts of every test. */
#define NSID     "fra-1.example"
#define HOSTNAME "ns1.fra.example"
#define VERSION  "rootxdp 0.2"

/* Lets prog->config (and prog->identity) say these, or nothing (NULL). */
void prog_say(struct prog *prog, const char *nsid, const char *hostname, const char *version);

/* Two cookie secrets, as prog->secrets has them at first. */
extern const struct cookie_secrets prog_secrets;

/* Seconds since 1970, as the programs see them. */
uint32_t prog_now(const struct prog *prog);

/* The client that sent a frame. */
struct address prog_client(const struct frame *frame);

/* Lets the programs pass the subtree of a name in wire form, lower case. */
void prog_pass(struct prog *prog, const char *name, size_t length);

/* Tells the programs of a change to the fields above. */
void prog_configure(struct prog *prog);

/* Runs a frame through a tier. segments: gso_segs of the skb. */
void prog_run(struct prog *prog, enum tier tier, const struct frame *frame, uint32_t segments,
	      struct outcome *outcome);

/* True when `verdict` sends, and `action` is how `tier` sends; or neither. */
bool action_fits(enum tier tier, uint32_t action, enum verdict verdict);

/* Prints a reason as printf does and ends the test. */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
