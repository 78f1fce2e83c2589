// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The benchmark's sender and receiver, and what it measures against: a program that does nothing,
 * and the copy floor: swap addresses, grow the frame by as much as the real reply does, and copy
 * that many bytes from where the real reply lies. No DNS, no checksums.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "floors.h"
#include "query_frame.bpf.h"

#define ETHERNET_SIZE 14

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, QUERIES_DEFAULT);
	__type(key, __u32);
	__type(value, struct query_frame);
} queries SEC(".maps");

/* Without types: no type could have a size that is chosen at load. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bodies));
} bodies SEC(".maps");

/* Powers of two, less one. */
const volatile __u32 queries_mask = QUERIES_DEFAULT - 1;
const volatile __u32 bodies_mask;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct progress);
} progress SEC(".maps");

/* Turns each live frame into the next query, and sends it out of the client's veth. */
SEC("xdp")
int bench_send(struct xdp_md *ctx)
{
	__u32 zero = 0, index;
	struct progress *mine = bpf_map_lookup_elem(&progress, &zero);
	struct query_frame *query;

	if (!mine)
		return XDP_DROP;
	index = mine->next_query++ & queries_mask;
	query = bpf_map_lookup_elem(&queries, &index);
	return query && become_query(ctx, query) ? XDP_TX : XDP_DROP;
}

static __always_inline void count_frame(__u32 length)
{
	__u32 zero = 0;
	struct progress *mine = bpf_map_lookup_elem(&progress, &zero);

	if (!mine)
		return;
	mine->frames++;
	mine->bytes += length;
}

SEC("xdp")
int bench_count_xdp(struct xdp_md *ctx)
{
	count_frame(bpf_xdp_get_buff_len(ctx));
	return XDP_DROP;
}

SEC("tc")
int bench_count_tc(struct __sk_buff *skb)
{
	count_frame(skb->len);
	return TC_ACT_SHOT;
}

/* The empty programs: where the frame ends up is not part of a program's time. */
SEC("xdp")
int bench_empty_xdp(struct xdp_md *ctx)
{
	return XDP_TX;
}

SEC("tc")
int bench_empty_tc(struct __sk_buff *skb)
{
	return TC_ACT_SHOT;
}

/* MAC, IP and port of both ends; false when the frame is no UDP query of ours. */
static __always_inline int swap_ends(__u8 *frame, __u8 *end)
{
	__u8 *ip = frame + ETHERNET_SIZE;

	if (ip + 28 > end)
		return 0;
	swap_bytes(frame, frame + 6, 6);
	if (*ip >> 4 == 4) {
		swap_bytes(ip + 12, ip + 16, 4);
		swap_bytes(ip + 20, ip + 22, 2);
		return 1;
	}
	if (ip + 48 > end)
		return 0;
	swap_bytes(ip + 8, ip + 24, 16);
	swap_bytes(ip + 40, ip + 42, 2);
	return 1;
}

/* What the frame's plan says; false when it has none. */
static __always_inline int read_plan(__u8 *frame, __u8 *end, __u32 *place, int *grow)
{
	struct floor_plan *source = (void *)(frame + 6);
	__u64 plan = 0;

	if (frame + ETHERNET_SIZE > end)
		return 0;
	for (__u32 i = 0; i < sizeof(source->plan); i++)
		plan = plan << 8 | source->plan[i];
	*place = PLANNED_PLACE(plan);
	*grow = PLANNED_GROW(plan);
	/* The compiler must not compare another form of the number than it passes on. */
	asm volatile("" : "+r"(*grow));
	return 1;
}

SEC("xdp")
int bench_floor_xdp(struct xdp_md *ctx)
{
	__u8 *frame = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 length = bpf_xdp_get_buff_len(ctx), place, zero = 0;
	struct bodies *all;
	int grow;

	if (!read_plan(frame, end, &place, &grow) || bpf_xdp_adjust_tail(ctx, grow))
		return XDP_DROP;
	frame = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	all = bpf_map_lookup_elem(&bodies, &zero);
	if (!all || !swap_ends(frame, end))
		return XDP_DROP;
	if (grow > 0 && grow <= GROW_MOST &&
	    bpf_xdp_store_bytes(ctx, length, all->bytes + (place & bodies_mask), grow))
		return XDP_DROP;
	return XDP_TX;
}

SEC("tc")
int bench_floor_tc(struct __sk_buff *skb)
{
	__u8 *frame = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	__u32 length = skb->len, place, zero = 0;
	struct bodies *all;
	int grow;

	if (!read_plan(frame, end, &place, &grow) || bpf_skb_change_tail(skb, length + grow, 0))
		return TC_ACT_SHOT;
	frame = (void *)(long)skb->data;
	end = (void *)(long)skb->data_end;
	all = bpf_map_lookup_elem(&bodies, &zero);
	if (!all || !swap_ends(frame, end))
		return TC_ACT_SHOT;
	if (grow > 0 && grow <= GROW_MOST &&
	    bpf_skb_store_bytes(skb, length, all->bytes + (place & bodies_mask), grow, 0))
		return TC_ACT_SHOT;
	return bpf_redirect(skb->ifindex, 0);
}

char LICENSE[] SEC("license") = "GPL";
