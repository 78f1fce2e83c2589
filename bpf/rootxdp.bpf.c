// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers root queries: one source for both tiers, XDP and tc ingress. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "guard.h"
#include "maps.bpf.h"
#include "packet.h"
#include "question.h"
#include "reply.bpf.h"
#include "stats.bpf.h"
#include "tier.bpf.h"
#include "zone.bpf.h"

/* Every stage returns the verdict that ends the packet's way, or undecided. */

/* Is it a packet for us, and one that may be answered? */
static __always_inline enum verdict look_at_packet(void *ctx, enum tier tier, struct work *work)
{
	__u32 ifindex = frame_ifindex(ctx, tier);
	const struct interface *interface;
	const __u32 *use;
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
	use = bpf_map_lookup_elem(&addresses, &work->packet.destination);
	if (!use || *use != ADDRESS_OURS)
		return VERDICT_other_address;
	if (is_aggregate(ctx, tier))
		return VERDICT_pass_aggregate;
	interface = bpf_map_lookup_elem(&interfaces, &ifindex);
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
	    bpf_map_lookup_elem(&addresses, &work->packet.source))
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

/* Is it a query that is answered here, be it with an error? */
static __always_inline enum verdict look_at_message(void *ctx, enum tier tier, struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);
	enum verdict verdict = parse_question(&message, &work->question);

	work->asked = verdict;
	return verdict < VERDICT_COUNT && verdict_fate(verdict) != FATE_answered ?
		       verdict : VERDICT_undecided;
}

/* Is its checksum right? Keeps the sums that the reply's checksum needs too. */
static __always_inline enum verdict check_checksum(void *ctx, enum tier tier, struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);
	__u32 asked = question_size(&work->question);
	const __u8 *udp = frame_start(ctx, tier) + (work->packet.udp & 127);
	__u16 checksum;
	__u64 sum;

	if (udp + sizeof(struct udp) + DNS_HEADER_SIZE > message.end)
		return VERDICT_pass_short;
	checksum = ((const struct udp *)(const void *)udp)->checksum;
	work->question_sum =
		sum_fold(sum_bytes(message.start, message.end, DNS_HEADER_SIZE, asked));
	work->address_sum = sum_fold(sum_addresses(&work->packet));
	forget();

	if (!checksum)
		return work->packet.ipv6 ? VERDICT_pass_udp_checksum : VERDICT_undecided;
	sum = sum_pseudo_header(work->address_sum, work->packet.udp_length);
	if (work->partial_ok && checksum == sum_fold(sum))
		return VERDICT_undecided;

	/* The UDP header, the DNS header, the question, and what follows it. */
	sum += sum_word(load64(udp)) + sum_word(load64(udp + 8)) + sum_word(load32(udp + 16));
	sum += work->question_sum;
	asked += DNS_HEADER_SIZE;
	hide(asked);
	asked &= 0x1ff;
	if (message.limit > asked)
		sum += sum_at(sum_fold(sum_bytes(message.start, message.end, asked,
						 message.limit - asked)),
			      asked);
	return sum_fold(sum) == 0xffff ? VERDICT_undecided : VERDICT_pass_udp_checksum;
}

/* Whether the zone may be answered from: without it, not even errors are. */
static __always_inline enum verdict look_at_zone(const struct zone_info *info)
{
	if (!info || !info->names)
		return VERDICT_pass_no_reply;
	if (info->deadline_ns && bpf_ktime_get_coarse_ns() >= info->deadline_ns)
		return VERDICT_pass_deadline;
	return VERDICT_undecided;
}

/* The index of the stored reply, in *index. */
static __always_inline enum verdict find_reply(void *ctx, enum tier tier, struct work *work,
					       const struct zone_view *view,
					       const struct zone_info *info, __u32 *index)
{
	struct cursor message;

	if (!work->question.labels) {
		*index = choose_apex(info, &work->question);
		return VERDICT_undecided;
	}
	message = message_cursor(ctx, tier, work);
	if (!read_label(message.start, message.end, &work->question, &work->label))
		return VERDICT_pass_error;
	forget();
	if (!find_label(view, &work->label, &work->place))
		return VERDICT_pass_no_reply;
	forget();
	*index = choose_reply(&work->place, &work->question);
	return VERDICT_undecided;
}

