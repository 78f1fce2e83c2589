// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares options with those in force. */
#include "reconfigure.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "log.h"
#include "renew.h"
#include "service.h"

/* Options that were read later than at the start, with what their strings belong to. */
struct configuration {
	struct options options;
	struct config *config;
	struct configuration *older; /* that a thread may still be using */
};

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

static void say_later(const struct options *now, const char *key)
{
	log_note("%s: '%s' has changed: that takes effect at the next start", now->config, key);
}

/* What was decided at the start stays; its strings are those of the start. */
static void keep_fixed(const struct options *now, struct options *next)
{
	if (strcmp(now->pin, next->pin))
		say_later(now, "pin");
	next->pin = now->pin;
	if (now->fallback != next->fallback)
		say_later(now, "fallback");
	next->fallback = now->fallback;
	if (!same_text(now->validate_at_text, next->validate_at_text))
		say_later(now, "validate-at");
	next->validate_at_text = now->validate_at_text;
	next->validate_at = now->validate_at;
	if (!same_texts(now->notify_listen_text, now->notify_listens, next->notify_listen_text,
			next->notify_listens))
		say_later(now, "notify.listen");
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

static bool needs_renewal(const struct options *now, const struct options *next)
{
	return !same_answers(&now->answer, &next->answer) || !same_limit(&now->limit, &next->limit) ||
	       !same_bytes(now->subtree, now->subtrees * sizeof(now->subtree[0]), next->subtree,
			   next->subtrees * sizeof(next->subtree[0])) ||
	       !same_addresses(now, next) ||
	       !same_texts(now->interface, now->interfaces, next->interface, next->interfaces) ||
	       now->tiers != next->tiers ||
	       !same_text(now->cookie_secrets, next->cookie_secrets) || !same_fallback(now, next);
}

/* --- applying it ----------------------------------------------------------------------------- */

static void free_configuration(struct configuration *configuration)
{
	if (!configuration)
		return;
	config_free(configuration->config);
	options_free(&configuration->options);
	free(configuration);
}

static struct configuration *read_again(const struct options *now)
{
	struct configuration *next = calloc(1, sizeof(*next));

	if (next && options_again(&next->options, now)) {
		next->config = config_fill(&next->options);
		if (next->config && options_complete(&next->options))
			return next;
	}
	free_configuration(next);
	return NULL;
}

static bool apply(struct service *service, const struct options *next)
{
	const struct options *now = service->options;

	if (next->state && !same_text(now->state, next->state) && !state_prepare(next->state))
		return false;
	if (needs_renewal(now, next))
		return renew(service, next);
	service->secrets.file = next->cookie_secrets;
	return true;
}

void reconfigure(struct service *service)
{
	const struct options *now = service->options;
	struct configuration *next;

	if (!now->config)
		return;
	next = read_again(now);
	if (next) {
		keep_fixed(now, &next->options);
		if (!apply(service, &next->options)) {
			free_configuration(next);
			next = NULL;
		}
	}
	if (!next) {
		log_error("%s is not applied: the configuration in force stays", now->config);
		return;
	}
	next->older = service->configuration;
	service->configuration = next;
	service->options = &next->options;
	refresh_sources_changed(&service->refresh);
	printf("configured file=%s\n", next->options.config);
	fflush(stdout);
}

void reconfigure_sweep(struct service *service)
{
	struct configuration *older, *next;

	if (!service->configuration || service->refresh.running || service->attested.running)
		return;
	older = service->configuration->older;
	service->configuration->older = NULL;
	for (; older; older = next) {
		next = older->older;
		free_configuration(older);
	}
}
