// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the configuration again, and applies it. */
#include "reconfigure.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "difference.h"
#include "log.h"
#include "renew.h"
#include "service.h"

/* Options that were read later than at the start, with what their strings belong to. */
struct configuration {
	struct options options;
	struct config *config;
	struct configuration *older; /* that a thread may still be using */
};

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
	bool other_state = next->state && (!now->state || strcmp(now->state, next->state));

	if (other_state && !state_prepare(next->state))
		return false;
	if (difference_renews(now, next)) {
		if (!renew(service, next))
			return false;
	} else {
		service->secrets.file = next->cookie_secrets;
	}
	/* No source may have the zone when the next start looks for it. */
	if (other_state)
		state_write(next->state, service->feed, &service->known);
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
		difference_keep(now, &next->options, next->config);
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
