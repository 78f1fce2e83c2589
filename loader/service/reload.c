// SPDX-License-Identifier: GPL-2.0-or-later
/* SIGHUP: another zone in place of the one that is answered from, with no gap and no mixture. */
#include <stdio.h>
#include <stdlib.h>

#include "configure.h"
#include "log.h"
#include "service.h"
#include "transfer.h"
#include "zone_image.h"

static bool serial_allowed(const struct service *service, __u32 serial)
{
	if (service->options->allow_older || !serial_older(serial, service->serial))
		return true;
	log_error("%s: serial %u is older than %u, which stays loaded: --allow-older allows it",
		  service->options->zone, serial, service->serial);
	return false;
}

static bool switch_sets(struct service *service, const struct image_view *view)
{
	const struct maps *maps = &service->program.maps;
	const struct deadline deadline = zone_deadline(&service->clock, view->info, 0);
	__u32 standby = !service->active;

	if (!transfer_fill(maps, standby, view, &deadline) ||
	    !transfer_switch(maps, standby))
		return false;
	service->active = standby;
	return true;
}

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

	if (!program_load(&next, view, old))
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

static bool load_into_kernel(struct service *service, const struct image_view *view)
{
	return (transfer_fits(&service->program.maps, view) || grow(service, view)) &&
	       switch_sets(service, view);
}

/* The kernel comes first: until the fallback follows, each accepts a secret that both have. */
static void reload_secrets(struct service *service)
{
	if (service->secrets.file && secrets_read(&service->secrets) && configure_secrets(service))
		child_renew_secrets(&service->child);
}

void service_reload(struct service *service)
{
	struct image_view view;
	struct image *image;

	reload_secrets(service);
	image = zone_image(service->options, &service->clock, &view);
	if (!image)
		return;
	if (serial_allowed(service, view.info->serial) && load_into_kernel(service, &view)) {
		service->serial = view.info->serial;
		child_reload(&service->child);
		printf("reloaded serial=%u replies=%u\n", view.info->serial, view.info->replies);
		fflush(stdout);
	}
	free(image);
}
