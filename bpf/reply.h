/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the stored reply for a question, and how much of it fits; builds header and OPT. */
#ifndef ROOTXDP_REPLY_H
#define ROOTXDP_REPLY_H

#include "chaos.h"
#include "checksum.h"
#include "cookie.h"
#include "find.h"
#include "guard.h"
#include "layout.h"
#include "limit.h"
#include "question.h"

/* As in find.h. */
static const struct zone_info *zone_info(const struct zone_view *view);
static const struct cut *zone_cut(const struct zone_view *view, __u32 index);

#define UDP_SIZE_LEAST 512

/* What a reply consists of, all but the bytes of its body. */
struct outline {
	__be16 flags; /* AA, TC and RCODE, to be joined with QR, and opcode and RD of the query */
	__be16 ancount;
	__be16 nscount;
	__u16 extended_rcode; /* the upper eight bits, for the OPT */
	__u16 verdict;        /* what it counts as */
	__u16 class;          /* enum limit_class; set where there is a rate limit */
	__u16 nsid_length;    /* of the NSID in the OPT; 0: none is asked for, or there is none */
	__u16 nsid_sum;       /* as in struct identity */
	__u16 cookie;         /* 1: there is a COOKIE option in the OPT */
	__u16 options;        /* length of the OPT's RDATA: COOKIE, then NSID (RFC 5001 2.2) */
	__u16 opt;            /* length of the OPT; 0: there is none */
	struct cut form;      /* of the body */
};

/* The question section's length; a reply that has none gets none. */
static __always_inline __u32 question_size(const struct question *question)
{
	return question->section & 0x1ff;
}

/* Bytes before the body: header and question. */
static __always_inline __u32 question_end(const struct question *question)
{
	return DNS_HEADER_SIZE + question_size(question);
}

/* The COOKIE option in the RDATA of our OPT (RFC 7873 4). */
static __always_inline __u32 cookie_size(const struct outline *outline)
{
	return outline->cookie ? DNS_OPTION_HEAD + COOKIE_SIZE : 0;
}

/* An outline of nothing yet but what each reply to the question has. */
static __always_inline struct outline outline_begin(const struct question *question,
						    const struct identity *us,
						    enum cookie_state cookie)
{
	struct outline outline = { .cookie = cookie != COOKIE_NONE };

	if (!question->edns)
		return outline;
	outline.options = cookie_size(&outline);
	if (question->nsid && us && us->nsid_length) {
		outline.nsid_length = us->nsid_length;
		outline.nsid_sum = us->nsid_sum;
		outline.options += DNS_OPTION_HEAD + us->nsid_length;
	}
	outline.opt = DNS_OPT_SIZE + outline.options;
	return outline;
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

/* What that leaves for the body of what was outlined. Never negative: all around it is shorter. */
static __always_inline __u32 body_room(const struct question *question,
				       const struct outline *outline, __u32 max_udp_size)
{
	return size_limit(question, max_udp_size) - question_end(question) - outline->opt;
}

/* Outlines a stored reply, whole. */
static __always_inline void outline_stored(const struct reply *reply, struct outline *outline)
{
	outline->flags = reply->flags & NETWORK16(DNS_AA | DNS_RCODE);
	outline->ancount = reply->ancount;
	outline->nscount = reply->nscount;
	outline->verdict = reply->verdict;
	outline->form = reply->whole;
}

/* Leaves only header, question and OPT of what was outlined, with TC=1. */
static __always_inline void outline_truncated(struct outline *outline, enum verdict verdict)
{
	outline->flags |= NETWORK16(DNS_TC);
	outline->ancount = 0;
	outline->nscount = 0;
	outline->form = (struct cut){ 0 };
	outline->verdict = verdict;
}

/* Takes the longest of the stored reply's shorter forms that fits; truncates, if none does. */
static __always_inline void outline_shorter(const struct zone_view *view, const struct reply *reply,
					    __u32 room, struct outline *outline)
{
	for (__u32 i = 0; i < CUTS_MAX; i++) {
		const struct cut *cut;

		if (i >= reply->cuts)
			break;
		cut = zone_cut(view, reply->first_cut + i);
		if (!cut)
			break;
		if (cut->length <= room) {
			outline->form = *cut;
			return;
		}
	}
	outline_truncated(outline, VERDICT_answer_truncated);
}

/*
 * Outlines what has no body: an error, or a cookie's reply. `verdict` is one of parse_question()'s
 * that are answered.
 */
static __always_inline void outline_bare(enum verdict verdict, enum cookie_state cookie,
					 struct outline *outline)
{
	outline->verdict = verdict;
	switch (verdict) {
	case VERDICT_answer_cookie:
		if (cookie == COOKIE_BAD) {
			outline->verdict = VERDICT_answer_badcookie;
			outline->flags = NETWORK16(DNS_RCODE_BADCOOKIE & DNS_RCODE);
			outline->extended_rcode = DNS_RCODE_BADCOOKIE >> 4;
		}
		break;
	case VERDICT_answer_formerr:
		outline->flags = NETWORK16(DNS_RCODE_FORMERR);
		break;
	case VERDICT_answer_notimp:
		outline->flags = NETWORK16(DNS_RCODE_NOTIMP);
		break;
	case VERDICT_answer_badvers:
		outline->extended_rcode = DNS_RCODE_BADVERS >> 4;
		break;
	default:
		outline->flags = NETWORK16(DNS_RCODE_REFUSED);
		outline->verdict = VERDICT_answer_refused;
		break;
	}
}

/*
 * The text to answer a CHAOS query with, or NULL when it is to be refused. Whatever it says, it
 * fits into UDP_SIZE_LEAST bytes.
 */
static __always_inline const struct chaos *choose_chaos(const struct identity *us,
							enum chaos_name name)
{
	const struct chaos *chaos;

