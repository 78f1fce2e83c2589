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
#define DNS_OPTION_NSID   3
#define DNS_OPTION_COOKIE 10

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
#define DNS_RCODE_BADVERS   16 /* its upper eight bits travel in the OPT */
#define DNS_RCODE_BADCOOKIE 23

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
	__u16 name_length; /* QNAME in wire form, 1-255; it begins at byte 12; 0: no question */
	__u16 last_label;  /* offset in QNAME of the last label's length byte; 0 for '.' */
	__u16 labels;      /* labels in QNAME, the root not counted: 0 for '.' */
	__u16 type;
	__u16 class;
	__u16 udp_size; /* as the OPT says, unclamped; 0 without OPT */
	__u16 options;  /* offset in the message of the OPT's options that are still to be read */
	__u16 options_length; /* of all of them */
	__u16 cookie;   /* offset in the message of the first COOKIE option's data; 0: none */
	__u16 cookie_length; /* of that: 8 or 16-40 (RFC 7873 4); 0: none, or malformed */
	__u8 edns;           /* 1: there is an OPT */
	__u8 edns_version;
	__u8 dnssec_ok;
	__u8 nsid;  /* 1: an NSID option asks for ours (RFC 5001) */
	__u8 malformed; /* 1: the options are, from some place on */
	__u8 whole; /* 1: read to the end, so that even an error's reply has question and OPT */
	__u16 section; /* length of the question section that a reply gets; 0: it gets none */
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
	if (head->qdcount & ~NETWORK16(1) || head->ancount)
		return VERDICT_answer_formerr;
	if (head->nscount)
		return head->nscount == NETWORK16(1) && head->qdcount ? VERDICT_pass_counts
								      : VERDICT_answer_formerr;
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

/* Reads the question. */
static __always_inline enum verdict parse_asked(struct cursor *message, struct question *question)
{
	enum verdict verdict = parse_name(message, question);
	const __u8 *type_class;

	if (verdict != VERDICT_undecided)
		return verdict;
	forget();
	message->pos = DNS_HEADER_SIZE + (question->name_length & 0xff);
	type_class = cursor_take(message, 4);
	if (!type_class)
		return VERDICT_answer_formerr;
	question->type = host16(load16(type_class));
	question->class = host16(load16(type_class + 2));
	return VERDICT_undecided;
}

/* No question and no cookie either: FORMERR, a bare header. */
static __always_inline enum verdict say_nothing(struct question *question)
{
	question->whole = 0;
	question->section = 0;
	question->edns = 0;
	question->nsid = 0;
	question->cookie_length = 0;
	return VERDICT_answer_formerr;
}

/* Where no cookies are given: what parse_question()'s `verdict` becomes. */
static __always_inline enum verdict forgo_cookie(struct question *question, enum verdict verdict)
{
	question->cookie_length = 0;
	return question->whole && !question->name_length ? say_nothing(question) : verdict;
}

/* Notes a COOKIE option's `length` bytes at `at`: of the first one (RFC 7873 5.2). */
static __always_inline void note_cookie(struct question *question, __u32 at, __u32 length)
{
	if (question->cookie)
		return;
	question->cookie = at;
	if (length == 8 || (length >= 16 && length <= 40))
		question->cookie_length = length;
}

/* A COOKIE of another length is an error (RFC 7873 5.2.2), but the options behind it are read. */
static __always_inline int has_false_cookie(const struct question *question)
{
	return question->cookie && !question->cookie_length;
}

/*
 * Reads the first of the options that parse_records() found and that are still to be read, and
 * notes it if it is known here. The cursor is its message's.
 */
static __always_inline void parse_option(struct cursor *message, struct question *question)
{
	const __u8 *option;
	__u32 size;
	__u16 length;

	message->pos = question->options & (MESSAGE_SPACE - 1);
	option = cursor_take(message, DNS_OPTION_HEAD);
	question->malformed = 1;
	if (!option || question->options_length < DNS_OPTION_HEAD)
		return;
	length = host16(load16(option + 2));
	size = DNS_OPTION_HEAD + length;
	if (question->options_length < size)
		return;
	question->malformed = 0;
	switch (load16(option)) {
	case NETWORK16(DNS_OPTION_NSID):
		question->nsid = 1;
		break;
	case NETWORK16(DNS_OPTION_COOKIE):
		note_cookie(question, message->pos, length);
		break;
	}
	question->options += size;
	question->options_length -= size;
}

