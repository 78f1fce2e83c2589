// SPDX-License-Identifier: GPL-2.0-or-later
/* Loads zones, at the start and when asked to. */
#include "reload.h"

#include <errno.h>
#include <malloc.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is `text` the zone's file, or a message about it? /proc/self/fd/4 is not /proc/self/fd/40. */
static bool is_zone(const struct zone_source *source, const char *text)
{
	size_t length = strlen(source->file);

	return !strncmp(text, source->file, length) && (!text[length] || text[length] == ':');
}

/* What stands before a file's name in a message; `file` loses a beginning that is only ours. */
static const char *place(const struct zone_source *source, const char **file)
{
	size_t length = source->anchor_descriptor ? strlen(source->anchor_descriptor) : 0;

	if (source->name && is_zone(source, *file)) {
		*file += strlen(source->file);
		return source->name;
	}
	if (length && !strncmp(*file, source->anchor_descriptor, length)) {
		*file += length;
		return source->anchor_directory;
	}
	return source->directory && **file != '/' ? source->directory : "";
}

static bool readable(const struct zone_source *source, const char *file, char why[SERVER_WHY])
{
	const struct passwd *user;
	const char *before;

	if (!access(file, R_OK) || errno != EACCES)
		return true; /* what else may be wrong with it, zone_load() says */
	user = getpwuid(geteuid());
	before = place(source, &file);
	snprintf(why, SERVER_WHY,
		 "%.400s%.255s: user '%s', as whom the server runs, may not read "
		 "it: chmod o+r it and o+x its directory, or choose another --user",
		 before, file, user ? user->pw_name : "?");
	return false;
}

/* The zone of the source, verified and not older than the one in service. */
static struct zone *load(const struct zone_source *source, struct zone_slot *slot,
			 char why[SERVER_WHY])
{
	const struct zone_policy policy = {
		.trust_anchors = source->trust_anchors,
		.validate_at = server_clock_now(&source->clock),
		.zonemd = source->zonemd,
		.allow_unsigned = source->allow_unsigned,
	};
	const char *text = source->file, *before = place(source, &text);
	struct zone_error error;
	struct zone *zone;
	uint32_t serial;

	if (!readable(source, source->file, why) ||
	    (source->trust_anchors && !readable(source, source->trust_anchors, why)))
		return NULL;
	zone = zone_load(source->file, &policy, &error);
	if (!zone) {
		text = error.text;
		before = place(source, &text);
		snprintf(why, SERVER_WHY, "%.400s%s", before, text);
		return NULL;
	}
	if (!source->allow_older && zone_slot_serial(slot, &serial) &&
	    serial_older(zone->serial, serial)) {
		snprintf(why, SERVER_WHY,
			 "%.400s%.255s: serial %u is older than %u, which is in "
			 "service: fetch a newer zone, or start with --allow-older",
			 before, text, zone->serial, serial);
		zone_free(zone);
		return NULL;
	}
	return zone;
}

int64_t zone_source_age(const struct zone_source *source)
{
	struct stat file;
	int64_t since;

	if (!source->by_mtime || stat(source->file, &file))
		return 0;
	since = server_clock_real_now() - file.st_mtim.tv_sec;
	return since > 0 ? since : 0;
}

bool zone_source_load(const struct zone_source *source, struct zone_slot *slot,
		      char why[SERVER_WHY])
{
	struct zone *zone = load(source, slot, why);

	/* Reading takes several times the memory that the zone needs. */
	malloc_trim(0);
	if (!zone)
		return false;
	if (!zone_slot_publish(slot, zone, server_clock_moment(&source->clock),
			       zone_source_age(source))) {
		zone_free(zone);
		snprintf(why, SERVER_WHY, "%s: out of memory", source->file);
		return false;
	}
	return true;
}

static void in_pool(uv_work_t *work)
{
	struct reload *reload = work->data;

	reload->ok = zone_source_load(reload->source, reload->slot, reload->why);
}

static void on_loop(uv_work_t *work, int status)
{
	struct reload *reload = work->data;

	(void)status; /* never cancelled */
	reload->running = false;
	reload->done(reload);
	if (reload->again)
		reload_request(reload, work->loop);
}

void reload_request(struct reload *reload, uv_loop_t *loop)
{
	reload->again = reload->running;
	if (reload->running)
		return;
	reload->running = true;
	reload->work.data = reload;
	uv_queue_work(loop, &reload->work, in_pool, on_loop);
}
