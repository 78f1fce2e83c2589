// SPDX-License-Identifier: GPL-2.0-or-later
/* rootxdp run: puts a zone into the kernel, answers from it, and stays to look after it. */
#include <bpf/bpf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "bpffs.h"
#include "command.h"
#include "configure.h"
#include "log.h"
#include "service.h"
#include "transfer.h"
#include "zone_image.h"

static bool options_complete(const struct options *options)
{
	const char *missing = !options->interfaces  ? "an interface: -i IF"
			      : !options->addresses ? "an address: -a IP"
			      : !options->zone      ? "a zone: --zone FILE"
						    : NULL;

	if (missing)
		log_error("run needs %s (see 'rootxdp run --help')", missing);
	return !missing;
}

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
		child_collect(&service->child);
}

static void on_tick(uv_timer_t *timer)
{
	configure_clock(timer->data);
}

static void on_child_output(uv_poll_t *watcher, int status, int events)
{
	struct service *service = watcher->data;

	(void)status, (void)events;
	if (!child_drain(&service->child))
		uv_poll_stop(watcher);
}

/* Signals are taken from here on, and acted upon in the loop. */
static struct watchers {
	uv_signal_t terminate, interrupt, hangup, child;
	uv_poll_t output;
	uv_timer_t tick;
} watchers;

#define TICK_MS 10000

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

	/* Who reads our standard output may go; the loader must not end without cleaning up. */
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		uv_signal_init(loop, signals[i].watcher);
		signals[i].watcher->data = service;
		uv_signal_start(signals[i].watcher, signals[i].callback, signals[i].number);
	}
}

/* --- into the kernel ------------------------------------------------------------------------- */

/* A kernel that answers from a newer zone must not go back because its loader was restarted. */
static bool serial_allowed(const struct service *service, __u32 serial)
{
	const struct remains *remains = &service->remains;

	if (!remains->zone || service->options->allow_older ||
	    !serial_older(serial, remains->serial))
		return true;
	log_error(
		"%s: serial %u is older than %u, which the kernel answers from: use --allow-older, "
		"or 'rootxdp unload' first",
		service->options->zone, serial, remains->serial);
	return false;
}

static bool fill_kernel(struct service *service, const struct image_view *view)
{
	const struct deadline deadline = zone_deadline(&service->clock, view->info, 0);

	if (!program_load(&service->program, view, NULL))
		return false;
	service->serial = view->info->serial;
	return transfer_fill(&service->program.maps, 0, view, &deadline) &&
	       configure(service) &&
	       attach_note(&service->devices, &service->remains, &service->program.maps);
}

/* It verifies the zone for itself, on another CPU, while we fill the maps. */
static bool start_fallback(struct service *service)
{
	pid_t orphan = lock_noted_fallback(&service->lock);

	if (orphan)
		child_stop_orphan(orphan);
	if (service->options->fallback &&
	    !child_start(&service->child, service->options, &service->clock,
			 service->secrets.fd))
		return false;
	lock_note_fallback(&service->lock, service->child.pid);
	return true;
}

static bool fallback_ready(struct service *service)
{
	return !service->child.pid || child_wait_ready(&service->child);
}

/*
 * Pins come first and stale things go last: whenever we are killed, `unload` and the next `run`
 * find all that is attached.
 */
static bool attach(struct service *service)
{
	const struct maps *maps = &service->program.maps;
	const char *pin = service->options->pin;

	if (!maps_pin(maps, pin) || !attach_all(&service->devices, &service->remains, maps, pin))
		return false;
	remains_detach(&service->remains, pin, &service->devices);
	attach_forget(&service->devices, &service->remains, maps);
	return true;
}

static void print_ready(const struct service *service, __u32 replies)
{
	bool xdp = false, tc = false;

	for (size_t i = 0; i < service->devices.count; i++) {
		xdp |= service->devices.device[i].entry.xdp;
		tc |= service->devices.device[i].entry.tc;
	}
	printf("ready serial=%u replies=%u xdp=%s tc=%s\n", service->serial, replies,
	       xdp ? "native" : "off", tc ? "on" : "off");
	fflush(stdout);
}

static void remove_from_kernel(struct service *service)
{
	attach_remove(&service->devices, service->options->pin);
	maps_unpin(service->options->pin);
	bpffs_remove(service->options->pin);
}

/* --- the life of a loader -------------------------------------------------------------------- */

/* After a failure a fresh start leaves nothing; what an earlier loader left goes on answering. */
static bool start(struct service *service, const struct image_view *view)
{
	const char *pin = service->options->pin;
	bool takeover;

	if (!bpffs_prepare(pin))
		return false;
	remains_open(&service->remains, pin);
	takeover = service->remains.any;
	if (attach_possible(&service->devices, &service->remains) &&
	    serial_allowed(service, view->info->serial) && start_fallback(service) &&
	    fill_kernel(service, view) && fallback_ready(service) && attach(service)) {
		remains_close(&service->remains);
		return true;
	}
	remains_close(&service->remains);
	if (!takeover)
		remove_from_kernel(service);
	return false;
}

static void serve(uv_loop_t *loop, struct service *service)
{
	if (service->child.pid) {
		uv_poll_init(loop, &watchers.output, service->child.output);
		watchers.output.data = service;
		uv_poll_start(&watchers.output, UV_READABLE, on_child_output);
	}
	uv_timer_init(loop, &watchers.tick);
	watchers.tick.data = service;
	uv_timer_start(&watchers.tick, on_tick, TICK_MS, TICK_MS);
	uv_run(loop, UV_RUN_DEFAULT);
}

static void end(struct service *service, bool started)
{
	if (service->child.pid)
		child_stop(&service->child);
	lock_note_fallback(&service->lock, 0);
	if (started && !service->options->keep)
		remove_from_kernel(service);
	program_close(&service->program);
	secrets_close(&service->secrets);
}

/* Everything that can be found wrong without changing anything is looked at before the lock. */
static struct image *prepare(struct service *service, struct image_view *view)
{
	const struct options *options = service->options;

	if (!program_possible() || !devices_find(&service->devices, options) ||
	    !secrets_open(&service->secrets, options->cookie_secrets))
		return NULL;
	service->clock = zone_clock_start(options->validate_at_text, options->validate_at);
	return zone_image(options, &service->clock, view);
}

int command_run(const struct options *options)
{
	static struct service service;
	struct image_view view;
	struct image *image;
	uv_loop_t *loop = uv_default_loop();
	__u32 replies;
	bool started;

	service.options = options;
	if (!options_complete(options))
		return EXIT_USAGE;
	hold_reloads(SIG_BLOCK);
	image = prepare(&service, &view);
	if (!image)
		return EXIT_FAILED;
	if (!lock_take(&service.lock, options->pin)) {
		free(image);
		return EXIT_FAILED;
	}
	watch_signals(loop, &service);
	hold_reloads(SIG_UNBLOCK);
	replies = view.info->replies;
	started = start(&service, &view);
	free(image);
	if (started) {
		print_ready(&service, replies);
		serve(loop, &service);
	}
	end(&service, started);
	lock_release(&service.lock);
	return started ? EXIT_OK : EXIT_FAILED;
}
