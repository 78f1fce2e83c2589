// SPDX-License-Identifier: GPL-2.0-or-later
/* Publishes zones to the workers and keeps their deadlines. */
#include "zone_slot.h"

#include <stdlib.h>

#include "log.h"
#include "zone.h"

struct served_zone {
	struct zone *zone;
	struct served_zone *next; /* in the retired list */
	unsigned int readers;     /* under the slot's lock */
	int64_t expire;           /* CLOCK_BOOTTIME, seconds */
	int64_t signed_for;       /* seconds, when the zone was published first */
	atomic_bool expired;
	bool half_over, over; /* this was said */
};

void zone_slot_init(struct zone_slot *slot)
{
	pthread_mutex_init(&slot->lock, NULL);
	slot->current = NULL;
	slot->retired = NULL;
	atomic_init(&slot->generation, 0);
}

static void served_zone_free(struct served_zone *served)
{
	zone_free(served->zone);
	free(served);
}

static void retire(struct zone_slot *slot, struct served_zone *served)
{
	served->next = slot->retired;
	slot->retired = served;
}

void zone_slot_destroy(struct zone_slot *slot)
{
	if (slot->current)
		retire(slot, slot->current);
	slot->current = NULL;
	zone_slot_sweep(slot);
	pthread_mutex_destroy(&slot->lock);
}

/* Seconds until the first deadline; 0 or less: it is over. */
static int64_t time_left(const struct served_zone *served, struct server_moment now)
{
	int64_t until_expire = served->expire - now.boot;
	int64_t until_unsigned = served->zone->signatures_end - now.zone;

	return until_expire < until_unsigned ? until_expire : until_unsigned;
}

/* Read again, after a restart of its keeper or SIGHUP: half of their time is where it was. */
static void signed_as_before(struct served_zone *served, const struct served_zone *before)
{
	if (before && before->zone->serial == served->zone->serial &&
	    before->zone->signatures_end == served->zone->signatures_end &&
	    before->signed_for > served->signed_for)
		served->signed_for = before->signed_for;
}

bool zone_slot_publish(struct zone_slot *slot, struct zone *zone, struct server_moment now,
		       int64_t age)
{
	struct served_zone *served = calloc(1, sizeof(*served));

	if (!served)
		return false;
	served->zone = zone;
	served->expire = now.boot + zone->expire - age;
	served->signed_for = zone->signatures_end - now.zone;
	atomic_init(&served->expired, time_left(served, now) <= 0);

	pthread_mutex_lock(&slot->lock);
	signed_as_before(served, slot->current);
	if (slot->current)
		retire(slot, slot->current);
	slot->current = served;
	atomic_fetch_add_explicit(&slot->generation, 1, memory_order_release);
	pthread_mutex_unlock(&slot->lock);
	return true;
}

/* Into service. False: it was there. */
static bool put_back(struct served_zone *served)
{
	return atomic_exchange_explicit(&served->expired, false, memory_order_relaxed);
}

void zone_slot_renew(struct zone_slot *slot, struct server_moment now, int64_t age)
{
	struct served_zone *served;

	pthread_mutex_lock(&slot->lock);
	served = slot->current;
	if (served) {
		served->expire = now.boot + served->zone->expire - age;
		if (time_left(served, now) > 0 && put_back(served))
			server_log("zone %u is the newest one still, and valid again",
				   served->zone->serial);
	}
	pthread_mutex_unlock(&slot->lock);
}

bool zone_slot_serial(struct zone_slot *slot, uint32_t *serial)
{
	bool any;

	pthread_mutex_lock(&slot->lock);
	any = slot->current;
	if (any)
		*serial = slot->current->zone->serial;
	pthread_mutex_unlock(&slot->lock);
	return any;
}

/* Of SOA expire, however old the zone was when it was read; or of what its signatures had then. */
static bool half_is_over(const struct served_zone *served, struct server_moment now)
{
	return served->expire - now.boot <= served->zone->expire / 2 ||
	       served->zone->signatures_end - now.zone <= served->signed_for / 2;
}

static void check_deadline(struct served_zone *served, struct server_moment now)
{
	int64_t left = time_left(served, now);
	bool half_over;
	char when[32];

	server_clock_text(now.zone + left, when);
	if (left <= 0) {
		atomic_store_explicit(&served->expired, true, memory_order_relaxed);
		if (!served->over)
			server_log("zone %u ended at %s: queries get SERVFAIL until a newer zone "
				   "is loaded (put it in place and send SIGHUP)",
				   served->zone->serial, when);
		served->over = true;
		return;
	}
	served->over = false;
	if (put_back(served))
		server_log("zone %u is valid again: the clock was set back", served->zone->serial);
	half_over = half_is_over(served, now);
	if (half_over && !served->half_over)
		server_log("zone %u: half of its time is over, it ends at %s: put a newer one in "
			   "place and send SIGHUP",
			   served->zone->serial, when);
	served->half_over = half_over;
}

void zone_slot_tick(struct zone_slot *slot, struct server_moment now)
{
	pthread_mutex_lock(&slot->lock);
	if (slot->current)
		check_deadline(slot->current, now);
	pthread_mutex_unlock(&slot->lock);
}

size_t zone_slot_sweep(struct zone_slot *slot)
{
	struct served_zone *unused = NULL, **link, *served;
	size_t held = 0;

	pthread_mutex_lock(&slot->lock);
	for (link = &slot->retired; (served = *link);) {
		if (served->readers) {
			held++;
			link = &served->next;
			continue;
		}
		*link = served->next;
		served->next = unused;
		unused = served;
	}
	pthread_mutex_unlock(&slot->lock);

	/* Freed outside the lock: no worker waits for it. */
	while ((served = unused)) {
		unused = served->next;
		served_zone_free(served);
	}
	return held;
}

void zone_reader_init(struct zone_reader *reader, struct zone_slot *slot)
{
	*reader = (struct zone_reader){ .slot = slot };
}

static void change_over(struct zone_reader *reader)
{
	struct zone_slot *slot = reader->slot;

	pthread_mutex_lock(&slot->lock);
	if (reader->held)
		reader->held->readers--;
	reader->held = slot->current;
	if (reader->held)
		reader->held->readers++;
	reader->generation = atomic_load_explicit(&slot->generation, memory_order_relaxed);
	pthread_mutex_unlock(&slot->lock);
}

const struct zone *zone_reader_zone(struct zone_reader *reader)
{
	if (atomic_load_explicit(&reader->slot->generation, memory_order_acquire) !=
	    reader->generation)
		change_over(reader);
	if (!reader->held || atomic_load_explicit(&reader->held->expired, memory_order_relaxed))
		return NULL;
	return reader->held->zone;
}

void zone_reader_release(struct zone_reader *reader)
{
	pthread_mutex_lock(&reader->slot->lock);
	if (reader->held)
		reader->held->readers--;
	reader->held = NULL;
	reader->generation = 0;
	pthread_mutex_unlock(&reader->slot->lock);
}
