// SPDX-License-Identifier: GPL-2.0-or-later
/* NSID and CHAOS identity, from the option to the bytes of a reply. */
#include "identity.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "hex.h"
#include "question.h"
#include "sum.h"
#include "wire.h"

#define POINTER_TO_QNAME 0xC00C

_Static_assert(sizeof(((struct chaos *)0)->bytes) == CHAOS_RECORD_SIZE(CHAOS_TEXT_MAX),
	       "struct chaos holds the longest record");

static const char *text_take(const uint8_t **text, uint16_t *length, const char *value)
{
	size_t given = strlen(value);

	if (given < 1 || given > CHAOS_TEXT_MAX)
		return "must be a text of 1 to 255 bytes";
	*text = (const uint8_t *)value;
	*length = given;
	return NULL;
}

const char *identity_take(struct answer_config *config, const char *value)
{
	return text_take(&config->identity, &config->identity_length, value);
}

const char *version_take(struct answer_config *config, const char *value)
{
	return text_take(&config->version, &config->version_length, value);
}

const char *nsid_take(struct answer_config *config, uint8_t nsid[NSID_MAX], const char *value)
{
	bool hex = value[0] == '0' && value[1] == 'x';
	size_t given = strlen(value);

	if (hex) {
		size_t digits = given - 2;

		if (digits % 2 || digits < 2 || digits > 2 * NSID_MAX ||
		    !hex_decode(nsid, value + 2, digits / 2))
			return "must have after 0x an even number of hexadecimal digits, 2 to 256";
		given = digits / 2;
	} else {
		if (given < 1 || given > NSID_MAX)
			return "must be a text of 1 to 128 bytes, or 0x and hexadecimal digits";
		memcpy(nsid, value, given);
	}
	config->nsid = nsid;
	config->nsid_length = given;
	return NULL;
}

/* Case-blind (RFC 4343). A length byte is no letter, and the last byte is the only zero. */
static bool name_is(const struct question *question, const uint8_t *name, const char *wanted)
{
	return question->name_length == strlen(wanted) + 1 &&
	       !strcasecmp((const char *)name, wanted);
}

const uint8_t *chaos_text(const struct answer_config *config, const struct question *question,
			  const uint8_t *name, uint16_t *length)
{
	if (name_is(question, name, "\10hostname\4bind") ||
	    name_is(question, name, "\2id\6server")) {
		*length = config->identity_length;
		return *length ? config->identity : NULL;
	}
	if (name_is(question, name, "\7version\4bind") ||
	    name_is(question, name, "\7version\6server")) {
		*length = config->version_length;
		return *length ? config->version : NULL;
	}
	return NULL;
}

uint8_t *put_chaos(uint8_t *at, const uint8_t *text, uint16_t length)
{
	at = put16(at, POINTER_TO_QNAME);
	at = put16(at, DNS_TYPE_TXT);
	at = put16(at, DNS_CLASS_CH);
	at = put16(at, 0); /* TTL */
	at = put16(at, 0);
	at = put16(at, length + 1);
	*at++ = length;
	return put(at, text, length);
}

uint8_t *put_nsid(uint8_t *at, const struct answer_config *config)
{
	at = put16(at, DNS_OPTION_NSID);
	at = put16(at, config->nsid_length);
	return put(at, config->nsid, config->nsid_length);
}

static void render_chaos(struct chaos *chaos, const uint8_t *text, uint16_t length)
{
	if (!length)
		return;
	chaos->length = put_chaos(chaos->bytes, text, length) - chaos->bytes;
	chaos->sum = body_sum(chaos->bytes, chaos->length);
}

void identity_render(const struct answer_config *config, struct identity *identity)
{
	uint8_t option[DNS_OPTION_HEAD + NSID_MAX];

	memset(identity, 0, sizeof(*identity));
	if (config->nsid_length) {
		identity->nsid_length = config->nsid_length;
		identity->nsid_sum = body_sum(option, put_nsid(option, config) - option);
		memcpy(identity->nsid, config->nsid, config->nsid_length);
	}
	render_chaos(&identity->hostname, config->identity, config->identity_length);
	render_chaos(&identity->version, config->version, config->version_length);
}
