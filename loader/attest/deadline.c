// SPDX-License-Identifier: GPL-2.0-or-later
/* The deadline in a set's header: never later than the zone says. */
#include "checks.h"

#include "zone_clock.h"

#define SECOND_NS 1000000000ull

/* Clocks are read one after the other, and a second at a time. */
#define SLACK 2

/* CLOCK_TAI may be set right while the kernel answers: by 37 s, once. */
#define TAI_SLACK 64

static void find_wrong(struct findings *findings, const char *field, const char *what)
{
	find_at(findings, &(struct spot){ SET_zone, 0, -1 }, ": deadline.%s is %s: " LOAD_ANEW,
		field, what);
}

/* Seconds that the zone is good for at most, from now on by CLOCK_BOOTTIME. */
static uint64_t good_for(const struct snapshot *snapshot, uint64_t now)
{
	const struct zone_info *info = &snapshot->info;
	uint64_t zone_time = snapshot->settings.zone_time + now;
	uint64_t signed_for = 0;

	if (info->signatures_end > zone_time)
		signed_for = info->signatures_end - zone_time;
	if (info->deadline.tai_ns || signed_for > info->soa_expire)
		return info->soa_expire;
	return signed_for;
}

/* TAI runs ahead of UTC by one offset now, and maybe by another when the deadline was written. */
static bool tai_fits(const struct snapshot *snapshot)
{
	const struct zone_info *info = &snapshot->info;
	int32_t now = tai_offset(), then = snapshot->settings.tai_offset;
	uint64_t latest = info->signatures_end + (now > then ? now : then);
	uint64_t seconds = info->deadline.tai_ns / SECOND_NS;

	return info->deadline.tai_ns % SECOND_NS == 0 && seconds <= latest &&
	       seconds + TAI_SLACK >= latest;
}

void check_deadline(const struct snapshot *snapshot, struct findings *findings)
{
	const struct deadline *deadline = &snapshot->info.deadline;
	uint64_t now = boot_ns() / SECOND_NS;

	if (deadline->boot_ns / SECOND_NS > now + good_for(snapshot, now) + SLACK)
		find_wrong(findings, "boot_ns", "later than the zone may be answered from");
	if (deadline->expire_ns < deadline->boot_ns ||
	    deadline->expire_ns / SECOND_NS > now + snapshot->info.soa_expire + SLACK)
		find_wrong(findings, "expire_ns", "not the end of SOA expire");
	if (deadline->tai_ns && !tai_fits(snapshot))
		find_wrong(findings, "tai_ns", "not the end of its first signature");
	if (deadline->recheck_ns / SECOND_NS > monotonic_ns() / SECOND_NS + SLACK)
		find_wrong(findings, "recheck_ns", "far ahead: the others are not looked at");
	if (deadline->over > 1)
		find_wrong(findings, "over", "neither 0 nor 1");
}
