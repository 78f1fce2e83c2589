/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For userspace: the reply that the kernel would give, from the same data by the same code. */
#ifndef ROOTXDP_ASSEMBLE_H
#define ROOTXDP_ASSEMBLE_H

#include <string.h>

#include "layout.h"

/*
 * A zone to be answered from.
 *
 * entry    entry `index` of a part, or NULL when there is none. It must stay valid until
 *          assemble_reply() returns, and be aligned to 8 bytes.
 * context  is handed to it.
 */
struct zone_view {
	const void *(*entry)(void *context, enum zone_part part, __u32 index);
	void *context;
};

#include "reply.h"

static inline const struct zone_info *zone_info(const struct zone_view *zone)
{
	return zone->entry(zone->context, PART_INFO, 0);
}

static inline const struct prefix_table *zone_prefixes(const struct zone_view *zone)
{
	return zone->entry(zone->context, PART_PREFIXES, 0);
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

/* The stored reply for a question, or NULL when there is none. */
static inline const struct reply *find_reply(const struct zone_view *zone, const __u8 *query,
					     __u32 length, const struct question *question)
{
	const struct zone_info *info = zone_info(zone);
	const struct reply *reply;
	struct label label;
	struct place place;

	if (!info)
		return NULL;
	if (!question->labels) {
		reply = zone_reply(zone, choose_apex(info, question));
	} else {
		if (!read_label(query, query + length, question, &label) ||
		    !find_label(zone, &label, &place))
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

		store16(pointer, network16(host16(load16(pointer)) + delta));
	}
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
	const struct reply *stored;
	const struct shelf *shelf;
	struct question question;
	enum verdict verdict;
	struct cut form;
	__u32 end;
	int fits;

	*length = 0;
	if (query_length > MESSAGE_MAX)
		return VERDICT_pass_long;
	verdict = parse_question(&message, &question);
	if (verdict != VERDICT_undecided)
		return verdict;
	stored = find_reply(zone, query, query_length, &question);
	if (!stored)
		return VERDICT_pass_no_reply;
	fits = fit_reply(zone, stored, &question, size_limit(&question, max_udp_size), &form);
	end = question_end(&question);
	shelf = zone->entry(zone->context, PART_SHELVES, stored->shelf);
	if (!shelf || end + form.length + opt_size(&question) > room)
		return VERDICT_pass_no_reply;

	memcpy(reply, query, end);
	write_header((struct dns_header *)(void *)reply, stored, &question, &form, fits);
	memcpy(reply + end, shelf->bytes + stored->place, form.length);
	relocate(reply + end, &form,
		 shelf->bytes + RELOCATIONS(stored->place, stored->whole.length),
		 reply_delta(&question));
	*length = end + form.length;
	if (question.edns) {
		write_opt(reply + *length, &question, max_udp_size);
		*length += opt_size(&question);
	}
	return fits ? (enum verdict)stored->verdict : VERDICT_answer_truncated;
}

#endif
