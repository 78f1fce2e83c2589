/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The built-in fallback: rootxdp-fallback as a child process. It ends with its loader, always. */
#ifndef ROOTXDP_CHILD_H
#define ROOTXDP_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "options.h"
#include "zone_clock.h"

struct child {
	pid_t pid;  /* 0: none runs */
	int output; /* its standard output; read end of a pipe */
};

/*
 * Starts the rootxdp-fallback beside our own executable, or else the one in PATH, on our
 * addresses and zone. secrets_fd: cookie secrets as text, in a file that it may read again; -1:
 * none. False: said on stderr.
 */
bool child_start(struct child *child, const struct options *options,
		 const struct zone_clock *clock, int secrets_fd);

/* Waits until it says "ready" (it listens on all sockets). False: it ended or takes too long;
 * said on stderr. */
bool child_wait_ready(struct child *child);

/* Tells it to read its zone file again; waits until it has, or for 30 s: then said on stderr. */
void child_reload(struct child *child);

/* Tells it to read its cookie secrets again. */
void child_renew_secrets(struct child *child);

/* Has it ended? Then collects it and says so on stderr. */
void child_collect(struct child *child);

/* Reads and forgets what it wrote; does not wait. False: it will write no more. */
bool child_drain(struct child *child);

/* Ends it, and waits. */
void child_stop(struct child *child);

/* Ends the fallback that a killed loader left, so that its sockets are free again. */
void child_stop_orphan(pid_t orphan);

#endif
