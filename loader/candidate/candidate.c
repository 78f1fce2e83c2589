// SPDX-License-Identifier: GPL-2.0-or-later
/* Verifies and renders zones: no privilege, no kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "candidate.h"
#include "left_out_note.h"
#include "log.h"
#include "stopwatch.h"

bool candidate_begin(struct candidate *candidate)
{
	*candidate = (struct candidate){ .fd = memfd_create("zone", MFD_CLOEXEC) };
	if (candidate->fd >= 0)
		return true;
	log_error("can't make an unnamed file for a zone: %s", strerror(errno));
	return false;
}

/* A message about "/proc/self/fd/7:12: ..." is one about the source. */
static void rename_file(char why[SOURCE_WHY], const char *text, const char *file,
			const char *source)
{
	size_t length = strlen(file);

	if (!strncmp(text, file, length))
		snprintf(why, SOURCE_WHY, "%s%s", source, text + length);
	else
		snprintf(why, SOURCE_WHY, "%s", text);
}

static bool render(struct candidate *candidate, const struct options *options,
		   char why[SOURCE_WHY])
{
	char problem[256];

	candidate->image = image_render(candidate->zone, &options->answer, problem);
	if (candidate->image && image_check(candidate->image, candidate->image->size, problem)) {
		candidate->view = image_parts(candidate->image);
		candidate->carried = say_left_out(candidate->zone, &candidate->view,
						  candidate->known.source);
		return true;
	}
	snprintf(why, SOURCE_WHY, "%.200s: can't render the zone's replies: %s",
		 candidate->known.source, problem);
	return false;
}

bool candidate_verify(struct candidate *candidate, const struct options *options,
		      const struct zone_clock *clock, char why[SOURCE_WHY])
{
	const struct zone_policy policy = {
		.trust_anchors = options->trust_anchors,
		.validate_at = zone_clock_now(clock),
		.zonemd = options->zonemd,
		.allow_unsigned = options->unsigned_zone,
	};
	uint64_t since = monotonic_ns();
	struct zone_error error;
	char file[32];
	bool rendered;

	snprintf(file, sizeof(file), "/proc/self/fd/%d", candidate->fd);
	candidate->zone = zone_load(file, &policy, &error);
	if (!candidate->zone) {
		rename_file(why, error.text, file, candidate->known.source);
		return false;
	}
	candidate->took.verify = stopwatch_lap(&since);
	candidate->known.serial = candidate->zone->serial;
	if (!zone_is_signed(candidate->zone))
		log_note("%s: serial %u is NOT SIGNED: nothing proves whose zone it is (--unsigned)",
			 candidate->known.source, candidate->known.serial);
	rendered = render(candidate, options, why);
	candidate->took.render = stopwatch_lap(&since);
	return rendered;
}

void candidate_free(struct candidate *candidate)
{
	zone_free(candidate->zone);
	free(candidate->image);
	if (candidate->fd > 0)
		close(candidate->fd);
	*candidate = (struct candidate){ 0 };
}

uint64_t candidate_age(const struct candidate *candidate)
{
	int64_t age = time(NULL) - candidate->known.refreshed;

	return age > 0 ? age : 0;
}
