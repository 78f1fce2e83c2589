/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the stored reply for a question, and how much of it fits; builds header and OPT. */
#ifndef ROOTXDP_REPLY_H
#define ROOTXDP_REPLY_H

#include "checksum.h"
#include "find.h"
#include "guard.h"
#include "layout.h"
#include "question.h"

/* As in find.h. */
static const struct zone_info *zone_info(const struct zone_view *view);
static const struct cut *zone_cut(const struct zone_view *view, __u32 index);

#define UDP_SIZE_LEAST 512

/* Bytes before the body: header and question. */
static __always_inline __u32 question_end(const struct question *question)
{
	return DNS_HEADER_SIZE + question->name_length + 4;
}

/* Our OPT has no options (RFC 6891 6.1.2). */
static __always_inline __u32 opt_size(const struct question *question)
{
	return question->edns ? DNS_OPT_SIZE : 0;
}

/* The reply to a question for '.', as an index in `replies`. */
static __always_inline __u32 choose_apex(const struct zone_info *info,
					 const struct question *question)
{
	for (__u32 slot = APEX_TYPES; slot < APEX_SLOTS; slot++) {
		if (slot >= info->apex_types)
			break;
		if (info->apex_type[slot] == question->type && question->type)
			return REPLY_APEX(slot, question->dnssec_ok);
	}
	return REPLY_APEX(APEX_NODATA, question->dnssec_ok);
}

/* The reply to a question for any other name, whose last label stands at *place. */
static __always_inline __u32 choose_reply(const struct place *place,
					  const struct question *question)
{
	if (place->exact) {
		if (question->type == DNS_TYPE_DS && question->labels == 1)
			return REPLY_OF_NAME(place->index, REPLY_DS + question->dnssec_ok);
		return REPLY_OF_NAME(place->index, REPLY_REFERRAL + question->dnssec_ok);
	}
	if (question->dnssec_ok)
		return REPLY_OF_NAME(place->index, REPLY_NXDOMAIN_DO);
	return REPLY_APEX(APEX_NXDOMAIN, 0);
}

/* The longest reply that may be sent: header to OPT; bytes (RFC 6891 6.2.3 to 6.2.5). */
static __always_inline __u32 size_limit(const struct question *question, __u32 max_udp_size)
{
	__u32 limit = UDP_SIZE_LEAST;

	if (question->udp_size > limit)
		limit = question->udp_size;
	return limit < max_udp_size ? limit : max_udp_size;
}

/*
 * The longest form of a stored reply that leaves the whole message within `limit` bytes, into
 * *form. False: none does, *form is empty, and the reply is to be marked as truncated.
 */
static __always_inline int fit_reply(const struct zone_view *view, const struct reply *reply,
				     const struct question *question, __u32 limit, struct cut *form)
{
	__u32 around = question_end(question) + opt_size(question);

	*form = reply->whole;
	if (around + reply->whole.length <= limit)
		return 1;
	for (__u32 i = 0; i < CUTS_MAX; i++) {
		const struct cut *cut;

		if (i >= reply->cuts)
			break;
		cut = zone_cut(view, reply->first_cut + i);
		if (!cut)
			break;
		if (around + cut->length <= limit) {
			*form = *cut;
			return 1;
		}
	}
	*form = (struct cut){ 0 };
	return 0;
}

/* The number of bytes by which the query's name is longer than the one that it was stored for. */
static __always_inline __u16 reply_delta(const struct question *question)
{
	return question->last_label;
}

/* What a body (relocated) contributes to a sum when it begins at offset `place`. */
static __always_inline __u16 sum_body(const struct cut *form, const struct question *question,
				      __u32 place)
{
	__be16 delta = network16(reply_delta(question));
	__u64 sum = form->sum;

	sum += (__u64)form->even * delta;
	sum += (__u64)form->odd * swap16(delta);
	return sum_at(sum_fold(sum), place);
}

/* Turns a query's header into the reply's; returns the sum of its six words. */
static __always_inline __u64 write_header(struct dns_header *header, const struct reply *reply,
					  const struct question *question, const struct cut *form,
					  int fits)
{
	__be16 flags = (header->flags & NETWORK16(DNS_RD)) | NETWORK16(DNS_QR) |
		       (reply->flags & NETWORK16(DNS_AA | DNS_RCODE));

	if (!fits)
		flags |= NETWORK16(DNS_TC);
	header->flags = flags;
	header->qdcount = NETWORK16(1);
	header->ancount = fits ? reply->ancount : 0;
	header->nscount = fits ? reply->nscount : 0;
	header->arcount = network16(form->arcount + question->edns);
	return (__u64)header->id + header->flags + header->qdcount + header->ancount +
	       header->nscount + header->arcount;
}

/* Writes our OPT, DNS_OPT_SIZE bytes: version 0, no flag but DO. */
static __always_inline void write_opt(__u8 *opt, const struct question *question,
				      __u32 max_udp_size)
{
	opt[0] = 0;
	store16(opt + 1, NETWORK16(DNS_TYPE_OPT));
	store16(opt + 3, network16(max_udp_size));
	store16(opt + 5, 0);
	opt[7] = question->dnssec_ok << 7;
	opt[8] = 0;
	store16(opt + 9, 0);
}

/* What our OPT contributes to a sum when it begins at offset `place`. */
static __always_inline __u16 sum_opt(const struct question *question, __u32 max_udp_size,
				     __u32 place)
{
	/* The words, at an even place: 00 00 | 29 size | size 00 | 00 DO | 00 00 | 00. */
	__u64 sum = NETWORK16(DNS_TYPE_OPT >> 8) + (__u64)NETWORK16((DNS_TYPE_OPT & 0xff) << 8) +
		    swap16(network16(max_udp_size)) + NETWORK16(question->dnssec_ok << 7);

	return sum_at(sum_fold(sum), place);
}

#endif
