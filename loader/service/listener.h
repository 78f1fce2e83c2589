/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listens for NOTIFY (RFC 1996) itself, where the fallback is another server that has port 53. */
#ifndef ROOTXDP_LISTENER_H
#define ROOTXDP_LISTENER_H

#include <stdbool.h>
#include <sys/socket.h>
#include <uv.h>

#include "options.h"

struct service;

struct listener {
	uv_udp_t udp[LISTENS_MAX];
	uv_tcp_t tcp[LISTENS_MAX];
	unsigned int visitors; /* connections */
};

/* Listens on the addresses of the options, UDP and TCP. False: said on stderr. */
bool listener_begin(struct service *service, uv_loop_t *loop);

#endif
