/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the query's packet into the reply's: body, compression pointers, OPT, headers, sums. */
#ifndef ROOTXDP_REPLY_BPF_H
#define ROOTXDP_REPLY_BPF_H

#include "reply.h"
#include "stage.bpf.h"
#include "zone.bpf.h"

#define TTL 64

/* Who we say that we are. */
static __always_inline const struct identity *who_we_are(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&identity, &zero);
}

static __always_inline void plan_frame(struct work *work)
{
	struct frame_plan *plan = &work->plan;

	plan->body = (work->packet.udp & 127) + sizeof(struct udp) + question_end(&work->question);
	plan->opt = plan->body + work->outline.form.length;
	plan->end = plan->opt + work->outline.opt;
}

/* Plans the reply's frame, and makes it so long. pass_room: it could not be, and is as it came. */
static __always_inline enum verdict resize_frame(void *ctx, enum tier tier, struct work *work)
{
	__u32 length;

	plan_frame(work);
	length = work->plan.end & (4 * BODY_MAX - 1);
	return make_room(ctx, tier, length > FRAME_MIN ? length : FRAME_MIN) ? VERDICT_undecided :
									       VERDICT_pass_room;
}

/*
 * Adds `delta`, at most 255, to `count` compression pointers of the body from `start` on. A function
 * of its own, so that all it needs stays in registers: the longest loop of all.
 */
static __noinline void relocate_body(__u8 *start, const __u8 *end, const __u8 *relocations,
				     __u32 count, __u32 delta)
{
	count &= RELOCATIONS_MAX; /* all ones */
	for (__u32 i = 0; i < count; i++) {
		__u8 *pointer = start + (load16(relocations) & (BODY_MAX - 1));

		if (pointer + 2 > end)
			break;
		store16(pointer, move_pointer(load16(pointer), delta));
		relocations += 2;
	}
}

static __always_inline void swap_macs(__u8 *frame)
{
	__u32 destination = load32(frame), source = load32(frame + 6);
	__u16 destination_end = load16(frame + 4), source_end = load16(frame + 10);

	store32(frame, source);
	store16(frame + 4, source_end);
	store32(frame + 6, destination);
	store16(frame + 10, destination_end);
}

static __always_inline void write_ipv4(struct ipv4 *ip, const struct work *work, __be16 id,
				       __u16 udp_length)
{
	__u16 length = sizeof(*ip) + udp_length;

	ip->version_ihl = 0x45;
	ip->tos = 0;
	ip->length = network16(length);
	ip->id = id;
	ip->fragment = 0;
	ip->ttl = TTL;
	ip->protocol = PROTOCOL_UDP;
	ip->source = load32(work->packet.destination.byte + 12);
	ip->destination = load32(work->packet.source.byte + 12);
	ip->checksum = ~sum_fold((__u64)NETWORK16(0x4500) + network16(length) + id +
				 NETWORK16(TTL << 8 | PROTOCOL_UDP) + work->address_sum);
}

static __always_inline void write_ipv6(struct ipv6 *ip, const struct work *work, __u16 udp_length)
{
	ip->version_class_flow = NETWORK32(0x60000000);
	ip->length = network16(udp_length);
	ip->hops = TTL;
	copy_address(&ip->source, &work->packet.destination);
	copy_address(&ip->destination, &work->packet.source);
}

/*
 * Zeroes what the shortest frame has behind the shortest replies: up to six bytes behind a bare
 * header, up to two behind a header and the question for '.'.
 */
static __always_inline void pad_frame(__u8 *frame, __u32 length)
{
	if (length >= FRAME_MIN)
		return;
	frame[FRAME_MIN - 1] = 0;
	if (length < FRAME_MIN - 1)
		frame[FRAME_MIN - 2] = 0;
	if (length < FRAME_MIN - 2)
		store32(frame + FRAME_MIN - 6, 0);
}

/* Writes the OPT's options but the NSID itself, from `option` on. */
static __always_inline int write_options(__u8 *option, const __u8 *end, const struct work *work)
{
	if (work->outline.cookie) {
		if (option + DNS_OPTION_HEAD + COOKIE_SIZE > end)
			return 0;
		write_cookie(option, &work->cookie);
		option += DNS_OPTION_HEAD + COOKIE_SIZE;
	}
	if (work->outline.nsid_length) {
		if (option + DNS_OPTION_HEAD > end)
			return 0;
		write_nsid_head(option, &work->outline);
	}
	return 1;
}

/* Writes the OPT with all but the NSID itself; adds what it contributes to the sum of UDP's. */
static __always_inline int write_edns(__u8 *frame, const __u8 *end, const struct work *work,
				      __u64 *sum)
{
	__u32 place = work->plan.opt;
	__u8 *opt;

	*sum += sum_opt(&work->question, &work->outline, &work->cookie, work->max_udp_size,
			place - work->packet.udp);
	hide(place);
	opt = frame + (place & (4 * BODY_MAX - 1));
	if (opt + DNS_OPT_SIZE > end)
		return 0;
	write_opt(opt, &work->question, &work->outline, work->max_udp_size);
	return write_options(opt + DNS_OPT_SIZE, end, work);
}

