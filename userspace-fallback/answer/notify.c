// SPDX-License-Identifier: GPL-2.0-or-later
/* Whom to believe that there is a newer zone, and what to say to that. */
#include "notify.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "decide.h"
#include "dname.h"
#include "message.h"
#include "registry.h"
#include "tsig_error.h"
#include "wire.h"

/* Longer ones are nobody's: a question, an SOA, an OPT and a TSIG are 1.2 KB at most. */
#define NOTIFY_SIZE_MOST 4096

static bool read_address(const char *text, struct address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, address->byte + 12) == 1) {
		memset(address->byte + 10, 0xff, 2);
		return true;
	}
	return inet_pton(AF_INET6, text, address->byte) == 1;
}

const char *notify_take(struct notify_config *config, const char *value)
{
	struct notify_primary *primary = &config->primary[config->count];
	const char *comma = strchrnul(value, ','), *file = NULL;
	char address[INET6_ADDRSTRLEN];
	static char why[256];

	if (config->count == NOTIFY_PRIMARIES_MAX)
		return "is one primary too many: there may be 16";
	snprintf(address, sizeof(address), "%.*s", (int)(comma - value), value);
	if (*comma && !strncmp(comma, ",key=", 5))
		file = comma + 5;
	if (!read_address(address, &primary->address) || (*comma && !file))
		return "must be ADDRESS or ADDRESS,key=FILE";
	primary->signs = file;
	if (file && !tsig_key_file(file, &primary->key, why))
		return why;
	config->count++;
	return NULL;
}

/* What is known of a NOTIFY while its reply is made. */
struct notice {
	const uint8_t *query;
	const struct asker *asker;
	struct message message;
	uint8_t rcode;
	struct tsig_exchange tsig; /* of its key, if it is ours */
};

static bool is_primary(const struct notify_config *config, const struct address *address)
{
	for (size_t i = 0; i < config->count; i++)
		if (!memcmp(&config->primary[i].address, address, sizeof(*address)))
			return true;
	return false;
}

static bool is_key(const struct tsig_key *key, const struct tsig *tsig)
{
	if (key->name_length != tsig->key_length)
		return false;
	for (size_t i = 0; i < key->name_length; i++)
		if (key->name[i] != dname_lower(tsig->key[i]))
			return false;
	return true;
}

/* Who at that address signs with the message's key; or needs none, when it has none. */
static const struct notify_primary *find_primary(const struct notify_config *config,
						 const struct notice *notice)
{
	const struct message *message = &notice->message;

	for (size_t i = 0; i < config->count; i++) {
		const struct notify_primary *primary = &config->primary[i];

		if (!memcmp(&primary->address, &notice->asker->address, sizeof(struct address)) &&
		    (message->has_tsig ? primary->signs && is_key(&primary->key, &message->tsig)
				       : !primary->signs))
			return primary;
	}
	return NULL;
}

static bool check(struct notice *notice, size_t length)
{
	uint8_t copy[NOTIFY_SIZE_MOST];
	char why[256];

	memcpy(copy, notice->query, length);
	if (tsig_check(&notice->tsig, copy, &length, notice->asker->time, why))
		return true;
	/* A request that speaks of an error itself: no code says so, but it is not signed right. */
	if (!notice->tsig.error)
		notice->tsig.error = TSIG_BADSIG;
	return false;
}

/*
 * The RCODE. RFC 8945 5.2 comes first: of what is not signed as it should be, nothing else counts.
 * Of other zones we know nothing: NOTAUTH, as BIND and Knot say (its meaning in RFC 2136 2.2).
 */
static uint8_t judge(const struct notify_config *config, struct notice *notice, size_t length)
{
	const struct notify_primary *primary = find_primary(config, notice);
	const struct question *question = &notice->message.question;

	if (!primary && !notice->message.has_tsig)
		return RCODE_REFUSED;
	if (!primary) {
		notice->tsig.error = TSIG_BADKEY;
		return RCODE_NOTAUTH;
	}
	notice->tsig.key = &primary->key;
	if (primary->signs && !check(notice, length))
		return RCODE_NOTAUTH;
	if (notice->message.rcode)
		return notice->message.rcode;
	if (question->class != DNS_CLASS_IN || question->name_length != 1)
		return RCODE_NOTAUTH;
	return question->type == TYPE_SOA ? RCODE_NOERROR : RCODE_FORMERR; /* RFC 1996 3.3 */
}

