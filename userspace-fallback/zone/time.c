// SPDX-License-Identifier: GPL-2.0-or-later
/* Times and policies as operators write them. */
#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool serial_older(uint32_t a, uint32_t b)
{
	return a != b && (int32_t)(a - b) < 0 && a - b != (uint32_t)1 << 31;
}

bool zonemd_policy_parse(const char *word, enum zonemd_policy *policy)
{
	static const char *const words[] = {
		[ZONEMD_REQUIRE] = "require",
		[ZONEMD_IF_PRESENT] = "if-present",
		[ZONEMD_IGNORE] = "ignore",
	};

	for (unsigned i = ZONEMD_REQUIRE; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			*policy = i;
			return true;
		}
	}
	return false;
}

static bool parse_number(const char *word, int64_t *seconds)
{
	int64_t value = 0;

	if (!*word)
		return false;
	for (; *word >= '0' && *word <= '9'; word++) {
		if (value > (INT64_MAX - 9) / 10)
			return false;
		value = value * 10 + (*word - '0');
	}
	*seconds = value;
	return !*word;
}

/* "dddd-dd-ddTdd:dd:ddZ", RFC 3339 5.6; its 'T' and 'Z' may be lower case. */
static bool has_time_form(const char *word)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";

	if (strlen(word) != sizeof(form) - 1)
		return false;
	for (unsigned i = 0; form[i]; i++) {
		if (form[i] == 'd' ? word[i] < '0' || word[i] > '9'
				   : word[i] != form[i] && word[i] != (form[i] | 0x20))
			return false;
	}
	return true;
}

bool zone_time_parse(const char *word, int64_t *seconds)
{
	struct tm utc = { 0 }, given;
	time_t time;

	if (!has_time_form(word))
		return parse_number(word, seconds);
	sscanf(word, "%4d-%2d-%2d%*c%2d:%2d:%2d", &utc.tm_year, &utc.tm_mon, &utc.tm_mday,
	       &utc.tm_hour, &utc.tm_min, &utc.tm_sec);
	utc.tm_year -= 1900;
	utc.tm_mon -= 1;
	given = utc;
	time = timegm(&utc);
	/* timegm() turns the 30th of February into the 2nd of March: no such date was meant. */
	if (utc.tm_year != given.tm_year || utc.tm_mon != given.tm_mon ||
	    utc.tm_mday != given.tm_mday || utc.tm_hour != given.tm_hour ||
	    utc.tm_min != given.tm_min || utc.tm_sec != given.tm_sec)
		return false;
	*seconds = time;
	return true;
}
