/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For userspace: the reply that the kernel would give, from the same data by the same code. */
#ifndef ROOTXDP_ASSEMBLE_H
#define ROOTXDP_ASSEMBLE_H

#include <string.h>

#include "guard.h"
#include "layout.h"

/*
 * A zone to be answered from, by whom, and to whom.
 *
 * entry     entry `index` of a part, or NULL when there is none. It must stay valid until
 *           assemble_reply() returns, and be aligned to 8 bytes.
 * context   is handed to it.
 * us        who we say that we are; NULL: nothing of that is configured
 * secrets   of cookies; NULL: none are given
 * subtrees  `subtree_count` of them, whose names are passed
 * client    whose cookie it is, needed where there are secrets
 * now       seconds since 1970, for cookies
 */
struct zone_view {
	const void *(*entry)(void *context, enum zone_part part, __u32 index);
	void *context;
	const struct identity *us;
	const struct cookie_secrets *secrets;
	const struct subtree *subtrees;
	__u32 subtree_count;
	const struct address *client;
	__u32 now;
};

#include "reply.h"
#include "subtree.h"

static inline const struct zone_info *zone_info(const struct zone_view *zone)
{
	return zone->entry(zone->context, PART_INFO, 0);
}

static inline const struct prefix_table *zone_prefixes(const struct zone_view *zone)
{
	return zone->entry(zone->context, PART_PREFIXES, 0);
}

static inline const struct key_chunk *zone_keys(const struct zone_view *zone, __u32 chunk)
{
	return zone->entry(zone->context, PART_KEYS, chunk);
}

static inline const struct name *zone_name(const struct zone_view *zone, __u32 index)
{
	return zone->entry(zone->context, PART_NAMES, index);
}

static inline const struct reply *zone_reply(const struct zone_view *zone, __u32 index)
{
	return zone->entry(zone->context, PART_REPLIES, index);
}

static inline const struct cut *zone_cut(const struct zone_view *zone, __u32 index)
{
	return zone->entry(zone->context, PART_CUTS, index);
}

/* Finds the last label of a question that has one. */
static inline int find_label(const struct zone_view *zone, const __u8 *query, __u32 length,
			     const struct question *question, struct place *place)
{
	struct label label;
	__u64 head;

	if (!read_label_head(query, query + length, question, &head))
		return 0;
	switch (find_by_key(zone, head, label_length(question), place)) {
	case FOUND:
		return 1;
	case FOUND_ALIKE:
		return read_label(query, query + length, question, &label) &&
		       find_by_name(zone, &label, place);
	default:
		return 0;
	}
}

/* The stored reply for a question, or NULL when there is none. */
static inline const struct reply *find_reply(const struct zone_view *zone, const __u8 *query,
					     __u32 length, const struct question *question)
{
	const struct zone_info *info = zone_info(zone);
	const struct reply *reply;
	struct place place;

	if (!info)
		return NULL;
	if (!question->labels) {
		reply = zone_reply(zone, choose_apex(info, question));
	} else {
		if (!find_label(zone, query, length, question, &place))
			return NULL;
		reply = zone_reply(zone, choose_reply(&place, question));
	}
	if (!reply || reply->verdict >= VERDICT_COUNT ||
	    verdict_fate(reply->verdict) != FATE_answered)
		return NULL;
	return reply;
}

/* Adds delta to each compression pointer of a body. */
static inline void relocate(__u8 *body, const struct cut *form, const __u8 *relocations,
			    __u16 delta)
{
	for (__u32 i = 0; i < (__u32)form->even + form->odd; i++) {
		__u8 *pointer = body + load16(relocations + 2 * i);

		store16(pointer, move_pointer(load16(pointer), delta));
	}
}

/* Is it a name that the fallback serves as a zone of its own? */
static inline int is_in_subtree(const struct zone_view *zone, const __u8 *query, __u32 length,
				const struct question *question)
{
	if (!question_size(question))
		return 0;
	for (__u32 i = 0; i < zone->subtree_count; i++)
		if (name_is_within(query, query + length, question, &zone->subtrees[i]))
			return 1;
	return 0;
}

/* The cookie for the reply, or COOKIE_NONE. */
static inline enum cookie_state find_cookie(const struct zone_view *zone, const __u8 *query,
					    __u32 length, const struct question *question,
					    struct cookie *cookie)
{
	if (!question->cookie_length ||
	    !read_cookie(query, query + length, question, cookie))
		return COOKIE_NONE;
	return judge_cookie(cookie, question->cookie_length, zone->client, zone->secrets,
			    zone->now);
}

