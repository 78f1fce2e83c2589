// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers root queries: one source for both tiers, XDP and tc ingress. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "checksum.bpf.h"
#include "find.bpf.h"
#include "guard.bpf.h"
#include "limit.bpf.h"
#include "maps.bpf.h"
#include "packet.h"
#include "question.h"
#include "reply.bpf.h"
#include "stage.bpf.h"
#include "stats.bpf.h"
#include "subtree.h"
#include "tier.bpf.h"
#include "touch.h"
#include "zone.bpf.h"

/* Reads one of the OPT's options. */
static __always_inline enum verdict read_option(void *ctx, enum tier tier, struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);

	parse_option(&message, &work->question);
	return VERDICT_undecided;
}
STAGE(read_option)

/* Reads all of them. */
static __always_inline void read_options(void *ctx, enum tier tier, struct work *work)
{
	for (__u32 i = 0; i < OPTIONS_MAX; i++) {
		if (!has_options(&work->question))
			break;
		GO_THROUGH(read_option);
	}
}

/* Is it a query that is answered here, be it with an error? */
static __always_inline enum verdict classify(struct work *work)
{
	if (work->asked == VERDICT_undecided)
		work->asked = classify_question(&work->question);
	if (work->asked < VERDICT_COUNT && verdict_fate(work->asked) != FATE_answered)
		return work->asked;
	return VERDICT_undecided;
}

/* Is it a name that the fallback serves as a zone of its own? */
static __always_inline enum verdict look_at_subtree(void *ctx, enum tier tier, struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);
	__u32 index = work->subtree;
	const struct subtree *subtree = bpf_map_lookup_elem(&subtrees, &index);

	return subtree && name_is_within(message.start, message.end, &work->question, subtree) ?
		       VERDICT_pass_subtree : VERDICT_undecided;
}
STAGE(look_at_subtree)

/* The same for all of them. */
static __always_inline enum verdict look_at_subtrees(void *ctx, enum tier tier, struct work *work)
{
	__u32 zero = 0;
	const struct settings *chosen = bpf_map_lookup_elem(&settings, &zero);
	enum verdict verdict = VERDICT_undecided;

	if (!chosen || !question_size(&work->question))
		return VERDICT_undecided;
	for (__u32 i = 0; i < SUBTREES_MAX && verdict == VERDICT_undecided; i++) {
		if (i >= chosen->subtrees)
			break;
		work->subtree = i;
		verdict = GO_THROUGH(look_at_subtree);
	}
	return verdict;
}

/* Judges the client's cookie, and makes the reply's. */
static __always_inline enum verdict judge_client(void *ctx, enum tier tier, struct work *work)
{
	__u32 zero = 0;
	const struct cookie_secrets *secrets = bpf_map_lookup_elem(&cookie_secrets, &zero);
	const struct settings *chosen = bpf_map_lookup_elem(&settings, &zero);
	struct cursor message = message_cursor(ctx, tier, work);
	__u32 now;

	if (!chosen || !secrets || !secrets->count) {
		work->asked = forgo_cookie(&work->question, work->asked);
		return VERDICT_undecided;
	}
	if (!work->question.cookie_length)
		return VERDICT_undecided;
	if (!read_cookie(message.start, message.end, &work->question, &work->cookie))
		return VERDICT_pass_error;
	now = bpf_ktime_get_tai_ns() / NANOSECONDS - chosen->tai_offset;
	work->cookie_state = judge_cookie(&work->cookie, work->question.cookie_length,
					  &work->packet.source, secrets, now);
	return VERDICT_undecided;
}
STAGE(judge_client)

/*
 * Where the stored reply's body lies, with 2 * BODY_MAX bytes that may be read; NULL: nowhere, maps
 * may be damaged. Its relocations are being loaded; the body itself is copied soon enough.
 */
static __always_inline const __u8 *locate_body(const struct zone_view *view,
					       const struct reply *reply)
{
	const struct shelf *shelf;
	const __u8 *body;
	__u32 place, length;

	if (reply->verdict >= VERDICT_COUNT || verdict_fate(reply->verdict) != FATE_answered)
		return NULL;
	shelf = zone_shelf(view, reply->shelf);
	place = reply->place;
	length = reply->whole.length;
	/* A pointer keeps its bounds on the stack, a number not: see within(). */
	hide(place);
	if (!shelf || place > PLACE_MAX || length > BODY_MAX)
		return NULL;
	body = shelf->bytes + place;
	hide(body);
	touch(body + RELOCATIONS(0, within(length, BODY_MAX)));
	return body;
}

/* Takes a shorter form of the stored reply, or none. */
static __always_inline enum verdict shorten_reply(void *ctx, enum tier tier, struct work *work,
						  const struct reply *stored)
{
	struct zone_view view = zone_of_set(work->set);

	if (!stored)
		return VERDICT_pass_no_reply;
	outline_shorter(&view, stored,
			body_room(&work->question, &work->outline, work->max_udp_size),
			&work->outline);
	return work->outline.form.length > BODY_MAX ? VERDICT_pass_no_reply : VERDICT_undecided;
}
STAGE_WITH(shorten_reply, const struct reply)

