/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The query's checksum. */
#ifndef ROOTXDP_CHECKSUM_BPF_H
#define ROOTXDP_CHECKSUM_BPF_H

#include "guard.bpf.h"

/* The sum of the question section, as from an even place. */
static __always_inline __u64 sum_question(void *ctx, enum tier tier, const struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);
	__u32 size = question_size(&work->question);
	__u32 window = work->packet.udp + sizeof(struct udp) + DNS_HEADER_SIZE + size - SUM_SHORT;
	const __u8 *bytes = frame_start(ctx, tier);

	hide(window);
	bytes += window & 0x3ff;
	if (size - 1 < SUM_SHORT && bytes + SUM_SHORT <= message.end)
		return sum_short(bytes, size);
	return sum_bytes(message.start, message.end, DNS_HEADER_SIZE, size);
}

/* Is its checksum right? Keeps the sums that the reply's checksum needs too. */
static __always_inline enum verdict verify_checksum(void *ctx, enum tier tier, struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);
	const __u8 *udp = frame_start(ctx, tier) + (work->packet.udp & 127);
	__u64 pseudo, sum;
	__u16 checksum;
	__u32 asked;

	if (udp + sizeof(struct udp) + DNS_HEADER_SIZE > message.end)
		return VERDICT_pass_short;
	checksum = ((const struct udp *)(const void *)udp)->checksum;
	work->question_sum = sum_question(ctx, tier, work);
	work->address_sum = sum_addresses(&work->packet);
	forget();

	if (!checksum)
		return work->packet.ipv6 ? VERDICT_pass_udp_checksum : VERDICT_undecided;
	pseudo = sum_pseudo_header(work->address_sum, work->packet.udp_length);

	/* The UDP header, the DNS header, the question, and what follows it. */
	sum = pseudo + sum_word(load64(udp)) + sum_word(load64(udp + 8)) + load32(udp + 16);
	sum += work->question_sum;
	asked = question_end(&work->question);
	hide(asked);
	asked &= 0x1ff;
	if (message.limit > asked)
		sum += sum_at(sum_bytes(message.start, message.end, asked,
					message.limit - asked),
			      asked);
	if (sum_fold(sum) == 0xffff || (work->partial_ok && checksum == sum_fold(pseudo)))
		return VERDICT_undecided;
	return VERDICT_pass_udp_checksum;
}
STAGE(verify_checksum)

#endif
