/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zone time: real time, or with --validate-at the time that was given plus the time since start. */
#ifndef ROOTXDP_ZONE_CLOCK_H
#define ROOTXDP_ZONE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "layout.h"

struct zone_clock {
	bool fixed;     /* --validate-at */
	int64_t offset; /* fixed: zone time when CLOCK_BOOTTIME was 0; seconds since 1970 */
};

/* Starts the clock: at `validate_at` (seconds since 1970) when `fixed`, else at the real time. */
struct zone_clock zone_clock_start(bool fixed, int64_t validate_at);

/* Zone time now, and zone time when CLOCK_BOOTTIME was 0; seconds since 1970. */
int64_t zone_clock_now(const struct zone_clock *clock);
int64_t zone_clock_origin(const struct zone_clock *clock);

/* What zone time was at a real time, seconds since 1970; for messages. */
int64_t zone_clock_at(const struct zone_clock *clock, int64_t real);

/* Is the zone signed? An unsigned one's signatures end at INT64_MAX. */
bool zone_info_is_signed(const struct zone_info *zone);

/*
 * When a zone must no longer be answered from: SOA expire (RFC 1034 4.3.5) after it was known to be
 * the newest `age` seconds ago, and the first signature's end.
 */
struct deadline zone_deadline(const struct zone_clock *clock, const struct zone_info *zone,
			      uint64_t age);

/*
 * The same zone was answered from before, with that header: its signatures' half of the time does
 * not begin anew because a loader was restarted, or told to read the zone again.
 */
void deadline_go_on(struct deadline *deadline, const struct zone_info *zone,
		    const struct zone_info *before);

/* The zone's time left until a deadline, seconds; 0: it is over. */
uint64_t deadline_left(const struct deadline *deadline);

/* How much is over: of SOA expire, or of what the signatures had when the zone was loaded. */
enum time_stage { TIME_FAR, TIME_HALF, TIME_TENTH /* that much is left */, TIME_OVER };

/* What an operator should know of a zone's deadline. */
struct time_left {
	uint64_t seconds;      /* 0: it is over */
	bool signatures_first; /* the first signature ends before SOA expire is over */
	enum time_stage stage; /* the later one of both */
	bool expire_warns;     /* half of SOA expire is over, or more */
	bool signatures_warn;  /* half of the signatures' time is over, or more */
};

/* zone_time: as in struct settings. */
struct time_left zone_time_left(const struct zone_info *zone, int64_t zone_time);

/* The same as a time, seconds since 1970; zone_time: as in struct settings. */
int64_t deadline_utc(const struct zone_info *zone, int64_t zone_time);

/* CLOCK_MONOTONIC and CLOCK_BOOTTIME, nanoseconds. */
uint64_t monotonic_ns(void);
uint64_t boot_ns(void);

/* CLOCK_TAI less real time, seconds. */
int32_t tai_offset(void);

/* "2026-08-13 20:00 UTC" */
struct utc_text {
	char text[32];
} utc_text(int64_t seconds);

#endif
