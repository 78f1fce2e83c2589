// SPDX-License-Identifier: GPL-2.0-or-later
/* Asks sources, when it is time. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "refresh.h"
#include "service.h"

/* How often files are looked at, and how long a file must be left alone before it is read. */
#define WATCH_MS  2000
#define SETTLE_MS 1000

#define NOTIFY_MS     3000
#define RETRY_LEAST   5
#define INTERVAL_MOST 86400

/* --- asking ---------------------------------------------------------------------------------- */

/* Asks a primary for its serial. REFRESH_NEWER: a transfer is worth while. */
static enum refresh_outcome ask_serial(const struct refresh_wish *wish, const struct source *source,
				       uint32_t *serial)
{
	char why[SOURCE_WHY];

	if (!source_serial(source, &wish->options->limits, wish->stop, serial, why)) {
		log_error("%s", why);
		return REFRESH_FAILED;
	}
	if (!wish->have || serial_older(wish->serial, *serial))
		return REFRESH_NEWER;
	if (*serial == wish->serial)
		return wish->again ? REFRESH_NEWER : REFRESH_SAME;
	if (wish->options->allow_older)
		return REFRESH_NEWER;
	log_note("%s has serial %u, older than ours, %u: asking the next source", source->text,
		 *serial, wish->serial);
	return REFRESH_FAILED;
}

/* What was fetched is verified. Is it what we want? */
static enum refresh_outcome judge(const struct refresh_wish *wish, const struct source *source,
				  uint32_t promised, const struct candidate *candidate)
{
	uint32_t serial = candidate->known.serial;

	if (source->kind == SOURCE_AXFR && serial_older(serial, promised)) {
		log_error("%s promised serial %u and sent %u: not used", source->text, promised,
			  serial);
		return REFRESH_FAILED;
	}
	if (!wish->have)
		return REFRESH_NEWER;
	if (serial_older(serial, wish->serial) && !wish->options->allow_older) {
		log_error("%s: serial %u is older than %u, which stays loaded: --allow-older allows "
			  "it",
			  source->text, serial, wish->serial);
		return REFRESH_FAILED;
	}
	return serial == wish->serial && !wish->again ? REFRESH_SAME : REFRESH_NEWER;
}

static enum refresh_outcome ask_source(const struct refresh_wish *wish, const struct source *source,
				       struct candidate *candidate)
{
	enum refresh_outcome outcome;
	char why[SOURCE_WHY];
	uint32_t promised = 0;

	snprintf(candidate->known.source, sizeof(candidate->known.source), "%s", source->text);
	candidate->known.fetched = candidate->known.refreshed = time(NULL);
	if (source->kind == SOURCE_AXFR) {
		outcome = ask_serial(wish, source, &promised);
		if (outcome != REFRESH_NEWER)
			return outcome;
	}
	if (!source_fetch(source, &wish->options->limits, wish->stop, candidate->fd, why) ||
	    !candidate_verify(candidate, wish->options, &wish->clock, why)) {
		if (!atomic_load(wish->stop))
			log_error("%s", why);
		return REFRESH_FAILED;
	}
	return judge(wish, source, promised, candidate);
}

enum refresh_outcome refresh_ask(const struct refresh_wish *wish, struct candidate *candidate)
{
	enum refresh_outcome outcome = REFRESH_FAILED;

	for (size_t i = 0; i < wish->options->sources; i++) {
		if (atomic_load(wish->stop) || !candidate_begin(candidate))
			return REFRESH_FAILED;
		outcome = ask_source(wish, &wish->options->source[i], candidate);
		if (outcome == REFRESH_NEWER)
			return outcome;
		close(candidate->fd);
		candidate->fd = 0;
		if (outcome == REFRESH_SAME)
			return outcome;
		candidate_free(candidate);
	}
	return outcome;
}

/* --- the schedule ---------------------------------------------------------------------------- */

/* Not all mirrors ask at once: a tenth more or less. */
static uint64_t jitter_ms(uint32_t seconds)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = 0;
	return seconds * 900ull + random % (seconds * 200ull + 1);
}

bool refresh_has_network(const struct options *options)
{
	for (size_t i = 0; i < options->sources; i++)
		if (options->source[i].kind != SOURCE_FILE)
			return true;
	return false;
}

static void on_timer(uv_timer_t *timer)
{
	refresh_now(timer->data, false);
}

static uint32_t within_seconds(uint32_t seconds, uint32_t most)
{
	if (most && seconds > most)
		seconds = most;
	if (seconds > INTERVAL_MOST)
		seconds = INTERVAL_MOST;
	return seconds < RETRY_LEAST && !most ? RETRY_LEAST : seconds ? seconds : 1;
}

/* Until the sources are asked again: more and more after failures. */
static uint32_t wait_seconds(const struct refresh *refresh)
{
	uint32_t most = refresh->service->options->refresh_most;
	uint32_t interval = within_seconds(refresh->interval, most);
	uint32_t seconds = within_seconds(refresh->retry, most);

	if (!refresh->failures)
		return interval;
	for (unsigned int i = 1; i < refresh->failures && seconds < interval; i++)
		seconds *= 2;
	return seconds < interval ? seconds : interval;
}

/* Files are watched; they need no schedule. */
static void schedule(struct refresh *refresh)
{
	uint64_t ms;

	refresh->next = 0;
	if (!refresh_has_network(refresh->service->options))
		return;
	ms = jitter_ms(wait_seconds(refresh));
	refresh->next = time(NULL) + ms / 1000;
	uv_timer_start(&refresh->timer, on_timer, ms, 0);
}

