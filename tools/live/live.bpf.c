// SPDX-License-Identifier: GPL-2.0-or-later
/* The client's side of live frames: one program that sends them, one that lets replies in. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "live.bpf.h"

/* What is sent, in this order, over and over. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LIVE_FRAMES);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct live_frame);
} frames SEC(".maps");

__u32 frame_count = 1; /* frames in the table */
__u32 next_frame;

/*
 * Run with BPF_PROG_RUN in the name of the client's veth: the frame goes out on it. Each run's
 * packet comes with whatever an earlier run left in its page, so all of it is written.
 */
SEC("xdp")
int live_transmit(struct xdp_md *ctx)
{
	__u32 index = next_frame;
	const struct live_frame *frame = bpf_map_lookup_elem(&frames, &index);
	__u32 length;

	next_frame = index + 1 < frame_count ? index + 1 : 0;
	if (!frame)
		return XDP_DROP;
	length = frame->length;
	if (length < LIVE_FRAME_LEAST || length > LIVE_FRAME_MOST)
		return XDP_DROP;
	if (bpf_xdp_adjust_tail(ctx, (int)length - LIVE_BLANK) != 0)
		return XDP_DROP;
	if (bpf_xdp_store_bytes(ctx, 0, (void *)frame->bytes, length) != 0)
		return XDP_DROP;
	return XDP_TX;
}

/* Attached to the client's veth: without a program of its own it gets no XDP_TX of its peer. */
SEC("xdp")
int live_receive(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