/* Whether an option is still to be read. */
static __always_inline int has_options(const struct question *question)
{
	return question->options_length && !question->malformed;
}

/*
 * Reads the one additional record that a query may have, but its options: an OPT (RFC 6891 6.1.2).
 */
static __always_inline enum verdict parse_opt(struct cursor *message, struct question *question)
{
	const __u8 *opt = cursor_take(message, DNS_OPT_SIZE);

	if (!opt)
		return VERDICT_answer_formerr;
	if (opt[0] != 0 || load16(opt + 1) != NETWORK16(DNS_TYPE_OPT))
		return VERDICT_pass_record;
	question->options = message->pos;
	question->options_length = host16(load16(opt + 9));
	if (message->pos + question->options_length > message->limit)
		return VERDICT_answer_formerr;
	question->edns = 1;
	question->udp_size = host16(load16(opt + 3));
	question->edns_version = opt[6];
	question->dnssec_ok = opt[7] >> 7;
	return VERDICT_undecided;
}

/*
 * The first step of parse_question(), which the kernel takes one by one: the header, the question,
 * and the OPT but its options. Undecided: the other two steps are to follow.
 */
static __always_inline enum verdict parse_records(struct cursor *message,
						  struct question *question)
{
	const struct dns_header *header;
	enum verdict verdict;
	__u16 arcount;

	*question = (struct question){ 0 };
	verdict = parse_header(message, &header);
	if (verdict != VERDICT_undecided)
		return verdict;
	arcount = header->arcount;
	if (header->qdcount) {
		verdict = parse_asked(message, question);
		if (verdict != VERDICT_undecided)
			return verdict;
	}
	if (!arcount)
		return VERDICT_undecided;
	return arcount == NETWORK16(1) ? parse_opt(message, question) : VERDICT_pass_record;
}

/* The last step: what the query is, when all of it was read. */
static __always_inline enum verdict classify_question(struct question *question)
{
	if (!question->name_length && !question->cookie)
		return say_nothing(question);
	question->whole = 1;
	question->section = question->name_length ? question->name_length + 4 : 0;
	if (question->edns_version)
		return VERDICT_answer_badvers;
	if (question->malformed || has_false_cookie(question))
		return VERDICT_answer_formerr;
	if (!question->name_length)
		return VERDICT_answer_cookie;
	if (question->class == DNS_CLASS_CH && question->type == DNS_TYPE_TXT)
		return VERDICT_answer_chaos;
	if (question->class != DNS_CLASS_IN)
		return VERDICT_answer_refused;
	if (question->type == DNS_TYPE_AXFR || question->type == DNS_TYPE_IXFR)
		return VERDICT_pass_transfer;
	return VERDICT_undecided;
}

/*
 * Reads a query that begins at the cursor, into *question. What the verdict means, in the order in
 * which it is looked for (the order of precedence of the errors, RFC 1035, 6891):
 *
 *   pass_short, pass_response      no reply
 *   pass_opcode                    NOTIFY, UPDATE
 *   answer_notimp                  another opcode: header only
 *   pass_counts                    what may be an IXFR
 *   answer_formerr, not `whole`    other counts, malformed question or OPT; no question and no
 *                                  cookie: header only
 *   pass_record                    more than one additional record, or one that is no OPT or has
 *                                  a name: FORMERR, header only, unless one is a TSIG or SIG(0)
 *   answer_badvers                 with question and OPT, as all that follow
 *   answer_formerr, `whole`        malformed option, or a COOKIE of no possible length
 *   answer_cookie                  no question, but a COOKIE option (RFC 7873 5.4)
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
	enum verdict verdict = parse_records(message, question);

	if (verdict != VERDICT_undecided)
		return verdict;
	while (has_options(question))
		parse_option(message, question);
	return classify_question(question);
}

#endif
