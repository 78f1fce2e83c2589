// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares options with those in force: what has to wait, and what needs other programs. */
#include "difference.h"

#include <string.h>

#include "log.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_texts(const char *const *a, size_t a_count, const char *const *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (strcmp(a[i], b[i]))
			return false;
	return true;
}

/* --- what can't be applied ------------------------------------------------------------------- */

static void say_later(const struct options *now, const struct config *config, const char *key)
{
	unsigned int line = config_line(config, key);
	char place[16] = "";

	if (line)
		snprintf(place, sizeof(place), ":%u", line);
	log_note("%s%s: '%s' has changed: that takes effect at the next start", now->config, place,
		 key);
}

/* What was decided at the start stays; its strings are those of the start. */
void difference_keep(const struct options *now, struct options *next, const struct config *config)
{
	if (strcmp(now->pin, next->pin))
		say_later(now, config, "pin");
	next->pin = now->pin;
	if (now->fallback != next->fallback)
		say_later(now, config, "fallback");
	next->fallback = now->fallback;
	if (!same_text(now->validate_at_text, next->validate_at_text))
		say_later(now, config, "validate-at");
	next->validate_at_text = now->validate_at_text;
	next->validate_at = now->validate_at;
	if (!same_texts(now->notify_listen_text, now->notify_listens, next->notify_listen_text,
			next->notify_listens))
		say_later(now, config, "notify.listen");
	memcpy(next->notify_listen, now->notify_listen, sizeof(next->notify_listen));
	memcpy(next->notify_listen_text, now->notify_listen_text,
	       sizeof(next->notify_listen_text));
	next->notify_listens = now->notify_listens;
}

/* --- what needs other programs, or another fallback ------------------------------------------ */

static bool same_bytes(const void *a, size_t a_length, const void *b, size_t b_length)
{
	return a_length == b_length && (!a_length || !memcmp(a, b, a_length));
}

static bool same_answers(const struct answer_config *a, const struct answer_config *b)
{
	return a->max_udp_size == b->max_udp_size &&
	       same_bytes(a->identity, a->identity_length, b->identity, b->identity_length) &&
	       same_bytes(a->version, a->version_length, b->version, b->version_length) &&
	       same_bytes(a->nsid, a->nsid_length, b->nsid, b->nsid_length);
}

static bool same_limit(const struct limit_config *a, const struct limit_config *b)
{
	return a->rate == b->rate && a->slip == b->slip && a->ipv4_prefix == b->ipv4_prefix &&
	       a->ipv6_prefix == b->ipv6_prefix &&
	       same_bytes(a->exempt, a->exempt_count * sizeof(a->exempt[0]), b->exempt,
			  b->exempt_count * sizeof(b->exempt[0]));
}

static bool same_addresses(const struct options *a, const struct options *b)
{
	if (a->addresses != b->addresses)
		return false;
	for (size_t i = 0; i < a->addresses; i++)
		if (memcmp(&a->address[i].value, &b->address[i].value, sizeof(struct address)))
			return false;
	return true;
}

/* A key that stands in the file itself has another descriptor each time, and counts as changed. */
static bool same_fallback(const struct options *a, const struct options *b)
{
	return !a->fallback ||
	       same_texts(a->handed, a->handed_count, b->handed, b->handed_count);
}

/* The zone that is served must be right by it, too. */
static bool same_policy(const struct options *a, const struct options *b)
{
	return a->zonemd == b->zonemd && a->unsigned_zone == b->unsigned_zone &&
	       same_text(a->trust_anchors, b->trust_anchors);
}

bool difference_renews(const struct options *now, const struct options *next)
{
	return !same_policy(now, next) || !same_answers(&now->answer, &next->answer) ||
	       !same_limit(&now->limit, &next->limit) ||
	       !same_bytes(now->subtree, now->subtrees * sizeof(now->subtree[0]), next->subtree,
			   next->subtrees * sizeof(next->subtree[0])) ||
	       !same_addresses(now, next) ||
	       !same_texts(now->interface, now->interfaces, next->interface, next->interfaces) ||
	       now->tiers != next->tiers ||
	       !same_text(now->cookie_secrets, next->cookie_secrets) || !same_fallback(now, next);
}