/* Writes all but body and NSID. False: something lies beyond the frame's end (it never does). */
static __always_inline int write_around(void *ctx, enum tier tier, const struct work *work)
{
	__u8 *frame = frame_start(ctx, tier), *end = frame_end(ctx, tier);
	__u32 place = work->packet.udp & 127;
	__u8 *ip = frame + (work->packet.ip & 31), *payload;
	struct udp *udp = (void *)(frame + place);
	__u16 udp_length = work->plan.end - place;
	struct dns_header *header;
	__u64 sum;

	if (frame + FRAME_MIN > end || ip + sizeof(struct ipv6) > end)
		return 0;
	payload = (__u8 *)udp + sizeof(*udp);
	if (payload + DNS_HEADER_SIZE > end)
		return 0;
	header = (void *)payload;

	pad_frame(frame, work->plan.end);
	swap_macs(frame);
	if (work->packet.ipv6)
		write_ipv6((void *)ip, work, udp_length);
	else
		write_ipv4((void *)ip, work, header->id, udp_length);
	udp->source = NETWORK16(DNS_PORT);
	udp->destination = work->packet.source_port;
	udp->length = network16(udp_length);
	sum = (__u64)udp->source + udp->destination + udp->length;
	sum += write_header(header, &work->question, &work->outline);
	sum += work->question_sum;
	sum += sum_body(&work->outline.form, &work->question, work->plan.body - place);
	if (work->question.edns && !write_edns(frame, end, work, &sum))
		return 0;
	return finish_checksum(ctx, tier, place + offsetof(struct udp, checksum), &udp->checksum,
			       sum_pseudo_header(work->address_sum, udp_length), sum);
}

/* Where the plan puts the body. */
static __always_inline __u32 body_place(const struct work *work)
{
	return work->plan.body & 0x3ff;
}

/*
 * Writes a stored reply's body, and moves its compression pointers. `body` has 2 * BODY_MAX bytes
 * behind it, whatever lies there.
 */
static __always_inline enum verdict write_stored(void *ctx, enum tier tier, const struct work *work,
						 const struct reply *stored, const __u8 *body)
{
	const struct cut *form = &work->outline.form;
	__u32 length = form->length, whole = stored->whole.length, pointers = form->even + form->odd;
	__u16 delta = reply_delta(&work->question);
	__u32 place = body_place(work);

	if (!length)
		return VERDICT_undecided;
	if (!store_bytes(ctx, tier, place, body, within(length, BODY_MAX)))
		return VERDICT_drop_error;
	/* Kernels before 6.8 forget the bounds of what was kept on the stack. */
	hide(place);
	if (delta && pointers)
		relocate_body(frame_start(ctx, tier) + (place & 0x3ff), frame_end(ctx, tier),
			      body + RELOCATIONS(0, within(whole, BODY_MAX)), pointers, delta);
	return VERDICT_undecided;
}

/* Writes the CHAOS TXT record that was outlined. */
static __always_inline enum verdict write_chaos(void *ctx, enum tier tier, struct work *work)
{
	const struct chaos *chaos = choose_chaos(who_we_are(), work->chaos);
	__u32 length;

	if (!chaos)
		return VERDICT_drop_error;
	length = chaos->length - 1;
	hide(length);
	length &= 2 * (CHAOS_TEXT_MAX + 1) - 1;
	if (length >= sizeof(chaos->bytes))
		return VERDICT_drop_error;
	return store_bytes(ctx, tier, body_place(work), chaos->bytes, length + 1) ?
		       VERDICT_undecided : VERDICT_drop_error;
}
STAGE(write_chaos)

/* Writes the NSID that was outlined. */
static __always_inline enum verdict write_nsid(void *ctx, enum tier tier, struct work *work)
{
	const struct identity *us = who_we_are();
	__u32 place = work->plan.opt + DNS_OPT_SIZE + cookie_size(&work->outline) + DNS_OPTION_HEAD;

	return us && store_bytes(ctx, tier, place & (4 * BODY_MAX - 1), us->nsid,
				 within(work->outline.nsid_length, NSID_MAX)) ?
		       VERDICT_undecided : VERDICT_drop_error;
}
STAGE(write_nsid)

/*
 * Makes the query's frame into the reply's. body: of the stored reply; without `stored`, none.
 * drop_error: the frame is neither of the two.
 */
static __always_inline enum verdict write_reply(void *ctx, enum tier tier, struct work *work,
						const struct reply *stored, const __u8 *body)
{
	enum verdict verdict = VERDICT_undecided;

	if (stored)
		verdict = write_stored(ctx, tier, work, stored, body);
	else if (work->chaos != CHAOS_NONE && work->outline.form.length)
		verdict = GO_THROUGH(write_chaos);
	if (verdict == VERDICT_undecided && work->outline.nsid_length)
		verdict = GO_THROUGH(write_nsid);
	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	return write_around(ctx, tier, work) ? VERDICT_undecided : VERDICT_drop_error;
}

#endif
