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

#define DNS_TYPE_OPT  41
#define DNS_TYPE_DS   43
#define DNS_TYPE_IXFR 251
#define DNS_TYPE_AXFR 252
#define DNS_CLASS_IN  1

/* Of the header's flags, host order (RFC 1035 4.1.1). */
#define DNS_QR     0x8000
#define DNS_OPCODE 0x7800
#define DNS_AA     0x0400
#define DNS_TC     0x0200
#define DNS_RD     0x0100
#define DNS_RCODE  0x000f

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
	__u8 nsid; /* 1: an NSID option asks for ours (RFC 5001) */
};

/* Reads the header. Notes nothing: the header stays at the start of the message. */
static __always_inline enum verdict parse_header(struct cursor *message,
						 const struct dns_header **header)
{
	const struct dns_header *head = (const void *)cursor_take(message, DNS_HEADER_SIZE);

	if (!head)
		return VERDICT_pass_short;
	*header = head;
	if (head->flags & NETWORK16(DNS_QR))
		return VERDICT_pass_response;
	if (head->flags & NETWORK16(DNS_OPCODE))
		return VERDICT_pass_opcode;
	if (head->qdcount != NETWORK16(1) || head->ancount || head->nscount)
		return VERDICT_pass_counts;
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
			return VERDICT_pass_question;
		if (*length == 0) {
			question->name_length = message->pos - begin;
			question->last_label = last - begin;
			question->labels = labels;
			return VERDICT_undecided;
		}
		last = here;
		message->pos += *length;
		if (message->pos - begin >= DNS_NAME_MAX)
			return VERDICT_pass_question;
	}
	return VERDICT_pass_question;
}

/* Walks an OPT's options, up to the cursor's limit; none is known here, so none is looked at. */
static __always_inline enum verdict parse_options(struct cursor options)
{
	for (__u32 i = 0; i <= OPTIONS_MAX; i++) {
		const __u8 *option;

		if (options.pos >= options.limit)
			return VERDICT_undecided;
		option = cursor_take(&options, DNS_OPTION_HEAD);
		if (!option)
			return VERDICT_pass_option;
		options.pos += host16(load16(option + 2));
		if (options.pos > options.limit)
			return VERDICT_pass_option;
		options.pos = within(options.pos, MESSAGE_SPACE);
	}
	return VERDICT_pass_option;
}

/* Reads the one additional record that a query may have: an OPT (RFC 6891 6.1.2). */
static __always_inline enum verdict parse_opt(struct cursor *message, struct question *question)
{
	const __u8 *opt = cursor_take(message, DNS_OPT_SIZE);
	struct cursor options = *message;

	if (!opt)
		return VERDICT_pass_opt;
	if (opt[0] != 0 || load16(opt + 1) != NETWORK16(DNS_TYPE_OPT))
		return VERDICT_pass_record;
	options.limit = message->pos + host16(load16(opt + 9));
	if (options.limit > message->limit)
		return VERDICT_pass_opt;
	question->edns = 1;
	question->udp_size = host16(load16(opt + 3));
	question->edns_version = opt[6];
	question->dnssec_ok = opt[7] >> 7;
	if (question->edns_version != 0)
		return VERDICT_pass_edns_version;
	return parse_options(options);
}

/*
 * Reads a query that begins at the cursor, into *question. What the verdict means, in the order in
 * which it is looked for (the order of precedence of the errors, RFC 1035, 6891):
 *
 *   pass_short, pass_response      no reply
 *   pass_opcode                    NOTIMP (or NOTIFY, UPDATE)
 *   pass_counts, pass_question     FORMERR, header only
 *   pass_record                    more than one additional record, or one that is no OPT or has
 *                                  a name: FORMERR, header only, unless one is a TSIG or SIG(0)
 *   pass_opt                       OPT cut short: FORMERR, header only
 *   pass_edns_version              BADVERS
 *   pass_option                    malformed option: FORMERR, with question and OPT
 *   pass_class                     not IN
 *   pass_transfer                  AXFR or IXFR
 *   undecided                      an ordinary query
 *
 * All of *question is right from pass_edns_version on; before, what was not read is 0. Bytes
 * behind the last record are ignored.
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
		return VERDICT_pass_question;
	question->type = host16(load16(type_class));
	question->class = host16(load16(type_class + 2));

	if (arcount) {
		if (arcount != NETWORK16(1))
			return VERDICT_pass_record;
		verdict = parse_opt(message, question);
		if (verdict != VERDICT_undecided)
			return verdict;
	}
	if (question->class != DNS_CLASS_IN)
		return VERDICT_pass_class;
	if (question->type == DNS_TYPE_AXFR || question->type == DNS_TYPE_IXFR)
		return VERDICT_pass_transfer;
	return VERDICT_undecided;
}

#endif
