// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors and notes for the operator, on stderr. */
#include <stdarg.h>
#include <stdio.h>

#include "log.h"

/* One write for each line: the fallback writes to the same stderr. */
static void log_line(const char *kind, const char *format, va_list arguments)
{
	char text[1024];

	vsnprintf(text, sizeof(text), format, arguments);
	fprintf(stderr, "rootxdp: %s%s\n", kind, text);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line("", format, arguments);
	va_end(arguments);
}

void log_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line("note: ", format, arguments);
	va_end(arguments);
}
