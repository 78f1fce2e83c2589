/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets the kernel's zone be attested after each switch and every hour, and counts it. */
#ifndef ROOTXDP_ATTESTED_H
#define ROOTXDP_ATTESTED_H

#include <stdbool.h>
#include <uv.h>

struct attestation;
struct service;

struct attested {
	uv_timer_t timer;
	uv_work_t work;
	struct attestation *result;
	bool begun;   /* attested_begin() was called */
	bool running;
	bool later;   /* another one is wanted when it has ended */
	bool mending; /* the last one found something, and the sources were asked for that */
};

void attested_begin(struct service *service, uv_loop_t *loop);

/* Attests in a thread, now or when the one that runs has ended. */
void attested_now(struct service *service);

#endif
