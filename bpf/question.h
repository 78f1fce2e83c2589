/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a DNS query: header, question, OPT. The same code in the kernel and in the engine. */
#ifndef ROOTXDP_QUESTION_H
#define ROOTXDP_QUESTION_H

#include "cursor.h"
#include "verdict.h"

#define DNS_HEADER_SIZE 12
#define DNS_NAME_MAX    255
#define DNS_LABEL_MAX   63
#define DNS_LABELS_MAX  127
#define DNS_OPT_SIZE    11 /* without options */
#define DNS_OPTION_HEAD 4

#define DNS_TYPE_TXT  16
#define DNS_TYPE_OPT  41
#define DNS_TYPE_DS   43
#define DNS_TYPE_IXFR 251
#define DNS_TYPE_AXFR 252
#define DNS_CLASS_IN  1
#define DNS_CLASS_CH  3
#define DNS_OPTION_NSID 3

/* Of the header's flags, host order (RFC 1035 4.1.1). */
#define DNS_QR     0x8000
#define DNS_OPCODE 0x7800
#define DNS_AA     0x0400
#define DNS_TC     0x0200
#define DNS_RD     0x0100
#define DNS_RCODE  0x000f

/* RCODEs (RFC 1035 4.1.1, RFC 6891 9). */
#define DNS_RCODE_FORMERR 1
#define DNS_RCODE_NOTIMP  4
#define DNS_RCODE_REFUSED 5
#define DNS_RCODE_BADVERS 16 /* its upper eight bits travel in the OPT */

/* Opcodes where they stand in the flags. */
#define DNS_NOTIFY 0x2000
#define DNS_UPDATE 0x2800

/* Of the OPT's TTL, its lower half, host order (RFC 3225). */
#define DNS_OPT_DO 0x8000

/*
 * More options, and more bytes, than a message can hold: in the kernel of MESSAGE_MAX bytes, else
 * of 64 KB.
 */
#define MESSAGE_MAX 1472
#ifdef __bpf__
#define OPTIONS_MAX   (MESSAGE_MAX / DNS_OPTION_HEAD)
#define MESSAGE_SPACE 2048
#else
#define OPTIONS_MAX   (65535 / DNS_OPTION_HEAD)
#define MESSAGE_SPACE 65536
#endif

struct dns_header {
	__be16 id;
	__be16 flags;
	__be16 qdcount;
	__be16 ancount;
	__be16 nscount;
	__be16 arcount;
} PACKED;

/* What a query asks; numbers in host order. */
struct question {
	__u16 name_length; /* QNAME in wire form, 1-255; it begins at byte 12 of the message */
	__u16 last_label;  /* offset in QNAME of the last label's length byte; 0 for '.' */
	__u16 labels;      /* labels in QNAME, the root not counted: 0 for '.' */
	__u16 type;
	__u16 class;
	__u16 udp_size; /* as the OPT says, unclamped; 0 without OPT */
	__u8 edns;      /* 1: there is an OPT */
	__u8 edns_version;
	__u8 dnssec_ok;
	__u8 nsid;  /* 1: an NSID option asks for ours (RFC 5001) */
	__u8 whole; /* 1: read to the end, so that even an error's reply has question and OPT */
};

/* Reads the header. Notes nothing: the header stays at the start of the message. */
static __always_inline enum verdict parse_header(struct cursor *message,
						 const struct dns_header **header)
{
	const struct dns_header *head = (const void *)cursor_take(message, DNS_HEADER_SIZE);
	__be16 opcode;

	if (!head)
		return VERDICT_pass_short;
	*header = head;
	if (head->flags & NETWORK16(DNS_QR))
		return VERDICT_pass_response;
	opcode = head->flags & NETWORK16(DNS_OPCODE);
	if (opcode == NETWORK16(DNS_NOTIFY) || opcode == NETWORK16(DNS_UPDATE))
		return VERDICT_pass_opcode;
	if (opcode)
		return VERDICT_answer_notimp;

	/* No question: a cookie alone (RFC 7873 5.4). One authority record: an IXFR's SOA. */
	if (head->qdcount == 0 && head->ancount == 0 && head->nscount == 0)
		return VERDICT_pass_counts;
	if (head->qdcount != NETWORK16(1) || head->ancount)
		return VERDICT_answer_formerr;
	if (head->nscount)
		return head->nscount == NETWORK16(1) ? VERDICT_pass_counts : VERDICT_answer_formerr;
	return VERDICT_undecided;
}

/* Walks QNAME's labels. A compression pointer or another kind of label is no QNAME of a query. */
static __always_inline enum verdict parse_name(struct cursor *message, struct question *question)
{
	__u32 begin = message->pos, last = message->pos;

	for (__u32 labels = 0; labels <= DNS_LABELS_MAX; labels++) {
		__u32 here = message->pos;
		const __u8 *length = cursor_take(message, 1);

		if (!length || *length > DNS_LABEL_MAX)
			return VERDICT_answer_formerr;
		if (*length == 0) {
			question->name_length = message->pos - begin;
			question->last_label = last - begin;
			question->labels = labels;
			return VERDICT_undecided;
		}
		last = here;
		message->pos += *length;
		if (message->pos - begin >= DNS_NAME_MAX)
			return VERDICT_answer_formerr;
	}
	return VERDICT_answer_formerr;
}

