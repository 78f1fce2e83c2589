/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that outlive a server, so that queries wait in them while it ends and the next one begins.
 * They lie in the queue of a Unix socket (SOCK_SEQPACKET) whose both ends whoever starts us keeps:
 * we take out what is there, and put in what we use.
 */
#ifndef ROOTXDP_SERVER_KEPT_SOCKETS_H
#define ROOTXDP_SERVER_KEPT_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>

#include "listen.h"

#define KEPT_SOCKETS_MOST 1024

struct kept_sockets {
	int fd[KEPT_SOCKETS_MOST];
	size_t count;
};

/* Takes all that wait at this end (0: there is none). What is not used is to be closed. */
void kept_sockets_receive(struct kept_sockets *kept, int end);

/* Is there one on this endpoint, of either kind? */
bool kept_sockets_have(const struct kept_sockets *kept, const struct endpoint *endpoint);

/* One that is bound to the endpoint, of type SOCK_DGRAM or SOCK_STREAM, now the caller's; or -1. */
int kept_sockets_take(struct kept_sockets *kept, const struct endpoint *endpoint, int type);

/* Closes those that nobody took. */
void kept_sockets_close(struct kept_sockets *kept);

/* Puts sockets in at the other end; they stay open here too. False with a line in why. */
bool kept_sockets_send(int end, const int *fd, size_t count, char why[SERVER_WHY]);

#endif
