// SPDX-License-Identifier: GPL-2.0-or-later
/* The generator's programs: one sends live frames at a rate, one counts what comes back. */
#include <stdbool.h>

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "paced.h"
#include "query_frame.bpf.h"

#define IPV4_UDP_HEADERS 42
#define DNS_HEADER       12

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, PACED_FRAMES);
	__type(key, __u32);
	__type(value, struct query_frame);
} frames SEC(".maps");

/* Of sending: the first three are set before it begins. */
__u64 interval;          /* ns from one burst to the next */
__u64 lasting;           /* ns that it lasts */
__u64 catching_up;       /* ns of bursts that may be late and still be sent, at once */
__u64 began;             /* bpf_ktime_get_ns(); 0: not yet */
__u64 next_burst;        /* when it is due */
__u64 left;              /* of the burst that is being sent */
__u64 sent;

/* Of replies: DNS messages over IPv4. */
__u64 replies;
__u64 reply_bytes;
__u64 rcodes[16];

/*
 * Is it time for a frame? Bursts that are late by more than `catching_up` are left out: sent at
 * once, they would not fit into the peer's ring.
 */
static __always_inline bool is_due(__u64 now)
{
	if (!began)
		began = next_burst = now;
	if (now - began >= lasting)
		return false;
	if (!left && now >= next_burst) {
		left = PACED_BURST;
		next_burst += interval;
		if (next_burst + catching_up < now)
			next_burst = now - catching_up;
	}
	return left;
}

/*
 * Run over and over with BPF_PROG_RUN, faster than the rate. What is not due is dropped: one call
 * for all, since each takes the kernel 20 ms to prepare.
 */
SEC("xdp")
int paced_send(struct xdp_md *ctx)
{
	__u32 index = sent & (PACED_FRAMES - 1);
	struct query_frame *frame = bpf_map_lookup_elem(&frames, &index);

	if (!frame || !is_due(bpf_ktime_get_ns()) || !become_query(ctx, frame))
		return XDP_DROP;
	sent++;
	left--;
	return XDP_TX;
}

/* On the generator's veth; one CPU runs it. */
SEC("xdp")
int paced_receive(struct xdp_md *ctx)
{
	const __u8 *frame = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (frame + IPV4_UDP_HEADERS + DNS_HEADER > end)
		return XDP_PASS;
	/* IPv4 without options, UDP, from port 53 */
	if (frame[12] != 8 || frame[13] != 0 || frame[14] != 0x45 || frame[23] != 17 ||
	    frame[34] != 0 || frame[35] != 53)
		return XDP_PASS;
	replies++;
	reply_bytes += bpf_xdp_get_buff_len(ctx) - IPV4_UDP_HEADERS;
	rcodes[frame[IPV4_UDP_HEADERS + 3] & 15]++;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
