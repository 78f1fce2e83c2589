// SPDX-License-Identifier: GPL-2.0-or-later
/* Log lines on stderr; a service manager adds the time and keeps them. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>

void server_log(const char *format, ...)
{
	char line[SERVER_WHY + 128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	/* One call, so that lines of several threads do not mix. */
	fprintf(stderr, "rootxdp-fallback: %s\n", line);
}
