/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between XDP and tc: seeing the packet, making room, the checksum, sending. */
#ifndef ROOTXDP_TIER_BPF_H
#define ROOTXDP_TIER_BPF_H

#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "packet.h"

/*
 * `ctx` is a struct xdp_md or a struct __sk_buff, by `tier`, which is a constant everywhere: only
 * one of the two remains in each program.
 */
#define XDP(ctx) ((struct xdp_md *)(ctx))
#define SKB(ctx) ((struct __sk_buff *)(ctx))

/* Without VLAN tags and IP options. */
#define PLAIN_IPV4_HEADERS (sizeof(struct ethernet) + sizeof(struct ipv4) + sizeof(struct udp))

static __always_inline __u8 *frame_start(void *ctx, enum tier tier)
{
	return (__u8 *)(long)(tier == TIER_XDP ? XDP(ctx)->data : SKB(ctx)->data);
}

static __always_inline __u8 *frame_end(void *ctx, enum tier tier)
{
	return (__u8 *)(long)(tier == TIER_XDP ? XDP(ctx)->data_end : SKB(ctx)->data_end);
}

/* Of the whole frame: of an skb, only a part may lie between frame_start() and frame_end(). */
static __always_inline __u32 frame_length(void *ctx, enum tier tier)
{
	if (tier == TIER_XDP)
		return XDP(ctx)->data_end - XDP(ctx)->data;
	return SKB(ctx)->len;
}

static __always_inline __u32 frame_ifindex(void *ctx, enum tier tier)
{
	return tier == TIER_XDP ? XDP(ctx)->ingress_ifindex : SKB(ctx)->ifindex;
}

/* Makes the first `length` bytes of the frame visible. Pointers into the frame become stale. */
static __always_inline int pull_frame(void *ctx, enum tier tier, __u32 length)
{
	if (tier == TIER_XDP || SKB(ctx)->data_end - SKB(ctx)->data >= length)
		return 1;
	return !bpf_skb_pull_data(SKB(ctx), length);
}

/*
 * Makes all headers that parse_packet() reads visible. GRO leaves just the headers of a TCP packet
 * outside the pages that hold its data; with plain IPv4 these are enough to see that it is no UDP,
 * so that other people's packets are not copied about. What stands behind IP options or extension
 * headers may stay invisible: such packets pass in any case.
 */
static __always_inline int pull_headers(void *ctx, enum tier tier)
{
	const __u8 *frame = frame_start(ctx, tier);
	__u32 length = frame_length(ctx, tier);

	if (tier == TIER_XDP)
		return 1;
	if (frame + PLAIN_IPV4_HEADERS <= frame_end(ctx, tier) &&
	    ((const struct ethernet *)frame)->type == NETWORK16(ETHERTYPE_IPV4))
		return 1;
	return pull_frame(ctx, tier, length < PACKET_HEADERS_MAX ? length : PACKET_HEADERS_MAX);
}

/*
 * Whether there are more VLAN tags than parse_packet() takes. It sees all that XDP does, but not
 * the outermost one at tc: the kernel has moved that from the frame into the skb.
 */
static __always_inline int has_tag_too_many(void *ctx, enum tier tier, const struct packet *packet)
{
	return tier == TIER_TC && SKB(ctx)->vlan_present &&
	       packet->ip == sizeof(struct ethernet) + VLAN_TAGS_MAX * sizeof(struct vlan_tag);
}

static __always_inline int is_aggregate(void *ctx, enum tier tier)
{
	return tier == TIER_TC && SKB(ctx)->gso_segs > 1;
}

/* Whether the frame is for this host. The kernel has looked at the MAC address before tc. */
static __always_inline int is_for_host(void *ctx, enum tier tier, const __u8 *frame,
				       const struct interface *interface)
{
	if (tier == TIER_TC)
		return SKB(ctx)->pkt_type == PACKET_HOST;
	return interface->loopback || mac_is_ours(frame, interface);
}

/* Gives the frame a new length, or leaves it as it was. Pointers become stale. */
static __always_inline int make_room(void *ctx, enum tier tier, __u32 length)
{
	__u32 now = frame_length(ctx, tier);

	/* Else clang adds and subtracts pointers one by one, which the verifier does not take. */
	hide(now);
	if (tier == TIER_XDP)
		return !bpf_xdp_adjust_tail(XDP(ctx), (int)(length - now));
	return !bpf_skb_change_tail(SKB(ctx), length, 0);
}

/* Pointers into the frame become stale. `length` is not 0. */
static __always_inline int store_bytes(void *ctx, enum tier tier, __u32 at, const void *bytes,
				       __u32 length)
{
	if (tier == TIER_XDP)
		return !bpf_xdp_store_bytes(XDP(ctx), at, (void *)bytes, length);
	return !bpf_skb_store_bytes(SKB(ctx), at, bytes, length, 0);
}

/*
 * Writes the checksum field at offset `at`, where `field` points. `pseudo` and `rest` are the
 * sums of the pseudo-header, and of the UDP header (checksum 0) and payload.
 *
 * An skb may be CHECKSUM_PARTIAL (it comes from a local sender that left the sum to the device),
 * and nobody tells. Its field must then hold the pseudo-header's sum alone, which the device
 * completes. bpf_l4_csum_replace() knows: it leaves a PARTIAL packet's field alone, and
 * otherwise, as the field stands for ~pseudo, adds rest + 2 pseudo to get the full sum.
 * Pointers become stale.
 */
static __always_inline int finish_checksum(void *ctx, enum tier tier, __u32 at, __u16 *field,
					   __u64 pseudo, __u64 rest)
{
	if (tier == TIER_XDP) {
		__u16 sum = ~sum_fold(pseudo + rest);

		*field = sum ? sum : 0xffff;
		return 1;
	}
	*field = sum_fold(pseudo);
	return !bpf_l4_csum_replace(SKB(ctx), at, 0, sum_fold(rest + 2 * pseudo),
				    BPF_F_MARK_MANGLED_0);
}

/* The action that sends the frame out of the interface that it came in on. */
static __always_inline int send_action(void *ctx, enum tier tier)
{
	return tier == TIER_XDP ? XDP_TX : (int)bpf_redirect(SKB(ctx)->ifindex, 0);
}

static __always_inline int pass_action(enum tier tier)
{
	return tier == TIER_XDP ? XDP_PASS : TC_ACT_UNSPEC;
}

static __always_inline int drop_action(enum tier tier)
{
	return tier == TIER_XDP ? XDP_DROP : TC_ACT_SHOT;
}

#endif
