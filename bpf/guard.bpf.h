/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame that came in: is it for us, may it be answered, and what is in its message? */
#ifndef ROOTXDP_GUARD_BPF_H
#define ROOTXDP_GUARD_BPF_H

#include "maps.bpf.h"
#include "stage.bpf.h"

/* Of several that have one slot. Kernel 6.1 wants keys of maps on the stack. */
static __noinline int crowded_use(const struct address *address)
{
	const __u32 *use;
	struct address key;

	if (!address)
		return 0;
	copy_address(&key, address);
	use = bpf_map_lookup_elem(&addresses, &key);
	return use ? *use : 0;
}

/* What an address is to us: enum address_use; 0: nothing. */
static __always_inline __u32 address_use(const struct address *address)
{
	__u32 index = address_slot_of(address);
	const struct address_slot *slot = bpf_map_lookup_elem(&address_slots, &index);

	if (!slot)
		return 0;
	if (address_is(&slot->address, address))
		return slot->use;
	return slot->crowded ? crowded_use(address) : 0;
}

/* Of several that have one slot. */
static __noinline const struct interface *crowded_interface(__u32 ifindex)
{
	return bpf_map_lookup_elem(&interfaces, &ifindex);
}

/* The device that the packet came in on; NULL: not one of ours. */
static __always_inline const struct interface *interface_of(__u32 ifindex)
{
	__u32 index = interface_slot_of(ifindex);
	const struct interface_slot *slot = bpf_map_lookup_elem(&interface_slots, &index);

	if (!slot)
		return NULL;
	if (slot->ifindex == ifindex)
		return &slot->interface;
	return slot->crowded ? crowded_interface(ifindex) : NULL;
}

/* Is it a packet for us, and one that may be answered? */
static __always_inline enum verdict guard_frame(void *ctx, enum tier tier, struct work *work)
{
	const struct interface *interface;
	enum verdict verdict;
	struct cursor frame;

	if (!pull_headers(ctx, tier))
		return VERDICT_pass_error;
	frame = (struct cursor){ .start = frame_start(ctx, tier),
				 .end = frame_end(ctx, tier),
				 .limit = frame_length(ctx, tier) };
	verdict = parse_packet(&frame, &work->packet);
	if (verdict != VERDICT_undecided)
		return verdict;
	if (has_tag_too_many(ctx, tier, &work->packet))
		return VERDICT_other_protocol;
	forget();
	if (address_use(&work->packet.destination) != ADDRESS_OURS)
		return VERDICT_other_address;
	if (is_aggregate(ctx, tier))
		return VERDICT_pass_aggregate;
	interface = interface_of(frame_ifindex(ctx, tier));
	if (!interface)
		return VERDICT_pass_no_reply;
	if (!is_for_host(ctx, tier, frame.start, interface))
		return VERDICT_pass_foreign_mac;
	verdict = guard_packet(frame.start, frame.end, &work->packet, interface->loopback);
	if (verdict != VERDICT_undecided)
		return verdict;
	work->partial_ok = interface->partial_ok;

	/* On lo every client has an address of ours; there, only a server's port makes a loop. */
	if ((!interface->loopback || work->packet.source_port == NETWORK16(DNS_PORT)) &&
	    address_use(&work->packet.source))
		return VERDICT_pass_source;
	if (!pull_frame(ctx, tier, (work->packet.udp & 127) + work->packet.udp_length))
		return VERDICT_pass_error;
	return VERDICT_undecided;
}

/* The DNS message in the packet. */
static __always_inline struct cursor message_cursor(void *ctx, enum tier tier,
						    const struct work *work)
{
	struct cursor message = { .start = frame_start(ctx, tier), .end = frame_end(ctx, tier) };

	message.start += (work->packet.udp & 127) + sizeof(struct udp);
	message.limit = work->packet.udp_length - sizeof(struct udp);
	if (message.limit > MESSAGE_MAX)
		message.limit = MESSAGE_MAX;
	return message;
}

/* Reads header, question and OPT. */
static __always_inline enum verdict read_message(void *ctx, enum tier tier, struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);

	work->asked = parse_records(&message, &work->question);
	work->cookie_state = COOKIE_NONE;
	return VERDICT_undecided;
}

/* Guards the frame, and reads its message. */
static __always_inline enum verdict read_frame(void *ctx, enum tier tier, struct work *work)
{
	enum verdict verdict = guard_frame(ctx, tier, work);

	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	return read_message(ctx, tier, work);
}
STAGE(read_frame)

#endif
