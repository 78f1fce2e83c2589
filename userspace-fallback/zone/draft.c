// SPDX-License-Identifier: GPL-2.0-or-later
/* A zone that is being read: why it is refused, in words. */
#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <ldns/ldns.h>

#include "dname.h"

bool draft_refuse(const struct draft *draft, uint32_t line, const char *format, ...)
{
	char *text = draft->error->text;
	size_t room = sizeof(draft->error->text);
	/* What is wrong must stay readable after a very long file name. */
	int length = snprintf(text, room, "%.200s:", draft->file);
	va_list arguments;

	if (line)
		length += snprintf(text + length, room - length, "%u:", line);
	length += snprintf(text + length, room - length, " ");
	va_start(arguments, format);
	vsnprintf(text + length, room - length, format, arguments);
	va_end(arguments);
	return false;
}

bool draft_no_memory(const struct draft *draft)
{
	return draft_refuse(draft, 0, "no memory to read it: free some, or raise the limit");
}

void type_text(char text[24], uint16_t type)
{
	const ldns_rr_descriptor *known = ldns_rr_descript(type);

	if (known && known->_name)
		snprintf(text, 24, "%s", known->_name);
	else
		snprintf(text, 24, "TYPE%u", type);
}

const char *set_text(char text[SET_TEXT_ROOM], const uint8_t *owner, uint16_t type)
{
	char name[DNAME_TEXT_ROOM], type_name[24];

	dname_text(name, owner);
	type_text(type_name, type);
	snprintf(text, SET_TEXT_ROOM, "'%s %s'", name, type_name);
	return text;
}

const char *time_text(char text[TIME_TEXT_ROOM], int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm utc;

	if (!gmtime_r(&time, &utc))
		snprintf(text, TIME_TEXT_ROOM, "second %lld", (long long)seconds);
	else
		strftime(text, TIME_TEXT_ROOM,
			 utc.tm_sec ? "%Y-%m-%d %H:%M:%S UTC" : "%Y-%m-%d %H:%M UTC", &utc);
	return text;
}

void draft_free(struct draft *draft)
{
	free(draft->records);
	free(draft->sorted);
	free(draft->sets);
}
