// SPDX-License-Identifier: GPL-2.0-or-later
/* Fetches a zone from whatever its source is. */
#include "fetch.h"

bool source_fetch(const struct source *source, const struct source_limits *limits,
		  const atomic_bool *stop, int fd, char why[SOURCE_WHY])
{
	switch (source->kind) {
	case SOURCE_AXFR:
		return fetch_axfr(source, limits, stop, fd, why);
	case SOURCE_WEB:
		return fetch_web(source, limits, stop, fd, why);
	case SOURCE_FILE:
		break;
	}
	return fetch_file(source, limits, stop, fd, why);
}
