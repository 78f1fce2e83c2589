/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One loader for each pin directory: a lock file below /run. */
#ifndef ROOTXDP_LOCK_H
#define ROOTXDP_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

struct lock {
	int fd;
	char path[4096];
};

/*
 * Takes the lock of a pin directory for this process, until lock_release() or its end.
 * False: a live loader holds it, or /run can't be written; said on stderr.
 */
bool lock_take(struct lock *lock, const char *pin);

/* Removes the file and lets go. */
void lock_release(struct lock *lock);

/* The live loader of a pin directory, or 0. */
pid_t lock_holder(const char *pin);

/* Notes the fallback's process id (0: none), so that a later loader finds an orphan. */
void lock_note_fallback(const struct lock *lock, pid_t fallback);

/* The fallback that the loader before this one noted, or 0. */
pid_t lock_noted_fallback(const struct lock *lock);

#endif
