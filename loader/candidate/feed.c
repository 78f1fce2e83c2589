// SPDX-License-Identifier: GPL-2.0-or-later
/* Hands zones to the fallback. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "feed.h"
#include "log.h"

int feed_open(void)
{
	int feed = memfd_create("zone-for-fallback", MFD_CLOEXEC);

	if (feed < 0)
		log_error("can't make an unnamed file for the fallback: %s", strerror(errno));
	return feed;
}

static bool set_time(int feed, int64_t seconds)
{
	const struct timespec times[] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

	return !futimens(feed, times);
}

bool feed_zone(int feed, const struct candidate *candidate)
{
	off_t offset = 0;
	struct stat file;
	bool fine = !fstat(candidate->fd, &file) && !ftruncate(feed, 0) &&
		    !lseek(feed, 0, SEEK_SET);

	while (fine && offset < file.st_size)
		fine = sendfile(feed, candidate->fd, &offset, file.st_size - offset) > 0;
	fine = fine && set_time(feed, candidate->known.refreshed);
	if (!fine)
		log_error("can't hand the zone to the fallback: %s", strerror(errno));
	return fine;
}

void feed_refreshed(int feed)
{
	if (!set_time(feed, time(NULL)))
		log_error("can't set the time of the fallback's zone: %s", strerror(errno));
}
