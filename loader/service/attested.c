// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is served is looked at again and again: memory and other people's tools are not to be
 * trusted.
 */
#include <bpf/bpf.h>
#include <stdlib.h>
#include <time.h>

#include "attest.h"
#include "attested.h"
#include "log.h"
#include "service.h"

#define HOUR_MS     3600000
#define FINDINGS_ON 3 /* so many are said */

static void in_thread(uv_work_t *work)
{
	struct service *service = work->data;
	const struct options *options = service->options;
	/* What no reply carries can't be in the digest of what the replies carry; it was said. */
	const struct attest_options wish = {
		.trust_anchors = options->trust_anchors,
		.zonemd = service->carried ? options->zonemd : ZONEMD_IGNORE,
		.allow_unsigned = options->unsigned_zone,
	};
	struct attestation *result = service->attested.result;
	struct maps maps;

	/* By their pins: the loader's own may be replaced meanwhile. */
	*result = (struct attestation){ .outcome = ATTEST_IMPOSSIBLE };
	if (!maps_open(&maps, options->pin))
		return;
	attest(&maps, &wish, result);
	maps_close(&maps);
}

/* In `settings`, where `status` finds it. */
static void count(const struct service *service, bool proven)
{
	int map = service->program.maps.settings;
	struct settings settings;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(map, &zero, &settings))
		return;
	settings.attested++;
	settings.attests_failed += !proven;
	settings.attested_at = time(NULL);
	bpf_map_update_elem(map, &zero, &settings, BPF_ANY);
}

static void say(const struct attestation *result)
{
	for (size_t i = 0; i < result->findings.count && i < FINDINGS_ON; i++)
		log_error("attest: %s", result->findings.finding[i].text);
	log_error("attest: the kernel does not answer from the authentic zone (%zu findings): "
		  "'rootxdp attest' shows them",
		  result->findings.count);
}

static void on_done(uv_work_t *work, int status)
{
	struct service *service = work->data;
	struct attested *attested = &service->attested;
	bool wrong = attested->result->outcome == ATTEST_WRONG;

	(void)status;
	attested->running = false;
	if (service->stopping)
		return;
	/* It may have seen half of a change, and half of what was before. */
	if (wrong && attested->later) {
		attested_now(service);
		return;
	}
	count(service, attested->result->outcome == ATTEST_PROVEN ||
			       attested->result->outcome == ATTEST_UNSIGNED);
	if (wrong)
		say(attested->result);
	/* What the sources have is switched to, which fills the other set. */
	if (wrong && !attested->mending)
		refresh_now(&service->refresh, true);
	attested->mending = wrong;
	if (attested->later)
		attested_now(service);
}

static void on_hour(uv_timer_t *timer)
{
	attested_now(timer->data);
}

void attested_now(struct service *service)
{
	struct attested *attested = &service->attested;

	if (!attested->begun)
		return;
	attested->later = attested->running;
	if (attested->running)
		return;
	attested->running = true;
	attested->work.data = service;
	uv_queue_work(attested->timer.loop, &attested->work, in_thread, on_done);
}

void attested_begin(struct service *service, uv_loop_t *loop)
{
	struct attested *attested = &service->attested;

	attested->result = calloc(1, sizeof(*attested->result));
	if (!attested->result) {
		log_error("out of memory: the kernel's zone is not attested");
		return;
	}
	attested->begun = true;
	uv_timer_init(loop, &attested->timer);
	attested->timer.data = service;
	uv_timer_start(&attested->timer, on_hour, HOUR_MS, HOUR_MS);
	attested_now(service);
}
