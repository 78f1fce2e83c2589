// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks at the deadline of the zone that the kernel answers from. */
#include <bpf/bpf.h>

#include "expiry.h"

#include "log.h"
#include "service.h"

static enum expiry look(const struct zone_info *zone, const struct time_left *left)
{
	if (!left->seconds)
		return EXPIRY_OVER;
	if (left->seconds <= zone->soa_expire / 10)
		return EXPIRY_TENTH;
	return left->half_over ? EXPIRY_HALF : EXPIRY_FAR;
}

static void say(const struct service *service, const struct zone_info *zone, enum expiry now)
{
	struct utc_text until = utc_text(deadline_utc(zone, zone_clock_origin(&service->clock)));

	switch (now) {
	case EXPIRY_FAR:
		log_note("zone %u: its time begins anew, it ends at %s", zone->serial, until.text);
		break;
	case EXPIRY_HALF:
		log_error("zone %u: half of its time is over, it ends at %s: no source has had a "
			  "newer one, or confirmed it, since %s",
			  zone->serial, until.text, utc_text(service->known.refreshed).text);
		break;
	case EXPIRY_TENTH:
		log_error("zone %u ends soon, at %s: then every query is passed, and the fallback "
			  "says SERVFAIL",
			  zone->serial, until.text);
		break;
	case EXPIRY_OVER:
		log_error("zone %u ended at %s: every query is passed, and the fallback says "
			  "SERVFAIL, until a source has a newer one",
			  zone->serial, until.text);
		break;
	}
}

void expiry_tick(struct service *service)
{
	int map = service->program.maps.set[SET_zone].inner[service->active];
	struct zone_info zone;
	struct time_left left;
	enum expiry now;
	__u32 zero = 0;

	if (bpf_map_lookup_elem(map, &zero, &zone))
		return;
	left = zone_time_left(&zone, zone_clock_origin(&service->clock));
	now = look(&zone, &left);
	if (now != service->expiry)
		say(service, &zone, now);
	service->expiry = now;
}