/* RFC 1996 4.7: the message comes back with QR set; so does AA when it was heard. */
static uint8_t *put_header(const struct notice *notice, uint8_t *reply, uint16_t flags,
			   uint16_t qdcount)
{
	uint16_t asked = notice->query[2] << 8 | notice->query[3];
	uint8_t *at = put(reply, notice->query, 2);

	flags |= notice->rcode & DNS_RCODE;
	at = put16(at, DNS_QR | DNS_NOTIFY | (asked & DNS_RD) | flags);
	at = put16(at, qdcount);
	memset(at, 0, 6);
	return at + 6;
}

static size_t reply_header(const struct notice *notice, uint8_t *reply, uint16_t flags)
{
	return put_header(notice, reply, flags, 0) - reply;
}

/* RFC 6891 6.1.1. */
static uint8_t *put_opt(const struct notice *notice, uint8_t *at)
{
	*at++ = 0;
	at = put16(at, DNS_TYPE_OPT);
	at = put16(at, ANSWER_UDP_SIZE_DEFAULT);
	*at++ = notice->rcode >> 4;
	*at++ = 0; /* version */
	at = put16(at, notice->message.question.dnssec_ok ? DNS_OPT_DO : 0);
	return put16(at, 0);
}

/* Adds the TSIG that the reply must have, if any. Returns its length, 0: it does not fit. */
static size_t add_tsig(struct notice *notice, uint8_t *reply, size_t length, size_t room)
{
	const struct tsig *tsig = &notice->message.tsig;
	int64_t now = notice->asker->time;

	if (!notice->message.has_tsig)
		return length;
	if (!notice->tsig.error)
		return tsig_sign(&notice->tsig, reply, length, room, now);
	if (notice->tsig.error == TSIG_BADTIME)
		return tsig_sign_late(&notice->tsig, reply, length, room, tsig->time, now);
	if (length + tsig_error_size(tsig) > room)
		return 0;
	reply[11]++;
	return put_tsig_error(reply + length, tsig, notice->tsig.error) - reply;
}

static size_t reply_whole(struct notice *notice, uint8_t *reply, size_t room)
{
	const struct question *question = &notice->message.question;
	uint8_t *at = put_header(notice, reply, notice->rcode ? 0 : DNS_AA, 1);
	size_t length;

	at = put(at, notice->query + DNS_HEADER_SIZE, question->name_length + 4);
	if (question->edns) {
		at = put_opt(notice, at);
		reply[11]++;
	}
	length = add_tsig(notice, reply, at - reply, room);
	return length ? length : reply_header(notice, reply, DNS_TC);
}

size_t notify_answer(const struct notify_config *config, const struct asker *asker,
		     const uint8_t *query, size_t length, uint8_t *reply, size_t room, bool *heard)
{
	struct notice notice = { .query = query, .asker = asker };
	enum extent extent;
	size_t given;

	*heard = false;
	if (length > NOTIFY_SIZE_MOST || !is_primary(config, &asker->address))
		return 0;
	extent = read_notify(query, length, &notice.message);
	if (extent == REPLY_NONE)
		return 0;
	notice.rcode = extent == REPLY_WHOLE ? judge(config, &notice, length) : RCODE_FORMERR;
	*heard = !notice.rcode;
	if (asker->transport == TRANSPORT_UDP && room > ANSWER_UDP_SIZE_LEAST)
		room = ANSWER_UDP_SIZE_LEAST;
	if (extent == REPLY_HEADER || notice.rcode == RCODE_REFUSED || asker->slip)
		given = reply_header(&notice, reply, asker->slip ? DNS_TC : 0);
	else
		given = reply_whole(&notice, reply, room);
	tsig_end(&notice.tsig);
	return given;
}
