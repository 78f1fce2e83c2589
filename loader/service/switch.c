// SPDX-License-Identifier: GPL-2.0-or-later
/* Another zone in place of the one that is answered from, with no gap and no mixture. */
#include <stdio.h>
#include <time.h>

#include "configure.h"
#include "feed.h"
#include "log.h"
#include "reconfigure.h"
#include "set_proof.h"
#include "service.h"
#include "stopwatch.h"
#include "transfer.h"

/*
 * The zone outgrew its maps: new programs with larger ones take the place of the old ones. They
 * begin with a copy of the zone that is answered from, so that both tiers and all interfaces go
 * on with it until one switch. Counters, addresses and interfaces are shared by both. Should one
 * interface fail, the others go back.
 */
static bool grow(struct service *service, const struct image_view *view)
{
	const struct remains nothing = { 0 };
	const char *pin = service->options->pin;
	struct program *old = &service->program, next = { 0 };

	if (!program_load(&next, view, &old->maps))
		return false;
	if (!transfer_copy(&old->maps, service->active, &next.maps, 0) ||
	    !attach_all(&service->devices, &nothing, &next.maps, pin) ||
	    !maps_pin(&next.maps, pin)) {
		attach_all(&service->devices, &nothing, &old->maps, pin);
		maps_pin(&old->maps, pin);
		program_close(&next);
		return false;
	}
	program_close(old);
	service->program = next;
	service->active = 0;
	log_note("the zone outgrew its maps: programs with larger ones have taken over");
	return true;
}

/* Fills the set that is not answered from, and proves it. */
static bool fill_standby(struct service *service, const struct candidate *candidate,
			 struct candidate_times *took)
{
	uint64_t since = monotonic_ns();
	const struct image_view *view = &candidate->view;
	struct deadline deadline =
		zone_deadline(&service->clock, view->info, candidate_age(candidate));
	struct zone_info before;
	bool right;
	__u32 set;

	if (maps_active(&service->program.maps, &set, &before))
		deadline_go_on(&deadline, view->info, &before);
	right = (transfer_fits(&service->program.maps, view) || grow(service, view)) &&
		transfer_fill(&service->program.maps, !service->active, view, &deadline);
	took->fill = stopwatch_lap(&since);
	right = right && proof_run(&service->program.maps, !service->active, candidate->zone,
				   &service->options->answer);
	took->prove = stopwatch_lap(&since);
	return right;
}

/* What happens to the fallback must not keep the kernel from a newer zone: it says so itself. */
static void feed_fallback(struct service *service, const struct candidate *candidate)
{
	child_settle(&service->fallback.child);
	if (feed_zone(service->feed, candidate))
		child_reload(&service->fallback.child);
}

static void say_reloaded(const struct candidate *candidate, const struct candidate_times *took)
{
	printf("reloaded serial=%u replies=%u verify=%.3f render=%.3f fill=%.3f prove=%.3f "
	       "feed=%.3f switch=%.3f\n",
	       candidate->known.serial, candidate->view.info->replies, took->verify, took->render,
	       took->fill, took->prove, took->feed, took->change);
	fflush(stdout);
}

/*
 * The fallback verifies for itself, which takes most of a second. So it goes first, and the kernel
 * follows within milliseconds.
 */
bool service_switch(struct service *service, const struct candidate *candidate)
{
	const struct options *options = service->options;
	struct candidate_times took = candidate->took;
	uint64_t since;

	if (!fill_standby(service, candidate, &took))
		return false;
	since = monotonic_ns();
	feed_fallback(service, candidate);
	took.feed = stopwatch_lap(&since);
	if (!transfer_switch(&service->program.maps, !service->active))
		return false;
	took.change = stopwatch_lap(&since);
	service->active = !service->active;
	service->known = candidate->known;
	service->carried = candidate->carried;
	if (options->state)
		state_write(options->state, candidate->fd, &service->known);
	say_reloaded(candidate, &took);
	attested_now(service);
	return true;
}

void service_refreshed(struct service *service, const struct state *known)
{
	const struct options *options = service->options;
	struct deadline deadline;
	struct zone_info zone;
	__u32 set;

	snprintf(service->known.source, sizeof(service->known.source), "%s", known->source);
	service->known.refreshed = known->refreshed;
	if (!maps_active(&service->program.maps, &set, &zone))
		return;
	deadline = zone_deadline(&service->clock, &zone, 0);
	transfer_deadline(&service->program.maps, set, &deadline);
	if (options->fallback) {
		feed_refreshed(service->feed);
		child_refreshed(&service->fallback.child);
	}
	if (options->state)
		state_refresh(options->state, &service->known);
}

/* The kernel comes first: until the fallback follows, each accepts a secret that both have. */
static void reload_secrets(struct service *service)
{
	if (service->secrets.file && secrets_read(&service->secrets) && configure_secrets(service))
		child_renew_secrets(&service->fallback.child);
}

void service_reload(struct service *service)
{
	reconfigure(service);
	reload_secrets(service);
	refresh_now(&service->refresh, true);
}
