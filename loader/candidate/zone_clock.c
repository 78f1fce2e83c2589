// SPDX-License-Identifier: GPL-2.0-or-later
/* Zone time and deadlines. */
#include <time.h>

#include "zone_clock.h"

#define SECOND_NS 1000000000ull

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

uint64_t monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

uint64_t boot_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

int32_t tai_offset(void)
{
	struct timespec tai, real;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_TAI, &tai);
	/* Whole seconds; between the two calls little time passes. */
	return tai.tv_sec - real.tv_sec - (tai.tv_nsec < real.tv_nsec);
}

struct zone_clock zone_clock_start(bool fixed, int64_t validate_at)
{
	struct zone_clock clock = { .fixed = fixed };

	if (fixed)
		clock.offset = validate_at - (int64_t)(boot_ns() / SECOND_NS);
	return clock;
}

int64_t zone_clock_now(const struct zone_clock *clock)
{
	return clock->fixed ? clock->offset + (int64_t)(boot_ns() / SECOND_NS) : time(NULL);
}

int64_t zone_clock_origin(const struct zone_clock *clock)
{
	/* Not from two readings in whole seconds, between which a second may begin. */
	if (clock->fixed)
		return clock->offset;
	return (int64_t)(clock_ns(CLOCK_REALTIME) - boot_ns()) / (int64_t)SECOND_NS;
}

bool zone_info_is_signed(const struct zone_info *zone)
{
	/* An unsigned zone's end is beyond every clock. */
	return zone->signatures_end < UINT64_MAX / SECOND_NS - UINT32_MAX;
}

/* How long until the first signature ends; 0: it has. */
static uint64_t signed_for(const struct zone_clock *clock, const struct zone_info *zone)
{
	uint64_t now = zone_clock_now(clock);

	return zone->signatures_end > now ? zone->signatures_end - now : 0;
}

struct deadline zone_deadline(const struct zone_clock *clock, const struct zone_info *zone,
			      uint64_t age)
{
	uint64_t left = zone->soa_expire > age ? zone->soa_expire - age : 0;
	struct deadline deadline = { 0 };

	if (clock->fixed && signed_for(clock, zone) < left)
		left = signed_for(clock, zone);
	if (zone_info_is_signed(zone))
		deadline.signed_for = signed_for(clock, zone);
	if (!clock->fixed && zone_info_is_signed(zone))
		deadline.tai_ns = (zone->signatures_end + tai_offset()) * SECOND_NS;
	deadline.boot_ns = boot_ns() + left * SECOND_NS;
	return deadline;
}

static uint64_t left_of(uint64_t end, uint64_t now)
{
	return end > now ? (end - now) / SECOND_NS : 0;
}

uint64_t deadline_left(const struct deadline *deadline)
{
	uint64_t left = left_of(deadline->boot_ns, boot_ns()), signed_left;

	if (!deadline->tai_ns)
		return left;
	signed_left = left_of(deadline->tai_ns, clock_ns(CLOCK_TAI));
	return signed_left < left ? signed_left : left;
}

/* Until the first signature's end; zone_time: as in struct settings. */
static uint64_t signatures_left(const struct zone_info *zone, int64_t zone_time)
{
	if (!zone_info_is_signed(zone))
		return UINT64_MAX;
	if (zone->deadline.tai_ns)
		return left_of(zone->deadline.tai_ns, clock_ns(CLOCK_TAI));
	return left_of(zone->signatures_end * SECOND_NS, zone_time * SECOND_NS + boot_ns());
}

struct time_left zone_time_left(const struct zone_info *zone, int64_t zone_time)
{
	uint64_t expire = left_of(zone->deadline.boot_ns, boot_ns());
	uint64_t signatures = signatures_left(zone, zone_time);

	return (struct time_left){
		.seconds = deadline_left(&zone->deadline),
		.signatures_first = signatures <= expire,
		.half_over = expire <= zone->soa_expire / 2 ||
			     signatures <= zone->deadline.signed_for / 2,
	};
}

int64_t deadline_utc(const struct zone_info *zone, int64_t zone_time)
{
	int64_t expire = zone_time + (int64_t)(zone->deadline.boot_ns / SECOND_NS);
	int64_t signatures_end = zone->signatures_end; /* INT64_MAX: there are none */

	return signatures_end < expire ? signatures_end : expire;
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
