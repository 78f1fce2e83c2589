// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp-fallback: the bundled conventional server, from start to end. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include "command_line.h"
#include "log.h"
#include "notified.h"
#include "privileges.h"
#include "reload.h"
#include "server.h"
#include "zone_slot.h"

/* How often deadlines are looked at and replaced zones are freed. */
#define TICK_MS 1000

/* Descriptors beside connections and listening sockets: loops, files, standard ones. */
#define DESCRIPTORS_BESIDE 64

/* The running server, as the main thread sees it. */
struct fallback {
	struct command_line line;
	struct zone_slot slot;
	struct secret_slot secrets;
	struct server *server;
	struct reload reload;
	uv_loop_t loop;
	uv_signal_t hangup, user1, user2, terminate, interrupt;
	uv_timer_t tick;
};

/* For whoever started us: one line on stdout. */
static void announce(struct fallback *fallback, const char *event)
{
	uint32_t serial = 0;

	zone_slot_serial(&fallback->slot, &serial);
	printf("%s serial=%u\n", event, serial);
	fflush(stdout);
}

static void on_reloaded(struct reload *reload)
{
	struct fallback *fallback = reload->data;
	uint32_t serial = 0;

	if (reload->ok) {
		server_wake(fallback->server);
		announce(fallback, "reloaded");
		return;
	}
	zone_slot_serial(&fallback->slot, &serial);
	server_log("the zone stays at serial %u: %s", serial, reload->why);
	announce(fallback, "kept");
}

/* Takes the file's secrets into use, or keeps those before and says why. */
static void reload_secrets(struct fallback *fallback)
{
	char why[SERVER_WHY];
	unsigned int count =
		secret_slot_load(&fallback->secrets, fallback->line.cookie_secrets, why);

	if (!count) {
		server_log("the cookie secrets stay as they are: %s", why);
		return;
	}
	server_wake(fallback->server);
	printf("secrets count=%u\n", count);
	fflush(stdout);
}

static void on_user1(uv_signal_t *signal, int number)
{
	struct fallback *fallback = signal->data;

	(void)number;
	if (fallback->line.cookie_secrets)
		reload_secrets(fallback);
	else
		server_log("SIGUSR1 reads cookie secrets again: start with --cookie-secrets FILE");
}

/* Whoever keeps the zone file says that it is the newest one still. */
static void on_user2(uv_signal_t *signal, int number)
{
	struct fallback *fallback = signal->data;
	const struct zone_source *source = &fallback->line.source;

	(void)number;
	if (source->by_mtime)
		zone_slot_renew(&fallback->slot, server_clock_moment(&source->clock),
				zone_source_age(source));
}

static void on_hangup(uv_signal_t *signal, int number)
{
	struct fallback *fallback = signal->data;

	(void)number;
	if (fallback->line.cookie_secrets)
		reload_secrets(fallback);
	reload_request(&fallback->reload, &fallback->loop);
}

static void on_tick(uv_timer_t *timer)
{
	struct fallback *fallback = timer->data;

	zone_slot_tick(&fallback->slot, server_clock_moment(&fallback->line.source.clock));
	zone_slot_sweep(&fallback->slot);
	notified_tell(&fallback->line.notify);
	if (fallback->server)
		server_tick(fallback->server);
}

/* Leaves the loop without handles: it ends once a running reload has ended. */
static void on_end(uv_signal_t *signal, int number)
{
	struct fallback *fallback = signal->data;

	(void)number;
	fallback->reload.again = false;
	uv_close((uv_handle_t *)&fallback->hangup, NULL);
	uv_close((uv_handle_t *)&fallback->user1, NULL);
	uv_close((uv_handle_t *)&fallback->user2, NULL);
	uv_close((uv_handle_t *)&fallback->terminate, NULL);
	uv_close((uv_handle_t *)&fallback->interrupt, NULL);
	uv_close((uv_handle_t *)&fallback->tick, NULL);
}

static void watch_signal(struct fallback *fallback, uv_signal_t *signal, int number,
			 uv_signal_cb callback)
{
	uv_signal_init(&fallback->loop, signal);
	signal->data = fallback;
	uv_signal_start(signal, callback, number);
}

static void watch(struct fallback *fallback)
{
	fallback->reload.source = &fallback->line.source;
	fallback->reload.slot = &fallback->slot;
	fallback->reload.done = on_reloaded;
	fallback->reload.data = fallback;
	watch_signal(fallback, &fallback->hangup, SIGHUP, on_hangup);
	watch_signal(fallback, &fallback->user1, SIGUSR1, on_user1);
	watch_signal(fallback, &fallback->user2, SIGUSR2, on_user2);
	watch_signal(fallback, &fallback->terminate, SIGTERM, on_end);
	watch_signal(fallback, &fallback->interrupt, SIGINT, on_end);
	uv_timer_init(&fallback->loop, &fallback->tick);
	fallback->tick.data = fallback;
	uv_timer_start(&fallback->tick, on_tick, TICK_MS, TICK_MS);
}

/* "directory/name" of a file that need not exist. */
static bool split(const char *file, char directory[PATH_MAX], char name[PATH_MAX],
		  char why[SERVER_WHY])
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", file);
	snprintf(name, PATH_MAX, "%s", basename(copy));
	snprintf(copy, sizeof(copy), "%s", file);
	if (realpath(dirname(copy), directory))
		return true;
	snprintf(why, SERVER_WHY, "%s: %s", file, strerror(errno));
	return false;
}

