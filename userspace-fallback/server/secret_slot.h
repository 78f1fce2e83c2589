/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cookie secrets in use: one writer replaces them while workers make cookies with them. */
#ifndef ROOTXDP_SERVER_SECRET_SLOT_H
#define ROOTXDP_SERVER_SECRET_SLOT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "guard.h"
#include "log.h"

struct secret_slot {
	pthread_mutex_t lock;
	struct cookie_secrets secrets;
	atomic_uint generation; /* grows with every publication */
};

/* One worker's copy. Used by one thread only. */
struct secret_reader {
	struct secret_slot *slot;
	unsigned int generation;
	struct cookie_secrets secrets;
};

/* An empty slot: no cookies are given. */
void secret_slot_init(struct secret_slot *slot);

/* Wipes the secrets. */
void secret_slot_destroy(struct secret_slot *slot);

/* Puts secrets into use; any thread may call it. */
void secret_slot_publish(struct secret_slot *slot, const struct cookie_secrets *secrets);

/*
 * Reads a file of secrets and puts them into use; returns how many there are. 0: nothing was
 * changed, and there is a line in why.
 */
unsigned int secret_slot_load(struct secret_slot *slot, const char *file, char why[SERVER_WHY]);

/* A reader with what is in the slot. */
void secret_reader_init(struct secret_reader *reader, struct secret_slot *slot);

/* Makes reader->secrets those in use. Costs two loads unless they were replaced. */
void secret_reader_renew(struct secret_reader *reader);

/* Wipes the copy. */
void secret_reader_release(struct secret_reader *reader);

#endif
