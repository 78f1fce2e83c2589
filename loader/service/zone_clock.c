// SPDX-License-Identifier: GPL-2.0-or-later
/* Zone time and deadlines. */
#include <time.h>

#include "layout.h"
#include "zone_clock.h"

#define SECOND_NS 1000000000ull

uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

struct zone_clock zone_clock_start(bool fixed, int64_t validate_at)
{
	struct zone_clock clock = { .fixed = fixed };

	if (fixed)
		clock.offset = validate_at - (int64_t)(monotonic_ns() / SECOND_NS);
	return clock;
}

int64_t zone_clock_now(const struct zone_clock *clock)
{
	return clock->fixed ? clock->offset + (int64_t)(monotonic_ns() / SECOND_NS) : time(NULL);
}

int64_t zone_clock_origin(const struct zone_clock *clock)
{
	return zone_clock_now(clock) - (int64_t)(monotonic_ns() / SECOND_NS);
}

uint64_t zone_deadline_ns(const struct zone_clock *clock, const struct zone_info *zone)
{
	uint64_t now = zone_clock_now(clock);
	uint64_t left = zone->soa_expire;

	if (zone->signatures_end <= now)
		left = 0;
	else if (zone->signatures_end - now < left)
		left = zone->signatures_end - now;
	return monotonic_ns() + left * SECOND_NS;
}

struct utc_text utc_text(int64_t seconds)
{
	struct utc_text text = { "" };
	time_t when = seconds;
	struct tm utc;

	if (gmtime_r(&when, &utc))
		strftime(text.text, sizeof(text.text), "%Y-%m-%d %H:%M UTC", &utc);
	return text;
}
