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

int64_t zone_clock_at(const struct zone_clock *clock, int64_t real)
{
	return clock->fixed ? zone_clock_now(clock) - (time(NULL) - real) : real;
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
	uint64_t now = boot_ns();
	struct deadline deadline = { .expire_ns = now + left * SECOND_NS };

	if (clock->fixed && signed_for(clock, zone) < left)
		left = signed_for(clock, zone);
	if (zone_info_is_signed(zone))
		deadline.signed_for = signed_for(clock, zone);
	if (!clock->fixed && zone_info_is_signed(zone))
		deadline.tai_ns = (zone->signatures_end + tai_offset()) * SECOND_NS;
	deadline.boot_ns = now + left * SECOND_NS;
	return deadline;
}

void deadline_go_on(struct deadline *deadline, const struct zone_info *zone,
		    const struct zone_info *before)
{
	if (zone->serial == before->serial && zone->signatures_end == before->signatures_end &&
	    deadline->signed_for < before->deadline.signed_for)
		deadline->signed_for = before->deadline.signed_for;
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

static enum time_stage stage_of(uint64_t left, uint64_t whole)
{
	if (!left)
		return TIME_OVER;
	if (left <= whole / 10)
		return TIME_TENTH;
	return left <= whole / 2 ? TIME_HALF : TIME_FAR;
}

struct time_left zone_time_left(const struct zone_info *zone, int64_t zone_time)
{
	uint64_t expire = left_of(zone->deadline.expire_ns, boot_ns());
	uint64_t signatures = signatures_left(zone, zone_time);
	enum time_stage by_expire = stage_of(expire, zone->soa_expire);
	enum time_stage by_signatures = stage_of(signatures, zone->deadline.signed_for);
	struct time_left left = {
		.seconds = deadline_left(&zone->deadline),
		.signatures_first = signatures <= expire,
		.stage = by_expire > by_signatures ? by_expire : by_signatures,
		.expire_warns = by_expire >= TIME_HALF,
		.signatures_warn = by_signatures >= TIME_HALF,
	};

	/* What the kernel looks at decides, a moment sooner or later. */
	if (!left.seconds)
		left.stage = TIME_OVER;
	return left;
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
