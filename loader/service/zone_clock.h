/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zone time: real time, or with --validate-at the time that was given plus the time since start. */
#ifndef ROOTXDP_ZONE_CLOCK_H
#define ROOTXDP_ZONE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct zone_info;

struct zone_clock {
	bool fixed;     /* --validate-at */
	int64_t offset; /* fixed: zone time when CLOCK_MONOTONIC was 0; seconds since 1970 */
};

/* Starts the clock: at `validate_at` (seconds since 1970) when `fixed`, else at the real time. */
struct zone_clock zone_clock_start(bool fixed, int64_t validate_at);

/* Zone time now, and zone time when CLOCK_MONOTONIC was 0; seconds since 1970. */
int64_t zone_clock_now(const struct zone_clock *clock);
int64_t zone_clock_origin(const struct zone_clock *clock);

/*
 * When a zone that was read just now must no longer be answered from, in CLOCK_MONOTONIC
 * nanoseconds: SOA expire (RFC 1034 4.3.5) or the first signature's end, whichever comes first.
 */
uint64_t zone_deadline_ns(const struct zone_clock *clock, const struct zone_info *zone);

/* CLOCK_MONOTONIC, nanoseconds. */
uint64_t monotonic_ns(void);

/* "2026-08-13 20:00 UTC" */
struct utc_text {
	char text[32];
} utc_text(int64_t seconds);

#endif
