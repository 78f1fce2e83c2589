// SPDX-License-Identifier: GPL-2.0-or-later
/* Zone time from the system's clocks. */
#include "clock.h"

#include <stdio.h>
#include <time.h>

static int64_t seconds(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec;
}

struct server_clock server_clock_real(void)
{
	return (struct server_clock){ .chosen = false };
}

struct server_clock server_clock_from(int64_t now)
{
	return (struct server_clock){ .chosen = true, .offset = now - seconds(CLOCK_BOOTTIME) };
}

int64_t server_clock_now(const struct server_clock *clock)
{
	return clock->chosen ? seconds(CLOCK_BOOTTIME) + clock->offset : seconds(CLOCK_REALTIME);
}

struct server_moment server_clock_moment(const struct server_clock *clock)
{
	return (struct server_moment){ .zone = server_clock_now(clock),
				       .boot = seconds(CLOCK_BOOTTIME) };
}

int64_t server_clock_real_now(void)
{
	return seconds(CLOCK_REALTIME_COARSE);
}

uint64_t server_clock_steady_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

const char *server_clock_text(int64_t time, char text[32])
{
	time_t at = time;
	struct tm utc;

	if (!gmtime_r(&at, &utc) || !strftime(text, 32, "%Y-%m-%d %H:%M UTC", &utc))
		snprintf(text, 32, "%lld", (long long)time);
	return text;
}
