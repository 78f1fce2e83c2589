/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The built-in fallback: rootxdp-fallback as a child process. It ends with its loader, always. */
#ifndef ROOTXDP_CHILD_H
#define ROOTXDP_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct service;

struct child {
	pid_t pid;  /* 0: none runs */
	int output; /* its standard output; read end of a pipe */
	int feed;   /* the file that it reads the zone from; the service's */
	char said[512];
	size_t said_length;
	/* Lines that it wrote; whoever acts on one clears it. */
	bool ready;    /* it listens on all sockets */
	bool reloaded; /* it has read its zone again, or ... */
	bool kept;     /* ... stays with the one that it has */
	bool notified; /* a primary says that there is a newer zone (RFC 1996) */
};

/*
 * Starts the rootxdp-fallback beside our own executable, or else the one in PATH, on our
 * addresses, with the zone and the cookie secrets in files without a name. False: said on stderr.
 */
bool child_start(struct child *child, const struct service *service);

/* Waits until it says "ready" (it listens on all sockets). False: it ended or takes too long;
 * said on stderr. */
bool child_wait_ready(struct child *child);

/* Tells it to read its zone file again; waits until it has, or for 30 s and one more for each MB of
 * the zone: then said on stderr. */
void child_reload(struct child *child);

/*
 * Waits until it has read what it starts with, if it is about to: the files must not change then.
 */
void child_settle(struct child *child);

/* Tells it that its zone is the newest one still. */
void child_refreshed(struct child *child);

/* Tells it to read its cookie secrets again. */
void child_renew_secrets(struct child *child);

/* Has it ended? Then collects it and says so on stderr. Its output is still open. */
bool child_collect(struct child *child);

/* Reads what it wrote; does not wait. False: it will write no more. */
bool child_read(struct child *child);

/* Ends it, and waits. */
void child_stop(struct child *child);

/* Ends the fallback that a killed loader left, so that its sockets are free again. */
void child_stop_orphan(pid_t orphan);

#endif
