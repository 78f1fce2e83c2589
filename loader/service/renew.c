// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a second service beside the first, and lets it take over. */
#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "configure.h"
#include "log.h"
#include "renew.h"
#include "set_proof.h"
#include "transfer.h"

/* The zone that is served, as it was handed to the fallback. */
static bool take_served(const struct service *next, struct candidate *candidate)
{
	char why[SOURCE_WHY];
	struct stat file;
	off_t offset = 0;

	if (!candidate_begin(candidate))
		return false;
	candidate->known = next->known;
	if (fstat(next->feed, &file))
		file.st_size = 0;
	while (offset < file.st_size)
		if (sendfile(candidate->fd, next->feed, &offset, file.st_size - offset) <= 0)
			break;
	if (file.st_size && offset == file.st_size &&
	    candidate_verify(candidate, next->options, &next->clock, why))
		return true;
	log_error("the zone that is served can't be taken again: %s",
		  offset == file.st_size ? why : strerror(errno));
	return false;
}

static bool open_secrets(const struct service *service, struct service *next)
{
	const char *file = next->options->cookie_secrets;

	if (!file || !service->secrets.file || strcmp(file, service->secrets.file))
		return secrets_open(&next->secrets, file);
	next->secrets.file = file;
	return secrets_read(&next->secrets);
}

static bool start_child(struct service *next)
{
	struct child *child = &next->fallback.child;

	return !next->options->fallback || (child_start(child, next) && child_wait_ready(child));
}

static bool load(const struct service *service, struct service *next,
		 const struct candidate *candidate)
{
	const struct image_view *view = &candidate->view;
	struct deadline deadline =
		zone_deadline(&next->clock, view->info, candidate_age(candidate));
	struct zone_info before;
	struct maps shared;
	__u32 set;

	if (maps_active(&service->program.maps, &set, &before))
		deadline_go_on(&deadline, view->info, &before);
	maps_none(&shared);
	shared.stats = service->program.maps.stats;
	return program_load(&next->program, view, &shared) &&
	       transfer_fill(&next->program.maps, 0, view, &deadline) && configure(next) &&
	       proof_run(&next->program.maps, 0, candidate->zone, &next->options->answer);
}

/*
 * Everything that can be found wrong, before anything changes. The fallback comes last: once it is
 * ready it answers beside the one before it, and the kernel must follow within milliseconds.
 */
static bool prepare(const struct service *service, struct service *next,
		    struct candidate *candidate)
{
	return devices_find(&next->devices, next->options) && open_secrets(service, next) &&
	       take_served(next, candidate) && load(service, next, candidate) && start_child(next);
}

static bool attach(const struct service *service, struct service *next)
{
	const struct remains nothing = { 0 };
	const char *pin = next->options->pin;
	const struct maps *maps = &next->program.maps;
	struct devices before = service->devices;
	struct remains remains;
	bool fine;

	remains_open(&remains, pin);
	fine = attach_possible(&next->devices, &remains) &&
	       attach_note(&next->devices, &remains, maps) && maps_pin(maps, pin) &&
	       attach_all(&next->devices, &remains, maps, pin);
	if (fine) {
		remains_detach(&remains, pin, &next->devices);
		attach_forget(&next->devices, &remains, maps);
	} else {
		attach_undo(&next->devices, &remains, pin);
		attach_all(&before, &nothing, &service->program.maps, pin);
		maps_pin(&service->program.maps, pin);
	}
	remains_close(&remains);
	return fine;
}

static void give_up(const struct service *service, struct service *next)
{
	if (next->fallback.child.pid)
		child_stop(&next->fallback.child);
	if (next->secrets.fd != service->secrets.fd)
		secrets_close(&next->secrets);
	program_close(&next->program);
}

/* Links stay where they are pinned. */
static void close_links(const struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++)
		if (devices->device[i].link >= 0)
			close(devices->device[i].link);
}

static void take_over(struct service *service, struct service *next,
		      const struct candidate *candidate)
{
	program_close(&service->program);
	close_links(&service->devices);
	if (next->secrets.fd != service->secrets.fd)
		secrets_close(&service->secrets);
	service->program = next->program;
	service->devices = next->devices;
	service->secrets = next->secrets;
	service->carried = candidate->carried;
	service->active = 0;
	if (next->options->fallback)
		fallback_replace(service, &next->fallback.child);
	attested_now(service);
}

bool renew(struct service *service, const struct options *options)
{
	static struct service next;
	struct candidate candidate = { 0 };
	bool fine;

	next = *service;
	next.options = options;
	next.program = (struct program){ 0 };
	next.fallback.child = (struct child){ .output = -1 };
	fine = prepare(service, &next, &candidate) && attach(service, &next);
	if (fine)
		take_over(service, &next, &candidate);
	else
		give_up(service, &next);
	candidate_free(&candidate);
	return fine;
}