/* Says what a reply consists of that is not stored. */
static __always_inline enum verdict outline_other(void *ctx, enum tier tier, struct work *work)
{
	struct cursor message = message_cursor(ctx, tier, work);
	const struct chaos *chaos;

	if (work->asked == VERDICT_answer_chaos)
		work->chaos = read_chaos_name(message.start, message.end, &work->question);
	chaos = choose_chaos(who_we_are(), work->chaos);
	if (chaos)
		outline_chaos(chaos, &work->outline);
	else
		outline_bare(work->asked, work->cookie_state, &work->outline);
	return VERDICT_undecided;
}
STAGE(outline_other)

/*
 * Is the reply within its rate limit? Asked only where there is room, so that no query is charged
 * in both tiers. A reply that slips has become shorter.
 */
static __always_inline enum verdict limit_rate(void *ctx, enum tier tier, struct work *work)
{
	work->outline.class = limit_class_of(work->outline.verdict);
	work->limited = limit_reply(work);
	if (work->limited == LIMIT_DROP)
		return VERDICT_limit_dropped;
	if (work->limited == LIMIT_SEND)
		return VERDICT_undecided;
	outline_truncated(&work->outline, VERDICT_limit_slipped);
	forget();
	return resize_frame(ctx, tier, work) == VERDICT_undecided ? VERDICT_undecided
								  : VERDICT_drop_error;
}
STAGE(limit_rate)

/*
 * Makes the reply: says what it consists of, makes room for it, and writes it. stored: what it is
 * made of; NULL: nothing that is stored.
 */
static __always_inline enum verdict make_reply(void *ctx, enum tier tier, struct work *work,
					       const struct reply *stored)
{
	struct zone_view view = zone_of_set(work->set);
	const __u8 *body = NULL;
	const struct settings *chosen;
	const struct identity *us;
	enum verdict verdict;
	__u32 zero = 0;

	verdict = GO_THROUGH(verify_checksum);
	if (verdict == VERDICT_undecided && work->question.cookie)
		verdict = GO_THROUGH(judge_client);
	if (verdict != VERDICT_undecided)
		return verdict;
	if (stored) {
		body = locate_body(&view, stored);
		if (!body)
			return VERDICT_pass_no_reply;
	}
	us = work->question.nsid ? who_we_are() : NULL;
	work->outline = outline_begin(&work->question, us, work->cookie_state);
	forget();
	chosen = bpf_map_lookup_elem(&settings, &zero);
	work->max_udp_size = chosen ? chosen->max_udp_size : UDP_SIZE_LEAST;
	work->chaos = CHAOS_NONE;
	if (stored) {
		outline_stored(stored, &work->outline);
		if (work->outline.form.length >
		    body_room(&work->question, &work->outline, work->max_udp_size))
			verdict = GO_THROUGH_WITH(shorten_reply, stored);
	} else {
		verdict = GO_THROUGH(outline_other);
	}
	if (verdict == VERDICT_undecided)
		verdict = resize_frame(ctx, tier, work);
	if (verdict == VERDICT_undecided && chosen && chosen->limit.rate)
		verdict = GO_THROUGH(limit_rate);
	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	return write_reply(ctx, tier, work, stored, body);
}
STAGE_WITH(make_reply, const struct reply)

/* Goes through the stages; the verdict is of the first one that has one, or the reply's. */
static __always_inline enum verdict decide(void *ctx, enum tier tier, struct work *work)
{
	enum verdict verdict = GO_THROUGH(read_frame);
	const struct reply *stored = NULL;

	if (verdict == VERDICT_undecided && work->asked == VERDICT_undecided)
		read_options(ctx, tier, work);
	if (verdict == VERDICT_undecided)
		verdict = classify(work);
	if (verdict == VERDICT_undecided)
		verdict = look_at_subtrees(ctx, tier, work);
	if (verdict == VERDICT_undecided)
		verdict = choose_set(work);
	if (verdict == VERDICT_undecided && work->asked == VERDICT_undecided)
		verdict = find_reply(ctx, tier, work, &stored);
	if (verdict == VERDICT_undecided)
		verdict = GO_THROUGH_WITH(make_reply, stored);
	return verdict == VERDICT_undecided ? (enum verdict)work->outline.verdict : verdict;
}

/* The one exit: every packet is counted here, once. */
static __always_inline int finish(void *ctx, enum tier tier)
{
	__u32 key = tier, verdict;
	struct work *work = bpf_map_lookup_elem(&scratch, &key);

	verdict = work ? decide(ctx, tier, work) : VERDICT_pass_error;
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
