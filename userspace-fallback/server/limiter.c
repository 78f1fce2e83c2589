// SPDX-License-Identifier: GPL-2.0-or-later
/* Limits replies, counts those that it limited, and tells the operator. */
#include "limiter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* From one log line to the next, at least. */
#define LOG_INTERVAL_NS (60ull * 1000000000)

struct limiter {
	struct limit_config config;
	struct rate_limit limit;
	atomic_ullong slipped, dropped;
	/* Of the ticking thread: */
	unsigned long long logged_slipped, logged_dropped;
	uint64_t quiet_until; /* CLOCK_MONOTONIC, ns */
	int64_t since;        /* what is not logged yet; seconds since 1970, 0: there is nothing */
	struct bucket_set sets[BUCKET_SETS];
};

struct limiter *limiter_open(const struct limit_config *config, char why[SERVER_WHY])
{
	struct limiter *limiter = calloc(1, sizeof(*limiter));

	if (!limiter) {
		snprintf(why, SERVER_WHY, "out of memory for --rate-limit");
		return NULL;
	}
	limiter->config = *config;
	if (!limit_begin(config, &limiter->limit)) {
		snprintf(why, SERVER_WHY, "a random number for --rate-limit: %s", strerror(errno));
		limiter_free(limiter);
		return NULL;
	}
	return limiter;
}

enum limit_outcome limiter_take(struct limiter *limiter, const struct address *client,
				const struct answered *answered, uint64_t now)
{
	enum limit_outcome outcome;
	uint64_t hash;

	if (answered->cookie_valid ||
	    exempt_has(limiter->config.exempt, limiter->config.exempt_count, client))
		return LIMIT_SEND;
	hash = limit_hash(&limiter->limit, client, answered->class);
	outcome = limit_take(&limiter->sets[limit_set_of(hash)], &limiter->limit, hash, now);
	if (outcome == LIMIT_SLIP)
		atomic_fetch_add_explicit(&limiter->slipped, 1, memory_order_relaxed);
	else if (outcome == LIMIT_DROP)
		atomic_fetch_add_explicit(&limiter->dropped, 1, memory_order_relaxed);
	return outcome;
}

void limiter_tick(struct limiter *limiter, uint64_t now)
{
	unsigned long long slipped = atomic_load_explicit(&limiter->slipped, memory_order_relaxed);
	unsigned long long dropped = atomic_load_explicit(&limiter->dropped, memory_order_relaxed);
	char since[32];

	if (slipped == limiter->logged_slipped && dropped == limiter->logged_dropped)
		return;
	if (!limiter->since)
		limiter->since = server_clock_real_now();
	if (now < limiter->quiet_until)
		return;
	server_log("rate limit: %llu replies slipped, %llu dropped since %s",
		   slipped - limiter->logged_slipped, dropped - limiter->logged_dropped,
		   server_clock_text(limiter->since, since));
	limiter->logged_slipped = slipped;
	limiter->logged_dropped = dropped;
	limiter->quiet_until = now + LOG_INTERVAL_NS;
	limiter->since = 0;
}

void limiter_free(struct limiter *limiter)
{
	free(limiter);
}