static void take_times(struct refresh *refresh, const struct zone *zone)
{
	refresh->interval = zone->refresh;
	refresh->retry = zone->retry;
}

static void in_thread(uv_work_t *work)
{
	struct refresh *refresh = work->data;

	refresh->outcome = refresh_ask(&refresh->wish, &refresh->candidate);
}

/* Each source has said why; this says how long it has been so. */
static void say_failed(const struct refresh *refresh)
{
	const struct service *service = refresh->service;

	log_error("zone %u stays: no source has confirmed it, or had a newer one, since %s "
		  "(asked in vain %u time%s)",
		  service->known.serial,
		  utc_text(zone_clock_at(&service->clock, service->known.refreshed)).text,
		  refresh->failures, refresh->failures == 1 ? "" : "s");
}

static void on_asked(uv_work_t *work, int status)
{
	struct refresh *refresh = work->data;
	enum refresh_outcome outcome = refresh->outcome;

	(void)status;
	refresh->running = false;
	if (atomic_load(&refresh->stop)) {
		candidate_free(&refresh->candidate);
		return;
	}
	/* Other sources, another policy: what was found by those before is nobody's wish any more. */
	if (refresh->wish.options != refresh->service->options) {
		candidate_free(&refresh->candidate);
		refresh_now(refresh, true);
		return;
	}
	if (outcome == REFRESH_NEWER && !service_switch(refresh->service, &refresh->candidate))
		outcome = REFRESH_FAILED;
	if (outcome == REFRESH_SAME)
		service_refreshed(refresh->service, &refresh->candidate.known);
	refresh->failures = outcome == REFRESH_FAILED ? refresh->failures + 1 : 0;
	if (refresh->failures)
		say_failed(refresh);
	if (outcome == REFRESH_NEWER)
		take_times(refresh, refresh->candidate.zone);
	candidate_free(&refresh->candidate);
	if (refresh->later)
		refresh_now(refresh, refresh->later_again);
	else
		schedule(refresh);
}

void refresh_now(struct refresh *refresh, bool again)
{
	const struct service *service = refresh->service;

	if (atomic_load(&refresh->stop))
		return;
	if (refresh->running) {
		refresh->later = true;
		refresh->later_again |= again;
		return;
	}
	refresh->later = refresh->later_again = false;
	refresh->running = true;
	refresh->asked_ns = monotonic_ns();
	uv_timer_stop(&refresh->timer);
	refresh->wish = (struct refresh_wish){
		.options = service->options,
		.clock = service->clock,
		.stop = &refresh->stop,
		.have = true,
		.serial = service->known.serial,
		.again = again,
	};
	refresh->candidate = (struct candidate){ 0 };
	refresh->work.data = refresh;
	uv_queue_work(refresh->timer.loop, &refresh->work, in_thread, on_asked);
}

void refresh_notified(struct refresh *refresh)
{
	uint64_t since_ms = (monotonic_ns() - refresh->asked_ns) / 1000000;

	if (refresh->running || since_ms >= NOTIFY_MS)
		refresh_now(refresh, false);
	else
		uv_timer_start(&refresh->settle, on_timer, NOTIFY_MS - since_ms, 0);
}

/* --- files ----------------------------------------------------------------------------------- */

/* A writer may still be at it: whoever changes the file again before then starts the wait anew. */
static void on_file(uv_fs_poll_t *poll, int status, const uv_stat_t *before, const uv_stat_t *now)
{
	struct refresh *refresh = poll->data;

	(void)before, (void)now;
	if (!status)
		uv_timer_start(&refresh->settle, on_timer, SETTLE_MS, 0);
}

static void watch_files(struct refresh *refresh)
{
	const struct options *options = refresh->service->options;

	for (size_t i = 0; i < options->sources; i++) {
		uv_fs_poll_t *file;

		if (options->source[i].kind != SOURCE_FILE)
			continue;
		file = calloc(1, sizeof(*file));
		if (!file)
			break;
		uv_fs_poll_init(refresh->timer.loop, file);
		file->data = refresh;
		uv_fs_poll_start(file, on_file, options->source[i].place, WATCH_MS);
		refresh->files[refresh->file_count++] = file;
	}
}

static void on_file_closed(uv_handle_t *handle)
{
	free(handle);
}

static void leave_files(struct refresh *refresh)
{
	while (refresh->file_count)
		uv_close((uv_handle_t *)refresh->files[--refresh->file_count], on_file_closed);
}

/* With new handles: libuv 1.44 does not bear it when one is stopped and soon started again. */
void refresh_sources_changed(struct refresh *refresh)
{
	leave_files(refresh);
	watch_files(refresh);
}

void refresh_begin(struct refresh *refresh, uv_loop_t *loop, struct service *service,
		   const struct zone *zone)
{
	refresh->service = service;
	atomic_init(&refresh->stop, false);
	uv_timer_init(loop, &refresh->timer);
	refresh->timer.data = refresh;
	uv_timer_init(loop, &refresh->settle);
	refresh->settle.data = refresh;
	take_times(refresh, zone);
	watch_files(refresh);
	schedule(refresh);
}

void refresh_end(struct refresh *refresh)
{
	atomic_store(&refresh->stop, true);
	uv_close((uv_handle_t *)&refresh->timer, NULL);
	uv_close((uv_handle_t *)&refresh->settle, NULL);
	leave_files(refresh);
}
