/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rate limit of the whole server: one table of buckets for all workers. */
#ifndef ROOTXDP_SERVER_LIMITER_H
#define ROOTXDP_SERVER_LIMITER_H

#include <stdint.h>

#include "answer.h"
#include "limit_config.h"
#include "log.h"

struct limiter;

/* For a config with a rate. Returns NULL with a line in why. */
struct limiter *limiter_open(const struct limit_config *config, char why[SERVER_WHY]);

/* What becomes of one reply to a client; now: CLOCK_MONOTONIC, ns. Any thread may call it. */
enum limit_outcome limiter_take(struct limiter *limiter, const struct address *client,
				const struct answered *answered, uint64_t now);

/*
 * To be called about once a second by one thread; now: as above. While replies are being limited,
 * logs how many were, at most once a minute.
 */
void limiter_tick(struct limiter *limiter, uint64_t now);

/* NULL is fine. */
void limiter_free(struct limiter *limiter);

#endif
