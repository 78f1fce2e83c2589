// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads what bpf/question.h leaves undecided: records other than one OPT, and which error is first.
 */
#include "message.h"

#include <string.h>

#include "decide.h"

#define OPCODE_NOTIFY 4
#define LABEL_POINTER 0xC0

/* What stands before a record's RDATA, and where that is. */
struct record {
	uint32_t begin; /* of its owner, in the message */
	uint16_t type;
	uint16_t class;
	struct cursor rdata;
};

/* What the additional section held so far. */
struct additional {
	uint32_t opts;
	uint32_t tsigs;
};

/*
 * Reads a name that may be compressed into `name`, uncompressed; moves behind it. Pointers lead
 * strictly backwards (RFC 1035 4.1.4: a prior occurrence). Returns its length, 0 when malformed.
 */
static uint16_t read_name(struct cursor *cursor, uint8_t name[DNS_NAME_MAX])
{
	struct cursor at = *cursor;
	uint32_t begin = at.pos;
	bool jumped = false;
	size_t length = 0;

	for (;;) {
		const uint8_t *label = cursor_take(&at, 1);
		const uint8_t *rest;

		if (!label)
			return 0;
		if (*label >= LABEL_POINTER) {
			uint32_t target;

			rest = cursor_take(&at, 1);
			if (!rest)
				return 0;
			if (!jumped)
				cursor->pos = at.pos;
			jumped = true;
			target = (*label & ~LABEL_POINTER) << 8 | *rest;
			if (target >= begin)
				return 0;
			begin = at.pos = target;
			continue;
		}
		rest = cursor_take(&at, *label);
		if (*label > DNS_LABEL_MAX || !rest || length + 1 + *label > DNS_NAME_MAX)
			return 0;
		memcpy(name + length, label, 1 + *label);
		length += 1 + *label;
		if (*label == 0)
			break;
	}
	if (!jumped)
		cursor->pos = at.pos;
	return length;
}

static bool read_record(struct cursor *message, struct record *record)
{
	uint8_t owner[DNS_NAME_MAX];
	const uint8_t *head;
	uint16_t length;

	record->begin = message->pos;
	if (!read_name(message, owner))
		return false;
	head = cursor_take(message, 10);
	if (!head)
		return false;
	record->type = host16(load16(head));
	record->class = host16(load16(head + 2));
	length = host16(load16(head + 8));
	record->rdata = *message;
	record->rdata.limit = message->pos + length;
	return cursor_take(message, length) != NULL;
}

/* RFC 8945 4.2. */
static bool read_tsig(const struct cursor *message, const struct record *record, struct tsig *tsig)
{
	struct cursor owner = *message, rdata = record->rdata;
	uint8_t algorithm[DNS_NAME_MAX];
	const uint8_t *size;

	owner.pos = record->begin;
	tsig->key_length = read_name(&owner, tsig->key);
	tsig->algorithm = rdata.start + rdata.pos;
	tsig->algorithm_length = read_name(&rdata, algorithm);
	/* The algorithm's name is sent back as it came, so it must not be compressed. */
	if (record->class != CLASS_ANY || !tsig->algorithm_length ||
	    tsig->algorithm + tsig->algorithm_length != rdata.start + rdata.pos)
		return false;
	tsig->time = cursor_take(&rdata, 8);
	size = cursor_take(&rdata, 2);
	if (!tsig->time || !size || !cursor_take(&rdata, host16(load16(size))))
		return false;
	tsig->original_id = cursor_take(&rdata, 4); /* and Error */
	size = cursor_take(&rdata, 2);
	return tsig->original_id && size && cursor_take(&rdata, host16(load16(size))) &&
	       rdata.pos == rdata.limit;
}

/*
 * RFC 2931 3.1, 3.2: servers need not check the SIG(0) of a request that changes nothing, and
 * those that don't must ignore it without error. So it is an answer as if there were none.
 */
static bool is_sig0(const struct record *record)
{
	struct cursor rdata = record->rdata;
	const uint8_t *covered = cursor_take(&rdata, 2);

	return record->type == TYPE_SIG && covered && load16(covered) == 0;
}

/* False: malformed, but for its options, which are weighed when all records were read. */
static bool read_opt(struct cursor opt, struct question *question)
{
	if (parse_opt(&opt, question) != VERDICT_undecided)
		return false;
	while (has_options(question))
		parse_option(&opt, question);
	return true;
}

/* False: a record that a query must not have, or a malformed one. */
static bool read_additional(struct cursor *message, struct message *result,
			    struct additional *additional)
{
	const struct cursor begin = *message;
	struct record record;

	if (!read_record(message, &record))
		return false;
	if (additional->tsigs) /* RFC 8945 5.1: there is one, and it is the last record */
		return false;
	switch (record.type) {
	case DNS_TYPE_OPT: /* RFC 6891 6.1.1: at most one; 6.1.2: of the root */
		return !additional->opts++ && read_opt(begin, &result->question);
	case TYPE_TSIG:
		additional->tsigs++;
		return read_tsig(message, &record, &result->tsig);
	default:
		return is_sig0(&record);
	}
}

