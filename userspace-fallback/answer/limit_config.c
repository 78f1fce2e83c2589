// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads rate limits and the prefixes that are exempt from them. */
#include "limit_config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "limit.h"

#define IPV4_BITS 32
#define IPV6_BITS 128
#define MAPPED    96 /* bits before an IPv4 address that is written as IPv6 */

struct limit_config limit_config_default(void)
{
	return (struct limit_config){ .slip = LIMIT_SLIP_DEFAULT,
				      .ipv4_prefix = LIMIT_IPV4_PREFIX_DEFAULT,
				      .ipv6_prefix = LIMIT_IPV6_PREFIX_DEFAULT };
}

static bool number_take(uint32_t *number, const char *value, unsigned long least,
			unsigned long most)
{
	unsigned long given;
	char *end;

	errno = 0;
	given = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || given < least || given > most)
		return false;
	*number = given;
	return true;
}

const char *limit_rate_take(struct limit_config *config, const char *value)
{
	return number_take(&config->rate, value, 1, LIMIT_RATE_MAX)
		       ? NULL
		       : "must be a number of replies a second from 1 to 1000000";
}

const char *limit_slip_take(struct limit_config *config, const char *value)
{
	return number_take(&config->slip, value, 0, LIMIT_SLIP_MAX)
		       ? NULL
		       : "must be a number from 0 (no reply gets TC=1) to 1000";
}

const char *limit_ipv4_prefix_take(struct limit_config *config, const char *value)
{
	return number_take(&config->ipv4_prefix, value, 1, IPV4_BITS)
		       ? NULL
		       : "must be a number of bits from 1 to 32";
}

const char *limit_ipv6_prefix_take(struct limit_config *config, const char *value)
{
	return number_take(&config->ipv6_prefix, value, 1, 64)
		       ? NULL
		       : "must be a number of bits from 1 to 64";
}

/* "address" -> *address; returns its length in bits, 0 when it is none. */
static uint32_t address_read(const char *text, struct address *address)
{
	if (inet_pton(AF_INET6, text, address->byte) == 1)
		return IPV6_BITS;
	memset(address, 0, sizeof(*address));
	address->byte[10] = address->byte[11] = 0xFF;
	return inet_pton(AF_INET, text, address->byte + 12) == 1 ? IPV4_BITS : 0;
}

/* Are all bits of the address from the prefix's end on 0? */
static bool ends_with_zeros(const struct exempt_prefix *prefix)
{
	for (uint32_t bit = prefix->length; bit < IPV6_BITS; bit++)
		if (prefix->address.byte[bit / 8] & 0x80 >> bit % 8)
			return false;
	return true;
}

/* "address" or "address/bits" -> *prefix; false when it is neither. */
static bool prefix_read(const char *value, struct exempt_prefix *prefix)
{
	char text[INET6_ADDRSTRLEN + sizeof("/128")];
	uint32_t most, length;
	char *slash;

	if (strlen(value) >= sizeof(text))
		return false;
	strcpy(text, value);
	slash = strchr(text, '/');
	if (slash)
		*slash = 0;
	most = address_read(text, &prefix->address);
	length = most;
	if (!most || (slash && !number_take(&length, slash + 1, 0, most)))
		return false;
	prefix->length = IPV6_BITS - most + length;
	return true;
}

const char *limit_exempt_take(struct limit_config *config, const char *value)
{
	static const struct address any_ipv4 = { { [10] = 0xFF, [11] = 0xFF } };
	struct exempt_prefix prefix;

	if (config->exempt_count == EXEMPT_MAX)
		return "is one too many: at most 64 prefixes can be exempt";
	if (!prefix_read(value, &prefix))
		return "must be an address or a prefix, like 192.0.2.0/24 or 2001:db8::/32";
	if (!ends_with_zeros(&prefix))
		return "has bits set behind the prefix's length: write 0 there, or more bits";
	/* IPv4 addresses are held as ::ffff:a.b.c.d: ::/0 would exempt them, too. */
	if (prefix.length < MAPPED && exempt_has(&prefix, 1, &any_ipv4))
		return "must not be a prefix of ::ffff:0:0/96: write IPv4 ones as a.b.c.d/bits";
	config->exempt[config->exempt_count++] = prefix;
	return NULL;
}

bool exempt_has(const struct exempt_prefix *exempt, uint32_t count, const struct address *address)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t bytes = exempt[i].length / 8, bits = exempt[i].length % 8;
		uint8_t mask = 0xFF00 >> bits;

		if (!memcmp(exempt[i].address.byte, address->byte, bytes) &&
		    (!bits || !((exempt[i].address.byte[bytes] ^ address->byte[bytes]) & mask)))
			return true;
	}
	return false;
}

bool limit_begin(const struct limit_config *config, struct rate_limit *limit)
{
	*limit = (struct rate_limit){
		.rate = config->rate,
		.slip = config->slip,
		.ipv4_prefix = config->ipv4_prefix,
		.ipv6_prefix = config->ipv6_prefix,
		.exempt = config->exempt_count,
		.interval = config->rate ? LIMIT_SECOND / config->rate : 0,
	};
	return getrandom(&limit->key, sizeof(limit->key), 0) == sizeof(limit->key);
}
