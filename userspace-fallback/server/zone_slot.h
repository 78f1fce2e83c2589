/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The published zone: one writer replaces it while workers answer from it. */
#ifndef ROOTXDP_SERVER_ZONE_SLOT_H
#define ROOTXDP_SERVER_ZONE_SLOT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"

struct zone;
struct served_zone;

/* Holds the zone in service, and those before it that a worker may still be using. */
struct zone_slot {
	pthread_mutex_t lock;
	struct served_zone *current;
	struct served_zone *retired;
	atomic_uint generation; /* grows with every publication */
};

/* One worker's hold on the slot. Used by one thread only. */
struct zone_reader {
	struct zone_slot *slot;
	struct served_zone *held;
	unsigned int generation;
};

/* An empty slot: readers get NULL. */
void zone_slot_init(struct zone_slot *slot);

/* Frees every zone. All readers must have been released. */
void zone_slot_destroy(struct zone_slot *slot);

/*
 * Puts `zone` into service; the slot owns it from then on. It was known to be the newest one `age`
 * seconds before `now`: it is served until SOA expire after that, or until its first signature
 * ends. Any thread may call it. Returns false, and leaves everything as it was, when out of memory.
 */
bool zone_slot_publish(struct zone_slot *slot, struct zone *zone, struct server_moment now,
		       int64_t age);

/* The zone in service was known to be the newest one `age` seconds before `now`: its SOA expire
 * counts from then, and if that was over, it is served again. Any thread may call it. */
void zone_slot_renew(struct zone_slot *slot, struct server_moment now, int64_t age);

/* The serial in service -> *serial; false when there is none. */
bool zone_slot_serial(struct zone_slot *slot, uint32_t *serial);

/*
 * To be called about once a second: takes a zone past its deadline out of service (readers get
 * NULL), logs that once, and once when half of the time to either deadline is over. A clock that is
 * set back may bring the zone back.
 */
void zone_slot_tick(struct zone_slot *slot, struct server_moment now);

/* Frees the retired zones that no reader holds; returns how many are still held. */
size_t zone_slot_sweep(struct zone_slot *slot);

/* A reader that holds nothing yet. */
void zone_reader_init(struct zone_reader *reader, struct zone_slot *slot);

/*
 * The zone to answer from, valid until the reader's next call; NULL when there is none or it is
 * past its deadline. Costs two loads unless the zone was replaced.
 */
const struct zone *zone_reader_zone(struct zone_reader *reader);

/* Lets go of the zone. */
void zone_reader_release(struct zone_reader *reader);

#endif
