// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts a reply together: header, question, body, OPT, TSIG. */
#include "answer.h"

#include "cookie.h"
#include "decide.h"
#include "identity.h"
#include "message.h"
#include "notify.h"
#include "render.h"
#include "tsig_error.h"
#include "wire.h"

/* A query and the reply that is being made for it. */
struct exchange {
	const struct answer_config *config;
	const struct asker *asker;
	const uint8_t *query;
	uint8_t *reply;
	size_t limit; /* bytes that the client takes */
	enum cookie_state cookie_state;
	struct cookie cookie; /* for the reply, unless the state is COOKIE_NONE */
	enum limit_class class;
	struct message message;
};

/* RFC 6891 6.2.3, 6.2.5: at least 512, whatever is said; without EDNS 512 (RFC 1035 4.2.1). */
static size_t size_limit(const struct answer_config *config, enum transport transport,
			 const struct question *question)
{
	size_t limit = question->udp_size;

	if (transport == TRANSPORT_TCP)
		return ANSWER_TCP_SIZE_MOST;
	if (limit < ANSWER_UDP_SIZE_LEAST)
		limit = ANSWER_UDP_SIZE_LEAST;
	return limit < config->max_udp_size ? limit : config->max_udp_size;
}

/* flags: AA, TC, RCODE. ID, opcode and RD come back; AD and CD never (RFC 4035 3.1.6). */
static void put_header(const struct exchange *exchange, uint16_t flags, uint16_t qdcount,
		       const struct counts *counts)
{
	uint16_t asked = exchange->query[2] << 8 | exchange->query[3];
	uint8_t *at = put(exchange->reply, exchange->query, 2);

	at = put16(at, DNS_QR | (asked & (DNS_OPCODE | DNS_RD)) | flags);
	at = put16(at, qdcount);
	at = put16(at, counts->answer);
	at = put16(at, counts->authority);
	put16(at, counts->additional);
}

/* A cookie may come without a question (RFC 7873 5.4). */
static uint16_t question_count(const struct exchange *exchange)
{
	return exchange->message.question.name_length ? 1 : 0;
}

/* Echoes the question, byte for byte. Returns the length so far. */
static size_t put_question(const struct exchange *exchange)
{
	size_t length = exchange->message.question.name_length;

	if (!length)
		return DNS_HEADER_SIZE;
	length += 4;
	put(exchange->reply + DNS_HEADER_SIZE, exchange->query + DNS_HEADER_SIZE, length);
	return DNS_HEADER_SIZE + length;
}

/* RFC 5001 2.2: NSID for who asks for it, as often as that may be, once. */
static bool gives_nsid(const struct exchange *exchange)
{
	return exchange->message.question.nsid && exchange->config->nsid_length;
}

static bool gives_cookie(const struct exchange *exchange)
{
	return exchange->cookie_state != COOKIE_NONE;
}

static size_t opt_size(const struct exchange *exchange)
{
	if (!exchange->message.question.edns)
		return 0;
	return DNS_OPT_SIZE + (gives_cookie(exchange) ? DNS_OPTION_HEAD + COOKIE_SIZE : 0) +
	       (gives_nsid(exchange) ? DNS_OPTION_HEAD + exchange->config->nsid_length : 0);
}

/* RFC 6891 6.1.1: an OPT for an OPT. Returns the length with it. */
static size_t put_opt(const struct exchange *exchange, size_t length, uint8_t extended_rcode,
		      struct counts *counts)
{
	const struct question *question = &exchange->message.question;
	uint8_t *at = exchange->reply + length;

	if (!question->edns)
		return length;
	*at++ = 0;
	at = put16(at, DNS_TYPE_OPT);
	at = put16(at, exchange->config->max_udp_size);
	*at++ = extended_rcode;
	*at++ = 0; /* version */
	at = put16(at, question->dnssec_ok ? DNS_OPT_DO : 0);
	at = put16(at, opt_size(exchange) - DNS_OPT_SIZE);
	if (gives_cookie(exchange)) {
		write_cookie(at, &exchange->cookie);
		at += DNS_OPTION_HEAD + COOKIE_SIZE;
	}
	if (gives_nsid(exchange))
		put_nsid(at, exchange->config);
	counts->additional++;
	return length + opt_size(exchange);
}

static size_t reply_header(const struct exchange *exchange)
{
	uint16_t slip = exchange->asker->slip ? DNS_TC : 0;

	put_header(exchange, exchange->message.rcode | slip, 0, &(struct counts){ 0 });
	return DNS_HEADER_SIZE;
}

/* Question and OPT only, and TC=1: the answer does not fit, or is not to be given over UDP. */
static size_t reply_truncated(const struct exchange *exchange, uint16_t flags,
			      uint8_t extended_rcode)
{
	struct counts counts = { 0 };
	size_t length = put_opt(exchange, put_question(exchange), extended_rcode, &counts);

	put_header(exchange, flags | DNS_TC, question_count(exchange), &counts);
	return length;
}

/* Question and OPT, and a BADKEY's TSIG where it fits: its names may be long. */
static size_t reply_bare(const struct exchange *exchange, uint8_t rcode)
{
	const struct tsig *tsig = &exchange->message.tsig;
	struct counts counts = { 0 };
	uint16_t flags = rcode & 0xF;
	size_t length;

	if (exchange->asker->slip)
		return reply_truncated(exchange, flags, rcode >> 4);
	length = put_opt(exchange, put_question(exchange), rcode >> 4, &counts);
	if (exchange->message.has_tsig) {
		if (length + tsig_error_size(tsig) <= exchange->limit) {
			length = put_tsig_error(exchange->reply + length, tsig, TSIG_BADKEY) -
				 exchange->reply;
			counts.additional++;
		} else {
			flags |= DNS_TC;
		}
	}
	put_header(exchange, flags, question_count(exchange), &counts);
	return length;
}

