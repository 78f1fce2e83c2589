/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stages: the steps of a packet's way, each a function that the verifier looks at on its own. */
#ifndef ROOTXDP_STAGE_BPF_H
#define ROOTXDP_STAGE_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "tier.bpf.h"
#include "work.h"

/* A stage without use for its context gets one all the same: the verifier looks at arguments. */
#define needs(value) asm volatile("" : : "r"(value))

#define STAGE_BODY(verdict)                                                                        \
	{                                                                                          \
		needs(ctx);                                                                        \
		return work ? (verdict) : VERDICT_pass_error;                                      \
	}

/*
 * A stage is `static enum verdict NAME(void *ctx, enum tier tier, struct work *work)`. It returns
 * the verdict that ends the packet's way, or undecided. STAGE(NAME) makes a global function of it
 * for each tier: the verifier goes through each of these once, whatever came before, and not once
 * for every way that leads to it. So the ways through all stages add up; inlined they multiply.
 *
 * Pointers into the packet do not outlive a stage.
 */
#define STAGE(name)                                                                                \
	__noinline int name##_xdp(struct xdp_md *ctx, struct work *work)                           \
	STAGE_BODY(name(ctx, TIER_XDP, work))                                                      \
	__noinline int name##_tc(struct __sk_buff *ctx, struct work *work)                         \
	STAGE_BODY(name(ctx, TIER_TC, work))

/* The same for a stage with a fourth argument: a pointer to `type`, or NULL. */
#define STAGE_WITH(name, type)                                                                     \
	__noinline int name##_xdp(struct xdp_md *ctx, struct work *work, type *with)               \
	STAGE_BODY(name(ctx, TIER_XDP, work, with))                                                \
	__noinline int name##_tc(struct __sk_buff *ctx, struct work *work, type *with)             \
	STAGE_BODY(name(ctx, TIER_TC, work, with))

/* Goes through a stage; `ctx`, `tier` and `work` are the caller's. */
#define GO_THROUGH(name) (tier == TIER_XDP ? name##_xdp(ctx, work) : name##_tc(ctx, work))
#define GO_THROUGH_WITH(name, with)                                                                \
	(tier == TIER_XDP ? name##_xdp(ctx, work, with) : name##_tc(ctx, work, with))

#endif