/* Answers an ordinary query from the zone. */
static __always_inline enum verdict answer_stored(void *ctx, enum tier tier, struct work *work,
						  const struct zone_view *view,
						  const struct zone_info *info,
						  const struct ours *ours)
{
	const struct reply *reply;
	const struct shelf *shelf;
	enum verdict verdict;
	__u32 index;

	verdict = find_reply(ctx, tier, work, view, info, &index);
	if (verdict != VERDICT_undecided)
		return verdict;
	reply = zone_reply(view, index);
	if (!reply || reply->verdict >= VERDICT_COUNT ||
	    verdict_fate(reply->verdict) != FATE_answered)
		return VERDICT_pass_no_reply;
	shelf = zone_shelf(view, reply->shelf);
	if (!shelf)
		return VERDICT_pass_no_reply;
	outline_stored(view, reply, &work->question, ours->max_udp_size, &work->outline);
	forget();
	return write_stored(ctx, tier, work, reply, shelf);
}

/* Answers a CHAOS query, or with an error. */
static __always_inline enum verdict answer_other(void *ctx, enum tier tier, struct work *work,
						 const struct ours *ours)
{
	struct cursor message = message_cursor(ctx, tier, work);
	const struct chaos *chaos = 0;

	if (work->asked == VERDICT_answer_chaos)
		chaos = choose_chaos(ours->us, read_chaos_name(message.start, message.end,
							       &work->question));
	if (chaos)
		outline_chaos(chaos, &work->outline);
	else
		outline_error(work->asked, &work->outline);
	forget();
	return write_chaos(ctx, tier, work, chaos);
}

/* Finds the reply and makes it from the packet. */
static __always_inline enum verdict answer(void *ctx, enum tier tier, struct work *work)
{
	__u32 zero = 0, *set = bpf_map_lookup_elem(&active, &zero);
	const struct settings *chosen = bpf_map_lookup_elem(&settings, &zero);
	const struct zone_info *info;
	struct zone_view view;
	enum verdict verdict;
	struct ours ours;

	if (!set || !chosen)
		return VERDICT_pass_no_reply;
	view = zone_of_set(*set);
	info = zone_info(&view);
	verdict = look_at_zone(info);
	if (verdict != VERDICT_undecided)
		return verdict;
	ours = (struct ours){ .us = bpf_map_lookup_elem(&identity, &zero),
			      .max_udp_size = chosen->max_udp_size };
	work->outline = outline_begin(&work->question, ours.us);
	forget();
	if (work->asked == VERDICT_undecided)
		verdict = answer_stored(ctx, tier, work, &view, info, &ours);
	else
		verdict = answer_other(ctx, tier, work, &ours);
	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	verdict = write_rest(ctx, tier, work, &ours);
	return verdict == VERDICT_undecided ? work->outline.verdict : verdict;
}

static __always_inline enum verdict decide(void *ctx, enum tier tier)
{
	__u32 key = tier;
	struct work *work = bpf_map_lookup_elem(&scratch, &key);
	enum verdict verdict;

	if (!work)
		return VERDICT_pass_error;
	verdict = look_at_packet(ctx, tier, work);
	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	verdict = look_at_message(ctx, tier, work);
	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	verdict = check_checksum(ctx, tier, work);
	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	return answer(ctx, tier, work);
}

/* The one exit: every packet is counted here, once. */
static __always_inline int finish(void *ctx, enum tier tier)
{
	__u32 verdict = decide(ctx, tier);

	count_verdict(tier, verdict);
	if (verdict >= VERDICT_COUNT)
		return pass_action(tier);
	switch (verdict_fate(verdict)) {
	case FATE_answered:
		return send_action(ctx, tier);
	case FATE_dropped:
		return drop_action(tier);
	default:
		return pass_action(tier);
	}
}

SEC("xdp")
int rootxdp_xdp(struct xdp_md *ctx)
{
	return finish(ctx, TIER_XDP);
}

SEC("tc")
int rootxdp_tc(struct __sk_buff *ctx)
{
	return finish(ctx, TIER_TC);
}

char LICENSE[] SEC("license") = "GPL";