/*
 * The body of the reply to a question for which parse_question() said `verdict`, and what else is
 * in it, in *outline, which has begun.
 */
static inline const __u8 *outline_reply(const struct zone_view *zone, __u32 max_udp_size,
					const __u8 *query, __u32 length,
					const struct question *question, enum verdict verdict,
					enum cookie_state cookie, struct outline *outline,
					const __u8 **relocations)
{
	const struct chaos *chaos = 0;
	const struct reply *stored;
	const struct shelf *shelf;
	__u32 room;

	*relocations = NULL;
	if (verdict == VERDICT_undecided) {
		stored = find_reply(zone, query, length, question);
		shelf = stored ? zone->entry(zone->context, PART_SHELVES, stored->shelf) : NULL;
		if (!shelf)
			return NULL;
		outline_stored(stored, outline);
		room = body_room(question, outline, max_udp_size);
		if (outline->form.length > room)
			outline_shorter(zone, stored, room, outline);
		*relocations =
			shelf->bytes + RELOCATIONS(stored->place, stored->whole.length);
		return shelf->bytes + stored->place;
	}
	if (verdict == VERDICT_answer_chaos)
		chaos = choose_chaos(zone->us, read_chaos_name(query, query + length, question));
	if (!chaos) {
		outline_bare(verdict, cookie, outline);
		return query;
	}
	outline_chaos(chaos, outline);
	return chaos->bytes;
}

static inline void assemble_opt(const struct zone_view *zone, __u32 max_udp_size,
				const struct question *question, const struct outline *outline,
				const struct cookie *cookie, __u8 *opt)
{
	__u8 *nsid = opt + DNS_OPT_SIZE + cookie_size(outline);

	write_opt(opt, question, outline, max_udp_size);
	if (outline->cookie)
		write_cookie(opt + DNS_OPT_SIZE, cookie);
	if (!outline->nsid_length)
		return;
	write_nsid_head(nsid, outline);
	memcpy(nsid + DNS_OPTION_HEAD, zone->us->nsid, outline->nsid_length);
}

/*
 * Writes the reply that the kernel gives to `query` into `reply` (`room` bytes: max_udp_size or
 * more). Sets *length to its length, or to 0 when the kernel passes the query. Returns the
 * verdict that the kernel counts for an intact packet from anywhere with this message in it.
 */
static inline enum verdict assemble_reply(const struct zone_view *zone, __u32 max_udp_size,
					  const __u8 *query, __u32 query_length, __u8 *reply,
					  __u32 room, __u32 *length)
{
	struct cursor message = cursor_over(query, query_length);
	const struct zone_info *info = zone_info(zone);
	const __u8 *body, *relocations;
	struct question question;
	struct outline outline;
	struct cookie cookie = { 0 };
	enum cookie_state state;
	enum verdict verdict;
	__u32 end;

	*length = 0;
	if (query_length > MESSAGE_MAX)
		return VERDICT_pass_long;
	verdict = parse_question(&message, &question);
	if (verdict != VERDICT_undecided && verdict_fate(verdict) != FATE_answered)
		return verdict;
	if (is_in_subtree(zone, query, query_length, &question))
		return VERDICT_pass_subtree;
	if (!info || !info->names)
		return VERDICT_pass_no_reply;
	if (!zone->secrets || !zone->secrets->count)
		verdict = forgo_cookie(&question, verdict);
	state = find_cookie(zone, query, query_length, &question, &cookie);
	outline = outline_begin(&question, zone->us, state);
	body = outline_reply(zone, max_udp_size, query, query_length, &question, verdict, state,
			     &outline, &relocations);
	end = question_end(&question);
	if (!body || end + outline.form.length + outline.opt > room)
		return VERDICT_pass_no_reply;

	memcpy(reply, query, end);
	write_header((struct dns_header *)(void *)reply, &question, &outline);
	memcpy(reply + end, body, outline.form.length);
	if (relocations)
		relocate(reply + end, &outline.form, relocations, reply_delta(&question));
	*length = end + outline.form.length;
	if (question.edns)
		assemble_opt(zone, max_udp_size, &question, &outline, &cookie, reply + *length);
	*length += outline.opt;
	return (enum verdict)outline.verdict;
}

#endif