/* RFC 7873 5.4: no question, but a cookie. */
static size_t reply_cookie(struct exchange *exchange)
{
	if (exchange->cookie_state == COOKIE_BAD)
		return reply_bare(exchange, RCODE_BADCOOKIE);
	exchange->class = LIMIT_ANSWER;
	return reply_bare(exchange, RCODE_NOERROR);
}

/* RFC 4892. It fits: the question is short, and all of it has less than 512 bytes. */
static size_t reply_chaos(struct exchange *exchange)
{
	struct counts counts = { .answer = 1 };
	const uint8_t *text;
	uint16_t text_length;
	size_t length;

	text = chaos_text(exchange->config, &exchange->message.question,
			  exchange->query + DNS_HEADER_SIZE, &text_length);
	if (!text)
		return reply_bare(exchange, RCODE_REFUSED);
	exchange->class = LIMIT_ANSWER;
	if (exchange->asker->slip)
		return reply_truncated(exchange, 0, 0);
	length = put_question(exchange);
	length = put_chaos(exchange->reply + length, text, text_length) - exchange->reply;
	length = put_opt(exchange, length, 0, &counts);
	put_header(exchange, 0, 1, &counts);
	return length;
}

static size_t reply_answer(const struct exchange *exchange, const struct sections *sections)
{
	const struct question *question = &exchange->message.question;
	struct counts counts;
	struct writer writer;
	size_t length;

	writer_begin(&writer, exchange->reply, put_question(exchange),
		     exchange->limit - opt_size(exchange),
		     exchange->reply + DNS_HEADER_SIZE + question->last_label);
	if (!render_required(&writer, sections, &counts))
		return reply_truncated(exchange, sections->flags, 0);
	for (size_t i = sections->glue_required; i < sections->glue_count; i++)
		if (!render_glue(&writer, &sections->glue[i], &counts))
			break;
	length = put_opt(exchange, writer.length, 0, &counts);
	put_header(exchange, sections->flags, 1, &counts);
	return length;
}

static size_t reply_query(const struct zone *zone, struct exchange *exchange)
{
	const struct question *question = &exchange->message.question;
	struct asked asked = {
		.label = exchange->query + DNS_HEADER_SIZE + question->last_label,
		.labels = question->labels,
		.type = question->type,
		.dnssec_ok = question->dnssec_ok,
	};
	struct sections sections;

	if (!zone)
		return reply_bare(exchange, RCODE_SERVFAIL);
	answer_question(zone, &asked, &sections);
	exchange->class = limit_class_of(sections.verdict);
	if (exchange->asker->slip)
		return reply_truncated(exchange, sections.flags, 0);
	return reply_answer(exchange, &sections);
}

/* A message of which enough was understood for a reply with question and OPT. */
static size_t reply_whole(const struct zone *zone, struct exchange *exchange)
{
	const struct question *question = &exchange->message.question;

	if (exchange->message.rcode != RCODE_NOERROR)
		return reply_bare(exchange, exchange->message.rcode);
	if (!question->name_length)
		return reply_cookie(exchange);
	if (question->class == DNS_CLASS_CH)
		return reply_chaos(exchange);
	return reply_query(zone, exchange);
}

/* Judges the cookie of a message of `length` bytes, and makes the reply's. */
static void weigh_cookie(struct exchange *exchange, size_t length)
{
	const struct question *question = &exchange->message.question;
	const struct asker *asker = exchange->asker;

	exchange->cookie_state = COOKIE_NONE;
	if (question->cookie_length &&
	    read_cookie(exchange->query, exchange->query + length, question, &exchange->cookie))
		exchange->cookie_state =
			judge_cookie(&exchange->cookie, question->cookie_length, &asker->address,
				     exchange->config->cookies, asker->time);
}

/* A NOTIFY from a primary; 0: this is none. */
static size_t reply_notify(const struct exchange *exchange, size_t length, size_t room,
			   struct answered *answered)
{
	bool heard;
	size_t given = notify_answer(exchange->config->notify, exchange->asker, exchange->query,
				     length, exchange->reply, room, &heard);

	if (given && answered)
		*answered = (struct answered){ .class = heard ? LIMIT_ANSWER : LIMIT_ERROR,
					       .notified = heard };
	return given;
}

size_t answer_query(const struct zone *zone, const struct answer_config *config,
		    const struct asker *asker, const uint8_t *query, size_t length, uint8_t *reply,
		    size_t room, struct answered *answered)
{
	struct exchange exchange = {
		.config = config, .asker = asker, .query = query, .reply = reply
	};
	bool cookies = config->cookies && config->cookies->count;
	enum extent extent;
	size_t given = 0;

	if (config->notify)
		given = reply_notify(&exchange, length, room, answered);
	if (given)
		return given;
	extent = read_message(query, length, cookies, &exchange.message);
	if (extent == REPLY_NONE)
		return 0;
	exchange.class = LIMIT_ERROR;
	exchange.limit = size_limit(config, asker->transport, &exchange.message.question);
	if (exchange.limit > room)
		exchange.limit = room;
	weigh_cookie(&exchange, length);
	given = extent == REPLY_HEADER ? reply_header(&exchange) : reply_whole(zone, &exchange);
	if (answered)
		*answered =
			(struct answered){ .class = exchange.class,
					   .cookie_valid = exchange.cookie_state == COOKIE_VALID };
	return given;
}