static enum extent header_only(struct message *message, uint8_t rcode)
{
	message->rcode = rcode;
	return REPLY_HEADER;
}

static enum extent whole(struct message *message, uint8_t rcode)
{
	message->rcode = rcode;
	return REPLY_WHOLE;
}

/* What follows from classify_question()'s verdict. */
static enum extent weigh(struct message *message, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_answer_badvers:
		return whole(message, RCODE_BADVERS);
	case VERDICT_answer_formerr:
		return message->question.whole ? whole(message, RCODE_FORMERR)
					       : header_only(message, RCODE_FORMERR);
	case VERDICT_answer_refused:
	case VERDICT_pass_transfer:
		return whole(message, RCODE_REFUSED);
	default:
		return whole(message, RCODE_NOERROR);
	}
}

/* Reads a message with more records than a question and one OPT. A verdict of parse_question(). */
static enum verdict read_records(const uint8_t *query, size_t length, struct message *message)
{
	const struct dns_header *header = (const void *)query;
	struct cursor cursor = cursor_over(query, length);
	struct question *question = &message->question;
	struct additional additional = { 0 };
	struct record soa;

	cursor.pos = DNS_HEADER_SIZE;
	if (header->qdcount && parse_asked(&cursor, question) != VERDICT_undecided)
		return say_nothing(question);

	/* RFC 1995 3: the SOA that an IXFR's client has. */
	if (header->nscount && (question->type != DNS_TYPE_IXFR || !read_record(&cursor, &soa)))
		return say_nothing(question);
	for (uint32_t i = 0; i < host16(header->arcount); i++)
		if (!read_additional(&cursor, message, &additional))
			return say_nothing(question);
	message->has_tsig = additional.tsigs;
	return message->has_tsig ? VERDICT_undecided : classify_question(question);
}

static bool is_notify(const struct dns_header *header)
{
	return (header->flags & NETWORK16(DNS_QR | DNS_OPCODE)) == NETWORK16(DNS_NOTIFY);
}

/* Reads what stands behind a NOTIFY's header. False: malformed. */
static bool read_notice(struct cursor *cursor, const struct dns_header *header,
			struct message *message)
{
	uint32_t hints = host16(header->ancount) + host16(header->nscount);
	struct additional additional = { 0 };
	struct record hint;

	if (header->qdcount != NETWORK16(1) ||
	    parse_asked(cursor, &message->question) != VERDICT_undecided)
		return false;
	while (hints--)
		if (!read_record(cursor, &hint))
			return false;
	for (uint32_t i = 0; i < host16(header->arcount); i++)
		if (!read_additional(cursor, message, &additional))
			return false;
	message->has_tsig = additional.tsigs;
	return true;
}

enum extent read_notify(const uint8_t *query, size_t length, struct message *message)
{
	const struct dns_header *header = (const void *)query;
	struct cursor cursor = cursor_over(query, length);

	if (!cursor_take(&cursor, DNS_HEADER_SIZE) || !is_notify(header))
		return REPLY_NONE;
	message->question = (struct question){ 0 };
	if (!read_notice(&cursor, header, message))
		return header_only(message, RCODE_FORMERR);
	if (message->question.edns_version)
		return whole(message, RCODE_BADVERS);
	return whole(message, message->question.malformed ? RCODE_FORMERR : RCODE_NOERROR);
}

static enum extent refuse_opcode(const struct dns_header *header, struct message *message)
{
	uint16_t opcode = (host16(header->flags) & DNS_OPCODE) >> 11;

	/* RFC 1996 3.10: a NOTIFY from one who is not our primary. */
	return header_only(message, opcode == OPCODE_NOTIFY ? RCODE_REFUSED : RCODE_NOTIMP);
}

enum extent read_message(const uint8_t *query, size_t length, bool cookies, struct message *message)
{
	struct question *question = &message->question;
	struct cursor cursor = cursor_over(query, length);
	enum verdict verdict = parse_question(&cursor, question);

	message->has_tsig = 0;
	switch (verdict) {
	case VERDICT_pass_short:
	case VERDICT_pass_response:
		return REPLY_NONE;
	case VERDICT_pass_opcode:
	case VERDICT_answer_notimp:
		return refuse_opcode((const void *)query, message);
	case VERDICT_pass_counts:
	case VERDICT_pass_record:
		verdict = read_records(query, length, message);
		break;
	default:
		break;
	}
	/* RFC 8945 5.2.1: we know no key. */
	if (message->has_tsig) {
		question->cookie_length = cookies ? question->cookie_length : 0;
		return whole(message, RCODE_NOTAUTH);
	}
	if (!cookies)
		verdict = forgo_cookie(question, verdict);
	return weigh(message, verdict);
}