/* Reaches the anchors through a descriptor of their directory, as enter_zone_directory() does. */
static void hold_anchor_directory(struct zone_source *source, const char *directory,
				  const char *name)
{
	static char anchors[PATH_MAX + 40], descriptor[40], spoken[PATH_MAX + 1];
	int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return; /* reading them by their path says why */
	snprintf(descriptor, sizeof(descriptor), "/proc/self/fd/%d/", fd);
	snprintf(spoken, sizeof(spoken), "%s/", strcmp(directory, "/") ? directory : "");
	snprintf(anchors, sizeof(anchors), "%s%s", descriptor, name);
	source->anchor_descriptor = descriptor;
	source->anchor_directory = spoken;
	source->trust_anchors = anchors;
}

/*
 * Makes the zone file's directory the current one, while we still may: the later user needs no
 * rights on the directories above it (a checkout below /root or a closed /home), now and at every
 * reload. If the trust anchors are elsewhere, a descriptor of their directory is kept for that.
 */
static bool enter_zone_directory(struct zone_source *source, char why[SERVER_WHY])
{
	static char zone[PATH_MAX], name[PATH_MAX], directory[PATH_MAX + 1];
	char zone_directory[PATH_MAX], anchor_directory[PATH_MAX];

	/* What is open already needs no way to it. */
	if (source->name && !source->trust_anchors)
		return true;
	if (!split(source->file, zone_directory, zone, why))
		return false;
	if (source->trust_anchors) {
		if (!split(source->trust_anchors, anchor_directory, name, why))
			return false;
		if (!strcmp(zone_directory, anchor_directory))
			source->trust_anchors = name;
		else
			hold_anchor_directory(source, anchor_directory, name);
	}
	snprintf(directory, sizeof(directory), "%s/",
		 strcmp(zone_directory, "/") ? zone_directory : "");
	if (source->name)
		return true;
	source->directory = directory;
	source->file = zone;
	if (!chdir(zone_directory))
		return true;
	snprintf(why, SERVER_WHY, "%.400s: %s", zone_directory, strerror(errno));
	return false;
}

/* Reads the cookie secrets, by a name that is still valid after enter_zone_directory(). */
static bool read_secrets(struct fallback *fallback, char why[SERVER_WHY])
{
	static char absolute[2 * PATH_MAX];
	const char *file = fallback->line.cookie_secrets;
	char directory[PATH_MAX];

	if (!file)
		return true;
	if (*file != '/') {
		if (!getcwd(directory, sizeof(directory))) {
			snprintf(why, SERVER_WHY, "%.400s: %s", file, strerror(errno));
			return false;
		}
		snprintf(absolute, sizeof(absolute), "%s/%s", directory, file);
		fallback->line.cookie_secrets = absolute;
	}
	return secret_slot_load(&fallback->secrets, fallback->line.cookie_secrets, why);
}

static bool allow_descriptors(const struct server_config *config, char why[SERVER_WHY])
{
	rlim_t needed = config->tcp_connections + DESCRIPTORS_BESIDE +
			config->workers * (2 * config->endpoint_count + 4);
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur >= needed)
		return true;
	if (limit.rlim_max < needed)
		limit.rlim_max = needed; /* root may */
	limit.rlim_cur = needed;
	if (!setrlimit(RLIMIT_NOFILE, &limit))
		return true;
	snprintf(why, SERVER_WHY,
		 "--tcp-connections %u needs %llu open files: raise the limit "
		 "(ulimit -Hn, LimitNOFILE=) or choose fewer",
		 config->tcp_connections, (unsigned long long)needed);
	return false;
}

/* Privileged steps first; the zone, which comes from outside, is read without privilege. */
static bool start(struct fallback *fallback, char why[SERVER_WHY])
{
	struct command_line *line = &fallback->line;

	if (!allow_descriptors(&line->server, why) || !read_secrets(fallback, why))
		return false;
	fallback->server = server_open(&line->server, why);
	return fallback->server && enter_zone_directory(&line->source, why) &&
	       privileges_drop(line->user, why) &&
	       zone_source_load(&line->source, &fallback->slot, why) &&
	       server_start(fallback->server, &fallback->slot, &fallback->secrets, why);
}

static int serve(struct fallback *fallback)
{
	char why[SERVER_WHY];
	sigset_t all;
	bool ok;

	zone_slot_init(&fallback->slot);
	secret_slot_init(&fallback->secrets);
	uv_loop_init(&fallback->loop);
	/* From here on a signal is kept until the loop runs. Who started us may have held them. */
	watch(fallback);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	ok = start(fallback, why);
	if (ok)
		announce(fallback, "ready");
	else
		server_log("%s", why);
	if (!ok)
		on_end(&fallback->terminate, SIGTERM);
	uv_run(&fallback->loop, UV_RUN_DEFAULT);
	uv_loop_close(&fallback->loop);
	server_stop(fallback->server);
	secret_slot_destroy(&fallback->secrets);
	zone_slot_destroy(&fallback->slot);
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct fallback fallback;

	switch (command_line_read(argc, argv, &fallback.line)) {
	case COMMAND_LINE_HELP:
		return 0;
	case COMMAND_LINE_WRONG:
		return 2;
	case COMMAND_LINE_OK:
		break;
	}
	signal(SIGPIPE, SIG_IGN); /* whoever reads our stdout may go */
	/* One thread reads zones; each arena would keep memory of its own. */
	setenv("UV_THREADPOOL_SIZE", "1", 1);
	mallopt(M_ARENA_MAX, 2);
	return serve(&fallback);
}
