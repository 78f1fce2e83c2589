/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state directory: the last verified zone, kept so that it can be served before the network is
 * there. */
#ifndef ROOTXDP_STATE_H
#define ROOTXDP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "source.h"

/* What is known of a kept zone; times in seconds since 1970 UTC. */
struct state {
	uint32_t serial;
	char source[SOURCE_TEXT]; /* where it came from: see struct source */
	int64_t fetched;          /* when it came from there */
	int64_t refreshed;        /* when it was last known to be the newest one */
};

/* Makes the directory if it is missing (mode 0700), and sees whether it can be written to. False:
 * said on stderr. */
bool state_prepare(const char *directory);

/*
 * Copies the kept zone to `fd` (empty, at its beginning) and what is known of it to *state. False:
 * there is none, or it can't be read, which is said on stderr.
 */
bool state_read(const char *directory, int fd, struct state *state);

/*
 * Keeps the zone that `fd` holds, from its beginning on: the files of the one before are replaced
 * when the new ones are on disk, whole. False: said on stderr; the one before is still there.
 */
bool state_write(const char *directory, int fd, const struct state *state);

/* The kept zone is the newest one: notes when that was seen. False: said on stderr. */
bool state_refresh(const char *directory, const struct state *state);

#endif
