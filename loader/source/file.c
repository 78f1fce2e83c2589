// SPDX-License-Identifier: GPL-2.0-or-later
/* Zones from files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

static bool copy(const struct source *source, const struct source_limits *limits,
		 const atomic_bool *stop, int from, int to, char why[SOURCE_WHY])
{
	char bytes[65536];
	size_t all = 0;
	ssize_t got;

	while ((got = read(from, bytes, sizeof(bytes))) > 0) {
		all += got;
		if (all > limits->bytes) {
			snprintf(why, SOURCE_WHY, "%s: over %zu bytes, more than a zone may have",
				 source->text, limits->bytes);
			return false;
		}
		if (atomic_load(stop) || write(to, bytes, got) != got)
			break;
	}
	if (got == 0)
		return true;
	snprintf(why, SOURCE_WHY, "%s: %s", source->text,
		 atomic_load(stop) ? "stopped" : strerror(errno));
	return false;
}

bool fetch_file(const struct source *source, const struct source_limits *limits,
		const atomic_bool *stop, int fd, char why[SOURCE_WHY])
{
	int from = open(source->place, O_RDONLY | O_CLOEXEC);
	bool fine;

	if (from < 0) {
		snprintf(why, SOURCE_WHY, "%s: %s", source->text, strerror(errno));
		return false;
	}
	fine = copy(source, limits, stop, from, fd, why);
	close(from);
	return fine;
}
