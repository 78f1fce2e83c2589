// SPDX-License-Identifier: GPL-2.0-or-later
/* Whom to believe that there is a newer zone, and what to say to that. */
#include "notify.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "decide.h"
#include "question.h"
#include "wire.h"

#define TYPE_SOA      6
#define QUESTION_SIZE 5 /* of '.' */
#define MESSAGE_MOST  4096

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

static const struct notify_primary *find_primary(const struct notify_config *config,
						 const struct address *address)
{
	for (size_t i = 0; i < config->count; i++)
		if (!memcmp(&config->primary[i].address, address, sizeof(*address)))
			return &config->primary[i];
	return NULL;
}

/* For the SOA of '.' (RFC 1996 3.3, 3.7); what it says of the new one is a hint that is not used. */
static bool is_notify(const uint8_t *query, size_t length)
{
	static const uint8_t question[QUESTION_SIZE] = { 0, 0, TYPE_SOA, 0, DNS_CLASS_IN };
	const struct dns_header *header = (const void *)query;

	return length >= DNS_HEADER_SIZE + QUESTION_SIZE && length <= MESSAGE_MOST &&
	       !(header->flags & NETWORK16(DNS_QR)) &&
	       (header->flags & NETWORK16(DNS_OPCODE)) == NETWORK16(DNS_NOTIFY) &&
	       header->qdcount == NETWORK16(1) &&
	       !memcmp(query + DNS_HEADER_SIZE, question, sizeof(question));
}

/* RFC 1996 4.7: the message comes back with QR set. */
static size_t put_reply(const uint8_t *query, uint8_t *reply, uint16_t flags)
{
	uint8_t *at = put(reply, query, 2);

	at = put16(at, DNS_QR | DNS_NOTIFY | flags);
	at = put16(at, 1);
	at = put16(at, 0);
	at = put16(at, 0);
	at = put16(at, 0);
	return put(at, query + DNS_HEADER_SIZE, QUESTION_SIZE) - reply;
}

static size_t answer_signed(const struct notify_primary *primary, const struct asker *asker,
			    const uint8_t *query, size_t length, uint8_t *reply, size_t room,
			    bool *heard)
{
	struct tsig_exchange exchange = { .key = &primary->key };
	uint8_t copy[MESSAGE_MOST];
	char why[256];
	size_t size;

	memcpy(copy, query, length);
	*heard = tsig_check(&exchange, copy, &length, asker->time, why);
	size = put_reply(query, reply, *heard ? DNS_AA : RCODE_NOTAUTH);
	if (*heard)
		size = tsig_sign(&exchange, reply, size, room, asker->time);
	tsig_end(&exchange);
	return size;
}

size_t notify_answer(const struct notify_config *config, const struct asker *asker,
		     const uint8_t *query, size_t length, uint8_t *reply, size_t room, bool *heard)
{
	const struct notify_primary *primary = NULL;

	*heard = false;
	if (is_notify(query, length))
		primary = find_primary(config, &asker->address);
	if (!primary)
		return 0;
	if (primary->signs)
		return answer_signed(primary, asker, query, length, reply, room, heard);
	*heard = true;
	return put_reply(query, reply, DNS_AA);
}
