// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks at the deadline of the zone that the kernel answers from. */
#include <bpf/bpf.h>

#include "expiry.h"

#include "log.h"
#include "service.h"

/* What would help: a source that has the zone still, or one that has a newer one. */
static void say_half(const struct service *service, const struct zone_info *zone,
		     const struct time_left *left, const char *until)
{
	const struct zone_clock *clock = &service->clock;

	if (left->expire_warns)
		log_error("zone %u: half of its time is over, it ends at %s: no source has had a "
			  "newer one, or confirmed it, since %s",
			  zone->serial, until,
			  utc_text(zone_clock_at(clock, service->known.refreshed)).text);
	else
		log_error("zone %u: half of its time is over, its first signature ends at %s: no "
			  "source has had a newer one since %s",
			  zone->serial, utc_text(zone->signatures_end).text,
			  utc_text(zone_clock_at(clock, service->known.fetched)).text);
}

static void say(const struct service *service, const struct zone_info *zone,
		const struct time_left *left)
{
	struct utc_text until = utc_text(deadline_utc(zone, zone_clock_origin(&service->clock)));

	switch (left->stage) {
	case TIME_FAR:
		log_note("zone %u: its time begins anew, it ends at %s", zone->serial, until.text);
		break;
	case TIME_HALF:
		say_half(service, zone, left, until.text);
		break;
	case TIME_TENTH:
		log_error("zone %u ends soon, at %s: then every query is passed, and the fallback "
			  "says SERVFAIL",
			  zone->serial, until.text);
		break;
	case TIME_OVER:
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
	__u32 zero = 0;

	if (bpf_map_lookup_elem(map, &zero, &zone))
		return;
	left = zone_time_left(&zone, zone_clock_origin(&service->clock));
	if (left.stage != service->expiry)
		say(service, &zone, &left);
	service->expiry = left.stage;
}
