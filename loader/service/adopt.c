// SPDX-License-Identifier: GPL-2.0-or-later
/* Compares what is pinned with what would be, and takes it over. */
#include <bpf/bpf.h>
#include <string.h>

#include "adopt.h"
#include "configure.h"
#include "identity.h"
#include "log.h"
#include "set_proof.h"
#include "transfer.h"
#include "whole.h"

/* --- is it what our options say? -------------------------------------------------------------- */

/* But for what a loader changes while it runs, and the key of rate limits, which goes on. */
static bool same_settings(const struct service *service, const struct maps *maps)
{
	struct settings ours, theirs;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(maps->settings, &zero, &theirs) ||
	    !configure_settings(service, &ours))
		return false;
	ours.zone_time = theirs.zone_time;
	ours.tai_offset = theirs.tai_offset;
	ours.limit.key = theirs.limit.key;
	ours.attested = theirs.attested;
	ours.attests_failed = theirs.attests_failed;
	ours.attested_at = theirs.attested_at;
	return !memcmp(&ours, &theirs, sizeof(ours));
}

static bool same_identity(const struct service *service, const struct maps *maps)
{
	struct identity ours, theirs;
	__u32 zero = 0;

	identity_render(&service->options->answer, &ours);
	return !bpf_map_lookup_elem(maps->identity, &zero, &theirs) &&
	       !memcmp(&ours, &theirs, sizeof(ours));
}

/* Their number is in the settings. */
static bool same_subtrees(const struct service *service, const struct maps *maps)
{
	const struct options *options = service->options;
	struct subtree theirs;

	for (__u32 i = 0; i < options->subtrees; i++)
		if (bpf_map_lookup_elem(maps->subtrees, &i, &theirs) ||
		    memcmp(&options->subtree[i], &theirs, sizeof(theirs)))
			return false;
	return true;
}

static bool all_within(const void *some, size_t count, const void *set, size_t set_count,
		       size_t size)
{
	for (size_t i = 0; i < count; i++) {
		const char *wanted = (const char *)some + i * size, *has = set;
		size_t left = set_count;

		for (; left && memcmp(wanted, has, size); left--)
			has += size;
		if (!left)
			return false;
	}
	return true;
}

static bool same_members(const void *a, size_t a_count, const void *b, size_t b_count, size_t size)
{
	return all_within(a, a_count, b, b_count, size) && all_within(b, b_count, a, a_count, size);
}

static bool same_exempt(const struct service *service, const struct maps *maps)
{
	const struct limit_config *limit = &service->options->limit;
	struct exempt_prefix theirs[EXEMPT_MAX], *previous = NULL;
	size_t count = 0;

	while (count < EXEMPT_MAX && !bpf_map_get_next_key(maps->exempt, previous, &theirs[count]))
		previous = &theirs[count++];
	return same_members(limit->exempt, limit->exempt_count, theirs, count, sizeof(theirs[0]));
}

/* A broadcast address of a subnet that we have left is in nobody's way. */
static bool same_addresses(const struct service *service, const struct maps *maps)
{
	const struct options *options = service->options;
	struct address ours[ADDRESSES_MAX], theirs[ADDRESSES_MAX], key, *previous = NULL;
	size_t count = 0;
	__u32 use;

	for (size_t i = 0; i < options->addresses; i++)
		ours[i] = options->address[i].value;
	for (; !bpf_map_get_next_key(maps->addresses, previous, &key); previous = &key)
		if (!bpf_map_lookup_elem(maps->addresses, &key, &use) && use == ADDRESS_OURS &&
		    count < ADDRESSES_MAX)
			theirs[count++] = key;
	return same_members(ours, options->addresses, theirs, count, sizeof(key));
}

static bool same_configuration(const struct service *service, const struct maps *maps)
{
	return same_settings(service, maps) && same_identity(service, maps) &&
	       same_subtrees(service, maps) && same_exempt(service, maps) &&
	       same_addresses(service, maps);
}

/* --- taking it over --------------------------------------------------------------------------- */

static bool can_be_adopted(const struct service *service, const struct maps *maps,
			   const struct candidate *candidate)
{
	return maps_are_whole(maps) && transfer_fits(maps, &candidate->view) &&
	       same_configuration(service, maps);
}

/*
 * What may change under programs that answer, in one step each: the clocks, and secrets that were
 * rolled over. A start that fails before has left them to the zone that goes on.
 */
static bool renew_configuration(const struct service *service)
{
	const struct maps *maps = &service->program.maps;
	struct settings settings;
	__u32 zero = 0;

	if (!maps_settings(maps, &settings))
		return false;
	settings.zone_time = zone_clock_origin(&service->clock);
	settings.tai_offset = tai_offset();
	if (bpf_map_update_elem(maps->settings, &zero, &settings, BPF_ANY)) {
		log_error("can't write to the map 'settings'");
		return false;
	}
	return configure_secrets(service);
}

/*
 * The loader before us may have been killed in its switch, before the last packet that began with
 * the other set was done: switching again to the same set waits for that.
 */
static bool wait_for_standby(const struct service *service)
{
	return transfer_switch(&service->program.maps, service->active);
}

static bool fill(struct service *service, const struct candidate *candidate,
		 const struct zone_info *before)
{
	const struct maps *maps = &service->program.maps;
	const struct zone_info *info = candidate->view.info;
	struct deadline deadline = zone_deadline(&service->clock, info, candidate_age(candidate));

	deadline_go_on(&deadline, info, before);
	return wait_for_standby(service) &&
	       transfer_fill(maps, !service->active, &candidate->view, &deadline) &&
	       proof_run(maps, !service->active, candidate->zone, &service->options->answer) &&
	       configure_addresses(service) &&
	       attach_note(&service->devices, &service->remains, maps);
}

bool adopt(struct service *service, const struct candidate *candidate)
{
	struct zone_info info;
	struct maps pinned;
	char why[MAPS_WHY];
	bool adopted;

	if (!maps_try(&pinned, service->options->pin, why))
		return false;
	adopted = can_be_adopted(service, &pinned, candidate) &&
		  maps_active(&pinned, &service->active, &info) &&
		  program_adopt(&service->program, &pinned);
	maps_close(&pinned);
	if (adopted && !fill(service, candidate, &info)) {
		program_close(&service->program);
		adopted = false;
	}
	if (!adopted)
		service->active = 0;
	return adopted;
}

bool adopt_switch(struct service *service)
{
	if (!renew_configuration(service) ||
	    !transfer_switch(&service->program.maps, !service->active))
		return false;
	service->active = !service->active;
	return true;
}
