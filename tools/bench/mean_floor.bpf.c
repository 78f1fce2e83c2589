// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a tc program can't do without when it replies: swap addresses, grow the frame to the mean
 * length of the replies, and copy as many bytes, from as cold a memory. No DNS, no checksums.
 *
 * Unlike the floor of floors.bpf.c it needs no plan in the frame: any generator may send to it.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "query_frame.bpf.h"

#define IPV4_UDP_HEADERS 42
#define REPLY_MOST 4096
#define SHELVES_SIZE (4 << 20) /* about what the bodies of the root zone's replies take */

struct floor_shelves {
	__u8 bytes[SHELVES_SIZE];
	__u8 margin[REPLY_MOST];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct floor_shelves);
} floor_shelves SEC(".maps");

/* Set from outside: the length of a reply's DNS message. 0: nothing is sent back. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} floor_length SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} floor_runs SEC(".maps");

/* The lengths in the headers must be right, or no client takes it. */
static __always_inline void set_lengths(__u8 *frame, __u32 length)
{
	*(__u16 *)(frame + 16) = __builtin_bswap16(length - 14);
	*(__u16 *)(frame + 38) = __builtin_bswap16(length - 34);
	*(__u16 *)(frame + 40) = 0;
}

/* Multiplying by this odd number goes all over the shelves, and past no cache's prefetcher. */
static __always_inline __u32 next_place(__u64 run)
{
	return ((__u32)run * 0x9e3779b1u >> 10) & (SHELVES_SIZE - 64);
}

SEC("tc")
int mean_floor_tc(struct __sk_buff *skb)
{
	__u32 zero = 0, length = skb->len;
	struct floor_shelves *shelves = bpf_map_lookup_elem(&floor_shelves, &zero);
	__u32 *wanted = bpf_map_lookup_elem(&floor_length, &zero);
	__u64 *runs = bpf_map_lookup_elem(&floor_runs, &zero);
	__u8 *frame, *end;
	__s64 grow;

	if (!shelves || !wanted || !*wanted || !runs || skb->protocol != __builtin_bswap16(0x0800))
		return TC_ACT_OK;
	grow = (__s64)IPV4_UDP_HEADERS + *wanted - length;
	if (grow <= 0 || grow > REPLY_MOST || bpf_skb_change_tail(skb, length + grow, 0))
		return TC_ACT_SHOT;
	frame = (void *)(long)skb->data;
	end = (void *)(long)skb->data_end;
	if (frame + IPV4_UDP_HEADERS > end)
		return TC_ACT_SHOT;
	swap_bytes(frame, frame + 6, 6);
	swap_bytes(frame + 26, frame + 30, 4);
	swap_bytes(frame + 34, frame + 36, 2);
	set_lengths(frame, length + grow);
	if (bpf_skb_store_bytes(skb, length, shelves->bytes + next_place(++*runs), grow, 0))
		return TC_ACT_SHOT;
	return bpf_redirect(skb->ifindex, 0);
}

char LICENSE[] SEC("license") = "GPL";
