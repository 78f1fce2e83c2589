// SPDX-License-Identifier: GPL-2.0-or-later
/* From nothing, or from what an earlier loader left, to a kernel that answers. */
#include <stdio.h>
#include <unistd.h>

#include "adopt.h"
#include "bpffs.h"
#include "configure.h"
#include "feed.h"
#include "log.h"
#include "set_proof.h"
#include "service.h"
#include "transfer.h"

/* How long it waits before it asks the sources again, when none has a zone; seconds. */
#define WAIT_LEAST 2
#define WAIT_MOST  60

/* --- the first zone -------------------------------------------------------------------------- */

/* Does the kernel answer from a newer zone? It could not be kept, then, by the loader before us. */
static bool kernel_is_newer(const struct service *service, const struct candidate *candidate)
{
	struct remains remains;
	bool newer;

	remains_open(&remains, service->options->pin);
	newer = remains.zone && !service->options->allow_older &&
		serial_older(candidate->known.serial, remains.info.serial);
	remains_close(&remains);
	if (newer)
		log_note("the zone kept in %s is not used: the kernel answers from serial %u",
			 service->options->state, remains.info.serial);
	return newer;
}

/* The kept zone, if it may still be answered from. */
static bool take_kept(struct service *service, struct candidate *candidate)
{
	const struct options *options = service->options;
	struct deadline deadline;
	char why[SOURCE_WHY];

	if (!candidate_begin(candidate) ||
	    !state_read(options->state, candidate->fd, &candidate->known)) {
		candidate_free(candidate);
		return false;
	}
	if (!candidate_verify(candidate, options, &service->clock, why)) {
		log_error("the zone kept in %s is not used: %s", options->state, why);
		candidate_free(candidate);
		return false;
	}
	deadline = zone_deadline(&service->clock, candidate->view.info, candidate_age(candidate));
	if (deadline_left(&deadline) && !kernel_is_newer(service, candidate))
		return true;
	if (deadline_left(&deadline)) {
		candidate_free(candidate);
		return false;
	}
	log_note("the zone kept in %s has expired: serial %u, refreshed %s", options->state,
		 candidate->known.serial, utc_text(candidate->known.refreshed).text);
	candidate_free(candidate);
	return false;
}

bool service_first_zone(struct service *service, struct candidate *candidate)
{
	static const atomic_bool never;
	const struct refresh_wish wish = { .options = service->options,
					   .clock = service->clock,
					   .stop = &never };
	unsigned int wait = WAIT_LEAST;

	if (service->options->state && take_kept(service, candidate)) {
		log_note("beginning with the zone kept in %s: serial %u from %s",
			 service->options->state, candidate->known.serial,
			 candidate->known.source);
		service->kept = true;
		return true;
	}
	while (refresh_ask(&wish, candidate) != REFRESH_NEWER) {
		if (!refresh_has_network(service->options))
			return false;
		log_note("no source has a zone: asking again in %u s", wait);
		sleep(wait);
		wait = wait < WAIT_MOST / 2 ? wait * 2 : WAIT_MOST;
	}
	return true;
}

/* --- into the kernel ------------------------------------------------------------------------- */

/* A kernel that answers from a newer zone must not go back because its loader was restarted. */
static bool serial_allowed(const struct service *service, __u32 serial)
{
	const struct remains *remains = &service->remains;

	if (!remains->zone || service->options->allow_older ||
	    !serial_older(serial, remains->info.serial))
		return true;
	log_error(
		"%s: serial %u is older than %u, which the kernel answers from: use --allow-older, "
		"or 'rootxdp unload' first",
		service->known.source, serial, remains->info.serial);
	return false;
}

/* With maps of its own: there are none yet, or others are wanted. */
static bool fill_anew(struct service *service, const struct candidate *candidate)
{
	const struct image_view *view = &candidate->view;
	struct deadline deadline =
		zone_deadline(&service->clock, view->info, candidate_age(candidate));
	struct maps shared;

	if (service->remains.zone)
		deadline_go_on(&deadline, view->info, &service->remains.info);
	/* What an earlier loader counted goes on. */
	maps_none(&shared);
	shared.stats = service->remains.stats;
	if (!program_load(&service->program, view, &shared))
		return false;
	return transfer_fill(&service->program.maps, 0, view, &deadline) &&
	       configure(service) &&
	       proof_run(&service->program.maps, 0, candidate->zone, &service->options->answer) &&
	       attach_note(&service->devices, &service->remains, &service->program.maps);
}

static bool fill_kernel(struct service *service, const struct candidate *candidate)
{
	service->adopted = adopt(service, candidate);
	return service->adopted || fill_anew(service, candidate);
}

/* It verifies the zone for itself, on another CPU, while we fill the maps. */
static bool start_fallback(struct service *service, const struct candidate *candidate)
{
	pid_t orphan = lock_noted_fallback(&service->lock);

	if (orphan)
		child_stop_orphan(orphan);
	if (!feed_zone(service->feed, candidate) ||
	    (service->options->fallback && !child_start(&service->fallback.child, service)))
		return false;
	lock_note_fallback(&service->lock, service->fallback.child.pid);
	return true;
}

static bool fallback_ready(struct service *service)
{
	return !service->fallback.child.pid || child_wait_ready(&service->fallback.child);
}

/*
 * Pins come first and stale things go last: whenever we are killed, `unload` and the next `run`
 * find all that is attached.
 */
static bool attach(struct service *service)
{
	const struct maps *maps = &service->program.maps;
	const char *pin = service->options->pin;

	if (!maps_pin(maps, pin) || !attach_all(&service->devices, &service->remains, maps, pin))
		return false;
	remains_detach(&service->remains, pin, &service->devices);
	attach_forget(&service->devices, &service->remains, maps);
	return !service->adopted || adopt_switch(service);
}

static void print_ready(const struct service *service, __u32 replies)
{
	bool xdp = false, tc = false;

	for (size_t i = 0; i < service->devices.count; i++) {
		xdp |= service->devices.device[i].entry.xdp;
		tc |= service->devices.device[i].entry.tc;
	}
	printf("ready serial=%u replies=%u xdp=%s tc=%s\n", service->known.serial, replies,
	       xdp ? "native" : "off", tc ? "on" : "off");
	fflush(stdout);
}

void service_remove(struct service *service)
{
	attach_remove(&service->devices, service->options->pin);
	maps_unpin(service->options->pin);
	bpffs_remove(service->options->pin);
}

bool service_start(struct service *service, const struct candidate *candidate)
{
	const char *pin = service->options->pin;
	bool takeover;

	if (!bpffs_prepare(pin))
		return false;
	service->known = candidate->known;
	service->carried = candidate->carried;
	remains_open(&service->remains, pin);
	takeover = service->remains.any;
	if (attach_possible(&service->devices, &service->remains) &&
	    serial_allowed(service, candidate->known.serial) &&
	    start_fallback(service, candidate) && fill_kernel(service, candidate) &&
	    fallback_ready(service) && attach(service)) {
		remains_close(&service->remains);
		if (service->options->state)
			state_write(service->options->state, candidate->fd, &service->known);
		print_ready(service, candidate->view.info->replies);
		return true;
	}
	remains_close(&service->remains);
	if (!takeover)
		service_remove(service);
	return false;
}