	if (!us || name == CHAOS_NONE)
		return 0;
	chaos = name == CHAOS_HOSTNAME ? &us->hostname : &us->version;
	return chaos->length ? chaos : 0;
}

static __always_inline void outline_chaos(const struct chaos *chaos, struct outline *outline)
{
	outline->ancount = NETWORK16(1);
	outline->verdict = VERDICT_answer_chaos;
	outline->form.length = chaos->length;
	outline->form.sum = chaos->sum;
}

/* The number of bytes by which the query's name is longer than the one that it was stored for. */
static __always_inline __u16 reply_delta(const struct question *question)
{
	return question->last_label;
}

/* A compression pointer, in memory order, that leads `delta` (at most 255) bytes further. */
static __always_inline __u16 move_pointer(__u16 pointer, __u32 delta)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	__u32 moved = pointer + (delta << 8);

	/* The lower byte is the upper one here: what it carries goes round. */
	return moved + (moved >> 16);
#else
	return pointer + delta;
#endif
}

/* What a body (relocated) contributes to a sum when it begins at offset `place`. */
static __always_inline __u64 sum_body(const struct cut *form, const struct question *question,
				      __u32 place)
{
	__be16 delta = network16(reply_delta(question));
	__u64 sum = form->sum;

	sum += (__u64)form->even * delta;
	sum += (__u64)form->odd * swap16(delta);
	return sum_at(sum, place);
}

/* Turns a query's header into the reply's; returns the sum of its six words. */
static __always_inline __u64 write_header(struct dns_header *header,
					  const struct question *question,
					  const struct outline *outline)
{
	header->flags = (header->flags & NETWORK16(DNS_OPCODE | DNS_RD)) | NETWORK16(DNS_QR) |
			outline->flags;
	header->qdcount = question_size(question) ? NETWORK16(1) : 0;
	header->ancount = outline->ancount;
	header->nscount = outline->nscount;
	header->arcount = network16(outline->form.arcount + question->edns);
	return (__u64)header->id + header->flags + header->qdcount + header->ancount +
	       header->nscount + header->arcount;
}

/* The first eight bytes of our OPT: version 0, no flag but DO (RFC 6891 6.1.2). Memory order. */
static __always_inline __u64 opt_head(const struct question *question,
				      const struct outline *outline, __u32 max_udp_size)
{
	__u64 size = network16(max_udp_size), rcode = outline->extended_rcode;
	__u64 dnssec_ok = question->dnssec_ok;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return DNS_TYPE_OPT << 16 | size << 24 | rcode << 40 | dnssec_ok << 63;
#else
	return (__u64)DNS_TYPE_OPT << 40 | size << 24 | rcode << 16 | dnssec_ok << 7;
#endif
}

/* Writes our OPT, DNS_OPT_SIZE bytes. */
static __always_inline void write_opt(__u8 *opt, const struct question *question,
				      const struct outline *outline, __u32 max_udp_size)
{
	store64(opt, opt_head(question, outline, max_udp_size));
	opt[8] = 0;
	store16(opt + 9, network16(outline->options));
}

/* Writes what stands before the NSID, behind the COOKIE option if there is one. */
static __always_inline void write_nsid_head(__u8 *option, const struct outline *outline)
{
	store16(option, NETWORK16(DNS_OPTION_NSID));
	store16(option + 2, network16(outline->nsid_length));
}

/* What our OPT contributes to a sum when it begins at offset `place`. */
static __always_inline __u64 sum_opt(const struct question *question,
				     const struct outline *outline, const struct cookie *cookie,
				     __u32 max_udp_size, __u32 place)
{
	/* The length stands at an odd place, and so do the options. COOKIE has an even length. */
	__u64 sum = sum_word(opt_head(question, outline, max_udp_size)) +
		    sum_at(network16(outline->options), 1);

	if (outline->cookie)
		sum += sum_at(sum_cookie(cookie), 1);
	if (outline->nsid_length)
		sum += swap16(outline->nsid_sum);
	return sum_at(sum, place);
}

#endif