/* 1 when a = b, without a branch: the verifier would follow both ways at each option. */
static __always_inline __u8 is_same16(__u16 a, __u16 b)
{
	__u32 difference = a ^ b;

	hide(difference);
	return (difference - 1) >> 31;
}

/* Walks an OPT's options, up to the cursor's limit, and notes the ones that are known here. */
static __always_inline enum verdict parse_options(struct cursor options, struct question *question)
{
	for (__u32 i = 0; i <= OPTIONS_MAX; i++) {
		const __u8 *option;

		if (options.pos >= options.limit)
			return VERDICT_undecided;
		option = cursor_take(&options, DNS_OPTION_HEAD);
		if (!option)
			return VERDICT_answer_formerr;
		options.pos += host16(load16(option + 2));
		if (options.pos > options.limit)
			return VERDICT_answer_formerr;
		question->nsid |= is_same16(load16(option), NETWORK16(DNS_OPTION_NSID));
		options.pos = within(options.pos, MESSAGE_SPACE);
	}
	return VERDICT_answer_formerr;
}

/* Reads the one additional record that a query may have: an OPT (RFC 6891 6.1.2). */
static __always_inline enum verdict parse_opt(struct cursor *message, struct question *question)
{
	const __u8 *opt = cursor_take(message, DNS_OPT_SIZE);
	struct cursor options = *message;
	enum verdict verdict;

	if (!opt)
		return VERDICT_answer_formerr;
	if (opt[0] != 0 || load16(opt + 1) != NETWORK16(DNS_TYPE_OPT))
		return VERDICT_pass_record;
	options.limit = message->pos + host16(load16(opt + 9));
	if (options.limit > message->limit)
		return VERDICT_answer_formerr;
	question->edns = 1;
	question->whole = 1;
	question->udp_size = host16(load16(opt + 3));
	question->edns_version = opt[6];
	question->dnssec_ok = opt[7] >> 7;
	verdict = parse_options(options, question);
	return question->edns_version != 0 ? VERDICT_answer_badvers : verdict;
}

/*
 * Reads a query that begins at the cursor, into *question. What the verdict means, in the order in
 * which it is looked for (the order of precedence of the errors, RFC 1035, 6891):
 *
 *   pass_short, pass_response      no reply
 *   pass_opcode                    NOTIFY, UPDATE
 *   answer_notimp                  another opcode: header only
 *   pass_counts                    no question, or what may be an IXFR
 *   answer_formerr, not `whole`    other counts, malformed question or OPT: header only
 *   pass_record                    more than one additional record, or one that is no OPT or has
 *                                  a name: FORMERR, header only, unless one is a TSIG or SIG(0)
 *   answer_badvers                 with question and OPT, as all that follow
 *   answer_formerr, `whole`        malformed option
 *   answer_chaos                   class CH, type TXT: if the name is one of ours, else REFUSED
 *   answer_refused                 another class or type but IN
 *   pass_transfer                  AXFR or IXFR
 *   undecided                      an ordinary query
 *
 * All of *question is right when it is `whole`; of malformed options, those before the first one
 * that is. Otherwise, what was not read is 0. Bytes behind the last record are ignored.
 */
static __always_inline enum verdict parse_question(struct cursor *message,
						   struct question *question)
{
	const struct dns_header *header;
	const __u8 *type_class;
	enum verdict verdict;
	__u16 arcount;

	*question = (struct question){ 0 };
	verdict = parse_header(message, &header);
	if (verdict != VERDICT_undecided)
		return verdict;
	arcount = header->arcount;
	verdict = parse_name(message, question);
	if (verdict != VERDICT_undecided)
		return verdict;

	forget();
	message->pos = DNS_HEADER_SIZE + (question->name_length & 0xff);
	type_class = cursor_take(message, 4);
	if (!type_class)
		return VERDICT_answer_formerr;
	question->type = host16(load16(type_class));
	question->class = host16(load16(type_class + 2));

	if (arcount) {
		if (arcount != NETWORK16(1))
			return VERDICT_pass_record;
		verdict = parse_opt(message, question);
		if (verdict != VERDICT_undecided)
			return verdict;
	}
	question->whole = 1;
	if (question->class == DNS_CLASS_CH && question->type == DNS_TYPE_TXT)
		return VERDICT_answer_chaos;
	if (question->class != DNS_CLASS_IN)
		return VERDICT_answer_refused;
	if (question->type == DNS_TYPE_AXFR || question->type == DNS_TYPE_IXFR)
		return VERDICT_pass_transfer;
	return VERDICT_undecided;
}

#endif
