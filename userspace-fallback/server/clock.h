/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zone time: what time it is for signatures and deadlines. */
#ifndef ROOTXDP_SERVER_CLOCK_H
#define ROOTXDP_SERVER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Real time, or a chosen moment that goes on from the start of the clock. */
struct server_clock {
	bool chosen;
	int64_t offset; /* chosen: zone time minus boot time, seconds */
};

/* One moment, as two clocks show it; seconds. */
struct server_moment {
	int64_t zone; /* zone time, since 1970 */
	int64_t boot; /* CLOCK_BOOTTIME, which nobody can set */
};

/* A clock that shows real time. */
struct server_clock server_clock_real(void);

/* A clock that shows `now` (seconds since 1970) now, and goes on in boot time: a suspended
 * machine's signatures age too. */
struct server_clock server_clock_from(int64_t now);

/* Seconds since 1970. */
int64_t server_clock_now(const struct server_clock *clock);

/* This moment. */
struct server_moment server_clock_moment(const struct server_clock *clock);

/* Real time, whatever zone time was chosen; seconds since 1970. Cheap: some ms too early. */
int64_t server_clock_real_now(void);

/* A clock that never jumps (CLOCK_MONOTONIC), ns. Cheap, likewise. */
uint64_t server_clock_steady_now(void);

/* "2026-08-13 20:00 UTC" into text[32]; returns text. */
const char *server_clock_text(int64_t time, char text[32]);

#endif
