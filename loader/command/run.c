// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp run: puts a zone into the kernel, answers from it, and stays to look after it. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "command.h"
#include "configure.h"
#include "feed.h"
#include "log.h"
#include "reconfigure.h"
#include "service.h"
#include "watch.h"

/*
 * What the loop waits for. Signals are taken from watch_signals() on, and acted upon in the loop.
 */
static struct watchers {
	uv_signal_t terminate, interrupt, hangup, child;
	uv_poll_t links;
	uv_timer_t tick, second, settle;
	int link_watch;
} watchers;

/* Larger pieces of memory go back to the system at once, bytes. */
#define MMAP_THRESHOLD (128 << 10)

#define TICK_MS   10000
#define SECOND_MS 1000
#define SETTLE_MS 300

/* --- the signals ----------------------------------------------------------------------------- */

static void on_end(uv_signal_t *watcher, int number)
{
	struct service *service = watcher->data;

	(void)number;
	service->stopping = true;
	uv_stop(watcher->loop);
}

static void on_reload(uv_signal_t *watcher, int number)
{
	(void)number;
	service_reload(watcher->data);
}

static void on_child(uv_signal_t *watcher, int number)
{
	struct service *service = watcher->data;

	(void)number;
	if (!service->stopping)
		fallback_ended(service);
}

/* What no notice told of is seen here. */
static void on_tick(uv_timer_t *timer)
{
	configure_clock(timer->data);
	reconfigure_sweep(timer->data);
	service_reattach(timer->data);
}

static void on_second(uv_timer_t *timer)
{
	expiry_tick(timer->data);
}

static void on_settled(uv_timer_t *timer)
{
	service_reattach(timer->data);
}

/* A new device takes a moment to get its name, its address, and to come up. */
static void on_link(uv_poll_t *watcher, int status, int events)
{
	(void)events;
	watch_drain(watchers.link_watch);
	/* So many notices that some were lost: libuv takes that for an error, and stops. */
	if (status < 0)
		uv_poll_start(watcher, UV_READABLE, on_link);
	uv_timer_start(&watchers.settle, on_settled, SETTLE_MS, 0);
}

/* SIG_BLOCK or SIG_UNBLOCK: one that comes while the zone is read first is done afterwards. */
static void hold_reloads(int how)
{
	sigset_t reloads;

	sigemptyset(&reloads);
	sigaddset(&reloads, SIGHUP);
	sigprocmask(how, &reloads, NULL);
}

static void watch_signals(uv_loop_t *loop, struct service *service)
{
	const struct {
		uv_signal_t *watcher;
		uv_signal_cb callback;
		int number;
	} signals[] = {
		{ &watchers.terminate, on_end, SIGTERM },
		{ &watchers.interrupt, on_end, SIGINT },
		{ &watchers.hangup, on_reload, SIGHUP },
		{ &watchers.child, on_child, SIGCHLD },
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		uv_signal_init(loop, signals[i].watcher);
		signals[i].watcher->data = service;
		uv_signal_start(signals[i].watcher, signals[i].callback, signals[i].number);
	}
}

static void watch_links(uv_loop_t *loop, struct service *service)
{
	watchers.link_watch = watch_open();
	if (watchers.link_watch < 0)
		return;
	uv_timer_init(loop, &watchers.settle);
	watchers.settle.data = service;
	uv_poll_init(loop, &watchers.links, watchers.link_watch);
	uv_poll_start(&watchers.links, UV_READABLE, on_link);
}

/* Until a signal ends it. False: it could not begin. */
static bool serve(uv_loop_t *loop, struct service *service, const struct zone *zone)
{
	fallback_begin(service, loop);
	if (!listener_begin(service, loop))
		return false;
	uv_timer_init(loop, &watchers.tick);
	watchers.tick.data = service;
	uv_timer_start(&watchers.tick, on_tick, TICK_MS, TICK_MS);
	uv_timer_init(loop, &watchers.second);
	watchers.second.data = service;
	uv_timer_start(&watchers.second, on_second, 0, SECOND_MS);
	watch_links(loop, service);
	refresh_begin(&service->refresh, loop, service, zone);
	attested_begin(service, loop);
	if (service->kept)
		refresh_now(&service->refresh, false);
	uv_run(loop, UV_RUN_DEFAULT);
	refresh_end(&service->refresh);
	/* Threads that still run use what goes when the process ends. */
	while (service->refresh.running || service->attested.running)
		uv_run(loop, UV_RUN_ONCE);
	return true;
}

static void end(struct service *service, bool started)
{
	if (service->fallback.child.pid)
		child_stop(&service->fallback.child);
	lock_note_fallback(&service->lock, 0);
	if (started && !service->options->keep)
		service_remove(service);
	program_close(&service->program);
	secrets_close(&service->secrets);
}

/* Everything that can be found wrong without changing anything is looked at before the lock. */
static bool prepare(struct service *service, struct candidate *candidate)
{
	const struct options *options = service->options;

	if (!program_possible() || !devices_find(&service->devices, options) ||
	    !secrets_open(&service->secrets, options->cookie_secrets) ||
	    (options->state && !state_prepare(options->state)))
		return false;
	if (options->fallback && !fallback_open(&service->fallback))
		return false;
	service->feed = feed_open();
	service->clock = zone_clock_start(options->validate_at_text, options->validate_at);
	return service->feed >= 0 && service_first_zone(service, candidate);
}

int command_run(const struct options *options)
{
	static struct service service;
	struct candidate candidate = { 0 };
	uv_loop_t *loop = uv_default_loop();
	bool started, served = false;

	/*
	 * Memory for the loop, for zones that are fetched, and for what is attested; libuv has more
	 * threads, and each would keep some of its own. With less, two that read zones at once wait
	 * for each other at every record.
	 */
	mallopt(M_ARENA_MAX, 3);
	mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD);
	/* Whoever reads what we write may go; the loader must not end without cleaning up. */
	signal(SIGPIPE, SIG_IGN);
	service.options = options;
	if (!options_complete(options))
		return EXIT_USAGE;
	hold_reloads(SIG_BLOCK);
	if (!prepare(&service, &candidate) || !lock_take(&service.lock, options->pin)) {
		candidate_free(&candidate);
		return EXIT_FAILED;
	}
	watch_signals(loop, &service);
	hold_reloads(SIG_UNBLOCK);
	started = service_start(&service, &candidate);
	if (started)
		served = serve(loop, &service, candidate.zone);
	candidate_free(&candidate);
	end(&service, started);
	lock_release(&service.lock);
	return served ? EXIT_OK : EXIT_FAILED;
}
