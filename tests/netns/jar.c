// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes cookies, and finds them in replies. */
#include "jar.h"

#include <string.h>
#include <time.h>

/* Replies to one query are made within that time, seconds. */
#define APART_MOST 30

#define OPTION_SIZE (DNS_OPTION_HEAD + COOKIE_SIZE)

static const struct address *client(const struct jar *jar, bool ipv6)
{
	return ipv6 ? &jar->ipv6 : &jar->ipv4;
}

void jar_take(const struct jar *jar, bool ipv6, uint8_t *data, struct dice *dice)
{
	struct cookie cookie = { .head = COOKIE_VERSION };
	/* Not near the ages where a second decides: half an hour and an hour. */
	uint32_t age = below(dice, 7) * 600 + 60 + below(dice, 480);

	memcpy(&cookie.client, data, sizeof(cookie.client));
	if (percent(dice, 20))
		cookie.head |= roll(dice) & ~NETWORK32(0xff000000);
	cookie.time = network32(time(NULL) - age);
	if (percent(dice, 10))
		cookie.time = network32(time(NULL) + below(dice, 200));
	cookie.hash = cookie_hash(&cookie, client(jar, ipv6),
				  &jar->secrets.secret[below(dice, jar->secrets.count)]);
	if (percent(dice, 10))
		cookie.hash ^= 1;
	memcpy(data, &cookie, sizeof(cookie));
}

/* Where the COOKIE option is: first in the OPT. NULL: there is none. */
static const uint8_t *find_cookie(const uint8_t *reply, size_t length)
{
	static const uint8_t owner_and_type[] = { 0, 0, DNS_TYPE_OPT };
	static const uint8_t option[] = { 0, DNS_OPTION_COOKIE, 0, COOKIE_SIZE };

	for (size_t at = DNS_HEADER_SIZE; at + DNS_OPT_SIZE + OPTION_SIZE <= length; at++) {
		size_t rdata = reply[at + 9] << 8 | reply[at + 10];

		if (at + DNS_OPT_SIZE + rdata <= length &&
		    !memcmp(reply + at, owner_and_type, sizeof(owner_and_type)) &&
		    !memcmp(reply + at + DNS_OPT_SIZE, option, sizeof(option)))
			return reply + at + DNS_OPT_SIZE;
	}
	return NULL;
}

static bool is_right(const struct jar *jar, bool ipv6, const uint8_t *option, uint32_t *made)
{
	struct cookie cookie;

	memcpy(&cookie, option + DNS_OPTION_HEAD, sizeof(cookie));
	*made = host32(cookie.time);
	return judge_cookie(&cookie, COOKIE_SIZE, client(jar, ipv6), &jar->secrets,
			    time(NULL)) == COOKIE_VALID;
}

bool jar_same(const struct jar *jar, bool ipv6, const uint8_t *a, const uint8_t *b, size_t length)
{
	const uint8_t *of_a = jar->secrets.count ? find_cookie(a, length) : NULL;
	size_t before = of_a ? (size_t)(of_a - a) : length, behind = before + OPTION_SIZE;
	uint32_t made_a, made_b;

	if (memcmp(a, b, before))
		return false;
	if (!of_a || !memcmp(a + before, b + before, length - before))
		return true;
	return find_cookie(b, length) == b + before &&
	       !memcmp(a + behind, b + behind, length - behind) &&
	       is_right(jar, ipv6, of_a, &made_a) && is_right(jar, ipv6, b + before, &made_b) &&
	       made_a - made_b + APART_MOST <= 2 * APART_MOST;
}
